// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include "engine/judge/verdict.h"

namespace rstcause {

/// `unknown`, detail `internal_error`: what is told where the analysis of a reset failed inside, or
/// the writing of its verdict. `frame` is the reset's own.
Verdict verdict_of_failure(Frame frame);

/// That reset with that verdict, and nothing else of what was found about it.
Explained told_as_failure(const Explained& reset);

}  // namespace rstcause
