// SPDX-License-Identifier: GPL-2.0-or-later
#include "engine/judge/answer_time.h"

#include <algorithm>

namespace rstcause {

bool is_quick_answer(Nanos after, const Endpoint& x) {
  const Nanos usual = x.reaction_us == Endpoint::kNoReaction
                          ? kSlowestPath
                          : static_cast<Nanos>(x.reaction_us) * kMicrosecond * 3 / 2;
  return after <= std::max(kAlwaysPrompt, usual);
}

bool is_as_quick_as_ever(Nanos after, const Endpoint& x) {
  return x.reaction_us != Endpoint::kNoReaction && is_quick_answer(after, x);
}

}  // namespace rstcause
