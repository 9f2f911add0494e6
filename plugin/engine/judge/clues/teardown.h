// SPDX-License-Identifier: GPL-2.0-or-later
// Questions about FINs, and what came after them.
#pragma once

#include <algorithm>

#include "engine/judge/clue.h"
#include "engine/judge/clues/earlier_resets.h"
#include "engine/judge/clues/identity.h"

namespace rstcause::clues {

/// How long Linux (tcp_fin_timeout) and BSD keep a closed half without a word.
inline constexpr Nanos kFinTimeout = 60 * kSecond;
/// A program that waits for the peer's next word meets the end of file within this.
inline constexpr Nanos kAtEndOfFile = 20 * kMillisecond;

inline constexpr Clue both_had_closed{"both-had-closed",
                                      [](const Scene& s) {
                                        const bool both =
                                            s.x().fin != 0 && s.y().fin != 0 && s.has_trigger() &&
                                            s.trigger.frame > std::max(s.x().fin, s.y().fin);
                                        return Answer::when(both, std::max(s.x().fin, s.y().fin));
                                      },
                                      "Both ends had closed: this is the last FIN."};

/// The segment that drew the reset has payload that X did not own to have; or that user-mode NATs
/// and proxies acknowledge before they hear that nobody behind them wants it.
inline bool trigger_brings_news(const Scene& s) {
  if (!s.has_trigger() || s.trigger.len == 0) return false;
  const bool latest = s.trigger.frame == s.y().data && s.is_reply();
  return latest || !s.x().acks || s.trigger.seq_end().after(s.x().rcv_nxt);
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

/// The FIN of X under the address that Y knows it by, where this reset came under another one.
inline Frame fin_under_another_name(const Scene& s) {
  const Flow* const fellow =
      s.rst.astray == Astray::has_its_numbers ? s.flow.fellow(s.rst.fellow) : nullptr;
  if (fellow == nullptr) return 0;
  const bool y_is_a =
      fellow->port(End::a) == s.y_port() && fellow->address(End::a) == s.y_address();
  const Frame fin = fellow->at(y_is_a ? End::b : End::a).fin;
  return fin < s.trigger.frame ? fin : 0;
}

inline constexpr Clue had_closed_under_another_name{"had-closed-under-another-name",
                                                    [](const Scene& s) {
                                                      const Frame fin = fin_under_another_name(s);
                                                      return Answer::when(fin != 0, fin);
                                                    },
                                                    had_closed.sentence};

inline constexpr Clue may_have_closed{
    "may-have-closed",
    [](const Scene& s) {
      const Answer elsewhere = had_closed_under_another_name.ask(s);
      if (elsewhere.is_yes()) return elsewhere;
      return had_no_room_for_a_fin.ask(s).is_yes() ? Answer::unknown() : had_closed.ask(s);
    },
    had_closed.sentence};

/// One direction only: in FIN-WAIT and TIME-WAIT a late FIN is acknowledged, and new data draws a
/// bare RST of the number behind the FIN (Linux tcp_rcv_state_process(), tcp_v4_send_reset()).
inline constexpr Clue late_data_was_not_captured{
    "late-data-was-not-captured",
    [](const Scene& s) {
      if (s.y().speaks || s.x().fin == 0 || s.has_trigger()) return Answer::no();
      const bool answer = !s.rst.ack_set && s.rst.wnd == 0 && s.rst.seq == s.x().fin_seq + 1;
      const bool soon = s.rst.time - s.x().fin_time <= kFinTimeout;
      return Answer::when(answer && soon, s.rst.frame, s.rst.seq.raw());
    },
    "A RST without ACK, with the number after the FIN ({a}): so a host answers data that came "
    "after its close, which are not in the capture."};

/// The answer to a segment, captured or not.
inline constexpr Clue is_a_reply_or_must_be{"is-a-reply-or-must-be",
                                            [](const Scene& s) {
                                              const Answer unseen =
                                                  late_data_was_not_captured.ask(s);
                                              return unseen.is_yes() ? unseen : is_a_reply.ask(s);
                                            },
                                            ""};

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
/// may come from a device that clears its table of half-closed connections, too, and so may the
/// answer to what never reached the host.
inline constexpr Clue answers_after_its_close{
    "answers-after-its-close",
    [](const Scene& s) {
      if (!s.is_reply() || trigger_was_not_passed_on.ask(s).is_yes()) return Answer::no();
      return had_closed.ask(s);
    },
    ""};

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

/// A server decides on the head of a request whether to serve it. One that has taken much of it,
/// and closes without a word while it still comes, has ended most likely, and with it its listener.
inline constexpr Clue program_ended_unanswered{
    "program-ended-unanswered",
    [](const Scene& s) {
      const Endpoint &x = s.x(), &y = s.y();
      if (!s.x_is_server() || x.fin == 0 || x.syn == 0 || x.first_data != 0 || y.data == 0)
        return Answer::no();
      constexpr Nanos kLongSince = 100 * kMillisecond, kStillComing = 50 * kMillisecond;
      const bool still_coming = x.acks && x.fin_time - y.data_time <= kStillComing;
      return Answer::when(still_coming && x.fin_time - x.syn_time > kLongSince, x.fin);
    },
    ""};

inline constexpr Clue nobody_had_closed{
    "nobody-had-closed",
    [](const Scene& s) { return Answer::when(s.x().fin == 0 && s.y().fin == 0, s.rst.frame); },
    "Neither end had closed."};

/// Had Y acknowledged X's FIN before the trigger? Captures lose segments: the FIN may be known by
/// its acknowledgment alone, and that acknowledgment by the time that has passed, for no TCP holds
/// one back so long (RFC 9293, 3.8.6.3; Linux TCP_DELACK_MAX).
inline bool fin_was_acknowledged_before(const Scene& s) {
  constexpr Nanos kHeldBack = 200 * kMillisecond;
  const Endpoint &x = s.x(), &y = s.y();
  if (x.fin_acked != 0 && x.fin_acked < s.trigger.frame) return s.state == State::fin_wait_2;
  if (y.fin != 0 || !s.has_trigger()) return false;
  if (x.fin == 0) return x.unseen != 0 && x.unseen < s.trigger.frame;
  const Nanos path = y.reaction_us != Endpoint::kNoReaction ? y.reaction_us * kMicrosecond : 0;
  const bool knew = s.trigger.ack_set && s.trigger.ack.after(x.fin_seq);
  return knew && s.trigger.time - x.fin_time > kHeldBack + path;
}

/// Linux keeps a bucket (TIME-WAIT) for a socket that its program has closed once the FIN is
/// acknowledged, and answers from it; until then the socket itself does. A segment that carries the
/// first acknowledgment meets the socket still.
inline constexpr Clue had_become_a_bucket{
    "had-become-a-bucket",
    [](const Scene& s) {
      // The ACK of the FIN has come by now, though nothing of that direction was captured.
      constexpr Nanos kAckedByNow = 200 * kMillisecond;
      if (late_data_was_not_captured.ask(s).is_yes())
        return Answer::when(s.rst.time - s.x().fin_time > kAckedByNow, s.x().fin);
      return Answer::when(fin_was_acknowledged_before(s),
                          s.x().fin != 0 ? s.x().fin : s.x().unseen);
    },
    ""};

inline constexpr Clue waits_in_fin_wait_2{
    "waits-in-fin-wait-2",
    [](const Scene& s) { return Answer::when(s.state == State::fin_wait_2, s.x().fin); },
    "{X} had closed its half and the FIN was acknowledged."};

}  // namespace rstcause::clues
