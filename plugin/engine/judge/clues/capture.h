// SPDX-License-Identifier: GPL-2.0-or-later
// Questions about the capture itself: what it could not show.
#pragma once

#include <algorithm>

#include "engine/judge/clue.h"

namespace rstcause::clues {

inline constexpr Clue is_a_reset{"is-a-reset",
                                 [](const Scene& s) { return Answer::yes(s.rst.frame); },
                                 "This is the RST itself."};

/// Never asked for: the engine cites it where weighing ended by an exception.
inline constexpr Clue analysis_failed{
    "analysis-failed", [](const Scene&) { return Answer::no(); },
    "The analysis of this RST failed inside this program: for want of memory, or by its fault."};

inline constexpr Clue nothing_was_seen_before{
    "nothing-was-seen-before",
    [](const Scene& s) {
      // What is known of the connection by now came after the RST, unless it goes on all the same:
      // then its numbers tell what the RST's are worth.
      const bool first =
          s.flow.first_frame() == s.rst.frame && !s.had_company() && s.rst.went_on == 0;
      const bool nothing = !s.x().speaks && !s.y().speaks && s.rst.astray == Astray::none;
      return Answer::when(first || nothing, s.rst.frame);
    },
    "This RST is the first frame of its connection in the capture."};

/// A SYN is repeated after one second and three (RFC 6298): what opened a connection at the start
/// of a capture may have passed before it.
inline constexpr Clue capture_had_just_begun{"capture-had-just-begun",
                                             [](const Scene& s) {
                                               if (s.x().syn != 0) return Answer::no();
                                               const Nanos since = s.rst.time - s.hosts.since();
                                               return Answer::when(since < 3 * kSecond, s.rst.frame,
                                                                   since);
                                             },
                                             "The capture was {a:time} old."};

/// One direction only: the segments of the other end, and so the trigger, are not to be seen.
inline constexpr Clue peer_was_not_seen{
    "peer-was-not-seen",
    [](const Scene& s) { return Answer::when(s.x().speaks && !s.y().speaks, s.x().last.frame); },
    "Only {x}'s direction was captured."};

inline constexpr Clue resetter_was_not_seen{
    "resetter-was-not-seen",
    [](const Scene& s) {
      // A refused SYN shows nothing of X before either, and lacks nothing.
      const bool refused =
          s.trigger_kind == TriggerKind::syn || (s.y().last.syn && !s.y().last.ack_set);
      return Answer::when(!s.x().speaks && s.y().speaks && !refused, s.y().last.frame);
    },
    "Nothing that {x} sent before was captured."};

/// Whoever answers a segment that was captured tells why by that: it knows no such connection.
inline constexpr Clue answers_a_captured_segment{
    "answers-a-captured-segment",
    [](const Scene& s) {
      return Answer::when(s.is_reply() && s.has_trigger() && s.rst.fresh_trigger, s.trigger.frame);
    },
    ""};

/// Nothing of a socket is in its header. By itself it does not tell whether a listener wrote it.
inline constexpr Clue answers_like_no_socket{
    "answers-like-no-socket",
    [](const Scene& s) {
      const bool bare = !s.rst.ack_set || s.form == Form::reply_to_no_ack;
      return Answer::when(bare && s.rst.wnd == 0 && !s.options.timestamps, s.rst.frame);
    },
    ""};

inline constexpr Clue something_is_missing{
    "something-is-missing",
    [](const Scene& s) {
      const Frame gap = std::max(s.x().unseen, s.y().unseen);
      return Answer::when(gap != 0, gap);
    },
    "This frame shows that a segment before it was not captured."};

inline constexpr Clue connection_seen_from_its_start{
    "connection-seen-from-its-start",
    [](const Scene& s) {
      const bool whole = s.x().unseen == 0 && s.y().unseen == 0 && s.form != Form::abort_ahead;
      return Answer::when(s.flow.seen_from_start() && whole, s.flow.first_frame());
    },
    "The connection was captured from its SYN on."};

}  // namespace rstcause::clues
