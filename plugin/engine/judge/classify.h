// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include "engine/judge/verdict.h"
#include "engine/judge/verdict_cache.h"

namespace rstcause {

/// Why this reset happened. Every row of the catalogue is weighed: one that lacks what it
/// needs is out, the others share the probability by their odds. Never empty: where nothing
/// fits the verdict is `unknown`. Precedents make it quicker and change nothing.
Verdict classify(const Scene& scene, Precedents* before = nullptr);

}  // namespace rstcause
