// SPDX-License-Identifier: GPL-2.0-or-later
// Health checks, proxies, pools and Redis.
#include "stories/story.h"

namespace rstcause {
namespace {

using test::kHumble;
using test::Trace;

// 34. A health check ends by RST on purpose: request, answer, RST.
TEST(Stories, No34HealthCheckThatEndsByReset) {
  const Trace trace(R"(
      0ms -> S
      1ms <- SA
      2ms -> A
      3ms -> PA data OPTIONS / HTTP/1.0\r\n\r\n
      5ms <- PA data HTTP/1.0 200 OK\r\n\r\n
    5.1ms -> RA
  )");

  EXPECT_EQ(trace.cause(), "linger0");
  EXPECT_EQ(trace.last().verdict.cause->severity, Severity::note);
}

// 35. The same without a byte: who resets tells it from a full queue (18).
TEST(Stories, No35TcpCheckWithSoLinger) {
  const Trace trace("0ms -> S\n 1ms <- SA\n 2ms -> A\n 2.1ms -> RA\n");

  EXPECT_EQ(trace.cause(), "connect_probe");
  EXPECT_TRUE(trace.last().verdict.cause->benign);
}

// 36. A proxy closes its backend's side with SO_LINGER after the answer.
TEST(Stories, No36ProxyEndsItsBackendsSideWithLinger) {
  const Trace trace(R"(
      0ms -> S
      1ms <- SA
      2ms -> A
      3ms -> PA len 300
      9ms <- PA len 900
     10ms -> A
    300ms -> RA
  )");

  EXPECT_EQ(trace.cause(), "linger0");
  EXPECT_EQ(trace.last().verdict.bytes_lost, 0U);
}

// 37. SO_LINGER 0 on a server cuts the answer off.
TEST(Stories, No37NolingerTruncatesTheAnswer) {
  const Trace trace(R"(
      0ms -> S
      1ms <- SA
      2ms -> A
      3ms -> PA len 300
      4ms <- A
      9ms <- A len 4000
      9ms <- PA len 4000
    9.1ms <- RA
  )");

  EXPECT_GE(trace.confidence_in("linger0"), 20);
  EXPECT_GE(trace.last().verdict.bytes_lost, 8000U);
}

// 38. A proxy turns the client's FIN on one leg into a RST on the other.
TEST(Stories, No38ClientsFinBecomesABackendsReset) {
  const Trace trace(R"(
      0ms -> S
      1ms <- SA
      2ms -> A
      3ms -> PA len 300
      4ms <- A
    900ms -> RA
  )");

  EXPECT_EQ(trace.cause(), "linger0");
}

// 39. A query crosses the FIN of a proxy; its ACK of the FIN draws a second RST.
TEST(Stories, No39QueryCrossesTheFinAndTheAckIsResetToo) {
  const Trace trace(R"(
        0ms -> S
        1ms <- SA
        2ms -> A
        3ms -> PA len 30
        4ms <- PA len 200
        5ms -> A
     9000ms <- FA
   9000.1ms -> PA len 30 ack 201
   9000.2ms -> A ack 202
   9000.3ms <- R seq 201 win 0 plain
   9000.4ms <- R seq 202 win 0 plain
  )");

  EXPECT_EQ(trace.cause_in(10), "data_after_close");
  EXPECT_EQ(trace.cause(), "late_segment");
  EXPECT_EQ(trace.last().verdict.root, 10U);
}

// 40. A pool closes a redis connection on which an answer is still to come.
TEST(Stories, No40PoolClosesWithAnAnswerOnItsWay) {
  const Trace trace(R"(
      0ms -> S
      1ms <- SA
      2ms -> A
      3ms -> PA data *2\r\n$3\r\nGET\r\n$1\r\na\r\n
    3.2ms -> FA
      4ms <- PA data $1\r\n1\r\n
    4.1ms -> reply
  )");

  EXPECT_EQ(trace.cause(), "data_after_close");
}

// 41. The server's FIN was lost on the path; a later command meets a RST.
TEST(Stories, No41FinThatNeverArrived) {
  const Trace trace(R"(
        0ms -> S
        1ms <- SA
        2ms -> A
        3ms -> PA data *1\r\n$4\r\nPING\r\n
        4ms <- PA data +PONG\r\n
        5ms -> A
     9003ms -> PA data *1\r\n$4\r\nPING\r\n
     9004ms <- reply
  )");

  EXPECT_EQ(trace.cause(), "connection_unknown") << "the FIN is not in this capture";
  EXPECT_LE(trace.last().verdict.confidence, kHumble);
}

// 42. One abort, and a bare RST for every segment that was still under way.
TEST(Stories, No42StormOfResetsIsOneIncident) {
  const Trace trace(R"(
      0ms -> S
      1ms <- SA
      2ms -> A
      3ms -> A len 1400
      3ms -> A len 1400
      3ms -> A len 1400
      3ms -> PA len 1400
      4ms <- A len 1400 ack 1401
    4.1ms <- RA ack 1401
    4.2ms <- R seq 1 win 0 plain id 0
    4.2ms <- R seq 1 win 0 plain id 0
    4.2ms <- R seq 1 win 0 plain id 0
  )");

  EXPECT_GE(trace.confidence_in("late_segment") + (trace.last().duplicate_of != 0 ? 100 : 0), 60);
  EXPECT_EQ(trace.cause_in(10), "late_segment");
  EXPECT_EQ(trace.in_frame(10).verdict.root, 9U);
}

// 43. RSTs after irregular gaps; still open.
TEST(Stories, No43IrregularGapsStayOpen) {
  const Trace trace(R"(
        0ms -> S
        1ms <- SA
        2ms -> A
        3ms -> PA len 50
        4ms <- PA len 50
        5ms -> A
    47000ms -> PA len 50
    47001ms <- reply
  )");

  EXPECT_LE(trace.last().verdict.confidence, 85);
  EXPECT_GE(trace.confidence_in("idle_timeout"), 2);
  EXPECT_GE(trace.confidence_in("connection_unknown"), 2);
}

}  // namespace
}  // namespace rstcause
