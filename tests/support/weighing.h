// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <string>
#include <string_view>
#include <unordered_map>

#include "engine/judge/verdict.h"

namespace rstcause {

/// How the rows of the catalogue were weighed for each reset of a capture, for tools that measure
/// the weights. Give note() to EngineOptions::on_weighing.
class Weighings {
 public:
  /// Asks every clue anew: the scene is only there at the moment that it is weighed.
  void note(const Scene& scene);

  /// One JSON object on one line: `rows` has for each row its `reason` and `odds`, the logarithm
  /// of its odds, null where it is ruled out; else `prior` and `clues`, each with its `answer`
  /// and both weights. A copy of a reset has none of its own, but `duplicate_of`.
  std::string to_json(const Explained& reset, std::string_view file) const;

 private:
  std::unordered_map<Frame, std::string> rows_;  ///< By the place in the true order.
};

}  // namespace rstcause
