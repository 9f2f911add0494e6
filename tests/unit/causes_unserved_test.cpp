// SPDX-License-Identifier: GPL-2.0-or-later
// Connections that were aborted before anything was served.
#include <gtest/gtest.h>

#include <string>

#include "support/printers.h"
#include "support/trace.h"

namespace rstcause {
namespace {

using test::Trace;

TEST(ConnectProbe, IsBlamedWhenTheClientAbortsTheHandshakeItself) {
  const Trace trace(R"(
    0ms -> S
    1ms <- SA
    2ms -> RA
  )");

  EXPECT_EQ(trace.cause(), "connect_probe");
  EXPECT_TRUE(trace.last().verdict.cause->benign);
  EXPECT_EQ(trace.last().verdict.state, State::established)
      << "the RST acknowledges the SYN-ACK: the handshake was over for its sender";
}

TEST(ConnectProbe, GivesWayToLinger0WhenTheClientThoughtItOver) {
  const Trace trace(R"(
        0ms -> S
        1ms <- SA
        2ms -> A
    30000ms -> RA
  )");

  EXPECT_EQ(trace.cause(), "linger0");
  EXPECT_GT(trace.confidence_in("connect_probe"), 0);
}

TEST(ConnectProbe, IsNotBlamedOnceAnOctetHasPassed) {
  const Trace trace(R"(
    0ms -> S
    1ms <- SA
    2ms -> A
    3ms -> PA len 1
    4ms -> RA
  )");

  EXPECT_EQ(trace.cause(), "linger0");
  EXPECT_EQ(trace.confidence_in("connect_probe"), 0);
}

TEST(ConnectProbe, IsNotTakenForASynScanThoughNoAckWasSent) {
  const Trace trace(R"(
    0ms -> S
    1ms <- SA
    2ms -> RA
  )");

  EXPECT_EQ(trace.confidence_in("syn_scan"), 0) << "window and timestamps: a live socket";
}

TEST(AcceptThenAbort, IsBlamedWhenThePortServesOthersButNotThisClient) {
  const Trace trace(R"(
     0ms -> S        port 50001
     1ms <- SA       port 50001
     2ms -> A        port 50001
     3ms -> PA len 5 port 50001
     4ms <- PA len 5 port 50001
    10ms -> S
    11ms <- SA
    12ms -> A
    13ms <- RA
  )");

  EXPECT_EQ(trace.cause(), "accept_then_abort");
  EXPECT_EQ(trace.last().verdict.origin, Origin::server);
  EXPECT_EQ(trace.last().verdict.state, State::established);
  EXPECT_GT(trace.confidence_in("accept_then_abort"), trace.confidence_in("listener_closed"));
}

TEST(AcceptThenAbort, IsNotBlamedForAConnectionThatHadWaited) {
  const Trace trace(R"(
        0ms -> S
        1ms <- SA
        2ms -> A
    10000ms <- RA
  )");

  EXPECT_NE(trace.cause(), "accept_then_abort");
}

TEST(AcceptThenAbort, GivesWayToListenerClosedWhenTheNextSynIsRefused) {
  const Trace trace(R"(
     0ms -> S
     1ms <- SA
     2ms -> A
     3ms <- RA
    10ms -> S port 50001
    11ms <- reply port 50001
  )");

  EXPECT_EQ(trace.cause_in(4), "listener_closed");
  EXPECT_EQ(trace.in_frame(4).revised, 6U);
}

TEST(ListenerClosed, IsBlamedForAllThatWaitedInTheQueue) {
  const Trace trace(R"(
       0ms -> S  port 50001
       1ms <- SA port 50001
       2ms -> A  port 50001
       5ms -> S
       6ms <- SA
       7ms -> A
       8ms -> PA len 30
    4000ms <- RA port 50001
    4000ms <- RA
    5000ms -> S port 50002
    5001ms <- reply port 50002
  )");

  EXPECT_EQ(trace.cause_in(8), "listener_closed");
  EXPECT_EQ(trace.cause_in(9), "listener_closed")
      << "what the client had sent was never read either";
}

/// A service that has a client, and then ends: the listener is closed a moment after the
/// connections.
constexpr char kServesOne[] = R"(
       0ms -> S            port 50001
       1ms <- SA           port 50001
       2ms -> A            port 50001
       3ms -> PA len 14    port 50001
       4ms <- PA len 7     port 50001
       5ms -> A            port 50001
)";
constexpr char kComesBackAfterItsEnd[] = R"(
    4000ms <- FA           port 50001
    4001ms -> S
    4001ms <- SA
    4001ms -> A
    4002ms -> PA len 14
    4002ms <- A
    4002ms <- RA
)";
constexpr char kNextIsRefused[] = "5000ms -> S port 50002\n5001ms <- reply port 50002\n";
constexpr char kNextIsAccepted[] = "5000ms -> S port 50002\n5001ms <- SA port 50002\n";

TEST(ListenerClosed, IsBlamedForWhoComesBackWhileTheServiceEnds) {
  const Trace trace(std::string(kServesOne) + kComesBackAfterItsEnd + kNextIsRefused);

  EXPECT_EQ(trace.cause_in(13), "listener_closed") << "nobody was left who accepts and reads";
}

TEST(ListenerClosed, IsNotBlamedForWhoComesBackToAServiceThatGoesOn) {
  const Trace trace(std::string(kServesOne) + kComesBackAfterItsEnd + kNextIsAccepted);

  EXPECT_EQ(trace.cause_in(13), "unread_data");
}

TEST(ListenerClosed, IsNotBlamedForWhoHadComeBeforeTheServiceEnded) {
  const Trace trace(std::string(kServesOne) + R"(
    3999ms -> S
    3999ms <- SA
    3999ms -> A
    4000ms <- FA           port 50001
    4001ms -> PA len 14
    4001ms <- A
    4002ms <- RA
)" + kNextIsRefused);

  EXPECT_EQ(trace.cause_in(13), "unread_data") << "it may have been accepted before the end";
}

TEST(ListenerClosed, IsNotBlamedWhereTheListenerLivesOn) {
  const Trace trace(R"(
       0ms -> S
       1ms <- SA
       2ms -> A
    4000ms <- RA
    5000ms -> S  port 50001
    5001ms <- SA port 50001
  )");

  EXPECT_EQ(trace.cause_in(4), "linger0");
}

}  // namespace
}  // namespace rstcause
