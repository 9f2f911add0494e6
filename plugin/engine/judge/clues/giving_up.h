// SPDX-License-Identifier: GPL-2.0-or-later
// Questions about an end that repeats itself in vain and says so by a reset.
#pragma once

#include "engine/judge/clue.h"

namespace rstcause::clues {

/// What X had repeated without a word from Y about it.
struct InVain {
  enum class What : std::uint8_t { nothing, syn, syn_ack, octets };
  What what = What::nothing;
  Frame first = 0, last = 0;
  std::uint32_t count = 0;
  Nanos gap = 0;   ///< Between the last two firings of its timer.
  Nanos then = 0;  ///< From the last of them to the reset.
};

/// Its SYN as long as nobody answers, its SYN-ACK as long as nobody acknowledges it (the SYN may
/// come again), its octets or its FIN as long as Y says nothing.
inline InVain repeated_in_vain(const Scene& s) {
  const Trouble& t = s.x_trouble();
  const bool opening = s.x().last.syn;
  const Series& again = opening ? t.syn_repeats : t.retransmits;
  const std::uint32_t count = opening ? again.total : again.count;
  const bool answered = opening ? s.y().acks || (s.x_is_client() && s.y().speaks)
                                : !again.going_on() || s.y().fin > again.first;
  if (count == 0 || answered) return {};
  const auto what = !opening             ? InVain::What::octets
                    : s.x().last.ack_set ? InVain::What::syn_ack
                                         : InVain::What::syn;
  return {what, again.first, again.last, count, again.gap, s.rst.time - again.last_time};
}

/// Once is what every loss brings about.
inline constexpr Clue repetitions_were_unanswered{
    "repetitions-were-unanswered",
    [](const Scene& s) {
      const InVain again = repeated_in_vain(s);
      return Answer::when(again.count >= 2, again.first, again.count);
    },
    "{X} sent the same again ({a:times}, first here), and {y} did not acknowledge it.",
    Matter::trouble};

/// A timer that gives up fires once more: after the interval before it, or after twice that
/// (RFC 6298, 5.5 and 5.7: the interval doubles up to a limit).
inline constexpr Clue reset_is_on_the_retransmission_grid{
    "reset-is-on-the-retransmission-grid",
    [](const Scene& s) {
      const InVain again = repeated_in_vain(s);
      // A handshake may have another clock, and nobody else to give it up.
      if (again.count < 3 || again.gap == 0 || s.x().last.syn) return Answer::unknown();
      const auto near = [&](Nanos due) {
        return again.then >= due * 9 / 10 && again.then <= due * 11 / 10;
      };
      if (near(again.gap) || near(2 * again.gap))
        return Answer::yes(again.last, again.then, again.gap);
      // Once it is closed no program has the socket in its hands, whatever the clock.
      return s.x().fin != 0 ? Answer::unknown() : Answer::no();
    },
    "The RST came {a:time} after the last repetition, as its retransmission timer was due again "
    "(the interval before: {b:time})."};

/// RFC 9293, 3.8.3 asks for three retransmissions at the least; stacks that tell by RST do
/// 5 (Windows) to 12 (BSD).
inline constexpr Clue gave_up_after_many{"gave-up-after-many",
                                         [](const Scene& s) {
                                           const InVain again = repeated_in_vain(s);
                                           return Answer::when(again.count >= 4, again.last,
                                                               again.count);
                                         },
                                         "This was the last of {a} repetitions.", Matter::trouble};

/// No program has a connection in its hands whose handshake never ended, and no queue holds it: a
/// reset that nothing drew is the TCP's own, or of a program that connects.
inline constexpr Clue handshake_was_in_vain{
    "handshake-was-in-vain",
    [](const Scene& s) {
      const InVain again = repeated_in_vain(s);
      const bool opening = again.what == InVain::What::syn || again.what == InVain::What::syn_ack;
      return Answer::when(opening && s.is_abort(), again.last, again.count);
    },
    "The handshake had never come to its end when {x} gave it up.", Matter::trouble};

inline constexpr Clue repeated_its_syn{"repeated-its-syn",
                                       [](const Scene& s) {
                                         const InVain again = repeated_in_vain(s);
                                         return Answer::when(again.what == InVain::What::syn,
                                                             again.last, again.count);
                                       },
                                       "", Matter::trouble};

inline constexpr Clue repeated_its_syn_ack{
    "repeated-its-syn-ack",
    [](const Scene& s) {
      const InVain again = repeated_in_vain(s);
      return Answer::when(again.what == InVain::What::syn_ack, again.last, again.count);
    },
    "", Matter::trouble};

/// Its FIN, or the octets before it once it had closed.
inline constexpr Clue repeated_its_close{"repeated-its-close",
                                         [](const Scene& s) {
                                           const InVain again = repeated_in_vain(s);
                                           const bool closed =
                                               again.what == InVain::What::octets && s.x().fin != 0;
                                           return Answer::when(closed, again.last, again.count);
                                         },
                                         "", Matter::trouble};

}  // namespace rstcause::clues
