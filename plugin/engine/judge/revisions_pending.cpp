// SPDX-License-Identifier: GPL-2.0-or-later
//
// Verdicts that wait for news of a port or a host. What each waits for follows from the clues of
// its rows: Clue::listens.
#include <algorithm>
#include <array>
#include <limits>
#include <utility>
#include <vector>

#include "engine/judge/bearing.h"
#include "engine/judge/revisions.h"

namespace rstcause {
namespace {

using Bits = PendingVerdicts::Kinds;
static_assert(kKindsOfNews <= std::numeric_limits<Bits>::digits);

constexpr Bits bit_of(News news) {
  return static_cast<Bits>(1U << static_cast<unsigned>(news));
}

/// The clue that listens to each kind of news, as the catalogue has them.
const std::array<const Clue*, kKindsOfNews>& listeners() {
  static const std::array<const Clue*, kKindsOfNews> found = [] {
    std::array<const Clue*, kKindsOfNews> clues{};
    for (const Cause& cause : catalogue()) {
      for (const Weight& weight : cause.favours) {
        const News news = weight.clue->listens;
        if (news != News::none) clues[static_cast<std::size_t>(news)] = weight.clue;
      }
    }
    return clues;
  }();
  return found;
}

/// The news that bear on a row of the catalogue.
Bits news_for(const Cause& cause) {
  Bits bits = 0;
  for (const Weight& weight : cause.favours) bits |= bit_of(weight.clue->listens);
  return bits & static_cast<Bits>(~bit_of(News::none));
}

/// The news that bear on the verdict, its alternatives included. The rows are looked through once.
Bits hangs_on(const Verdict& verdict) {
  static const std::vector<Bits> by_row = [] {
    std::vector<Bits> rows;
    for (const Cause& cause : catalogue()) rows.push_back(news_for(cause));
    return rows;
  }();
  const auto of = [&](const Cause* cause) {
    return by_row[static_cast<std::size_t>(cause - catalogue().data())];
  };
  Bits bits = of(verdict.cause);
  for (const Alternative& other : verdict.alternatives) bits |= of(other.cause);
  return bits;
}

bool bears(Bits news, Whose subject) {
  for (std::uint8_t kind = 1; kind < kKindsOfNews; ++kind) {
    const auto one = static_cast<News>(kind);
    if ((news & bit_of(one)) != 0 && whose(one) == subject) return true;
  }
  return false;
}

/// What was known of this scene when it was weighed, or is nothing to it, whatever comes: so a busy
/// port need not ask each of those who wait.
Bits news_in(const Scene& scene) {
  Bits known = 0;
  const std::uint8_t matters = scene.matters();
  for (const Clue* clue : listeners()) {
    if (clue == nullptr) continue;
    if (!clue->is_open(matters) || clue->ask(scene).is_yes()) known |= bit_of(clue->listens);
  }
  return known;
}

}  // namespace

void Revisions::tell_others(const Explained& made, std::size_t index, const Flow& flow) {
  const Scene scene(made.reset, flow, intake_.hosts(), intake_.order());
  wait_for_more(scene, made.verdict, index);
  remember(scene, made.verdict.cause->loses_state);
}

void Revisions::hear_of_acceptance(const Service& service, Frame frame, Nanos now) {
  const Subject port = service.subject();
  const Subject host{true, service.host - 1};
  const bool refused_some = service.refusals != 0;
  tell_neighbours(host, News::host_accepted, frame, now - kPendingFor);
  tell_of_port(port, frame, now);
  if (refused_some) tell_the_refused(port.id, frame, now);
}

void Revisions::hear_of_close(const Host& host, Frame frame, Nanos now) {
  tell_neighbours(host.subject(), News::host_closed, frame, now - kInOneSweep);
}

void Revisions::tell_since(std::size_t first, std::uint32_t flow, const Renumbering& moved,
                           Frame frame) {
  constexpr std::size_t kMost = 64;
  const std::size_t end = std::min(verdicts_.size(), first + kMost);
  for (std::size_t i = first; i < end; ++i) {
    Explained& made = verdicts_[i];
    if (made.flow == flow || made.duplicate_of != 0) continue;
    const Company now = company_now(intake_.flow(made.flow), made.from(), intake_.hosts());
    if (moved.apply(made.reset.company, now)) judge_again(i, frame);
  }
}

/// Keeps a verdict open that later news of the port, of the prober or of the host may change.
void Revisions::wait_for_more(const Scene& scene, const Verdict& verdict, std::size_t index) {
  const Reset& r = scene.rst;
  const End server = scene.flow.is_server(End::a) ? End::a : End::b;
  const bool roles = scene.flow.role_basis() != RoleBasis::none;
  const Service* const service = roles ? intake_.hosts().find_service(scene.flow, server) : nullptr;
  if (service != nullptr && service->first_accepted != 0 && r.trigger_kind == TriggerKind::syn)
    pending_.add(intake_.hosts().refused_by(service->id), index, r.time, 0);
  const Bits news = hangs_on(verdict);
  if (news == 0 && !verdict.cause->loses_state) return;
  const Bits told = news_in(scene);
  const auto wait = [&](Subject subject) {
    pending_.add(intake_.hosts().pending_on(subject), index, r.time, told);
  };
  if (service != nullptr && bears(news, Whose::port)) wait(service->subject());
  if (bears(news, Whose::peer)) wait(intake_.hosts().host(scene.flow, other(r.x_end)).subject());
  if (bears(news, Whose::resetter) || verdict.cause->loses_state)
    wait(intake_.hosts().host(scene.flow, r.x_end).subject());
}

/// One reset is told news of that kind, and weighed with them.
void Revisions::hear_and_weigh(std::size_t index, News news, Frame frame) {
  Explained& made = verdicts_[index];
  take_news(news, company_now(intake_.flow(made.flow), made.from(), intake_.hosts()),
            made.reset.company);
  keep_what_bears(made.reset.company, made.reset, intake_.flow(made.flow));
  judge_again(index, frame);
}

/// Tells a whole chain, its oldest first.
void Revisions::weigh_again(std::uint32_t newest, News news, Frame frame, Nanos now) {
  const PendingVerdicts::Chain chain = pending_.chain(newest);
  for (std::size_t i = chain.count; i > 0; --i) {
    const std::size_t index = pending_.entry(chain.serials[i - 1]).index;
    const Explained& made = verdicts_[index];
    if (made.reset.frame != frame && now - made.time() <= kPendingFor)
      hear_and_weigh(index, news, frame);
  }
}

/// The last news of a host, that it scans: what waited for that is weighed again.
void Revisions::settle(Subject subject, Frame frame, Nanos now) {
  const PendingVerdicts::Chain chain = pending_.chain(intake_.hosts().pending_on(subject));
  for (std::size_t i = chain.count; i > 0; --i) {
    const std::size_t index = pending_.entry(chain.serials[i - 1]).index;
    const Explained& made = verdicts_[index];
    if (made.reset.frame == frame || now - made.time() > kPendingFor) continue;
    const Flow& flow = intake_.flow(made.flow);
    const Host* const resetter = intake_.hosts().find_host(flow, made.from());
    const bool own = resetter != nullptr && resetter->id == subject.id;
    hear_and_weigh(index, own ? News::host_probed : News::peer_probed, frame);
  }
  intake_.hosts().pending_on(subject) = 0;
}

/// The port takes a SYN as it did before it refused one. Further refusals are no news to those, so
/// they wait apart.
void Revisions::tell_the_refused(std::uint32_t service, Frame frame, Nanos now) {
  weigh_again(std::exchange(intake_.hosts().refused_by(service), 0), News::port_took, frame, now);
}

/// One more of a kind: those since then that it is news to are weighed again, each once, so that
/// a thousand resets in one instant cost a thousand weighings and not their square.
void Revisions::tell_neighbours(Subject subject, News news, Frame frame, Nanos since) {
  const Clue* const clue = listeners()[static_cast<std::size_t>(news)];
  std::uint32_t serial = clue != nullptr ? intake_.hosts().pending_on(subject) : 0;
  for (std::size_t i = 0; i < PendingVerdicts::kMost && pending_.holds(serial); ++i) {
    PendingVerdicts::Entry& pending = pending_.entry(serial);
    serial = pending.before;
    if (pending.time < since) return;
    if ((pending.told & bit_of(news)) != 0) continue;
    if (verdicts_[pending.index].reset.frame != frame) tell_one(pending, *clue, frame);
  }
}

/// Those of these kinds of news that this one was not told yet.
void Revisions::tell(PendingVerdicts::Entry& pending, PendingVerdicts::Kinds kinds, Frame frame) {
  for (const Clue* clue : listeners()) {
    if (clue != nullptr && (bit_of(clue->listens) & kinds & ~unsigned{pending.told}) != 0)
      tell_one(pending, *clue, frame);
  }
}

/// The news that this clue listens to, if it says something to the one that waits.
void Revisions::tell_one(PendingVerdicts::Entry& pending, const Clue& clue, Frame frame) {
  Explained& made = verdicts_[pending.index];
  const Flow& flow = intake_.flow(made.flow);
  const Company before = made.reset.company;
  take_news(clue.listens, company_now(flow, made.from(), intake_.hosts()), made.reset.company);
  if (!clue.ask({made.reset, flow, intake_.hosts(), intake_.order()}).is_yes()) {
    made.reset.company = before;
    return;
  }
  pending.told |= bit_of(clue.listens);
  keep_what_bears(made.reset.company, made.reset, flow);
  judge_again(pending.index, frame);
}

/// The port took or refused a SYN: those to whom that is news are weighed again, and nobody waits
/// for it any more.
void Revisions::tell_of_port(Subject port, Frame frame, Nanos now) {
  std::uint32_t& newest = intake_.hosts().pending_on(port);
  if (!pending_.holds(newest)) return;
  constexpr auto kKinds = bit_of(News::port_took) | bit_of(News::port_outlived) |
                          bit_of(News::port_refused) | bit_of(News::port_lived);
  const PendingVerdicts::Chain chain = pending_.chain(newest);
  for (std::size_t i = chain.count; i > 0; --i) {
    PendingVerdicts::Entry& pending = pending_.entry(chain.serials[i - 1]);
    const Explained& made = verdicts_[pending.index];
    if (made.reset.frame != frame && now - made.time() <= kPendingFor) tell(pending, kKinds, frame);
  }
  intake_.hosts().pending_on(port) = 0;
}

}  // namespace rstcause
