// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include "engine/judge/verdict.h"
#include "engine/judge/verdict_cache.h"

namespace rstcause {

/// Why this reset happened. Every row of the catalogue is weighed: one that lacks what it
/// needs is out, the others share the probability by their odds. Never empty: where nothing
/// fits the verdict is `unknown`. The cache makes it quicker and changes nothing.
Verdict classify(const Scene& scene, VerdictCache* before = nullptr);

}  // namespace rstcause
