// SPDX-License-Identifier: GPL-2.0-or-later
// Connections that were never taken up, or whose beginning nobody saw.
#include "stories/story.h"

namespace rstcause {
namespace {

using test::kHumble;
using test::says;
using test::Trace;

// 17. The accept queue was full: the ACK is ignored, the SYN-ACK repeated, the data reset.
TEST(Stories, No17FullAcceptQueueDropsTheAck) {
  const Trace trace(R"(
        0ms -> S
        1ms <- SA
        2ms -> A
     1001ms <- SA
     1002ms -> A
     3001ms <- SA
     3002ms -> A
     7001ms <- SA
     7002ms -> A
    15001ms <- SA
    15002ms -> A
    70000ms -> PA len 100
    70001ms <- reply
  )");

  EXPECT_EQ(trace.cause(), "accept_queue_full");
  EXPECT_TRUE(says(trace.report().advice, "Recv-Q"));
}

// 18. The same with an abort at once, among many clients that are served.
TEST(Stories, No18FullAcceptQueueAbortsAtOnce) {
  const Trace trace(R"(
        0ms -> S port 50001
        1ms <- SA port 50001
        2ms -> A port 50001
        3ms -> PA len 50 port 50001
        9ms <- PA len 50 port 50001
       10ms -> S
       11ms <- SA
       12ms -> A
       12ms <- reply
       13ms -> S port 50002
       14ms <- SA port 50002
       15ms -> A port 50002
       16ms -> PA len 50 port 50002
       19ms <- PA len 50 port 50002
  )");

  EXPECT_EQ(trace.cause(), "accept_queue_full");
}

// 19. Another stack: the SYN cache's entry was gone, no SYN-ACK was repeated.
TEST(Stories, No19SynCacheEntryIsGoneWhenTheDataComes) {
  const Trace trace(R"(
        0ms -> S
        1ms <- SA
        2ms -> A
      500ms -> PA len 100
      501ms <- reply
  )");

  EXPECT_GE(trace.confidence_in("accept_queue_full"), 5);
  EXPECT_LE(trace.last().verdict.confidence, kHumble);
}

// 21. connect() was given up after 100 ms, the SYN-ACK came after 160 ms.
TEST(Stories, No21SynAckComesAfterTheConnectTimeout) {
  const Trace trace(R"(
      0ms -> S
    160ms <- SA
    160.1ms -> reply
  )");

  EXPECT_EQ(trace.cause(), "connect_cancelled");
  EXPECT_LT(trace.confidence_in("syn_scan"), 20);
}

// 47. A stack answers a repeated SYN by a RST.
TEST(Stories, No47RepeatedSynIsRefused) {
  const Trace trace(R"(
        0ms -> S
        1ms <- SA
     1000ms -> S again
     1001ms <- RA rawseq 0 ack 1 win 0 plain
  )");

  EXPECT_LE(trace.last().verdict.confidence, 90);
  EXPECT_NE(trace.cause(), "injected");
}

// 49. One RST and nothing else.
TEST(Stories, No49LoneReset) {
  const Trace trace("0ms <- R rawseq 4000 win 0 plain\n");

  EXPECT_EQ(trace.cause(), "capture_incomplete");
}

}  // namespace
}  // namespace rstcause
