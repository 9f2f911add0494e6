// SPDX-License-Identifier: GPL-2.0-or-later
// Fifty cases that people reported in public, as their reports tell them: what the plugin would
// have answered. README.md lists them with their sources; the numbers are the same. What the
// cause turned out to be is the truth; where an observer of these packets cannot know it, it
// must be among what is not ruled out, and the verdict humble.
#include <gtest/gtest.h>

#include <string>
#include <string_view>

#include "support/printers.h"
#include "support/trace.h"

namespace rstcause {
namespace {

using test::Trace;

/// A verdict that leaves room for others.
constexpr int kHumble = 70;

bool says(std::string_view text, std::string_view words) {
  return text.find(words) != std::string_view::npos;
}

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

// 12. A device near the client forged a RST to the ClientHello, 7 ms after it on a path of 300 ms.
TEST(Stories, No12DeviceNearbyForgesAResetToTheClientHello) {
  const Trace trace(R"(
      0ms -> S
    318ms <- SA ttl 50
    319ms -> A
    320ms -> PA len 517
    327ms <- RA win 0 plain ttl 60 data \x01\x02\x03\x04\x05\x06\x07\x08\x09\x0a
    637ms <- A ttl 50
    638ms <- PA len 1400 ttl 50
  )");

  EXPECT_EQ(trace.cause_in(5), "injected");
  EXPECT_EQ(trace.in_frame(5).verdict.mode, Mode::forged);
}

// 13. A RST answered the SYN; then the server did, and the connection lived.
TEST(Stories, No13ResetToTheSynIsBeliedByTheSynAck) {
  const Trace trace(R"(
       0ms -> S ttl 62 id 5461 win 16384
     230ms <- RA rawseq 0 ack 1 ttl 46 id 5461 win 16384 plain
    1270ms <- SA ttl 49 id 32588
    1271ms -> A
    1272ms -> PA len 100
    1500ms <- PA len 500 ttl 49
    1501ms -> A
  )");

  EXPECT_EQ(trace.cause_in(2), "injected");
}

// 14. A national firewall answers the SYN by three RSTs whose windows count up.
TEST(Stories, No14ThreeResetsToASynWithWindowsThatCountUp) {
  const Trace trace(R"(
      0ms -> S
      7ms <- RA rawseq 0 ack 1 win 1980 plain ttl 60
      7ms <- RA rawseq 0 ack 1 win 1981 plain ttl 60
      7ms <- RA rawseq 0 ack 1 win 1982 plain ttl 60
    180ms <- SA ttl 48
  )");

  EXPECT_EQ(trace.in_frame(2).verdict.origin, Origin::middlebox) << "no host refuses so";
}

// 15. Three equal RSTs from another distance, and the server goes on.
TEST(Stories, No15VolleyFromAnotherDistance) {
  const Trace trace(R"(
      0ms -> S
    100ms <- SA ttl 52
    101ms -> A
    102ms -> PA len 517
    110ms <- R seq 1 ttl 110 win 0 plain id 4000
    110ms <- R seq 1 ttl 110 win 0 plain id 4001
    110ms <- R seq 1 ttl 110 win 0 plain id 4002
    202ms <- PA len 1400 ttl 52
  )");

  EXPECT_EQ(trace.in_frame(5).verdict.origin, Origin::middlebox);
  EXPECT_EQ(trace.in_frame(5).revised, 8U) << "the server goes on";
}

// 16. The first octet of a connection was answered by a forged RST; there was no TLS in it.
TEST(Stories, No16FirstOctetIsResetWhateverItSays) {
  const Trace trace(R"(
      0ms -> S
    100ms <- SA ttl 50
    101ms -> A
    500ms -> PA data a
    508ms <- RA win 0 plain ttl 61 id 31337
  )");

  EXPECT_GE(trace.confidence_in("injected") + trace.confidence_in("firewall_reset"), 10);
  for (const std::string& context : trace.last().context) EXPECT_FALSE(says(context, "TLS"));
}

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
