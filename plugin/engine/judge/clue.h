// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <cstdint>
#include <string_view>

#include "engine/judge/scene.h"

namespace rstcause {

/// The answer to a clue's question. Unknown is not no: it says that the capture does not show
/// what the question needs.
struct Answer {
  enum class Kind : std::uint8_t { no, yes, unknown };

  Kind kind = Kind::unknown;
  Frame frame = 0;            ///< Yes: the frame that proves it.
  std::int64_t a = 0, b = 0;  ///< Yes: numbers for the clue's sentence.

  static constexpr Answer yes(Frame frame, std::int64_t a = 0, std::int64_t b = 0) {
    return {Kind::yes, frame, a, b};
  }
  static constexpr Answer no() { return {Kind::no, 0, 0, 0}; }
  static constexpr Answer unknown() { return {Kind::unknown, 0, 0, 0}; }
  static constexpr Answer when(bool holds, Frame frame, std::int64_t a = 0, std::int64_t b = 0) {
    return holds ? yes(frame, a, b) : no();
  }

  constexpr bool is_yes() const { return kind == Kind::yes; }
  constexpr bool is_no() const { return kind == Kind::no; }
};

/// An operator, a dying process or a device takes many connections down at once: within this.
inline constexpr Nanos kAllAtOnce = 50 * kMillisecond;

/// Two moments `apart` from each other, whichever came first. A verdict may be weighed again after
/// what it is compared with has come.
constexpr bool are_within(Nanos limit, Nanos apart) {
  return apart <= limit && apart >= -limit;
}

/// One question about a scene, with the sentence that its "yes" proves. (No "predicate", which
/// knows no third answer; no "rule", which is a row of the catalogue.)
///
/// The sentence is a template, filled only when somebody reads it (words.h): `{x}` and `{y}`
/// name the two ends, `{a}` and `{b}` the answer's numbers, `{a:time}` a span of nanoseconds.
/// A clue without a sentence decides but is not cited: finer clues beside it are.
struct Clue {
  std::string_view name;
  Answer (*ask)(const Scene&);
  std::string_view sentence;
  Matter about = Matter::any;  ///< The answer is no wherever there is nothing of that.
  News listens = News::none;   ///< What may come later and change the answer. Nothing else may.

  /// Whether that needs asking, by Scene::matters().
  constexpr bool is_open(std::uint8_t matters) const {
    return (matters >> static_cast<unsigned>(about) & 1U) != 0;
  }
};

}  // namespace rstcause
