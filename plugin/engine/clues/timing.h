// SPDX-License-Identifier: GPL-2.0-or-later
// Questions about silence, probes and repetitions.
#pragma once

#include <algorithm>

#include "engine/clue.h"

namespace rstcause::clues {

/// A prober decides at once; a person or a program at work takes longer.
inline constexpr Nanos kAtOnce = kSecond;

inline constexpr Clue probes_were_unanswered{
    "probes-were-unanswered",
    [](const Scene& s) {
      const Series& probes = s.x_trouble().probes;
      return Answer::when(probes.going_on(), probes.first, probes.count);
    },
    "{X} probed the connection ({a} times, first here), and {y} did not answer."};

/// tcp_keepalive_timer() and its kin give up one interval after the last probe.
inline constexpr Clue reset_is_on_the_probe_grid{
    "reset-is-on-the-probe-grid",
    [](const Scene& s) {
      const Series& probes = s.x_trouble().probes;
      if (!probes.going_on() || probes.count < 2) return Answer::unknown();
      const Nanos since = s.rst.time - probes.last_time;
      const bool on_grid = since >= probes.gap * 8 / 10 && since <= probes.gap * 12 / 10;
      return Answer::when(on_grid, probes.last, probes.gap);
    },
    "The RST follows the last probe by the interval between the probes, {a:time}."};

inline constexpr Clue retransmissions_were_unanswered{
    "retransmissions-were-unanswered",
    [](const Scene& s) {
      const Series& again = s.x_trouble().retransmits;
      return Answer::when(again.going_on() && again.count >= 2, again.first, again.count);
    },
    "{X} sent the same octets again ({a} times, first here), and {y} did not acknowledge them."};

inline constexpr Clue peer_window_was_shut{
    "peer-window-was-shut",
    [](const Scene& s) {
      const Frame shut = s.y_trouble().zero_window;
      return Answer::when(shut != 0, shut, s.rst.time - s.y_trouble().zero_window_time);
    },
    "{Y} had shut its window here, {a:time} before, and never opened it again."};

/// Programs and kernels wait for a reader for seconds at the least.
inline constexpr Clue shut_for_long{
    "shut-for-long",
    [](const Scene& s) {
      const Trouble& t = s.y_trouble();
      const Nanos shut = s.rst.time - t.zero_window_time;
      return Answer::when(t.zero_window != 0 && shut >= kSecond, t.zero_window, shut);
    },
    ""};

/// RFC 9293, 3.8.3 asks for three retransmissions at the least; stacks that tell by RST do
/// 5 (Windows) to 12 (BSD).
inline constexpr Clue gave_up_after_many{
    "gave-up-after-many",
    [](const Scene& s) {
      const Series& again = s.x_trouble().retransmits;
      return Answer::when(again.count >= 4, again.last, again.count);
    },
    "This was the last of {a} repetitions."};

inline constexpr Clue aborted_at_once{
    "aborted-at-once",
    [](const Scene& s) {
      if (!s.flow.seen_from_start() || s.y().syn == 0) return Answer::unknown();
      const Nanos since = s.rst.time - std::max(s.x().syn_time, s.y().syn_time);
      return Answer::when(since <= kAtOnce, std::max(s.x().syn, s.y().syn), since);
    },
    "The connection was {a:time} old."};

}  // namespace rstcause::clues
