// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <optional>

#include "engine/verdict.h"

namespace rstcause {

/// The natural logarithm of a cause's odds against `unknown`, or nothing if it is ruled out.
std::optional<double> weigh(const Cause& cause, const Scene& scene);

/// Why this reset happened. Every row of the catalogue is weighed: one that lacks what it
/// needs is out, the others share the probability by their odds. Never empty: where nothing
/// fits the verdict is `unknown`.
Verdict classify(const Scene& scene);

}  // namespace rstcause
