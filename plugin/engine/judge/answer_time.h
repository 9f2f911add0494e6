// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include "engine/memory/flow.h"

namespace rstcause {

/// Within this time any reply counts as prompt, whatever the path.
inline constexpr Nanos kAlwaysPrompt = 5 * kMillisecond;
/// Nothing known of this end's path: a round trip on the worst of them.
inline constexpr Nanos kSlowestPath = 500 * kMillisecond;

/// Within what this end needs to answer at this capture point: one and a half times its quickest
/// answer, half a second where none was seen, and always within 5 ms.
bool is_quick_answer(Nanos after, const Endpoint& x);
/// The same of an end that was seen to answer.
bool is_as_quick_as_ever(Nanos after, const Endpoint& x);

}  // namespace rstcause
