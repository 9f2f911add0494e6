// SPDX-License-Identifier: GPL-2.0-or-later
// A conversation up to its last reset, set up by hand: what Engine does, without verdicts.
#pragma once

#include <optional>

#include "engine/scene.h"
#include "support/trace.h"

namespace rstcause::test {

/// The scene of the last segment, which must be a reset; resets before it end the connection.
class Stage {
 public:
  explicit Stage(std::string_view conversation)
      : trace_(conversation), flow_(1, trace_.segments().front(), nullptr) {
    for (const Segment& s : trace_.segments()) {
      const End from = flow_.end_of(s.tuple);
      if (!s.rst) {
        flow_.note(from, s);
        flow_.latest_recent = recent_.add(flow_, from, s);
        continue;
      }
      if (scene_) flow_.note_reset(scene_->x_end, scene_->rst, true);
      scene_.emplace(s, flow_, from, hosts_, recent_);
    }
  }
  Stage(const Stage&) = delete;
  Stage& operator=(const Stage&) = delete;

  const Scene& scene() const { return *scene_; }

 private:
  Trace trace_;
  Flow flow_;
  Hosts hosts_;
  Recent recent_;
  std::optional<Scene> scene_;
};

}  // namespace rstcause::test
