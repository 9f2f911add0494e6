// SPDX-License-Identifier: GPL-2.0-or-later
// The end of patience: silences that a reset ends, and the age of the connection beside them.
#include <gtest/gtest.h>

#include "engine/tell/json.h"
#include "support/printers.h"
#include "support/trace.h"

namespace rstcause {
namespace {

using test::Trace;

std::string_view detail_of(const Trace& trace) {
  const Variant* const variant = trace.last().verdict.variant;
  return variant == nullptr ? std::string_view{} : variant->detail;
}

/// A load balancer by its SYN-ACK: window 4380, TTL from 255.
TEST(IdleTimeout, IsBlamedForTheUnpromptedResetOfAFrontEnd) {
  const Trace trace(R"(
        0ms -> S ttl 128
       25ms <- SA bare win 4380 ttl 245 id 29257
       26ms -> A ttl 128 win 16425
       26ms -> PA len 1178 ttl 128 win 16425
       51ms <- PA len 1460 ttl 245 win 5558 id 29798
       51ms -> A ttl 128 win 16425
       52ms -> PA len 1317 ttl 128 win 16425
       77ms <- PA len 671 ttl 245 win 6875 id 30332
      280ms -> A ttl 128 win 16257
    12795ms <- RA ttl 245 win 6875 id 56571 plain
  )");

  EXPECT_EQ(trace.cause(), "idle_timeout");
  EXPECT_EQ(detail_of(trace), "own");
  EXPECT_EQ(trace.last().verdict.origin, Origin::server) << "it speaks for itself";
}

TEST(IdleTimeout, GivesWayToTheProgramWhereAComputersSocketAborts) {
  EXPECT_EQ(Trace(R"(
        0ms -> S
       25ms <- SA
       26ms -> A
       26ms -> PA len 1178
       51ms <- PA len 1460
       52ms -> A
    12795ms <- RA
  )")
                .cause(),
            "linger0");
}

/// Exactly 300 s, with neither the window nor the IP ID of the server.
TEST(IdleTimeout, IsBlamedForANoticeAtTheEndOfAKnownTimer) {
  const Trace trace(R"(
         0ms -> S
         4ms <- SA bare win 65535 ttl 121 id 8920
         5ms -> A
        10ms -> PA len 47
        16ms <- PA len 48 ttl 121 id 8921 win 1026
        17ms -> A
    300021ms <- RA win 0 plain ttl 121 id 0
  )");

  EXPECT_EQ(trace.cause(), "idle_timeout");
  EXPECT_EQ(detail_of(trace), "notice");
  EXPECT_EQ(trace.last().verdict.origin, Origin::middlebox);
}

TEST(IdleTimeout, IsNotBlamedForAResetWithinTheFirstSeconds) {
  EXPECT_EQ(Trace(R"(
         0ms -> S
         4ms <- SA bare win 65535 ttl 121 id 8920
         5ms -> A
        10ms -> PA len 47
        16ms <- PA len 48 ttl 121 id 8921 win 1026
        17ms -> A
      3017ms <- RA win 0 plain ttl 121 id 8922
  )")
                .confidence_in("idle_timeout"),
            0);
}

std::vector<std::string> timers_after(const char* pause, const char* port) {
  const std::string to = std::string(" to ") + port + "\n";
  const std::string late = std::string(" ") + pause;
  return Trace(" 0ms -> S" + to + " 1ms <- SA" + to + " 2ms -> A" + to + " 3ms -> PA len 4" + to +
               " 4ms <- PA len 7" + to + " 5ms -> A" + to + late + " -> PA len 4" + to + late +
               " <- reply" + to)
      .report()
      .timers;
}

TEST(Timers, OfAServiceAreKnownByItsPortAndStandAlone) {
  EXPECT_EQ(timers_after("601s", "9092"), std::vector<std::string>{"Kafka broker idle 600 s"});
  EXPECT_EQ(timers_after("301s", "25"), std::vector<std::string>{"Postfix smtpd 300 s"});
}

TEST(Timers, OfAServiceAreNotThoseOfOthers) {
  EXPECT_EQ(timers_after("601s", "8443"), std::vector<std::string>{"Google Cloud idle 600 s"});
}

TEST(Age, IsTheTimeSinceTheFirstSyn) {
  const Trace trace(" 0ms -> S\n 900ms -> S again\n 901ms <- SA\n 902ms -> A\n 1500ms <- RA\n");

  EXPECT_EQ(trace.report().age, std::optional<Nanos>(1500 * kMillisecond));
  EXPECT_NE(to_json(trace.report(), "").find("\"age\":1.5"), std::string::npos);
}

TEST(Age, IsAbsentWhereTheSynWasNotCaptured) {
  const Trace trace(" 1ms <- SA\n 2ms -> A\n 3ms -> PA len 4\n 4ms <- RA\n");

  EXPECT_FALSE(trace.report().age.has_value());
  EXPECT_EQ(to_json(trace.report(), "").find("\"age\""), std::string::npos);
}

/// The last exchange came 23 s before, but the SYN exactly two minutes.
constexpr const char* kTwoMinutesOld = R"(
         0ms -> S
         1ms <- SA
         2ms -> A
         3ms -> PA len 4
         4ms <- PA len 7
         5ms -> A
     96700ms -> PA len 4
     96701ms <- PA len 7
     96702ms -> A
    120004ms <- RA win 0 plain
)";

TEST(Age, IsToldInPlaceOfIdleTimersWhereItExplains) {
  const Trace trace(kTwoMinutesOld);

  EXPECT_NE(trace.report().advice.find("2 min after its SYN"), std::string::npos)
      << trace.report().advice;
  if (trace.cause() == "idle_timeout") {
    EXPECT_EQ(detail_of(trace), "age");
  }
}

TEST(Age, NamesTheLimitsThatAreKnown) {
  const Trace trace(R"(
         0ms -> S
         1ms <- SA
         2ms -> A
         3ms -> PA len 4
         4ms <- PA len 7
         5ms -> A
      3577s -> PA len 4
      3577.001s <- PA len 7
      3577.002s -> A
      3600.05s <- RA
)");

  EXPECT_NE(trace.report().advice.find("nginx keepalive_time 3600 s"), std::string::npos)
      << trace.report().advice;
}

TEST(Age, DoesNotExplainWhatSilenceExplains) {
  const Trace trace(
      " 0ms -> S\n 1ms <- SA\n 2ms -> A\n 3ms -> PA len 4\n 4ms <- PA len 7\n 5ms -> A\n"
      " 60s -> PA len 4\n 60.001s <- PA len 7\n 60.002s -> A\n 120.003s <- RA win 0 plain\n");

  EXPECT_EQ(trace.report().advice.find("after its SYN"), std::string::npos)
      << trace.report().advice;
}

TEST(AgeLimits, HaveANameATimeAndASource) {
  for (const AgeLimit& limit : age_limits()) {
    EXPECT_FALSE(limit.name.empty());
    EXPECT_FALSE(limit.note.empty()) << limit.name;
    EXPECT_GT(limit.seconds, limit.earlier) << limit.name;
  }
}

TEST(AgeLimits, AreNamedForAgesThatTheyEnd) {
  EXPECT_EQ(limits_matching(1790 * kSecond, {}),
            std::vector<std::string>{"HikariCP maxLifetime 1800 s"});
  EXPECT_TRUE(limits_matching(1700 * kSecond, {}).empty());
  EXPECT_FALSE(is_known_age(1790 * kSecond, {})) << "its range is too wide to speak by itself";
  EXPECT_TRUE(is_known_age(120 * kSecond, {.one = 50000, .other = 22}));
  EXPECT_FALSE(is_known_age(120 * kSecond, {.one = 50000, .other = 80}));
}

}  // namespace
}  // namespace rstcause
