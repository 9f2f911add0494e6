// SPDX-License-Identifier: GPL-2.0-or-later
// Questions about the reset's own shape: was it a decision or an answer?
#pragma once

#include "engine/clue.h"

namespace rstcause::clues {

/// Linux tcp_send_active_reset(), BSD tcp_drop(): RST,ACK at SND.NXT, RCV.NXT acknowledged.
inline constexpr Clue is_an_abort{
    "is-an-abort", [](const Scene& s) { return Answer::when(s.is_abort(), s.rst.frame); },
    "This RST stands at {x}'s own next sequence number and quotes no segment: its own decision, not an answer."};

inline constexpr Clue client_reset{
    "client-reset",
    [](const Scene& s) {
      if (s.flow.role_basis() == RoleBasis::none) return Answer::unknown();
      return Answer::when(s.x_is_client(), s.rst.frame);
    },
    ""};

inline constexpr Clue server_reset{
    "server-reset",
    [](const Scene& s) {
      if (s.flow.role_basis() == RoleBasis::none) return Answer::unknown();
      return Answer::when(s.x_is_server(), s.rst.frame);
    },
    ""};

inline constexpr Clue has_a_live_socket{
    "has-a-live-socket",
    [](const Scene& s) { return Answer::when(s.form == Form::abort, s.rst.frame, s.rst.wnd); },
    "The RST still carries the socket's window ({a}) or timestamps: it was made by a live socket."};

/// RFC 9293, 3.5.2: SEQ is the ACK of the segment answered, or 0 if that had none.
inline constexpr Clue is_a_reply{
    "is-a-reply",
    [](const Scene& s) { return Answer::when(s.is_reply() && s.has_trigger(), s.trigger.frame); },
    "The RST quotes the numbers of this segment: it is the answer to it (RFC 9293, 3.5.2)."};

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
    [](const Scene& s) { return Answer::when(s.trigger_kind == TriggerKind::odd, s.trigger.frame, s.trigger.flags); },
    "No TCP sends a segment with these flags."};

inline constexpr Clue trigger_is_of_a_connection{
    "trigger-is-of-a-connection",
    [](const Scene& s) {
      const bool of_one = s.trigger_kind == TriggerKind::data || s.trigger_kind == TriggerKind::fin ||
                          s.trigger_kind == TriggerKind::pure_ack;
      return Answer::when(of_one, s.trigger.frame);
    },
    "This segment belongs to a connection that its sender thinks open."};

/// Odd flags, or a bare segment of a 4-tuple of which nothing else was seen.
inline constexpr Clue trigger_is_no_connections{
    "trigger-is-no-connections",
    [](const Scene& s) {
      if (s.trigger_kind == TriggerKind::odd) return Answer::yes(s.trigger.frame);
      const bool alone = !s.x().speaks && s.y().syn == 0 && s.trigger.len == 0 && !s.trigger.syn &&
                         s.flow.first_frame() == s.trigger.frame;
      return Answer::when(alone && s.has_trigger(), s.trigger.frame);
    },
    "Nothing else of such a connection was ever seen."};

}  // namespace rstcause::clues
