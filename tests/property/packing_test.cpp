// SPDX-License-Identifier: GPL-2.0-or-later
// What is packed away comes back whole: an engine that packs all it has after every segment says
// the same, word for word, as one that never does.
#include <gtest/gtest.h>

#include <string>

#include "engine/engine.h"
#include "engine/engine_reports.h"
#include "engine/tell/json.h"
#include "property/soup.h"
#include "support/trace.h"

namespace rstcause {
namespace {

std::string told_by(const Engine& engine) {
  std::string text;
  for (const Explained& reset : engine.explained())
    text += to_json(report_on(engine, reset), "") + "\n";
  return text;
}

std::string told_of(const std::vector<Segment>& segments, bool packing) {
  Engine engine;
  for (const Segment& segment : segments) {
    engine.observe(segment);
    if (packing) engine.put_away();
  }
  return told_by(engine);
}

class PackedSoup : public ::testing::TestWithParam<std::uint32_t> {};
INSTANTIATE_TEST_SUITE_P(Seeds, PackedSoup, ::testing::Values(1U, 5961U, 9293U));

TEST_P(PackedSoup, IsToldWordForWord) {
  test::Soup soup(GetParam()), again(GetParam());
  Engine plain, packing;

  for (int i = 0; i < 5'000; ++i) {
    plain.observe(soup.next());
    packing.observe(again.next());
    packing.put_away();
  }

  ASSERT_GT(plain.explained().size(), 250U);
  EXPECT_EQ(told_by(packing), told_by(plain));
}

class PackedExample : public ::testing::TestWithParam<std::size_t> {};
INSTANTIATE_TEST_SUITE_P(Catalogue, PackedExample,
                         ::testing::Range(std::size_t{0}, catalogue().size()),
                         [](const auto& row) { return std::string(catalogue()[row.param].token); });

TEST_P(PackedExample, IsToldWordForWord) {
  const test::Trace trace(catalogue()[GetParam()].example);

  EXPECT_EQ(told_of(trace.segments(), true), told_of(trace.segments(), false));
}

}  // namespace
}  // namespace rstcause
