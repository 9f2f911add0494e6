// SPDX-License-Identifier: GPL-2.0-or-later
// Aborts: resets that a program or its kernel decided on. Each with its nearest twin.
#include <gtest/gtest.h>

#include "support/printers.h"
#include "support/trace.h"

namespace rstcause {
namespace {

using test::Trace;

TEST(Linger0, IsBlamedWhenAPoolDropsAConnectionThatOwesNothing) {
  const Trace trace(R"(
        0ms -> S
        1ms <- SA
        2ms -> A
        3ms -> PA len 40
        5ms <- PA len 300
        6ms -> A
    30000ms -> RA
  )");

  const Verdict& v = trace.last().verdict;
  EXPECT_EQ(trace.cause(), "linger0");
  EXPECT_EQ(v.origin, Origin::client);
  EXPECT_EQ(v.mode, Mode::abort);
  EXPECT_EQ(v.state, State::established);
  EXPECT_EQ(v.basis, Basis::inferred) << "unread_data looks the same, so it never is proved";
  EXPECT_EQ(v.kernel_reason, "TCP_STATE");
  EXPECT_EQ(v.trigger, 0U);
  EXPECT_EQ(v.idle, 29'994 * kMillisecond);
  EXPECT_EQ(v.bytes_lost, 0U);
  EXPECT_GT(trace.confidence_in("linger0"), trace.confidence_in("unread_data"));
}

TEST(Linger0, CannotBeToldFromUnreadDataWhereAGreetingWasNeverAnswered) {
  const Trace trace(R"(
       0ms -> S
       1ms <- SA
       2ms -> A
       3ms <- PA len 40
       4ms -> A
    5000ms -> RA
  )");

  EXPECT_LE(trace.last().verdict.confidence, 60) << "the header is the same for both";
  EXPECT_GE(trace.confidence_in("unread_data"), 30);
}

TEST(Linger0, LeavesUnreadDataOutWhereThePeerSentNothing) {
  const Trace trace(R"(
        0ms -> S
        1ms <- SA
        2ms -> A
        3ms -> PA len 40
        4ms <- A
    30000ms -> RA
  )");

  EXPECT_EQ(trace.cause(), "linger0");
  EXPECT_EQ(trace.confidence_in("unread_data"), 0);
}

TEST(Linger0, NamesTheHalfThatThePeerHadClosed) {
  const Trace trace(R"(
    0ms -> S
    1ms <- SA
    2ms -> A
    3ms -> PA len 40
    5ms <- PA len 300
    6ms -> A
    7ms <- FA
    8ms -> A
    9ms -> RA
  )");

  EXPECT_EQ(trace.cause(), "linger0");
  EXPECT_EQ(trace.last().verdict.variant->detail, "close_wait");
  EXPECT_EQ(trace.last().verdict.state, State::close_wait);
}

/// A request and its answer: nothing is owed.
constexpr std::string_view kAnswered = R"(
      0ms -> S
      1ms <- SA
      2ms -> A
      3ms -> PA len 40
      5ms <- PA len 300
      6ms -> A
)";

TEST(Linger0, SeesAProxysFinWithTheResetRightBehindIt) {
  const Trace trace(std::string(kAnswered) + R"(
   5000ms <- FA
   5000.2ms <- RA
  )");

  EXPECT_EQ(trace.cause(), "linger0") << "HAProxy's nolinger: nothing was owed";
  EXPECT_EQ(trace.last().verdict.variant->detail, "fin_then_rst");
  EXPECT_GE(trace.confidence_in("unread_data"), 5) << "socketserver shuts its half as well";
}

TEST(UnreadData, IsWhatAClientsFinWithTheResetRightBehindItMeans) {
  const Trace trace(std::string(kAnswered) + R"(
    500ms -> FA
    500.2ms -> RA
  )");

  EXPECT_EQ(trace.cause(), "unread_data") << "Java's close() sends no FIN under SO_LINGER 0";
  EXPECT_GE(trace.confidence_in("linger0"), 10);
}

TEST(Linger0, IsBlamedForAClientsResetLongBehindItsFin) {
  const Trace trace(std::string(kAnswered) + R"(
    500ms -> FA
    501ms <- A
   3000ms -> RA
  )");

  EXPECT_EQ(trace.cause(), "linger0");
}

TEST(Linger0, CountsTheOctetsThatItDestroys) {
  const Trace trace(R"(
    0ms -> S
    1ms <- SA
    2ms -> A
    3ms -> PA len 40
    4ms <- A
    5ms -> PA len 1000
    5ms -> RA
  )");

  EXPECT_EQ(trace.cause(), "linger0");
  EXPECT_EQ(trace.last().verdict.bytes_lost, 1000U);
}

/// What came stays in the buffer, and the window shrinks by it.
constexpr std::string_view kUnreadSoFar = R"(
      0ms -> S noscale win 60000
      1ms <- SA noscale win 60000
      2ms -> A win 60000
      3ms <- PA len 20000
      4ms -> A win 40000
      5ms <- PA len 20000
      6ms -> A win 20000
)";

TEST(UnreadData, IsProvedByAWindowThatJumpsOpenInTheReset) {
  const Trace trace(std::string(kUnreadSoFar) + R"(
    900ms -> RA win 60000
  )");

  const Verdict& v = trace.last().verdict;
  EXPECT_EQ(trace.cause(), "unread_data");
  EXPECT_EQ(v.basis, Basis::proved);
  EXPECT_EQ(v.kernel_reason, "TCP_ABORT_ON_CLOSE");
  EXPECT_GE(v.confidence, 90);
}

TEST(UnreadData, IsNotProvedWhereTheReaderHadAnnouncedTheRoomBefore) {
  const Trace trace(std::string(kUnreadSoFar) + R"(
      8ms -> A win 60000
    900ms -> RA win 60000
  )");

  EXPECT_EQ(trace.cause(), "linger0");
  EXPECT_EQ(trace.last().verdict.basis, Basis::inferred);
}

/// With the peer's FIN in the queue no window update is sent (Linux __tcp_cleanup_rbuf()).
TEST(UnreadData, IsNotProvedByTheWindowOnceThePeerHasClosed) {
  const Trace trace(R"(
      0ms -> S noscale win 60000
      1ms <- SA noscale win 60000
      2ms -> A win 60000
      3ms <- PA len 40000
      4ms -> A win 20000
      5ms <- FA
      6ms -> A win 20000
    900ms -> RA win 60000
  )");

  EXPECT_NE(trace.last().verdict.basis, Basis::proved);
}

TEST(UnreadData, IsBlamedWhenAServerLeavesARequestUnanswered) {
  const Trace trace(R"(
      0ms -> S
      1ms <- SA
      2ms -> A
      3ms -> PA len 500
      4ms <- A
      9ms <- PA len 20
     10ms -> A
     11ms -> PA len 500
     12ms <- A
    900ms <- RA
  )");

  EXPECT_EQ(trace.cause(), "unread_data");
  EXPECT_GT(trace.confidence_in("linger0"), 5);
  EXPECT_LE(trace.last().verdict.confidence, 80) << "no capture proves what the program had read";
}

TEST(UnreadData, GivesWayToLinger0LongAfterTheServerSpokeLast) {
  const Trace trace(R"(
        0ms -> S
        1ms <- SA
        2ms -> A
        3ms -> PA len 500
        5ms <- PA len 500
        6ms -> A
    30000ms <- RA
  )");

  EXPECT_EQ(trace.cause(), "linger0");
  EXPECT_LT(trace.confidence_in("unread_data"), 30);
}

/// The client's ACK made it a connection; the server's silence does not take that back.
TEST(UnreadData, IsOfAnEstablishedConnectionThoughTheServerNeverSentASegmentOfItsOwn) {
  const Trace trace(R"(
      0ms -> S
      1ms <- SA
      2ms -> A
      3ms -> PA len 500
    100ms <- RA
  )");

  EXPECT_EQ(trace.cause(), "unread_data");
  EXPECT_EQ(trace.last().verdict.state, State::established);
}

TEST(AdminAbort, IsBlamedWhenTheWindowStaysShutInTheReset) {
  const Trace trace(R"(
       0ms -> S noscale win 60000
       1ms <- SA noscale win 60000
       2ms -> A win 60000
       3ms <- PA len 20000
       4ms -> A win 40000
       5ms <- PA len 20000
       6ms -> A win 20000
    9000ms -> RA win 20000
  )");

  EXPECT_EQ(trace.cause(), "admin_abort");
  EXPECT_EQ(trace.last().verdict.kernel_reason, "TCP_STATE");
  EXPECT_LE(trace.last().verdict.confidence, 80);
}

/// A process that ends closes all that it had: where nothing speaks against it, by FIN.
TEST(AdminAbort, IsNotBlamedWhereTheHostClosedAnotherConnectionInTheSameInstant) {
  constexpr std::string_view kTwo = R"(
       0ms -> S
       1ms <- SA
       2ms -> A
       3ms <- PA len 50
       4ms -> A
       5ms -> S  port 50001
       6ms <- SA port 50001
       7ms -> A  port 50001
       8ms <- PA len 50 port 50001
       9ms -> A  port 50001
  )";
  const Trace killed(std::string(kTwo) + "900ms -> RA port 50001\n900.1ms -> RA\n");
  const Trace ended(std::string(kTwo) + "900ms -> FA port 50001\n900.1ms -> RA\n");

  EXPECT_GE(killed.confidence_in("admin_abort"), 20);
  EXPECT_LE(ended.confidence_in("admin_abort"), 5);
}

/// An accept queue is first in, first out.
TEST(ListenerClosed, IsNotBlamedForAConnectionThatHadBeenAcceptedInItsTurn) {
  constexpr std::string_view kTwo = R"(
       0ms -> S
       1ms <- SA
       2ms -> A
       5ms -> S  port 50001
       6ms <- SA port 50001
       7ms -> A  port 50001
       9ms -> PA len 20
      10ms <- A
  )";
  const Trace later(std::string(kTwo) + "900ms <- FA port 50001\n901ms <- RA\n");
  const Trace none(std::string(kTwo) + "901ms <- RA\n");

  EXPECT_LT(later.confidence_in("listener_closed"), none.confidence_in("listener_closed"));
}

TEST(MemoryPressure, IsRankedForALoneOrphanWhoseDataNobodyTook) {
  const Trace orphan(R"(
       0ms -> S
       1ms <- SA
       2ms -> A
       3ms <- PA len 100
       4ms <- FA
     900ms <- RA
  )");

  EXPECT_GT(orphan.confidence_in("memory_pressure"), 0);
}

TEST(AdminAbort, IsNotBlamedForAWindowThatNothingReceivedCouldFill) {
  const Trace trace(R"(
       0ms -> S win 65535 noscale
       1ms <- SA win 65535 noscale
       2ms -> A win 60000
       3ms -> PA len 20 win 20000
    9000ms -> RA win 20000
  )");

  EXPECT_LE(trace.confidence_in("admin_abort"), 10);
}

/// Two connections that end in one instant, each on its peer's FIN: a program at the end of file.
TEST(AdminAbort, IsNotBlamedWhereEachResetFollowsThePeersFin) {
  const Trace trace(R"(
      0ms -> S
      1ms <- SA
      2ms -> A
      3ms -> PA len 30
      4ms <- PA len 200
      5ms -> A
      0ms -> S port 50001
      1ms <- SA port 50001
      2ms -> A port 50001
      3ms -> PA len 30 port 50001
      4ms <- PA len 200 port 50001
      5ms -> A port 50001
    900ms -> FA
    900ms -> FA port 50001
    901ms <- RA
    902ms <- RA port 50001
  )");

  EXPECT_EQ(trace.cause(), "linger0");
  EXPECT_LT(trace.confidence_in("admin_abort"), 15);
}

TEST(AdminAbort, IsConsideredWhereConnectionsEndTogetherWithoutAFin) {
  const Trace trace(R"(
      0ms -> S
      1ms <- SA
      2ms -> A
      3ms -> PA len 30
      4ms <- PA len 200
      5ms -> A
      0ms -> S port 50001
      1ms <- SA port 50001
      2ms -> A port 50001
      3ms -> PA len 30 port 50001
      4ms <- PA len 200 port 50001
      5ms -> A port 50001
    901ms <- RA
    902ms <- RA port 50001
  )");

  EXPECT_GE(trace.confidence_in("admin_abort"), 15);
}

TEST(AdminAbort, IsNotBlamedForAWindowThatHardlyShrank) {
  const Trace trace(R"(
       0ms -> S noscale win 60000
       1ms <- SA noscale win 60000
       2ms -> A win 60000
       3ms -> PA len 100
       4ms <- PA len 2000
       5ms -> A win 58000
    9000ms -> RA win 58000
  )");

  EXPECT_LE(trace.confidence_in("admin_abort"), 10);
}

}  // namespace
}  // namespace rstcause
