// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <unordered_map>

#include "engine/wire/segment.h"

namespace rstcause {

/// Which frame stands at which place of the true order, where the capture has exchanged some.
///
/// Within the engine a segment's frame number is its place: clues tell earlier from later by
/// comparing two. Segments that the capture shows in the wrong order exchange their numbers,
/// and what the engine tells turns each place back into the frame that the reader has.
class FrameOrder {
 public:
  Frame shown(Frame place) const {
    if (shown_.empty()) return place;
    const auto found = shown_.find(place);
    return found == shown_.end() ? place : found->second;
  }
  /// The place of a frame as the reader has it: RESP numbers its messages by those.
  Frame place_of(Frame frame) const {
    if (places_.empty()) return frame;
    const auto found = places_.find(frame);
    return found == places_.end() ? frame : found->second;
  }
  bool is_as_captured() const { return shown_.empty(); }
  void assign(Frame place, Frame frame) {
    shown_[place] = frame;
    places_[frame] = place;
  }

 private:
  std::unordered_map<Frame, Frame> shown_, places_;
};

}  // namespace rstcause
