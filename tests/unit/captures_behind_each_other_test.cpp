// SPDX-License-Identifier: GPL-2.0-or-later
//
// Captures that somebody put behind each other (mergecap -a, two sections of one file): what stood
// in the first and comes again is a copy, in either order, and nothing follows from it; what only
// the second shows stands by its time.
#include <gtest/gtest.h>

#include <cstdlib>
#include <ostream>
#include <set>
#include <string>
#include <vector>

#include "support/trace.h"

namespace rstcause {
namespace {

using test::Trace;

/// What both capture points saw, each with its own hops and a clock of its own.
struct Point {
  std::uint8_t client_ttl, server_ttl;
  Nanos clock;
  std::set<Frame> unseen = {};  ///< What never came there.
};
const Point kAtClient{64, 63, 0}, kAtServer{63, 64, -20 * kMicrosecond},
    kFarServer{60, 64, 40 * kMillisecond};

/// The conversation as it is shown at those points, one behind the other.
class Shown {
 public:
  Shown(const Trace& once, const std::vector<Point>& points) {
    Frame frame = 0;
    for (const Point& point : points) {
      for (Segment segment : once.segments()) {
        if (point.unseen.contains(segment.frame)) continue;
        segment.frame = ++frame;
        segment.time += point.clock;
        const bool of_client = segment.tuple.dport == once.segments().front().tuple.dport;
        segment.ip.ttl = of_client ? point.client_ttl : point.server_ttl;
        engine_.observe(segment);
      }
    }
  }
  const std::vector<const Explained*> resets() const {
    std::vector<const Explained*> all;
    for (std::size_t i = 0; i < engine_.explained().size(); ++i)
      all.push_back(&engine_.explained()[i]);
    return all;
  }
  const Explained* in_frame(Frame frame) const {
    for (const Explained* one : resets())
      if (one->frame() == frame) return one;
    return nullptr;
  }

 private:
  Engine engine_;
};

struct Row {
  const char* name;
  const char* conversation;
};
std::ostream& operator<<(std::ostream& out, const Row& row) {
  return out << row.name;
}

/// A download of which the client's resets answer everything that was on its way: more segments and
/// resets than a connection is looked back through one by one.
std::string long_download() {
  std::string text = "0ms -> S\n 1ms <- SA id 0\n 2ms -> A\n 3ms -> PA len 40\n";
  for (int i = 0; i < 400; ++i)
    text += std::to_string(10 + i) + "ms <- A len 1000\n " + std::to_string(10 + i) + "ms -> A\n";
  text += "500ms -> RA\n";
  for (int i = 0; i < 100; ++i)
    text += std::to_string(510 + i) + "ms <- A len 1000\n " + std::to_string(510 + i) +
            "ms -> reply id 0\n";
  return text;
}
const std::string kLongDownload = long_download();

const Row kRows[] = {
    {"abort",
     "0ms -> S\n 1ms <- SA id 0\n 2ms -> A\n 3ms -> PA len 40\n 4ms <- PA len 30\n 5ms -> A\n"
     " 6ms <- RA\n"},
    {"answer",
     "0ms -> S\n 1ms <- SA id 0\n 2ms -> A\n 3ms -> PA len 40\n 4ms <- PA len 30\n 5ms <- FA\n"
     " 6ms -> A\n 3000ms -> PA len 40\n 3001ms <- reply id 0\n"},
    {"port_tried_twice",
     "0ms -> S\n 1ms <- RA rawseq 0 rawack 1001 win 0 id 0 plain\n"
     " 1000ms -> S again\n 1001ms <- RA rawseq 0 rawack 1001 win 0 id 0 plain\n"},
    {"long_download", kLongDownload.c_str()},
};

class CapturesBehindEachOther : public testing::TestWithParam<Row> {};

/// The client's point before the server's, the reverse, and the same capture twice.
TEST_P(CapturesBehindEachOther, ShowCopiesAndNothingElse) {
  const Trace once(GetParam().conversation);
  const Shown alone(once, {kAtClient});
  const std::size_t resets = alone.resets().size();
  for (const auto& points : {std::vector{kAtClient, kAtServer}, std::vector{kAtServer, kAtClient},
                             std::vector{kAtClient, kAtClient}, std::vector{kAtClient, kFarServer},
                             std::vector{kFarServer, kAtClient}}) {
    const Shown shown(once, points);
    ASSERT_EQ(shown.resets().size(), 2 * resets);
    for (std::size_t i = 0; i < resets; ++i) {
      const Explained &first = *shown.resets()[i], &again = *shown.resets()[resets + i];
      EXPECT_EQ(first.verdict.cause, alone.resets()[i]->verdict.cause);
      EXPECT_EQ(first.verdict.root, alone.resets()[i]->verdict.root);
      EXPECT_EQ(first.duplicate_of, 0U);
      // Of resets in one volley that differ in nothing, any.
      const Explained* const original = shown.in_frame(again.duplicate_of);
      ASSERT_NE(original, nullptr) << "reset " << i;
      EXPECT_EQ(original->duplicate_of, 0U);
      EXPECT_TRUE(original->reset.has_header_of(again.reset));
      EXPECT_LT(std::abs(original->time() - again.time()), kSecond / 2);
      EXPECT_EQ(again.verdict.cause, first.verdict.cause);
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Of, CapturesBehindEachOther, testing::ValuesIn(kRows),
                         [](const auto& row) { return std::string(row.param.name); });

const char* const kLostProbes =
    "0ms -> S\n 1ms <- SA id 0\n 2ms -> A\n 3ms -> PA len 40\n 4ms <- PA len 30\n 5ms -> A\n"
    " 20000ms <- probe\n 21000ms <- probe\n 22000ms <- probe\n 23000ms <- RA\n"
    " 30000ms -> PA len 40\n 30001ms <- reply id 0\n";

/// The server's probes and its reset were lost on the way: its own capture alone shows them.
TEST(CapturesBehindEachOther, PutWhatOnlyTheSecondShowsInItsPlaceByTime) {
  const Trace once(kLostProbes);
  Point client = kAtClient;
  client.unseen = {7, 8, 9, 10};
  const Shown server_alone(once, {kAtServer});
  const std::string_view cause = server_alone.resets().front()->verdict.cause->token;
  ASSERT_EQ(cause, "keepalive_timeout");

  const Shown shown(once, {client, kAtServer});
  ASSERT_EQ(shown.resets().size(), 3U);
  const Explained &late = *shown.resets()[0], &root = *shown.resets()[1],
                  &copy = *shown.resets()[2];
  EXPECT_EQ(root.verdict.cause->token, cause);
  EXPECT_EQ(late.verdict.cause->token, "late_segment");
  EXPECT_EQ(late.verdict.root, root.frame());
  EXPECT_EQ(copy.duplicate_of, late.frame());
}

/// The first capture lacks the SYN: with it the second does not begin another connection.
TEST(CapturesBehindEachOther, KnowTheConnectionWhoseSynOnlyTheSecondShows) {
  const Trace once(kRows[1].conversation);
  Point client = kAtClient;
  client.unseen = {1};
  for (const Point& second : {kAtServer, kFarServer}) {
    const Shown shown(once, {client, second});
    ASSERT_EQ(shown.resets().size(), 2U);
    EXPECT_EQ(shown.resets()[1]->duplicate_of, shown.resets()[0]->frame());
  }
}

/// An upload that its client aborts while the server's acknowledgments are on their way; each is
/// answered by a reset.
std::string aborted_upload() {
  std::string text = "0ms -> S\n 1ms <- SA id 0\n 2ms -> A\n";
  for (int i = 0; i < 40; ++i) text += std::to_string(10 + i) + "ms -> A len 1000\n";
  text += "50ms -> RA\n";
  for (int i = 1; i < 20; ++i)
    text += std::to_string(50 + i) + "ms <- A ack " + std::to_string(1 + 1000 * i) + "\n " +
            std::to_string(50 + i) + "ms -> reply id 0\n";
  return text;
}

/// Resets of the client's that were lost on their way to the server, whose capture stands first:
/// what that one shows of later moments, and from another distance, does not make them forged.
TEST(CapturesBehindEachOther, HoldNoResetThatOnlyTheSecondShowsAgainstLaterMoments) {
  const Trace once(aborted_upload());
  Point server = kFarServer;
  for (Frame lost = 48; lost < 70; lost += 4) server.unseen.insert({lost, lost + 1});
  const Shown alone(once, {kAtClient}), shown(once, {server, kAtClient});
  const auto shown_first = static_cast<Frame>(once.segments().size() - server.unseen.size());
  for (const Explained* own : alone.resets()) {
    const Explained* const again = shown.in_frame(shown_first + own->frame());
    ASSERT_NE(again, nullptr);
    if (!server.unseen.contains(own->frame())) continue;
    EXPECT_EQ(again->verdict.cause, own->verdict.cause) << own->frame();
    EXPECT_EQ(again->verdict.confidence, own->verdict.confidence) << own->frame();
  }
}

/// A client that was reset, lost its reset on the way and came back by the same port: what the
/// first capture shows came later.
TEST(CapturesBehindEachOther, KnowWhichOfTwoResetsCameFirst) {
  const Trace once(
      "0ms -> S\n 60ms <- SA\n 61ms -> A\n 92ms -> PA len 6\n 153ms <- A\n 338ms -> RA\n"
      " 461ms -> S isn 9000000\n 523ms <- A rawseq 500001 rawack 1007\n 524ms -> reply id 0\n"
      " 533ms -> S again\n 594ms <- SA isn 700000\n 595ms -> A\n 626ms -> PA len 5\n 687ms <- A\n"
      " 856ms -> FA\n 917ms <- A\n 1000ms <- FA\n 1061ms -> A\n");
  Point server = kFarServer;
  server.unseen = {6};
  const Shown shown(once, {server, kAtClient});
  const Explained* const abort = shown.in_frame(17 + 6);
  ASSERT_NE(abort, nullptr);
  EXPECT_EQ(abort->reset.volley, 0U);
  EXPECT_NE(abort->verdict.cause->sender, Sender::third_party);
}

/// Where time goes on such a reset is told from its sender's own.
TEST(CapturesBehindEachOther, HoldAResetThatComesInItsTimeAgainstItsSender) {
  const Trace trace(
      "0ms -> S ttl 60\n 60ms <- SA\n 121ms -> A ttl 60\n 150ms -> PA len 6 ttl 60\n"
      " 151ms <- PA len 30\n 152ms -> RA ttl 64 notime\n 400ms -> PA len 10 ttl 60\n");
  EXPECT_EQ(trace.cause(), "injected");
}

/// A SYN of before with numbers from elsewhere opens a connection of its own.
TEST(CapturesBehindEachOther, TakeTheSynOfOtherNumbersForAnotherConnection) {
  Trace trace(
      "1000ms -> A seq 500000\n 1003ms -> PA len 40\n 1004ms <- PA len 30\n 1006ms <- RA\n"
      "0ms -> S seq 90000000\n 1ms <- reply id 0\n");

  EXPECT_EQ(trace.last().duplicate_of, 0U);
  EXPECT_EQ(trace.engine().flow(trace.last().flow).first_frame(), 5U);
}

/// What the first capture lost far back is nothing that came after its resets.
TEST(CapturesBehindEachOther, TakeNothingOfLongBeforeForTheSenderGoingOn) {
  const Trace once(kLongDownload);
  Point first = kAtServer, second = kAtClient;
  for (Frame lost = 20; lost < 700; lost += 20) first.unseen.insert(lost);
  const Shown alone(once, {first}), shown(once, {first, second});
  for (std::size_t i = 0; i < alone.resets().size(); ++i) {
    EXPECT_EQ(shown.resets()[i]->verdict.cause, alone.resets()[i]->verdict.cause);
    EXPECT_EQ(shown.resets()[i]->reset.went_on, 0U);
  }
}

/// The same numbers again while the clock goes on are the sender's own doing.
TEST(CapturesBehindEachOther, AreNotSeenWhereAHostRepeatsItself) {
  Trace trace(
      "0ms -> S\n 1ms <- SA\n 2ms -> A\n 3ms -> PA len 40\n 4ms <- PA len 30\n 5ms -> A\n"
      "6ms -> PA len 10\n 300ms -> PA len 10 again\n 900ms -> PA len 10 again\n 2100ms -> PA len "
      "10 again\n 4500ms -> "
      "RA\n");

  EXPECT_EQ(trace.engine().flow(trace.last().flow).trouble(End::a).retransmits.count, 3U);
}

/// Later in the same capture it is another packet: a port that is tried again after a while.
TEST(PortClosed, IsToldAgainWhereThePortIsTriedAgainLater) {
  const Trace trace(
      "0ms -> S\n 1ms <- RA rawseq 0 rawack 1001 win 0 id 0 plain\n"
      "1000ms -> S again\n 1001ms <- RA rawseq 0 rawack 1001 win 0 id 0 plain\n");

  EXPECT_EQ(trace.last().duplicate_of, 0U);
  EXPECT_EQ(trace.cause(), "port_closed");
}

}  // namespace
}  // namespace rstcause
