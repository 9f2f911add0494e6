// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include "engine/judge/reset.h"

namespace rstcause {

/// Forgets of a reset's company what no clue asks: what is long over, and what the reset's own flow
/// tells better. So most of it is nothing, and costs nothing to keep. A clue that looks farther
/// back says so here.
void keep_what_bears(Company& company, const Reset& reset, const Flow& flow);

/// False where such news says nothing to this reset, whatever it brings: its clue asks for another
/// kind of reset. So a busy port need not ask each of those who wait.
bool can_bear(News news, const Reset& reset);

}  // namespace rstcause
