// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>

#include "engine/cause.h"

namespace rstcause {

/// A row of the catalogue that is not ruled out.
struct Weighed {
  const Cause* cause;
  double odds;  ///< Against `unknown`, as a natural logarithm.
};

class Questions;

/// One weighing of the catalogue. Each question is put to the scene once, and only while a row
/// depends on it; the answers are kept for the evidence. Asks for no memory.
class Ranking {
 public:
  explicit Ranking(const Scene& scene);
  Ranking(const Ranking&) = delete;
  Ranking& operator=(const Ranking&) = delete;

  /// Weighs every row. Those that are left, the most probable first; never empty, for nothing
  /// rules `unknown` out.
  std::span<const Weighed> rank();
  /// The probabilities of the ranked rows, in percent.
  std::span<const double> shares();

  /// The logarithm of one cause's odds against `unknown`, or nothing if it is ruled out.
  std::optional<double> odds_of(const Cause& cause);

  /// Calls `take(clue, answer)` for each "yes" that speaks for a cause: what it needs, then what
  /// favours it, in the catalogue's order.
  template <typename Take>
  void for_each_yes(const Cause& cause, Take&& take) {
    for (const std::uint8_t place : speaking_for(cause)) {
      const Clue& clue = clue_at(place);
      if (ask(place, clue) != static_cast<std::uint8_t>(Answer::Kind::yes)) continue;
      take(clue, Answer::yes(told_[place].frame, told_[place].a, told_[place].b));
    }
  }

 private:
  static constexpr std::size_t kMostRows = 64;        ///< As many as one word can tell apart.
  static constexpr std::size_t kMostQuestions = 255;  ///< As many as fit an octet.

  /// What a "yes" told.
  struct Told {
    Frame frame;
    std::int64_t a, b;
  };

  std::uint64_t rows_left();
  double weigh(const Cause& cause);
  std::uint8_t ask(std::size_t place, const Clue& clue);
  std::span<const std::uint8_t> speaking_for(const Cause& cause) const;
  const Clue& clue_at(std::size_t place) const;

  const Scene& scene_;
  const Questions& questions_;
  std::size_t unknowns_ = 0, rows_ = 0;
  // Written before they are read, and far more than are used: not to be cleared.
  std::array<std::uint8_t, kMostQuestions> known_;  ///< Answer::Kind, or kNotAsked.
  std::array<Told, kMostQuestions> told_;
  std::array<std::uint8_t, kMostQuestions> unknown_;  ///< Places of deciding questions.
  std::array<Weighed, kMostRows> ranked_;
  std::array<double, kMostRows> shares_;
};

/// The row that the RST's own statement names: its token's, or the one for statements that no
/// token stands for; nullptr where it states nothing. Statements count before any inference,
/// follow-ups excepted.
const Cause* stated_cause(const Scene& scene);

/// Of one row alone, for tests and tools: Ranking::odds_of().
std::optional<double> weigh(const Cause& cause, const Scene& scene);

}  // namespace rstcause
