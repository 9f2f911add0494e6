// SPDX-License-Identifier: GPL-2.0-or-later
// Ends that repeat themselves in vain and say so by a RST, and their nearest twins.
#include <gtest/gtest.h>

#include "support/printers.h"
#include "support/trace.h"

namespace rstcause {
namespace {

using test::Trace;

std::string_view detail_of(const Trace& trace) {
  const Variant* const variant = trace.last().verdict.variant;
  return variant == nullptr ? std::string_view{} : variant->detail;
}

/// libslirp: six repetitions in 76 s, then RST,ACK.
TEST(RetransmitTimeout, IsBlamedForTheSynAckThatNobodyAcknowledged) {
  const Trace trace(R"(
        0ms -> S
       42ms <- SA bare ttl 64 id 642
     7385ms <- SA again bare ttl 64 id 697
    21370ms <- SA again bare ttl 64 id 769
    35211ms <- SA again bare ttl 64 id 1051
    48873ms <- SA again bare ttl 64 id 1493
    62470ms <- SA again bare ttl 64 id 1615
    76678ms <- SA again bare ttl 64 id 1732
    87659ms <- RA plain ttl 64 id 1817
  )");

  EXPECT_EQ(trace.cause(), "retransmit_timeout");
  EXPECT_EQ(detail_of(trace), "accepting");
  EXPECT_GE(trace.last().verdict.confidence, 80);
  EXPECT_EQ(trace.confidence_in("listener_closed"), 0) << "no connection waited in its queue";
}

TEST(RetransmitTimeout, IsNotBlamedOnceTheHandshakeIsComplete) {
  const Trace trace(R"(
        0ms -> S
       42ms <- SA
     7385ms <- SA again
    21370ms <- SA again
    35211ms <- SA again
    35260ms -> A
    87659ms <- RA
  )");

  EXPECT_EQ(trace.confidence_in("retransmit_timeout"), 0);
}

/// The client repeats its SYN meanwhile, since no SYN-ACK reaches it.
TEST(RetransmitTimeout, IsBlamedThoughTheSynComesAgain) {
  const Trace trace(R"(
        0ms -> S
        1ms <- SA
     1000ms -> S again
     1001ms <- SA again
     3000ms -> S again
     3001ms <- SA again
     7000ms -> S again
     7001ms <- SA again
    15001ms <- RA
  )");

  EXPECT_EQ(trace.cause(), "retransmit_timeout");
}

/// macOS, Android and their like: seven SYNs, then RST,ACK with the number of the SYN itself.
TEST(RetransmitTimeout, IsBlamedForTheSynThatNobodyAnswered) {
  const Trace trace(R"(
         0ms -> S
      1000ms -> S again
      3000ms -> S again
      7000ms -> S again
     15000ms -> S again
     31000ms -> S again
     63000ms -> S again
    127000ms -> RA seq 0 rawack 0 win 65535 plain
  )");

  EXPECT_EQ(trace.cause(), "retransmit_timeout");
  EXPECT_EQ(detail_of(trace), "connecting");
  EXPECT_GE(trace.last().verdict.confidence, 80) << "who repeats a SYN has had no answer";
  EXPECT_EQ(trace.last().verdict.origin, Origin::client);
}

TEST(RetransmitTimeout, KnowsTheBareResetOfASyn) {
  EXPECT_EQ(Trace(R"(
         0ms -> S
      1000ms -> S again
      3000ms -> S again
      7000ms -> S again
     15000ms -> R seq 0
  )")
                .cause(),
            "retransmit_timeout");
}

/// One direction only: the reset that a captured SYN-ACK would draw has the number behind the SYN.
TEST(RetransmitTimeout, IsNotBlamedWhereTheResetMayAnswerASynAckUnseen) {
  EXPECT_EQ(Trace(" 0ms -> S\n 30ms -> R seq 1\n").confidence_in("retransmit_timeout"), 0);
  EXPECT_EQ(Trace(" 0ms -> S\n 1000ms -> S again\n 3000ms -> S again\n 3030ms -> R seq 1\n")
                .confidence_in("retransmit_timeout"),
            0);
}

TEST(RetransmitTimeout, IsNotBlamedWhereTheSynAckCameAfterAll) {
  const Trace trace(R"(
         0ms -> S
      1000ms -> S again
      3000ms -> S again
      7000ms -> S again
      7400ms <- SA
      7401ms -> reply
  )");

  EXPECT_EQ(trace.cause(), "connect_cancelled");
  EXPECT_EQ(trace.confidence_in("retransmit_timeout"), 0);
}

/// Windows: the timer sets SND.NXT back to what it repeats, and the reset stands behind that.
TEST(RetransmitTimeout, IsBlamedWhereTheResetStandsBehindWhatWasRepeated) {
  const Trace trace(R"(
        0ms -> S
        1ms <- SA ttl 128
        2ms -> A
        3ms -> PA len 30
       10ms <- A len 1448 ttl 128
       10ms <- PA len 296 ttl 128
       11ms -> A ack 1
      310ms <- A len 1448 seq 1 ttl 128
      910ms <- A len 1448 seq 1 ttl 128
     2110ms <- A len 1448 seq 1 ttl 128
     4510ms <- A len 1448 seq 1 ttl 128
     9310ms <- A len 1448 seq 1 ttl 128
    18910ms <- RA seq 1449 win 0 plain ttl 128
  )");

  EXPECT_EQ(trace.cause(), "retransmit_timeout");
  EXPECT_EQ(detail_of(trace), "sending");
  EXPECT_EQ(trace.last().verdict.mode, Mode::abort);
}

TEST(RetransmitTimeout, IsBlamedWhereTheResetStandsBehindAllThatWasSent) {
  EXPECT_EQ(Trace(R"(
        0ms -> S
        1ms <- SA ttl 128
        2ms -> A
        3ms -> PA len 30
       10ms <- A len 1448 ttl 128
       10ms <- PA len 296 ttl 128
       11ms -> A ack 1
      310ms <- A len 1448 seq 1 ttl 128
      910ms <- A len 1448 seq 1 ttl 128
     2110ms <- A len 1448 seq 1 ttl 128
     4510ms <- A len 1448 seq 1 ttl 128
     9310ms <- A len 1448 seq 1 ttl 128
    18910ms <- RA seq 1745 win 0 plain ttl 128
  )")
                .cause(),
            "retransmit_timeout");
}

TEST(RetransmitTimeout, IsNotBlamedForANumberInTheMidstOfWhatThePeerHadAcknowledged) {
  EXPECT_EQ(Trace(R"(
        0ms -> S
        1ms <- SA
        2ms -> A
       10ms <- A len 1448
       10ms <- PA len 296
       11ms -> A ack 1449
      310ms <- PA len 296 seq 1449
      910ms <- PA len 296 seq 1449
     2110ms <- PA len 296 seq 1449
     4510ms <- RA seq 700 win 0 plain
  )")
                .confidence_in("retransmit_timeout"),
            0);
}

/// smoltcp counts the octets in flight twice.
TEST(RetransmitTimeout, IsBlamedWhereTheResetStandsAheadOfAllThatWasSent) {
  EXPECT_EQ(Trace(R"(
        0ms -> S
        1ms <- SA bare id 0
        2ms -> A
        3ms -> PA len 30
        4ms <- A
      100ms <- PA len 100
      800ms <- PA len 100 again
     2200ms <- PA len 100 again
     5000ms <- PA len 100 again
    10600ms <- RA seq 201 plain
  )")
                .cause(),
            "retransmit_timeout");
}

TEST(RetransmitTimeout, TellsAFinInVainFromDataInVain) {
  const Trace trace(R"(
        0ms -> S
        1ms <- SA
        2ms -> A
        3ms -> PA len 30
        4ms <- A
      100ms <- FA
      400ms <- FA seq 1
     1000ms <- FA seq 1
     2200ms <- FA seq 1
     4600ms <- FA seq 1
     9400ms <- RA win 0 plain
  )");

  EXPECT_EQ(trace.cause(), "retransmit_timeout");
  EXPECT_EQ(detail_of(trace), "closing");
}

/// lwIP: its keepalive gives up one interval after the last probe, with the whole of its buffer as
/// the window.
TEST(KeepaliveTimeout, IsKnownByTheGridWhateverTheWindow) {
  EXPECT_EQ(Trace(R"(
        0ms -> S
        1ms <- SA bare ttl 255
        2ms -> A
        3ms -> PA len 5
        4ms <- PA len 5 ttl 255 win 65402
        5ms -> A
    10005ms <- probe ttl 255 win 65407
    12005ms <- probe ttl 255 win 65407
    14005ms <- probe ttl 255 win 65407
    16005ms <- RA ttl 255 win 65407 plain
  )")
                .cause(),
            "keepalive_timeout");
}

/// A superfluous ACK after both FINs, answered by somebody nearer: no window matters any more.
TEST(ZeroWindowTimeout, IsNotBlamedOnceBothEndsHaveClosed) {
  const Trace trace(R"(
        0ms -> S ttl 128
        6ms <- SA ttl 229
        7ms -> A ttl 128
        8ms -> PA len 500 ttl 128
       14ms <- A ttl 229
     1000ms <- PA len 4200 ttl 232
     1001ms -> A ttl 128
    61000ms -> FA ttl 128
    62000ms <- A ttl 232
    62000ms <- FA ttl 232
    62001ms -> A ttl 128
    62002ms -> A win 0 ttl 128
    62017ms <- reply ttl 59
  )");

  EXPECT_EQ(trace.confidence_in("zero_window_timeout"), 0);
  EXPECT_EQ(trace.last().verdict.mode, Mode::reply);
  EXPECT_EQ(trace.last().verdict.trigger, 12U);
}

/// X has filled the window of Y, knocked, and closed: its FIN waits behind what is left to send.
constexpr const char* kShutWindow = R"(
       0ms -> S noscale win 4000
       1ms <- SA noscale
       2ms -> A win 4000
       3ms -> PA len 30 win 4000
       4ms <- PA len 4000
       5ms -> A win 0
     300ms <- probe
     301ms -> A win 0
     900ms <- probe
     901ms -> A win 0
)";

TEST(DataAfterClose, KnowsTheFinThatNeverLeftBehindAShutWindow) {
  const Trace trace(std::string(kShutWindow) + " 1500ms -> PA len 50 win 0\n 1500ms <- reply\n");

  EXPECT_EQ(trace.cause(), "data_after_close");
  EXPECT_EQ(detail_of(trace), "fin_unsent");
  EXPECT_EQ(trace.last().verdict.kernel_reason, "TCP_ABORT_ON_DATA");
  EXPECT_EQ(trace.last().verdict.basis, Basis::inferred) << "the FIN was not seen";
}

TEST(DataAfterClose, HasNoFinWaitingWhereTheWindowHadRoom) {
  const Trace trace(R"(
       0ms -> S noscale win 4000
       1ms <- SA noscale
       2ms -> A win 4000
       3ms -> PA len 30 win 4000
       4ms <- PA len 1000
       5ms -> A win 3000
    1500ms -> PA len 50 win 3000
    1500ms <- reply
  )");

  EXPECT_EQ(trace.confidence_in("data_after_close"), 0);
}

/// Its timer had long stopped: whoever has given up knocks no more.
TEST(DataAfterClose, IsNotBlamedWhereTheKnockingHadEndedLongBefore) {
  EXPECT_EQ(Trace(std::string(kShutWindow) + " 90s -> PA len 50 win 0\n 90s <- reply\n").cause(),
            "gave_up_silently");
}

/// What comes after a reset is no evidence of what led to it.
TEST(Evidence, NeverStandsBehindItsReset) {
  Trace trace(R"(
       0ms -> S
       0ms <- SA win 17640
      90ms -> A
     284ms <- FA
     336ms -> PA len 512 seq 1 ack 1
     337ms <- R seq 2
     338ms -> PA len 512 seq 513 ack 1
     339ms <- R seq 1
     342ms -> PA len 512 seq 1025 ack 1
     343ms <- R seq 1
     345ms -> PA len 512 seq 1537 ack 1
     346ms <- R seq 1
  )");

  for (const Explained& reset : trace.engine().explained()) {
    for (const Finding& finding : reset.verdict.evidence) {
      if (finding.clue->about == Matter::sequel) continue;
      EXPECT_LE(finding.frame, reset.frame()) << reset.frame() << ": " << finding.clue->name;
    }
  }
  const std::string summary = report_on(trace.engine(), trace.in_frame(6)).summary;
  EXPECT_EQ(summary.find("frame 11"), std::string::npos) << summary;
}

}  // namespace
}  // namespace rstcause
