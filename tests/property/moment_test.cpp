// SPDX-License-Identifier: GPL-2.0-or-later
// A verdict is a function of what was seen: of its reset's moment, whatever others tell later, and
// however late the capture shows a segment.
#include <gtest/gtest.h>

#include <algorithm>
#include <ostream>
#include <string>
#include <string_view>
#include <vector>

#include "engine/judge/classify.h"
#include "property/replay.h"
#include "support/trace.h"

namespace rstcause {

void PrintTo(const Cause& cause, std::ostream* out);  // examples_test.cpp

namespace {

using test::Replay;
using test::Trace;

class EveryMoment : public ::testing::TestWithParam<Cause> {};
INSTANTIATE_TEST_SUITE_P(Catalogue, EveryMoment,
                         ::testing::ValuesIn(catalogue().begin(), catalogue().end()),
                         [](const auto& row) { return std::string(row.param.token); });

/// Cause, confidence, loss and evidence: each sentence with the segment that it is about, told by
/// its place in `order`.
std::string content_of(const Verdict& v, const std::vector<Frame>& order) {
  std::vector<std::string> told;
  for (const Finding& finding : v.evidence)
    told.push_back(std::string(finding.clue->name) + "@" +
                   std::to_string(finding.frame == 0 ? 0 : order[finding.frame - 1]));
  std::sort(told.begin(), told.end());
  std::string text = std::string(v.cause->token) + " " + std::to_string(v.confidence) + "% " +
                     std::to_string(v.bytes_lost) + " lost";
  for (const std::string& sentence : told) text += " " + sentence;
  return text;
}

std::vector<Frame> as_they_stand(std::size_t count) {
  std::vector<Frame> order(count);
  for (std::size_t i = 0; i < count; ++i) order[i] = static_cast<Frame>(i + 1);
  return order;
}

std::vector<std::string> weighed_now(const Engine& engine, std::size_t frames) {
  std::vector<std::string> all;
  const std::vector<Frame> order = as_they_stand(frames);
  for (const Explained& made : engine.explained())
    all.push_back(content_of(classify(engine.scene_of(made), nullptr), order));
  return all;
}

/// A connection between the same hosts, from another port of the client's: one that is served and
/// closed, one that is aborted unserved, one that is refused.
class Strangers {
 public:
  Strangers(const Segment& like, bool from_client, Frame frame, Nanos time)
      : like_(like), frame_(frame), time_(time) {
    if (!from_client) {
      std::swap(like_.tuple.src, like_.tuple.dst);
      std::swap(like_.tuple.sport, like_.tuple.dport);
    }
    like_.tuple.sport = 61000;
  }

  std::vector<Segment> all() {
    say(true, 0x02, 0);
    say(false, 0x12, 0);
    say(true, 0x10, 0);
    say(true, 0x18, 10);
    say(false, 0x18, 20);
    say(false, 0x11, 0);
    again();
    say(true, 0x02, 0);
    say(false, 0x12, 0);
    say(true, 0x10, 0);
    say(false, 0x14, 0);
    again();
    say(true, 0x02, 0);
    say(false, 0x14, 0);
    return made_;
  }

 private:
  void again() {
    ++like_.tuple.sport;
    next_[0] = next_[1] = SeqNum(5000);
  }

  void say(bool client, std::uint8_t flags, std::uint32_t len) {
    Segment s;
    s.frame = ++frame_;
    s.time = time_ += kMillisecond;
    s.tuple = like_.tuple;
    if (!client) {
      std::swap(s.tuple.src, s.tuple.dst);
      std::swap(s.tuple.sport, s.tuple.dport);
    }
    s.flags = flags;
    s.fin = (flags & 1U) != 0;
    s.syn = (flags & 2U) != 0;
    s.rst = (flags & 4U) != 0;
    s.ack_set = (flags & 16U) != 0;
    s.len = len;
    const std::size_t me = client ? 0 : 1;
    s.seq = next_[me];
    s.ack = s.ack_set ? next_[1 - me] : SeqNum(0);
    s.wnd = 500;
    s.ip = {.version = 4, .ttl = 64};
    next_[me] = s.seq_end();
    made_.push_back(s);
  }

  Segment like_;
  Frame frame_;
  Nanos time_;
  SeqNum next_[2]{SeqNum(5000), SeqNum(5000)};
  std::vector<Segment> made_;
};

/// So long after the reset nobody waits for news any more.
TEST_P(EveryMoment, IsWeighedAlikeWhateverOthersTellLater) {
  Trace trace(GetParam().example);
  const std::vector<Segment>& segments = trace.segments();
  for (const bool from_client : {true, false}) {
    Replay replay(segments);
    Engine& engine = replay.engine();
    const std::vector<std::string> before = weighed_now(engine, segments.size());
    const Nanos later = segments.back().time + 100 * kSecond;
    const auto frames = static_cast<Frame>(segments.size());
    for (const Segment& s : Strangers(segments.front(), from_client, frames, later).all())
      engine.observe(s);

    std::vector<std::string> after = weighed_now(engine, segments.size() + 20);
    after.resize(before.size());
    EXPECT_EQ(after, before);
  }
}

/// Receive queues and interfaces exchange what is so close (checkpoints.cpp).
constexpr Nanos kPromised = 5 * kMillisecond;

bool is_of_one_connection(const Tuple& one, const Tuple& two) {
  const auto ports = [](const Tuple& t) { return std::minmax(t.sport, t.dport); };
  return ports(one) == ports(two);
}

/// What is beyond the promise. Between connections the order is the capture's: of a SYN or SYN-ACK
/// shown behind another connection's segments those know nothing yet. And what the application says
/// behind a reset is not read into the conversation before it.
bool is_beyond_the_promise(const std::vector<Segment>& segments, std::size_t from, std::size_t to) {
  const Segment& moved = segments[from];
  return std::any_of(segments.begin() + static_cast<std::ptrdiff_t>(from) + 1,
                     segments.begin() + static_cast<std::ptrdiff_t>(to) + 1,
                     [&](const Segment& passed) {
                       if (!is_of_one_connection(moved.tuple, passed.tuple)) return moved.syn;
                       return passed.rst && !moved.payload.empty();
                     });
}

/// Every move of one segment that the capture may have made: its time stamp tells where it was.
TEST_P(EveryMoment, IsTheSameHoweverLateASegmentIsShown) {
  const Trace trace(GetParam().example);
  const std::vector<Segment>& segments = trace.segments();
  const Replay in_order(segments);
  std::vector<std::string> expected;
  for (const Explained& made : in_order.explained())
    expected.push_back(std::to_string(made.frame()) + " " +
                       content_of(made.verdict, as_they_stand(segments.size())));
  std::sort(expected.begin(), expected.end());

  for (std::size_t from = 0; from < segments.size(); ++from) {
    for (std::size_t to = from + 1; to < segments.size(); ++to) {
      if (segments[to].time - segments[from].time > kPromised) break;
      if (segments[from].rst || segments[to].time <= segments[from].time) continue;
      if (is_beyond_the_promise(segments, from, to)) continue;
      std::vector<Segment> shown = segments;
      std::vector<Frame> order = as_they_stand(segments.size());
      const auto move = [&](auto& list) {
        const auto first = list.begin() + static_cast<std::ptrdiff_t>(from);
        std::rotate(first, first + 1, list.begin() + static_cast<std::ptrdiff_t>(to) + 1);
      };
      move(shown);
      move(order);
      const Replay late(shown);
      std::vector<std::string> told;
      for (const Explained& made : late.explained())
        told.push_back(std::to_string(order[made.frame() - 1]) + " " +
                       content_of(made.verdict, order));
      std::sort(told.begin(), told.end());
      EXPECT_EQ(told, expected) << "segment " << from + 1 << " shown behind segment " << to + 1;
    }
  }
}

/// The issue's own conversation: what the first reading of the reset left with its host and its
/// port is no witness of the second.
TEST(ALateSegment, LeavesNoTraceOfTheFirstReading) {
  constexpr std::string_view kInOrder = R"(
       0ms -> S
       1ms <- SA
       2ms -> A
       3ms -> PA len 100
    59.5ms -> PA len 200
      60ms <- RA ack 101
  )";
  const Trace in_order(kInOrder);
  std::vector<Segment> shown = in_order.segments();
  std::swap(shown[4], shown[5]);
  const Replay late(shown);

  const std::vector<Frame> order{1, 2, 3, 4, 6, 5};
  EXPECT_EQ(content_of(late.explained()[0].verdict, order),
            content_of(in_order.last().verdict, as_they_stand(6)));
}

/// A connection's octets are reported as lost once, though its first reset is read anew.
TEST(ALateSegment, IsToldAsLostOnce) {
  const Trace in_order(R"(
       0ms -> S
       1ms <- SA
       2ms -> A
      50ms -> PA len 200
    50.5ms <- reply
    50.6ms <- reply
  )");
  std::vector<Segment> shown = in_order.segments();
  std::rotate(shown.begin() + 3, shown.begin() + 4, shown.end());
  const Replay late(shown);

  std::uint64_t lost = 0, lost_in_order = 0;
  for (const Explained& made : late.explained()) lost += made.verdict.bytes_lost;
  const Replay as_sent(in_order.segments());
  for (const Explained& made : as_sent.explained()) lost_in_order += made.verdict.bytes_lost;
  EXPECT_EQ(lost, lost_in_order);
  EXPECT_EQ(lost, 200U);
}

/// A segment of a second ago, captured behind the reset that it came before: the clock and the
/// numbers tell so, and no clock goes back in between.
TEST(ALateSegment, IsPutBeforeTheResetHoweverLongItWasHeldUp) {
  const Trace in_order(R"(
       0ms -> S
       1ms <- SA
       2ms -> A
       3ms -> PA len 30
       4ms <- PA len 40
    1500ms -> A
    2500ms -> RA
  )");
  std::vector<Segment> shown = in_order.segments();
  std::swap(shown[5], shown[6]);
  const Replay late(shown);

  EXPECT_EQ(content_of(late.explained()[0].verdict, {1, 2, 3, 4, 5, 7, 6}),
            content_of(in_order.last().verdict, as_they_stand(7)));
}

/// The twin: octets beyond the reset's number were sent after it, whatever the clock says.
TEST(ALateSegment, StaysBehindTheResetWhereItsNumbersGoOn) {
  Trace in_order(R"(
       0ms -> S
       1ms <- SA
       2ms -> A
       3ms -> PA len 30
       4ms <- PA len 40
    2500ms -> RA
    1500ms -> PA seq 31 len 10
  )");

  EXPECT_TRUE(in_order.engine().order().is_as_captured());
}

}  // namespace
}  // namespace rstcause
