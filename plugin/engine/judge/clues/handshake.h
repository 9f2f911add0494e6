// SPDX-License-Identifier: GPL-2.0-or-later
// Questions about SYN, SYN-ACK and the third packet.
#pragma once

#include <algorithm>

#include "engine/judge/clue.h"
#include "engine/judge/clues/form.h"
#include "engine/judge/clues/header.h"
#include "engine/judge/clues/identity.h"

namespace rstcause::clues {

/// Below this a SYN-ACK comes sooner than any program's connect() would be given up.
inline constexpr Nanos kLateSynAck = 200 * kMillisecond;
/// nmap's largest window; systems offer more.
inline constexpr std::uint16_t kScannersMost = 4096;
/// So many different ports probed by one host are no application's doing.
inline constexpr std::uint32_t kScanPorts = 3;

/// RFC 9293, 3.10.7.1: a SYN without a taker is answered <SEQ=0><ACK=SEG.SEQ+SEG.LEN><RST,ACK>.
inline constexpr Clue refuses_the_syn{
    "refuses-the-syn",
    [](const Scene& s) {
      if (s.form == Form::reply_to_no_ack && !s.has_trigger()) return Answer::unknown();
      const bool refuses = s.form == Form::reply_to_no_ack && s.trigger_kind == TriggerKind::syn;
      return Answer::when(refuses, s.trigger.frame, s.rst.ack.raw());
    },
    "The RST acknowledges exactly this SYN (ACK {a}): it refuses it."};

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
    "{X} repeated its SYN-ACK although {y} had acknowledged it before: the ACK was ignored."};

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

/// Another connection to this port was accepted after this one's SYN-ACK.
inline constexpr Clue listener_is_alive{"listener-is-alive",
                                        [](const Scene& s) {
                                          const Service* service = s.service();
                                          if (service == nullptr || service->accepted == 0)
                                            return Answer::unknown();
                                          const Frame own =
                                              s.x().syn != 0 ? s.x().syn : s.flow.first_frame();
                                          if (service->accepted <= own) return Answer::unknown();
                                          return Answer::yes(service->accepted);
                                        },
                                        "The port still accepts: SYN-ACK to another connection."};

/// A listener that refuses last ACKs and takes SYNs all the same: tcp_abort_on_overflow.
inline constexpr Clue port_refuses_acks_and_lives{
    "port-refuses-acks-and-lives",
    [](const Scene& s) {
      const Service* service = s.service();
      if (service == nullptr || service->outlived == 0) return Answer::unknown();
      return Answer::when(service->outlived_rst != s.rst.frame, service->outlived);
    },
    "The port had refused another client's last ACK just so, and took this SYN afterwards."};

/// Closing the listener would have aborted what waits in its queue (inet_csk_listen_stop()).
inline constexpr Clue port_takes_other_acks{
    "port-takes-other-acks",
    [](const Scene& s) {
      const Service* service = s.service();
      if (service == nullptr || !s.has_trigger()) return Answer::unknown();
      const Frame taken =
          service->completed_flow == s.flow.id() ? service->completed_before : service->completed;
      // One that came since may still be refused as well.
      const bool later = taken > s.x().syn && taken < s.trigger.frame && service->aborted < taken;
      return later ? Answer::yes(taken) : Answer::unknown();
    },
    "The port took another client's last ACK here, and did not abort that connection."};

inline constexpr Clue listener_refuses{
    "listener-refuses",
    [](const Scene& s) {
      const Service* service = s.service();
      if (service == nullptr || service->refused == 0) return Answer::unknown();
      const Frame own = s.x().syn != 0 ? s.x().syn : s.flow.first_frame();
      return service->refused > own ? Answer::yes(service->refused) : Answer::unknown();
    },
    "The port refuses another SYN here: nothing listens any more."};

/// The port accepts connections in this capture, before or after this one.
inline constexpr Clue service_accepts_others{"service-accepts-others",
                                             [](const Scene& s) {
                                               const Service* service = s.service();
                                               if (service == nullptr || service->accepted == 0)
                                                 return Answer::unknown();
                                               return Answer::when(service->accepted != s.x().syn,
                                                                   service->accepted);
                                             },
                                             "The same port accepted another connection here."};

/// A port whose listener comes and goes, or that refuses some SYNs and takes others: Windows
/// refuses what its backlog has no room for (https://learn.microsoft.com, "listen function").
inline constexpr Clue port_accepts_before_and_since{
    "port-accepts-before-and-since",
    [](const Scene& s) {
      const Service* service = s.service();
      if (service == nullptr || s.trigger_kind != TriggerKind::syn) return Answer::unknown();
      const bool before = service->first_accepted != 0 && service->first_accepted < s.trigger.frame;
      return before && service->accepted > s.rst.frame ? Answer::yes(service->accepted)
                                                       : Answer::unknown();
    },
    "The port accepts connections here, as it had before the SYN that was refused."};

inline constexpr Clue service_serves_others{"service-serves-others",
                                            [](const Scene& s) {
                                              const Service* service = s.service();
                                              if (service == nullptr || service->served == 0)
                                                return Answer::unknown();
                                              return Answer::yes(service->served);
                                            },
                                            "The same port served another client here."};

/// Linux inet_csk_listen_stop() aborts all that wait in the accept queue in one go: within this.
inline constexpr Nanos kQueueAbort = 10 * kMillisecond;

inline constexpr Clue others_were_aborted_together{
    "others-were-aborted-together",
    [](const Scene& s) {
      const Service* service = s.service();
      if (service == nullptr || service->aborted == 0) return Answer::unknown();
      const Nanos apart = s.rst.time - service->aborted_time;
      const bool together = are_within(kQueueAbort, apart);
      return Answer::when(together && service->aborted != s.rst.frame, service->aborted);
    },
    "Another connection that the port had never served was aborted in the same instant."};

/// A program that ends closes what it had accepted in some order, its listener among it; a client
/// that lost its connection and comes again at once finds the listener still there, but nobody who
/// accepts.
inline constexpr Clue came_while_service_ended{
    "came-while-service-ended",
    [](const Scene& s) {
      const Host* host = s.x_host();
      if (host == nullptr || host->closed == 0 || host->closed_port != s.x_port())
        return Answer::unknown();
      const Frame came = s.y().syn != 0 ? s.y().syn : s.x().syn;
      const bool ended = host->closed < came && listener_refuses.ask(s).is_yes();
      return ended && are_within(kQueueAbort, s.rst.time - host->closed_time)
                 ? Answer::yes(host->closed)
                 : Answer::unknown();
    },
    "The service had just begun to end: it closed another connection here before this one came."};

/// An accept queue is first in, first out: who came before one that was accepted was, too. Several
/// that die unserved in one instant show a queue of their own (SO_REUSEPORT).
inline constexpr Clue was_accepted_in_its_turn{
    "was-accepted-in-its-turn",
    [](const Scene& s) {
      const Service* service = s.service();
      if (service == nullptr || service->taken == 0 || s.x().syn == 0) return Answer::unknown();
      if (others_were_aborted_together.ask(s).is_yes()) return Answer::unknown();
      return service->taken > s.x().syn ? Answer::yes(service->taken) : Answer::unknown();
    },
    "A later connection of the port had been accepted, so this one had."};

inline constexpr Clue refuses_the_syn_ack{
    "refuses-the-syn-ack",
    [](const Scene& s) {
      return Answer::when(s.form == Form::reply && s.trigger_kind == TriggerKind::syn_ack,
                          s.trigger.frame);
    },
    "The RST answers this SYN-ACK: {x} does not know, or no longer wants, the connection it "
    "accepts."};

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
    "By its TTL the SYN came from {a} routers away, the RST comes from {b}."};

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

/// A half-open scanner writes its SYN by hand and rarely takes the trouble of real options.
inline constexpr Clue syn_is_bare{"syn-is-bare",
                                  [](const Scene& s) {
                                    const SynShape& syn = s.x().shape;
                                    if (s.x().syn == 0) return Answer::unknown();
                                    // MSS alone takes 4 octets; what was cut off behind it is at
                                    // least one option more.
                                    if (syn.options_cut)
                                      return syn.options_len > 8 ? Answer::no() : Answer::unknown();
                                    const int options =
                                        syn.window_scale + syn.sack_permitted + syn.timestamps;
                                    // Systems without them ask for an MSS; scanners do not care.
                                    const bool plain = syn.mss && syn.wnd > kScannersMost;
                                    if (options == 0 && plain) return Answer::unknown();
                                    return Answer::when(options == 0, s.x().syn, syn.wnd);
                                  },
                                  "Its SYN carries none of the options of an operating system "
                                  "(window {a}): it was crafted."};

/// RFC 9293, 3.1: without the ACK bit the field says nothing, and stacks leave it 0; nmap does not.
inline constexpr Clue syn_has_an_acknowledgment{
    "syn-has-an-acknowledgment",
    [](const Scene& s) {
      const Glimpse& syn = s.x().last;
      if (!syn.syn || syn.ack_set) return Answer::unknown();
      return Answer::when(syn.ack.raw() != 0, syn.frame, syn.ack.raw());
    },
    "Its SYN has an acknowledgment number ({a}) but no ACK: it was crafted."};

/// As systems open connections that know no options but the MSS.
inline constexpr Clue syn_is_plain{
    "syn-is-plain",
    [](const Scene& s) {
      const SynShape& syn = s.x().shape;
      if (s.x().syn == 0 || syn.options_cut) return Answer::unknown();
      const bool more = syn.window_scale || syn.sack_permitted || syn.timestamps;
      return Answer::when(!more && syn.mss && syn.wnd > kScannersMost, s.x().syn, syn.wnd);
    },
    ""};

/// ZMap has 65535, and IP ID 54321.
inline constexpr Clue syn_has_a_scanners_window{
    "syn-has-a-scanners-window",
    [](const Scene& s) {
      const SynShape& syn = s.x().shape;
      if (s.x().syn == 0) return Answer::unknown();
      const bool known = is_a_scanners_window(syn.wnd) || (syn.wnd == 65535 && syn.ip_id == 54321);
      return Answer::when(known, s.x().syn, syn.wnd);
    },
    "The SYN's window, {a}, is one that scanners use."};

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

/// Is this host known to have probed several ports of late?
inline Answer is_scanning(const Host* host) {
  if (host == nullptr) return Answer::unknown();
  const std::uint32_t probes = host->synack_resets + host->refused_syns + host->strays;
  const bool scan = host->port_changes >= kScanPorts && probes >= kScanPorts;
  return Answer::when(scan, std::max({host->synack_reset, host->refused_syn, host->stray}), probes);
}

inline constexpr Clue resets_many_syn_acks{
    "resets-many-syn-acks", [](const Scene& s) { return is_scanning(s.x_host()); },
    "{a} probes of this host, of different ports, ended in a RST: it is scanning."};

inline constexpr Clue peer_is_scanning{
    "peer-is-scanning", [](const Scene& s) { return is_scanning(s.y_host()); },
    "{Y} had {a} probes answered by RST, on different ports: it is scanning."};

}  // namespace rstcause::clues
