// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <span>

#include "engine/segment.h"
#include "glue/compat.h"

namespace rstcause::glue {

/// Puts a thin handle before TCP in the table ip.proto: it copies what the headers say as
/// they pass, and then calls TCP as if it were not there. Works in every pass, in sharkd and
/// inside tunnels, and asks for no protocol tree.
void install_collector();

/// The TCP segments of the frame being dissected, outermost first, as plain data whose views
/// hold until the frame is done. Empties the store, since the same frame number may come
/// twice in a row.
std::span<Segment> take_collected(const packet_info* pinfo);

}  // namespace rstcause::glue
