// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <algorithm>
#include <string>
#include <unordered_map>
#include <vector>

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

  /// A read filter takes this frame from the reader, and those behind it move up by one. Only the
  /// last one taken in can still go.
  void leave_out(Frame frame) { left_out_.push_back(frame); }
  /// The last one left out is there after all.
  void take_back() { left_out_.pop_back(); }
  bool has_left_out() const { return !left_out_.empty(); }
  /// The number that the reader's frame has, 0 for one that was left out.
  Frame number_of(Frame frame) const {
    if (left_out_.empty()) return frame;
    const auto at = std::lower_bound(left_out_.begin(), left_out_.end(), frame);
    if (at != left_out_.end() && *at == frame) return 0;
    return frame - static_cast<Frame>(at - left_out_.begin());
  }
  /// The frame that has this number with the reader: the other way round.
  Frame numbered(Frame number) const {
    std::size_t before = 0, above = left_out_.size();
    while (before < above) {
      const std::size_t middle = (before + above) / 2;
      if (left_out_[middle] - middle <= number) {
        before = middle + 1;
      } else {
        above = middle;
      }
    }
    return number + static_cast<Frame>(before);
  }
  /// How a sentence calls it, behind "frame".
  std::string text(Frame frame) const {
    if (frame != 0 && number_of(frame) == 0) return "left out by the read filter";
    return std::to_string(number_of(frame));
  }

 private:
  std::unordered_map<Frame, Frame> shown_, places_;
  std::vector<Frame> left_out_;  ///< In ascending order.
};

}  // namespace rstcause
