// SPDX-License-Identifier: GPL-2.0-or-later
//
// The segment that drew a reset. X is the end that the reset names as its sender.
#pragma once

#include "engine/judge/reset.h"

namespace rstcause {

/// True when the reset's numbers are those that an answer to the segment has (RFC 9293, 3.5.2).
bool quotes(const Reset& r, const SegmentHeader& segment, const Endpoint& x);

/// Its number is one above the ACK of its trigger, and above all that X had sent: no socket's.
bool is_one_above_the_ack(const Reset& r, const Endpoint& x);

/// X had already acknowledged all of that segment, so it did not refuse it.
bool was_taken(const SegmentHeader& segment, const Endpoint& x);

/// What find_trigger() found beside the trigger itself.
struct TriggerFound {
  RecentSegments::Entry* entry =
      nullptr;            ///< To be marked as answered; nullptr: it is held no longer.
  Nanos before_time = 0;  ///< Of the connection's segment before it, if one is held.
};

/// Writes into `r` the segment whose numbers the reset has (RFC 9293, 3.5.2) and what is to be
/// known of it; leaves `r` as it is where there is none. `last` is the connection's reset before
/// this one, or nullptr.
TriggerFound find_trigger(Reset& r, const Flow& flow, RecentSegments& recent, const Reset* last);

/// The form showed that nothing drew this reset after all.
void forget_trigger(Reset& r);

TriggerKind kind_of_trigger(const SegmentHeader& trigger);

}  // namespace rstcause
