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

/// The ICMP errors of the frame being dissected that quote a TCP segment, outermost first. To be
/// asked before take_collected(), which empties the store.
std::span<const IcmpError> collected_errors(const packet_info* pinfo);

/// The TCP segments of the frame being dissected, outermost first, as plain data whose views
/// hold until the frame is done. Empties the store, since the same frame number may come
/// twice in a row.
std::span<Segment> take_collected(const packet_info* pinfo);

}  // namespace rstcause::glue
