// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <cstddef>
#include <span>

#include "engine/wire/icmp.h"
#include "engine/wire/segment.h"
#include "glue/compat.h"

namespace rstcause::glue {

/// Puts thin handles before TCP and ICMP in the table ip.proto: they copy what the headers say
/// as they pass, and then call the dissector as if they were not there. Works in every pass, in
/// sharkd and inside tunnels, and asks for no protocol tree.
void install_collector();

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
};
static_assert(std::is_trivially_destructible_v<Collected>);

/// That of the frame that is being dissected.
extern Collected collected;
void renumber_collected(Frame number);

/// What the frame being dissected brought, under the number that it has with the engine, or nullptr
/// where that is nothing. To be taken once: the same frame number may come twice in a row.
inline const Collected* take_collected(const packet_info* pinfo, Frame number) {
  if (collected.frame != pinfo->num) return nullptr;
  collected.frame = 0;
  if (number != pinfo->num) renumber_collected(number);
  return collected.empty() ? nullptr : &collected;
}

}  // namespace rstcause::glue
