// SPDX-License-Identifier: GPL-2.0-or-later
// Questions about a client that connects: its SYN, and the SYN-ACK that it resets.
#pragma once

#include "engine/judge/clue.h"
#include "engine/judge/clues/application.h"
#include "engine/judge/clues/data.h"
#include "engine/judge/clues/header.h"
#include "engine/judge/clues/scanning.h"

namespace rstcause::clues {

/// Below this a SYN-ACK comes sooner than any program's connect() would be given up.
inline constexpr Nanos kLateSynAck = 200 * kMillisecond;

inline constexpr Clue refuses_the_syn_ack{
    "refuses-the-syn-ack",
    [](const Scene& s) {
      // lwIP repeats both of its numbers.
      const bool answers = s.form == Form::reply || s.form == Form::reply_with_ack;
      return Answer::when(answers && s.trigger_kind == TriggerKind::syn_ack, s.trigger.frame);
    },
    "The RST answers this SYN-ACK: {x} does not know, or no longer wants, the connection it "
    "accepts."};

/// The SYN-ACK may be taken from the RST where one direction alone was captured, and there is none
/// where a scanner ends by its own hand what was refused.
inline constexpr Clue may_refuse_the_syn_ack{
    "may-refuse-the-syn-ack",
    [](const Scene& s) {
      const bool unseen = refuses_a_syn_ack_unseen(s) || scanner_ends_a_refusal.ask(s).is_yes();
      return unseen ? Answer::unknown() : refuses_the_syn_ack.ask(s);
    },
    refuses_the_syn_ack.sentence};

inline constexpr Clue had_sent_the_syn{"had-sent-the-syn",
                                       [](const Scene& s) {
                                         const bool own = s.x().syn != 0 && s.x_is_client();
                                         return Answer::when(own, s.x().syn);
                                       },
                                       "{X} had sent the SYN here."};

/// The resetting client had sent its SYN and nothing else: SYN-SENT, or nobody any more.
inline constexpr Clue is_still_connecting{
    "is-still-connecting",
    [](const Scene& s) { return Answer::when(s.state == State::syn_sent, s.x().syn); },
    "{X} had sent its SYN here and no more."};

/// RFC 9293, 3.5.1 and RFC 5961, 4: an old connection answers a new SYN by an ACK of its own
/// numbers.
inline constexpr Clue was_answered_by_a_bare_ack{
    "was-answered-by-a-bare-ack",
    [](const Scene& s) {
      if (!s.has_trigger() || s.x().syn == 0) return Answer::no();
      const bool bare = s.trigger.ack_set && !s.trigger.syn && s.trigger.ack != s.x().isn + 1;
      return Answer::when(bare, s.trigger.frame, s.trigger.ack.raw());
    },
    "{Y} answered the SYN by an ACK of {a}, which belongs to some older connection."};

inline constexpr Clue an_older_connection_was_seen{
    "an-older-connection-was-seen",
    [](const Scene& s) {
      const Flow* older = s.flow.previous();
      return Answer::when(older != nullptr && !older->over(),
                          older == nullptr ? 0 : older->first_frame());
    },
    "An older connection between the same ports begins here, and its end was not seen."};

/// A SYN in the name of an end whose connection of the same ports is at work: with another TTL and
/// other options than that end's own. Whoever does not know a connection's numbers has its peer
/// tell them so, by the challenge ACK (RFC 5961, 4), and resets it with them.
inline constexpr Clue syn_is_not_its_senders{
    "syn-is-not-its-senders",
    [](const Scene& s) {
      const Flow* const older = s.flow.previous();
      if (older == nullptr || older->over() || s.x().syn == 0) return Answer::no();
      const End same = older->address(End::a) == s.x_address() && older->port(End::a) == s.x_port()
                           ? End::a
                           : End::b;
      const Endpoint& own = older->at(same);
      if (own.syn == 0 || own.ttl == 0) return Answer::unknown();
      const bool other_options = own.shape.window_scale != s.x().shape.window_scale ||
                                 own.shape.timestamps != s.x().shape.timestamps;
      return Answer::when(own.ttl != s.x().shape.ttl && !own.ttl_varies && other_options, s.x().syn,
                          own.ttl, s.x().shape.ttl);
    },
    "This SYN is not {x}'s: its TTL is {b}, not {a}, and its options are others."};

inline constexpr Clue syn_ack_acknowledges_something_else{
    "syn-ack-acknowledges-something-else",
    [](const Scene& s) {
      if (!s.has_trigger() || s.x().syn == 0) return Answer::unknown();
      const SeqNum least = s.x().isn + 1;
      const bool fits = in_window(s.trigger.ack, least, s.x().snd_nxt.distance_from(least) + 1);
      return Answer::when(s.trigger.ack_set && !fits, s.trigger.frame, s.trigger.ack.raw(),
                          least.raw());
    },
    "It acknowledges {a}; {x}'s SYN would be acknowledged by {b}."};

/// RFC 7323, 3.2 and 5: the echoed timestamp must be one of those that the SYN carried.
inline constexpr Clue syn_ack_echoes_a_foreign_timestamp{
    "syn-ack-echoes-a-foreign-timestamp",
    [](const Scene& s) {
      const SynShape &own = s.x().shape, &theirs = s.y().shape;
      if (!own.timestamps || !theirs.timestamps) return Answer::no();
      const auto later = static_cast<std::int32_t>(theirs.ts_ecr - own.ts_val);
      // SYN retransmissions go on for over three minutes; a tick is 1 ms.
      constexpr std::int32_t kSynLife = 200'000;
      const bool foreign = theirs.ts_ecr != 0 && (later < 0 || later > kSynLife);
      return Answer::when(foreign && s.trigger.frame != 0, s.trigger.frame, theirs.ts_ecr,
                          own.ts_val);
    },
    "It echoes the timestamp {a}, but the SYN carried {b}."};

inline constexpr Clue no_syn_was_sent{
    "no-syn-was-sent",
    [](const Scene& s) {
      const bool none = s.x().syn == 0 && s.trigger_kind == TriggerKind::syn_ack && !s.x().speaks;
      return Answer::when(none, s.trigger.frame);
    },
    "This SYN-ACK answers a SYN that {x} never sent, as far as the capture goes."};

/// A host's own SYN and its reset take the same way. Scanners write a TTL of their own, spoofers
/// sit elsewhere: both differ.
inline constexpr Clue syn_came_another_way{
    "syn-came-another-way",
    [](const Scene& s) {
      const std::uint8_t syn = s.x().shape.ttl;
      if (s.x().syn == 0 || syn == 0 || s.rst.ip.ttl == 0) return Answer::unknown();
      const int then = hops_of(syn), now = hops_of(s.rst.ip.ttl);
      return Answer::when(then != now, s.x().syn, then, now);
    },
    "By its TTL the SYN came from {a:routers} away, the RST comes from {b:routers}."};

/// The SYN is missing, or another machine may have sent it in X's name.
inline constexpr Clue syn_may_be_anothers{
    "syn-may-be-anothers",
    [](const Scene& s) {
      const Answer none = no_syn_was_sent.ask(s);
      const bool other = syn_came_another_way.ask(s).is_yes() && s.state == State::syn_sent;
      return none.is_yes() || !other ? none : Answer::unknown();
    },
    no_syn_was_sent.sentence};

/// A proxy that has accepted a client connects to its backend.
inline constexpr Clue resetter_was_refused_elsewhere{
    "resetter-was-refused-elsewhere",
    [](const Scene& s) {
      const Host* const host = s.x_host();
      if (host == nullptr || s.x().syn == 0 || !s.x_is_server()) return Answer::no();
      const bool since = host->refused_syn > s.x().syn && host->refused_syn < s.rst.frame;
      return Answer::when(since && s.rst.time - s.x().syn_time <= 10 * kSecond, host->refused_syn);
    },
    "{X}'s own connection to another host or port had been refused here, after it had accepted "
    "this one."};

/// A proxy that has no backend has no answer: TLS it may have spoken already.
inline constexpr Clue nothing_was_served{
    "nothing-was-served",
    [](const Scene& s) {
      const Answer silent = resetter_sent_no_payload.ask(s);
      return silent.is_no() && tls_nothing_was_asked_for.ask(s).is_yes() &&
                     resetter_was_refused_elsewhere.ask(s).is_yes()
                 ? tls_nothing_was_asked_for.ask(s)
                 : silent;
    },
    ""};

inline constexpr Clue opened_simultaneously{
    "opened-simultaneously",
    [](const Scene& s) {
      const bool both = s.x().syn != 0 && s.y().syn != 0 && s.flow.role_basis() == RoleBasis::syn &&
                        s.x().last.syn;
      return Answer::when(both && !s.y().last.ack_set, s.y().syn);
    },
    "Both ends had sent a SYN: a simultaneous open."};

/// Linux nf_synproxy and its like answer before the server is asked: with a window of 0.
inline constexpr Clue syn_ack_had_no_window{
    "syn-ack-had-no-window",
    [](const Scene& s) {
      if (s.x().syn == 0 || !s.x_is_server()) return Answer::unknown();
      const bool cut = s.x().shape.wnd == 0 && s.x().shape.options_cut;
      return cut ? Answer::unknown() : Answer::when(s.x().shape.wnd == 0, s.x().syn);
    },
    "The SYN-ACK offered no window: a SYN proxy sent it before the server was asked."};

inline constexpr Clue syn_ack_fits_the_syn{"syn-ack-fits-the-syn",
                                           [](const Scene& s) {
                                             if (!s.has_trigger() || s.x().syn == 0)
                                               return Answer::unknown();
                                             const SeqNum least = s.x().isn + 1;
                                             const bool fits = s.trigger.ack == least ||
                                                               s.trigger.ack == s.x().snd_nxt;
                                             return Answer::when(fits, s.trigger.frame);
                                           },
                                           "It acknowledges exactly that SYN."};

inline constexpr Clue syn_ack_was_late{"syn-ack-was-late",
                                       [](const Scene& s) {
                                         if (s.x().syn == 0 || !s.has_trigger())
                                           return Answer::unknown();
                                         const Nanos waited = s.trigger.time - s.x().syn_time;
                                         const bool repeated = s.x_trouble().syn_repeats.count != 0;
                                         return Answer::when(repeated || waited >= kLateSynAck,
                                                             s.trigger.frame, waited);
                                       },
                                       "The SYN-ACK came {a:time} after the first SYN."};

}  // namespace rstcause::clues
