// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <optional>
#include <vector>

#include "engine/cause.h"

namespace rstcause {

/// A row of the catalogue that is not ruled out.
struct Weighed {
  const Cause* cause = nullptr;
  double odds = 0;  ///< Against `unknown`, as a natural logarithm.
};

/// The row that the RST's own statement names: its token's, or the one for statements that no
/// token stands for; nullptr where it states nothing. Statements count before any inference,
/// follow-ups excepted.
const Cause* stated_cause(const Scene& scene);

/// The natural logarithm of a cause's odds against `unknown`, or nothing if it is ruled out.
std::optional<double> weigh(const Cause& cause, const Scene& scene);

/// Every row that is left, the most probable first. Never empty: nothing rules `unknown` out.
std::vector<Weighed> rank(const Scene& scene);

/// The probabilities of ranked rows, in percent.
std::vector<double> share(const std::vector<Weighed>& ranked);

}  // namespace rstcause
