// SPDX-License-Identifier: GPL-2.0-or-later
// Handshakes that a server's side refused.
#include <gtest/gtest.h>

#include "support/printers.h"
#include "support/trace.h"

namespace rstcause {
namespace {

using test::Trace;

TEST(PortClosed, IsBlamedWhenARawZeroAcknowledgesTheSyn) {
  const Trace trace(R"(
    0ms -> S
    1ms <- RA rawseq 0 ack 1 win 0 plain
  )");

  const Verdict& v = trace.last().verdict;
  EXPECT_EQ(trace.cause(), "port_closed");
  EXPECT_EQ(v.trigger, 1U);
  EXPECT_EQ(v.state, State::closed);
  EXPECT_EQ(v.kernel_reason, "NO_SOCKET");
  EXPECT_EQ(v.origin, Origin::server);
  EXPECT_EQ(v.mode, Mode::reply);
  EXPECT_EQ(trace.evidence().front(), 1U);
  EXPECT_GT(trace.confidence_in("firewall_reject"), 2) << "the same RST if the rule is on the host";
}

TEST(PortClosed, CountsTheOctetsOfAFastOpenSyn) {
  EXPECT_EQ(Trace(R"(
    0ms -> S len 8
    1ms <- RA rawseq 0 ack 9 win 0 plain
  )")
                .cause(),
            "port_closed");
}

TEST(PortClosed, IsNotBlamedWhenTheAckIsForSomethingElse) {
  const Trace trace(R"(
    0ms -> S
    1ms <- RA rawseq 0 ack 777 win 0 plain
  )");

  EXPECT_NE(trace.cause(), "port_closed");
  EXPECT_EQ(trace.last().verdict.basis, Basis::unknown);
}

/// The whole connection is here: one SYN and one RST that does not fit it. Nothing is missing.
TEST(Unknown, IsSaidOfAResetThatFitsNotTheOnlySynThereIs) {
  EXPECT_EQ(Trace(R"(
    0ms -> S
    1ms <- RA rawseq 0 ack 777 win 0 plain
  )")
                .cause(),
            "unknown");
}

/// RFC 9293, 3.5.2 knows no window without a connection, but lwIP fills one in.
TEST(PortClosed, IsLessCertainWhereTheRefusalHasAWindow) {
  const Trace with(R"(
    0ms -> S
    1ms <- RA rawseq 0 ack 1 win 1980 plain
  )");
  const Trace without(R"(
    0ms -> S
    1ms <- RA rawseq 0 ack 1 win 0 plain
  )");

  EXPECT_EQ(with.cause(), "port_closed");
  EXPECT_LT(with.last().verdict.confidence, without.last().verdict.confidence);
}

TEST(PortClosed, IsDoubtedWhereOneSynIsRefusedTwice) {
  const Trace trace(R"(
    0ms -> S
    7ms <- RA rawseq 0 ack 1 win 0 plain id 100
    9ms <- RA rawseq 0 ack 1 win 0 plain id 200
  )");

  EXPECT_LT(trace.confidence_in("port_closed"), 40);
}

TEST(PortClosed, MeetsARepeatedSynOnceMore) {
  const Trace trace(R"(
       0ms -> S
       1ms <- reply
    1000ms -> S again
    1001ms <- reply
  )");

  EXPECT_EQ(trace.cause_in(2), "port_closed");
  EXPECT_EQ(trace.cause_in(4), "port_closed") << "a new attempt, not a late segment of the old one";
  EXPECT_EQ(trace.in_frame(4).verdict.trigger, 3U);
}

/// Windows refuses what its backlog has no room for; a listener may also have been gone for a
/// while.
TEST(PortClosed, IsToldOtherwiseOfAPortThatAcceptsBeforeAndSince) {
  const Trace trace(R"(
       0ms -> S  port 50001
       1ms <- SA port 50001
       2ms -> A  port 50001
     100ms -> S
     101ms <- reply
     600ms -> S again
     601ms <- reply
     900ms -> S  port 50003
     901ms <- SA port 50003
  )");

  for (const Frame refused : {5U, 7U}) {
    const Verdict& v = trace.in_frame(refused).verdict;
    EXPECT_EQ(v.cause->token, "port_closed");
    EXPECT_EQ(v.variant->detail, "port_accepts_others");
    EXPECT_EQ(v.evidence.back().frame, 9U);
    EXPECT_EQ(trace.in_frame(refused).revised, 9U);
  }
}

TEST(PortClosed, IsNotToldSoWhereThePortOnlyEverAcceptedBefore) {
  const Trace trace(R"(
       0ms -> S  port 50001
       1ms <- SA port 50001
       2ms -> A  port 50001
     100ms -> S
     101ms <- reply
     900ms -> S  port 50003
     901ms <- reply port 50003
  )");

  EXPECT_EQ(trace.cause_in(5), "port_closed");
  EXPECT_EQ(trace.in_frame(5).verdict.variant, nullptr);
}

/// A service that starts: nothing listened before.
TEST(PortClosed, IsNotToldSoWhereThePortAcceptsSinceAlone) {
  const Trace trace(R"(
     100ms -> S
     101ms <- reply
     900ms -> S  port 50003
     901ms <- SA port 50003
  )");

  EXPECT_EQ(trace.cause_in(2), "port_closed");
  EXPECT_EQ(trace.in_frame(2).verdict.variant, nullptr);
}

TEST(FirewallReject, IsBlamedWhenTheResetCameFromAnotherDistanceThanTheHost) {
  const Trace trace(R"(
      0ms -> S  port 50001
      1ms <- SA port 50001
      2ms -> A  port 50001
      3ms <- PA len 20 port 50001
    900ms -> S
    901ms <- reply ttl 60
  )");

  EXPECT_EQ(trace.cause(), "firewall_reject") << "TTL 64 is this host's in all that it sent";
  EXPECT_EQ(trace.last().verdict.origin, Origin::middlebox);
  EXPECT_EQ(trace.last().verdict.kernel_reason, "");
}

TEST(FirewallReject, IsNotBlamedWhereTheTtlIsTheHosts) {
  const Trace trace(R"(
      0ms -> S  port 50001
      1ms <- SA port 50001
      2ms -> A  port 50001
      3ms <- FA port 50001
      4ms -> FA port 50001
    900ms -> S
    901ms <- reply
  )");

  EXPECT_EQ(trace.cause(), "port_closed");
}

TEST(SynInSynrecv, IsBlamedWhenASecondSynHitsAHalfOpenRequest) {
  const Trace trace(R"(
     0ms -> S
     1ms <- SA
    50ms -> S seq 500
    51ms <- reply
  )");

  EXPECT_EQ(trace.cause(), "syn_in_synrecv");
  EXPECT_EQ(trace.last().verdict.kernel_reason, "INVALID_SYN");
  EXPECT_EQ(trace.last().verdict.state, State::syn_received);
  EXPECT_EQ(trace.last().verdict.trigger, 3U);
}

TEST(SynInSynrecv, GivesWayToPortClosedAfterTheHandshakeWasOver) {
  const Trace trace(R"(
       0ms -> S
       1ms <- SA
       2ms -> A
       3ms -> FA
       4ms <- FA
       5ms -> A
    5000ms -> S isn 1500
    5001ms <- reply
  )");

  EXPECT_EQ(trace.cause(), "port_closed")
      << "a new incarnation, though its number lies in the old window";
}

TEST(AcceptQueueFull, IsBlamedWhenTheSynAckComesAgainAfterTheAck) {
  const Trace trace(R"(
        0ms -> S
        1ms <- SA
        2ms -> A
        3ms -> PA len 9
     1000ms <- SA
     1001ms -> A
     3000ms <- SA
     3001ms -> A
    70000ms -> PA len 9 again
    70001ms <- reply
  )");

  const Verdict& v = trace.last().verdict;
  EXPECT_EQ(trace.cause(), "accept_queue_full");
  EXPECT_EQ(v.variant->detail, "silent");
  EXPECT_EQ(v.kernel_reason, "TCP_FLAGS");
  EXPECT_EQ(v.netstat, "TcpExtListenOverflows");
  EXPECT_EQ(v.state, State::listen);
  EXPECT_EQ(v.trigger, 9U);
  EXPECT_EQ(v.bytes_lost, 9U);
  EXPECT_EQ(v.cause->severity, Severity::error);
  EXPECT_GE(v.confidence, 80);
}

TEST(AcceptQueueFull, IsBlamedForARefusedThirdPacketWhereTheListenerLives) {
  const Trace trace(R"(
       0ms -> S
       1ms <- SA
       2ms -> A
     2.1ms <- reply
      10ms -> S  port 50001
      11ms <- SA port 50001
  )");

  const Verdict& v = trace.in_frame(4).verdict;
  EXPECT_EQ(trace.cause_in(4), "accept_queue_full");
  EXPECT_EQ(v.variant->detail, "abort_on_overflow");
  EXPECT_EQ(v.kernel_reason, "INVALID_SYN");
  EXPECT_EQ(trace.in_frame(4).revised, 6U);
}

TEST(AcceptQueueFull, IsNoMoreThanAGuessWhereNothingTellsOfTheListener) {
  const Trace trace(R"(
       0ms -> S
       1ms <- SA
       2ms -> A
     2.1ms <- reply
  )");

  EXPECT_LE(trace.last().verdict.confidence, 60) << "one form for three causes";
  EXPECT_GE(trace.confidence_in("accept_queue_full"), 20);
  EXPECT_GE(trace.confidence_in("listener_gone"), 20);
}

/// A closed listener aborts what waits in its queue, so a queue that holds has a listener.
TEST(AcceptQueueFull, IsLikelierWhereThePortTookAnothersAckAMomentBefore) {
  const Trace trace(R"(
       0ms -> S port 50001
       1ms <- SA port 50001
       1ms -> S
       2ms <- SA
       3ms -> A port 50001
       4ms -> A
     4.1ms <- reply
  )");

  EXPECT_EQ(trace.cause(), "accept_queue_full");
}

TEST(AcceptQueueFull, IsNoLikelierForAnAckThatWasRefusedAsWell) {
  const Trace trace(R"(
       0ms -> S port 50001
       1ms <- SA port 50001
       1ms -> S
       2ms <- SA
       3ms -> A port 50001
     3.1ms <- reply port 50001
       4ms -> A
     4.1ms <- reply
  )");

  EXPECT_LE(trace.last().verdict.confidence, 60);
}

TEST(AcceptQueueFull, IsLikelierWhereThePortRefusedAnAckAndLivedOn) {
  const Trace trace(R"(
       0ms -> S port 50001
       1ms <- SA port 50001
       2ms -> A port 50001
     2.1ms <- reply port 50001
       3ms -> S
       4ms <- SA
       5ms -> A
     5.1ms <- reply
  )");

  EXPECT_EQ(trace.cause_in(4), "accept_queue_full");
  EXPECT_EQ(trace.cause(), "accept_queue_full");
}

/// Half open there is no program to abort: a bare RST is the kernel's answer, however late.
TEST(ListenerGone, MayAnswerLateWhereThePathHeldTheAckBack) {
  const Trace trace(R"(
         0ms -> S
      0.05ms <- SA
      0.06ms -> A
       100ms <- reply
  )");

  EXPECT_EQ(trace.confidence_in("listener_closed"), 0);
  EXPECT_GE(trace.confidence_in("listener_gone"), 20);
}

TEST(AcceptQueueFull, GivesWayToListenerGoneWhenTheNextSynIsRefused) {
  const Trace trace(R"(
       0ms -> S
       1ms <- SA
       2ms -> A
     2.1ms <- reply
      10ms -> S port 50001
      11ms <- reply port 50001
  )");

  EXPECT_EQ(trace.cause_in(4), "listener_gone");
  EXPECT_EQ(trace.in_frame(4).verdict.kernel_reason, "NO_SOCKET");
  EXPECT_EQ(trace.in_frame(4).verdict.state, State::closed);
  EXPECT_EQ(trace.cause_in(6), "port_closed");
}

/// The SYN-ACK came again because the ACK was lost; then the connection was served.
TEST(AcceptQueueFull, IsNotBlamedOnceTheServerHasTakenData) {
  const Trace trace(R"(
        0ms -> S
        1ms <- SA
        2ms -> A
     1000ms <- SA
     1001ms -> A
     1002ms -> PA len 5
     1003ms <- A
     9000ms -> PA len 5
     9001ms <- reply
  )");

  EXPECT_EQ(trace.confidence_in("accept_queue_full"), 0);
  EXPECT_EQ(trace.cause(), "connection_unknown");
}

TEST(SynackExpired, IsBlamedWhenNoAckCameBeforeTheRequestWasGone) {
  const Trace trace(R"(
        0ms -> S
        1ms <- SA
     1001ms <- SA
     3001ms <- SA
     7001ms <- SA
    70000ms -> A
    70001ms <- reply
  )");

  EXPECT_EQ(trace.cause(), "synack_expired");
  EXPECT_EQ(trace.last().verdict.kernel_reason, "TCP_FLAGS");
  EXPECT_GT(trace.confidence_in("synack_expired"), trace.confidence_in("accept_queue_full"));
}

TEST(SynackExpired, GivesWayToAcceptQueueFullWhereTheAckHadCome) {
  const Trace trace(R"(
        0ms -> S
        1ms <- SA
        2ms -> A
     1001ms <- SA
     3001ms <- SA
    70000ms -> PA len 5
    70001ms <- reply
  )");

  EXPECT_EQ(trace.cause(), "accept_queue_full");
  EXPECT_LE(trace.confidence_in("synack_expired"), 15) << "the ACK may not have arrived";
  EXPECT_LT(trace.last().verdict.confidence, 90) << "nor need any other that went before";
}

TEST(BadHandshakeAck, IsBlamedWhenTheThirdPacketAcknowledgesSomethingElse) {
  const Trace trace(R"(
    0ms -> S
    1ms <- SA
    2ms -> A ack 99
    3ms <- reply
  )");

  EXPECT_EQ(trace.cause(), "bad_handshake_ack");
  EXPECT_FALSE(trace.last().verdict.cause->ends_connection);
  EXPECT_EQ(trace.last().verdict.trigger, 3U);
}

/// RFC 9293, 3.5, figure 7: in SYN-RECEIVED the opener is no listener's child.
TEST(BadHandshakeAck, IsBlamedInASimultaneousOpenToo) {
  const Trace unsent(R"(
    0ms -> S
    1ms <- S isn 500000
    2ms -> SA
    9ms <- A ack 100
    9ms -> reply
  )");
  const Trace old(R"(
    0ms -> S
    1ms <- S isn 500000
    2ms -> SA
    9ms <- A rawack 10
    9ms -> reply
  )");

  EXPECT_EQ(unsent.cause(), "bad_handshake_ack");
  EXPECT_EQ(unsent.last().verdict.kernel_reason, "TCP_ACK_UNSENT_DATA");
  EXPECT_EQ(old.cause(), "bad_handshake_ack");
  EXPECT_EQ(old.last().verdict.kernel_reason, "TCP_TOO_OLD_ACK");
}

TEST(BadHandshakeAck, IsNotBlamedWhenTheNumberIsRight) {
  EXPECT_EQ(Trace(R"(
    0ms -> S
    1ms <- SA
    2ms -> A ack 1
    3ms <- reply
  )")
                .confidence_in("bad_handshake_ack"),
            0);
}

/// A reply out of SYN-RECEIVED leaves the attempt alone (RFC 9293, 3.10.7.4, fifth).
TEST(BadHandshakeAck, DoesNotSpoilTheConnectionThatComesOfItAfterAll) {
  const Trace trace(R"(
    0ms -> S
    1ms <- SA
    2ms -> A ack 99
    3ms <- reply
    4ms -> A ack 1
    5ms -> PA len 5 ack 1
    6ms <- PA len 5
    7ms -> A
    8ms -> RA
  )");

  EXPECT_EQ(trace.cause_in(4), "bad_handshake_ack");
  EXPECT_EQ(trace.cause_in(9), "linger0")
      << "the wrong ACK was never accepted, so it moved nothing";
}

}  // namespace
}  // namespace rstcause
