// SPDX-License-Identifier: GPL-2.0-or-later
// What the company of a reset tells: its host's other connections, and the way that its host's
// other segments came. Each with its nearest twin.
#include <gtest/gtest.h>

#include "support/printers.h"
#include "support/trace.h"

namespace rstcause {
namespace {

using test::Trace;

constexpr std::string_view kTwoServed = R"(
       0ms -> S
       1ms <- SA
       2ms -> A
       3ms -> PA len 40
       5ms <- PA len 300
       6ms -> A
      10ms -> S port 50001
      11ms <- SA port 50001
      12ms -> A port 50001
      13ms -> PA len 40 port 50001
      15ms <- PA len 300 port 50001
      16ms -> A port 50001
)";

TEST(UnreadData, IsMoreLikelyWhereTheProgramClosesItsOtherConnectionsByFin) {
  const Trace trace(std::string(kTwoServed) + R"(
     900ms -> FA port 50001
     900.1ms -> RA
  )");

  EXPECT_EQ(trace.cause(), "unread_data") << "SO_LINGER 0 is set on all sockets or on none";
  EXPECT_GE(trace.confidence_in("linger0"), 20);
}

TEST(Linger0, IsNotDoubtedForAFinOfLongAgo) {
  const Trace trace(std::string(kTwoServed) + R"(
      17ms -> FA port 50001
    9000ms -> RA
  )");

  EXPECT_EQ(trace.cause(), "linger0");
}

constexpr std::string_view kTwoForgotten = R"(
       0ms -> S
       1ms <- SA
       2ms -> A
       3ms -> PA len 4
       4ms <- PA len 4
       5ms -> A
      10ms -> S port 50001
      11ms <- SA port 50001
      12ms -> A port 50001
      13ms -> PA len 4 port 50001
      14ms <- PA len 4 port 50001
      15ms -> A port 50001
)";

TEST(PeerRestarted, IsNotBelievedOfAHostThatWasNeverAway) {
  const Trace trace(std::string(kTwoForgotten) + R"(
     300ms -> PA len 4
     301ms <- reply
     400ms -> PA len 4 port 50001
     401ms <- reply port 50001
  )");

  EXPECT_EQ(trace.cause(), "connection_unknown") << "nothing restarts within 0.3 s";
  EXPECT_GE(trace.confidence_in("nat_state_lost"), 2) << "a flushed table takes several";
}

TEST(PeerRestarted, IsBelievedOfAHostThatWasSilentToSeveralSegments) {
  const Trace trace(std::string(kTwoForgotten) + R"(
      20ms -> PA len 4
      30ms -> PA len 4 port 50001
     220ms -> PA len 4 again
     230ms -> PA len 4 again port 50001
     620ms -> PA len 4 again
     630ms -> PA len 4 again port 50001
     900ms -> PA len 4 again
     900.1ms <- reply
     910ms -> PA len 4 again port 50001
     910.1ms <- reply port 50001
  )");

  EXPECT_EQ(trace.cause(), "peer_restarted");
}

TEST(PeerRestarted, IsBelievedOfAHostThatHadTheTime) {
  const Trace trace(std::string(kTwoForgotten) + R"(
    9000ms -> PA len 4
    9001ms <- reply
    9100ms -> PA len 4 port 50001
    9101ms <- reply port 50001
  )");

  EXPECT_EQ(trace.cause(), "peer_restarted");
}

constexpr std::string_view kClosedWithinReach = R"(
       0ms -> S
       0.1ms <- SA
       0.2ms -> A
       0.3ms -> PA len 100
       0.4ms <- PA len 50
       0.5ms -> A
     100ms <- FA
     110ms -> A
)";

TEST(Linger2, AnswersTheAckOfItsFinHoweverLongThePathHasBecome) {
  const Trace trace(std::string(kClosedWithinReach) + R"(
     180ms <- reply
  )");

  EXPECT_EQ(trace.cause(), "linger2");
}

TEST(Linger2, IsNotAskedForWhatComesSecondsAfterTheAckOfTheFin) {
  const Trace trace(std::string(kClosedWithinReach) + R"(
    5110ms <- reply
  )");

  EXPECT_NE(trace.cause(), "linger2");
}

TEST(Backscatter, MayBeWhatAHostWithASpoofedSynAnswersBy) {
  const Trace trace(R"(
    0ms -> S bare win 1024 ttl 236
    1ms <- SA
    2ms -> reply ttl 63
  )");

  EXPECT_EQ(trace.cause(), "syn_scan") << "scanners write a TTL of their own as well";
  EXPECT_GE(trace.confidence_in("backscatter"), 2);
}

TEST(Backscatter, IsNoneWhereSynAndResetCameTheSameWay) {
  const Trace trace(R"(
    0ms -> S bare win 1024 ttl 254
    1ms <- SA
    2ms -> reply ttl 63
  )");

  EXPECT_EQ(trace.cause(), "syn_scan");
  EXPECT_EQ(trace.confidence_in("backscatter"), 0);
}

}  // namespace
}  // namespace rstcause
