// SPDX-License-Identifier: GPL-2.0-or-later
// Questions about who really sent the reset.
#pragma once

#include "engine/clue.h"

namespace rstcause::clues {

/// The TTL that X's own segments arrive with, by this connection, an older one of the same
/// ports, or another of the same host; 0 where it is not known or not steady.
inline std::uint8_t usual_ttl(const Scene& s) {
  if (s.x().ttl_varies) return 0;
  if (s.x().ttl != 0) return s.x().ttl;
  if (s.x().shape.ttl != 0) return s.x().shape.ttl;
  const Host* host = s.x_host();
  if (host == nullptr || host->ttl_interface != s.rst.ip.interface) return 0;
  // Routes change, and merged captures were not all taken at one place.
  return s.rst.time - host->ttl_time <= 60 * kSecond ? host->ttl : std::uint8_t{0};
}

/// Not asked of a client that sent nothing but its SYN: scanners write that by hand.
inline constexpr Clue ttl_differs{
    "ttl-differs",
    [](const Scene& s) {
      const std::uint8_t usual = usual_ttl(s);
      if (usual == 0 || s.rst.ip.ttl == 0 || s.state == State::syn_sent) return Answer::unknown();
      const Frame frame = s.x().last.seen() ? s.x().last.frame : s.rst.frame;
      return Answer::when(usual != s.rst.ip.ttl, frame, usual, s.rst.ip.ttl);
    },
    "{X}'s own segments arrive with TTL {a}, the RST with {b}."};

/// IPv4 identification is a counter on most systems, for each connection or for all. Linux
/// answers without a socket with 0, and never aborts with it.
inline constexpr Clue ip_id_is_off{
    "ip-id-is-off",
    [](const Scene& s) {
      if (s.rst.ip.version != 4 || !s.x().has_ip_id || s.rst.ip.id == 0) return Answer::unknown();
      const auto ahead = static_cast<std::uint16_t>(s.rst.ip.id - s.x().ip_id);
      return Answer::when(ahead > 1024, s.x().last.frame, s.x().ip_id, s.rst.ip.id);
    },
    "{X}'s IP identification had reached {a}, the RST has {b}."};

/// An answer has no window of its own (RFC 9293, 3.5.2; Linux, BSD and Windows all send 0).
inline constexpr Clue answer_has_a_window{
    "answer-has-a-window",
    [](const Scene& s) {
      // Some stacks fill in the window that their segments had: a habit, not a forger's mark.
      const bool odd = !s.rst.ack_set && s.rst.wnd != 0 && s.rst.wnd != s.x().last.wnd;
      return Answer::when(odd, s.rst.frame, s.rst.wnd);
    },
    "A RST without ACK is an answer and has no window; this one has {a}."};

/// A socket that negotiated timestamps aborts with them (RFC 7323, 3.2).
inline constexpr Clue timestamps_are_missing{
    "timestamps-are-missing",
    [](const Scene& s) {
      if (!s.is_abort() || !s.rst.ack_set || !s.x().timestamps || !s.y().timestamps)
        return Answer::unknown();
      return Answer::when(!s.options.timestamps && !s.options.cut, s.rst.frame);
    },
    "Both ends use timestamps, and this RST has none."};

/// Nothing X had sent or been told explains the number.
inline constexpr Clue sequence_is_foreign{
    "sequence-is-foreign",
    [](const Scene& s) {
      return Answer::when(s.form == Form::foreign && s.x().speaks, s.rst.frame, s.rst.seq.raw());
    },
    "Its sequence number, {a}, is none that {x} had reached."};

inline constexpr Clue own_octets_were_not_captured{
    "own-octets-were-not-captured",
    [](const Scene& s) {
      return Answer::when(s.form == Form::abort_ahead, s.rst.frame,
                          s.rst.seq.distance_from(s.x().snd_nxt));
    },
    "Its sequence number is {a} octets ahead of all that was captured of {x}."};

/// Devices flush connections whenever it pleases them; forgers act on what passes.
inline constexpr Clue came_out_of_silence{
    "came-out-of-silence",
    [](const Scene& s) {
      return Answer::when(!s.has_trigger() && s.rst.idle >= kSecond, s.rst.frame, s.rst.idle);
    },
    "It came after {a:time} of silence, with nothing to set it off."};

/// The strongest proof: the "sender" goes on as if it had not sent it.
inline constexpr Clue sender_went_on{
    "sender-went-on",
    [](const Scene& s) { return Answer::when(s.rst.went_on != 0, s.rst.went_on); },
    "{X} goes on here as if it had not sent that RST."};

/// Guessing the number takes many tries.
inline constexpr Clue one_of_many_guesses{
    "one-of-many-guesses",
    [](const Scene& s) {
      const Trouble& t = s.x_trouble();
      const std::uint32_t guesses = t.foreign_resets + (t.last_foreign < s.rst.frame ? 1U : 0U);
      return Answer::when(guesses >= 3, std::max(t.last_foreign, s.rst.frame), guesses);
    },
    "{a} resets with numbers out of nowhere came in {x}'s name, last here."};

/// An end that the same device resets as well: two resets, one in each direction, in one instant.
/// A later reset in a forged one's name: part of the same volley.
inline constexpr Clue follows_a_forgery{
    "follows-a-forgery",
    [](const Scene& s) {
      const Frame first = s.x_trouble().forged;
      return Answer::when(first != 0 && first < s.rst.frame && !(s.is_reply() && s.rst.wnd == 0),
                          first);
    },
    "It follows a forged reset in the same name."};

inline constexpr Clue both_ends_were_reset{
    "both-ends-were-reset",
    [](const Scene& s) {
      const Trouble& t = s.y_trouble();
      const Nanos apart = s.rst.time - t.rst_time;
      const bool together = t.rst != 0 && apart <= 50 * kMillisecond && apart >= -50 * kMillisecond;
      return Answer::when(together && (s.is_abort() || s.form == Form::foreign), t.rst);
    },
    "{Y}'s side was reset in the same instant."};

}  // namespace rstcause::clues
