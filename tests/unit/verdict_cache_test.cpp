// SPDX-License-Identifier: GPL-2.0-or-later
// What was weighed before spares weighing and changes nothing.
#include "engine/judge/verdict_cache.h"

#include <gtest/gtest.h>

#include <vector>

#include "engine/judge/classify.h"
#include "unit/stage.h"

namespace rstcause {
namespace {

using test::Stage;

/// All that a verdict tells of the weighing.
void expect_same(const Verdict& left, const Verdict& right) {
  EXPECT_EQ(left.cause, right.cause);
  EXPECT_EQ(left.confidence, right.confidence);
  ASSERT_EQ(left.evidence.size(), right.evidence.size());
  for (std::size_t i = 0; i < left.evidence.size(); ++i) {
    EXPECT_EQ(left.evidence[i].clue, right.evidence[i].clue);
    EXPECT_EQ(left.evidence[i].frame, right.evidence[i].frame);
    EXPECT_EQ(left.evidence[i].a, right.evidence[i].a);
  }
  ASSERT_EQ(left.alternatives.size(), right.alternatives.size());
  for (std::size_t i = 0; i < left.alternatives.size(); ++i) {
    EXPECT_EQ(left.alternatives[i].cause, right.alternatives[i].cause);
    EXPECT_EQ(left.alternatives[i].confidence, right.alternatives[i].confidence);
  }
}

TEST(VerdictCache, ChangesNoVerdictWhetherItIsAskedOrFilled) {
  VerdictCache before;
  for (const bool taken : {false, true}) {
    for (const Cause& cause : catalogue()) {
      SCOPED_TRACE(std::string(cause.token) + (taken ? ", taken" : ", made"));
      const Stage stage(cause.example);
      expect_same(classify(stage.scene(), &before), classify(stage.scene()));
    }
  }
}

TEST(VerdictCache, FindsTheSameAnswersAndNoOthers) {
  VerdictCache before;
  const Stage abort(" 0ms -> S\n 1ms <- SA\n 2ms -> A\n 3ms -> RA\n");
  const Stage refusal(" 0ms -> S\n 1ms <- reply\n");
  classify(abort.scene(), &before);
  Answers answers;

  EXPECT_NE(before.find(abort.scene(), answers), nullptr);
  EXPECT_EQ(before.find(refusal.scene(), answers), nullptr);
}

TEST(VerdictCache, StaysAwayWhereItWouldGrowBeyondItsBound) {
  VerdictCache before;
  const Stage stage(" 0ms -> S\n 1ms <- reply\n");
  const Cause& cause = catalogue().front();
  const std::vector<Asked> too_much(100'000, Asked{*cause.needs.begin(), 0});
  Answers answers;
  answers.ask(0, (*cause.needs.begin())->ask, stage.scene());

  before.add(stage.scene(), too_much, answers, {});

  EXPECT_EQ(before.find(stage.scene(), answers), nullptr);
}

}  // namespace
}  // namespace rstcause
