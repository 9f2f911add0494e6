// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <string>

#include "engine/engine.h"
#include "engine/engine_frames.h"
#include "explain/capture.h"
#include "explain/layers/link.h"
#include "explain/layers/walk.h"
#include "glue/guard.h"

namespace rstcause::explain {

/// Stops what some work throws, and tells it.
inline constexpr auto guard = [](auto&& work) { return glue::guarded(work); };

/// A capture's segments, one frame after the other.
struct Segments {
  explicit Segments(const std::string& path) : capture(path) {
    walk.streams.habits = Capture::stream_habits();
  }

  Capture capture;
  Walk walk;  ///< Of the latest frame.
  Frame frame = 0;

  /// False where the capture's end, or an error, is reached.
  bool next_frame() {
    Capture::Record record;
    if (!capture.next(record)) return false;
    walk.begin(++frame, record.time, record.interface);
    if (record.is_packet) read_frame(walk, record.link, record.frame);
    return true;
  }
};

/// One capture on its way through the engine.
struct Reading : Segments {
  using Segments::Segments;

  Engine engine;

  bool next_frame() {
    if (!Segments::next_frame()) return false;
    if (!walk.found.empty()) take_in();
    return true;
  }

 private:
  void take_in() {
    if (walk.found.all_segments[0].rst && walk.found.segments_end != walk.found.all_segments) {
      walk.found.word = capture.word();
      walk.found.all_segments[0].word = &walk.found.word;
    }
    observe(engine, walk.found, guard);
    engine.set_epoch(walk.clock.epoch());
    if (!walk.found.has_reset) return;
    const auto [first, last] = engine.resets_in(frame);
    tell_streams(engine, walk.found, first, last, guard,
                 [&](const Segment& segment) { return walk.streams.of(segment.tuple); });
  }
};

}  // namespace rstcause::explain
