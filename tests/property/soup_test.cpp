// SPDX-License-Identifier: GPL-2.0-or-later
// Segments that no sane TCP would send: the engine must stand, and must always have an answer.
#include <gtest/gtest.h>

#include <algorithm>

#include "engine/engine.h"
#include "engine/engine_reports.h"
#include "engine/tell/json.h"
#include "property/soup.h"

namespace rstcause {
namespace {

using test::Soup;

class SegmentSoup : public ::testing::TestWithParam<std::uint32_t> {};
INSTANTIATE_TEST_SUITE_P(Seeds, SegmentSoup, ::testing::Values(1U, 5961U, 9293U));

TEST_P(SegmentSoup, HasAVerdictWithEvidenceForEveryReset) {
  Soup soup(GetParam());
  Engine engine;
  std::size_t resets = 0;

  for (int i = 0; i < 20'000; ++i) {
    const Segment s = soup.next();
    engine.observe(s);
    resets += s.rst ? 1U : 0U;
  }

  ASSERT_EQ(engine.explained().size(), resets);
  ASSERT_GT(resets, 1000U);
  for (const Explained& e : engine.explained()) {
    ASSERT_NE(e.verdict.cause, nullptr);
    ASSERT_FALSE(e.verdict.evidence.empty()) << e.verdict.cause->token << " in frame " << e.frame();
    int sum = e.verdict.confidence;
    for (const Alternative& other : e.verdict.alternatives) sum += other.confidence;
    ASSERT_LE(sum, 100);
    ASSERT_GE(e.verdict.confidence, 1);
    ASSERT_GE(e.verdict.idle, 0);
    ASSERT_LT(e.verdict.trigger, e.frame());
    ASSERT_LT(e.duplicate_of, e.frame());
  }
}

TEST_P(SegmentSoup, CitesNoFrameOfTheFutureUnlessRevised) {
  Soup soup(GetParam());
  Engine engine;

  for (int i = 0; i < 20'000; ++i) engine.observe(soup.next());

  for (const Explained& e : engine.explained()) {
    for (const Finding& f : e.verdict.evidence) {
      ASSERT_LE(f.frame, std::max(e.frame(), e.revised))
          << e.verdict.cause->token << ": " << f.clue->name;
    }
  }
}

TEST_P(SegmentSoup, CanBeToldInWordsWithoutAHole) {
  Soup soup(GetParam());
  Engine engine;

  for (int i = 0; i < 5'000; ++i) engine.observe(soup.next());

  for (const Explained& e : engine.explained()) {
    const Report report = report_on(engine, e);
    ASSERT_EQ(report.summary.find('{'), std::string::npos) << report.summary;
    for (const auto& other : report.alternatives)
      ASSERT_EQ(other.text.find('{'), std::string::npos) << other.text;
    ASSERT_FALSE(to_json(report, "soup").empty());
  }
}

TEST_P(SegmentSoup, IsJudgedTheSameTwice) {
  const auto tokens = [](std::uint32_t seed) {
    Soup soup(seed);
    Engine engine;
    for (int i = 0; i < 5'000; ++i) engine.observe(soup.next());
    std::vector<std::string_view> all;
    for (const Explained& e : engine.explained()) all.push_back(e.verdict.cause->token);
    return all;
  };

  EXPECT_EQ(tokens(GetParam()), tokens(GetParam()));
}

}  // namespace
}  // namespace rstcause
