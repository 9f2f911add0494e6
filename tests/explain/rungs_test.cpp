// SPDX-License-Identifier: GPL-2.0-or-later
#include "explain/ladder/rungs.h"

#include <gtest/gtest.h>

namespace rstcause::explain {
namespace {

constexpr std::uint8_t kFin = 1, kSyn = 2, kRst = 4, kAck = 16;

/// A segment between 192.0.2.1:50000 and 192.0.2.2:80, with raw numbers.
Segment segment(Frame frame, bool from_client, std::uint8_t flags, std::uint32_t seq,
                std::uint32_t ack = 0, std::uint32_t len = 0) {
  Segment made;
  made.frame = frame;
  made.time = frame * kMillisecond;
  made.flags = flags;
  made.syn = (flags & kSyn) != 0;
  made.fin = (flags & kFin) != 0;
  made.rst = (flags & kRst) != 0;
  made.ack_set = (flags & kAck) != 0;
  made.seq = SeqNum(seq);
  made.ack = SeqNum(ack);
  made.len = len;
  const Address client = Address::ipv4(192, 0, 2, 1), server = Address::ipv4(192, 0, 2, 2);
  made.tuple = from_client ? Tuple{client, server, 50000, 80} : Tuple{server, client, 80, 50000};
  return made;
}

std::vector<Frame> frames_of(const std::vector<Rung>& rungs) {
  std::vector<Frame> frames;
  for (const Rung& rung : rungs) frames.push_back(rung.frame);
  return frames;
}

/// A handshake, then frames 4 to `last` of the client's, each of ten octets.
void play(Rungs& rungs, Frame last) {
  rungs.take(segment(1, true, kSyn, 0xFFFFFFFF));
  rungs.take(segment(2, false, kSyn | kAck, 900, 0));
  rungs.take(segment(3, true, kAck, 0, 901));
  for (Frame frame = 4; frame <= last; ++frame)
    rungs.take(segment(frame, true, kAck, (frame - 4) * 10, 901, 10));
}

TEST(Rungs, CountNumbersFromEachEndsFirstOneAndWrap) {
  Rungs rungs(5, {});
  play(rungs, 4);
  rungs.take(segment(5, false, kRst | kAck, 901, 10));
  const auto all = std::move(rungs).all();
  ASSERT_EQ(frames_of(all), (std::vector<Frame>{1, 2, 3, 4, 5}));
  EXPECT_EQ(all[0].seq, 0);
  EXPECT_EQ(all[1].seq, 0);
  EXPECT_EQ(all[1].ack, 1);
  EXPECT_EQ(all[3].seq, 1);
  EXPECT_EQ(all[4].seq, 1);
  EXPECT_EQ(all[4].ack, 11);
}

TEST(Rungs, KeepTheFirstTheAskedOnesAndTheLastDozen) {
  Rungs rungs(101, {50, 70});
  play(rungs, 100);
  rungs.take(segment(101, false, kRst, 901));
  const auto all = std::move(rungs).all();
  ASSERT_EQ(all.size(), 3U + Rungs::kBefore);
  EXPECT_EQ(all[1].frame, 50U);
  EXPECT_EQ(all[1].skipped, 48U);
  EXPECT_EQ(all[2].skipped, 19U);
  EXPECT_EQ(all[3].frame, 90U);
  EXPECT_EQ(all[3].skipped, 19U);
  EXPECT_EQ(all.back().frame, 101U);
}

TEST(Rungs, ShowAFewBehindTheResetAndCountTheOthers) {
  Rungs rungs(4, {40});
  play(rungs, 3);
  rungs.take(segment(4, false, kRst, 901));
  for (Frame frame = 5; frame <= 50; ++frame) rungs.take(segment(frame, true, kAck, 0, 901, 10));
  EXPECT_EQ(rungs.more(), 10U);
  const auto all = std::move(rungs).all();
  EXPECT_EQ(frames_of(all), (std::vector<Frame>{1, 2, 3, 4, 5, 6, 7, 8, 40}));
  EXPECT_EQ(all.back().skipped, 31U);
}

TEST(Rungs, StayFewHoweverManyAreAskedFor) {
  std::vector<Frame> asked(10'000);
  for (Frame frame = 0; frame < asked.size(); ++frame) asked[frame] = frame;
  Rungs rungs(9'000, std::move(asked));
  play(rungs, 8'999);
  rungs.take(segment(9'000, false, kRst, 901));
  EXPECT_LE(std::move(rungs).all().size(), 1 + Rungs::kMostAsked + Rungs::kBefore);
}

TEST(Rungs, TakeForTheClientWhoOpenedElseTheHigherPort) {
  Rungs opened(9, {});
  opened.take(segment(1, false, kSyn | kAck, 900, 1));
  EXPECT_TRUE(opened.saw_opening());
  EXPECT_EQ(opened.client().second, 50000);
  Rungs late(9, {});
  late.take(segment(1, false, kAck, 900, 1));
  EXPECT_FALSE(late.saw_opening());
  EXPECT_EQ(late.client().second, 50000);
  EXPECT_EQ(late.server().second, 80);
}

TEST(Rungs, LearnFromASynThatComesLaterWhoTheClientIs) {
  // From port 80 to 50000, against what the ports say.
  Rungs rungs(9, {});
  rungs.take(segment(1, true, kAck, 5, 6));
  rungs.take(segment(2, false, kSyn, 100));
  EXPECT_EQ(rungs.client().second, 80);
}

TEST(Rungs, LeaveTheNumberOfAResetWithoutOneAtZero) {
  Rungs rungs(2, {});
  rungs.take(segment(1, true, kSyn, 5000));
  rungs.take(segment(2, false, kRst | kAck, 0, 5001));
  const auto all = std::move(rungs).all();
  EXPECT_EQ(all[1].seq, 0);
  EXPECT_EQ(all[1].ack, 1);
}

}  // namespace
}  // namespace rstcause::explain
