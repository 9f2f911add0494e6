// SPDX-License-Identifier: GPL-2.0-or-later
// Questions about the SYN, the SYN-ACK and the third packet, where the server resets.
#pragma once

#include "engine/judge/clue.h"
#include "engine/judge/clues/data.h"
#include "engine/judge/clues/identity.h"

namespace rstcause::clues {

/// RFC 9293, 3.10.7.1: a SYN without a taker is answered <SEQ=0><ACK=SEG.SEQ+SEG.LEN><RST,ACK>.
inline constexpr Clue refuses_the_syn{
    "refuses-the-syn",
    [](const Scene& s) {
      if (s.form == Form::reply_to_no_ack && !s.has_trigger()) return Answer::unknown();
      const bool refuses = s.form == Form::reply_to_no_ack && s.trigger_kind == TriggerKind::syn;
      return Answer::when(refuses, s.trigger.frame, s.rst.ack.raw());
    },
    "The RST answers this SYN (ACK {a}): it refuses it."};

/// RFC 9293, 3.10.7.3: a client in SYN-SENT drops what acknowledges no more than its SYN's number.
inline constexpr Clue refusal_is_one_short{
    "refusal-is-one-short",
    [](const Scene& s) {
      const bool short_of = refuses_the_syn.ask(s).is_yes() && s.rst.ack == s.trigger.seq;
      return Answer::when(short_of, s.rst.frame, s.rst.ack.raw(), (s.trigger.seq + 1).raw());
    },
    "It acknowledges {a}, the SYN's own number, and not {b}: a fault, for which {y}'s TCP has to "
    "ignore it."};

/// The same address accepts elsewhere by SYN-ACKs of a stack that leaves the IP ID 0 (Linux), and
/// this refusal has both another initial TTL and an IP ID: another machine writes it. Hosts that
/// answer for no socket with another TTL give both an IP ID (Solaris, libslirp).
inline constexpr Clue refusal_is_of_another_stack{
    "refusal-is-of-another-stack",
    [](const Scene& s) {
      const Host* const host = s.x_host();
      if (host == nullptr || host->ttl == 0 || s.trigger_kind != TriggerKind::syn)
        return Answer::unknown();
      if (host->ttl_interface != s.rst.ip.interface || s.rst.ip.version != 4 || s.rst.ip.ttl == 0 ||
          !are_within(60 * kSecond, s.rst.time - host->ttl_time))
        return Answer::unknown();
      const bool other_ttl = initial_ttl(host->ttl) != initial_ttl(s.rst.ip.ttl);
      return Answer::when(other_ttl && !host->synack_has_ip_id && s.rst.ip_id != 0, s.rst.frame,
                          s.rst.ip.ttl, host->ttl);
    },
    "The refusal has TTL {a} and an IP identification; the SYN-ACKs of the same address arrive "
    "with TTL {b} and none: another machine wrote it."};

/// What the SYN-ACKs of the same address tell, be they captured before the refusal or later.
inline constexpr Clue refusal_came_from_elsewhere{
    "refusal-came-from-elsewhere",
    [](const Scene& s) {
      if (s.trigger_kind != TriggerKind::syn) return Answer::no();
      const Answer other = refusal_is_of_another_stack.ask(s);
      return other.is_yes() ? other : comes_from_another_place.ask(s);
    },
    "", Matter::refusal, News::host_accepted};

inline constexpr Clue peer_ignored_it{
    "peer-ignored-it",
    [](const Scene& s) { return Answer::when(s.rst.ignored != 0, s.rst.ignored); },
    "{Y} goes on here: it did not take this RST for the end.", Matter::sequel};

/// A small stack's fault: who sent the SYN takes no such refusal for one (RFC 9293, 3.10.7.3).
inline constexpr Clue refusal_acknowledges_nothing{
    "refusal-acknowledges-nothing",
    [](const Scene& s) {
      const bool refuses = s.form == Form::reply_to_no_ack && s.trigger_kind == TriggerKind::syn;
      return Answer::when(refuses && s.rst.ack == s.trigger.seq, s.rst.frame, s.rst.ack.raw());
    },
    "It acknowledges the SYN's own number ({a}), which is one too few."};

/// RFC 9293, 3.5.2: every SYN has one answer.
inline constexpr Clue syn_was_refused_before{
    "syn-was-refused-before",
    [](const Scene& s) {
      if (s.form != Form::reply_to_no_ack || !s.has_trigger()) return Answer::unknown();
      return Answer::when(!s.rst.fresh_trigger, s.rst.frame);
    },
    "No host refuses the same SYN more than once."};

/// An answer without a connection has no window; lwIP fills one in all the same.
inline constexpr Clue refusal_has_a_window{
    "refusal-has-a-window",
    [](const Scene& s) {
      if (s.form != Form::reply_to_no_ack) return Answer::unknown();
      return Answer::when(s.rst.wnd != 0, s.rst.frame, s.rst.wnd);
    },
    "It has a window ({a}), which few hosts put into a refusal."};

/// It refuses a SYN that is not in the capture, whose number, plus one, is the RST's ACK.
inline constexpr Clue refuses_a_syn_unseen{
    "refuses-a-syn-unseen",
    [](const Scene& s) {
      return Answer::when(s.form == Form::reply_to_no_ack && !s.has_trigger(), s.rst.frame,
                          (s.rst.ack - 1).raw());
    },
    "Sequence number 0 and no window: RFC 9293 has it so in the answer to a SYN alone (which had "
    "number {a} and is not in the capture)."};

inline constexpr Clue sequence_is_zero{
    "sequence-is-zero",
    [](const Scene& s) { return Answer::when(s.rst.seq.raw() == 0 && s.rst.ack_set, s.rst.frame); },
    "Its raw sequence number is 0, as RFC 9293 has it where no connection exists."};

/// The resetter accepted the connection that its reset now meets.
inline constexpr Clue had_sent_a_syn_ack{
    "had-sent-a-syn-ack",
    [](const Scene& s) { return Answer::when(s.x().syn != 0 && s.x_is_server(), s.x().syn); },
    "{X} had answered the SYN by this SYN-ACK."};

/// A SYN-ACK of its own, and not one that a SYN proxy sent before the server was asked.
inline constexpr Clue had_itself_sent_a_syn_ack{
    "had-itself-sent-a-syn-ack",
    [](const Scene& s) {
      return stands_behind_a_syn_proxy(s.x()) ? Answer::no() : had_sent_a_syn_ack.ask(s);
    },
    ""};

/// A listener that has accepted a SYN does not refuse the same SYN.
inline constexpr Clue had_accepted_that_syn{
    "had-accepted-that-syn",
    [](const Scene& s) {
      if (s.trigger_kind != TriggerKind::syn || !had_itself_sent_a_syn_ack.ask(s).is_yes())
        return Answer::no();
      return Answer::when(s.x().acks && s.x().first_ack == s.trigger.seq + 1, s.x().syn);
    },
    "{X} accepts that very SYN by this SYN-ACK."};

/// As far as the server's kernel goes, the handshake never ended: it sent SYN-ACKs and no more.
inline constexpr Clue sent_only_syn_acks{
    "sent-only-syn-acks",
    [](const Scene& s) {
      // In a simultaneous open the client answers a SYN as well (RFC 9293, 3.5, figure 7).
      if (s.x_is_client() && s.state != State::syn_received) return Answer::no();
      if (!s.x().speaks) return s.flow.seen_from_start() ? Answer::no() : Answer::unknown();
      return Answer::when(s.state == State::syn_received && s.x().acks, s.x().syn);
    },
    "{X} answered the SYN here and never sent anything but SYN-ACKs."};

inline constexpr Clue trigger_acks_the_syn_ack{
    "trigger-acks-the-syn-ack",
    [](const Scene& s) {
      if (!s.has_trigger() || s.x().syn == 0) return Answer::unknown();
      return Answer::when(s.trigger.ack_set && s.trigger.ack == s.x().isn + 1, s.trigger.frame);
    },
    "{Y} believes the connection to be open: this segment acknowledges the SYN-ACK."};

inline constexpr Clue trigger_acks_something_else{
    "trigger-acks-something-else",
    [](const Scene& s) {
      if (!s.has_trigger() || s.x().syn == 0) return Answer::unknown();
      const bool wrong = s.trigger.ack_set && s.trigger.ack != s.x().isn + 1;
      return Answer::when(wrong, s.trigger.frame, s.trigger.ack.raw(), (s.x().isn + 1).raw());
    },
    "This segment acknowledges {a}, but the SYN-ACK asked for {b}."};

/// net/ipv4/tcp_ipv4.c, tcp_v4_syn_recv_sock(): with the accept queue full the final ACK is
/// ignored and the SYN-ACK timer goes on.
inline constexpr Clue syn_ack_repeated_after_ack{
    "syn-ack-repeated-after-ack",
    [](const Scene& s) {
      const Frame repeat = s.x_trouble().syn_repeat_after_ack;
      return Answer::when(repeat != 0, repeat);
    },
    "{X} repeated its SYN-ACK although {y} had acknowledged it before: it had not taken that ACK."};

/// What is captured next to the client may still be lost on its way: of a server that takes no ACK
/// and one that gets none the capture shows the same.
inline constexpr Clue acks_may_have_been_lost{
    "acks-may-have-been-lost",
    [](const Scene& s) {
      constexpr std::uint32_t kLeastUs = 2000;
      const std::uint32_t server = s.x().reaction_us, client = s.y().reaction_us;
      if (server == Endpoint::kNoReaction || client == Endpoint::kNoReaction)
        return Answer::unknown();
      const bool far = server >= kLeastUs && server / 4 > client;
      return Answer::when(far && syn_ack_repeated_after_ack.ask(s).is_yes(), s.x().syn);
    },
    ""};

/// A host that does not take ACKs, its queue being full, takes no payload either; one that never
/// got them has forgotten the request when the first payload comes through.
inline constexpr Clue first_payload_came_after_all{
    "first-payload-came-after-all",
    [](const Scene& s) {
      const Answer ignored = syn_ack_repeated_after_ack.ask(s);
      return ignored.is_yes() ? first_payload_was_reset.ask(s) : ignored;
    },
    ""};

inline constexpr Clue syn_ack_repeated_unacknowledged{
    "syn-ack-repeated-unacknowledged",
    [](const Scene& s) {
      const Trouble& t = s.x_trouble();
      const bool late = t.syn_repeats.count != 0 && t.syn_repeat_after_ack == 0;
      return Answer::when(late && s.x().syn != 0, t.syn_repeats.last, t.syn_repeats.count);
    },
    "{X} repeated its SYN-ACK ({a:times}, last here) and {y} had acknowledged none of them."};

inline constexpr Clue syn_ack_was_repeated{
    "syn-ack-was-repeated",
    [](const Scene& s) {
      return Answer::when(s.x_trouble().syn_repeats.total != 0, s.x_trouble().syn_repeats.last);
    },
    ""};

/// The segment that should have completed the handshake was itself refused.
inline constexpr Clue first_ack_was_refused{
    "first-ack-was-refused",
    [](const Scene& s) {
      if (!s.has_trigger() || s.x().syn == 0 || s.y().syn == 0) return Answer::unknown();
      const bool first = s.rst.before_trigger != 0 && s.rst.before_trigger == s.x().syn;
      // Whoever repeats the SYN-ACK after it has the request still: the ACK was held up, or lost.
      const bool repeated = s.x_trouble().syn_repeat_after_ack > s.trigger.frame;
      return Answer::when(first && !s.trigger.syn && !repeated, s.trigger.frame);
    },
    "The very segment that completes the handshake was answered by RST."};

/// A listener that keeps the request repeats its SYN-ACK (RFC 9293, 3.8.1); one that has not done
/// so for a minute keeps none, and its SYN-ACK's number was a SYN cookie (RFC 4987, 3.6). Linux
/// takes none that is older than its count of minutes tells (MAX_SYNCOOKIE_AGE).
inline constexpr Clue cookie_was_too_old{
    "cookie-was-too-old",
    [](const Scene& s) {
      if (!first_ack_was_refused.ask(s).is_yes() || !sent_only_syn_acks.ask(s).is_yes())
        return Answer::no();
      const Nanos held = s.trigger.time - s.x().syn_time;
      const bool kept_none = s.x_trouble().syn_repeats.total == 0 && held > 60 * kSecond;
      return Answer::when(kept_none, s.trigger.frame, held);
    },
    "This ACK came {a:time} after the SYN-ACK, which {x} had never repeated: it kept no request, "
    "and a SYN cookie is not valid for so long."};

/// What completes no handshake: another number than the SYN-ACK asked for, or one that was a SYN
/// cookie and is none any more. Of a SYN-ACK that was never repeated nobody can tell.
inline constexpr Clue acknowledges_in_vain{
    "acknowledges-in-vain",
    [](const Scene& s) {
      const Answer old = cookie_was_too_old.ask(s);
      if (old.is_yes()) return old;
      // One that comes at once is as fresh as can be.
      const bool fresh = first_ack_was_refused.ask(s).is_yes() && s.answered_after() < kSecond;
      const bool may_be_one = trigger_acks_the_syn_ack.ask(s).is_yes() && !fresh &&
                              s.x_trouble().syn_repeats.total == 0;
      return may_be_one ? Answer::unknown() : trigger_acks_something_else.ask(s);
    },
    ""};

/// The first timer of a request ends after a second (RFC 6298, 2.1; Linux TCP_TIMEOUT_INIT), and
/// with it at the earliest the request: until then its listener has it, and repeats or waits.
inline constexpr Clue request_cannot_have_expired{
    "request-cannot-have-expired",
    [](const Scene& s) {
      if (!s.has_trigger() || s.x().syn == 0 || !sent_only_syn_acks.ask(s).is_yes())
        return Answer::no();
      const bool spoke_before = !first_ack_was_refused.ask(s).is_yes();
      return Answer::when(spoke_before && s.trigger.time - s.x().syn_time < kSecond,
                          s.trigger.frame);
    },
    ""};

/// RFC 9293, 3.5, figure 7: both ends sent a SYN before either had heard of the other's.
inline constexpr Clue the_syns_crossed{
    "the-syns-crossed",
    [](const Scene& s) {
      return Answer::when(s.x_is_client() && s.state == State::syn_received, s.y().syn);
    },
    "{Y} had sent a SYN as well: a simultaneous open."};

inline constexpr Clue crossed_and_acks_too_much{
    "crossed-and-acks-too-much",
    [](const Scene& s) {
      if (!the_syns_crossed.ask(s).is_yes()) return Answer::no();
      return Answer::when(s.has_trigger() && s.trigger.ack.after(s.x().snd_nxt), s.trigger.frame);
    },
    ""};

inline constexpr Clue payload_was_never_taken{
    "payload-was-never-taken",
    [](const Scene& s) {
      if (s.y().first_data == 0 || s.trigger.len == 0) return Answer::no();
      const bool taken = s.x().acks && s.x().rcv_nxt.after(s.y().first_seq);
      return Answer::when(!taken, s.y().first_data);
    },
    "{X} never acknowledged an octet of the payload that {y} sent from here on."};

}  // namespace rstcause::clues
