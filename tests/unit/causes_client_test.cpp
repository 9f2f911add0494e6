// SPDX-License-Identifier: GPL-2.0-or-later
// SYN-ACKs that were refused, and probes of strangers.
#include <gtest/gtest.h>

#include "support/printers.h"
#include "support/trace.h"

namespace rstcause {
namespace {

using test::Trace;

TEST(SynScan, IsBlamedWhenASynMadeByHandIsFollowedByARefusal) {
  const Trace trace(R"(
      0ms -> S bare win 2048
      1ms <- SA
    1.1ms -> reply
  )");

  const Verdict& v = trace.last().verdict;
  EXPECT_EQ(trace.cause(), "syn_scan");
  EXPECT_EQ(v.origin, Origin::client);
  EXPECT_EQ(v.trigger, 2U);
  EXPECT_EQ(v.kernel_reason, "NO_SOCKET");
  EXPECT_TRUE(v.cause->benign);
}

/// The scanner wrote the TTL of its SYN itself; the kernel, that of its RST.
TEST(SynScan, IsNotTakenForAMiddleboxWhereTheSynHasARandomTtl) {
  const Trace trace(R"(
      0ms -> S bare win 1024 ttl 44
      1ms <- SA
    1.1ms -> reply ttl 64
  )");

  EXPECT_EQ(trace.cause(), "syn_scan");
  EXPECT_EQ(trace.last().verdict.origin, Origin::client);
}

TEST(SynScan, IsBlamedWithAnOrdinarySynOnceManyPortsWereTried) {
  const Trace trace(R"(
     0ms -> S     to 1
     1ms <- reply to 1
     2ms -> S     to 2
     3ms <- reply to 2
     4ms -> S     to 3
     5ms <- reply to 3
     6ms -> S     to 4
     7ms <- reply to 4
    10ms -> S
    11ms <- SA
  11.1ms -> reply
  )");

  EXPECT_GT(trace.confidence_in("syn_scan"), trace.confidence_in("connect_cancelled"));
}

TEST(SynScan, GivesWayToConnectCancelledWhereTheSynIsASystemsAndTheAnswerLate) {
  const Trace trace(R"(
         0ms -> S
      3000ms <- SA
    3000.1ms -> reply
  )");

  EXPECT_EQ(trace.cause(), "connect_cancelled");
  EXPECT_GT(trace.confidence_in("connect_cancelled"), trace.confidence_in("syn_scan"));
}

TEST(SynScan, IsNotBlamedWhereTheSynAckAcknowledgesSomethingElse) {
  const Trace trace(R"(
      0ms -> S bare win 1024
      1ms <- SA ack 4711
    1.1ms -> reply
  )");

  EXPECT_EQ(trace.confidence_in("syn_scan"), 0);
  EXPECT_EQ(trace.confidence_in("connect_cancelled"), 0);
}

TEST(ConnectCancelled, IsBlamedWhenTheSynHadToBeRepeated) {
  const Trace trace(R"(
         0ms -> S
      1000ms -> S again
      3000ms -> S again
      3500ms <- SA
    3500.1ms -> reply
  )");

  EXPECT_EQ(trace.cause(), "connect_cancelled");
  EXPECT_EQ(trace.last().verdict.trigger, 4U);
  EXPECT_EQ(trace.last().verdict.state, State::closed);
}

TEST(ConnectCancelled, IsNotBlamedForASynMadeByHandWithAPromptAnswer) {
  const Trace trace(R"(
      0ms -> S bare win 1024
      1ms <- SA
    1.1ms -> reply
  )");

  EXPECT_NE(trace.cause(), "connect_cancelled");
}

/// Nothing in the capture says that X ever sent a SYN: backscatter, or the SYN is missing.
TEST(ConnectCancelled, IsNotBlamedWhereNoSynWasSeen) {
  const Trace trace(R"(
      0ms <- SA rawack 777
    0.1ms -> reply
  )");

  EXPECT_EQ(trace.confidence_in("connect_cancelled"), 0);
  EXPECT_EQ(trace.confidence_in("syn_scan"), 0);
}

TEST(ScanProbe, IsBlamedForFlagsThatNoTcpSends) {
  for (const char* flags : {"none", "F", "FPU", "SF"}) {
    const Trace trace(" 0ms -> " + std::string(flags) + "\n 1ms <- reply\n");

    EXPECT_EQ(trace.cause(), "scan_probe") << flags;
    EXPECT_EQ(trace.last().verdict.trigger, 1U) << flags;
    EXPECT_EQ(trace.last().verdict.origin == Origin::client, false) << "the probed host answered";
  }
}

/// A Maimon or ACK scan of one port looks like a connection that the capture joined late.
TEST(ScanProbe, IsNotCertainForASingleAck) {
  const Trace trace(R"(
    0ms -> A rawseq 100 rawack 200
    1ms <- reply
  )");

  EXPECT_LE(trace.confidence_in("scan_probe"), 60);
  EXPECT_GT(trace.confidence_in("connection_unknown"), 0);
}

/// One direction only: its own acknowledgments tell what came on the other.
TEST(ConnectProbe, IsNotBlamedWhereTheClientAcknowledgedPayloadThatWasNotCaptured) {
  const Trace read(R"(
      0ms -> S
      2ms -> A rawack 500001
      4ms -> A rawack 500101
      5ms -> RA rawack 500101
  )");
  const Trace silent(R"(
      0ms -> S
      2ms -> A rawack 500001
      5ms -> RA rawack 500001
  )");

  EXPECT_EQ(read.confidence_in("connect_probe"), 0);
  EXPECT_GT(silent.confidence_in("connect_probe"), 0);
}

/// A capture that has just begun lacks what came before it.
TEST(ScanProbe, IsNotNamedFirstForTheFirstAckOfACapture) {
  const Trace trace(R"(
    0ms -> A rawack 500001
    1ms <- reply
  )");

  EXPECT_NE(trace.cause(), "scan_probe");
}

TEST(SynScan, IsNotCertainForASystemThatKnowsNoOptionButTheMss) {
  const Trace plain(R"(
    0ms -> S bare
    1ms <- SA
    2ms -> reply
  )");
  const Trace scanner(R"(
    0ms -> S bare win 1024
    1ms <- SA
    2ms -> reply
  )");

  EXPECT_LT(plain.confidence_in("syn_scan"), 70);
  EXPECT_GT(scanner.confidence_in("syn_scan"), 90);
}

/// Probes end nothing: there is no connection whose late segment the next one could be.
TEST(ScanProbe, StaysOneWhenFlagsBecomePlausible) {
  const Trace trace(R"(
      0ms -> F
      1ms <- reply
     60ms -> SF
     61ms <- reply
    120ms -> FPA len 1
    121ms <- reply
  )");

  EXPECT_EQ(trace.cause_in(2), "scan_probe");
  EXPECT_EQ(trace.cause(), "scan_probe");
}

TEST(ScanProbe, IsNotBlamedForDataOfAConnection) {
  const Trace trace(R"(
    0ms -> PA rawseq 100 rawack 200 len 9
    1ms <- reply
  )");

  EXPECT_EQ(trace.confidence_in("scan_probe"), 0);
}

}  // namespace
}  // namespace rstcause
