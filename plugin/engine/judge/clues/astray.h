// SPDX-License-Identifier: GPL-2.0-or-later
// Questions about other connections of the capture: was this one translated, and not back?
#pragma once

#include "engine/judge/clue.h"
#include "engine/judge/clues/form.h"
#include "engine/judge/clues/scanning.h"

namespace rstcause::clues {

/// Both numbers tell so: no accident brings them together.
inline constexpr Clue is_of_another_connection{
    "is-of-another-connection",
    [](const Scene& s) { return Answer::when(s.rst.astray != Astray::none, s.rst.continues); }, ""};

inline constexpr Clue continues_another_connection{
    "continues-another-connection",
    [](const Scene& s) { return Answer::when(s.rst.astray == Astray::goes_on, s.rst.continues); },
    "A segment of other addresses or ports ends where the segment that was reset goes on, by both "
    "its numbers: it is the same connection, translated anew."};

inline constexpr Clue was_translated_before{
    "was-translated-before",
    [](const Scene& s) {
      return Answer::when(s.rst.astray == Astray::untranslated, s.rst.continues);
    },
    "So far the segments of {y} were captured behind the router with other addresses, as here; the "
    "one that was reset passed it untranslated."};

/// A reply that comes from where the NAT had sent the SYN, not from where the client had.
inline constexpr Clue syn_went_elsewhere{
    "syn-went-elsewhere",
    [](const Scene& s) {
      return Answer::when(s.rst.astray == Astray::acks_its_syn, s.rst.continues);
    },
    "{X} had sent the very SYN that this SYN-ACK acknowledges, from the very port, but to "
    "{fellow:peer}: the reply was not translated back."};

inline constexpr Clue has_anothers_numbers{
    "has-anothers-numbers",
    [](const Scene& s) {
      return Answer::when(s.rst.astray == Astray::has_its_numbers, s.rst.continues);
    },
    "The RST answers this segment, by its numbers, which {y} had sent to {fellow:peer} from the "
    "very port: it is of that connection, and was not translated back."};

/// A socket in SYN-SENT that repeats its SYN was not what had reset the SYN-ACK.
inline constexpr Clue same_syn_came_again{
    "same-syn-came-again",
    [](const Scene& s) {
      const bool refused = s.trigger_kind == TriggerKind::syn_ack && s.state == State::syn_sent;
      return Answer::when(s.rst.same_syn != 0 && refused, s.rst.same_syn);
    },
    "{X} repeats the very SYN here: its socket lives, and had not got the SYN-ACK that the RST "
    "answers.",
    Matter::sequel};

/// The same of an operating system's SYN. Programs that write their segments themselves repeat them
/// under the eyes of a kernel that resets each answer.
inline constexpr Clue socket_never_got_the_syn_ack{
    "socket-never-got-the-syn-ack",
    [](const Scene& s) {
      return syn_is_bare.ask(s).is_no() ? same_syn_came_again.ask(s) : Answer::no();
    },
    same_syn_came_again.sentence, Matter::sequel};

/// What a translator in the path can have lost: a segment of a connection, or the way back of an
/// answer.
inline constexpr Clue translation_may_be_lost{"translation-may-be-lost",
                                              [](const Scene& s) {
                                                if (syn_went_elsewhere.ask(s).is_yes())
                                                  return Answer::yes(s.trigger.frame);
                                                if (socket_never_got_the_syn_ack.ask(s).is_yes())
                                                  return Answer::yes(s.trigger.frame);
                                                return trigger_is_of_a_connection.ask(s);
                                              },
                                              trigger_is_of_a_connection.sentence};

}  // namespace rstcause::clues
