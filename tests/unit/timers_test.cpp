// SPDX-License-Identifier: GPL-2.0-or-later
#include "engine/judge/timers.h"

#include <gtest/gtest.h>

#include "support/printers.h"
#include "support/trace.h"

namespace rstcause {
namespace {

using test::Trace;

IdleTimer timer(std::uint32_t seconds, std::uint32_t tolerance) {
  return {"Balancer", seconds, tolerance};
}

/// A connection that is used again after a pause, and answered by RST.
Trace after_pause(const std::string& pause, IdleTimers timers = default_timers()) {
  return Trace(
      " 0ms -> S\n 1ms <- SA\n 2ms -> A\n 3ms -> PA len 4\n 4ms <- PA len 7\n 5ms -> A\n " + pause +
          " -> PA len 4\n " + pause + " <- reply\n",
      1000, 500000, EngineOptions{.timers = std::move(timers)});
}

std::vector<std::string> timers_of(const Trace& trace) {
  return trace.report().timers;
}

TEST(IdleTimer, MatchesFromItsTimeToTheEndOfItsTolerance) {
  EXPECT_TRUE(timer(350, 10).matches(350 * kSecond));
  EXPECT_TRUE(timer(350, 10).matches(360 * kSecond));
  EXPECT_FALSE(timer(350, 10).matches(361 * kSecond));
}

TEST(IdleTimer, MatchesALittleTooEarlyForTheWayToTheDevice) {
  EXPECT_TRUE(timer(350, 10).matches(350 * kSecond - 400 * kMillisecond));
  EXPECT_FALSE(timer(350, 10).matches(349 * kSecond));
}

TEST(IdleTimer, AllowsForTheDriftOfClocksOverDays) {
  EXPECT_TRUE(timer(432000, 0).matches(432040 * kSecond));
  EXPECT_FALSE(timer(432000, 0).matches(432060 * kSecond));
}

TEST(IdleTimer, OfNoTimeNeverMatches) {
  EXPECT_FALSE(timer(0, 10).matches(0));
  EXPECT_FALSE(timer(0, 10).matches(5 * kSecond));
}

TEST(Timers, AreAllNamedInTheOrderOfTheTable) {
  const IdleTimers table = {{"A", 60, 5}, {"B", 90, 5}, {"C", 62, 1}};

  EXPECT_EQ(matching(table, 62 * kSecond, {}), (std::vector<std::string>{"A 60 s", "C 62 s"}));
  EXPECT_TRUE(matching(table, 80 * kSecond, {}).empty());
}

TEST(Timers, ShippedOnesHaveANameATimeAndASource) {
  for (const ShippedTimer& shipped : shipped_timers()) {
    EXPECT_FALSE(shipped.name.empty());
    EXPECT_FALSE(shipped.note.empty()) << shipped.name;
    EXPECT_GT(shipped.seconds, 0U) << shipped.name;
    EXPECT_LE(shipped.tolerance, shipped.seconds / 5) << shipped.name;
  }
}

TEST(Timers, AreReportedForTheSilenceBeforeTheTrigger) {
  EXPECT_EQ(timers_of(after_pause("352s")), (std::vector<std::string>{"AWS NLB idle 350 s"}));
  EXPECT_TRUE(timers_of(after_pause("200s")).empty());
}

TEST(Timers, AreThoseOfTheUser) {
  EXPECT_EQ(timers_of(after_pause("200s", {timer(199, 3)})),
            (std::vector<std::string>{"Balancer 199 s"}));
  EXPECT_TRUE(timers_of(after_pause("352s", {timer(199, 3)})).empty());
}

/// The odds of idle_timeout against the next cause.
int lead(const Trace& trace) {
  EXPECT_EQ(trace.cause(), "idle_timeout");
  const Verdict& v = trace.last().verdict;
  return v.confidence - (v.alternatives.empty() ? 0 : v.alternatives.front().confidence);
}

TEST(Timers, FavourIdleTimeoutWithoutProvingIt) {
  const Trace matched = after_pause("100s", {timer(99, 3)}), twin = after_pause("100s", {});

  EXPECT_GT(lead(matched), lead(twin));
  EXPECT_EQ(matched.last().verdict.basis, Basis::inferred);
}

TEST(Timers, DoNotSpeakAgainstATimerThatTheUserDidNotName) {
  EXPECT_EQ(lead(after_pause("100s", {timer(500, 3)})), lead(after_pause("100s", {})));
}

TEST(Timers, OfAFewSecondsAreNamedButProveNothing) {
  const Trace matched = after_pause("5s", {timer(5, 1)}), twin = after_pause("5s", {});

  EXPECT_EQ(timers_of(matched), (std::vector<std::string>{"Balancer 5 s"}));
  EXPECT_EQ(matched.last().verdict.confidence, twin.last().verdict.confidence);
}

TEST(Timers, DoNotTurnAnAbortIntoAnIdleTimeout) {
  const Trace trace(
      " 0ms -> S\n 1ms <- SA\n 2ms -> A\n 3ms -> PA len 4\n 4ms <- PA len 7\n 5ms -> A\n"
      " 350s -> RA\n");

  EXPECT_NE(trace.cause(), "idle_timeout");
  EXPECT_EQ(timers_of(trace), (std::vector<std::string>{"AWS NLB idle 350 s"}));
}

}  // namespace
}  // namespace rstcause
