// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string_view>

#include "engine/judge/cause.h"

namespace rstcause::forgery {

/// One test of authenticity: does this respect speak for a forged reset, or against?
///
/// The questions are clues, the same that the catalogue weighs: what a reader sees is what was
/// weighed. The first clue that says yes is the answer.
struct Test {
  std::string_view name;   ///< As in rstcause.forged.NAME.
  std::string_view title;  ///< For people.
  FixedList<const Clue*, 3> speaks_for = {};
  FixedList<const Clue*, 2> speaks_against = {};
  std::string_view (*why_unknown)(const Scene&);  ///< Why the capture cannot tell, in a few words.
};

inline constexpr std::size_t kTests = 11;

/// All tests, in the order of the documentation.
std::span<const Test, kTests> tests();

enum class Word : std::uint8_t { unknown, speaks_for, speaks_against };
std::string_view to_string(Word word);

struct Testimony {
  Word word = Word::unknown;
  const Clue* clue = nullptr;  ///< What said yes; its sentence tells the reader.
  Answer answer;
  std::string_view why;  ///< Of the unknown.
};
using Testimonies = std::array<Testimony, kTests>;

/// Puts the reset to all tests. Nothing here is a verdict: single tests have false friends.
Testimonies examine(const Scene& scene);

}  // namespace rstcause::forgery
