// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <new>
#include <span>
#include <type_traits>
#include <vector>

#include "engine/judge/cause.h"

namespace rstcause {

/// A row of the catalogue that is not ruled out.
struct Weighed {
  const Cause* cause;
  double odds;  ///< Against `unknown`, as a natural logarithm.
};

/// The answers of one weighing, by the place of their question. Far more places than are asked.
class Answers {
 public:
  static constexpr std::size_t kMost = 384;

  /// Puts a question. The kind of its answer, which is kept.
  std::uint8_t ask(std::size_t place, Answer (*question)(const Scene&), const Scene& scene) {
    return static_cast<std::uint8_t>((new (storage_[place].octets) Answer(question(scene)))->kind);
  }
  /// Of a question that was put.
  const Answer& operator[](std::size_t place) const {
    return *std::launder(reinterpret_cast<const Answer*>(storage_[place].octets));
  }

 private:
  /// Not to be cleared first.
  struct Storage {
    alignas(Answer) std::byte octets[sizeof(Answer)];
  };
  static_assert(std::is_trivially_destructible_v<Answer>);

  std::array<Storage, kMost> storage_;
};

/// A clue whose answer counts, and the place of its question.
struct Asked {
  const Clue* clue;
  std::size_t place;
};

/// What came of one weighing: all that depends on no more than whether each answer was yes, no or
/// unknown.
struct CachedWeighing {
  std::vector<Weighed> ranked;  ///< The most probable first.
  std::vector<double> shares;   ///< Their probabilities, in percent.
  std::vector<Asked> speaking;  ///< Every "yes" that speaks for the first, in its order.
};

/// What came of weighings before. Resets of one kind are answered alike, and alike answers weigh
/// the same: the questions stand as a tree in which each answer leads to the next question, and the
/// last one to what came of them. There is a tree for what scenes have nothing of (Matter), for
/// then there is nothing to be asked.
///
/// Bounded: a tree that has grown too large is cut down, and not grown again where it did not pay.
class VerdictCache {
 public:
  VerdictCache() = default;
  VerdictCache(const VerdictCache&) = delete;
  VerdictCache& operator=(const VerdictCache&) = delete;

  /// Asks as was asked before. What came of the same answers, or nullptr if they are new; then
  /// nothing is to be read from `into`.
  const CachedWeighing* find(const Scene& scene, Answers& into);
  /// Keeps what came of these answers about this scene, in the order in which they were given.
  void add(const Scene& scene, std::span<const Asked> in_turn, const Answers& answers,
           CachedWeighing&& found);

 private:
  /// Far more than the resets of most captures need: 20 to 40 answers are new with each kind.
  static constexpr std::size_t kMostNodes = 1U << 13U;
  static constexpr std::size_t kMostMatters = 1U << 7U;

  /// A question, or after the last one what came of it; where nothing did, the answers are new.
  struct Node {
    Answer (*question)(const Scene&) = nullptr;
    std::size_t place = 0;
    std::array<Node*, 3> next = {};  ///< By Answer::Kind.
    const CachedWeighing* found = nullptr;
  };

  void cut_down();

  Node new_;  ///< Stands wherever nothing has grown yet.
  std::vector<Node*> first_ = std::vector<Node*>(kMostMatters, &new_);  ///< By Scene::matters().
  std::deque<Node> nodes_;
  std::deque<CachedWeighing> kept_;
  std::uint64_t hits_ = 0;
  bool pays_ = true;
};

}  // namespace rstcause
