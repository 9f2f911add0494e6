// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <string>
#include <vector>

#include "engine/judge/scene.h"
#include "engine/judge/verdict.h"
#include "engine/memory/frame_order.h"

namespace rstcause {

/// What ICMP had told, and what the application was doing, when the connection was reset, most
/// telling first: for rstcause.context. Printable, each sentence bounded; frames are told by the
/// numbers that `order` shows.
std::vector<std::string> context_of(const Scene& scene, const FrameOrder& order);

/// The sentence about a client that opens, says nothing and aborts, again and again at that pace.
std::string context_of_pace(Nanos period);

/// What Redis was doing: its last PING and PONG, what was outstanding, and what its error asks to
/// change.
void tell_resp(const Flow& flow, Explained& into);

}  // namespace rstcause
