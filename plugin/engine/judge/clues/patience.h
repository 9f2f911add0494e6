// SPDX-License-Identifier: GPL-2.0-or-later
// Questions about silence, and about the age of the connection.
#pragma once

#include "engine/judge/clue.h"
#include "engine/judge/clues/form.h"
#include "engine/judge/clues/header.h"
#include "engine/judge/clues/identity.h"

namespace rstcause::clues {

/// Devices keep idle connections for half a minute at the least.
inline constexpr Clue was_idle_for_long{
    "was-idle-for-long",
    [](const Scene& s) {
      return Answer::when(s.rst.idle >= 30 * kSecond,
                          s.has_trigger() ? s.trigger.frame : s.rst.frame, s.rst.idle);
    },
    "The connection had been silent for {a:time}."};

/// A silence that ends where a known timer does. Not a proof: other things happen after a
/// minute, too; and no witness against: most timers can be set.
inline constexpr Clue idle_matches_timer{
    "idle-matches-timer",
    [](const Scene& s) {
      return Answer::when(s.rst.known_silence && was_idle_for_long.ask(s).is_yes(),
                          s.has_trigger() ? s.trigger.frame : s.rst.frame, s.rst.idle);
    },
    "A silence of {a:time} is what a known idle timer allows."};

/// A RST that nothing drew after a silence: somebody's patience ended. Programs that do no more
/// than wait take longer than this.
inline constexpr Nanos kLeastPatience = 5 * kSecond;

inline constexpr Clue ended_a_silence{
    "ended-a-silence",
    [](const Scene& s) {
      const bool unprompted = s.is_abort() && !s.has_trigger() && s.x().speaks && s.y().speaks;
      const bool long_enough = s.rst.idle >= kLeastPatience && !s.x().last.syn;
      return Answer::when(unprompted && long_enough, s.rst.frame, s.rst.idle);
    },
    "After {a:time} of silence, and with nothing to set it off, this RST came."};

/// The answer to a connection's segment, or a notice that a device gives of its own.
inline constexpr Clue could_be_idle_timeout{
    "could-be-idle-timeout",
    [](const Scene& s) {
      if (s.is_reply()) return trigger_is_of_a_connection.ask(s);
      if (ended_a_silence.ask(s).is_yes()) return Answer::yes(s.rst.frame);
      const bool notice = s.rst.idle >= kSecond &&
                          (ttl_differs.ask(s).is_yes() || both_ends_were_reset.ask(s).is_yes());
      return Answer::when(notice, s.rst.frame);
    },
    ""};

/// A silence much longer than the connection ever had, and survived, before.
inline constexpr Clue was_never_idle_so_long{
    "was-never-idle-so-long",
    [](const Scene& s) {
      const bool longest = s.rst.idle >= kSecond && s.rst.idle > 2 * s.flow.longest_silence();
      return Answer::when(longest, s.has_trigger() ? s.trigger.frame : s.rst.frame, s.rst.idle);
    },
    "The connection had never been silent so long before: {a:time}."};

/// The RST was written where its sender's own segments were: by its socket, or by the device that
/// speaks for it from the first segment on.
inline constexpr Clue ended_its_own_silence{
    "ended-its-own-silence",
    [](const Scene& s) {
      if (!ended_a_silence.ask(s).is_yes() || ttl_differs.ask(s).is_yes()) return Answer::no();
      const bool live = s.rst.wnd != 0 && s.rst.wnd == s.rst.habits.x_wnd;
      const bool own = live || timestamps_continue(s) || ip_id_continues(s);
      return Answer::when(own, s.rst.habits.x_last);
    },
    ""};

/// Computers begin at 64 or 128. What begins at 255 is a network device, an embedded stack or a
/// user-mode NAT (or Solaris), in its segments as in this RST: none has programs that set options
/// of sockets when they have waited long enough.
inline constexpr Clue device_ended_a_silence{
    "device-ended-a-silence",
    [](const Scene& s) {
      const std::uint8_t usual = usual_ttl(s);
      if (!ended_a_silence.ask(s).is_yes() || usual == 0 || s.rst.ip.ttl == 0) return Answer::no();
      constexpr std::uint8_t kMostOfAComputer = 128;
      const bool high = usual > kMostOfAComputer && s.rst.ip.ttl > kMostOfAComputer;
      return Answer::when(high && !s.x().timestamps, s.rst.frame, s.rst.ip.ttl);
    },
    "Its sender writes TTLs that count down from 255 ({a} here), as network devices do."};

/// As people set timers: a multiple of `unit`, to the tenth of a second.
inline bool is_round(Nanos span, Nanos unit) {
  const Nanos off = (span + unit / 2) % unit - unit / 2;
  const Nanos slack = kSecond / 10 + span / 20'000;
  return span >= unit && are_within(slack, off);
}

/// A timer of a program is as people set it; a program that ends, or has lost patience with
/// something else, ends its connections at any time.
inline constexpr Clue own_silence_is_no_timers{
    "own-silence-is-no-timers",
    [](const Scene& s) {
      if (!ended_its_own_silence.ask(s).is_yes()) return Answer::unknown();
      if (device_ended_a_silence.ask(s).is_yes()) return Answer::unknown();
      return Answer::when(!s.rst.known_silence && !is_round(s.rst.idle, 5 * kSecond), s.rst.frame);
    },
    ""};

/// Where the connection spoke since, its silence is another time than its age, and a limit on the
/// one is none on the other.
inline constexpr Clue age_explains{
    "age-explains",
    [](const Scene& s) {
      const std::optional<Nanos> age = s.flow.age(s.has_trigger() ? s.trigger.time : s.rst.time);
      if (!age) return Answer::unknown();
      const bool another = *age - s.rst.idle >= 2 * kSecond;
      const bool limit = is_round(*age, 60 * kSecond) || is_known_age(*age, ports_of(s.flow));
      const bool silence = s.rst.known_silence || is_round(s.rst.idle, 5 * kSecond);
      return Answer::when(another && limit && !silence,
                          s.y().syn != 0 && s.x_is_server() ? s.y().syn : s.x().syn, *age);
    },
    "The connection began here, {a:time} before: a limit on its age would end it so."};

}  // namespace rstcause::clues
