// SPDX-License-Identifier: GPL-2.0-or-later
// Questions about payload: who sent what, what was acknowledged, what can lie unread.
#pragma once

#include "engine/judge/clue.h"

namespace rstcause::clues {

/// A reset stands behind all that its sender had sent: more than a FIN's number ahead of what was
/// captured means that payload was not.
inline bool reset_tells_of_payload(const Scene& s) {
  return s.form == Form::abort_ahead && s.rst.seq.distance_from(s.x().snd_nxt) > 1;
}

/// The other direction was not captured, but this one acknowledges what came on it.
inline bool acknowledged_unseen_payload(const Scene& s) {
  if (s.y().speaks || !s.x().acks || s.y().fin != 0) return false;
  const SeqNum first = s.x().first_ack;
  // A FIN takes one number: what goes beyond that is payload.
  return s.x().rcv_nxt.after(first + 1) || (s.rst.ack_set && s.rst.ack.after(first + 1));
}

inline constexpr Clue nobody_sent_payload{
    "nobody-sent-payload",
    [](const Scene& s) {
      if (s.x().first_data != 0 || s.y().first_data != 0 || reset_tells_of_payload(s) ||
          acknowledged_unseen_payload(s))
        return Answer::no();
      if (!s.flow.seen_from_start() || s.x().unseen != 0 || s.y().unseen != 0)
        return Answer::unknown();
      return Answer::yes(s.rst.frame);
    },
    "Not an octet of payload had passed in either direction."};

inline constexpr Clue resetter_sent_no_payload{
    "resetter-sent-no-payload",
    [](const Scene& s) {
      if (s.x().first_data != 0 || reset_tells_of_payload(s)) return Answer::no();
      if (s.flow.role_basis() < RoleBasis::syn_ack || s.x().unseen != 0) return Answer::unknown();
      return Answer::yes(s.rst.frame);
    },
    "{X} had not sent an octet of payload."};

inline constexpr Clue peer_sent_payload{
    "peer-sent-payload",
    [](const Scene& s) {
      if (s.y().data != 0) return Answer::yes(s.y().data, s.y().data_len);
      if (!s.y().speaks) return Answer::unknown();
      return s.flow.seen_from_start() && s.y().unseen == 0 ? Answer::no() : Answer::unknown();
    },
    "{Y} had sent payload, last {a:octets} here."};

/// Nothing can lie unread where nothing was sent.
inline constexpr Clue nothing_could_be_unread{
    "nothing-could-be-unread",
    [](const Scene& s) {
      const bool speechless = s.y().first_data == 0;
      const bool receipt = s.form == Form::abort && s.rst.ack_set;
      if (!speechless && !(receipt && s.y().syn != 0)) return Answer::no();
      if (s.y().syn == 0 || (speechless && s.y().unseen != 0)) return Answer::unknown();
      // An abort acknowledges RCV.NXT: what it does not reach never lay in order in the queue.
      const bool fin = s.y().fin != 0 && speechless;
      const bool none = !s.rst.ack_set || !s.rst.ack.after(s.y().isn + (fin ? 2U : 1U));
      return Answer::when(none, s.rst.frame);
    },
    "No octet of {y} had arrived in order: nothing could lie unread."};

/// The queue held octets once: what an abort acknowledges had arrived in order.
inline constexpr Clue octets_had_arrived{
    "octets-had-arrived",
    [](const Scene& s) {
      if (s.form != Form::abort || !s.rst.ack_set || s.y().first_data == 0) return Answer::no();
      const SeqNum first = s.y().first_seq;
      return Answer::when(s.rst.ack.after(first), s.y().first_data, s.rst.ack.distance_from(first));
    },
    ""};

/// A client's abort right after the whole answer to its last request: it had what it wanted.
inline constexpr Clue last_request_was_answered{
    "last-request-was-answered",
    [](const Scene& s) {
      if (!s.x_is_client() || s.x().data == 0 || s.y().data == 0) return Answer::no();
      return Answer::when(s.y().data > s.x().data, s.y().data);
    },
    "{Y} had answered {x}'s last request here."};

inline constexpr Clue all_was_acknowledged{
    "all-was-acknowledged",
    [](const Scene& s) {
      if (s.y().data == 0 || !s.x().acks || !s.x().last.seen()) return Answer::no();
      const bool all =
          s.x().rcv_nxt == s.y().snd_nxt && s.x().last.ack_set && s.x().last.frame > s.y().data;
      return Answer::when(all, s.x().last.frame);
    },
    "{X} had acknowledged every octet of {y} before."};

/// The server was still owing the answer, and perhaps had not even read the request.
inline constexpr Clue request_was_unanswered{
    "request-was-unanswered",
    [](const Scene& s) {
      if (!s.x_is_server() || s.y().data == 0) return Answer::no();
      const bool on_its_way = s.rst.ack_set && !s.rst.ack.after(s.y().data_seq);
      if (on_its_way && s.x().data == 0 && s.rst.ack.after(s.y().first_seq))
        return Answer::yes(s.y().first_data);
      if (on_its_way) return Answer::unknown();
      return Answer::when(s.y().data > s.x().data, s.y().data);
    },
    "{Y}'s last payload was never answered."};

/// A client that had only listened (a banner, pushed data) and never said a word.
inline constexpr Clue client_never_spoke{"client-never-spoke",
                                         [](const Scene& s) {
                                           if (!s.x_is_client() || s.y().data == 0)
                                             return Answer::no();
                                           if (!s.flow.seen_from_start() || s.x().unseen != 0)
                                             return Answer::unknown();
                                           return Answer::when(s.x().first_data == 0,
                                                               s.y().first_data);
                                         },
                                         "{Y} spoke first, and {x} never answered."};

/// More of it was on its way, or the last segment was cut from the middle of a message.
inline constexpr Clue peer_was_still_sending{
    "peer-was-still-sending",
    [](const Scene& s) {
      if (s.y().data == 0 || !s.rst.ack_set) return Answer::no();
      const std::uint32_t in_flight =
          s.y().snd_nxt.after(s.rst.ack) ? s.y().snd_nxt.distance_from(s.rst.ack) : 0;
      const bool several = s.y().data_len != 0 && in_flight > s.y().data_len;
      constexpr std::uint32_t kLeastSegment = 500;  // RFC 9293, 3.7.1: 536 without an MSS option
      constexpr std::uint8_t kPush = 0x08;
      const bool cut =
          s.y().data_len >= kLeastSegment && s.y().last.len != 0 && (s.y().last.flags & kPush) == 0;
      return Answer::when(several || cut, s.y().data, s.y().data_len);
    },
    "{Y} was in the middle of sending."};

/// An answer and an abort in one: a program that means its answer to arrive does not do that
/// unless something unread makes its close() an abort.
inline constexpr Clue aborted_over_its_own_answer{
    "aborted-over-its-own-answer",
    [](const Scene& s) {
      if (!s.x_is_server() || s.x().data == 0 || s.x().data < s.y().data) return Answer::no();
      // The answer, not a FIN behind it.
      const SeqNum end = s.x().data_seq + s.x().data_len;
      const bool unconfirmed = !s.y().acks || end.after(s.y().rcv_nxt);
      // An answer that was lost is unconfirmed for long: then no haste is to be seen.
      const Nanos since = s.rst.time - s.x().data_time;
      const bool hasty = since <= (unconfirmed ? 200 * kMillisecond : 5 * kMillisecond);
      return Answer::when(hasty, s.x().data);
    },
    "{X} had hardly sent its answer when it aborted."};

/// Whoever spoke last had read what came before, most programs being written so.
inline constexpr Clue resetter_spoke_last{"resetter-spoke-last",
                                          [](const Scene& s) {
                                            if (s.x().data == 0 || s.y().data == 0)
                                              return Answer::no();
                                            const bool last = s.x().data > s.y().data &&
                                                              !s.rst.habits.x_data_crossed;
                                            return Answer::when(last, s.x().data);
                                          },
                                          "The last payload before the RST was {x}'s own."};

/// Policy is decided on a connection's first payload: a host name, a URL, a signature.
inline constexpr Clue first_payload_was_reset{
    "first-payload-was-reset",
    [](const Scene& s) {
      if (!s.has_trigger() || s.trigger.len == 0) return Answer::unknown();
      const bool first = s.trigger.frame == s.y().first_data && s.x().first_data == 0;
      return Answer::when(first, s.trigger.frame);
    },
    "It was the connection's first payload that was answered by RST."};

/// Filters that read what an end says decide at its first words.
inline constexpr Clue first_words_were_reset{
    "first-words-were-reset",
    [](const Scene& s) {
      if (!s.has_trigger() || s.trigger.len == 0 || s.y().syn == 0) return Answer::unknown();
      return Answer::when(s.trigger.frame == s.y().first_data, s.trigger.frame);
    },
    "It was the first thing that {y} ever said."};

/// Only a program that reads makes room (RFC 9293, 3.8.6.2.2).
inline constexpr Clue room_was_made{
    "room-was-made",
    [](const Scene& s) {
      const Frame update = s.x().window_update;
      return Answer::when(update != 0 && update > s.y().data, update);
    },
    "{X} opened its window here after {y}'s last payload: its program was reading."};

/// The server's program may never have seen the connection at all.
inline constexpr Clue server_never_served{
    "server-never-served",
    [](const Scene& s) {
      if (!s.x_is_server() || octets_had_arrived.ask(s).is_yes()) return Answer::no();
      return resetter_sent_no_payload.ask(s);
    },
    ""};

/// A program that serves such a client says nothing even where it serves it.
inline constexpr Clue client_needs_no_answer{
    "client-needs-no-answer",
    [](const Scene& s) {
      if (!s.x_is_server()) return Answer::no();
      return Answer::when(s.rst.habits.y_needs_no_answer, s.y().data);
    },
    "{Y} had sent piece after piece without a word from {x}: it waits for no answers."};

inline constexpr Clue client_spoke_last{
    "client-spoke-last",
    [](const Scene& s) { return s.x_is_client() ? resetter_spoke_last.ask(s) : Answer::no(); }, ""};

inline constexpr Clue data_came_after_own_fin{
    "data-came-after-own-fin",
    [](const Scene& s) {
      return Answer::when(s.x().fin != 0 && s.y().data > s.x().fin, s.y().data);
    },
    "{Y}'s payload arrived after {x} had sent its FIN."};

inline constexpr Clue acknowledged_only_by_the_reset{
    "acknowledged-only-by-the-reset",
    [](const Scene& s) {
      if (!s.rst.ack_set || !s.x().acks || s.y().data == 0) return Answer::no();
      return Answer::when(s.rst.ack.after(s.x().rcv_nxt), s.y().data,
                          s.rst.ack.distance_from(s.x().rcv_nxt));
    },
    "{a:octets} of {y} had no acknowledgment but the RST's."};

/// What a window says of the queue behind it is known of Linux. lwIP's resets have one window
/// always, Windows' and gVisor's none.
inline bool window_may_tell(const Scene& s) {
  return s.form == Form::abort && s.x().wnd_max != 0 && !s.is_of_another_stack();
}

/// close() flushes the receive queue before the RST is built (Linux __tcp_close), and a reader
/// would have announced the room before (__tcp_cleanup_rbuf): so a window that at least
/// doubles in the RST proves that octets lay unread. Not once the peer's FIN has arrived.
inline constexpr Clue window_jumped{
    "window-jumped",
    [](const Scene& s) {
      if (!window_may_tell(s) || s.y().fin != 0) return Answer::unknown();
      const std::uint32_t last = s.x().last.wnd, now = s.rst.wnd;
      const bool jumped =
          !s.x().last.syn && now > 0 && now >= 2 * last && 2 * last <= s.x().wnd_max;
      return Answer::when(jumped, s.x().last.frame, last, now);
    },
    "{X}'s window was {a} here and is {b} in the RST, without a window update between: close() "
    "threw unread octets away."};

/// Octets left the queue between the last segment and the RST, and no reader had said so. A
/// reader need not while more than half of the window is open (Linux __tcp_cleanup_rbuf()), so
/// this is no proof; but one that keeps up has read before the last ACK.
inline constexpr Clue window_grew{
    "window-grew",
    [](const Scene& s) {
      if (!window_may_tell(s) || s.y().fin != 0) return Answer::unknown();
      if (s.x().last.syn || s.x().last.wnd == 0) return Answer::no();
      const std::uint32_t last = s.x().in_octets(s.x().last.wnd, s.y());
      const std::uint32_t now = s.x().in_octets(s.rst.wnd, s.y());
      // A segment that came since then makes a young socket's window grow (tcp_grow_window()).
      constexpr std::uint32_t kTwoSegments = 2 * 1460;
      const bool nothing_came = s.x().last.ack_set && s.rst.ack_set && s.rst.ack == s.x().last.ack;
      constexpr std::uint32_t kLeastSegment = 536;  // RFC 9293, 3.7.1
      const std::uint32_t least = nothing_came ? kLeastSegment : kTwoSegments;
      // What no socket of this size would offer is no socket's window.
      const std::uint32_t most = s.x().in_octets(s.x().wnd_max, s.y());
      const bool grew = now >= last + least && now <= most + most / 2;
      return Answer::when(grew, s.x().last.frame, last, now);
    },
    "{X}'s window was {a:octets} here and is {b} in the RST: octets left its queue just before."};

/// Programs that read at all read sooner: what a late ACK shows in the queue had been left there.
inline constexpr Clue octets_had_been_left{
    "octets-had-been-left",
    [](const Scene& s) {
      if (!window_grew.ask(s).is_yes()) return Answer::no();
      const Nanos lay = s.x().last.time - s.y().data_time;
      constexpr Nanos kWellAfter = 10 * kMillisecond;
      return Answer::when(s.x().last.frame > s.y().data && lay >= kWellAfter, s.x().last.frame,
                          lay);
    },
    "{a:time} after {y}'s last payload this ACK of {x} shows octets in its queue still."};

/// An abort from outside does not flush the queue (Linux tcp_abort): the window stays shut.
inline constexpr Clue window_stayed_shut{
    "window-stayed-shut",
    [](const Scene& s) {
      if (!window_may_tell(s)) return Answer::unknown();
      const std::uint32_t most = s.x().in_octets(s.x().wnd_max, s.y());
      const std::uint32_t last = s.x().in_octets(s.x().last.wnd, s.y());
      const std::uint32_t now = s.x().in_octets(s.rst.wnd, s.y());
      if (!s.x().last.syn && last == 0 && now == 0 && s.y().fin == 0)
        return Answer::yes(s.x().last.frame, most, now);
      // An octet costs its buffer's share as well, but what was never sent fills none.
      constexpr std::uint32_t kOverhead = 8;
      const bool filled = most - last <= s.y().payload_sent() * kOverhead;
      const bool shrunk = !s.x().last.syn && most - last >= 4096 && most - last >= most / 10 &&
                          filled && s.y().fin == 0;
      return Answer::when(shrunk && now <= last, s.x().last.frame, most, now);
    },
    "{X}'s window had shrunk from {a:octets} and did not reopen in the RST ({b}): no close() "
    "emptied the queue."};

/// A client that opened a connection, said nothing and aborted within a second.
inline constexpr Clue client_tested_the_port{
    "client-tested-the-port",
    [](const Scene& s) {
      if (!s.x_is_client() || s.x().fin != 0 || s.y().fin != 0) return Answer::no();
      const bool silent = nobody_sent_payload.ask(s).is_yes();
      return Answer::when(silent && s.rst.time - s.x().syn_time <= kSecond, s.rst.frame);
    },
    ""};

/// Something was sent and not acknowledged when the connection went.
inline constexpr Clue own_octets_outstanding{
    "own-octets-outstanding",
    [](const Scene& s) {
      if (!s.x().speaks || !s.y().acks) return Answer::unknown();
      return Answer::when(s.x().snd_nxt.after(s.y().rcv_nxt), s.x().last.frame,
                          s.x().snd_nxt.distance_from(s.y().rcv_nxt));
    },
    "{a:octets} of {x}, or its FIN, still had no acknowledgment."};

}  // namespace rstcause::clues
