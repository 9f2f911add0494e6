// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include "engine/verdict.h"

namespace rstcause {

/// Why this reset happened. Every row of the catalogue is weighed: one that lacks what it
/// needs is out, the others share the probability by their odds. Never empty: where nothing
/// fits the verdict is `unknown`.
Verdict classify(const Scene& scene);

}  // namespace rstcause
