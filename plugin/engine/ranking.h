// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <new>
#include <optional>
#include <span>
#include <type_traits>

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
  /// Those that are left without the most probable one; there must be two at least.
  std::span<const Weighed> drop_first();
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
      if (ask(place, clue) == static_cast<std::uint8_t>(Answer::Kind::yes))
        take(clue, *answer_at(place));
    }
  }

 private:
  static constexpr std::size_t kMostRows = 64;        ///< As many as one word can tell apart.
  static constexpr std::size_t kMostQuestions = 255;  ///< As many as fit an octet.
  static constexpr std::uint8_t kNotAsked = 255;

  /// Room for an answer: of far more than are given, none is to be cleared first.
  struct Room {
    alignas(Answer) std::byte octets[sizeof(Answer)];
  };
  static_assert(std::is_trivially_destructible_v<Answer>);

  std::uint64_t rows_left();
  double weigh(const Cause& cause);
  /// The kind of an answer, which is given once.
  std::uint8_t ask(std::size_t place, const Clue& clue) {
    std::uint8_t& known = known_[place];
    if (known == kNotAsked)
      known =
          static_cast<std::uint8_t>((new (answers_[place].octets) Answer(clue.ask(scene_)))->kind);
    return known;
  }
  const Answer* answer_at(std::size_t place) const {
    return std::launder(reinterpret_cast<const Answer*>(answers_[place].octets));
  }
  std::span<const std::uint8_t> speaking_for(const Cause& cause) const;
  const Clue& clue_at(std::size_t place) const;

  const Scene& scene_;
  const Questions& questions_;
  std::size_t unknowns_ = 0, rows_ = 0;
  std::array<std::uint8_t, kMostQuestions> known_;  ///< Answer::Kind, or kNotAsked.
  std::array<Room, kMostQuestions> answers_;
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
