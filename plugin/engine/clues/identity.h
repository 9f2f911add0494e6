// SPDX-License-Identifier: GPL-2.0-or-later
// Questions about who really sent the reset.
#pragma once

#include "engine/clue.h"

namespace rstcause::clues {

inline constexpr Clue ttl_differs{
    "ttl-differs",
    [](const Scene& s) {
      const std::uint8_t usual = s.x().ttl != 0 ? s.x().ttl : s.x().shape.ttl;
      if (usual == 0 || s.rst.ip.ttl == 0 || s.x().ttl_varies) return Answer::unknown();
      return Answer::when(usual != s.rst.ip.ttl, s.x().last.frame, usual, s.rst.ip.ttl);
    },
    "{X}'s segments arrive with TTL {a}, the RST with {b}."};

}  // namespace rstcause::clues
