// SPDX-License-Identifier: GPL-2.0-or-later
// What is promised about every row of the catalogue, present and future.
#include <gtest/gtest.h>

#include <ostream>
#include <random>
#include <set>

#include "engine/judge/cause.h"
#include "engine/judge/ranking.h"
#include "support/trace.h"

namespace rstcause {

void PrintTo(const Cause& cause, std::ostream* out) {
  *out << cause.token;
}

namespace {

using test::Trace;

class EveryCause : public ::testing::TestWithParam<Cause> {};
INSTANTIATE_TEST_SUITE_P(Catalogue, EveryCause,
                         ::testing::ValuesIn(catalogue().begin(), catalogue().end()),
                         [](const auto& row) { return std::string(row.param.token); });

TEST_P(EveryCause, IsFoundInItsOwnExample) {
  EXPECT_EQ(Trace(GetParam().example).cause(), GetParam().token);
}

TEST_P(EveryCause, ShowsTheFramesThatProveIt) {
  const Trace trace(GetParam().example);

  const auto frames = trace.evidence();
  ASSERT_FALSE(frames.empty());
  for (const Frame frame : frames) {
    EXPECT_GE(frame, 1U);
    EXPECT_LE(frame, trace.segments().size());
  }
}

TEST_P(EveryCause, DoesNotDependOnTheInitialSequenceNumbers) {
  std::mt19937 engine(20240607);
  std::uniform_int_distribution<std::uint32_t> any;
  for (int i = 0; i < 200; ++i) {
    const std::uint32_t iss = any(engine), irs = any(engine);
    ASSERT_EQ(Trace(GetParam().example, iss, irs).cause(), GetParam().token)
        << "iss " << iss << " irs " << irs;
  }
}

TEST_P(EveryCause, SharesAtMostAHundredPercent) {
  const Trace trace(GetParam().example);

  int sum = trace.last().verdict.confidence;
  int before = 100;
  for (const Alternative& other : trace.last().verdict.alternatives) {
    EXPECT_LE(other.confidence, before);
    EXPECT_GE(other.confidence, 2);
    before = other.confidence;
    sum += other.confidence;
  }
  EXPECT_LE(sum, 100);
  EXPECT_LE(trace.last().verdict.alternatives.size(), 6U);
}

TEST_P(EveryCause, TellsItsStoryWithoutAHoleInIt) {
  const Report report = Trace(GetParam().example).report();

  EXPECT_EQ(report.summary.find('{'), std::string::npos) << report.summary;
  EXPECT_EQ(report.advice.find('{'), std::string::npos) << report.advice;
  for (const auto& piece : report.evidence) {
    for (const auto& sentence : piece.sentences)
      EXPECT_EQ(sentence.find('{'), std::string::npos) << sentence;
  }
}

/// Epan cuts a line of the tree at 240 octets, label included. The tree puts what is longer into
/// more lines (glue/canvas.cpp), which are harder to read: one is enough, with addresses of any
/// length.
TEST_P(EveryCause, FitsIntoALineOfTheTree) {
  const Trace ipv4(GetParam().example);
  const Trace ipv6 = Trace::over_ipv6(GetParam().example);
  for (const Trace* const trace : {&ipv4, &ipv6}) {
    const Report report = trace->report();
    EXPECT_LE(report.summary.size(), 228U) << report.summary;
    EXPECT_LE(report.advice.size(), 229U) << report.advice;
    for (const Report::Alternative& other : report.alternatives)
      EXPECT_LE(other.text.size(), 220U) << other.text;
  }
  EXPECT_LE(GetParam().apart.size(), 220U);
}

/// Epan's limit holds for what an application's situation puts in their place, too.
TEST_P(EveryCause, FitsIntoALineInEverySituation) {
  for (const Situation& situation : GetParam().situations) {
    EXPECT_LE(situation.advice.size(), 200U) << situation.advice;
    EXPECT_LE(situation.summary.size(), 170U) << situation.summary;
  }
}

TEST_P(EveryCause, TellsWhatToDoAndWhatWouldTellItApart) {
  EXPECT_FALSE(GetParam().advice.empty());
  EXPECT_FALSE(GetParam().meaning.empty());
  EXPECT_FALSE(GetParam().title.empty());
  if (GetParam().sender == Sender::unknown) return;
  EXPECT_FALSE(GetParam().apart.empty());
  EXPECT_FALSE(GetParam().source.empty());
}

/// A token of rstcause.detail tells nobody anything; a line of the tree has room for a few words.
TEST_P(EveryCause, SaysInWordsWhatEachOfItsFormsIs) {
  for (const Variant& variant : GetParam().variants) {
    EXPECT_EQ(variant.words.empty(), variant.detail.empty()) << variant.detail;
    EXPECT_LE(variant.words.size(), 60U) << variant.words;
  }
}

TEST(Catalogue, AsksNoMoreThanAnswersHaveRoomFor) {
  std::set<const Clue*> deciding, asked;
  for (const Cause& cause : catalogue()) {
    deciding.insert(cause.needs.begin(), cause.needs.end());
    deciding.insert(cause.excluded_by.begin(), cause.excluded_by.end());
    for (const Weight& weight : cause.favours) asked.insert(weight.clue);
  }
  asked.insert(deciding.begin(), deciding.end());

  EXPECT_LE(catalogue().size(), Ranking::kMostRows);
  EXPECT_LE(deciding.size(), Ranking::kMostDeciding);
  EXPECT_LE(asked.size(), Answers::kMost) << "make it larger: it costs no time";
}

TEST(Catalogue, HasEachTokenOnce) {
  std::set<std::string_view> tokens;
  for (const Cause& cause : catalogue())
    EXPECT_TRUE(tokens.insert(cause.token).second) << cause.token;
}

TEST(Catalogue, FindsARowByItsToken) {
  ASSERT_NE(find_cause("linger0"), nullptr);
  EXPECT_EQ(find_cause("linger0")->token, "linger0");
  EXPECT_EQ(find_cause("no_such_token"), nullptr);
}

/// Error is for what somebody has to fix; what a capture cannot prove never is one.
TEST(Catalogue, NeverCallsAGuessAnError) {
  EXPECT_NE(find_cause("unknown")->severity, Severity::error);
  EXPECT_NE(find_cause("capture_incomplete")->severity, Severity::error);
}

}  // namespace
}  // namespace rstcause
