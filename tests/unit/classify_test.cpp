// SPDX-License-Identifier: GPL-2.0-or-later
// How rows are weighed: percentages, evidence, proof, origin, octets lost.
#include "engine/judge/classify.h"

#include <gtest/gtest.h>

#include "support/printers.h"
#include "support/trace.h"
#include "unit/stage.h"

namespace rstcause {
namespace {

using test::Stage;
using test::Trace;

Verdict verdict_on(std::string_view conversation) {
  return classify(Stage(conversation).scene());
}

constexpr auto kIdleAbort = R"(
        0ms -> S
        1ms <- SA
        2ms -> A
        3ms -> PA len 40
        5ms <- PA len 300
        6ms -> A
    30000ms -> RA
)";

TEST(Classify, NamesTheMostProbableFirstAndTheRestInOrder) {
  const Verdict v = verdict_on(kIdleAbort);

  EXPECT_EQ(v.cause->token, "linger0");
  ASSERT_FALSE(v.alternatives.empty());
  EXPECT_EQ(v.alternatives.front().cause->token, "unread_data");
  int before = v.confidence;
  for (const Alternative& other : v.alternatives) {
    EXPECT_LE(other.confidence, before);
    before = other.confidence;
  }
}

TEST(Classify, NeverPassesTheCeilingOfItsCause) {
  for (const Cause& cause : catalogue()) {
    const Verdict v = verdict_on(cause.example);
    EXPECT_LE(v.confidence, v.cause->ceiling) << cause.token;
  }
}

TEST(Classify, GivesEvidenceInTheOrderOfFramesWithoutRepetition) {
  const Verdict v = verdict_on(kIdleAbort);

  ASSERT_FALSE(v.evidence.empty());
  for (std::size_t i = 1; i < v.evidence.size(); ++i) {
    EXPECT_LE(v.evidence[i - 1].frame, v.evidence[i].frame);
    for (std::size_t j = 0; j < i; ++j) EXPECT_NE(v.evidence[i].clue, v.evidence[j].clue);
  }
}

TEST(Classify, RestsOnAnotherFrameThanTheResetsOwn) {
  const Verdict v = verdict_on("0ms -> none\n 0ms -> RA\n");

  ASSERT_NE(v.cause->sender, Sender::unknown);
  ASSERT_FALSE(v.evidence.empty());
  EXPECT_EQ(v.evidence.front().frame, 1U);
}

TEST(Classify, AdmitsByTheResetsOwnFrameThatTheRestIsMissing) {
  const Verdict v = verdict_on("0ms -> RA\n");

  EXPECT_EQ(v.cause->token, "capture_incomplete");
  ASSERT_FALSE(v.evidence.empty());
  EXPECT_EQ(v.evidence.back().frame, 1U);
}

/// A verdict made humble by a late start stays the first of the list.
TEST(Classify, RanksNoAlternativeAboveItself) {
  const Verdict v = verdict_on("0ms -> none\n 0ms -> RA\n");

  ASSERT_FALSE(v.alternatives.empty());
  EXPECT_LE(v.alternatives.front().confidence, v.confidence);
}

TEST(Classify, CitesOnlyCluesThatHaveASentence) {
  for (const Cause& cause : catalogue()) {
    for (const Finding& finding : verdict_on(cause.example).evidence) {
      EXPECT_FALSE(finding.clue->sentence.empty()) << finding.clue->name;
    }
  }
}

TEST(Classify, SaysUnknownRatherThanNothing) {
  const Verdict v = verdict_on(R"(
    0ms -> S
    1ms <- SA
    2ms -> A
    3ms -> PA len 10
    4ms <- PA len 10
    5ms -> A
    6ms <- RA seq 70000
  )");

  EXPECT_EQ(v.cause->token, "unknown");
  EXPECT_EQ(v.kernel_reason, "");
  EXPECT_FALSE(v.evidence.empty());
}

TEST(Classify, KnowsNoOriginWhereThePortsTellNoRoles) {
  const Verdict v = verdict_on(R"(
    0ms -> PA rawseq 100 rawack 200 len 5 to 45000
    1ms <- A rawseq 200 to 45000
    9ms -> RA to 45000
  )");

  EXPECT_EQ(v.origin, Origin::unknown);
}

TEST(BytesLost, CountBothDirections) {
  const Verdict v = verdict_on(R"(
    0ms -> S
    1ms <- SA
    2ms -> A
    3ms -> PA len 100
    4ms <- PA len 1000 ack 1
    5ms -> RA ack 1
  )");

  EXPECT_EQ(v.bytes_lost, 1100U);
}

TEST(BytesLost, LeaveOutWhatTheResetItselfAcknowledges) {
  const Verdict v = verdict_on(R"(
    0ms -> S
    1ms <- SA
    2ms -> A
    3ms <- PA len 1000
    4ms -> RA
  )");

  EXPECT_EQ(v.bytes_lost, 0U);
}

/// The SYN and the FIN take a number each, but no octet.
TEST(BytesLost, DoNotCountSynAndFin) {
  const Verdict v = verdict_on(R"(
    0ms -> S
    1ms <- SA
    2ms -> A
    3ms -> PA len 10
    4ms <- A
    5ms -> FA
    6ms -> RA
  )");

  EXPECT_EQ(v.bytes_lost, 0U);
}

/// A sum over a connection's resets is what the connection lost.
TEST(BytesLost, AreToldByOneResetOnly) {
  const Trace trace(R"(
    0ms -> S
    1ms <- SA
    2ms -> A
    3ms -> PA len 100
    4ms <- RA ack 1
    5ms -> PA len 30
    6ms <- reply
    7ms -> PA len 8
    8ms <- reply
  )");

  EXPECT_EQ(trace.in_frame(5).verdict.bytes_lost, 100U);
  EXPECT_EQ(trace.in_frame(7).verdict.bytes_lost, 30U);
  EXPECT_EQ(trace.in_frame(9).verdict.bytes_lost, 8U);
}

/// A forged reset cost nothing where both ends went on; the true one tells what was lost.
TEST(BytesLost, AreNotSparedByAResetThatWasBelied) {
  const Trace trace(R"(
    0ms -> S
    1ms <- SA
    2ms -> A
    3ms -> PA len 100
    4ms <- RA ack 1
  500ms <- PA len 10 ack 101
  501ms -> A
  600ms <- PA len 40
  601ms -> RA ack 11
  )");

  EXPECT_EQ(trace.last().verdict.bytes_lost, 40U);
}

TEST(BytesLost, CrossTheWrap) {
  const Verdict v = verdict_on(R"(
    0ms -> S isn 4294967290
    1ms <- SA
    2ms -> A
    3ms -> PA len 100
    4ms -> RA
  )");

  EXPECT_EQ(v.bytes_lost, 100U);
}

TEST(State, IsTheListenersWhereThePortAcceptsAndTheConnectionIsGone) {
  test::Trace trace(R"(
       0ms -> S
       1ms <- SA
       2ms -> A
       3ms -> PA len 5
       4ms <- A
    9000ms -> PA len 5
    9001ms <- reply
  )");

  EXPECT_EQ(trace.last().verdict.state, State::listen);
  EXPECT_EQ(trace.last().verdict.kernel_reason, "TCP_FLAGS");
}

TEST(State, IsClosedWhereTheClientForgot) {
  test::Trace trace(R"(
       0ms -> S
       1ms <- SA
       2ms -> A
       3ms -> PA len 5
       4ms <- A
    9000ms <- PA len 5
    9001ms -> reply
  )");

  EXPECT_EQ(trace.last().verdict.state, State::closed);
  EXPECT_EQ(trace.last().verdict.kernel_reason, "NO_SOCKET");
}

}  // namespace
}  // namespace rstcause
