// SPDX-License-Identifier: GPL-2.0-or-later
// Firewalls, balancers and translations of addresses between the two ends.
#include "stories/story.h"

namespace rstcause {
namespace {

using test::kHumble;
using test::says;
using test::Trace;

// 1. A firewall forgot an idle connection and answered the keepalive probe itself, with the
// probe's own IP ID and window.
TEST(Stories, No01FirewallAnswersTheKeepaliveOfAConnectionItForgot) {
  const Trace trace(R"(
       0ms -> S
       1ms <- SA ttl 58
       2ms -> A
       3ms -> PA len 20
       4ms <- PA len 20 ttl 58
       5ms -> A win 17520
    7200s -> probe id 6001 win 17520
    7200.001s <- RA ttl 28 id 6001 win 17520 ack 20 plain
  )");

  EXPECT_EQ(trace.cause(), "idle_timeout");
  EXPECT_EQ(trace.last().verdict.origin, Origin::middlebox);
}

// 2. A firewall's policy and a closed port give the same RST; only the distance tells.
TEST(Stories, No02FirewallPolicyLooksLikeAClosedPort) {
  const Trace trace("0ms -> S\n 1ms <- reply\n");

  EXPECT_EQ(trace.cause(), "port_closed");
  EXPECT_GE(trace.confidence_in("firewall_reject"), 5);
}

TEST(Stories, No02FirewallPolicyIsToldByItsDistance) {
  const Trace trace(R"(
      0ms -> S
      1ms <- SA ttl 60
      2ms -> A
      3ms -> PA len 10
      4ms <- PA len 10 ttl 60
      5ms -> A
    900ms -> S port 50001
    901ms <- reply ttl 63 port 50001
  )");

  EXPECT_EQ(trace.cause(), "firewall_reject");
}

// 3. A load balancer dropped the connection after 350 s and said so to the first data.
TEST(Stories, No03LoadBalancerForgetsAfter350Seconds) {
  const Trace trace(R"(
         0ms -> S
         1ms <- SA
         2ms -> A
         3ms -> PA len 100
        40ms <- PA len 300
        41ms -> A
        60s -> PA len 100
        60.04s <- PA len 300
        60.041s -> A
       415s -> PA len 100
       415.001s <- reply
  )");

  EXPECT_EQ(trace.cause(), "idle_timeout");
  EXPECT_GT(trace.last().verdict.idle, 350 * kSecond);
  EXPECT_TRUE(says(trace.report().advice, "keepalive"));
}

// 22. A load balancer sent the handshake's last ACK to another backend, which knew nothing of it.
TEST(Stories, No22LastAckGoesToAnotherBackend) {
  const Trace trace(R"(
      0ms -> S
      1ms <- SA ttl 62
      2ms -> A
      2.5ms <- reply ttl 62
  )");

  EXPECT_GE(trace.confidence_in("nat_state_lost") + trace.confidence_in("connection_unknown"), 2);
  EXPECT_LE(trace.last().verdict.confidence, kHumble);
}

// 23. The agent that translates addresses restarted; data of old connections meets a RST.
TEST(Stories, No23TranslationIsLostInTheMiddle) {
  const Trace trace(R"(
        0ms -> S
        1ms <- SA
        2ms -> A
        3ms -> PA len 50
        4ms <- PA len 50
        5ms -> A
     9000ms -> PA len 50
     9001ms <- reply
    24000ms -> PA len 50 again
    24001ms <- reply
  )");

  EXPECT_EQ(trace.cause_in(8), "connection_unknown");
  EXPECT_GE(trace.in_frame(8).verdict.alternatives.size(), 1U);
  EXPECT_LE(trace.in_frame(8).verdict.confidence, kHumble);
  EXPECT_EQ(trace.cause(), "late_segment") << "one incident, not two";
  EXPECT_EQ(trace.last().verdict.root, 8U);
}

// 25 and 26. One segment came with the backend's own address, so the client's host knew no such
// connection; its RST is of another 4-tuple than the connection that died of it.
TEST(Stories, No25SegmentWithTheBackendsOwnAddress) {
  const Trace trace(R"(
        0ms -> S
        1ms <- SA
        2ms -> A
        3ms -> PA len 50
        4ms <- PA len 1400
        5ms -> A
        6ms <- PA len 1400 to 8080
      6.1ms -> reply to 8080
  )");

  EXPECT_GE(trace.confidence_in("connection_unknown") + trace.confidence_in("capture_incomplete") +
                trace.confidence_in("nat_state_lost"),
            30);
  EXPECT_NE(trace.cause(), "injected");
}

// 28. A balancer keeps half-closed connections for 60 s; the server spoke after that.
TEST(Stories, No28HalfClosedConnectionIsForgottenAfterAMinute) {
  const Trace trace(R"(
        0ms -> S
        1ms <- SA
        2ms -> A
        3ms -> PA len 50
        4ms <- A
        5ms -> FA
        6ms <- A
       75s <- PA len 500
       75.001s -> reply
  )");

  EXPECT_EQ(trace.cause(), "half_close_expired") << "whose timer it was, the host's or the box's, "
                                                    "these packets do not tell";
}

// 29. A virtual server forgets after 900 s; a pause of 512 s had been survived.
TEST(Stories, No29PauseOf512SecondsSurvives900DoesNot) {
  const Trace trace(R"(
        0ms -> S
        1ms <- SA
        2ms -> A
        3ms -> PA data *1\r\n$4\r\nPING\r\n
        4ms <- PA data +PONG\r\n
        5ms -> A
      512s -> PA data *1\r\n$4\r\nPING\r\n
      512.001s <- PA data +PONG\r\n
      512.002s -> A
     1414s -> PA data *1\r\n$4\r\nPING\r\n
     1414.001s <- reply
  )");

  EXPECT_GE(trace.confidence_in("idle_timeout"), 10);
  EXPECT_LE(trace.last().verdict.confidence, kHumble);
  EXPECT_GE(trace.last().verdict.idle, 900 * kSecond);
}

// 30. Every two hours a RST, in the middle of requests, never idle. Nobody ever found out.
TEST(Stories, No30ResetInTheMiddleOfWorkIsNoIdleTimeout) {
  const Trace trace(R"(
         0ms -> S
         1ms <- SA
         2ms -> A
    7199998ms -> PA len 50
    7199999ms <- PA len 500
    7200000ms -> PA len 50
    7200001ms <- RA
  )");

  EXPECT_LT(trace.confidence_in("idle_timeout"), 5);
  EXPECT_LE(trace.last().verdict.confidence, 85);
}

// 31. A virtual server's entry was gone, without a pause.
TEST(Stories, No31EntryIsGoneWithoutAPause) {
  const Trace trace(R"(
        0ms -> S
        1ms <- SA
        2ms -> A
        3ms -> PA len 50
        4ms <- PA len 50
        5ms -> A
     1003ms -> PA len 50
     1004ms <- PA len 50
     1005ms -> A
     2003ms -> PA len 50
   2003.4ms <- reply
  )");

  EXPECT_GE(trace.confidence_in("nat_state_lost"), 2);
  EXPECT_LE(trace.last().verdict.confidence, kHumble);
}

// 32. A NAT sent the SYN-ACK to another port than the SYN had come from.
TEST(Stories, No32SynAckOfAnotherNatSession) {
  const Trace trace(R"(
      0ms -> S
     20ms <- SA port 50777
   20.1ms -> reply port 50777
  )");

  EXPECT_EQ(trace.cause(), "backscatter");
  EXPECT_LE(trace.last().verdict.confidence, kHumble);
}

// 33. A router's port forwarding returned the SYN to its own sender.
TEST(Stories, No33ReflectedSynMeetsTheSendersOwnClosedPort) {
  const Trace trace("0ms -> S\n 0.02ms <- reply\n");

  EXPECT_EQ(trace.cause(), "port_closed");
}

// 44 and 45. A black hole gives no RST: nothing to explain, and nothing is invented.
TEST(Stories, No44BlackHoleResetsNothing) {
  Trace trace(R"(
        0ms -> S
        1ms <- SA
        2ms -> A
        3ms -> PA len 50
        4ms <- PA len 50
      900s -> PA len 50
      900.2s -> PA len 50 again
      900.6s -> PA len 50 again
      901.4s -> PA len 50 again
  )");

  EXPECT_TRUE(trace.engine().explained().empty());
}

// 46. A load balancer tells both sides that 240 s have passed.
TEST(Stories, No46LoadBalancerTellsBothSides) {
  const Trace trace(R"(
        0ms -> S
        1ms <- SA ttl 60
        2ms -> A
        3ms -> PA len 50
        4ms <- PA len 50 ttl 60
        5ms -> A
      240s <- RA win 0 plain ttl 60
      240s -> RA win 0 plain
  )");

  EXPECT_GE(trace.confidence_in("idle_timeout"), 30);
}

// 50. A rolling update left stale translations: many old connections reset in one burst.
TEST(Stories, No50StaleTranslationsEndInOneBurst) {
  const Trace trace(R"(
        0ms -> S
        1ms <- SA
        2ms -> A
        3ms -> PA len 50
        4ms <- A
        5ms -> S port 50001
        6ms <- SA port 50001
        7ms -> A port 50001
        8ms -> PA len 50 port 50001
        9ms <- A port 50001
     9000ms -> PA len 50
     9001ms <- reply
     9002ms -> PA len 50 port 50001
     9003ms <- reply port 50001
  )");

  EXPECT_GE(trace.confidence_in("peer_restarted"), 10);
  EXPECT_GE(trace.confidence_in("connection_unknown"), 10);
  EXPECT_LE(trace.last().verdict.confidence, 75);
}

}  // namespace
}  // namespace rstcause
