// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <cstdint>
#include <optional>
#include <span>

#include "engine/judge/clue.h"
#include "engine/judge/verdict.h"

namespace rstcause {

/// The causes that a kernel's word leaves.
struct WordsRange {
  std::uint64_t rows = 0;           ///< Of the catalogue (row_bit()). 0: it restricts nothing.
  const Cause* fallback = nullptr;  ///< What the word means where the packets rule out all of them.
  bool decides = false;             ///< It leaves one alone.
};

/// What the word on the sending of this reset leaves; nothing where there is none. What the RST
/// itself states comes before it: then it restricts nothing.
std::optional<WordsRange> range_of_word(const Scene& scene);

/// Puts what the word says in the place of what was inferred: basis, confidence, kernel reason,
/// state and mode. `shares`: of the rows that it left, in percent, the verdict's first.
void bend_to_word(const Scene& scene, const WordsRange& left, std::span<const double> shares,
                  Verdict& verdict);

namespace clues {
/// What the capture states that the kernel of the sender said.
extern const Clue the_kernel_said_so;
}  // namespace clues

}  // namespace rstcause
