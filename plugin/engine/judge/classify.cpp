// SPDX-License-Identifier: GPL-2.0-or-later
#include "engine/judge/classify.h"

#include <algorithm>
#include <array>
#include <span>

#include "engine/judge/clues/form.h"
#include "engine/judge/clues/giving_up.h"
#include "engine/judge/clues/teardown.h"
#include "engine/judge/ranking.h"
#include "engine/judge/witness.h"

namespace rstcause {
namespace {

constexpr int kStatedCeiling = 99;  ///< A RST that states its cause may lie.
constexpr int kSuspectedCeiling = 55;

constexpr int kLeastAlternative = 2;  ///< Percent: below this an alternative is noise.
constexpr std::size_t kMostAlternatives = 6;

constexpr std::size_t kUsualFindings = 8;  ///< More prove one cause hardly ever.

bool is_stated(const Cause& cause, const Scene& scene) {
  return stated_cause(scene) == &cause;
}

/// Equal frames as they stand. A handful of findings, and std::stable_sort() asks for memory.
void in_order_of_frames(std::vector<Finding>& found) {
  for (std::size_t i = 1; i < found.size(); ++i) {
    const Finding next = found[i];
    std::size_t place = i;
    for (; place > 0 && next.frame < found[place - 1].frame; --place)
      found[place] = found[place - 1];
    found[place] = next;
  }
}

/// What proves it must have a frame.
void add_finding(const Clue& clue, const Answer& answer, std::vector<Finding>& into) {
  if (answer.is_yes() && answer.frame != 0)
    into.push_back({&clue, answer.frame, answer.a, answer.b});
}

/// True where a verdict would rest on the RST's own header alone.
bool is_only_in(Frame own, const std::vector<Finding>& found) {
  return std::all_of(found.begin(), found.end(), [&](const Finding& f) { return f.frame == own; });
}

/// Every "yes" that spoke for the cause, in the order of the frames.
std::vector<Finding> evidence_for(const Cause& cause, const Scene& scene, Ranking& ranking) {
  std::vector<Finding> found;
  found.reserve(kUsualFindings);
  add_finding(clues::states_its_cause, clues::states_its_cause.ask(scene), found);
  ranking.for_each_yes([&](const Clue& clue, const Answer& answer) {
    if (&clue != &clues::states_its_cause) add_finding(clue, answer, found);
  });
  for (const Clue* beside :
       {&clues::follows_its_senders_segments, &clues::is_of_a_known_connection}) {
    if (cause.sender != Sender::unknown && is_only_in(scene.rst.frame, found))
      add_finding(*beside, beside->ask(scene), found);
  }
  in_order_of_frames(found);
  return found;
}

/// A cause is not told from the RST's own header alone, whatever its odds, unless that states it.
bool claims_too_much(const Cause& cause, const Scene& scene, const std::vector<Finding>& evidence) {
  if (cause.sender == Sender::unknown || cause.declared || is_stated(cause, scene)) return false;
  return !scene.had_company() && is_only_in(scene.rst.frame, evidence);
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

Origin origin_of(const Cause& cause, const Variant* variant, const Scene& scene) {
  const bool own = variant != nullptr && variant->sender != Sender::unknown;
  const bool by_end =
      cause.sent_by_endpoint_if != nullptr && cause.sent_by_endpoint_if->ask(scene).is_yes();
  switch (by_end ? Sender::endpoint : own ? variant->sender : cause.sender) {
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
  const bool reply = scene.is_reply() || clues::late_data_was_not_captured.ask(scene).is_yes();
  return reply ? Mode::reply : Mode::unknown;
}

/// How sure of it one may be at all.
int ceiling_of(const Cause& cause, const Scene& scene) {
  if (is_stated(cause, scene)) return kStatedCeiling;
  const auto& proofs = cause.only_sure_by;
  const bool proved =
      proofs.empty() || std::any_of(proofs.begin(), proofs.end(),
                                    [&](const Clue* clue) { return clue->ask(scene).is_yes(); });
  return proved ? cause.ceiling : std::min(cause.ceiling, kSuspectedCeiling);
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
  if (clues::program_ended_unanswered.ask(scene).is_yes()) return false;
  const Service* service = scene.service();
  return service != nullptr && service->accepted != 0 && service->refused < service->accepted;
}

/// The kernel's answer where it has nothing of the connection any more.
/// Told of the verdict that is made: what its cause's situations ask.
void find_situation(Verdict& verdict, const Scene& scene) {
  for (const Situation& situation : verdict.cause->situations) {
    const Answer answer = situation.clue->ask(scene);
    if (!answer.is_yes()) continue;
    verdict.situation = &situation;
    verdict.situation_a = answer.a;
    verdict.situation_b = answer.b;
    return;
  }
}

bool is_answered_without_socket(const Cause& cause, const Variant* variant) {
  return cause.listener_replies || (variant != nullptr && variant->sender == Sender::endpoint);
}

State state_of(const Cause& cause, const Variant* variant, const Scene& scene) {
  if (is_answered_without_socket(cause, variant))
    return port_listens(scene) ? State::listen : State::closed;
  return cause.state != State::unknown ? cause.state : scene.state;
}

std::string_view kernel_reason_of(const Cause& cause, const Variant* variant, const Scene& scene) {
  if (!scene.may_be_linux()) return {};
  if (is_answered_without_socket(cause, variant) && port_listens(scene)) return "TCP_FLAGS";
  if (variant != nullptr && !variant->kernel_reason.empty()) return variant->kernel_reason;
  return cause.kernel_reason;
}

std::string_view netstat_of(const Cause& cause, const Variant* variant, const Scene& scene) {
  if (!scene.may_be_linux()) return {};
  return variant != nullptr && !variant->netstat.empty() ? variant->netstat : cause.netstat;
}

/// The most probable cause's percentage may not pass what one capture can honestly show;
/// what is cut off goes to nobody.
std::uint8_t percent(double share, int ceiling) {
  return static_cast<std::uint8_t>(std::clamp(static_cast<int>(share), 1, ceiling));
}

/// What a verdict may at most be sure of, given what the capture shows of the connection. Rivals
/// that only the missing part could have shown must not lend their share to the survivor.
double humility_of_the_flow(const Scene& scene, Basis basis) {
  constexpr double kLateStart = 0.8, kOneDirection = 0.7;
  const bool refusal = scene.trigger_kind == TriggerKind::syn;
  // Whoever sends its SYN again has had no answer, captured or not.
  const bool unanswered = clues::repeated_its_syn.ask(scene).is_yes();
  const bool beside = scene.rst.astray != Astray::none;  // the other connection shows it
  const bool one_direction = !scene.x().speaks || !scene.y().speaks;
  if (!refusal && !unanswered && !beside && one_direction) return kOneDirection;
  return basis == Basis::proved || scene.flow.seen_from_start() ? 1.0 : kLateStart;
}

/// The same of the RST itself: who puts octets into one states by them why, and so may an option.
double humility_of_the_reset(const Reset& reset) {
  constexpr double kTextUnread = 0.6, kOptionsUnread = 0.9;
  if (reset.payload_cut) return kTextUnread;
  return reset.header_cut ? kOptionsUnread : 1.0;
}

double humility(const Scene& scene, Basis basis) {
  if (basis == Basis::declared || basis == Basis::unknown) return 1.0;
  return std::min(humility_of_the_flow(scene, basis), humility_of_the_reset(scene.rst));
}

/// The others that are left, as far as they are worth a word.
std::vector<Alternative> alternatives_of(std::span<const Weighed> ranked,
                                         std::span<const double> shares, double humble,
                                         std::uint8_t ceiling) {
  std::array<Alternative, kMostAlternatives> found;
  std::size_t count = 0;
  for (std::size_t i = 1; i < ranked.size() && count < found.size(); ++i) {
    const std::uint8_t part = percent(shares[i] * humble, ceiling);
    if (part < kLeastAlternative) break;
    found[count++] = {ranked[i].cause, part};
  }
  return {found.begin(), found.begin() + static_cast<std::ptrdiff_t>(count)};
}

/// All that a verdict says, the first of the ranked rows being its cause.
Verdict verdict_of(const Scene& scene, Ranking& ranking, std::span<const Weighed> ranked,
                   std::vector<Finding>&& evidence) {
  const std::span<const double> shares = ranking.shares();
  const Cause& best = *ranked.front().cause;

  Verdict verdict;
  verdict.cause = &best;
  verdict.variant = variant_of(best, scene);
  find_situation(verdict, scene);
  verdict.basis = basis_of(best, scene);
  const int ceiling = ceiling_of(best, scene);
  const double humble = humility(scene, verdict.basis);
  verdict.confidence = percent(shares.front() * humble, ceiling);
  verdict.benign =
      best.benign || (best.benign_if != nullptr && best.benign_if->ask(scene).is_yes());
  verdict.origin = origin_of(best, verdict.variant, scene);
  verdict.mode = mode_of(best, scene);
  verdict.state = state_of(best, verdict.variant, scene);
  verdict.kernel_reason = kernel_reason_of(best, verdict.variant, scene);
  verdict.netstat = netstat_of(best, verdict.variant, scene);
  verdict.may_be_linux = scene.may_be_linux();
  if (best.sender == Sender::endpoint) {
    verdict.stack = scene.stack();
    verdict.stack_frame = verdict.stack == Stack::unknown ? 0 : scene.x().syn;
  }
  verdict.trigger = scene.trigger.frame;
  verdict.trigger_kind = scene.trigger_kind;
  verdict.trigger_len = scene.trigger.len;
  verdict.idle = scene.rst.idle;
  verdict.bytes_lost = best.ends_connection ? scene.rst.newly_lost() : 0;
  verdict.evidence = std::move(evidence);
  if (best.root != nullptr) verdict.root = best.root->ask(scene).frame;
  verdict.alternatives = alternatives_of(ranked, shares, humble, verdict.confidence);
  return verdict;
}

Verdict classify_by_wire(const Scene& scene, VerdictCache* before) {
  Ranking ranking(scene, before);
  std::span<const Weighed> ranked = ranking.rank();
  std::vector<Finding> evidence = evidence_for(*ranked.front().cause, scene, ranking);
  while (ranked.size() > 1 && claims_too_much(*ranked.front().cause, scene, evidence)) {
    ranked = ranking.drop_first();
    evidence = evidence_for(*ranked.front().cause, scene, ranking);
  }
  return verdict_of(scene, ranking, ranked, std::move(evidence));
}

/// Among what the kernel's word leaves. What the packets alone would say stays beside it.
Verdict classify_by_word(const Scene& scene, const WordsRange& left, const Verdict& by_wire) {
  Ranking ranking(scene);
  const std::span<const Weighed> ranked = ranking.rank_among(left.rows, *left.fallback);
  std::vector<Finding> evidence = evidence_for(*ranked.front().cause, scene, ranking);
  add_finding(clues::the_kernel_said_so, clues::the_kernel_said_so.ask(scene), evidence);
  in_order_of_frames(evidence);
  Verdict verdict = verdict_of(scene, ranking, ranked, std::move(evidence));
  bend_to_word(scene, left, ranking.shares(), verdict);
  if (verdict.cause != by_wire.cause) {
    verdict.without_word = by_wire.cause;
    verdict.without_word_confidence = by_wire.confidence;
  }
  return verdict;
}

}  // namespace

Verdict classify(const Scene& scene, VerdictCache* before) {
  Verdict by_wire = classify_by_wire(scene, before);
  const auto left = range_of_word(scene);
  return left && left->rows != 0 ? classify_by_word(scene, *left, by_wire) : by_wire;
}

}  // namespace rstcause
