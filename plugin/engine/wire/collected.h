// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <iterator>
#include <span>
#include <type_traits>

#include "engine/wire/icmp.h"
#include "engine/wire/segment.h"
#include "engine/wire/word.h"

namespace rstcause {

/// What passed by in one frame, outermost first, as plain data that stands until the frame is done.
struct Collected {
  /// Tunnels in tunnels: Wireshark itself stops long before this many TCP headers.
  static constexpr std::size_t kMostSegments = 64;
  /// Nor does it look into more than a few ICMP messages.
  static constexpr std::size_t kMostErrors = 4;

  Segment all_segments[kMostSegments];
  IcmpError all_errors[kMostErrors];  ///< Those that quote a TCP segment.
  // Where the next ones go.
  Segment* segments_end = all_segments;
  IcmpError* errors_end = all_errors;
  Word word;  ///< What the frame's comments state of its first segment, if that is a RST.
  Frame frame = 0;
  bool has_reset = false;  ///< One of the segments is a RST.

  std::span<const Segment> segments() const { return {all_segments, segments_end}; }
  std::span<const IcmpError> errors() const { return {all_errors, errors_end}; }
  bool empty() const { return segments_end == all_segments && errors_end == all_errors; }
  bool is_one_segment() const {
    return segments_end == all_segments + 1 && errors_end == all_errors;
  }
  bool is_full() const { return segments_end == std::end(all_segments); }

  /// Forgets the frame before.
  void begin(Frame next) {
    frame = next;
    segments_end = all_segments;
    errors_end = all_errors;
    has_reset = false;
  }
  /// The segment that was filled at `segments_end` counts.
  void keep_segment() {
    Segment& segment = *segments_end;
    has_reset |= segment.rst;
    segment.shares_frame = segments_end != all_segments;
    all_segments[0].shares_frame = segment.shares_frame;
    ++segments_end;
  }
};
static_assert(std::is_trivially_destructible_v<Collected>);

}  // namespace rstcause
