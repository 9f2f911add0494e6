// SPDX-License-Identifier: GPL-2.0-or-later
#include "engine/ranking.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>

namespace rstcause {
namespace {

/// What it costs a cause that something it needs cannot be seen, in logarithms of odds.
constexpr double kUnknownNeed = -1.5;
constexpr double kUnknownExclusion = -0.2;

/// The odds of what the RST itself states, in logarithms: what is left is that it lies.
constexpr double kStated = 10.0;

constexpr std::size_t kMostRanked = 16;  ///< More rows than this are hardly ever left.

/// A row of the catalogue as a bit. Sixty-four rows are all that one word can tell apart.
std::uint64_t row_bit(const Cause& cause) {
  return std::uint64_t{1} << static_cast<unsigned>(&cause - catalogue().data());
}

/// One question of the catalogue, and the rows that its answer can rule out.
struct Question {
  const Clue* clue = nullptr;
  std::uint64_t needed_by = 0;  ///< "No" rules these out...
  std::uint64_t excludes = 0;   ///< ... and "yes" these.

  std::uint64_t bears_on() const { return needed_by | excludes; }
};

/// The catalogue as its questions: many rows ask the same ones, and one answer rules out many
/// rows. Made once.
class Questions {
 public:
  static const Questions& all() {
    static const Questions questions;
    return questions;
  }

  /// Those that can rule a row out; the one that most rows ask comes first.
  std::span<const Question> deciding() const { return {asked_.data(), deciding_}; }
  /// The places of the clues that a row's `favours` ask, in their order.
  std::span<const std::uint8_t> favours_of(const Cause& cause) const {
    const std::size_t row = static_cast<std::size_t>(&cause - catalogue().data());
    return {favours_.data() + first_[row], cause.favours.size()};
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
    for (const Cause& cause : catalogue()) {
      first_.push_back(favours_.size());
      for (const Weight& weight : cause.favours)
        favours_.push_back(static_cast<std::uint8_t>(place_of(weight.clue)));
    }
  }

  std::size_t place_of(const Clue* clue) {
    const auto same = [&](const Question& question) { return question.clue == clue; };
    const auto found = std::find_if(asked_.begin(), asked_.end(), same);
    const std::size_t place = static_cast<std::size_t>(found - asked_.begin());
    if (found == asked_.end()) asked_.push_back({clue});
    return place;
  }

  std::vector<Question> asked_;
  std::size_t deciding_ = 0;
  std::vector<std::uint8_t> favours_;
  std::vector<std::size_t> first_;
};

/// One weighing: each question is put to the scene once, and only while a row depends on it.
class Round {
 public:
  explicit Round(const Scene& scene) : scene_(scene) { answers_.fill(kNotAsked); }

  /// The rows that nothing rules out.
  std::uint64_t rows_left() {
    const auto rows = catalogue().size();
    std::uint64_t left = rows == 64 ? ~std::uint64_t{0} : (std::uint64_t{1} << rows) - 1;
    const auto deciding = questions_.deciding();
    for (std::size_t place = 0; place < deciding.size(); ++place) {
      const Question& question = deciding[place];
      if ((left & question.bears_on()) == 0) continue;
      const Answer::Kind kind = ask(place);
      if (kind == Answer::Kind::no)
        left &= ~question.needed_by;
      else if (kind == Answer::Kind::yes)
        left &= ~question.excludes;
      else
        note_unknown(question);
    }
    return left;
  }

  /// The logarithm of the odds of a row that is left.
  double odds_of(const Cause& cause) {
    double odds = cause.prior;
    const std::uint64_t row = row_bit(cause);
    for (std::size_t i = 0; i < unknowns_; ++i) {
      if ((unknown_[i]->needed_by & row) != 0) odds += kUnknownNeed;
    }
    for (std::size_t i = 0; i < unknowns_; ++i) {
      if ((unknown_[i]->excludes & row) != 0) odds += kUnknownExclusion;
    }
    const std::span<const std::uint8_t> places = questions_.favours_of(cause);
    const Weight* weight = cause.favours.begin();
    for (const std::uint8_t place : places) {
      const Answer::Kind kind = answer_of(place, *weight->clue);
      if (kind == Answer::Kind::yes) odds += weight->if_yes;
      if (kind == Answer::Kind::no) odds += weight->if_no;
      ++weight;
    }
    return odds;
  }

 private:
  static constexpr std::uint8_t kNotAsked = 255;
  static constexpr std::size_t kMostQuestions = 255;  ///< As many as fit an octet.

  Answer::Kind ask(std::size_t place) {
    return answer_of(place, *questions_.deciding()[place].clue);
  }

  Answer::Kind answer_of(std::size_t place, const Clue& clue) {
    std::uint8_t& known = answers_[place];
    if (known == kNotAsked) known = static_cast<std::uint8_t>(clue.ask(scene_).kind);
    return static_cast<Answer::Kind>(known);
  }

  void note_unknown(const Question& question) { unknown_[unknowns_++] = &question; }

  const Scene& scene_;
  const Questions& questions_ = Questions::all();
  std::array<std::uint8_t, kMostQuestions> answers_;
  std::array<const Question*, kMostQuestions> unknown_;
  std::size_t unknowns_ = 0;
};

}  // namespace

const Cause* stated_cause(const Scene& scene) {
  const Declared& declared = scene.rst.declared;
  if (declared.kind == Declared::Kind::none || declared.kind == Declared::Kind::mptcp)
    return nullptr;
  const Cause* const named = declared.token.empty() ? nullptr : find_cause(declared.token);
  return named != nullptr ? named : find_cause("declared");
}

std::optional<double> weigh(const Cause& cause, const Scene& scene) {
  if (&cause == stated_cause(scene)) return kStated;
  Round round(scene);
  if ((round.rows_left() & row_bit(cause)) == 0) return std::nullopt;
  return round.odds_of(cause);
}

std::vector<Weighed> rank(const Scene& scene) {
  const Cause* const stated = stated_cause(scene);
  std::vector<Weighed> ranked;
  ranked.reserve(kMostRanked);
  Round round(scene);
  const std::uint64_t left = round.rows_left();
  for (const Cause& cause : catalogue()) {
    if (&cause == stated)
      ranked.push_back({&cause, kStated});
    else if ((left & row_bit(cause)) != 0)
      ranked.push_back({&cause, round.odds_of(cause)});
  }
  // Equals in the catalogue's order: as a stable sort, which would ask for memory.
  std::sort(ranked.begin(), ranked.end(), [](const Weighed& left_one, const Weighed& right_one) {
    return left_one.odds != right_one.odds ? left_one.odds > right_one.odds
                                           : left_one.cause < right_one.cause;
  });
  return ranked;
}

std::vector<double> share(const std::vector<Weighed>& ranked) {
  std::vector<double> shares;
  shares.reserve(ranked.size());
  double sum = 0;
  for (const Weighed& w : ranked) {
    shares.push_back(std::exp(w.odds - ranked.front().odds));
    sum += shares.back();
  }
  for (double& part : shares) part *= 100.0 / sum;
  return shares;
}

}  // namespace rstcause
