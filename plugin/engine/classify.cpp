// SPDX-License-Identifier: GPL-2.0-or-later
#include "engine/classify.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>

#include "engine/clues/form.h"

namespace rstcause {
namespace {

/// What it costs a cause that something it needs cannot be seen, in logarithms of odds.
constexpr double kUnknownNeed = -1.5;
constexpr double kUnknownExclusion = -0.2;

/// The odds of what the RST itself states, in logarithms: what is left is that it lies.
constexpr double kStated = 10.0;
constexpr int kStatedCeiling = 99;

constexpr int kLeastAlternative = 2;  ///< Percent: below this an alternative is noise.
constexpr std::size_t kMostAlternatives = 6;

constexpr std::size_t kMostRanked = 16;    ///< More rows than this are hardly ever left.
constexpr std::size_t kUsualFindings = 8;  ///< More prove one cause hardly ever.

struct Weighed {
  const Cause* cause = nullptr;
  double odds = 0;  ///< Logarithm.
};

/// The row that the RST's own statement names: its token's, or the one for statements that no
/// token stands for; nullptr where it states nothing. Statements count before any inference,
/// follow-ups excepted.
const Cause* stated_cause(const Scene& scene) {
  const Declared& declared = scene.rst.declared;
  if (declared.kind == Declared::Kind::none || declared.kind == Declared::Kind::mptcp)
    return nullptr;
  const Cause* const named = declared.token.empty() ? nullptr : find_cause(declared.token);
  return named != nullptr ? named : find_cause("declared");
}

bool is_stated(const Cause& cause, const Scene& scene) {
  return stated_cause(scene) == &cause;
}

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

  Answer::Kind ask(std::size_t place) { return answer_of(place, *questions_.deciding()[place].clue); }

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

/// Probabilities of the ranked causes, in percent.
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

/// Equal frames as they stand. A handful of findings, and std::stable_sort() asks for memory.
void in_order_of_frames(std::vector<Finding>& found) {
  for (std::size_t i = 1; i < found.size(); ++i) {
    for (std::size_t j = i; j > 0 && found[j].frame < found[j - 1].frame; --j)
      std::swap(found[j], found[j - 1]);
  }
}

void add_finding(const Clue& clue, const Scene& scene, std::vector<Finding>& into) {
  const Answer answer = clue.ask(scene);
  if (!answer.is_yes() || answer.frame == 0 || clue.sentence.empty()) return;
  const auto same = [&](const Finding& f) { return f.clue == &clue; };
  if (std::none_of(into.begin(), into.end(), same))
    into.push_back({&clue, answer.frame, answer.a, answer.b});
}

/// True where a verdict would rest on the RST's own header alone.
bool is_only_in(Frame own, const std::vector<Finding>& found) {
  return std::all_of(found.begin(), found.end(), [&](const Finding& f) { return f.frame == own; });
}

/// Every "yes" that spoke for the cause, in the order of the frames.
std::vector<Finding> evidence_for(const Cause& cause, const Scene& scene) {
  std::vector<Finding> found;
  found.reserve(kUsualFindings);
  add_finding(clues::states_its_cause, scene, found);
  for (const Clue* clue : cause.needs) add_finding(*clue, scene, found);
  for (const Weight& weight : cause.favours) {
    if (weight.if_yes > 0) add_finding(*weight.clue, scene, found);
  }
  for (const Clue* beside :
       {&clues::follows_its_senders_segments, &clues::is_of_a_known_connection}) {
    if (cause.sender != Sender::unknown && is_only_in(scene.rst.frame, found))
      add_finding(*beside, scene, found);
  }
  in_order_of_frames(found);
  return found;
}

bool is_proved(const Cause& cause, const Scene& scene) {
  if (cause.proved_by.empty()) return false;
  return std::all_of(cause.proved_by.begin(), cause.proved_by.end(),
                     [&](const Clue* clue) { return clue->ask(scene).is_yes(); });
}

Basis basis_of(const Cause& cause, const Scene& scene) {
  if (cause.sender == Sender::unknown) return Basis::unknown;
  if (cause.declared || is_stated(cause, scene)) return Basis::declared;
  return is_proved(cause, scene) ? Basis::proved : Basis::inferred;
}

Origin origin_of(const Cause& cause, const Scene& scene) {
  switch (cause.sender) {
    case Sender::middlebox:
    case Sender::third_party:
      return Origin::middlebox;
    case Sender::unknown:
    case Sender::endpoint:
      break;
  }
  if (scene.x_is_client()) return Origin::client;
  return scene.x_is_server() ? Origin::server : Origin::unknown;
}

Mode mode_of(const Cause& cause, const Scene& scene) {
  if (cause.sender == Sender::third_party) return Mode::forged;
  if (scene.is_abort()) return Mode::abort;
  return scene.is_reply() ? Mode::reply : Mode::unknown;
}

const Variant* variant_of(const Cause& cause, const Scene& scene) {
  for (const Variant& variant : cause.variants) {
    if (variant.clue == nullptr || variant.clue->ask(scene).is_yes()) return &variant;
  }
  return nullptr;
}

/// What Linux answers with where no connection is left: from the listener if the port has one.
bool port_listens(const Scene& scene) {
  if (!scene.x_is_server()) return false;
  const Service* service = scene.service();
  return service != nullptr && service->accepted != 0 && service->refused < service->accepted;
}

State state_of(const Cause& cause, const Scene& scene) {
  if (cause.listener_replies) return port_listens(scene) ? State::listen : State::closed;
  return cause.state != State::unknown ? cause.state : scene.state;
}

/// Whether the reset or the handshake of its sender shows a stack that is not Linux.
bool is_no_linux(const Scene& scene) {
  const Form form = scene.form;
  // tcp_send_active_reset() always acknowledges and carries a window; tcp_v4_send_reset() never
  // acknowledges what had an ACK, and has no window.
  if (form == Form::abort_no_window || form == Form::abort_bare || form == Form::reply_with_ack)
    return true;
  if (scene.is_reply() && scene.rst.wnd != 0) return true;
  const Endpoint& x = scene.x();
  if (x.syn == 0 || x.shape.options_cut) return false;
  const bool other_layout = x.shape.timestamps && x.shape.sack_permitted && !x.shape.linux_layout;
  constexpr std::uint8_t kLinuxTtl = 64;
  return other_layout || (x.shape.ttl > kLinuxTtl && scene.rst.ip.ttl > kLinuxTtl);
}

std::string_view kernel_reason_of(const Cause& cause, const Variant* variant, const Scene& scene) {
  if (is_no_linux(scene)) return {};
  if (cause.listener_replies && port_listens(scene)) return "TCP_FLAGS";
  if (variant != nullptr && !variant->kernel_reason.empty()) return variant->kernel_reason;
  return cause.kernel_reason;
}

/// The most probable cause's percentage may not pass what one capture can honestly show;
/// what is cut off goes to nobody.
std::uint8_t percent(double share, int ceiling) {
  return static_cast<std::uint8_t>(std::clamp(static_cast<int>(std::floor(share)), 1, ceiling));
}

}  // namespace

std::optional<double> weigh(const Cause& cause, const Scene& scene) {
  if (is_stated(cause, scene)) return kStated;
  Round round(scene);
  if ((round.rows_left() & row_bit(cause)) == 0) return std::nullopt;
  return round.odds_of(cause);
}

/// What a verdict may at most be sure of, given what the capture shows of the connection. Rivals
/// that only the missing part could have shown must not lend their share to the survivor.
double humility(const Scene& scene, Basis basis) {
  if (basis == Basis::declared || basis == Basis::unknown) return 1.0;
  constexpr double kLateStart = 0.8, kOneDirection = 0.7;
  const bool refusal = scene.trigger_kind == TriggerKind::syn;
  if (!refusal && (!scene.x().speaks || !scene.y().speaks)) return kOneDirection;
  return basis == Basis::proved || scene.flow.seen_from_start() ? 1.0 : kLateStart;
}

Verdict classify(const Scene& scene) {
  const std::vector<Weighed> ranked = rank(scene);
  const std::vector<double> shares = share(ranked);
  const Cause& best = *ranked.front().cause;

  Verdict verdict;
  verdict.cause = &best;
  verdict.variant = variant_of(best, scene);
  verdict.basis = basis_of(best, scene);
  const int ceiling = is_stated(best, scene) ? kStatedCeiling : best.ceiling;
  const double humble = humility(scene, verdict.basis);
  verdict.confidence = percent(shares.front() * humble, ceiling);
  verdict.benign =
      best.benign || (best.benign_if != nullptr && best.benign_if->ask(scene).is_yes());
  verdict.origin = origin_of(best, scene);
  verdict.mode = mode_of(best, scene);
  verdict.state = state_of(best, scene);
  verdict.kernel_reason = kernel_reason_of(best, verdict.variant, scene);
  verdict.netstat = verdict.variant != nullptr && !verdict.variant->netstat.empty()
                        ? verdict.variant->netstat
                        : best.netstat;
  verdict.trigger = scene.trigger.frame;
  verdict.trigger_kind = scene.trigger_kind;
  verdict.trigger_len = scene.trigger.len;
  verdict.idle = scene.rst.idle;
  verdict.bytes_lost = best.ends_connection ? scene.rst.newly_lost() : 0;
  verdict.evidence = evidence_for(best, scene);
  if (best.root != nullptr) verdict.root = best.root->ask(scene).frame;
  for (std::size_t i = 1; i < ranked.size() && verdict.alternatives.size() < kMostAlternatives;
       ++i) {
    const std::uint8_t part = percent(shares[i] * humble, verdict.confidence);
    if (part < kLeastAlternative) break;
    verdict.alternatives.push_back({ranked[i].cause, part});
  }
  return verdict;
}

}  // namespace rstcause
