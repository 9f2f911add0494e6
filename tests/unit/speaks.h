// SPDX-License-Identifier: GPL-2.0-or-later
// What a difference between two conversations says of causes: for them, against them, or that
// they are out of the question.
#pragma once

#include <gtest/gtest.h>

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/judge/ranking.h"
#include "support/trace.h"

namespace rstcause::test {

/// A conversation, and the frame of the reset that is asked about.
struct Story {
  std::string text;
  Frame reset = 0;
};

/// The causes that a difference speaks of.
struct Effect {
  std::vector<std::string_view> supports = {};
  std::vector<std::string_view> against = {};
  std::vector<std::string_view> rules_out = {};
};

/// How every cause was weighed for a reset in the end: logarithms of odds, nothing for a cause
/// that is ruled out.
class Weighed {
 public:
  explicit Weighed(const Story& story) {
    EngineOptions options;
    options.on_weighing = [&](const Scene& scene) {
      if (scene.rst.frame != story.reset) return;
      for (const Cause& cause : catalogue()) odds_[cause.token] = weigh(cause, scene);
    };
    const Trace trace(story.text, 1000, 500000, options);
    EXPECT_FALSE(odds_.empty()) << "frame " << story.reset << " is no reset of its own";
  }

  std::optional<double> operator()(std::string_view token) const { return odds_.at(token); }

 private:
  std::map<std::string_view, std::optional<double>> odds_;
};

inline void expect_effect(const Effect& effect, const Story& plain, const Story& then) {
  SCOPED_TRACE("as it was:\n" + plain.text + "and then:\n" + then.text);
  const Weighed before(plain), after(then);
  for (const std::string_view cause : effect.supports) {
    ASSERT_TRUE(before(cause) && after(cause)) << cause << " is ruled out";
    EXPECT_GT(*after(cause), *before(cause)) << "this speaks for " << cause;
  }
  for (const std::string_view cause : effect.against) {
    ASSERT_TRUE(before(cause) && after(cause)) << cause << " is ruled out";
    EXPECT_LT(*after(cause), *before(cause)) << "this speaks against " << cause;
  }
  for (const std::string_view cause : effect.rules_out) {
    EXPECT_TRUE(before(cause)) << cause << " was possible before";
    EXPECT_FALSE(after(cause)) << "this rules out " << cause;
  }
}

}  // namespace rstcause::test
