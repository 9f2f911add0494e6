// SPDX-License-Identifier: GPL-2.0-or-later
// One end closes while the other still speaks, or has not read.
#include "stories/story.h"

namespace rstcause {
namespace {

using test::says;
using test::Trace;

// 4. The server's keep-alive time was shorter than the proxy's: the request crosses the FIN.
TEST(Stories, No04ProxyReusesAConnectionThatTheServerIsClosing) {
  const Trace trace(R"(
         0ms -> S
         1ms <- SA
         2ms -> A
         3ms -> PA len 300
         9ms <- PA len 900
        10ms -> A
      5009ms <- FA
    5009.2ms -> PA len 300 ack 901
    5009.6ms <- reply
  )");

  EXPECT_EQ(trace.cause(), "data_after_close");
  EXPECT_EQ(trace.last().verdict.variant->detail, "race");
  EXPECT_TRUE(says(trace.report().advice, "keep-alive"));
}

// 5. The same where the server's close() met the request in its receive queue.
TEST(Stories, No05ServerClosesWithTheNextRequestInItsQueue) {
  const Trace trace(R"(
         0ms -> S
         1ms <- SA
         2ms -> A
         3ms -> PA len 300
         9ms <- PA len 900
        10ms -> A
      5010ms -> PA len 300
      5010.4ms <- RA
  )");

  EXPECT_EQ(trace.cause(), "unread_data");
}

// 6. A POST reached a server in FIN-WAIT-1.
TEST(Stories, No06PostMeetsAServerInFinWait1) {
  const Trace trace(R"(
       0ms -> S
     0.2ms <- SA
     0.3ms -> A
     0.4ms <- FA
     0.5ms -> PA len 656 ack 1
     3.2ms <- reply
  )");

  EXPECT_EQ(trace.cause(), "data_after_close");
  EXPECT_EQ(trace.last().verdict.state, State::fin_wait_1);
}

// 7. The server's timer destroyed a connection whose request it had acknowledged and not read.
TEST(Stories, No07TimerDestroysAConnectionWithARequestUnread) {
  const Trace trace(R"(
         0ms -> S
         1ms <- SA
         2ms -> A
         3ms -> PA len 200
         5ms <- PA len 400
         6ms -> A
     10003ms -> PA len 200
     10003.1ms <- A
     10004ms <- RA
  )");

  EXPECT_EQ(trace.cause(), "unread_data");
  EXPECT_EQ(trace.last().verdict.kernel_reason, "TCP_ABORT_ON_CLOSE");
}

// 8. A load generator ended with answers unread.
TEST(Stories, No08LoadGeneratorExitsWithAnswersUnread) {
  const Trace trace(R"(
        0ms -> S
     0.02ms <- SA
     0.03ms -> A
     0.05ms -> PA len 80
     0.08ms -> FA
      0.2ms <- PA len 500
     0.21ms -> reply
  )");

  EXPECT_EQ(trace.cause(), "data_after_close");
}

// 9. An HTTP server refused the upload early and closed while the body was still arriving.
TEST(Stories, No09EarlyRefusalOfAnUploadThatGoesOn) {
  const Trace trace(R"(
      0ms -> S
      1ms <- SA
      2ms -> A
      3ms -> A len 1400
      3ms -> A len 1400
      4ms <- A
      5ms <- PA len 180
      5ms <- FA
      6ms -> A len 1400 ack 1
      7ms <- reply
  )");

  EXPECT_EQ(trace.cause(), "data_after_close");
}

TEST(Stories, No09EarlyRefusalWithTheBodyInTheQueue) {
  const Trace trace(R"(
      0ms -> S
      1ms <- SA
      2ms -> A
      3ms -> A len 1400
      3ms -> A len 1400
      4ms <- A
      5ms <- PA len 180
    5.1ms <- RA
  )");

  EXPECT_EQ(trace.cause(), "unread_data");
  EXPECT_TRUE(says(trace.report().advice, "drain"));
}

// 10. The same refusal with nothing behind it: no RST, and nothing to say.
TEST(Stories, No10RefusalAfterTheWholeBodyResetsNothing) {
  Trace trace(R"(
      0ms -> S
      1ms <- SA
      2ms -> A
      3ms -> PA len 1400
      5ms <- PA len 180
      5ms <- FA
      6ms -> FA
      7ms <- A
  )");

  EXPECT_TRUE(trace.engine().explained().empty());
}

// 11. A close() with the peer's late pings unread destroyed the end of the server's own answer.
TEST(Stories, No11CloseOverUnreadPingsCutsTheOwnAnswerOff) {
  const Trace trace(R"(
      0ms -> S
      1ms <- SA
      2ms -> A
      3ms -> PA len 60
      4ms <- A len 4000
      4ms <- PA len 4000
     20ms -> A ack 4001
     30ms -> PA len 8 ack 4001
     31ms <- RA
  )");

  EXPECT_EQ(trace.cause(), "unread_data");
  EXPECT_GE(trace.last().verdict.bytes_lost, 4000U) << "the answer's second half never arrived";
}

}  // namespace
}  // namespace rstcause
