// SPDX-License-Identifier: GPL-2.0-or-later
// Questions about silence, probes and repetitions.
#pragma once

#include <algorithm>

#include "engine/judge/clue.h"
#include "engine/judge/clues/form.h"
#include "engine/judge/clues/identity.h"

namespace rstcause::clues {

/// A prober decides at once; a person or a program at work takes longer.
inline constexpr Nanos kAtOnce = kSecond;

inline constexpr Clue probes_were_unanswered{
    "probes-were-unanswered",
    [](const Scene& s) {
      const Series& probes = s.x_trouble().probes;
      return Answer::when(probes.going_on(), probes.first, probes.count);
    },
    "{X} probed the connection ({a:times}, first here); no answer of {y} was seen.",
    Matter::trouble};

/// tcp_keepalive_timer() and its kin give up one interval after the last probe.
inline constexpr Clue reset_is_on_the_probe_grid{
    "reset-is-on-the-probe-grid",
    [](const Scene& s) {
      const Series& probes = s.x_trouble().probes;
      if (probes.total < 2 || s.x().last.frame != probes.last) return Answer::unknown();
      const Nanos since = s.rst.time - probes.last_time;
      const bool on_grid = since >= probes.gap * 8 / 10 && since <= probes.gap * 12 / 10;
      return Answer::when(on_grid, probes.last, probes.gap);
    },
    "The RST follows the last probe by the interval between the probes, {a:time}."};

/// While the peer's window is shut, a sender probes now and then (RFC 9293, 3.8.6.1).
inline constexpr Clue probes_were_sent{
    "probes-were-sent",
    [](const Scene& s) {
      const Series& window_probes = s.x_trouble().window_probes;
      return Answer::when(window_probes.total != 0, window_probes.last, window_probes.total);
    },
    "{X} knocked {a:times}, last here.", Matter::trouble};

/// The last that X sent was a probe. That an answer to it was captured does not say that it
/// arrived at X.
inline constexpr Clue probed_last{
    "probed-last",
    [](const Scene& s) {
      const Series& probes = s.x_trouble().probes;
      return Answer::when(probes.total != 0 && s.x().last.frame == probes.last, probes.last,
                          probes.total);
    },
    "The last that {x} sent was a probe (number {a}).", Matter::trouble};

/// A sender may give up on a shut window though each knock is answered (tcp_probe_timer():
/// TCP_USER_TIMEOUT, and sockets that no program has any more). What opens the window comes too
/// late then: a socket that still lived would have gone on sending.
inline bool had_knocked_in_vain(const Scene& s) {
  const Series& window_probes = s.x_trouble().window_probes;
  return window_probes.total != 0 && window_probes.last == s.rst.habits.x_last &&
         s.trigger.len == 0 && s.trigger.frame > window_probes.last &&
         s.y().window_update == s.trigger.frame;
}

/// The window stayed shut, and the timer that should have gone on doubling stopped.
inline bool had_stopped_knocking(const Scene& s) {
  const Series& knocks = s.x_trouble().window_probes;
  return knocks.total >= 2 && knocks.last == s.rst.habits.x_last && knocks.gap != 0 &&
         s.y_trouble().zero_window != 0 && s.trigger.time - knocks.last_time > 4 * knocks.gap;
}

/// Linux tcp_write_timeout() ends in silence: the series stops, and only the peer's next
/// segment meets a RST. A socket that still lived would have taken that segment.
inline constexpr Clue had_given_up_repeating{
    "had-given-up-repeating",
    [](const Scene& s) {
      if (!s.has_trigger()) return Answer::no();
      const auto gave_up = [&](const Series& series, std::uint32_t least) {
        return series.count >= least && series.last < s.trigger.frame &&
               (series.ended_by == 0 || series.ended_by >= s.trigger.frame);
      };
      const Trouble& t = s.x_trouble();
      // The timer doubles (RFC 6298, 5.5): before it would have fired again nothing shows silence.
      const Nanos since = s.trigger.time - t.retransmits.last_time;
      if (gave_up(t.retransmits, 2)) {
        if (since < 2 * t.retransmits.gap - t.retransmits.gap / 8) return Answer::unknown();
        return Answer::yes(t.retransmits.last, t.retransmits.count);
      }
      // A timer that still runs is a socket's that has not given up: data that it does not take
      // comes after its close.
      const Nanos quiet = s.trigger.time - t.window_probes.last_time;
      if (gave_up(t.window_probes, 1) && s.trigger.len != 0 && quiet < 2 * t.window_probes.gap)
        return Answer::no();
      if (gave_up(t.window_probes, 1) || had_knocked_in_vain(s) || had_stopped_knocking(s))
        return Answer::yes(t.window_probes.last, t.window_probes.total);
      // It went on although each was acknowledged here: the acknowledgments never reached it.
      const bool deaf = t.needless.total >= 3 && t.needless.last == s.x().last.frame &&
                        t.needless.last_time - t.needless.first_time >= 4 * t.needless.gap / 3;
      if (deaf) return Answer::yes(t.needless.last, t.needless.total);
      return Answer::when(gave_up(t.probes, 1), t.probes.last, t.probes.count);
    },
    "{X} had repeated itself {a:times} in vain, last here, and then fallen silent.",
    Matter::trouble};

/// What it had given up on was the peer's shut window.
inline constexpr Clue had_given_up_knocking{
    "had-given-up-knocking",
    [](const Scene& s) {
      const Series& window_probes = s.x_trouble().window_probes;
      const bool last = window_probes.total != 0 && window_probes.last == s.rst.habits.x_last;
      return Answer::when(last && had_given_up_repeating.ask(s).is_yes(), window_probes.last);
    },
    "", Matter::trouble};

inline constexpr Clue peer_had_repeated{
    "peer-had-repeated",
    [](const Scene& s) {
      if (!s.has_trigger()) return Answer::no();
      const Series& again = s.y_trouble().retransmits;
      const bool outage = again.count >= 1 && again.last >= s.trigger.frame &&
                          s.trigger.time - s.y().data_time >= kSecond;
      return Answer::when(outage, again.first, again.count, s.trigger.time - s.y().data_time);
    },
    "{Y} had repeated its data {a:times} in {b:time} before anybody answered.", Matter::trouble};

/// A host that has only forgotten the connection answers the first segment; one that answers none
/// of so many was away.
inline constexpr Clue peer_had_repeated_often{
    "peer-had-repeated-often",
    [](const Scene& s) {
      const bool often = peer_had_repeated.ask(s).is_yes() && s.y_trouble().retransmits.count >= 4;
      return Answer::when(often, s.y_trouble().retransmits.first);
    },
    "", Matter::trouble};

/// The port that tells a connection from others of its host: the client's, where the roles are
/// known.
inline std::uint16_t ephemeral_port(const Scene& s) {
  return s.x_is_client() ? s.x_port() : s.y_port();
}

/// Other connections that the same host knows nothing of: it, not they, has changed.
inline constexpr Clue host_lost_others_too{
    "host-lost-others-too",
    [](const Scene& s) {
      const Host* host = s.x_host();
      if (host == nullptr || host->lost == 0 || host->lost == s.rst.frame) return Answer::unknown();
      const Nanos apart = s.rst.time - host->lost_time;
      const bool near = are_within(60 * kSecond, apart);
      return Answer::when(near && host->lost_port != ephemeral_port(s), host->lost);
    },
    "Of another connection {x} knew nothing any more either.", Matter::any, News::host_lost};

/// No host, virtual machine or container goes down and comes back within a second, or so it seems
/// unless several segments in a row went unanswered.
inline constexpr Clue had_no_time_to_restart{
    "had-no-time-to-restart",
    [](const Scene& s) {
      if (s.rst.habits.x_last == 0) return Answer::unknown();
      const Series& again = s.y_trouble().retransmits;
      if (again.count >= 2 && again.last >= s.trigger.frame) return Answer::unknown();
      return Answer::when(s.rst.habits.x_quiet_s == 0, s.rst.habits.x_last);
    },
    "{X} had spoken on this connection less than a second before."};

/// No server forgets a connection in a second without a FIN or a RST: what it was sent did not come
/// to it under the name that it knows, or not to it at all.
inline constexpr Clue server_forgot_at_once{
    "server-forgot-at-once",
    [](const Scene& s) {
      const bool its_own = s.x_is_server() && ttl_differs.ask(s).is_no();
      return its_own ? had_no_time_to_restart.ask(s) : Answer::no();
    },
    ""};

/// A flushed table or a failover takes many connections of hosts that were never away.
inline constexpr Clue several_were_lost_at_once{
    "several-were-lost-at-once",
    [](const Scene& s) {
      const Answer others = host_lost_others_too.ask(s);
      return others.is_yes() ? had_no_time_to_restart.ask(s) : others;
    },
    "{X} had spoken on this connection less than a second before, and knows nothing of others "
    "either: it was not away, their state was lost."};

inline constexpr Clue peer_window_was_shut{
    "peer-window-was-shut",
    [](const Scene& s) {
      const Frame shut = s.y_trouble().zero_window;
      // Nothing is left to be sent where both have closed.
      const bool over = s.x().fin != 0 && s.y().fin != 0;
      return Answer::when(shut != 0 && !over, shut, s.rst.time - s.y_trouble().zero_window_time);
    },
    "{Y} had shut its window here, {a:time} before, and never opened it again.", Matter::trouble};

/// Programs and kernels wait for a reader for seconds at the least.
inline constexpr Clue shut_for_long{"shut-for-long",
                                    [](const Scene& s) {
                                      const Trouble& t = s.y_trouble();
                                      const Nanos shut = s.rst.time - t.zero_window_time;
                                      return Answer::when(t.zero_window != 0 && shut >= kSecond,
                                                          t.zero_window, shut);
                                    },
                                    "", Matter::trouble};

/// No program of the server was asked in between, or it decided on the spot.
inline constexpr Clue aborted_in_the_instant{"aborted-in-the-instant",
                                             [](const Scene& s) {
                                               if (!s.flow.seen_from_start() || !s.y().last.seen())
                                                 return Answer::unknown();
                                               const Nanos after = s.rst.time - s.y().last.time;
                                               const bool soon = after <= 20 * kMillisecond ||
                                                                 is_as_quick_as_ever(after, s.x());
                                               return Answer::when(soon, s.y().last.frame, after);
                                             },
                                             "It came {a:time} after {y}'s last segment."};

/// The port of the connection's server, 0 where the roles are not known.
inline std::uint16_t server_port(const Scene& s) {
  if (s.x_is_server()) return s.x_port();
  return s.x_is_client() ? s.y_port() : std::uint16_t{0};
}

/// A process that ends closes all that it had open: by FIN where nothing speaks against it.
inline constexpr Clue host_closed_another_too{
    "host-closed-another-too",
    [](const Scene& s) {
      const Host* host = s.x_host();
      if (host == nullptr || host->closed == 0 || host->closed == s.x().fin)
        return Answer::unknown();
      const Nanos apart = s.rst.time - host->closed_time;
      return Answer::when(are_within(kInOneSweep, apart), host->closed);
    },
    "{X} closed another connection in the same instant, by FIN.", Matter::any, News::host_closed};

/// A program sets SO_LINGER 0 on all of its sockets or on none: who closes the next connection of
/// the same service by FIN has another reason to reset this one.
inline constexpr Clue host_closes_its_like_by_fin{
    "host-closes-its-like-by-fin",
    [](const Scene& s) {
      const Host* host = s.x_host();
      if (host == nullptr || host->closed_port == 0 || host->closed == s.x().fin)
        return Answer::unknown();
      const std::uint16_t port = server_port(s);
      if (port == 0) return Answer::unknown();
      const bool lately = s.rst.time - host->closed_time <= kSecond;
      return Answer::when(port == host->closed_port && lately, host->closed);
    },
    "{X} closed another connection of this service by FIN here: its program sets no SO_LINGER 0."};

/// Nothing had come to wake a program that waits for this connection.
inline bool was_at_rest(const Scene& s) {
  return s.rst.idle >= kAllAtOnce;
}

/// Another connection at rest that the same host aborted in the same instant, or 0.
inline Frame swept_away_with(const Scene& s) {
  const Host* host = s.x_host();
  return host != nullptr && was_at_rest(s) ? host->sweep.beside(s.rst.frame, s.rst.time) : 0;
}

/// A program aborts a connection when something of that connection makes it: at rest, and several
/// of them in one instant, one hand took them down.
inline constexpr Clue host_aborted_others_too{
    "host-aborted-others-too",
    [](const Scene& s) {
      const Frame with = swept_away_with(s);
      return with != 0 ? Answer::yes(with) : Answer::unknown();
    },
    "{X} aborted another connection in the same instant, both at rest.", Matter::any,
    News::host_aborted};

/// A program has connections of one service, mostly: who takes those of several down in one instant
/// stands above the programs.
inline constexpr Clue host_aborted_other_services_too{
    "host-aborted-other-services-too",
    [](const Scene& s) {
      const Frame with = swept_away_with(s);
      if (with == 0) return Answer::unknown();
      const Sweep& sweep = s.x_host()->sweep;
      const std::uint16_t port = server_port(s);
      return Answer::when(port != 0 && (sweep.several_services || sweep.port != port), with);
    },
    "Connections of several services went in that instant.", Matter::any, News::host_swept};

/// Orphans go together when the kernel runs short (Linux tcp_check_oom()).
inline constexpr Clue others_were_shed_too{
    "others-were-shed-too",
    [](const Scene& s) {
      const Host* host = s.x_host();
      if (host == nullptr || host->sheds < 2 || host->shed == s.rst.frame) return Answer::unknown();
      const Nanos apart = s.rst.time - host->shed_time;
      return Answer::when(are_within(kSecond, apart), host->shed, host->sheds);
    },
    "{X} had aborted {a} other orphans within a second.", Matter::any, News::host_shed};

inline constexpr Clue aborted_at_once{
    "aborted-at-once",
    [](const Scene& s) {
      if (!s.flow.seen_from_start() || s.y().syn == 0) return Answer::unknown();
      const Nanos since = s.rst.time - std::max(s.x().syn_time, s.y().syn_time);
      return Answer::when(since <= kAtOnce, std::max(s.x().syn, s.y().syn), since);
    },
    "The connection was {a:time} old."};

}  // namespace rstcause::clues
