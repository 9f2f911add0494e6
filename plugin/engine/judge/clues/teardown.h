// SPDX-License-Identifier: GPL-2.0-or-later
// Questions about FIN, RST before this one, and what came after the end.
#pragma once

#include <algorithm>

#include "engine/judge/clue.h"

namespace rstcause::clues {

/// How long Linux (tcp_fin_timeout) and BSD keep a closed half without a word.
inline constexpr Nanos kFinTimeout = 60 * kSecond;
/// A program that waits for the peer's next word meets the end of file within this.
inline constexpr Nanos kAtEndOfFile = 20 * kMillisecond;

/// The frame of an end's reset if it came before this one: a verdict may be taken up again
/// when its flow has gone on.
inline Frame earlier_reset(const Scene& s, const Trouble& trouble) {
  return trouble.rst < s.rst.frame ? trouble.rst : 0;
}

inline constexpr Clue had_reset_before{
    "had-reset-before",
    [](const Scene& s) {
      const Frame own = earlier_reset(s, s.x_trouble()), theirs = earlier_reset(s, s.y_trouble());
      // Every SYN-ACK that comes too late is refused anew, each for the same cause.
      if (s.trigger_kind == TriggerKind::syn_ack && s.state == State::syn_sent) return Answer::no();
      // A probe of no connection is one more probe, however many were answered before.
      if (!s.x().speaks && (s.trigger_kind == TriggerKind::odd || s.y().first_data == 0))
        return Answer::no();
      // A trigger on its way before the other end's reset tells nothing of that.
      const bool echo = theirs != 0 && theirs < own && s.is_reply() && s.trigger.frame > theirs;
      return Answer::when(own != 0 && !echo, own);
    },
    "{X} had already reset this connection here.", Matter::trouble};

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

inline constexpr Clue was_reset_before{
    "was-reset-before",
    [](const Scene& s) {
      const Frame own = earlier_reset(s, s.x_trouble()), theirs = earlier_reset(s, s.y_trouble());
      if (theirs == 0 || (own != 0 && own < theirs)) return Answer::no();
      // A trigger on its way before that reset tells of the time before it, and a socket that
      // aborts by itself has not heard of it.
      const bool met_since = s.trigger.frame > theirs || trigger_was_overtaken(s);
      return Answer::when(s.is_reply() && met_since, theirs);
    },
    "{Y} had already reset this connection here.", Matter::trouble};

/// A host that knows nothing of a connection may have been told by a RST that did not pass here:
/// lost before, or sent to it alone.
inline constexpr Clue may_have_been_reset{
    "may-have-been-reset",
    [](const Scene& s) {
      const Answer seen = was_reset_before.ask(s);
      if (seen.is_yes()) return seen;
      if (earlier_reset(s, s.x_trouble()) != 0 || s.x().fin != 0 || !s.x().speaks) return seen;
      const bool connecting = s.state == State::syn_sent && s.trigger_kind == TriggerKind::syn_ack;
      return s.state == State::established || connecting ? Answer::unknown() : seen;
    },
    ""};

inline constexpr Clue both_had_closed{"both-had-closed",
                                      [](const Scene& s) {
                                        const bool both =
                                            s.x().fin != 0 && s.y().fin != 0 && s.has_trigger() &&
                                            s.trigger.frame > std::max(s.x().fin, s.y().fin);
                                        return Answer::when(both, std::max(s.x().fin, s.y().fin));
                                      },
                                      "Both ends had closed: this is the last FIN."};

/// The segment that drew the reset has payload that X did not own to have.
inline bool trigger_brings_news(const Scene& s) {
  return s.has_trigger() && s.trigger.len != 0 &&
         !(s.x().acks && !s.trigger.seq_end().after(s.x().rcv_nxt));
}

/// The connection was over for the resetter: by its own reset, or by both FINs where nothing
/// new came (new data after both FINs is data after close).
inline constexpr Clue had_ended_before{"had-ended-before",
                                       [](const Scene& s) {
                                         const Answer reset = had_reset_before.ask(s);
                                         if (reset.is_yes() || earlier_reset(s, s.y_trouble()) != 0)
                                           return reset;
                                         return trigger_brings_news(s) ? Answer::no()
                                                                       : both_had_closed.ask(s);
                                       },
                                       ""};

inline constexpr Clue had_closed{
    "had-closed",
    [](const Scene& s) {
      if (s.x().fin == 0) return s.x().unseen != 0 ? Answer::unknown() : Answer::no();
      return Answer::yes(s.x().fin);
    },
    "{X} had closed here: after this FIN it sends no more, and after a "
    "close() nobody reads any more either."};

/// A FIN waits behind the data that it follows: where these have filled the peer's window, a closed
/// socket cannot say so.
inline constexpr Clue had_no_room_for_a_fin{
    "had-no-room-for-a-fin",
    [](const Scene& s) {
      return Answer::when(s.x().fin == 0 && s.rst.habits.x_filled_window, s.x().data);
    },
    "Up to here {x} had filled the window of {y}: if it closed, its FIN had to wait."};

/// ... and it stayed shut.
inline constexpr Clue fin_waited_behind_a_shut_window{
    "fin-waited-behind-a-shut-window",
    [](const Scene& s) {
      const Frame shut = s.y_trouble().zero_window;
      const bool knocked = s.x_trouble().window_probes.total != 0;
      return Answer::when(shut != 0 && knocked && had_no_room_for_a_fin.ask(s).is_yes(), shut);
    },
    "{Y} shut its window here.", Matter::trouble};

inline constexpr Clue may_have_closed{
    "may-have-closed",
    [](const Scene& s) {
      return had_no_room_for_a_fin.ask(s).is_yes() ? Answer::unknown() : had_closed.ask(s);
    },
    had_closed.sentence};

inline constexpr Clue data_came_after_the_fin{
    "data-came-after-the-fin",
    [](const Scene& s) {
      if (!s.has_trigger()) return Answer::unknown();
      return Answer::when(trigger_brings_news(s), s.trigger.frame, s.trigger.len);
    },
    "{Y} sent {a} more octets, which {x} had no use for."};

/// Less than one round trip between FIN and data: neither end could know better.
inline constexpr Clue sent_before_the_fin_could_arrive{
    "sent-before-the-fin-could-arrive",
    [](const Scene& s) {
      if (s.x().fin == 0 || !s.has_trigger()) return Answer::no();
      const bool unheard = !s.trigger.ack_set || !s.trigger.ack.after(s.x().fin_seq);
      return Answer::when(unheard && s.x().fin_acked == 0, s.trigger.frame);
    },
    "{Y} had not seen the FIN when it sent this: the two crossed."};

inline constexpr Clue peer_had_closed{
    "peer-had-closed", [](const Scene& s) { return Answer::when(s.y().fin != 0, s.y().fin); },
    "{Y} had closed its half here."};

/// End of file makes a program close at once. Whoever destroys connections from outside, or stops
/// a listener whose program never saw them, does not wait for a FIN.
inline constexpr Clue aborted_on_the_peers_fin{
    "aborted-on-the-peers-fin",
    [](const Scene& s) {
      if (!s.is_abort() || s.y().fin == 0 || s.x().fin != 0) return Answer::no();
      const Nanos since = s.rst.time - s.y().fin_time;
      // Away from X its quickest answer takes the path both ways.
      const bool soon = since <= kAtEndOfFile || is_as_quick_as_ever(since, s.x());
      return Answer::when(since >= 0 && soon, s.y().fin, since);
    },
    "{Y} closed here, and the RST followed {a:time} later: {x}'s program met the end of file."};

inline constexpr Clue within_the_fin_timeout{
    "within-the-fin-timeout",
    [](const Scene& s) {
      if (s.x().fin == 0 || !s.has_trigger()) return Answer::unknown();
      const Nanos since =
          s.trigger.time - (s.x().fin_acked != 0 ? s.x().fin_acked_time : s.x().fin_time);
      // What passed here before the FIN did can have met it all the same: nothing to tell then.
      return Answer::when(since <= kFinTimeout, since < 0 ? 0 : s.trigger.frame, since);
    },
    "It came {a:time} after the close."};

/// Once its FIN is acknowledged a host may forget the connection when it likes: most wait for a
/// minute, Linux not at all when its table of such connections is full (tcp_max_tw_buckets) or the
/// program has asked for that (TCP_LINGER2).
inline constexpr Clue could_have_expired{
    "could-have-expired",
    [](const Scene& s) {
      if (s.x().fin == 0 || !s.has_trigger()) return Answer::no();
      // Its timer starts with the FIN's acknowledgment, seen here or not: never before the FIN.
      if (s.x().fin_acked == 0) {
        const bool soon = s.trigger.time - s.x().fin_time < kSecond;
        return soon ? Answer::no() : Answer::unknown();
      }
      return Answer::when(s.x().fin_acked < s.trigger.frame, s.trigger.frame);
    },
    ""};

/// No timer of FIN-WAIT-2 is shorter (Linux tcp_fin_timeout counts seconds).
inline constexpr Clue no_timer_is_so_short{
    "no-timer-is-so-short",
    [](const Scene& s) {
      if (s.x().fin_acked == 0 || !s.has_trigger()) return Answer::unknown();
      return Answer::when(s.trigger.time - s.x().fin_acked_time < kSecond, s.trigger.frame);
    },
    ""};

/// Until its FIN is acknowledged a socket cannot have been forgotten, short of giving up.
inline constexpr Clue fin_was_unacknowledged{
    "fin-was-unacknowledged",
    [](const Scene& s) {
      return could_have_expired.ask(s).is_no() ? within_the_fin_timeout.ask(s) : Answer::no();
    },
    ""};

inline constexpr Clue past_the_fin_timeout{
    "past-the-fin-timeout",
    [](const Scene& s) {
      if (s.x().fin_acked == 0 || !s.has_trigger()) return Answer::no();
      const Nanos since = s.trigger.time - s.x().fin_acked_time;
      return Answer::when(since > kFinTimeout, s.trigger.frame, since);
    },
    "It came {a:time} after the FIN was acknowledged: longer than FIN-WAIT-2 lasts."};

/// net/ipv4/tcp_input.c, tcp_rcv_state_process(), TCP_FIN_WAIT1 with linger2 < 0.
inline constexpr Clue answers_the_ack_of_the_fin{
    "answers-the-ack-of-the-fin",
    [](const Scene& s) {
      if (!s.has_trigger() || s.x().fin == 0) return Answer::no();
      const bool only =
          s.trigger_kind == TriggerKind::pure_ack && s.trigger.frame == s.x().fin_acked;
      // Paths grow longer, if not by that much; no timer of a closed half runs for less than a
      // second.
      const bool known = s.x().reaction_us != Endpoint::kNoReaction;
      const Nanos path = std::max(8 * Nanos{s.x().reaction_us} * kMicrosecond, 2 * kAllAtOnce);
      const bool soon = s.answered_after() <= (known ? std::min(path, kSecond / 2) : kSecond / 2);
      return Answer::when(only && (s.prompt() || soon), s.trigger.frame);
    },
    "The RST answers the bare acknowledgment of {x}'s FIN."};

inline constexpr Clue closed_and_reset_at_once{
    "closed-and-reset-at-once",
    [](const Scene& s) {
      if (s.x().fin == 0) return Answer::no();
      return Answer::when(s.rst.time - s.x().fin_time <= kMillisecond, s.x().fin);
    },
    "{X}'s FIN went out in the same instant: shutdown(SHUT_WR) and then an abort."};

/// Java's Socket.close() (JDK 13 on) and Python's socketserver shut their half before they close,
/// unless SO_LINGER 0 is set: then a RST behind the FIN means octets unread. Only proxies
/// (HAProxy's nolinger) do both: most often as servers, but to their own servers, too.
inline constexpr Clue client_closed_and_reset_at_once{
    "client-closed-and-reset-at-once",
    [](const Scene& s) { return s.x_is_client() ? closed_and_reset_at_once.ask(s) : Answer::no(); },
    ""};

/// An answer after the own close is that of a host whose close is over; a notice out of the blue
/// may come from a device that clears its table of half-closed connections, too.
inline constexpr Clue answers_after_its_close{
    "answers-after-its-close",
    [](const Scene& s) { return s.is_reply() ? had_closed.ask(s) : Answer::no(); }, ""};

/// Beyond the path the ACK of the FIN, and data that left right behind it, draw answers that look
/// alike.
inline constexpr Clue answers_data_behind_the_ack{
    "answers-data-behind-the-ack",
    [](const Scene& s) {
      if (!s.is_reply() || s.trigger_kind != TriggerKind::data || s.x().fin_acked == 0)
        return Answer::no();
      const Nanos behind = s.trigger.time - s.x().fin_acked_time;
      return Answer::when(behind > 0 && behind <= 100 * kMillisecond, s.x().fin_acked);
    },
    ""};

/// The only resets of TCP_LINGER2 below zero: the answer to the ACK of the FIN, or an abort in
/// FIN-WAIT-2.
inline constexpr Clue could_be_linger2{
    "could-be-linger2",
    [](const Scene& s) {
      if (s.is_abort()) return Answer::when(s.state == State::fin_wait_2, s.x().fin);
      const Answer ack = answers_the_ack_of_the_fin.ask(s);
      return ack.is_yes() ? ack : answers_data_behind_the_ack.ask(s);
    },
    ""};

inline constexpr Clue nobody_had_closed{
    "nobody-had-closed",
    [](const Scene& s) { return Answer::when(s.x().fin == 0 && s.y().fin == 0, s.rst.frame); },
    "Neither end had closed."};

inline constexpr Clue waits_in_fin_wait_2{
    "waits-in-fin-wait-2",
    [](const Scene& s) { return Answer::when(s.state == State::fin_wait_2, s.x().fin); },
    "{X} had closed its half and the FIN was acknowledged."};

}  // namespace rstcause::clues
