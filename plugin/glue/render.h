// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <span>

#include "glue/compat.h"
#include "glue/session.h"

namespace rstcause::glue {

/// Shows what is known of this frame (`frame`: with the engine): a subtree for each reset, one for
/// RESP, the Info column. Returns what the post-dissector is to return: 0 when nothing was added.
int render(Session& session, Frame frame, std::span<const Segment> segments, bool has_resets,
           tvbuff_t* tvb, packet_info* pinfo, proto_tree* tree);

/// Says of this frame, and so of all like it, that its TCP did not pass by us. Returns as render().
int render_unwatched(tvbuff_t* tvb, packet_info* pinfo, proto_tree* tree);

}  // namespace rstcause::glue
