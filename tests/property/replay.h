// SPDX-License-Identifier: GPL-2.0-or-later
// The segments of a conversation fed again, changed in one respect.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "engine/engine.h"
#include "support/trace.h"

namespace rstcause::test {

/// Feeds segments to an engine of their own, numbering the frames anew unless told not to.
class Replay {
 public:
  explicit Replay(std::vector<Segment> segments, bool renumber = true)
      : segments_(std::move(segments)) {
    Frame frame = 0;
    for (Segment& s : segments_) {
      if (renumber) s.frame = ++frame;
      engine_.observe(s);
    }
  }

  Engine& engine() { return engine_; }
  const Verdicts& explained() const { return engine_.explained(); }

  /// Tokens, forms and percentages of every reset, to compare.
  std::string verdicts() const {
    std::string text;
    for (const Explained& e : explained()) {
      const Verdict& v = e.verdict;
      text += std::to_string(e.frame()) + " " + std::string(v.cause->token) + " " +
              std::to_string(v.confidence) + " " + std::string(to_string(v.basis)) + " " +
              std::string(to_string(v.mode)) + " " + std::to_string(v.trigger) + " " +
              std::to_string(v.idle) + " " + std::to_string(v.bytes_lost) + "\n";
    }
    return text;
  }

 private:
  std::vector<Segment> segments_;
  Engine engine_;
};

}  // namespace rstcause::test
