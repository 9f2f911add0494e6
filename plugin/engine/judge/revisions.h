// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <cstddef>
#include <cstdint>
#include <unordered_map>

#include "engine/judge/judge.h"
#include "engine/judge/pending_verdicts.h"

namespace rstcause {

/// The engine's third part, revising: what a later frame tells of an earlier verdict. Each reset is
/// news to others of its hosts and ports, a later segment is news to its own connection's; those
/// that it bears on are weighed again, in a bounded way. Nothing walks over old resets.
class Revisions {
 public:
  Revisions(Intake& intake, Judge& judge)
      : intake_(intake), judge_(judge), verdicts_(judge.verdicts()) {}

  /// A segment of a flow that was reset before, no RST and not noted yet: does it belie or settle
  /// a verdict?
  void hear(const Flow& flow, End from, const Segment& segment);
  /// A SYN that opens the next connection of these ports: the very same once more tells of the
  /// reset that had met the one before.
  void hear_of_next(const Flow& before, const Segment& syn) {
    if (before.latest_verdict != 0) notice_same_syn(before, before.end_of(syn.tuple), syn);
  }
  /// The port took a SYN: news to those that wait for it or its host.
  void hear_of_acceptance(const Service& service, Frame frame, Nanos now);
  /// The host closed a connection by FIN, and has just aborted another.
  void hear_of_close(const Host& host, Frame frame, Nanos now);

  /// What this reset tells of the one before it in the same name; its flow's latest is that still.
  void tell_the_last(const Flow& flow, const Reset& r);
  /// A reset that is captured again on a router's other side was not made there.
  void note_copy(std::size_t index, const Reset& copy);
  /// What a new verdict is to others: keeps it open for their news, and tells them its own.
  void tell_others(const Explained& made, std::size_t index, const Flow& flow);

  /// Resets of one flow, from this verdict on, were read anew: those of others that came since had
  /// their word as it was.
  void tell_since(std::size_t first, std::uint32_t flow, const Renumbering& moved, Frame frame);

  /// The same verdict, whose frames are numbered anew. What it cites by now from behind its reset
  /// was shown late, and revises it.
  void renew(std::size_t index, Verdict&& again);
  /// A later frame changes the verdict of a reset, and with it that of its copies.
  void change_verdict(std::size_t index, Verdict&& again, Frame frame);

  /// Weighed once more with what is known by now of the reset, of its hosts and of its port; of its
  /// connection only what came before.
  Verdict weigh_as_then(std::size_t index);

  bool any_belied() const { return !belied_.empty(); }
  /// The reset that this frame shows not to have been its sender's word, or nullptr.
  const Explained* belied_by(Frame frame) const {
    const auto found = belied_.find(frame);
    return found == belied_.end() ? nullptr : &verdicts_[found->second];
  }

 private:
  /// A port that is not heard of within a minute will not explain an old reset any more.
  static constexpr Nanos kPendingFor = 60 * kSecond;

  // revisions.cpp: what later segments of the connection itself tell.
  void settle_flow(const Flow& flow, Frame frame, Nanos now);
  void notice_same_syn(const Flow& flow, End from, const Segment& syn);
  void notice_ignored(std::uint32_t place, const Flow& flow, const Segment& segment);
  void notice_request_alive(const Flow& flow, End from, const Segment& syn_ack);
  void notice_acceptance(const Flow& flow, End from, const Segment& syn_ack);
  void notice_one_sided(const Flow& flow, const Segment& segment);
  void belie(std::size_t index, Frame frame);
  void judge_again(std::size_t index, Frame frame);

  // revisions_hosts.cpp: what a reset tells of its hosts and ports.
  void remember(const Scene& scene, bool loses_state);
  const Host* note_probe(const Scene& scene);
  void note_unserved(const Scene& scene);
  void note_refused_ack(const Scene& scene);
  void note_lost(const Scene& scene);
  void note_abort(const Scene& scene);
  void note_swept(const Scene& scene, Host& host, bool calm);
  void note_shed(const Scene& scene);

  // revisions_pending.cpp: verdicts that wait for news of those.
  void wait_for_more(const Scene& scene, const Verdict& verdict, std::size_t index);
  void hear_and_weigh(std::size_t index, News news, Frame frame);
  void tell(PendingVerdicts::Entry& pending, PendingVerdicts::Kinds kinds, Frame frame);
  void tell_one(PendingVerdicts::Entry& pending, const Clue& clue, Frame frame);
  void weigh_again(std::uint32_t newest, News news, Frame frame, Nanos now);
  void settle(Subject subject, Frame frame, Nanos now);
  void tell_the_refused(std::uint32_t service, Frame frame, Nanos now);
  void tell_neighbours(Subject subject, News news, Frame frame, Nanos since);
  void tell_of_port(Subject port, Frame frame, Nanos now);

  Intake& intake_;
  Judge& judge_;
  Verdicts& verdicts_;
  PendingVerdicts pending_;
  /// By the frame that belies: the place of a verdict.
  std::unordered_map<Frame, std::size_t> belied_;
};

}  // namespace rstcause
