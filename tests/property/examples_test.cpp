// SPDX-License-Identifier: GPL-2.0-or-later
// What must not matter, does not: every example of the catalogue, changed in one respect.
#include <gtest/gtest.h>

#include <algorithm>
#include <ostream>

#include "engine/judge/cause.h"
#include "property/replay.h"
#include "support/trace.h"

namespace rstcause {

void PrintTo(const Cause& cause, std::ostream* out) {
  *out << cause.token;
}

namespace {

using test::Replay;
using test::Trace;

class EveryExample : public ::testing::TestWithParam<Cause> {};
INSTANTIATE_TEST_SUITE_P(Catalogue, EveryExample,
                         ::testing::ValuesIn(catalogue().begin(), catalogue().end()),
                         [](const auto& row) { return std::string(row.param.token); });

TEST_P(EveryExample, DoesNotDependOnTheClock) {
  const Trace trace(GetParam().example);
  const std::string expected = Replay(trace.segments()).verdicts();

  for (const Nanos offset : {-5 * kSecond, Nanos{1'653'024'200'375'408'000}, 3600 * kSecond + 1}) {
    std::vector<Segment> shifted = trace.segments();
    for (Segment& s : shifted) s.time += offset;
    EXPECT_EQ(Replay(shifted).verdicts(), expected) << offset;
  }
}

/// Both hosts renamed, the numbers of the frames far on: only names change.
TEST_P(EveryExample, DoesNotDependOnNamesAndFrameNumbers) {
  const Trace trace(GetParam().example);
  std::vector<Segment> renamed = trace.segments();
  for (Segment& s : renamed) {
    std::swap(s.tuple.src.octets[3], s.tuple.dst.octets[3]);
    s.frame += 1'000'000;
  }

  const Replay plain(trace.segments()), other(renamed, false);

  ASSERT_EQ(other.explained().size(), plain.explained().size());
  for (std::size_t i = 0; i < plain.explained().size(); ++i) {
    EXPECT_EQ(other.explained()[i].verdict.cause, plain.explained()[i].verdict.cause);
    EXPECT_EQ(other.explained()[i].verdict.confidence, plain.explained()[i].verdict.confidence);
  }
}

/// Verdicts may lose what they rest on, never gain certainty by not having seen it.
TEST_P(EveryExample, IsNoSurerWhereTheCaptureBeganLater) {
  const Trace trace(GetParam().example);
  const Verdict& whole = trace.last().verdict;

  for (std::size_t dropped = 1; dropped < trace.segments().size(); ++dropped) {
    const Replay late(
        {trace.segments().begin() + static_cast<std::ptrdiff_t>(dropped), trace.segments().end()});
    if (late.explained().empty()) break;  // the reset itself is gone
    const Verdict& v = late.explained().back().verdict;

    EXPECT_FALSE(v.evidence.empty());
    // `whole` may itself say that something is missing: then less is more of the same.
    if (v.cause != whole.cause || v.cause->sender == Sender::unknown) continue;
    if (v.basis == Basis::declared) continue;  // the wire states it, whatever came before
    EXPECT_LE(int{v.confidence}, int{whole.confidence}) << dropped << " frames dropped";
  }
}

/// A later start proves nothing that the whole capture did not prove, and no other cause.
TEST_P(EveryExample, IsNotProvedByWhatACaptureThatBeganLaterDidNotSee) {
  const Trace trace(GetParam().example);
  const Verdict& whole = trace.last().verdict;

  for (std::size_t dropped = 1; dropped < trace.segments().size(); ++dropped) {
    const Replay late(
        {trace.segments().begin() + static_cast<std::ptrdiff_t>(dropped), trace.segments().end()});
    if (late.explained().empty()) break;  // the reset itself is gone
    const Verdict& v = late.explained().back().verdict;

    const bool was_proved = whole.basis == Basis::proved && v.cause == whole.cause;
    if (!was_proved) {
      EXPECT_NE(v.basis, Basis::proved) << v.cause->token << ", " << dropped << " dropped";
    }
  }
}

/// Unless the wire itself states the cause.
TEST_P(EveryExample, IsNeverNearlyCertainFromTheResettersDirectionAlone) {
  const Trace trace(GetParam().example);
  const Explained& reset = trace.last();
  std::vector<Segment> kept;
  for (const Segment& s : trace.segments()) {
    const Segment& judged = trace.segments()[reset.frame() - 1];
    if (s.tuple.src == judged.tuple.src && s.frame <= judged.frame) kept.push_back(s);
  }
  const Replay half(kept);

  const Verdict& v = half.explained().back().verdict;
  if (v.cause->sender == Sender::unknown || v.basis == Basis::declared) return;
  EXPECT_LT(int{v.confidence}, 90) << v.cause->token;
}

TEST_P(EveryExample, IsToldOnceWhereAMirrorPortDoublesEverySegment) {
  const Trace trace(GetParam().example);
  std::vector<Segment> doubled;
  for (const Segment& s : trace.segments()) {
    doubled.push_back(s);
    doubled.push_back(s);
    doubled.back().time += 10 * kMicrosecond;
  }

  const Replay once(trace.segments()), twice(doubled);

  ASSERT_EQ(twice.explained().size(), 2 * once.explained().size());
  for (std::size_t i = 0; i < once.explained().size(); ++i) {
    const Explained &original = twice.explained()[2 * i], &copy = twice.explained()[2 * i + 1];
    EXPECT_EQ(original.verdict.cause->token, once.explained()[i].verdict.cause->token);
    EXPECT_EQ(original.duplicate_of, 0U);
    EXPECT_EQ(copy.duplicate_of, original.frame());
    EXPECT_EQ(copy.verdict.cause->token, original.verdict.cause->token);
  }
}

TEST_P(EveryExample, CitesNoFrameOfTheFutureUnlessRevised) {
  const Replay replay(Trace(GetParam().example).segments());

  for (const Explained& e : replay.explained()) {
    for (const Finding& finding : e.verdict.evidence) {
      EXPECT_GE(finding.frame, 1U);
      EXPECT_LE(finding.frame, std::max(e.frame(), e.revised)) << finding.clue->name;
    }
    EXPECT_LT(e.verdict.trigger, e.frame());
    EXPECT_LT(e.verdict.root, e.frame());
  }
}

TEST_P(EveryExample, SharesAtMostAHundredPercentHoweverMuchIsMissing) {
  const Trace trace(GetParam().example);
  for (std::size_t dropped = 0; dropped < trace.segments().size(); ++dropped) {
    const Replay late(
        {trace.segments().begin() + static_cast<std::ptrdiff_t>(dropped), trace.segments().end()});
    if (late.explained().empty()) break;  // the reset itself is gone
    for (const Explained& e : late.explained()) {
      int sum = e.verdict.confidence;
      for (const Alternative& other : e.verdict.alternatives) sum += other.confidence;
      EXPECT_LE(sum, 100) << dropped << " frames dropped";
    }
  }
}

TEST_P(EveryExample, IsAtLeastAsSureOfItsCauseAsOfEachAlternativeHoweverMuchIsMissing) {
  const Trace trace(GetParam().example);
  for (std::size_t dropped = 0; dropped < trace.segments().size(); ++dropped) {
    const Replay late(
        {trace.segments().begin() + static_cast<std::ptrdiff_t>(dropped), trace.segments().end()});
    for (const Explained& e : late.explained()) {
      for (const Alternative& other : e.verdict.alternatives)
        EXPECT_GE(e.verdict.confidence, other.confidence)
            << other.cause->token << ", " << dropped << " frames dropped";
    }
  }
}

/// What a clue is about may be missing altogether: then it is not even asked.
void expect_no_where_nothing_is(const Clue& clue, const Scene& scene) {
  EXPECT_TRUE(clue.is_open(scene.matters()) || clue.ask(scene).is_no()) << clue.name;
}

TEST_P(EveryExample, AnswersNoWhereThereIsNothingToAskFor) {
  EngineOptions options;
  options.on_weighing = [](const Scene& scene) {
    for (const Cause& cause : catalogue()) {
      for (const Clue* clue : cause.needs) expect_no_where_nothing_is(*clue, scene);
      for (const Clue* clue : cause.excluded_by) expect_no_where_nothing_is(*clue, scene);
      for (const Weight& weight : cause.favours) expect_no_where_nothing_is(*weight.clue, scene);
    }
  };
  const Trace trace(GetParam().example, 1000, 500000, options);
}

}  // namespace
}  // namespace rstcause
