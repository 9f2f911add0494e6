// SPDX-License-Identifier: GPL-2.0-or-later
// A conversation up to its last reset, set up by hand: what Engine does, without verdicts.
#pragma once

#include "engine/judge/scene.h"
#include "support/trace.h"

namespace rstcause::test {

/// The scene of the last segment, which must be a reset. Resets before it only mark their
/// triggers as answered.
class Stage {
 public:
  explicit Stage(std::string_view conversation)
      : trace_(conversation), flow_(1, trace_.segments().front()) {
    for (const Segment& s : trace_.segments()) {
      const End from = flow_.end_of(s.tuple);
      if (!s.rst) {
        flow_.note(from, s);
        recent_.add(flow_, from, s, false, false);
        continue;
      }
      reset_ = read_reset(s, flow_, from, recent_);
    }
  }
  Stage(const Stage&) = delete;
  Stage& operator=(const Stage&) = delete;

  Scene scene() const { return {reset_, flow_, hosts_, order_}; }

 private:
  Trace trace_;
  Flow flow_;
  Hosts hosts_;
  FrameOrder order_;
  RecentSegments recent_;
  Reset reset_;
};

}  // namespace rstcause::test
