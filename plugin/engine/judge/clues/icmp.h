// SPDX-License-Identifier: GPL-2.0-or-later
// Questions about what ICMP had told before the reset: who could not reach whom, and why.
#pragma once

#include "engine/judge/clue.h"
#include "engine/judge/clues/form.h"
#include "engine/judge/clues/header.h"
#include "engine/memory/icmp_reports.h"

namespace rstcause::clues {

/// The error of that role if one came before the reset; its number as the answer's `a` lets the
/// sentence tell of it ({told:...}, words.h).
inline Answer was_told(const Scene& s, IcmpEvidence::Role role) {
  if (s.rst.icmp == nullptr) return Answer::no();
  const Frame frame = s.rst.icmp->of(role).frame;
  return Answer::when(frame != 0, frame, role);
}

/// Nothing of Y's came since: neither has it arrived by another way, nor was the error a lie.
inline constexpr Clue own_segments_were_stopped{
    "own-segments-were-stopped",
    [](const Scene& s) {
      const Answer told = was_told(s, IcmpEvidence::x_stopped);
      return told.is_yes() && !s.rst.icmp->y_silent_since ? Answer::no() : told;
    },
    "{told:by} told {x} that its segment had not reached {y}: {told:what}.", Matter::icmp};

/// While it connects, a host ends its attempt on such an error, so that the SYN-ACK that comes
/// all the same finds nobody (RFC 1122, 4.2.3.9; Linux tcp_v4_err(), TCP_SYN_SENT).
inline constexpr Clue connecting_was_stopped{
    "connecting-was-stopped",
    [](const Scene& s) {
      if (s.state != State::syn_sent) return Answer::no();
      return was_told(s, IcmpEvidence::x_stopped);
    },
    "{told:by} told {x} that its SYN had not reached {y}: {told:what}. That ends an attempt to "
    "connect.",
    Matter::icmp};

/// The host was away for a while, or the way to it.
inline constexpr Clue peer_was_told_of_an_outage{
    "peer-was-told-of-an-outage",
    [](const Scene& s) {
      const Answer told = was_told(s, IcmpEvidence::y_stopped);
      if (!told.is_yes()) return told;
      return hindrance_of(s.rst.icmp->of(IcmpEvidence::y_stopped)) == Hindrance::unreachable
                 ? told
                 : Answer::no();
    },
    "{told:by} had told {y} that its segment had not reached {x}: {told:what}.", Matter::icmp};

/// A rule in the path stops this very connection.
inline constexpr Clue rule_stops_the_connection{
    "rule-stops-the-connection",
    [](const Scene& s) {
      const Answer told = was_told(s, IcmpEvidence::y_stopped);
      if (!told.is_yes()) return told;
      const IcmpError& error = s.rst.icmp->of(IcmpEvidence::y_stopped);
      const Hindrance why = hindrance_of(error);
      const bool rule = why == Hindrance::prohibited || why == Hindrance::refused;
      return rule && !(error.from == error.quoted.dst) ? told : Answer::no();
    },
    peer_was_told_of_an_outage.sentence, Matter::icmp};

/// What a router says it has not delivered, X cannot have answered. Asked where the segment was
/// sent once: of several copies another may have arrived.
inline constexpr Clue trigger_was_stopped{
    "trigger-was-stopped",
    [](const Scene& s) {
      const Answer told = was_told(s, IcmpEvidence::y_stopped);
      if (!told.is_yes() || !s.has_trigger() || !s.is_reply()) return Answer::no();
      const IcmpError& error = s.rst.icmp->of(IcmpEvidence::y_stopped);
      if (error.from == error.quoted.dst || hindrance_of(error) == Hindrance::none)
        return Answer::no();
      const Trouble& y = s.y_trouble();
      if (y.retransmits.total != 0 || y.syn_repeats.total != 0) return Answer::unknown();
      return error.seq == s.trigger.seq && error.frame > s.trigger.frame ? told : Answer::no();
    },
    "{told:by} says that the very segment which this RST answers had not reached {x}: "
    "{told:what}.",
    Matter::icmp};

/// The box that forbids others the way to X, and how far it is.
inline const IcmpError* guard_of(const Scene& s) {
  if (s.rst.icmp == nullptr || s.rst.ip.ttl == 0) return nullptr;
  const IcmpError& error = s.rst.icmp->of(IcmpEvidence::x_guarded);
  const bool comparable = error.frame != 0 && error.ip.ttl != 0 &&
                          error.ip.version == s.rst.ip.version &&
                          error.ip.interface == s.rst.ip.interface;
  return comparable && !(error.from == error.quoted.dst) ? &error : nullptr;
}

/// A packet filter is known, and the reset comes from as far, while X is farther or its distance
/// is not known.
inline constexpr Clue comes_from_where_the_filter_is{
    "comes-from-where-the-filter-is",
    [](const Scene& s) {
      const IcmpError* const guard = guard_of(s);
      if (guard == nullptr) return Answer::unknown();
      const bool own = usual_ttl(s) != 0 && usual_ttl(s) == s.rst.ip.ttl;
      return Answer::when(!own && hops_of(guard->ip.ttl) == hops_of(s.rst.ip.ttl), guard->frame,
                          IcmpEvidence::x_guarded);
    },
    "{told:by} forbids others the way to {x} ({told:what}), and the RST comes from as far away "
    "as this ICMP error."};

/// It has come through that filter: the host behind it speaks.
inline constexpr Clue comes_from_behind_the_filter{
    "comes-from-behind-the-filter",
    [](const Scene& s) {
      const IcmpError* const guard = guard_of(s);
      if (guard == nullptr) return Answer::unknown();
      return Answer::when(hops_of(s.rst.ip.ttl) > hops_of(guard->ip.ttl), guard->frame,
                          IcmpEvidence::x_guarded);
    },
    "{told:by} forbids others the way to {x} ({told:what}); the RST comes from farther away than "
    "this ICMP error."};

/// Path MTU discovery: all that is large vanishes where the error does not arrive (RFC 2923, 2.1).
inline constexpr Clue own_segments_were_too_big{
    "own-segments-were-too-big",
    [](const Scene& s) { return was_told(s, IcmpEvidence::x_too_big); },
    "{told:by} told {x} that its segment is too big for the path: {told:what}.", Matter::icmp};

inline constexpr Clue peers_segments_were_too_big{
    "peers-segments-were-too-big",
    [](const Scene& s) { return was_told(s, IcmpEvidence::y_too_big); },
    "{told:by} told {y} that its segment is too big for the path: {told:what}.", Matter::icmp};

/// A proxy needs the connection behind it to serve the one before it.
inline constexpr Clue resetter_could_not_connect_elsewhere{
    "resetter-could-not-connect-elsewhere",
    [](const Scene& s) {
      const Answer told = was_told(s, IcmpEvidence::x_elsewhere);
      if (!told.is_yes()) return told;
      const IcmpError& error = s.rst.icmp->of(IcmpEvidence::x_elsewhere);
      return error.time >= s.x().syn_time && s.rst.time - error.time <= 5 * kSecond ? told
                                                                                    : Answer::no();
    },
    "{told:by} told {x} that its SYN to {told:target} had not arrived: {told:what}.", Matter::icmp};

/// traceroute writes its SYNs by hand and lets them expire, one router farther each time; the
/// last one is answered by the host, and the answer by the tracing host's own kernel.
inline constexpr Clue its_syns_expired_on_the_way{
    "its-syns-expired-on-the-way",
    [](const Scene& s) { return was_told(s, IcmpEvidence::x_traces); },
    "Another SYN of {x} to {y} expired on the way, at {told:by}: a route is being traced.",
    Matter::icmp};

}  // namespace rstcause::clues
