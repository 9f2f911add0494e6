// SPDX-License-Identifier: GPL-2.0-or-later
//
// Connections of one host that end in one instant: whose hand it was.
#include <gtest/gtest.h>

#include <string>

#include "support/trace.h"

namespace rstcause {
namespace {

using test::Trace;

/// Two connections to a host, each to a service of its own, both served and at rest.
constexpr std::string_view kTwoServices = R"(
     0ms -> S to 8001
     1ms <- SA to 8001
     2ms -> A to 8001
     3ms -> PA len 30 to 8001
     4ms <- PA len 20 to 8001
     5ms -> A to 8001
     0ms -> S port 50001 to 8002
     1ms <- SA port 50001 to 8002
     2ms -> A port 50001 to 8002
     3ms -> PA len 30 port 50001 to 8002
     4ms <- PA len 20 port 50001 to 8002
     5ms -> A port 50001 to 8002
)";

/// The same to one service.
constexpr std::string_view kOneService = R"(
     0ms -> S
     1ms <- SA
     2ms -> A
     3ms -> PA len 30
     4ms <- PA len 20
     5ms -> A
     0ms -> S port 50001
     1ms <- SA port 50001
     2ms -> A port 50001
     3ms -> PA len 30 port 50001
     4ms <- PA len 20 port 50001
     5ms -> A port 50001
)";

TEST(Sweep, OfSeveralServicesIsAnOperators) {
  const Trace trace(std::string(kTwoServices) +
                    " 900ms <- RA to 8001\n 900.3ms <- RA port 50001 to 8002\n");

  EXPECT_EQ(trace.cause_in(13), "admin_abort") << "the first is told of the second";
  EXPECT_EQ(trace.cause_in(14), "admin_abort");
  EXPECT_EQ(trace.in_frame(13).verdict.confidence, trace.in_frame(14).verdict.confidence);
}

TEST(Sweep, OfOneServiceMayBeItsProgramsAsWell) {
  const Trace trace(std::string(kOneService) + " 900ms <- RA\n 900.3ms <- RA port 50001\n");

  EXPECT_EQ(trace.cause(), "linger0");
  EXPECT_GE(trace.confidence_in("admin_abort"), 15);
}

TEST(Sweep, IsNoneWhereEachConnectionHadJustSpoken) {
  const Trace trace(std::string(kTwoServices) + R"(
   899ms -> PA len 30 to 8001
   900ms <- RA to 8001
   899ms -> PA len 30 port 50001 to 8002
   900.3ms <- RA port 50001 to 8002
  )");

  EXPECT_LT(trace.confidence_in("admin_abort"), 10) << "something woke their programs";
}

TEST(Sweep, IsNoneOfAHostThatAbortsAllTheTime) {
  const Trace trace(std::string(kTwoServices) + R"(
     0ms -> S port 50002 to 8003
     1ms <- SA port 50002 to 8003
     2ms -> A port 50002 to 8003
     3ms -> PA len 30 port 50002 to 8003
     4ms <- PA len 20 port 50002 to 8003
     5ms -> A port 50002 to 8003
   860ms <- RA port 50002 to 8003
   900ms <- RA to 8001
   900.3ms <- RA port 50001 to 8002
  )");

  EXPECT_LT(trace.confidence_in("admin_abort"), 10) << "some of its aborts meet by chance";
}

/// A process that ends closes what it had by FIN where nothing was unread, in whatever order.
TEST(Sweep, IsAProcessesOwnEndWhereAFinFollowsInThatInstant) {
  const Trace trace(std::string(kTwoServices) + R"(
     0ms -> S port 50002 to 8001
     1ms <- SA port 50002 to 8001
     2ms -> A port 50002 to 8001
   900ms <- RA to 8001
   900.3ms <- RA port 50001 to 8002
   900.5ms <- FA port 50002 to 8001
  )");

  EXPECT_NE(trace.cause_in(16), "admin_abort");
  EXPECT_NE(trace.cause_in(17), "admin_abort");
}

/// The queue of a listener that dies, two of its connections with a request that nobody took; the
/// one that its program had accepted before is closed by FIN.
TEST(ListenerClosed, IsOneVerdictForAllThatItsProgramHadNotAccepted) {
  const Trace trace(R"(
     0ms -> S
     1ms <- SA
     2ms -> A
     3ms -> PA len 14
     4ms <- PA len 7
     5ms -> A
    10ms -> S port 50001
    11ms <- SA port 50001
    12ms -> A port 50001
    13ms -> S port 50002
    14ms <- SA port 50002
    15ms -> A port 50002
    20ms -> PA len 14 port 50001
    21ms <- A port 50001
   900ms <- FA
   900.1ms <- RA port 50001
   900.2ms <- RA port 50002
  )");

  EXPECT_EQ(trace.cause_in(16), "listener_closed");
  EXPECT_EQ(trace.cause_in(17), "listener_closed");
}

/// First in, first out: the program had the later one in hands, so it had the earlier one too.
TEST(ListenerClosed, IsNotBlamedForTheUnservedOneThatCameBeforeAnAcceptedOne) {
  const Trace trace(R"(
     0ms -> S
     1ms <- SA
     2ms -> A
    10ms -> S port 50001
    11ms <- SA port 50001
    12ms -> A port 50001
    13ms -> S port 50002
    14ms <- SA port 50002
    15ms -> A port 50002
    20ms -> PA len 14
    21ms <- A
   900ms <- FA port 50001
   900.1ms <- RA
   900.2ms <- RA port 50002
  )");

  EXPECT_EQ(trace.cause_in(13), "unread_data");
  EXPECT_EQ(trace.cause_in(14), "listener_closed");
}

TEST(ListenerClosed, IsDoubtedWhereThePortTakesAnotherAfterwards) {
  constexpr std::string_view kUnserved = R"(
     0ms -> S
     1ms <- SA
     2ms -> A
     0ms -> S port 50001
     1ms <- SA port 50001
     2ms -> A port 50001
   900ms <- RA
   900.1ms <- RA port 50001
  )";
  const Trace before(kUnserved);
  const Trace after(std::string(kUnserved) + " 910ms -> S port 50002\n 911ms <- SA port 50002\n");

  EXPECT_EQ(before.cause(), "listener_closed");
  EXPECT_LT(after.confidence_in("listener_closed"), before.confidence_in("listener_closed"));
}

TEST(MemoryPressure, IsNotBlamedForAProgramThatShutsDownAndAborts) {
  const Trace trace(R"(
     0ms -> S
     1ms <- SA
     2ms -> A
     3ms -> PA len 11
     4ms <- A
     5ms <- FA
     5.4ms <- RA
   300ms -> S port 50001
   301ms <- SA port 50001
   302ms -> A port 50001
   303ms -> PA len 11 port 50001
   304ms <- A port 50001
   305ms <- FA port 50001
   305.4ms <- RA port 50001
  )");

  EXPECT_EQ(trace.cause_in(7), "unread_data");
  EXPECT_LE(trace.confidence_in("memory_pressure"), 5);
}

}  // namespace
}  // namespace rstcause
