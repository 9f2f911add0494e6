// SPDX-License-Identifier: GPL-2.0-or-later
#include "engine/judge/ranking.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstring>
#include <stdexcept>
#include <vector>

namespace rstcause {
namespace {

/// What it costs a cause that something it needs cannot be seen, in logarithms of odds.
constexpr double kUnknownNeed = -1.5;
constexpr double kUnknownExclusion = -0.2;

/// The odds of what the RST itself states, in logarithms: what is left is that it lies.
constexpr double kStated = 10.0;

std::size_t row_of(const Cause& cause) {
  return static_cast<std::size_t>(&cause - catalogue().data());
}

}  // namespace

std::uint64_t row_bit(const Cause& cause) {
  return std::uint64_t{1} << row_of(cause);
}

/// The catalogue as its questions: many rows ask the same ones, and one answer rules out many
/// rows. Made once.
class Questions {
 public:
  /// One question of the catalogue, and the rows that its answer can rule out.
  struct Question {
    const Clue* clue = nullptr;
    std::uint64_t needed_by = 0;  ///< "No" rules these out...
    std::uint64_t excludes = 0;   ///< ... and "yes" these.

    std::uint64_t bears_on() const { return needed_by | excludes; }
  };

  /// What one answer adds to the odds of a row.
  struct Term {
    const Clue* clue;
    std::array<double, 3> adds;  ///< By Answer::Kind.
    std::size_t place;           ///< Of the question.
  };

  /// Where the parts of a row stand in lists of all rows.
  struct RowParts {
    std::uint32_t first_term = 0, terms = 0;
    std::uint32_t first_speaking = 0, speaking = 0;
  };

  static const Questions& all() {
    static const Questions questions;
    return questions;
  }

  std::size_t count() const { return asked_.size(); }
  const Question& operator[](std::size_t place) const { return asked_[place]; }
  /// Those that can rule a row out; the one that most rows ask comes first.
  std::span<const Question> deciding() const { return {asked_.data(), deciding_}; }
  /// What a row's `favours` add, in their order.
  std::span<const Term> terms_of(const Cause& cause) const {
    const RowParts& row = rows_[row_of(cause)];
    return {terms_.data() + row.first_term, row.terms};
  }
  /// The clues whose "yes" speaks for a row in a sentence, each once.
  std::span<const Asked> speaking_for(const Cause& cause) const {
    const RowParts& row = rows_[row_of(cause)];
    return {speaking_.data() + row.first_speaking, row.speaking};
  }

 private:
  Questions() {
    for (const Cause& cause : catalogue()) {
      for (const Clue* clue : cause.needs) asked_[place_of(clue)].needed_by |= row_bit(cause);
      for (const Clue* clue : cause.excluded_by) asked_[place_of(clue)].excludes |= row_bit(cause);
    }
    deciding_ = asked_.size();
    std::stable_sort(asked_.begin(), asked_.end(), [](const Question& l, const Question& r) {
      return std::popcount(l.bears_on()) > std::popcount(r.bears_on());
    });
    for (const Cause& cause : catalogue()) rows_.push_back(parts_of(cause));
  }

  RowParts parts_of(const Cause& cause) {
    RowParts row;
    row.first_term = static_cast<std::uint32_t>(terms_.size());
    row.first_speaking = static_cast<std::uint32_t>(speaking_.size());
    for (const Clue* clue : cause.needs) add_speaking(clue, row);
    for (const Weight& weight : cause.favours) {
      const std::size_t place = place_of(weight.clue);
      Term term{weight.clue, {}, place};
      term.adds[static_cast<std::size_t>(Answer::Kind::yes)] = weight.if_yes;
      term.adds[static_cast<std::size_t>(Answer::Kind::no)] = weight.if_no;
      terms_.push_back(term);
      if (weight.if_yes > 0) add_speaking(weight.clue, row);
    }
    row.terms = static_cast<std::uint32_t>(terms_.size()) - row.first_term;
    row.speaking = static_cast<std::uint32_t>(speaking_.size()) - row.first_speaking;
    return row;
  }

  void add_speaking(const Clue* clue, const RowParts& row) {
    const auto same = [&](const Asked& speaking) { return speaking.clue == clue; };
    const auto first = speaking_.begin() + row.first_speaking;
    if (!clue->sentence.empty() && std::none_of(first, speaking_.end(), same))
      speaking_.push_back({clue, place_of(clue)});
  }

  std::size_t place_of(const Clue* clue) {
    const auto same = [&](const Question& question) { return question.clue == clue; };
    const auto found = std::find_if(asked_.begin(), asked_.end(), same);
    const std::size_t place = static_cast<std::size_t>(found - asked_.begin());
    if (found != asked_.end()) return place;
    if (place == Answers::kMost) throw std::length_error("more clues than Answers has room for");
    asked_.push_back({clue});
    return place;
  }

  std::vector<Question> asked_;
  std::size_t deciding_ = 0;
  std::vector<RowParts> rows_;
  std::vector<Term> terms_;
  std::vector<Asked> speaking_;
};

// NOLINTNEXTLINE(*-member-init): see there
Ranking::Ranking(const Scene& scene, VerdictCache* before)
    : scene_(scene), questions_(Questions::all()), matters_(scene.matters()), before_(before) {}

void Ranking::forget_answers() {
  std::memset(known_.data(), kNotAsked, questions_.count());
}

/// The rows that nothing rules out.
std::uint64_t Ranking::rows_left() {
  const auto rows = catalogue().size();
  std::uint64_t left = rows == kMostRows ? ~std::uint64_t{0} : (std::uint64_t{1} << rows) - 1;
  std::size_t place = 0;
  for (const Questions::Question& question : questions_.deciding()) {
    const std::size_t here = place++;
    if ((left & question.bears_on()) == 0) continue;
    const auto kind = static_cast<Answer::Kind>(ask(here, *question.clue));
    if (kind == Answer::Kind::no)
      left &= ~question.needed_by;
    else if (kind == Answer::Kind::yes)
      left &= ~question.excludes;
    else
      unknown_[unknowns_++] = static_cast<std::uint8_t>(here);
  }
  return left;
}

/// The logarithm of the odds of a row that is left.
double Ranking::weigh(const Cause& cause) {
  double odds = cause.prior;
  const std::uint64_t row = row_bit(cause);
  for (std::size_t i = 0; i < unknowns_; ++i) {
    if ((questions_[unknown_[i]].needed_by & row) != 0) odds += kUnknownNeed;
  }
  for (std::size_t i = 0; i < unknowns_; ++i) {
    if ((questions_[unknown_[i]].excludes & row) != 0) odds += kUnknownExclusion;
  }
  for (const Questions::Term& term : questions_.terms_of(cause))
    odds += term.adds[ask(term.place, *term.clue)];
  return odds;
}

std::optional<double> Ranking::odds_of(const Cause& cause) {
  if (&cause == stated_cause(scene_)) return kStated;
  forget_answers();
  if ((rows_left() & row_bit(cause)) == 0) return std::nullopt;
  return weigh(cause);
}

std::span<const Weighed> Ranking::rank() {
  const Cause* const stated = stated_cause(scene_);
  // What a RST states is no answer to a question, so there is no precedent for it.
  const bool by_answers = before_ != nullptr && stated == nullptr;
  if (by_answers) cached_ = before_->find(scene_, answers_);
  if (cached_ != nullptr) return cached_->ranked;
  rank_anew(stated);
  if (by_answers) before_->add(scene_, {in_turn_.data(), turns_}, answers_, as_cached());
  return {ranked_.data(), rows_};
}

void Ranking::rank_anew(const Cause* stated) {
  forget_answers();
  const std::span<const Cause> rows = catalogue();
  std::uint64_t left = rows_left();
  if (stated != nullptr) left |= row_bit(*stated);
  for (; left != 0; left &= left - 1) {
    const Cause& cause = rows[static_cast<std::size_t>(std::countr_zero(left))];
    insert({&cause, &cause == stated ? kStated : weigh(cause)});
  }
}

std::span<const Weighed> Ranking::rank_among(std::uint64_t rows, const Cause& fallback) {
  forget_answers();
  std::uint64_t left = rows_left() & rows;
  if (left == 0) left = row_bit(fallback);
  for (; left != 0; left &= left - 1) {
    const Cause& cause = catalogue()[static_cast<std::size_t>(std::countr_zero(left))];
    insert({&cause, weigh(cause)});
  }
  return {ranked_.data(), rows_};
}

/// In its place among those before it; equals in the catalogue's order.
void Ranking::insert(const Weighed& row) {
  std::size_t place = rows_++;
  for (; place > 0 && ranked_[place - 1].odds < row.odds; --place)
    ranked_[place] = ranked_[place - 1];
  ranked_[place] = row;
}

CachedWeighing Ranking::as_cached() {
  const std::span<const double> parts = shares();
  CachedWeighing made{{ranked_.data(), ranked_.data() + rows_}, {parts.begin(), parts.end()}, {}};
  for (const Asked& asked : speaking_for(*ranked_[0].cause)) {
    if (is_yes(asked)) made.speaking.push_back(asked);
  }
  return made;
}

std::span<const Weighed> Ranking::drop_first() {
  if (cached_ != nullptr) {
    rows_ = cached_->ranked.size();
    std::copy_n(cached_->ranked.data(), rows_, ranked_.data());
    cached_ = nullptr;
    forget_answers();
  }
  std::move(ranked_.data() + 1, ranked_.data() + rows_, ranked_.data());
  --rows_;
  return {ranked_.data(), rows_};
}

std::span<const double> Ranking::shares() {
  if (cached_ != nullptr) return cached_->shares;
  double sum = 0;
  for (std::size_t i = 0; i < rows_; ++i) {
    shares_[i] = std::exp(ranked_[i].odds - ranked_[0].odds);
    sum += shares_[i];
  }
  for (std::size_t i = 0; i < rows_; ++i) shares_[i] *= 100.0 / sum;
  return {shares_.data(), rows_};
}

std::span<const Asked> Ranking::speaking_for(const Cause& cause) const {
  return questions_.speaking_for(cause);
}

const Cause* stated_cause(const Scene& scene) {
  const Declared& declared = scene.rst.declared;
  if (declared.kind == Declared::Kind::none || declared.kind == Declared::Kind::mptcp)
    return nullptr;
  const Cause* const named = declared.token.empty() ? nullptr : find_cause(declared.token);
  return named != nullptr ? named : find_cause("declared");
}

std::optional<double> weigh(const Cause& cause, const Scene& scene) {
  return Ranking(scene).odds_of(cause);
}

}  // namespace rstcause
