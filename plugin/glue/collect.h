// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <span>

#include "engine/icmp.h"
#include "engine/segment.h"
#include "glue/compat.h"

namespace rstcause::glue {

/// Puts thin handles before TCP and ICMP in the table ip.proto: they copy what the headers say
/// as they pass, and then call the dissector as if they were not there. Works in every pass, in
/// sharkd and inside tunnels, and asks for no protocol tree.
void install_collector();

/// What passed by in one frame, outermost first, as plain data whose views hold until the frame is
/// done.
struct Collected {
  std::span<Segment> segments;
  std::span<const IcmpError> errors;  ///< Those that quote a TCP segment.
  bool has_reset = false;             ///< One of the segments is a RST.

  bool empty() const { return segments.empty() && errors.empty(); }
};

/// What the frame being dissected brought. Empties the store, since the same frame number may come
/// twice in a row.
Collected take_collected(const packet_info* pinfo);

}  // namespace rstcause::glue
