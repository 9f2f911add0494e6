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
/// numbers that `order` shows. `verdict`: what was made of the scene.
std::vector<std::string> context_of(const Scene& scene, const Verdict& verdict,
                                    const FrameOrder& order);

/// The sentence about a client that opens, says nothing and aborts, again and again at that pace.
std::string context_of_pace(Nanos period);

/// What is kept of the conversation beside its context: what was spoken, the words that tell why it
/// ended and what they ask to change; of Redis its last PING and PONG and what was outstanding.
void tell_application(const Scene& scene, Explained& into);

}  // namespace rstcause
