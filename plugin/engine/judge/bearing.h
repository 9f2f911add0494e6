// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include "engine/judge/reset.h"

namespace rstcause {

/// Forgets of a reset's company what no clue asks: what is long over, and what the reset's own flow
/// tells better. So most of it is nothing, and costs nothing to keep. A clue that looks farther
/// back says so here.
void keep_what_bears(Company& company, const Reset& reset, const Flow& flow);

}  // namespace rstcause
