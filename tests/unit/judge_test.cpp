// SPDX-License-Identifier: GPL-2.0-or-later
// Judging, on what was taken in, with nobody told of it.
#include "engine/judge/judge.h"

#include <gtest/gtest.h>

#include "unit/parts.h"

namespace rstcause {
namespace {

using test::Parts;

constexpr const char* kAborted = R"(
     0ms -> S
     1ms <- SA
     2ms -> A
     3ms -> PA len 5
     4ms <- A
    50ms -> RA
)";

TEST(Judge, ChangesNothingOfTheConnectionUntilItIsClosed) {
  Parts parts(kAborted);
  parts.take_until(6);
  const Intake::Place at = parts.take(6);
  const Endpoint before = at.flow->at(at.from);
  const Reset reset = parts.judge.read(parts.segment(6), *at.flow, at.from);
  const Verdict verdict = parts.judge.weigh(reset, *at.flow);

  EXPECT_EQ(verdict.cause->token, "linger0");
  EXPECT_EQ(at.flow->at(at.from), before);
  EXPECT_FALSE(at.flow->over());
  EXPECT_TRUE(parts.judge.verdicts().empty());
}

TEST(Judge, EndsTheConnectionByTheVerdictThatItKeeps) {
  Parts parts(kAborted);
  parts.take_until(6);
  parts.explain(6);

  const Flow& flow = parts.intake.flow(1);
  EXPECT_TRUE(flow.over());
  EXPECT_EQ(flow.trouble(End::a).rst, 6U);
  EXPECT_EQ(flow.first_verdict, 1U);
}

TEST(Judge, WeighsAlikeWhatItWeighedBefore) {
  Parts parts(kAborted);
  parts.take_until(6);
  const Intake::Place at = parts.take(6);
  const Reset reset = parts.judge.read(parts.segment(6), *at.flow, at.from);
  const Verdict first = parts.judge.weigh(reset, *at.flow);
  const Verdict again = parts.judge.weigh(reset, *at.flow);

  EXPECT_EQ(first.cause, again.cause);
  EXPECT_EQ(first.confidence, again.confidence);
  EXPECT_EQ(first.evidence.size(), again.evidence.size());
}

TEST(Judge, CountsATriggerAsAnsweredOnce) {
  Parts parts(R"(
       0ms -> S
       1ms <- SA
       2ms -> A
    9000ms -> PA len 5
    9001ms <- reply
    9002ms <- reply
  )");
  parts.take_until(5);
  parts.explain(5);
  parts.explain(6);

  EXPECT_TRUE(parts.judge.verdicts()[0].reset.fresh_trigger);
  EXPECT_FALSE(parts.judge.verdicts()[1].reset.fresh_trigger);
}

TEST(Judge, FindsTheOriginalOfACopyAndNoneForAnother) {
  const auto original_of_the_second = [](const std::string& second) {
    Parts parts(std::string(kAborted) + second);
    parts.take_until(6);
    parts.explain(6);
    const Intake::Place at = parts.take(7);
    return parts.judge.original_of(*at.flow, parts.judge.read(parts.segment(7), *at.flow, at.from));
  };

  EXPECT_EQ(original_of_the_second(" 50.1ms -> RA copy\n"), 1U);
  EXPECT_EQ(original_of_the_second(" 50.1ms -> RA id 999\n"), 0U);
}

TEST(Judge, TellsThePaceOfProbesAtEvenDistances) {
  const auto pace_of_the_last = [](const char* third) {
    Parts parts(std::string(R"(
           0ms -> S port 40001
           1ms <- SA port 40001
           2ms -> RA port 40001
        5000ms -> S port 40002
        5001ms <- SA port 40002
        5002ms -> RA port 40002
    )") + third);
    std::optional<Nanos> pace;
    for (std::size_t number = 1; number <= 9; ++number) {
      if (!parts.segment(number).rst) {
        parts.take(number);
        continue;
      }
      const Explained made = parts.judge.verdicts()[parts.explain(number)];
      pace = parts.judge.pace_of(parts.judge.scene_of(made));
    }
    return pace;
  };

  EXPECT_EQ(pace_of_the_last(" 10000ms -> S port 40003\n 10001ms <- SA port 40003\n"
                             " 10002ms -> RA port 40003\n"),
            5 * kSecond);
  EXPECT_EQ(pace_of_the_last(" 12000ms -> S port 40003\n 12001ms <- SA port 40003\n"
                             " 12002ms -> RA port 40003\n"),
            std::nullopt);
}

}  // namespace
}  // namespace rstcause
