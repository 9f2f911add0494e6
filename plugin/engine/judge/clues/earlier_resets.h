// SPDX-License-Identifier: GPL-2.0-or-later
// Questions about resets before this one: whose they were, and who can have known of them.
#pragma once

#include "engine/judge/clue.h"
#include "engine/judge/clues/identity.h"
#include "engine/judge/clues/scanning.h"

namespace rstcause::clues {

/// The frame of an end's reset if it came before this one: a verdict may be taken up again
/// when its flow has gone on.
inline Frame earlier_reset(const Scene& s, const Trouble& trouble) {
  return trouble.rst < s.rst.frame ? trouble.rst : 0;
}

/// The trigger was overtaken on its way: when X last spoke, long after it was sent, X did not have
/// it yet.
inline bool trigger_was_overtaken(const Scene& s) {
  const SegmentHeader& spoke = s.x().last;
  const Habits& h = s.rst.habits;
  if (!s.has_trigger() || s.trigger.seq_len() == 0 || !h.x_acked || spoke.frame != h.x_last)
    return false;
  return spoke.frame > s.trigger.frame && s.trigger.seq_end().after(h.x_rcv_nxt) &&
         !is_quick_answer(spoke.time - s.trigger.time, s.x());
}

/// Y's reset had no time to reach X, and X's answer none to come back: half of X's quickest answer.
inline bool reset_was_still_under_way(const Scene& s) {
  const std::uint32_t usual = usual_reaction(s);
  if (usual == Endpoint::kNoReaction) return false;
  return 2 * (s.rst.time - s.y_trouble().rst_time) < Nanos{usual} * kMicrosecond;
}

/// A trigger on its way before that reset tells of the time before it, unless X met it later.
inline bool trigger_met_the_reset(const Scene& s, Frame rst) {
  if (s.trigger.frame >= rst) return true;
  return trigger_was_overtaken(s) && !reset_was_still_under_way(s);
}

inline constexpr Clue had_reset_before{
    "had-reset-before",
    [](const Scene& s) {
      const Frame own = earlier_reset(s, s.x_trouble()), theirs = earlier_reset(s, s.y_trouble());
      // Every SYN-ACK that comes too late is refused anew, each for the same cause.
      if (s.trigger_kind == TriggerKind::syn_ack && s.state == State::syn_sent) return Answer::no();
      if (refuses_a_syn_ack_unseen(s)) return Answer::no();
      // A probe of no connection is one more probe, however many were answered before.
      if (!s.x().speaks && (s.trigger_kind == TriggerKind::odd || s.y().first_data == 0))
        return Answer::no();
      const bool echo =
          theirs != 0 && theirs < own && s.is_reply() && trigger_met_the_reset(s, theirs);
      return Answer::when(own != 0 && !echo, own);
    },
    "{X} had already reset this connection here.", Matter::trouble};

/// A RST that X got under the address or port that the connection had before a NAT forgot it.
inline Frame reset_under_another_name(const Scene& s) {
  const Flow* const former =
      s.rst.astray == Astray::goes_on ? s.flow.fellow(s.rst.fellow) : nullptr;
  if (former == nullptr) return 0;
  for (const End end : {End::a, End::b}) {
    if (former->port(end) != s.x_port() || !(former->address(end) == s.x_address())) continue;
    const Frame rst = former->trouble(other(end)).rst;
    return rst < s.trigger.frame ? rst : 0;
  }
  return 0;
}

inline constexpr Clue was_reset_before{
    "was-reset-before",
    [](const Scene& s) {
      // A program that writes its segments itself has no socket to lose.
      if (scanner_ends_a_refusal.ask(s).is_yes()) return Answer::no();
      if (s.trigger_kind == TriggerKind::reset) return Answer::yes(s.trigger.frame);
      const Frame own = earlier_reset(s, s.x_trouble()), theirs = earlier_reset(s, s.y_trouble());
      if (theirs == 0 || (own != 0 && own < theirs)) return Answer::no();
      // A socket that aborts by itself has not heard of that reset.
      return Answer::when(s.is_reply() && trigger_met_the_reset(s, theirs), theirs);
    },
    "{Y} had already reset this connection here.", Matter::trouble};

/// A host that knows nothing of a connection may have been told by a RST that did not pass here:
/// lost before, or sent to it alone.
inline constexpr Clue was_reset_under_another_name{
    "was-reset-under-another-name",
    [](const Scene& s) {
      const Frame rst = reset_under_another_name(s);
      return Answer::when(rst != 0, rst);
    },
    "{X} got this RST in the connection that the segment goes on from.", Matter::trouble};

inline constexpr Clue was_reset_under_any_name{
    "was-reset-under-any-name",
    [](const Scene& s) {
      const Answer seen = was_reset_before.ask(s);
      return seen.is_yes() ? seen : was_reset_under_another_name.ask(s);
    },
    ""};

inline constexpr Clue may_have_been_reset{
    "may-have-been-reset",
    [](const Scene& s) {
      const Answer seen = was_reset_under_any_name.ask(s);
      if (seen.is_yes()) return seen;
      if (earlier_reset(s, s.x_trouble()) != 0 || s.x().fin != 0 || !s.x().speaks) return seen;
      const bool connecting = s.state == State::syn_sent && s.trigger_kind == TriggerKind::syn_ack;
      return s.state == State::established || connecting ? Answer::unknown() : seen;
    },
    ""};

}  // namespace rstcause::clues
