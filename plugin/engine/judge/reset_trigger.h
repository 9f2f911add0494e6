// SPDX-License-Identifier: GPL-2.0-or-later
//
// The segment that drew a reset. X is the end that the reset names as its sender.
#pragma once

#include "engine/judge/reset.h"

namespace rstcause {

/// X had already acknowledged all of that segment, so it did not refuse it.
bool was_taken(const SegmentHeader& segment, const Endpoint& x);

/// What find_trigger() found beside the trigger itself.
struct TriggerFound {
  RecentSegments::Entry* entry =
      nullptr;            ///< To be marked as answered; nullptr: it is held no longer.
  Nanos before_time = 0;  ///< Of the connection's segment before it, if one is held.
};

/// Writes into `r` the segment whose numbers the reset has (RFC 9293, 3.5.2) and what is to be
/// known of it; leaves `r` as it is where there is none.
TriggerFound find_trigger(Reset& r, const Flow& flow, RecentSegments& recent);

/// The form showed that nothing drew this reset after all.
void forget_trigger(Reset& r);

TriggerKind kind_of_trigger(const SegmentHeader& trigger);

/// The frame of another 4-tuple from which the trigger, the first segment of its own, goes on: a
/// NAT has given the connection other addresses or ports. 0: none.
Frame former_self(const SegmentHeader& trigger, const Flow& flow, const RecentSegments& recent);

}  // namespace rstcause
