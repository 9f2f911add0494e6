// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>

#include "engine/judge/verdict_cache.h"

namespace rstcause {

class Questions;

/// One weighing of the catalogue. Each question is put to the scene once, and only while a row
/// depends on it; the answers are kept for the evidence.
class Ranking {
 public:
  static constexpr std::size_t kMostRows = 64;  ///< As many as one word can tell apart.
  /// Of questions that can rule a row out: their places fit an octet.
  static constexpr std::size_t kMostDeciding = 255;

  /// Where answers like these were weighed before, that is taken; where not, it is kept there.
  /// Asks for no memory else.
  explicit Ranking(const Scene& scene, VerdictCache* before = nullptr);
  Ranking(const Ranking&) = delete;
  Ranking& operator=(const Ranking&) = delete;

  /// Weighs every row. Those that are left, the most probable first; never empty, for nothing
  /// rules `unknown` out.
  std::span<const Weighed> rank();
  /// Those that are left without the most probable one; there must be two at least.
  std::span<const Weighed> drop_first();
  /// Weighs these rows alone (a bit for each, as row_bit() has it); where nothing is left of them,
  /// `fallback` stands for them. Instead of rank().
  std::span<const Weighed> rank_among(std::uint64_t rows, const Cause& fallback);
  /// The probabilities of the ranked rows, in percent.
  std::span<const double> shares();

  /// The logarithm of one cause's odds against `unknown`, or nothing if it is ruled out.
  std::optional<double> odds_of(const Cause& cause);

  /// Calls `take(clue, answer)` for each "yes" that speaks for the first of the ranked rows: what
  /// it needs, then what favours it, in the catalogue's order.
  template <typename Take>
  void for_each_yes(Take&& take) {
    if (cached_ != nullptr) {
      for (const Asked& asked : cached_->speaking) take(*asked.clue, answers_[asked.place]);
      return;
    }
    for (const Asked& asked : speaking_for(*ranked_[0].cause)) {
      if (is_yes(asked)) take(*asked.clue, answers_[asked.place]);
    }
  }

 private:
  static constexpr std::uint8_t kNotAsked = 255;

  void forget_answers();
  void rank_anew(const Cause* stated);
  CachedWeighing as_cached();
  std::uint64_t rows_left();
  double weigh(const Cause& cause);
  void insert(const Weighed& row);
  /// The kind of an answer, which is given once.
  std::uint8_t ask(std::size_t place, const Clue& clue) {
    std::uint8_t& known = known_[place];
    if (known != kNotAsked) return known;
    if (!clue.is_open(matters_)) return known = static_cast<std::uint8_t>(Answer::Kind::no);
    in_turn_[turns_++] = {&clue, place};
    return known = answers_.ask(place, clue.ask, scene_);
  }
  bool is_yes(const Asked& asked) {
    return ask(asked.place, *asked.clue) == static_cast<std::uint8_t>(Answer::Kind::yes);
  }
  std::span<const Asked> speaking_for(const Cause& cause) const;

  const Scene& scene_;
  const Questions& questions_;
  const std::uint8_t matters_;
  VerdictCache* const before_;
  const CachedWeighing* cached_ = nullptr;  ///< What was taken from there.
  std::size_t unknowns_ = 0, rows_ = 0, turns_ = 0;
  std::array<std::uint8_t, Answers::kMost> known_;  ///< Answer::Kind, or kNotAsked.
  Answers answers_;
  std::array<Asked, Answers::kMost> in_turn_;        ///< In the order in which they were put.
  std::array<std::uint8_t, kMostDeciding> unknown_;  ///< Places of deciding questions.
  std::array<Weighed, kMostRows> ranked_;
  std::array<double, kMostRows> shares_;
};

/// A row of the catalogue as a bit. Sixty-four rows are all that one word can tell apart.
std::uint64_t row_bit(const Cause& cause);

/// The row that the RST's own statement names: its token's, or the one for statements that no
/// token stands for; nullptr where it states nothing. Statements count before any inference,
/// follow-ups excepted.
const Cause* stated_cause(const Scene& scene);

/// Of one row alone, for tests and tools: Ranking::odds_of().
std::optional<double> weigh(const Cause& cause, const Scene& scene);

}  // namespace rstcause
