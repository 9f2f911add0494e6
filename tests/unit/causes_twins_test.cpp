// SPDX-License-Identifier: GPL-2.0-or-later
// Pairs of conversations that differ in one thing, and what that thing says of causes.
#include <ostream>
#include <sstream>

#include "unit/speaks.h"

namespace rstcause {
namespace {

using test::Effect;
using test::Story;

/// A line that begins with - stands in the first of two conversations alone, with + in the second.
/// It is the last RST that is asked about, or the one in the line that begins with *.
struct Twins {
  std::string_view name;
  std::string_view text;
  Effect effect;
};

/// One of the two: without the lines that begin with the other's mark.
Story one_of(std::string_view text, char mark) {
  Story made;
  bool marked = false;
  Frame frame = 0;
  std::istringstream in{std::string(text)};
  for (std::string line; std::getline(in, line);) {
    const bool others = line.empty() || (line[0] != ' ' && line[0] != '*' && line[0] != mark);
    if (others) continue;
    ++frame;
    const bool is_reset = line.find(" reply") != std::string::npos ||
                          line.find("> R") != std::string::npos ||
                          line.find("- R") != std::string::npos;
    if (is_reset && !marked) made.reset = frame;
    marked = marked || line[0] == '*';
    line[0] = ' ';
    made.text += line + "\n";
  }
  return made;
}

void PrintTo(const Twins& twins, std::ostream* out) {
  *out << twins.name;
}

const Twins kTwins[] = {
    {"TheHttpExchangeIsWhole",
     R"(
     0ms -> S
     1ms <- SA
     2ms -> A
-    3ms -> PA len 18
-    4ms <- PA len 40
+    3ms -> PA data GET / HTTP/1.1\r\n\r\n
+    4ms <- PA data HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi
     5ms -> A
    50ms -> RA
)",
     {.supports = {"linger0"}, .against = {"unread_data"}}},
    {"TheServerAnswersBeforeTheBodyIsWhole",
     R"(
     0ms -> S
     1ms <- SA
     2ms -> A
-    3ms -> PA data POST / HTTP/1.1\r\nContent-Length: 0004\r\n\r\nbody
+    3ms -> PA data POST / HTTP/1.1\r\nContent-Length: 9000\r\n\r\nbody
     4ms <- A
    50ms <- PA data HTTP/1.1 413 Too Large\r\nContent-Length: 0\r\n\r\n
    51ms -> A
    90ms <- RA
)",
     {.against = {"linger0"}}},
    {"APipelinedRequestIsLeft",
     R"(
     0ms -> S
     1ms <- SA
     2ms -> A
-    3ms -> PA data GET / HTTP/1.1\r\n\r\n
+    3ms -> PA data GET / HTTP/1.1\r\n\r\nGET / HTTP/1.1\r\n\r\n
     4ms <- A
    50ms <- PA data HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi
    51ms -> A
    90ms <- RA
)",
     {.supports = {"unread_data"}, .against = {"linger0"}}},
    {"ATlsAlertAnswersClearHttp",
     R"(
     0ms -> S
     1ms <- SA
     2ms -> A
-    3ms -> PA len 18
+    3ms -> PA data GET / HTTP/1.1\r\n\r\n
     4ms <- A
    50ms <- PA data \x15\x03\x03\x00\x02\x02\x28
    51ms -> A
    90ms <- RA
)",
     {.supports = {"unread_data"}}},
    {"TheConnectionSpeaksTls",
     R"(
    0ms -> S
    1ms <- SA
    2ms -> A
-   3ms -> PA len 9
-   4ms <- PA len 9
+   3ms -> PA data \x16\x03\x01\x00\x04\x01\x00\x00\x00
+   4ms <- PA data \x16\x03\x03\x00\x04\x02\x00\x00\x00
    5ms -> A
    6ms -> RA
)",
     {.supports = {"unread_data"}}},
    {"AFatalAlertEndsTheHandshake",
     R"(
    0ms -> S
    1ms <- SA
    2ms -> A
    3ms -> PA data \x16\x03\x01\x00\x04\x01\x00\x00\x00
-   4ms <- PA data \x16\x03\x03\x00\x02\x02\x28
+   4ms <- PA data \x15\x03\x03\x00\x02\x02\x28
    5ms <- RA
)",
     {.supports = {"unread_data"}, .against = {"linger0"}}},
    {"ThePeersAlertIsItsLastWord",
     R"(
      0ms -> S
      1ms <- SA
      2ms -> A
      3ms -> PA data \x16\x03\x01\x00\x04\x01\x00\x00\x00
      4ms <- PA data \x16\x03\x03\x00\x04\x02\x00\x00\x00
      5ms -> A
-   400ms <- PA data \x17\x03\x03\x00\x02\x01\x00
+   400ms <- PA data \x15\x03\x03\x00\x02\x01\x00
    401ms -> A
    500ms -> RA
)",
     {.supports = {"unread_data"}}},
    {"AGreetingIsNeverAnswered",
     R"(
    0ms -> S
    1ms <- SA
    2ms -> A
-   3ms <- PA data xxx mail.example.com ESMTP\r\n
+   3ms <- PA data 220 mail.example.com ESMTP\r\n
    4ms -> A
    5ms -> RA
)",
     {.supports = {"unread_data"}}},
    {"OnlyATlsAlertIsLate",
     R"(
      0ms -> S
      1ms <- SA
      2ms -> A
      3ms -> PA data \x16\x03\x01\x00\x04\x01\x00\x00\x00
      4ms <- PA data \x16\x03\x03\x00\x04\x02\x00\x00\x00
      5ms -> A
    500ms <- FA
    501ms -> A
-   600ms -> PA data \x17\x03\x03\x00\x02\x01\x00
+   600ms -> PA data \x15\x03\x03\x00\x02\x01\x00
    601ms <- reply
)",
     {.supports = {"data_after_close"}}},
    {"TheReplyIsCut",
     R"(
     0ms -> S
     1ms <- SA
     2ms -> A
     3ms -> PA data *1\r\n$4\r\nPING\r\n
-    4ms <- PA data $4\r\nPONG\r\n
+    4ms <- PA data $9\r\nPONG\r\n
     5ms -> A
    50ms -> RA
)",
     {.against = {"linger0"}}},
    {"RepliesHavePiledUp",
     R"(
      0ms -> S
      1ms <- SA
      2ms -> A
      3ms -> PA data *1\r\n$4\r\nPING\r\n
    3.5ms -> PA data *1\r\n$4\r\nPING\r\n
-     4ms <- PA data +PONG\r\n+P
+     4ms <- PA data +PONG\r\n+PONG\r\n
      5ms -> A
     50ms -> RA
)",
     {.against = {"unread_data"}}},
    {"OneReplyCame",
     R"(
      0ms -> S
      1ms <- SA
      2ms -> A
      3ms -> PA data *1\r\n$4\r\nPING\r\n
-   3.5ms -> PA data *1\r\n$4\r\nPING\r\n
-     4ms <- PA data +PONG\r\n+PONG\r\n
+     4ms <- PA data +PONG\r\n
      5ms -> A
     50ms -> RA
)",
     {.supports = {"linger0"}, .against = {"unread_data"}}},
    {"RedisWasPushing",
     R"(
      0ms -> S
      1ms <- SA
      2ms -> A
-     3ms -> PA data *1\r\n$4\r\nPING\r\n
-   3.5ms -> PA data *1\r\n$4\r\nPING\r\n
-     4ms <- PA data +PONG\r\n
+     3ms -> PA data *2\r\n$9\r\nSUBSCRIBE\r\n$4\r\nnews\r\n
+     4ms <- PA data *3\r\n$9\r\nsubscribe\r\n$4\r\nnews\r\n:1\r\n
      5ms -> A
     50ms -> RA
)",
     {.supports = {"unread_data"}, .against = {"linger0"}}},
    {"RedisRefusesWithoutReading",
     R"(
     0ms -> S
     1ms <- SA
     2ms -> A
     3ms -> PA data *1\r\n$4\r\nPING\r\n
     4ms <- A
-   50ms <- PA data -ERR wrong number of arguments or so\r\n
+   50ms <- PA data -ERR max number of clients reached\r\n
    51ms -> A
    90ms <- RA
)",
     {.supports = {"unread_data"}, .against = {"linger0"}}},
    {"PingWasAnsweredByPong",
     R"(
    0ms -> S
    1ms <- SA
    2ms -> A
-   3ms -> PA data *2\r\n$4\r\nECHO\r\n$4\r\nPONG\r\n
+   3ms -> PA data *1\r\n$4\r\nPING\r\n
    4ms <- PA data $4\r\nPONG\r\n
    5ms -> A
    7ms -> RA
)",
     {.supports = {"linger0"}}},
    {"AHeartbeatWasNeverTaken",
     R"(
       0ms -> S
       1ms <- SA
       2ms -> A
-      3ms -> PA len 8
+      3ms -> PA data \x00\x00\x00\x04PING
    1000ms <- SA
    1001ms -> A
-   5000ms -> PA len 8
+   5000ms -> PA data \x00\x00\x00\x04PING
    5001ms <- reply
)",
     {.supports = {"accept_queue_full"}}},
    {"TheWindowGrewInTheReset",
     R"(
     0ms -> S
     1ms <- SA
     2ms -> A win 500
     3ms <- PA len 3000
     4ms -> A win 470
-   50ms -> RA win 470
+   50ms -> RA win 500
)",
     {.supports = {"unread_data"}, .against = {"linger0"}}},
    {"OctetsHadBeenLeftForLong",
     R"(
     0ms -> S
     1ms <- SA
     2ms -> A win 500
     3ms <- PA len 3000
-    4ms -> A win 470
+   44ms -> A win 470
    50ms -> RA win 500
)",
     {.supports = {"unread_data"}, .against = {"linger0"}}},
    {"TheResetterHadMadeRoom",
     R"(
     0ms -> S
     1ms <- SA
     2ms -> A win 500
     3ms <- PA len 3000
     4ms -> A win 470
-   50ms -> RA win 470
+   30ms -> A win 500
+   50ms -> RA win 500
)",
     {.supports = {"linger0"}, .against = {"unread_data"}}},
    {"TheWindowWasShutForLong",
     R"(
        0ms -> S
        1ms <- SA
        2ms -> A
        3ms -> PA len 30
        4ms <- PA len 9000
        5ms -> A win 0
      500ms <- probe
      501ms -> A win 0
-     900ms <- RA
+   60000ms <- RA
)",
     {.supports = {"zero_window_timeout"}}},
    {"TheShutWindowWasProbed",
     R"(
        0ms -> S
        1ms <- SA
        2ms -> A
        3ms -> PA len 30
        4ms <- PA len 9000
        5ms -> A win 0
+     500ms <- probe
      501ms -> A win 0
    60000ms <- RA
)",
     {.supports = {"zero_window_timeout"}}},
    {"PayloadCameAfterTheOwnFin",
     R"(
     0ms -> S
     1ms <- SA
     2ms -> A
     3ms -> PA len 5
     4ms <- PA len 7
     5ms -> A
-   19ms <- PA len 9
    20ms -> FA ack 8
+   21ms <- PA len 9
    50ms -> RA
)",
     {.supports = {"unread_data"}, .against = {"linger0"}, .rules_out = {"memory_pressure"}}},
    {"TheAbortHasNoAck",
     R"(
     0ms -> S
     1ms <- SA
     2ms -> A
     3ms -> PA len 5
     4ms <- PA len 7
     5ms -> A
-   50ms -> RA notime
+   50ms -> R notime
)",
     {.against = {"admin_abort", "unread_data", "linger0", "injected"}}},
    {"ThePeerWasInTheMiddleOfSending",
     R"(
     0ms -> S
     1ms <- SA
     2ms -> A
     3ms <- PA len 1448
-    4ms <- PA len 1448
+    4ms <- A len 1448
     5ms -> A
    50ms -> RA
)",
     {.supports = {"unread_data"}}},
    {"OnlyTheResetAcknowledgedTheData",
     R"(
     0ms -> S
     1ms <- SA
     2ms -> A
     3ms <- PA len 9
-    4ms -> A
    50ms -> RA
)",
     {.supports = {"unread_data"}}},
    {"ItClosedAndResetInOneInstant",
     R"(
       0ms -> S
       1ms <- SA
       2ms -> A
       3ms -> PA len 5
       4ms <- PA len 7
       5ms -> A
-     40ms -> FA
-     50ms -> RA
+     50ms -> FA
+   50.1ms -> RA
)",
     {.against = {"linger0"}}},
    {"TheProxyClosedAndReset",
     R"(
       0ms -> S
       1ms <- SA win 0
       2ms -> A
-     40ms <- FA
-     52ms <- RA win 0 notime
+     52ms <- FA
+   52.1ms <- RA win 0 notime
)",
     {.supports = {"proxy_upstream_refused", "linger0"}}},
    {"TheProxyHadClosedBefore",
     R"(
     0ms -> S
     1ms <- SA win 0
     2ms -> A
+   12ms <- FA
    52ms <- RA win 0 notime
)",
     {.against = {"proxy_upstream_refused", "injected"}}},
    {"ItsOwnConnectionElsewhereWasRefused",
     R"(
     0ms -> S
     1ms <- SA
     2ms -> A
-    3ms <- S port 50007 to 9
-    4ms -> A port 50007 to 9
+    3ms <- S port 7007 to 9
+    4ms -> reply port 7007 to 9
    12ms <- RA
)",
     {.supports = {"proxy_upstream_refused"}, .against = {"accept_then_abort", "linger0"}}},
    {"ItsOwnConnectionElsewhereWasRefusedWithARequestOpen",
     R"(
     0ms -> S
     1ms <- SA
     2ms -> A
     3ms -> PA len 5
-    3ms <- S port 50007 to 9
-    4ms -> A port 50007 to 9
+    3ms <- S port 7007 to 9
+    4ms -> reply port 7007 to 9
    12ms <- RA
)",
     {.against = {"unread_data"}}},
    {"ItsOwnConnectingElsewhereWasStopped",
     R"(
     0ms -> S
     1ms <- SA
     2ms -> A
     3ms -> PA len 5
     3ms <- S port 7007 to 9
+    4ms -> icmp host_unreachable port 7007 to 9
    12ms <- RA
)",
     {.supports = {"unread_data", "accept_then_abort", "proxy_upstream_refused", "linger0"}}},
    {"ItClosedAnotherInTheSameInstant",
     R"(
     0ms -> S
     1ms <- SA
     2ms -> A
     3ms -> S port 50007
     4ms <- SA port 50007
     5ms -> A port 50007
-   40ms -> FA port 50007
+   50ms -> FA port 50007
    50ms -> RA
)",
     {.against = {"connect_probe", "admin_abort"}}},
    {"ItAbortedAnotherInTheSameInstant",
     R"(
      0ms -> S
      1ms <- SA
      2ms -> A
      3ms -> PA len 5
      4ms <- PA len 7
      5ms -> A
     13ms -> S port 50007
     14ms <- SA port 50007
     15ms -> A port 50007
     16ms -> PA len 5 port 50007
     17ms <- PA len 7 port 50007
     18ms -> A port 50007
-    40ms -> RA port 50007
+   500ms -> RA port 50007
    500ms -> RA
)",
     {.against = {"linger0"}}},
    {"AnOrphanWentWithAnother",
     R"(
      0ms -> S
      1ms <- SA
      2ms -> A
      3ms <- PA len 100
      4ms <- FA
      5ms -> S port 50001
      6ms <- SA port 50001
      7ms -> A port 50001
      8ms <- PA len 100 port 50001
      9ms <- FA port 50001
-   100ms <- RA port 50001
+   900ms <- RA port 50001
    900ms <- RA
)",
     {.supports = {"memory_pressure"}}},
    {"ALaterConnectionHadBeenAccepted",
     R"(
      0ms -> S
      1ms <- SA
      2ms -> A
      5ms -> S port 50001
      6ms <- SA port 50001
      7ms -> A port 50001
+     8ms -> PA len 5 port 50001
+     9ms <- PA len 5 port 50001
    400ms <- RA
)",
     {.supports = {"accept_then_abort"}}},
    {"OthersInTheQueueWentTogether",
     R"(
      0ms -> S
      1ms <- SA
      2ms -> A
      5ms -> S port 50001
      6ms <- SA port 50001
      7ms -> A port 50001
-    40ms <- RA port 50001
+   400ms <- RA port 50001
    400ms <- RA
)",
     {.against = {"accept_then_abort", "admin_abort"}}},
    {"TheOlderConnectionWasSeen",
     R"(
+       0ms -> S
+       1ms <- SA
+       2ms -> A
+       3ms -> PA len 4
+       4ms <- A
        90s -> S isn 777000
    90.001s <- A rawack 1005
    90.002s -> reply
)",
     {.supports = {"half_open_recovery"}}},
    {"TheSynHasAScannersWindow",
     R"(
-   0ms -> S bare win 64240
+   0ms -> S bare win 1024
    1ms <- SA
    2ms -> reply ttl 63
)",
     {.against = {"backscatter"}}},
    {"TheSynIsCraftedNotPlain",
     R"(
-   0ms -> S bare win 3000
+   0ms -> S bare win 1024
    1ms <- SA
    2ms -> reply
)",
     {.supports = {"syn_scan"}}},
    {"TheSynAckEchoesAForeignTimestamp",
     R"(
    0ms -> S
-   1ms <- SA
+   1ms <- SA tsecr 99000000
    2ms -> reply
)",
     {.against = {"connect_cancelled"}}},
    {"TheSynAckWasRepeated",
     R"(
       0ms -> S
       1ms <- SA
+   1001ms <- SA
    2000ms -> A
    9000ms -> PA len 5
    9001ms <- reply
)",
     {.against = {"accept_queue_full"}}},
    {"TheSynAckWasRepeatedAfterTheAck",
     R"(
       0ms -> S
       1ms <- SA
       2ms -> A
+   1001ms <- SA
    9000ms -> PA len 5
    9001ms <- reply
)",
     {.supports = {"synack_expired"}, .rules_out = {"listener_gone"}}},
    {"TheRefusalHasNoRawZero",
     R"(
    0ms -> S
-   1ms <- RA rawseq 0 ack 1 win 0 plain
+   1ms <- RA rawseq 7 ack 1 win 0 plain
)",
     {.against = {"port_closed"}}},
    {"TheJoinIsRefused",
     R"(
-   0ms -> S
+   0ms -> S join
    1ms <- reply
)",
     {.against = {"port_closed"}}},
    {"TheAbortHasNoIpId",
     R"(
     0ms -> S
     1ms <- SA
     2ms -> A
     3ms -> PA len 40
     4ms <- A
    30ms <- PA len 90
    31ms -> A
-   40ms <- RA win 0 notime
+   40ms <- RA win 0 notime id 0
)",
     {.against = {"linger0", "unread_data"}}},
    {"ItCameTooSoon",
     R"(
     0ms -> S
    20ms <- SA ttl 55
    21ms -> A
    22ms -> PA len 40
    42ms <- A ttl 55
    60ms -> PA len 40
-   80ms <- reply ttl 55
+   61ms <- reply ttl 55
)",
     {.supports = {"firewall_reset", "idle_timeout", "nat_state_lost", "injected"}}},
    {"TheHandshakesEndWasRefusedTooSoon",
     R"(
     0ms -> S
    20ms <- SA ttl 55
    21ms -> A ack 99
-   41ms <- reply ttl 55
+   22ms <- reply ttl 55
)",
     {.against = {"bad_handshake_ack"}}},
    {"ItAcknowledgesWhatWasNeverSent",
     R"(
     0ms -> S
     1ms <- SA
     2ms -> A
     3ms -> PA len 40
     4ms <- A
-   40ms <- RA win 0 notime
+   40ms <- RA ack 999 win 0 notime
)",
     {.supports = {"injected", "capture_incomplete"}}},
    {"ItAcknowledgesLessThanBefore",
     R"(
     0ms -> S
     1ms <- SA
     2ms -> A
     3ms -> PA len 40
     4ms <- A
-   40ms <- RA win 0 notime
+   40ms <- RA ack 11 win 0 notime
)",
     {.supports = {"injected"}}},
    {"TheWindowIsBeyondAll",
     R"(
     0ms -> S
     1ms <- SA
     2ms -> A
     3ms -> PA len 40
     4ms <- A
-   40ms <- RA win 502 notime
+   40ms <- RA win 60000 notime
)",
     {.supports = {"injected"}}},
    {"TheWindowIsTurnedAround",
     R"(
     0ms -> S
     1ms <- SA
     2ms -> A win 411
     3ms -> PA len 40 win 411
     4ms <- A
-   40ms <- RA win 400 notime
+   40ms <- RA win 411 notime
)",
     {.supports = {"injected"}}},
    {"TheIpIdIsTurnedAround",
     R"(
     0ms -> S
     1ms <- SA
     2ms -> A
     3ms -> PA len 40 id 31000
     4ms <- A
-   40ms <- RA win 0 notime id 31001
+   40ms <- RA win 0 notime id 31000
)",
     {.supports = {"injected"}}},
    {"TheAnswerHasAWindow",
     R"(
       0ms -> S
       1ms <- SA
       2ms -> A
       3ms -> PA len 40
       4ms <- A
    9000ms -> PA len 40
-   9001ms <- R win 0 plain
+   9001ms <- R win 8192 plain
)",
     {.supports = {"injected"},
      .against = {"connection_unknown", "nat_state_lost", "firewall_reset"}}},
    {"TheAnswerToDataAfterTheCloseHasAWindow",
     R"(
       0ms -> S
       1ms <- SA
       2ms -> A
       3ms <- FA
    9000ms -> PA len 40 ack 1
-   9001ms <- R seq 1 win 0 plain
+   9001ms <- R seq 1 win 8192 plain
)",
     {.against = {"data_after_close"}}},
    {"TheAnswerOfTheListenerHasAWindow",
     R"(
       0ms -> S
       1ms <- SA
       2ms -> A
    1000ms <- SA
    1001ms -> A
    5000ms -> PA len 5
-   5001ms <- R seq 1 win 0 plain
+   5001ms <- R seq 1 win 8192 plain
)",
     {.against = {"accept_queue_full"}}},
    {"TheAnswerWhereTheListenerWentHasAWindow",
     R"(
    0ms -> S
    1ms <- SA
    2ms -> A
    5ms -> PA len 5
-   6ms <- R seq 1 win 0 plain
+   6ms <- R seq 1 win 8192 plain
)",
     {.against = {"listener_gone"}}},
    {"ItHadSpokenSinceTheTrigger",
     R"(
     0ms -> S
     1ms <- SA
     2ms -> A
     3ms -> PA len 40
-    4ms -> PA len 40
-    5ms <- A ack 41
+    4ms <- PA len 9
+   30ms <- PA len 9
    40ms <- R seq 1 win 0 plain
)",
     {.supports = {"injected"}, .rules_out = {"reset_echo", "idle_timeout", "firewall_reset"}}},
    {"ItHadSpokenSinceTheSegmentThatItQuotes",
     R"(
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
-   9000.4ms <- R seq 202 win 0 plain
+   9000.4ms <- R seq 1 win 0 plain
)",
     {.against = {"late_segment"}}},
    {"ItHadGivenUpRepeating",
     R"(
       0ms -> S
       1ms <- SA
       2ms -> A
       3ms -> PA len 4
-      4ms <- A
-   9000ms <- PA len 7
+    200ms -> PA len 4 again
+    600ms -> PA len 4 again
+   1400ms -> PA len 4 again
+   9000ms <- PA len 7 ack 1
    9001ms -> reply
)",
     {.rules_out = {"peer_restarted", "idle_timeout", "nat_state_lost", "firewall_reset"}}},
    {"ThePeerRepeatedOften",
     R"(
       0ms -> S
       1ms <- SA
       2ms -> A
       3ms -> PA len 4
       4ms <- A
        5s -> PA len 4
      5.2s -> PA len 4 again
+       6s -> PA len 4 again
+       7s -> PA len 4 again
+       8s -> PA len 4 again
        9s -> PA len 4 again
    9.001s <- reply
)",
     {.supports = {"peer_restarted"}}},
    {"TheNextSegmentDrewItsOwnReset",
     R"(
       0ms -> S
       1ms <- SA
       2ms -> A
       3ms -> PA len 9
       4ms <- A
+   8000ms <- RA
    9000ms -> PA len 4
    9001ms <- reply
)",
     {.rules_out = {"connection_unknown", "peer_restarted", "idle_timeout", "nat_state_lost",
                    "firewall_reset", "capture_incomplete"}}},
    {"AfterAForgery",
     R"(
     0ms -> S
     1ms <- SA
     2ms -> A
     3ms -> PA len 40
     4ms <- A
-   40ms <- RA
+   40ms <- RA ttl 40 id 7777 notime
+   50ms <- PA len 5
    60ms <- R seq 1 win 0 plain
)",
     {.against = {"late_segment"}}},
    {"TheDataCrossedTheFin",
     R"(
      0ms -> S
      1ms <- SA
      2ms -> A
      3ms -> PA len 9
      4ms <- A
    500ms <- FA
-   501ms -> A
-   502ms -> PA len 9
+   502ms -> PA len 9 ack 1
    503ms <- reply
)",
     {.supports = {"data_after_close"}}},
    {"BothHadClosed",
     R"(
        0ms -> S
        1ms <- SA
        2ms -> A
        3ms <- FA
-       4ms -> A
+       4ms -> FA
+       5ms <- A
        90s -> PA len 5
    90.001s <- reply
)",
     {.rules_out = {"half_close_expired"}}},
    {"OtherConnectionsOfTheHostAreLost",
     R"(
       0ms -> S
       1ms <- SA
       2ms -> A
       3ms -> PA len 4
       4ms <- A
       5ms -> S port 50001
       6ms <- SA port 50001
       7ms -> A port 50001
       8ms -> PA len 4 port 50001
       9ms <- A port 50001
+     99ms -> PA len 4 port 50001
+   99.5ms <- reply port 50001
     100ms -> PA len 4
     101ms <- A
     102ms -> PA len 4
     103ms <- reply
)",
     {.supports = {"nat_state_lost"}, .against = {"connection_unknown", "idle_timeout"}}},
    {"TheReplyIsCutAndAnotherOwed",
     R"(
      0ms -> S
      1ms <- SA
      2ms -> A
      3ms -> PA data *1\r\n$4\r\nPING\r\n
    3.5ms -> PA data *1\r\n$4\r\nPING\r\n
-     4ms <- PA data +PONG\r\n
+     4ms <- PA data +PON
      5ms -> A
     50ms -> RA
)",
     {.supports = {"unread_data"}}},
    {"ThePeersWindowWasShutMeanwhile",
     R"(
       0ms -> S
       1ms <- SA
       2ms -> A
-    2.5ms <- A
+    2.5ms <- A win 0
       3ms -> PA len 30
     300ms -> PA len 30 again
     900ms -> PA len 30 again
    2100ms -> PA len 30 again
    4500ms -> PA len 30 again
    9300ms -> RA
)",
     {.against = {"linger0"}, .rules_out = {"retransmit_timeout"}}},
    {"ABareAckAnswersTheSyn",
     R"(
    0ms -> S
-   1ms <- SA ack 777
+   1ms <- A ack 777
    2ms -> reply
)",
     {.against = {"synack_unacceptable"}}},
    {"AGapShows",
     R"(
     0ms -> PA rawseq 100 rawack 200 len 5
     1ms <- PA rawseq 200 rawack 105 len 5
-    2ms -> PA rawseq 105 rawack 205 len 5
+    2ms -> PA rawseq 155 rawack 205 len 5
    40ms <- R rawseq 70000
)",
     {.supports = {"capture_incomplete"}}},
    {"ItSaysThatAllIsAborted",
     R"(
    0ms -> S
    1ms <- SA
    2ms -> A
    3ms -> PA len 2
    4ms <- A
-   5ms -> RA tcprst 0
+   5ms -> RA fastclose tcprst 0
)",
     {.rules_out = {"mptcp_subflow_reset"}}},
    {"TheSynAskedToJoin",
     R"(
-   0ms -> S
+   0ms -> S join
    1ms <- reply tcprst 1
)",
     {.rules_out = {"mptcp_subflow_reset"}}},
    {"TheClientHadResetBefore",
     R"(
    0ms -> S
    1ms <- SA
    2ms -> A
+   3ms -> RA
    4ms <- SA
    5ms -> reply
)",
     {.rules_out = {"syn_scan", "connect_cancelled"}}},
    {"ItCameOutOfSilence",
     R"(
       0ms -> S
       1ms <- SA
       2ms -> A
       3ms -> PA len 5
       4ms <- A
    4000ms -> PA len 5
    4001ms <- A
-   4041ms <- RA win 0 notime
+   8000ms <- RA win 0 notime
)",
     {.against = {"firewall_reset", "injected"}}},
    {"TheIpIdGoesOnThoughTheTtlDiffers",
     R"(
     0ms -> S
     1ms <- SA
     2ms -> A
     3ms -> PA len 40
     4ms <- A
    30ms <- PA len 90
    31ms -> A
    33ms -> PA len 40
-   40ms <- reply ttl 60 id 9000
+   40ms <- reply ttl 60 id 1104
)",
     {.against = {"nat_state_lost", "firewall_reset"}}},
    {"ItsOtherEndWasResetToo",
     R"(
        0ms -> S
        1ms <- SA
        2ms -> A
        3ms -> PA len 40
        4ms <- A
       30ms <- PA len 90
       31ms -> A
+      40ms -> RA
    40.05ms <- RA win 0 notime
)",
     {.supports = {"firewall_reset", "injected"}}},
    {"TheResetIsNoAnswerToLateData",
     R"(
        0ms -> S
        1ms <- SA
        2ms -> A
        3ms <- FA
        4ms -> A
        90s -> PA len 30
-   90.001s <- reply
+   90.001s <- RA
)",
     {.against = {"injected"}}},
    {"TheFinTimeoutIsPast",
     R"(
        0ms -> S
        1ms <- SA
        2ms -> A
        3ms <- FA
        4ms -> A
-        2s -> PA len 30
-    2.001s <- reply
+       90s -> PA len 30
+   90.001s <- reply
)",
     {.supports = {"half_close_expired"}}},
    {"TheGhostsAckDrewNoAnswer",
     R"(
        0ms -> S
        1ms <- SA
        2ms -> A
        3ms -> PA len 4
        4ms <- A
        90s -> S isn 777000
    90.001s <- A rawack 1005
-   90.002s -> reply
+   90.002s -> R seq 5000
)",
     {.rules_out = {"synack_unacceptable"}}},
    {"TheServerHadAcceptedAnotherSyn",
     R"(
    0ms -> S
+   1ms <- SA
    5ms -> S seq 100
    6ms <- reply
)",
     {.rules_out = {"firewall_reject"}}},
    {"TheSynNeverPassedTheRouter",
     R"(
        0ms -> S port 50007
      0.2ms -> S port 50007 copy ttl 63
        1ms <- SA port 50007
      1.2ms <- SA port 50007 copy ttl 63
        2ms -> A port 50007
      2.2ms -> A port 50007 copy ttl 63
        3ms -> PA len 5 port 50007
      3.2ms -> PA len 5 port 50007 copy ttl 63
        4ms <- A port 50007
      4.2ms <- A port 50007 copy ttl 63
      100ms -> S
-   100.2ms -> S copy ttl 63
      101ms <- reply
)",
     {.supports = {"firewall_reject", "injected"}}},
    {"TheRequestNeverPassedTheRouter",
     R"(
        10ms -> S
      10.2ms -> S copy ttl 63
        11ms <- SA
      11.2ms <- SA copy ttl 63
        12ms -> A
      12.2ms -> A copy ttl 63
        13ms -> PA len 5
      13.2ms -> PA len 5 copy ttl 63
        14ms <- A
      14.2ms <- A copy ttl 63
      5000ms -> PA len 5
-   5000.2ms -> PA len 5 copy ttl 63
      5001ms <- reply
)",
     {.supports = {"idle_timeout", "nat_state_lost"}}},
    {"ARuleForbidsTheConnection",
     R"(
       0ms -> S
-      1ms <- icmp host_unreachable
+      1ms <- icmp prohibited
    1000ms -> S again
    1001ms <- reply
)",
     {.supports = {"firewall_reject"}}},
    {"ItComesFromBehindTheFilter",
     R"(
+    0ms -> S port 50001 to 81
+    1ms <- icmp prohibited ttl 63 port 50001 to 81
    50ms -> S
    51ms <- reply ttl 62
)",
     {.supports = {"port_closed"}, .against = {"firewall_reject"}}},
    {"TheAckIsOfSomethingElse",
     R"(
    0ms -> S
    1ms <- SA
-   2ms -> A
+   2ms -> A ack 99
    3ms <- reply
)",
     {.rules_out = {"accept_queue_full", "listener_gone"}}},
    {"ThePortRefusedAnotherAckAndLives",
     R"(
+    0ms -> S port 50007
+    1ms <- SA port 50007
+    2ms -> A port 50007
+    3ms <- reply port 50007
    10ms -> S
    11ms <- SA
    12ms -> A
    13ms <- reply
)",
     {.supports = {"accept_queue_full"}, .against = {"listener_gone"}}},
    {"TheLateAnswerHasAWindow",
     R"(
      0ms -> S
      1ms <- SA
      2ms -> A
      3ms -> PA len 9
      4ms <- A
    500ms <- RA
    501ms -> PA len 4
-   502ms <- R seq 1 win 0 plain
+   502ms <- R seq 1 win 8192 plain
)",
     {.against = {"late_segment"}}},
    {"TheOrphanHadNotClosed",
     R"(
      0ms -> S
      1ms <- SA
      2ms -> A
      3ms <- PA len 100
-     4ms <- FA
    900ms <- RA
)",
     {.rules_out = {"memory_pressure"}}},
    {"ItAcceptsTheSecondSynAfterAll",
     R"(
     0ms -> S
     1ms <- SA
    50ms -> S seq 500
*   51ms <- reply
+   52ms <- SA ack 501
)",
     {.against = {"capture_incomplete"}}},
    {"TheSynAckAcknowledgesSomethingElse",
     R"(
    0ms -> S
-   1ms <- SA tsecr 99000000
+   1ms <- SA ack 777 tsecr 99000000
    2ms -> reply
)",
     {.rules_out = {"synack_paws", "connect_cancelled"}}},
    {"TheClientHadTakenTheSynAck",
     R"(
    0ms -> S
    1ms <- SA tsecr 99000000
+   2ms -> A
    3ms -> reply
)",
     {.supports = {"injected"}}},
    {"TheSynAckWasLateForASynFromElsewhere",
     R"(
       0ms -> S bare ttl 48
-      1ms <- SA
-      2ms -> reply ttl 63
+   1500ms <- SA
+   1501ms -> reply ttl 63
)",
     {.supports = {"connect_cancelled"}, .against = {"backscatter"}}},
    {"TheProxySpokeForTheServer",
     R"(
    0ms -> S
-   1ms <- SA
+   1ms <- SA win 0
    2ms -> A
    2ms <- RA
)",
     {.against = {"listener_closed", "accept_then_abort"}}},
    {"ItsIpIdHadCounted",
     R"(
-    0ms -> S
-    1ms <- SA id 41000
-    2ms -> A
-    3ms -> PA len 5
-    4ms <- A id 90
-    5ms <- PA len 5 id 23000
+    0ms -> S
+    1ms <- SA id 100
+    2ms -> A
+    3ms -> PA len 5
+    4ms <- A id 101
+    5ms <- PA len 5 id 102
     6ms -> A
    50ms <- RA id 7777 win 0 plain
)",
     {.supports = {"firewall_reset", "injected"}}},
    {"ItsIpIdHadCountedAndNowIsNone",
     R"(
-    0ms -> S
-    1ms <- SA id 41000
-    2ms -> A
-    3ms -> PA len 5
-    4ms <- A id 90
-    5ms <- PA len 5 id 23000
+    0ms -> S
+    1ms <- SA id 100
+    2ms -> A
+    3ms -> PA len 5
+    4ms <- A id 101
+    5ms <- PA len 5 id 102
     6ms -> A
    50ms <- RA id 0 win 0 plain
)",
     {.supports = {"firewall_reset", "injected"}}},
    {"AnEarlierResetSaysMoreThanBothFins",
     R"(
     0ms -> S
     1ms <- SA
     2ms -> A
-    3ms -> FA
-    4ms <- FA
+    3ms -> A
+    4ms <- A
+    5ms -> RA
    20ms <- A
    21ms -> reply
)",
     {.supports = {"late_segment"}}},
    {"BothFinsCameBeforeTheEarlierReset",
     R"(
     0ms -> S
     1ms <- SA
     2ms -> A
-    3ms -> A
-    4ms <- A
+    3ms -> FA
+    4ms <- FA
     5ms -> RA
    20ms <- PA len 5
    21ms -> reply
)",
     {.supports = {"late_segment"}}},
    {"ALaterResetHasANumberOfNobody",
     R"(
     0ms -> S
     1ms <- SA
     2ms -> A
     5ms -> RA
-   21ms -> RA
+   21ms -> RA seq 90000
)",
     {.against = {"late_segment"}}},
    {"TheOtherEndWasResetAtOnce",
     R"(
     0ms -> S
     1ms <- SA ttl 60
     2ms -> A
     3ms -> PA len 5
     4ms <- A ttl 60
+  3603s -> RA win 0 plain
   3603s <- RA ttl 63 id 7777 win 0 plain
)",
     {.supports = {"idle_timeout", "firewall_reset"}}},
    {"ThePeerOffersNoWindowScale",
     R"(
     0ms -> S
-    1ms <- SA
+    1ms <- SA noscale
     2ms -> A win 500
     3ms -> PA len 50 win 500
     4ms <- PA len 1000
     5ms -> A win 500
    50ms -> RA win 600
)",
     {.supports = {"linger0"}, .against = {"unread_data"}}},
    {"ItRepeatsItsSynAckAfterTheReset",
     R"(
      0ms -> S
      1ms <- SA
      2ms -> A
*     3ms <- reply
+  1001ms <- SA again
)",
     {.supports = {"firewall_reset"}, .against = {"listener_gone", "accept_queue_full"}}},
    {"OldOctetsComeAgainRoundTripsLater",
     R"(
      0ms -> S
      1ms <- SA
      2ms -> A
      3ms <- PA len 9
      4ms -> A
      5ms -> PA len 40
*     6ms <- reply
+    90ms <- PA len 9 again
)",
     {.supports = {"firewall_reset"}, .against = {"connection_unknown"}}},
    {"TheIpIdsTellWhichWasSentFirst",
     R"(
      0ms -> S
      1ms <- SA id 100
      2ms -> A
      3ms <- PA len 9 id 101
      4ms -> A
      5ms -> PA len 40
*     6ms <- RA id 105
+    90ms <- PA len 9 again id 104
-    90ms <- PA len 9 again id 106
)",
     {.supports = {"unread_data"}}},
    {"TheAckIsRefusedBeforeAnySynAckComesAgain",
     R"(
      0ms -> S
      1ms <- SA
      2ms -> A
-  1001ms <- SA again
-  3001ms <- SA again
   3500ms <- R seq 1
)",
     {.rules_out = {"synack_expired"}}},
    {"TheAnswerWasLostLongBefore",
     R"(
      0ms -> S
      1ms <- SA
      2ms -> A
      3ms -> PA len 40
      4ms <- PA len 500
-     6ms <- RA
+   900ms <- RA
)",
     {.against = {"unread_data"}}},
    {"ItGoesOnFromAConnectionUnderAnotherPort",
     R"(
      0ms -> S port 50007
      1ms <- SA port 50007
      2ms -> A port 50007
      3ms -> PA len 5 port 50007
      4ms <- PA len 7 port 50007
      5ms -> A port 50007
-  9000ms -> PA len 4 rawseq 777006 rawack 888008
+  9000ms -> PA len 4 rawseq 1006 rawack 500008
   9001ms <- reply
)",
     {.supports = {"nat_state_lost"}, .against = {"connection_unknown", "peer_restarted"}}},
    {"ItGoesOnFromAProbeThatNobodyAnswered",
     R"(
-     0ms -> S port 50007
-     1ms <- SA port 50007
-     2ms -> A port 50007
      3ms -> PA len 5 rawseq 1001 rawack 500001 port 50007
+     4ms <- reply port 50007
   9000ms -> PA len 4 rawseq 1006 rawack 500001
   9001ms <- reply
)",
     {.against = {"nat_state_lost"}}},
    {"ItsSynHasAnAcknowledgment",
     R"(
-     0ms -> S ttl 60
+     0ms -> S ttl 60 ack 77
      1ms <- SA
      2ms -> reply ttl 63
)",
     {.supports = {"syn_scan"}, .against = {"backscatter"}}},
    {"TheQueueDiesUnservedWhileOthersAreServed",
     R"(
      0ms -> S
      1ms <- SA
      2ms -> A
     10ms -> S port 50007
     11ms <- SA port 50007
     12ms -> A port 50007
     20ms -> S port 50009
     21ms <- SA port 50009
     22ms -> A port 50009
     23ms <- PA len 5 port 50009
-    40ms <- RA port 50007
+    99ms <- RA port 50007
    100ms <- RA
)",
     {.supports = {"listener_closed"}}},
    {"ItsTimerWasNotDueAgainYet",
     R"(
      0ms -> S
      1ms <- SA
      2ms -> A
      3ms <- PA len 9
    203ms <- PA len 9 again
    603ms <- PA len 9 again
-  1600ms -> PA len 5
-  1601ms <- reply
+   900ms -> PA len 5
+   901ms <- reply
)",
     {.against = {"gave_up_silently"}}},
    {"TheClientLostItsOtherConnectionToThatPortToo",
     R"(
       0ms -> S
       1ms <- SA
       2ms -> A
       3ms -> PA len 4
       4ms <- A
       5ms -> S port 50001
       6ms <- SA port 50001
       7ms -> A port 50001
    9000ms <- PA len 4
-   9300ms <- PA len 4 port 50001
-   9301ms -> A port 50001
+   9300ms <- PA len 4 port 50001
+   9301ms -> reply port 50001
    9400ms <- PA len 4 again
    9401ms -> reply
)",
     {.supports = {"peer_restarted"}, .against = {"connection_unknown"}}},
    {"TheAckMayHaveBeenLostOnItsLongWay",
     R"(
       0ms -> S
-    0.1ms <- SA
-    0.2ms -> A
+     30ms <- SA
+   30.1ms -> A
    1040ms <- SA
  1040.1ms -> A
    5000ms -> PA len 5
- 5000.1ms <- reply
+   5030ms <- reply
)",
     {.against = {"accept_queue_full"}}},
    {"TheClientBehindANatGoesOn",
     R"(
       0ms -> S
       1ms <- SA
       2ms -> A
       3ms -> PA len 4
       4ms <- A
    9000ms <- PA len 4
*   9001ms -> reply ttl 60
+   9100ms -> PA len 4
)",
     {.supports = {"nat_state_lost", "firewall_reset", "injected"},
      .against = {"connection_unknown"}}},
    {"TheClientsLastWordsHadCrossedTheServers",
     R"(
     0ms -> S
     1ms <- SA
     2ms -> A
     3ms -> PA len 100
     4ms <- PA len 50
-    5ms -> PA len 10
+    5ms -> PA len 10 ack 1
    50ms -> RA
)",
     {.supports = {"unread_data"}, .against = {"linger0"}}},
    {"TheClientNeedsNoAnswer",
     R"(
       0ms -> S port 50001
       1ms <- SA port 50001
       2ms -> A port 50001
       3ms -> S
       4ms <- SA
       5ms -> A
-     20ms -> PA len 200
-     20ms -> PA len 200
-     20ms -> PA len 200
-     20ms -> PA len 200
-     21ms <- A
+     20ms -> PA len 200
+     21ms <- A
+     40ms -> PA len 200
+     41ms <- A
+     60ms -> PA len 200
+     61ms <- A
+     80ms -> PA len 200
+     81ms <- A
    9000ms <- RA port 50001
    9000ms <- RA
)",
     {.against = {"listener_closed"}}},
};

class OfTwins : public ::testing::TestWithParam<Twins> {};
INSTANTIATE_TEST_SUITE_P(Where, OfTwins, ::testing::ValuesIn(kTwins),
                         [](const auto& twins) { return std::string(twins.param.name); });

TEST_P(OfTwins, TheOneDifferenceSpeaks) {
  const Twins& twins = GetParam();
  test::expect_effect(twins.effect, one_of(twins.text, '-'), one_of(twins.text, '+'));
}

}  // namespace
}  // namespace rstcause
