// SPDX-License-Identifier: GPL-2.0-or-later
// Taking in, without any verdict.
#include "engine/memory/intake.h"

#include <gtest/gtest.h>

#include "unit/parts.h"

namespace rstcause {
namespace {

using test::Parts;

constexpr const char* kHandshake = R"(
     0ms -> S
     1ms <- SA
     2ms -> A
)";

TEST(Intake, FindsOneConnectionForBothDirections) {
  Parts parts(kHandshake);
  parts.take_until(4);

  EXPECT_EQ(parts.intake.flow_count(), 1U);
  EXPECT_EQ(parts.intake.flow(1).at(End::b).syn, 2U);
  EXPECT_EQ(parts.intake.flow(1).role_basis(), RoleBasis::syn);
}

TEST(Intake, FindsANewConnectionWhereThePortsAreUsedAgain) {
  Parts parts(R"(
     0ms -> S
     1ms <- reply
    50ms -> S seq 70000
  )");
  parts.take(1);
  parts.explain(2);
  const Intake::Place again = parts.take(3);

  EXPECT_EQ(parts.intake.flow_count(), 2U);
  EXPECT_EQ(again.flow->id(), 2U);
  EXPECT_EQ(parts.intake.flow_at(parts.segment(1).tuple, 1)->id(), 1U);
  EXPECT_EQ(parts.intake.flow_at(parts.segment(1).tuple, 3)->id(), 2U);
}

TEST(Intake, DoesNotTakeTheSameSynAgainForANewConnection) {
  Parts parts(" 0ms -> S\n 1000ms -> S again\n");
  parts.take_until(3);

  EXPECT_EQ(parts.intake.flow_count(), 1U);
}

TEST(Intake, PassesOverACopy) {
  Parts parts(" 0ms -> S\n 0.01ms -> S copy\n");
  parts.take(1);
  const Intake::Place copy = parts.take(2);

  EXPECT_EQ(copy.flow, nullptr);
  EXPECT_EQ(copy.overtaken, 0);
  EXPECT_EQ(copy.latest->at(End::a).last.frame, 1U);
}

/// A queue that was stuck lets go at once what a timer had put into it in turn.
TEST(Intake, TakesNothingForACopyWhoseTimestampHasGoneOn) {
  constexpr std::string_view kOpened = " 0ms -> S\n 1ms <- SA\n 2ms -> A\n";
  Parts later(std::string(kOpened) + " 5.9ms -> PA len 10 id 0\n 6.1ms -> PA again id 0\n");
  later.take_until(5);
  Parts same(std::string(kOpened) + " 5.1ms -> PA len 10 id 0\n 5.3ms -> PA copy\n");
  same.take_until(5);

  EXPECT_NE(later.take(5).flow, nullptr);
  EXPECT_EQ(same.take(5).flow, nullptr);
}

TEST(Intake, TakesInWhatATimerSentAgain) {
  Parts parts(" 0ms -> S\n 1000ms -> S again\n");
  parts.take(1);

  EXPECT_NE(parts.take(2).flow, nullptr);
}

TEST(Intake, SaysBeforeHowManyASegmentBelongsThatIsShownTooLate) {
  Parts parts(R"(
     1ms <- SA rawack 1001
     2ms -> A rawseq 1001
     0ms -> S
  )");
  parts.take_until(3);
  const Intake::Place early = parts.take(3);

  EXPECT_EQ(early.flow, nullptr);
  EXPECT_EQ(early.overtaken, 2);
}

TEST(Intake, ComesToTheSameStateByTakingBackAndInAgain) {
  Parts parts(R"(
     0ms -> S
     1ms <- SA
     2ms -> A
     3ms -> PA len 30
     4ms <- PA len 40
  )");
  parts.take_until(6);
  Flow& flow = parts.intake.flow(1);
  const Endpoint a = flow.at(End::a), b = flow.at(End::b);
  const auto taken = parts.intake.take_back(flow, 2);

  EXPECT_EQ(flow.at(End::a).first_data, 0U);
  for (const auto& step : taken) parts.intake.note_again(flow, step);
  EXPECT_EQ(flow.at(End::a), a);
  EXPECT_EQ(flow.at(End::b), b);
}

TEST(Intake, NamesThePortThatAcceptsOnlyWhereSomebodyWaitsForIt) {
  Parts alone(kHandshake), waited_for(kHandshake);
  alone.take_until(3);
  waited_for.take(1);
  waited_for.intake.hosts().service(waited_for.intake.flow(1), End::b).pending = 1;
  waited_for.take(2);

  EXPECT_EQ(alone.accepts, nullptr);
  ASSERT_NE(waited_for.accepts, nullptr);
  EXPECT_EQ(waited_for.accepts->accepted, 2U);
}

TEST(Intake, NotesWhatTheServersFirstWordTellsOfItsPort) {
  Parts parts(std::string(kHandshake) + " 3ms <- PA len 5\n");
  parts.take_until(5);
  const Service* const service = parts.intake.hosts().find_service(parts.intake.flow(1), End::b);

  ASSERT_NE(service, nullptr);
  EXPECT_EQ(service->completed, 3U);
  EXPECT_EQ(service->served, 4U);
  EXPECT_EQ(service->taken, 2U);
}

/// Keepalive probes of a connection whose beginning was not captured: the reset has the number.
TEST(Intake, RecognisesByTheResetThatTheSegmentsBeforeItWereProbes) {
  Parts parts(R"(
        0ms -> A rawseq 5000 rawack 9000
    75000ms -> A rawseq 5000 rawack 9000
   150000ms -> A rawseq 5000 rawack 9000
   225000ms -> RA rawseq 5001 rawack 9000
  )");
  parts.take_until(4);
  const Intake::Place reset = parts.take(4);
  parts.intake.settle(*reset.flow, reset.from, parts.segment(4));

  EXPECT_EQ(reset.flow->trouble(reset.from).probes.total, 3U);
  EXPECT_EQ(reset.flow->at(reset.from).snd_nxt.raw(), 5001U);
}

TEST(Intake, LeavesBareAcksWhereTheResetHasTheirNumber) {
  Parts parts(R"(
        0ms -> A rawseq 5000 rawack 9000
    75000ms -> A rawseq 5000 rawack 9000
   150000ms -> RA rawseq 5000 rawack 9000
  )");
  parts.take_until(3);
  const Intake::Place reset = parts.take(3);
  parts.intake.settle(*reset.flow, reset.from, parts.segment(3));

  EXPECT_EQ(reset.flow->trouble(reset.from).probes.total, 0U);
}

}  // namespace
}  // namespace rstcause
