// SPDX-License-Identifier: GPL-2.0-or-later
// Questions about the reset's own shape: was it a decision or an answer?
#pragma once

#include "engine/judge/clue.h"

namespace rstcause::clues {

/// Linux tcp_send_active_reset(), BSD tcp_drop(): RST,ACK at SND.NXT, RCV.NXT acknowledged.
inline constexpr Clue is_an_abort{
    "is-an-abort", [](const Scene& s) { return Answer::when(s.is_abort(), s.rst.frame); },
    "This RST has {x}'s own next sequence number and quotes no segment: a decision, not an "
    "answer."};

/// Told where nothing else would stand beside the RST's own header: that is held against what its
/// sender had sent, and this is the latest of it.
inline constexpr Clue follows_its_senders_segments{
    "follows-its-senders-segments",
    [](const Scene& s) { return Answer::when(s.rst.habits.x_last != 0, s.rst.habits.x_last); },
    "The last segment of {x} before the RST, against which the numbers of the RST were held."};

/// What is told in its place where the capture shows nothing of that sender.
inline constexpr Clue is_of_a_known_connection{
    "is-of-a-known-connection",
    [](const Scene& s) {
      const Frame first = s.flow.first_frame();
      return Answer::when(first < s.rst.frame, first);
    },
    "The capture shows this connection from here on, and nothing of {x} before the RST."};

inline constexpr Clue client_reset{"client-reset",
                                   [](const Scene& s) {
                                     if (s.flow.role_basis() == RoleBasis::none)
                                       return Answer::unknown();
                                     return Answer::when(s.x_is_client(), s.rst.frame);
                                   },
                                   ""};

inline constexpr Clue server_reset{"server-reset",
                                   [](const Scene& s) {
                                     if (s.flow.role_basis() == RoleBasis::none)
                                       return Answer::unknown();
                                     return Answer::when(s.x_is_server(), s.rst.frame);
                                   },
                                   ""};

inline constexpr Clue has_a_live_socket{
    "has-a-live-socket",
    [](const Scene& s) {
      if (s.rst.wnd != 0 || s.options.timestamps) {
        return Answer::when(s.form == Form::abort, s.rst.frame, s.rst.wnd);
      }
      return s.rst.header_cut ? Answer::unknown() : Answer::no();
    },
    "The RST still carries the socket's window ({a}) or timestamps: it was made by a live socket."};

/// Sockets abort with RST,ACK (RFC 9293, 3.10.4 and 3.10.5 allow less; Linux, BSD, Windows do).
inline constexpr Clue nothing_drew_the_bare_rst{
    "nothing-drew-the-bare-rst",
    [](const Scene& s) {
      const bool bare =
          s.form == Form::abort_bare || (s.form == Form::abort_ahead && !s.rst.ack_set);
      return Answer::when(bare, s.rst.frame);
    },
    "A RST without ACK that answers nothing: sockets that abort send RST,ACK."};

/// RFC 9293, 3.5.2: SEQ is the ACK of the segment answered, or 0 if that had none.
inline constexpr Clue is_a_reply{
    "is-a-reply",
    [](const Scene& s) { return Answer::when(s.is_reply() && s.has_trigger(), s.trigger.frame); },
    "The RST quotes the numbers of this segment: it is the answer to it (RFC 9293, 3.5.2)."};

/// RFC 9293, 3.5.2: a RST draws none; user-mode NATs answer it all the same.
inline constexpr Clue answers_a_reset{
    "answers-a-reset",
    [](const Scene& s) {
      return Answer::when(s.trigger_kind == TriggerKind::reset, s.trigger.frame);
    },
    "It has the numbers of an answer to this RST, which should have none."};

inline constexpr Clue is_prompt{
    "is-prompt",
    [](const Scene& s) {
      if (!s.has_trigger()) return Answer::unknown();
      return Answer::when(s.prompt(), s.trigger.frame, s.answered_after());
    },
    "It was answered by RST after {a:time}, as fast as {x} ever answers."};

/// RFC 9293, 3.10.7: outside the first SYN every segment of a connection has its ACK bit.
inline constexpr Clue trigger_has_impossible_flags{
    "trigger-has-impossible-flags",
    [](const Scene& s) {
      return Answer::when(s.trigger_kind == TriggerKind::odd, s.trigger.frame, s.trigger.flags);
    },
    "No TCP sends a segment with these flags."};

/// nmap 1024 to 4096 by steps of 1024, masscan 1024, hping3 512.
inline bool is_a_scanners_window(std::uint16_t wnd) {
  return wnd == 512 || wnd == 1024 || wnd == 2048 || wnd == 3072 || wnd == 4096;
}

/// Scanners' segments carry no option.
inline constexpr Clue trigger_has_a_scanners_window{
    "trigger-has-a-scanners-window",
    [](const Scene& s) {
      const std::uint16_t w = s.trigger.wnd;
      const bool scanners = s.has_trigger() && is_a_scanners_window(w) && !s.y().timestamps;
      return Answer::when(scanners, s.trigger.frame, w);
    },
    "Its window, {a}, is one that scanners use, and it carries no options."};

inline constexpr Clue trigger_is_of_a_connection{
    "trigger-is-of-a-connection",
    [](const Scene& s) {
      const bool of_one = s.trigger_kind == TriggerKind::data ||
                          s.trigger_kind == TriggerKind::fin ||
                          s.trigger_kind == TriggerKind::pure_ack;
      return Answer::when(of_one, s.trigger.frame);
    },
    "This segment belongs to a connection that its sender thinks open."};

/// Another connection's stray segment of the same sender, refused as well: whoever has lost one
/// connection has not lost several, each at its first segment.
inline constexpr Clue peer_sent_other_strays{
    "peer-sent-other-strays",
    [](const Scene& s) {
      const Host* prober = s.y_host();
      if (prober == nullptr) return Answer::no();
      const bool others = prober->strays != 0 && prober->stray != s.rst.frame;
      return Answer::when(others, prober->stray, prober->strays);
    },
    "{Y} had sent segments of other connections that do not exist, {a} so far, last here."};

inline constexpr Clue begins_with_payload{
    "begins-with-payload",
    [](const Scene& s) {
      const bool first = s.has_trigger() && s.flow.first_frame() == s.trigger.frame;
      return Answer::when(first && s.trigger.len != 0, s.trigger.frame);
    },
    ""};

/// What came before it on this 4-tuple was refused as no connection's either, each by its own
/// reset.
inline constexpr Clue follows_other_probes{
    "follows-other-probes",
    [](const Scene& s) {
      if (s.x().speaks || s.x_trouble().resets == 0 || s.x_trouble().rst != 0) return Answer::no();
      const Host* prober = s.y_host();
      const bool was_first = s.flow.first_frame() == s.trigger.frame;
      return Answer::when(!was_first && prober != nullptr && prober->strays != 0,
                          s.flow.first_frame());
    },
    "{Y} had sent other segments of no connection before, from here on.", Matter::trouble};

/// Odd flags, or a bare segment of a 4-tuple of which nothing else was seen.
inline constexpr Clue trigger_is_no_connections{
    "trigger-is-no-connections",
    [](const Scene& s) {
      if (s.trigger_kind == TriggerKind::odd) return Answer::yes(s.trigger.frame);
      const bool began_by_syn = s.trigger_kind != TriggerKind::syn_ack && s.y().syn != 0 &&
                                s.y().syn == s.flow.first_frame();
      if (s.x().speaks || began_by_syn || !s.has_trigger()) return Answer::no();
      // Connections from before the capture send data. Scanners do it with a window of theirs.
      const bool empty = s.trigger.len == 0 || trigger_has_a_scanners_window.ask(s).is_yes();
      const bool alone = empty && s.flow.first_frame() == s.trigger.frame;
      return Answer::when(alone || follows_other_probes.ask(s).is_yes(), s.trigger.frame);
    },
    "Nothing else of such a connection was ever seen."};

/// RFC 9293, 3.5.3 and vendors: the RST says itself why it was sent.
inline constexpr Clue states_its_cause{
    "states-its-cause",
    [](const Scene& s) {
      return Answer::when(s.rst.declared.kind != Declared::Kind::none, s.rst.frame);
    },
    "The RST itself states its cause: \"{declared}\".", Matter::statement};

inline constexpr Clue states_no_known_cause{
    "states-no-known-cause",
    [](const Scene& s) { return Answer::when(s.rst.declared.token.empty(), s.rst.frame); }, ""};

/// RFC 8684, 3.5 and 3.6: the options say what this reset means to the whole connection.
inline constexpr Clue has_mp_fastclose{
    "has-mp-fastclose",
    [](const Scene& s) { return Answer::when(s.options.mp_fastclose, s.rst.frame); },
    "The RST carries MP_FASTCLOSE: the whole Multipath TCP connection is aborted (RFC 8684, 3.5).",
    Matter::statement};

inline constexpr Clue has_mp_tcprst{
    "has-mp-tcprst",
    [](const Scene& s) {
      return Answer::when(s.options.mp_tcprst, s.rst.frame, s.options.mp_tcprst_reason);
    },
    "The RST carries MP_TCPRST, reason {a} (RFC 8684, 3.6).", Matter::statement};

inline constexpr Clue answers_an_mp_join{
    "answers-an-mp-join",
    [](const Scene& s) {
      const bool join =
          s.y().shape.mp_join && s.is_reply() && s.y().payload_sent() == 0 && !s.x_is_client();
      return Answer::when(join, s.y().syn);
    },
    "The SYN asked to join a Multipath TCP connection (MP_JOIN)."};

}  // namespace rstcause::clues
