// SPDX-License-Identifier: GPL-2.0-or-later
//
// Resets and triggers that belong to a connection of other addresses or ports: what a NAT did not
// translate, or translates anew.
#pragma once

#include "engine/judge/reset.h"

namespace rstcause {

/// The first that was seen of its 4-tuple, and it answers a segment that Y sent to another address:
/// writes that one into `r` as its trigger.
void find_segment_elsewhere(Reset& r, const Flow& flow, RecentSegments& recent);

/// The same of the trigger, where that is the first segment of its 4-tuple: it goes on from a
/// segment of another one, or acknowledges the SYN of another one; or, where it passed a router as
/// it was, that those before it had been translated there.
void find_former_self(Reset& r, const Flow& flow, RecentSegments& recent);

/// X had reset the answer to the very same SYN before: its socket lived on.
void find_former_try(Reset& r, const Flow& flow);

}  // namespace rstcause
