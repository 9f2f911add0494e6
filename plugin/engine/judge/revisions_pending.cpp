// SPDX-License-Identifier: GPL-2.0-or-later
//
// Verdicts that wait for news of a port or a host.
#include "engine/judge/revisions.h"

#include <algorithm>
#include <array>
#include <limits>
#include <utility>

#include "engine/judge/clues/handshake.h"
#include "engine/judge/clues/identity.h"
#include "engine/judge/clues/listener.h"
#include "engine/judge/clues/scanning.h"
#include "engine/judge/clues/timing.h"

namespace rstcause {
namespace {

/// Of whom later news may change a verdict.
enum class Whose : std::uint8_t { port, peer, resetter };
constexpr std::array kOfThePort = {&clues::listener_is_alive, &clues::listener_outlived_it,
                                   &clues::listener_refuses, &clues::port_refuses_acks_and_lives,
                                   &clues::others_were_aborted_together};
constexpr std::array kOfThePeer = {&clues::peer_is_scanning};
constexpr std::array kOfTheResetter = {&clues::resets_many_syn_acks,
                                       &clues::host_aborted_others_too,
                                       &clues::host_aborted_other_services_too,
                                       &clues::host_closed_another_too,
                                       &clues::others_were_shed_too,
                                       &clues::refusal_came_from_elsewhere};

constexpr std::uint8_t bit_of(Whose whose) {
  return static_cast<std::uint8_t>(1U << static_cast<unsigned>(whose));
}

/// Whose news bear on a row of the catalogue, a bit for each.
std::uint8_t subjects_of(const Cause& cause) {
  const auto asks = [&](const auto& clues) {
    return std::any_of(cause.favours.begin(), cause.favours.end(), [&](const Weight& w) {
      return std::find(clues.begin(), clues.end(), w.clue) != clues.end();
    });
  };
  std::uint8_t subjects = 0;
  if (asks(kOfThePort)) subjects |= bit_of(Whose::port);
  if (asks(kOfThePeer)) subjects |= bit_of(Whose::peer);
  if (asks(kOfTheResetter)) subjects |= bit_of(Whose::resetter);
  return subjects;
}

/// Whose news bear on the verdict, its alternatives included. The rows are looked through once.
std::uint8_t hangs_on(const Verdict& verdict) {
  static const std::vector<std::uint8_t> by_row = [] {
    std::vector<std::uint8_t> rows;
    for (const Cause& cause : catalogue()) rows.push_back(subjects_of(cause));
    return rows;
  }();
  const auto of = [&](const Cause* cause) {
    return by_row[static_cast<std::size_t>(cause - catalogue().data())];
  };
  std::uint8_t subjects = of(verdict.cause);
  for (const Alternative& other : verdict.alternatives) subjects |= of(other.cause);
  return subjects;
}

/// What later frames may tell of a port or a host to those that wait for it.
constexpr std::array kNews = {&clues::listener_is_alive,
                              &clues::listener_outlived_it,
                              &clues::listener_refuses,
                              &clues::port_refuses_acks_and_lives,
                              &clues::others_were_aborted_together,
                              &clues::host_lost_others_too,
                              &clues::host_aborted_others_too,
                              &clues::host_aborted_other_services_too,
                              &clues::host_closed_another_too,
                              &clues::others_were_shed_too,
                              &clues::refusal_came_from_elsewhere};

constexpr PendingVerdicts::News bit_of(const Clue& clue) {
  static_assert(kNews.size() <= std::numeric_limits<PendingVerdicts::News>::digits);
  const auto at = std::find(kNews.begin(), kNews.end(), &clue) - kNews.begin();
  return static_cast<PendingVerdicts::News>(1U << static_cast<unsigned>(at));
}

/// The news that is known of this scene by now, a bit for each.
PendingVerdicts::News news_of(const Scene& scene) {
  PendingVerdicts::News known = 0, bit = 1;
  for (const Clue* clue : kNews) {
    if (clue->ask(scene).is_yes()) known |= bit;
    bit = static_cast<PendingVerdicts::News>(bit << 1U);
  }
  return known;
}

/// Whether any of it was not told yet.
bool has_news(const Scene& scene, PendingVerdicts::News told) {
  for (const Clue* clue : kNews) {
    if ((told & 1U) == 0 && clue->ask(scene).is_yes()) return true;
    told = static_cast<PendingVerdicts::News>(told >> 1U);
  }
  return false;
}

}  // namespace

void Revisions::tell_others(const Explained& made, std::size_t index, const Flow& flow) {
  const Scene scene(made.reset, flow, intake_.hosts());
  wait_for_more(scene, made.verdict, index);
  remember(scene, made.verdict.cause->loses_state);
}

void Revisions::hear_of_acceptance(const Service& service, Frame frame, Nanos now) {
  const Subject port = service.subject();
  const Subject host{true, service.host - 1};
  const bool refused_some = service.refusals != 0;
  tell_neighbours(host, clues::refusal_came_from_elsewhere, frame, now - kPendingFor);
  tell_of_port(port, frame, now);
  if (refused_some) tell_the_refused(port.id, frame, now);
}

void Revisions::hear_of_close(const Host& host, Frame frame, Nanos now) {
  tell_neighbours(host.subject(), clues::host_closed_another_too, frame, now - kInOneSweep);
}

/// Keeps a verdict open that later news of the port, of the prober or of the host may change.
void Revisions::wait_for_more(const Scene& scene, const Verdict& verdict, std::size_t index) {
  const Reset& r = scene.rst;
  const Service* const service = scene.service();
  if (service != nullptr && service->first_accepted != 0 && r.trigger_kind == TriggerKind::syn)
    pending_.add(intake_.hosts().refused_by(service->id), index, r.time, 0);
  const std::uint8_t subjects = hangs_on(verdict);
  if (subjects == 0 && !verdict.cause->loses_state) return;
  const PendingVerdicts::News told = news_of(scene);
  const auto wait = [&](Subject subject) {
    pending_.add(intake_.hosts().pending_on(subject), index, r.time, told);
  };
  const auto bears = [&](Whose whose) { return (subjects & bit_of(whose)) != 0; };
  if (service != nullptr && bears(Whose::port)) wait(service->subject());
  if (bears(Whose::peer)) wait(intake_.hosts().host(scene.flow, other(r.x_end)).subject());
  if (bears(Whose::resetter)) wait(intake_.hosts().host(scene.flow, r.x_end).subject());
  if (verdict.cause->loses_state) wait(intake_.hosts().host(scene.flow, r.x_end).subject());
}

/// Weighs a whole chain again, its oldest first.
void Revisions::weigh_again(std::uint32_t newest, Frame frame, Nanos now) {
  const PendingVerdicts::Chain chain = pending_.chain(newest);
  for (std::size_t i = chain.count; i > 0; --i) {
    const std::size_t index = pending_.entry(chain.serials[i - 1]).index;
    const Explained& made = verdicts_[index];
    if (made.reset.frame != frame && now - made.time() <= kPendingFor) judge_again(index, frame);
  }
}

/// The last news of a port or a host: what waited for that is weighed again.
void Revisions::settle(Subject subject, Frame frame, Nanos now) {
  weigh_again(intake_.hosts().pending_on(subject), frame, now);
  intake_.hosts().pending_on(subject) = 0;
}

/// The port takes a SYN as it did before it refused one. Further refusals are no news to those, so
/// they wait apart.
void Revisions::tell_the_refused(std::uint32_t service, Frame frame, Nanos now) {
  weigh_again(std::exchange(intake_.hosts().refused_by(service), 0), frame, now);
}

/// One more of a kind: those since then that it is news to are weighed again, each once, so that
/// a thousand resets in one instant cost a thousand weighings and not their square.
void Revisions::tell_neighbours(Subject subject, const Clue& clue, Frame frame, Nanos since) {
  const PendingVerdicts::News bit = bit_of(clue);
  std::uint32_t serial = intake_.hosts().pending_on(subject);
  for (std::size_t i = 0; i < PendingVerdicts::kMost && pending_.holds(serial); ++i) {
    PendingVerdicts::Entry& pending = pending_.entry(serial);
    serial = pending.before;
    if (pending.time < since) return;
    if ((pending.told & bit) != 0) continue;
    const Explained& made = verdicts_[pending.index];
    if (made.reset.frame == frame || !clue.ask(judge_.scene_of(made)).is_yes()) continue;
    pending.told |= bit;
    judge_again(pending.index, frame);
  }
}

/// The port took or refused a SYN: those to whom that is news are weighed again, and nobody waits
/// for it any more.
void Revisions::tell_of_port(Subject port, Frame frame, Nanos now) {
  std::uint32_t& newest = intake_.hosts().pending_on(port);
  if (!pending_.holds(newest)) return;
  const PendingVerdicts::Chain chain = pending_.chain(newest);
  for (std::size_t i = chain.count; i > 0; --i) {
    const PendingVerdicts::Entry& pending = pending_.entry(chain.serials[i - 1]);
    const Explained& made = verdicts_[pending.index];
    if (made.reset.frame == frame || now - made.time() > kPendingFor) continue;
    if (has_news(judge_.scene_of(made), pending.told)) judge_again(pending.index, frame);
  }
  intake_.hosts().pending_on(port) = 0;
}

}  // namespace rstcause
