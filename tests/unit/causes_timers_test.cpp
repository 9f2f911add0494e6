// SPDX-License-Identifier: GPL-2.0-or-later
// Aborts after silence: keepalive, retransmission, a window that stays shut.
#include <gtest/gtest.h>

#include "support/printers.h"
#include "support/trace.h"

namespace rstcause {
namespace {

using test::Trace;

TEST(KeepaliveTimeout, IsProvedByProbesOnAGridWithTheResetOnItsNextLine) {
  const Trace trace(R"(
           0ms -> S
           1ms <- SA
           2ms -> A
           3ms <- PA len 5
           4ms -> A
     7200000ms -> probe
     7275000ms -> probe
     7350000ms -> probe
     7425000ms -> RA
  )");

  const Verdict& v = trace.last().verdict;
  EXPECT_EQ(trace.cause(), "keepalive_timeout");
  EXPECT_EQ(v.basis, Basis::proved);
  EXPECT_EQ(v.kernel_reason, "TCP_KEEPALIVE_TIMEOUT");
  EXPECT_EQ(v.mode, Mode::abort);
  EXPECT_EQ(trace.evidence(), (std::vector<Frame>{6, 8, 9}));
}

TEST(KeepaliveTimeout, KnowsProbesThatCarryOneOldOctet) {
  const Trace trace(R"(
        0ms -> S
        1ms <- SA
        2ms -> A
        3ms -> PA len 5
        4ms <- A
    10000ms -> A seq 5 len 1
    15000ms -> A seq 5 len 1
    20000ms -> A seq 5 len 1
    25000ms -> RA
  )");

  EXPECT_EQ(trace.cause(), "keepalive_timeout");
}

TEST(KeepaliveTimeout, IsInferredFromASingleProbe) {
  const Trace trace(R"(
        0ms -> S
        1ms <- SA
        2ms -> A
        3ms <- PA len 5
        4ms -> A
    10000ms -> probe
    15000ms -> RA
  )");

  EXPECT_EQ(trace.cause(), "keepalive_timeout");
  EXPECT_EQ(trace.last().verdict.basis, Basis::inferred) << "one probe makes no grid";
}

TEST(KeepaliveTimeout, IsNotBlamedWhereThePeerAnswered) {
  const Trace trace(R"(
        0ms -> S
        1ms <- SA
        2ms -> A
        3ms <- PA len 5
        4ms -> A
    10000ms -> probe
    10001ms <- A
    15000ms -> probe
    15001ms <- A
    17300ms -> RA
  )");

  EXPECT_NE(trace.cause(), "keepalive_timeout");
}

/// The answers may be lost behind the capture point, but that is a guess.
TEST(KeepaliveTimeout, IsNeitherProvedNorNearlyCertainWhereAnswersWereSeen) {
  const Trace trace(R"(
        0ms -> S
        1ms <- SA
        2ms -> A
        3ms <- PA len 5
        4ms -> A
    10000ms -> probe
    10001ms <- A
    15000ms -> probe
    15001ms <- A
    20000ms -> RA
  )");

  EXPECT_NE(trace.last().verdict.basis, Basis::proved);
  EXPECT_LT(trace.confidence_in("keepalive_timeout"), 90);
}

/// A capture that begins among the probes has no SND.NXT to know them by: the reset brings it.
TEST(KeepaliveTimeout, IsKnownInACaptureThatBeganAmongTheProbes) {
  const Trace trace(R"(
        0ms -> A seq 5 ack 1
     5000ms -> A seq 5 ack 1
    10000ms -> RA seq 6 ack 1
  )");

  EXPECT_EQ(trace.cause(), "keepalive_timeout");
  EXPECT_EQ(trace.evidence(), (std::vector<Frame>{1, 2, 3}));
}

TEST(KeepaliveTimeout, IsKnownThereAlsoWherePassingAnswersWereSeen) {
  const Trace trace(R"(
        0ms -> A seq 5 ack 1
        1ms <- A seq 1 ack 6
     5000ms -> A seq 5 ack 1
     5001ms <- A seq 1 ack 6
    10000ms -> RA seq 6 ack 1
  )");

  EXPECT_EQ(trace.cause(), "keepalive_timeout");
  EXPECT_EQ(trace.last().verdict.basis, Basis::inferred);
}

/// Of two, the interval is known, and the reset must keep it.
TEST(KeepaliveTimeout, IsNotSeenThereInOneSegmentAlone) {
  const Trace trace(R"(
        0ms -> A seq 5 ack 1
     5000ms -> RA seq 6 ack 1
  )");

  EXPECT_NE(trace.cause(), "keepalive_timeout");
}

TEST(KeepaliveTimeout, IsNotSeenThereInDuplicateAcknowledgments) {
  const Trace trace(R"(
        0ms -> A seq 5 ack 1
        1ms -> A seq 5 ack 1
        2ms -> RA seq 6 ack 1
  )");

  EXPECT_NE(trace.cause(), "keepalive_timeout");
}

TEST(KeepaliveTimeout, IsNotSeenThereInAcknowledgmentsOfNewOctets) {
  const Trace trace(R"(
        0ms -> A seq 5 ack 1
     5000ms -> A seq 5 ack 101
    10000ms -> RA seq 6 ack 101
  )");

  EXPECT_NE(trace.cause(), "keepalive_timeout");
}

/// A reset at the very number of those segments: nothing stood below.
TEST(KeepaliveTimeout, IsNotSeenThereWhereTheResetHasTheSameNumber) {
  const Trace trace(R"(
        0ms -> A seq 6 ack 1
     5000ms -> A seq 6 ack 1
    10000ms -> RA seq 6 ack 1
  )");

  EXPECT_NE(trace.cause(), "keepalive_timeout");
}

TEST(KeepaliveTimeout, IsNotProvedOffTheGrid) {
  const Trace trace(R"(
        0ms -> S
        1ms <- SA
        2ms -> A
        3ms <- PA len 5
        4ms -> A
    10000ms -> probe
    15000ms -> probe
    20000ms -> probe
    20100ms -> RA
  )");

  EXPECT_NE(trace.last().verdict.basis, Basis::proved);
  EXPECT_LE(trace.last().verdict.confidence, 60)
      << "the program itself may have noticed the silence";
}

TEST(KeepaliveTimeout, IsNotBlamedWhenTheProbeDrewTheReset) {
  const Trace trace(R"(
        0ms -> S
        1ms <- SA
        2ms -> A
        3ms -> PA len 5
        4ms <- A
    10000ms -> probe
    10001ms <- reply
  )");

  EXPECT_EQ(trace.cause(), "connection_unknown");
  EXPECT_EQ(trace.last().verdict.trigger, 6U);
}

TEST(KeepaliveTimeout, ExplainsTheResetThatTheReturningPeerDraws) {
  const Trace trace(R"(
        0ms -> S
        1ms <- SA
        2ms -> A
        3ms <- PA len 5
        4ms -> A
    10000ms -> probe
    15000ms -> probe
    20000ms -> RA
    60000ms <- PA len 5
    60001ms -> reply
  )");

  EXPECT_EQ(trace.cause(), "late_segment");
  EXPECT_EQ(trace.last().verdict.root, 8U);
}

TEST(ZeroWindowTimeout, IsBlamedWhenTheReaderNeverOpensAgain) {
  const Trace trace(R"(
        0ms -> S
        1ms <- SA
        2ms -> A
        3ms -> PA len 30
        4ms <- PA len 9000
        5ms -> A win 0
     1000ms <- probe
     1001ms -> A win 0
     3000ms <- probe
     3001ms -> A win 0
    60000ms <- RA
  )");

  EXPECT_EQ(trace.cause(), "zero_window_timeout");
  EXPECT_EQ(trace.last().verdict.origin, Origin::server);
}

/// RFC 9293, 3.8.6.1: the probe is the next octet, which the shut window does not take (BSD).
TEST(ZeroWindowTimeout, KnowsProbesOfOneNewOctet) {
  const Trace trace(R"(
         0ms -> S
         1ms <- SA
         2ms -> A
         3ms -> PA len 30
         4ms <- PA len 9000
         5ms -> A win 0
      1000ms <- A len 1
      1001ms -> A win 0 ack 9001
      3000ms <- A len 1 again
      3001ms -> A win 0 ack 9001
      7000ms <- RA seq 9001
  )");

  EXPECT_EQ(trace.cause(), "zero_window_timeout");
}

TEST(ZeroWindowTimeout, IsNotBlamedOnceTheWindowHasOpened) {
  const Trace trace(R"(
        0ms -> S
        1ms <- SA
        2ms -> A
        3ms -> PA len 30
        4ms <- PA len 9000
        5ms -> A win 0
     1000ms <- probe
     1001ms -> A win 500
    60000ms <- RA
  )");

  EXPECT_EQ(trace.confidence_in("zero_window_timeout"), 0);
  EXPECT_EQ(trace.cause(), "linger0");
}

TEST(ZeroWindowTimeout, IsNotBlamedForTheResetOfTheOneThatShutItsWindow) {
  const Trace trace(R"(
        0ms -> S
        1ms <- SA
        2ms -> A
        3ms -> PA len 30
        4ms <- PA len 9000
        5ms -> A win 0
     5000ms -> RA win 0
  )");

  EXPECT_EQ(trace.confidence_in("zero_window_timeout"), 0);
}

TEST(RetransmitTimeout, IsBlamedForTheResetBehindASeriesInVain) {
  const Trace trace(R"(
        0ms -> S
        1ms <- SA
        2ms -> A
        3ms -> PA len 30
      300ms -> PA len 30 again
      900ms -> PA len 30 again
     2100ms -> PA len 30 again
     4500ms -> PA len 30 again
     9300ms -> PA len 30 again
    18900ms -> RA win 0 plain
  )");

  EXPECT_EQ(trace.cause(), "retransmit_timeout");
  EXPECT_EQ(trace.last().verdict.kernel_reason, "") << "Linux gives up in silence";
  EXPECT_EQ(trace.last().verdict.bytes_lost, 30U);
}

/// RFC 6298, 5.5: a timer that gives up fires once more, after the interval before or its double.
TEST(RetransmitTimeout, IsNearlySureWhereTheResetComesAsTheTimerWasDueAgain) {
  const Trace trace(R"(
        0ms -> S
        1ms <- SA opts 020405b4010303060402080a0000000100000001
        2ms -> A
        3ms -> PA len 30
        4ms <- PA len 900
        4ms <- PA len 900
    15500ms <- PA len 900 seq 1
    15500ms <- PA len 900 seq 901
    31000ms <- PA len 900 seq 1
    31000ms <- PA len 900 seq 901
    46500ms <- PA len 900 seq 1
    46500ms <- PA len 900 seq 901
    62000ms <- RA
  )");

  EXPECT_EQ(trace.cause(), "retransmit_timeout");
  EXPECT_GE(trace.last().verdict.confidence, 80);
}

TEST(RetransmitTimeout, IsLessSureWhereTheResetComesBetweenTheTimersTicks) {
  const Trace trace(R"(
        0ms -> S
        1ms <- SA
        2ms -> A
        3ms -> PA len 30
        4ms <- PA len 900
        4ms <- PA len 900
    15500ms <- PA len 900 seq 1
    15500ms <- PA len 900 seq 901
    31000ms <- PA len 900 seq 1
    31000ms <- PA len 900 seq 901
    46500ms <- PA len 900 seq 1
    46500ms <- PA len 900 seq 901
    50000ms <- RA
  )");

  EXPECT_LT(trace.confidence_in("retransmit_timeout"), 75)
      << "the program itself may have given up";
}

TEST(RetransmitTimeout, IsNotBlamedWhereTheDataWasAcknowledgedInTheEnd) {
  const Trace trace(R"(
        0ms -> S
        1ms <- SA
        2ms -> A
        3ms -> PA len 30
      300ms -> PA len 30 again
      900ms -> PA len 30 again
     2100ms -> PA len 30 again
     2101ms <- A
    18900ms -> RA
  )");

  EXPECT_EQ(trace.cause(), "linger0");
  EXPECT_EQ(trace.confidence_in("retransmit_timeout"), 0);
}

TEST(RetransmitTimeout, IsNotBlamedAfterASingleRepetition) {
  const Trace trace(R"(
        0ms -> S
        1ms <- SA
        2ms -> A
        3ms -> PA len 30
      300ms -> PA len 30 again
      400ms -> RA
  )");

  EXPECT_EQ(trace.cause(), "linger0");
}

TEST(RetransmitTimeout, DoesNotTakeProbesOfAnIdleConnectionForRepetitions) {
  const Trace trace(R"(
        0ms -> S
        1ms <- SA
        2ms -> A
        3ms -> PA len 5
        4ms <- A
    10000ms -> A seq 5 len 1
    15000ms -> A seq 5 len 1
    20000ms -> A seq 5 len 1
    25000ms -> RA
  )");

  EXPECT_EQ(trace.confidence_in("retransmit_timeout"), 0);
}

/// TCP_USER_TIMEOUT (Linux tcp_probe_timer()): each knock was answered, but the window stayed shut.
TEST(GaveUpSilently, IsBlamedWhereTheWindowOpensTooLate) {
  const Trace trace(R"(
       0ms -> S
       1ms <- SA
       2ms -> A
       3ms -> PA len 500
       4ms <- A win 0
     200ms -> probe
     201ms <- A win 0
     600ms -> probe
     601ms <- A win 0
    2000ms <- A win 500
    2001ms -> reply
  )");

  EXPECT_EQ(trace.cause(), "gave_up_silently");
  EXPECT_EQ(trace.last().verdict.variant->detail, "window_shut");
  EXPECT_EQ(trace.last().verdict.trigger, 10U);
}

TEST(GaveUpSilently, IsNotBlamedWhereTheWindowHadNotBeenShut) {
  const Trace trace(R"(
       0ms -> S
       1ms <- SA
       2ms -> A
       3ms -> PA len 500
       4ms <- A win 500
    2000ms <- A win 900
    2001ms -> reply
  )");

  EXPECT_NE(trace.cause(), "gave_up_silently");
}

/// It spoke after the last knock: its socket lived then.
TEST(GaveUpSilently, IsNotBlamedWhereItHadSpokenSince) {
  const Trace trace(R"(
       0ms -> S
       1ms <- SA
       2ms -> A
       3ms -> PA len 500
       4ms <- A win 0
     200ms -> probe
     201ms <- A win 400
     202ms -> PA len 400
     203ms <- A win 0
    2000ms <- A win 500
    2001ms -> reply
  )");

  EXPECT_NE(trace.cause(), "gave_up_silently");
}

}  // namespace
}  // namespace rstcause
