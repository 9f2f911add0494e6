// SPDX-License-Identifier: GPL-2.0-or-later
// Replies to what came after a close.
#include <gtest/gtest.h>

#include "support/printers.h"
#include "support/trace.h"

namespace rstcause {
namespace {

using test::Trace;

/// tcp_fin_timeout counts seconds: after one or more the host may have forgotten the connection.
TEST(DataAfterClose, IsNotProvedOnceTheClosedHalfMayHaveExpired) {
  const Trace trace(R"(
       0ms -> S
       1ms <- SA
       2ms -> A
       3ms -> PA len 30
       4ms <- PA len 200
       5ms -> A
    5000ms <- FA
    5001ms -> A
    9000ms -> PA len 30
    9001ms <- reply
  )");

  EXPECT_EQ(trace.cause(), "data_after_close");
  EXPECT_EQ(trace.last().verdict.basis, Basis::inferred);
  EXPECT_GT(trace.confidence_in("half_close_expired"), 0);
}

TEST(DataAfterClose, IsSaidWhenNewDataMeetsAClosedEnd) {
  const Trace trace(R"(
       0ms -> S
       1ms <- SA
       2ms -> A
       3ms -> PA len 30
       4ms <- PA len 200
       5ms -> A
    5000ms <- FA
    5001ms -> A
    5900ms -> PA len 30
    5901ms <- reply
  )");

  const Verdict& v = trace.last().verdict;
  EXPECT_EQ(trace.cause(), "data_after_close");
  EXPECT_EQ(v.basis, Basis::inferred) << "some hosts forget at once";
  EXPECT_EQ(v.mode, Mode::reply);
  EXPECT_EQ(v.state, State::fin_wait_2);
  EXPECT_EQ(v.variant->detail, "time_wait");
  EXPECT_EQ(v.kernel_reason, "TCP_TIMEWAIT_SOCKET");
  EXPECT_EQ(v.netstat, "TcpOutRsts") << "a bucket's answer moves no other counter";
  EXPECT_EQ(v.bytes_lost, 30U);
  EXPECT_EQ(v.idle, 899 * kMillisecond);
  EXPECT_EQ(trace.evidence(), (std::vector<Frame>{7, 9}));
}

/// The timer that the FIN's acknowledgment starts cannot be older than the FIN, whether that
/// acknowledgment passed here or not.
TEST(DataAfterClose, IsProvedSoonAfterAFinThatWasNotAcknowledgedHere) {
  const auto told = [](const char* data, const char* reset) {
    return Trace(std::string("0ms -> S\n 1ms <- SA\n 2ms -> A\n 5000ms <- FA\n") + data +
                 " -> PA len 30 ack 1\n" + reset + " <- reply\n");
  };
  const Trace soon = told("5900ms", "5901ms"), late = told("6900ms", "6901ms");

  EXPECT_EQ(soon.cause(), "data_after_close");
  EXPECT_EQ(soon.last().verdict.basis, Basis::proved);
  EXPECT_EQ(late.cause(), "data_after_close");
  EXPECT_EQ(late.last().verdict.basis, Basis::inferred);
}

TEST(DataAfterClose, IsARaceWhereTheFinHadNotArrived) {
  const Trace trace(R"(
      0ms -> S
      1ms <- SA
      2ms -> A
      3ms <- FA
    3.5ms -> PA len 10 ack 1
      4ms <- reply
  )");

  EXPECT_EQ(trace.cause(), "data_after_close");
  EXPECT_EQ(trace.last().verdict.netstat, "TcpExtTCPAbortOnData");
  EXPECT_EQ(trace.last().verdict.variant->detail, "race");
  EXPECT_EQ(trace.last().verdict.kernel_reason, "TCP_ABORT_ON_DATA");
  EXPECT_EQ(trace.last().verdict.state, State::fin_wait_1);
}

TEST(DataAfterClose, IsNotBlamedWithoutAFinOfTheResetter) {
  const Trace trace(R"(
       0ms -> S
       1ms <- SA
       2ms -> A
       3ms -> PA len 30
       4ms <- A
    9000ms -> PA len 30
    9001ms <- reply
  )");

  EXPECT_EQ(trace.confidence_in("data_after_close"), 0);
  EXPECT_EQ(trace.cause(), "connection_unknown");
}

/// Windows: RST,ACK without a window behind its own FIN, which the sender of the data had not seen.
TEST(DataAfterClose, IsProvedByAResetWithAckAtTheOwnNextNumber) {
  const Trace trace(R"(
        0ms -> S plain
        1ms <- SA plain
        2ms -> A plain
        3ms -> PA len 30 plain
       20ms -> FA plain
       40ms <- PA len 53 plain ack 31
    40.03ms -> RA win 0 plain ack 54
  )");

  EXPECT_EQ(trace.cause(), "data_after_close");
  EXPECT_EQ(trace.last().verdict.trigger, 6U);
  EXPECT_EQ(trace.last().verdict.mode, Mode::reply);
}

TEST(DataAfterClose, IsNotProvedByAResetWithAckLongAfterTheData) {
  const Trace trace(R"(
        0ms -> S plain
        1ms <- SA plain
        2ms -> A plain
        3ms -> PA len 30 plain
       20ms -> FA plain
       40ms <- PA len 53 plain ack 31
     3000ms -> RA win 0 plain ack 54
  )");

  EXPECT_NE(trace.last().verdict.mode, Mode::reply);
  EXPECT_NE(trace.last().verdict.basis, Basis::proved);
}

/// X acknowledged it before, so it is an old octet again and nobody's loss.
TEST(DataAfterClose, IsNotBlamedForOctetsThatWereTakenBefore) {
  const Trace trace(R"(
       0ms -> S
       1ms <- SA
       2ms -> A
       3ms -> PA len 30
       4ms <- FA
       5ms -> PA len 30 again ack 1
       6ms <- R rawseq 500001
  )");

  EXPECT_EQ(trace.confidence_in("data_after_close"), 0);
}

TEST(HalfCloseExpired, IsBlamedWhenTheOpenHalfIsUsedAfterMoreThanAMinute) {
  const Trace trace(R"(
        0ms -> S
        1ms <- SA
        2ms -> A
        3ms <- FA
        4ms -> A
    90000ms -> PA len 30
    90001ms <- reply
  )");

  EXPECT_EQ(trace.cause(), "half_close_expired");
  EXPECT_EQ(trace.last().verdict.state, State::listen) << "the port accepts: its listener answers";
  EXPECT_EQ(trace.last().verdict.kernel_reason, "TCP_FLAGS");
}

/// Nothing is left of the connection: any segment draws it, data or FIN (RFC 9293, 3.10.7.1).
TEST(HalfCloseExpired, IsBlamedForALateFinToo) {
  const Trace trace(R"(
        0ms -> S
        1ms <- SA
        2ms -> A
        3ms <- FA
        4ms -> A
    90000ms -> FA
    90001ms <- reply
  )");

  EXPECT_EQ(trace.cause(), "half_close_expired");
}

TEST(HalfCloseExpired, GivesWayToDataAfterCloseWithinTheMinute) {
  const Trace trace(R"(
        0ms -> S
        1ms <- SA
        2ms -> A
        3ms <- FA
        4ms -> A
    50000ms -> PA len 30
    50001ms <- reply
  )");

  EXPECT_EQ(trace.cause(), "data_after_close");
}

TEST(Linger2, IsBlamedWhenTheAckOfTheFinDrawsTheReset) {
  const Trace trace(R"(
      0ms -> S
      1ms <- SA
      2ms -> A
      3ms -> PA len 3
      4ms <- PA len 3
      5ms -> FA
      6ms <- A
    6.1ms -> reply
  )");

  EXPECT_EQ(trace.cause(), "linger2");
  EXPECT_EQ(trace.last().verdict.trigger, 7U);
  EXPECT_EQ(trace.last().verdict.state, State::fin_wait_1);
}

TEST(Linger2, GivesWayToDataAfterCloseWhereTheAckBroughtData) {
  const Trace trace(R"(
      0ms -> S
      1ms <- SA
      2ms -> A
      3ms -> FA
      4ms <- PA len 9
    4.1ms -> reply
  )");

  EXPECT_EQ(trace.cause(), "data_after_close");
  EXPECT_EQ(trace.confidence_in("linger2"), 0);
}

TEST(Linger2, IsNotBlamedForAResetLongAfterTheAck) {
  const Trace trace(R"(
      0ms -> S
      1ms <- SA
      2ms -> A
      3ms -> FA
      4ms <- A
    800ms -> RA
  )");

  EXPECT_EQ(trace.cause(), "linger0");
  EXPECT_EQ(trace.last().verdict.variant->detail, "fin_wait");
}

/// A subscriber that reads slowly: the server gives up on it (Redis's output buffer limit).
constexpr std::string_view kSlowReader = R"(
     0ms -> S noscale win 2920
     1ms <- SA noscale win 60000
     2ms -> A win 2920
     3ms -> PA len 29 win 2920
     4ms <- A
     5ms <- PA len 1460
)";

TEST(DataAfterClose, IsSaidWhereTheFinHadToWaitBehindAFullWindow) {
  const Trace trace(std::string(kSlowReader) + R"(
     6ms <- PA len 1460
   900ms -> PA len 14 win 1460
   901ms <- reply
  )");

  EXPECT_EQ(trace.cause(), "data_after_close");
  EXPECT_EQ(trace.last().verdict.basis, Basis::inferred) << "the FIN never went out";
  EXPECT_GE(trace.confidence_in("connection_unknown"), 10);
}

TEST(ConnectionUnknown, IsSaidWhereTheWindowHadRoomForAFin) {
  const Trace trace(std::string(kSlowReader) + R"(
     6ms <- PA len 1000
   900ms -> PA len 14 win 1460
   901ms <- reply
  )");

  EXPECT_EQ(trace.cause(), "connection_unknown");
  EXPECT_EQ(trace.confidence_in("data_after_close"), 0);
}

}  // namespace
}  // namespace rstcause
