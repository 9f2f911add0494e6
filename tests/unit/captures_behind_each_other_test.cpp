// SPDX-License-Identifier: GPL-2.0-or-later
//
// Captures that somebody put behind each other (mergecap -a, two sections of one file): what stood
// in the first and comes again is a copy, in either order, and nothing follows from it. Not so yet
// where one SYN was tried and refused again: those refusals differ in nothing but their time.
#include <gtest/gtest.h>

#include <ostream>
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
};
constexpr Point kAtClient{64, 63, 0}, kAtServer{63, 64, -20 * kMicrosecond};

/// The conversation as it is shown at those points, one behind the other.
class Shown {
 public:
  Shown(const Trace& once, const std::vector<Point>& points) {
    Frame frame = 0;
    for (const Point& point : points) {
      for (Segment segment : once.segments()) {
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

const Row kRows[] = {
    {"abort",
     "0ms -> S\n 1ms <- SA id 0\n 2ms -> A\n 3ms -> PA len 40\n 4ms <- PA len 30\n 5ms -> A\n"
     " 6ms <- RA\n"},
    {"answer",
     "0ms -> S\n 1ms <- SA id 0\n 2ms -> A\n 3ms -> PA len 40\n 4ms <- PA len 30\n 5ms <- FA\n"
     " 6ms -> A\n 3000ms -> PA len 40\n 3001ms <- reply id 0\n"},
};

class CapturesBehindEachOther : public testing::TestWithParam<Row> {};

/// The client's point before the server's, the reverse, and the same capture twice.
TEST_P(CapturesBehindEachOther, ShowCopiesAndNothingElse) {
  const Trace once(GetParam().conversation);
  const Shown alone(once, {kAtClient});
  const std::size_t resets = alone.resets().size();
  for (const auto& points : {std::vector{kAtClient, kAtServer}, std::vector{kAtServer, kAtClient},
                             std::vector{kAtClient, kAtClient}}) {
    const Shown shown(once, points);
    ASSERT_EQ(shown.resets().size(), 2 * resets);
    for (std::size_t i = 0; i < resets; ++i) {
      const Explained &first = *shown.resets()[i], &again = *shown.resets()[resets + i];
      EXPECT_EQ(first.verdict.cause, alone.resets()[i]->verdict.cause);
      EXPECT_EQ(first.verdict.root, alone.resets()[i]->verdict.root);
      EXPECT_EQ(first.duplicate_of, 0U);
      EXPECT_EQ(again.duplicate_of, first.frame());
      EXPECT_EQ(again.verdict.cause, first.verdict.cause);
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Of, CapturesBehindEachOther, testing::ValuesIn(kRows),
                         [](const auto& row) { return std::string(row.param.name); });

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
