// SPDX-License-Identifier: GPL-2.0-or-later
//
// THE TABLE: every cause of a TCP reset that the plugin can name. Start reading here.
//
// A row is complete: words for humans, what Linux calls it, the clues that it needs, that
// favour it and that rule it out, and an example. Nothing else in the project knows a cause
// by name. How to add one: .github/CONTRIBUTING.md.
//
// About the numbers. `prior` and weights are natural logarithms of odds against `unknown`,
// whose odds are 1 (0). A row whose needs are met stands near 5, so `unknown` keeps under one
// percent; rows that no capture can tell apart (linger0 and a close with unread data, say)
// stand close together and share the probability. `ceiling` is the honest maximum from one
// capture without a word from the host.
#include "engine/cause.h"

#include "engine/clues/application.h"
#include "engine/clues/capture.h"
#include "engine/clues/data.h"
#include "engine/clues/form.h"
#include "engine/clues/handshake.h"
#include "engine/clues/icmp.h"
#include "engine/clues/identity.h"
#include "engine/clues/teardown.h"
#include "engine/clues/timing.h"

namespace rstcause {
namespace {

using namespace clues;  // NOLINT(google-build-using-namespace): the table reads as prose

constexpr Cause kCatalogue[] = {
    // ----- follow-ups: an earlier frame explains them --------------------------------------
    {
        .token = "late_segment",
        .title = "Late segment after the end",
        .meaning = "The sender of this RST had already ended the connection, by its own RST or "
                   "because both ends had closed, and forgotten it. One more segment arrived and "
                   "was answered by RST.",
        .summary = "For {x:at} this connection was over since frame {root}; {trigger} came too "
                   "late and drew one more RST.",
        .advice = "Nothing by itself: frame {root} tells how the connection ended.",
        .apart = "An earlier RST of the same end, or both FINs.",
        .source = "RFC 9293, 3.5.2; Linux tcp_v4_rcv(), no_tcp_socket",
        .severity = Severity::chat,
        .benign = true,
        .listener_replies = true,
        .kernel_reason = "NO_SOCKET",
        .netstat = "TcpOutRsts",
        .prior = 6.0,
        .ceiling = 97,
        .needs = {&had_ended_before},
        .favours = {{&is_a_reply, 1.0, -1.0},
                    {&had_reset_before, 1.0},
                    {&both_had_closed, 0.5},
                    {&sender_went_on, -4.0},
                    {&answer_has_a_window, -2.0},
                    {&follows_a_forgery, -4.0},
                    {&sequence_is_foreign, -3.0},
                    {&one_of_a_volley, -3.0},
                    {&lived_on_after_the_trigger, -5.0},
                    {&ttl_differs, -2.5}},
        .proved_by = {&had_reset_before, &is_a_reply},
        .root = &had_ended_before,
        .example = " 0ms -> S\n 1ms <- SA\n 2ms -> A\n 3ms <- PA len 1000\n 4ms -> RA\n"
                   " 5ms <- PA len 1000 ack 1\n 6ms -> reply\n",
    },
    {
        .token = "reset_echo",
        .title = "Echo of a reset received",
        .meaning = "The sender of this RST had itself received a RST, so its socket was gone; it "
                   "now answers what its peer still sends.",
        .summary = "{X:at} had been reset in frame {root} and only answers {trigger}.",
        .advice = "Explain frame {root} first. If {y} goes on as if it had not sent that RST, "
                  "somebody else did.",
        .apart = "A RST of the other end before the segment that was answered; one that did not "
                 "pass this capture point shows in a capture beside {x}.",
        .source = "RFC 9293, 3.5.2; Weaver, Sommer, Paxson, Detecting Forged TCP Reset Packets, "
                  "NDSS 2009",
        .severity = Severity::chat,
        .benign = true,
        .listener_replies = true,
        .kernel_reason = "NO_SOCKET",
        .netstat = "TcpOutRsts",
        .prior = 6.0,
        .ceiling = 95,
        .needs = {&may_have_been_reset, &is_a_reply},
        .favours = {{&is_a_reply, 1.0, -2.0},
                    {&was_reset_before, 0.1, -4.8},
                    {&lived_on_after_the_trigger, -3.0}},
        .proved_by = {&was_reset_before, &is_a_reply},
        .root = &was_reset_before,
        .example = " 0ms -> S\n 1ms <- SA\n 2ms -> A\n 3ms -> PA len 5\n 4ms <- A\n 10ms -> RA\n"
                   " 30ms -> PA len 4\n 31ms <- reply\n",
    },

    // ----- the handshake was refused -------------------------------------------------------
    {
        .token = "port_closed",
        .title = "Nothing listens on the port",
        .meaning = "The host answered a SYN by RST: no socket accepts connections on that port.",
        .summary = "{X:at} refused the SYN (frame {trigger:frame}) of {y:at}: nothing listens on "
                   "port {xport}.",
        .advice = "Is the service running on port {xport}, and does it listen on this address "
                  "rather than on loopback alone?",
        .apart = "A firewall refuses some clients or ports only, and its RST may arrive with "
                 "another TTL.",
        .source = "RFC 9293, 3.5.2 group 1; Linux tcp_v4_rcv(), no_tcp_socket",
        .severity = Severity::warning,
        .kernel_reason = "NO_SOCKET",
        .netstat = "TcpOutRsts",
        .state = State::closed,
        .prior = 5.0,
        .ceiling = 85,
        .needs = {&refuses_the_syn},
        .favours = {{&sequence_is_zero, 0.5, -0.5},
                    {&ttl_differs, -3.0, 0.5},
                    {&service_accepts_others, -0.8},
                    {&port_accepts_before_and_since, 0.1},
                    {&answers_an_mp_join, -1.5},
                    {&sender_went_on, -6.0},
                    {&refuses_a_syn_unseen, 0.1},
                    {&syn_was_refused_before, -2.5},
                    {&refusal_has_a_window, -0.7},
                    {&peer_is_scanning, 0.2},
                    {&trigger_was_stopped, -2.5},
                    {&comes_from_where_the_filter_is, -1.0},
                    {&comes_from_behind_the_filter, 0.5}},
        .excluded_by = {&had_itself_sent_a_syn_ack, &had_reset_before},
        .variants = {{.detail = "syn_not_captured",
                      .clue = &refuses_a_syn_unseen,
                      .summary = "{X:at} refused a SYN of {y:at} that is not in the capture: "
                                 "nothing listens on port {xport}."},
                     {.detail = "port_accepts_others",
                      .clue = &port_accepts_before_and_since,
                      .summary = "{X:at} refused the SYN (frame {trigger:frame}) of {y:at}, though "
                                 "port {xport} accepts others before and since: nothing listened "
                                 "just then, or there was no room for one more.",
                      .advice = "Was the service on port {xport} restarted just then? If not, its "
                                "backlog may have been full (Windows refuses so what Linux drops): "
                                "does the program accept fast enough, and with which backlog does "
                                "it listen? Limits for each client refuse so, too."}},
        .example = " 0ms -> S\n 1ms <- reply\n",
    },
    {
        .token = "firewall_reject",
        .title = "A firewall refused the SYN",
        .meaning = "A rule that rejects by TCP reset answered the SYN in the server's name.",
        .summary = "A firewall rule that rejects with a TCP reset refused the SYN (frame "
                   "{trigger:frame}) of {y:at} in the name of {x:at}.",
        .advice = "Ask the owners of the firewalls between {y} and {x} for a rule on port {xport}; "
                  "try from another network.",
        .apart = "A RST with another TTL than the host's own segments, or other clients that the "
                 "same port accepts.",
        .source = "Linux nf_send_reset()",
        .severity = Severity::warning,
        .sender = Sender::middlebox,
        .prior = 3.4,
        .ceiling = 85,
        .needs = {&refuses_the_syn},
        .favours = {{&sender_went_on, -3.0},
                    {&trigger_was_not_passed_on, 5.0, -0.7},
                    {&ttl_differs, 3.5, -0.3},
                    {&service_accepts_others, 0.7},
                    {&trigger_was_stopped, 3.0},
                    {&rule_stops_the_connection, 1.0},
                    {&comes_from_where_the_filter_is, 2.5},
                    {&comes_from_behind_the_filter, -1.0}},
        .excluded_by = {&had_itself_sent_a_syn_ack, &had_reset_before},
        .example = " 0ms <- S\n 1ms -> SA ttl 60\n 2ms <- A\n 3ms -> PA len 10 ttl 60\n 4ms <- A\n"
                   " 5ms -> FA ttl 60\n 6ms <- FA\n 7ms -> A ttl 60\n"
                   " 900ms <- S isn 777777\n 901ms -> reply ttl 63\n",
    },
    {
        .token = "syn_in_synrecv",
        .title = "A second SYN hit a half-open connection",
        .meaning =
            "While a handshake was half done, another SYN with another sequence number came on the "
            "same 4-tuple, inside the window. The server reset the half-open connection.",
        .summary = "{X:at} had answered one SYN when another one came (frame {trigger:frame}) on "
                   "the same ports: it reset the half-open connection.",
        .advice = "Does {y} or a NAT before it reuse source ports too quickly, or does somebody "
                  "send SYNs in its name?",
        .apart = "The SYN-ACK to the first SYN.",
        .source = "Linux tcp_check_req(), INVALID_SYN; RFC 9293, 3.10.7.4",
        .severity = Severity::note,
        .kernel_reason = "INVALID_SYN",
        .netstat = "TcpExtEmbryonicRsts",
        .state = State::syn_received,
        .prior = 6.0,
        .ceiling = 90,
        .needs = {&refuses_the_syn, &had_itself_sent_a_syn_ack},
        .favours = {{&had_accepted_that_syn, -6.0}},
        .excluded_by = {&had_reset_before, &was_reset_before},
        .example = " 0ms -> S\n 1ms <- SA\n 5ms -> S seq 100\n 6ms <- reply\n",
    },
    {
        .token = "accept_queue_full",
        .title = "Accept queue full",
        .meaning = "The server's accept queue was full because its program does not accept fast "
                   "enough. By default Linux then ignores the last ACK of the handshake, repeats "
                   "its SYN-ACK and forgets the request, while the client believes to be connected "
                   "until its data draws a RST; with tcp_abort_on_overflow=1 it resets at once.",
        .summary = "{Y:at} believed to be connected, but the accept queue of {x:at} was full: its "
                   "kernel dropped the request and answered {trigger} by RST.",
        .advice = "See ListenOverflows (nstat -az) and the listener's Recv-Q (ss -ltn). Why does "
                  "the program not accept: a blocked acceptor thread, too little CPU? If bursts "
                  "are legitimate, raise its backlog and net.core.somaxconn.",
        .apart = "A SYN-ACK repeated after the client's ACK, and a listener that still accepts "
                 "afterwards.",
        .source = "Linux tcp_v4_syn_recv_sock(), tcp_check_req(), reqsk_timer_handler()",
        .severity = Severity::error,
        .kernel_reason = "TCP_FLAGS",
        .netstat = "TcpExtListenOverflows",
        .state = State::listen,
        .prior = 3.0,
        .ceiling = 92,
        .needs = {&is_a_reply, &sent_only_syn_acks, &trigger_acks_the_syn_ack},
        .favours = {{&continues_another_connection, -3.0},
                    {&syn_ack_repeated_after_ack, 4.0},
                    {&payload_was_never_taken, 0.5},
                    {&first_ack_was_refused, 0.1},
                    {&listener_is_alive, 1.5},
                    {&port_refuses_acks_and_lives, 2.0},
                    {&port_takes_other_acks, 1.0},
                    {&listener_refuses, -4.0},
                    {&syn_ack_repeated_unacknowledged, -3.0},
                    {&ttl_differs, -2.5},
                    {&heartbeat_was_sent, 0.1},
                    {&sender_went_on, -4.0},
                    {&answer_has_a_window, -2.0}},
        .excluded_by = {&had_reset_before, &was_reset_before},
        .variants = {{.detail = "abort_on_overflow",
                      .clue = &first_ack_was_refused,
                      .kernel_reason = "INVALID_SYN",
                      .summary = "The accept queue of {x:at} was full and tcp_abort_on_overflow is "
                                 "set: its kernel answered the ACK (frame {trigger:frame}) that "
                                 "ends the handshake of {y:at} by RST."},
                     {.detail = "silent", .clue = nullptr}},
        .example = " 0ms -> S\n 1ms <- SA\n 2ms -> A\n 1000ms <- SA\n 1001ms -> A\n 5000ms -> PA "
                   "len 5\n 5001ms <- reply\n",
    },
    {
        .token = "listener_gone",
        .title = "The listener went away during the handshake",
        .meaning = "The program closed its listening socket, or ended, between the SYN-ACK and the "
                   "client's ACK.",
        .summary =
            "{X:at} sent a SYN-ACK, but when {trigger} of {y:at} came its listener was gone.",
        .advice = "Did the service restart or crash at that moment? Let clients retry; hand "
                  "sockets over on restarts.",
        .apart = "The next SYN to the port: refused, or accepted.",
        .source = "Linux inet_csk_listen_stop(), tcp_v4_rcv()",
        .severity = Severity::warning,
        .kernel_reason = "NO_SOCKET",
        .netstat = "TcpOutRsts",
        .state = State::closed,
        .prior = 2.6,
        .ceiling = 85,
        .needs = {&is_a_reply, &sent_only_syn_acks, &trigger_acks_the_syn_ack},
        .favours = {{&continues_another_connection, -3.0},
                    {&listener_refuses, 3.5},
                    {&first_ack_was_refused, 0.7, -1.5},
                    {&listener_is_alive, -2.0},
                    {&port_refuses_acks_and_lives, -1.0},
                    {&port_takes_other_acks, -1.0},
                    {&ttl_differs, -2.5},
                    {&sender_went_on, -4.0},
                    {&answer_has_a_window, -2.0}},
        .excluded_by = {&had_reset_before, &was_reset_before, &syn_ack_repeated_after_ack},
        .example = " 0ms -> S\n 1ms <- SA\n 2ms -> S port 50001\n 3ms <- reply port 50001\n 4ms -> "
                   "A\n 5ms <- reply\n",
    },
    {
        .token = "synack_expired",
        .title = "The handshake took too long",
        .meaning = "The server had given up its half-open request after repeating the SYN-ACK in "
                   "vain; the client's ACK or data came later.",
        .summary = "{X:at} had repeated its SYN-ACK in vain and forgotten the request when "
                   "{trigger} of {y:at} came.",
        .advice = "Where was {y}'s answer for so long? Look for loss or one-way routing between "
                  "the SYN-ACK and this frame.",
        .apart = "No ACK of the client before the SYN-ACK was repeated.",
        .source = "Linux reqsk_timer_handler(), tcp_synack_retries",
        .severity = Severity::warning,
        .kernel_reason = "TCP_FLAGS",
        .netstat = "TcpExtTCPTimeouts",
        .state = State::listen,
        .prior = 3.0,
        .ceiling = 85,
        .needs = {&is_a_reply, &sent_only_syn_acks, &trigger_acks_the_syn_ack},
        .favours = {{&syn_ack_repeated_unacknowledged, 1.5, -0.6},
                    {&syn_ack_repeated_after_ack, 1.5},
                    {&syn_ack_was_repeated, 0.0, -1.4},
                    {&listener_is_alive, 0.5},
                    {&ttl_differs, -2.0}},
        .excluded_by = {&had_reset_before, &was_reset_before, &first_ack_was_refused},
        .example = " 0ms -> S\n 1ms <- SA\n 1001ms <- SA\n 3001ms <- SA\n 70000ms -> A\n 70001ms "
                   "<- reply\n",
    },
    {
        .token = "bad_handshake_ack",
        .title = "Wrong acknowledgment in the handshake",
        .meaning = "The third packet acknowledged a number that the server had not sent, or a SYN "
                   "cookie that is not valid any more.",
        .summary = "{Y:at} acknowledged something that {x:at} had not sent (frame "
                   "{trigger:frame}), and was reset.",
        .advice = "Look for a device that rewrites sequence numbers in one direction only, or for "
                  "ACKs sent in {y}'s name.",
        .apart = "The numbers of the SYN-ACK.",
        .source = "RFC 9293, 3.5.2 group 2; Linux tcp_check_req(), cookie_v4_check()",
        .severity = Severity::warning,
        .ends_connection = false,
        .kernel_reason = "TCP_FLAGS",
        .netstat = "TcpExtSyncookiesFailed",
        .state = State::listen,
        .prior = 4.5,
        .ceiling = 90,
        .needs = {&is_a_reply, &sent_only_syn_acks, &trigger_acks_something_else},
        .favours = {{&ttl_differs, -2.5}, {&came_too_soon, -2.5}},
        .excluded_by = {&had_reset_before, &was_reset_before},
        .variants = {{.detail = "simultaneous_open",
                      .clue = &crossed_and_acks_too_much,
                      .kernel_reason = "TCP_ACK_UNSENT_DATA"},
                     {.detail = "simultaneous_open",
                      .clue = &the_syns_crossed,
                      .kernel_reason = "TCP_TOO_OLD_ACK"}},
        .example = " 0ms -> S\n 1ms <- SA\n 2ms -> A ack 99\n 3ms <- reply\n",
    },

    // ----- the client refused the server's answer ------------------------------------------
    {
        .token = "syn_scan",
        .title = "Half-open port scan",
        .meaning = "The SYN came from a raw socket, so the scanner's own kernel knew of no "
                   "connection and reset the SYN-ACK. The port is open.",
        .summary = "{X:at} scans: its SYN to port {yport} was crafted, and its host, which knew of "
                   "no connection, reset the SYN-ACK (frame {trigger:frame}). The port is open.",
        .advice = "A port scan: is {x} yours? Nothing is broken.",
        .apart = "The options of the SYN: an operating system's connect() sends a full set. Many "
                 "ports in a row.",
        .source = "nmap -sS; RFC 9293, 3.5.2 group 1",
        .severity = Severity::note,
        .benign = true,
        .kernel_reason = "NO_SOCKET",
        .netstat = "TcpOutRsts",
        .state = State::closed,
        .prior = 2.5,
        .ceiling = 95,
        .needs = {&refuses_the_syn_ack, &had_sent_the_syn, &syn_ack_fits_the_syn},
        .favours = {{&syn_is_bare, 2.5, -2.5},
                    {&syn_is_plain, -1.0},
                    {&syn_has_an_acknowledgment, 4.0},
                    {&syn_has_a_scanners_window, 1.0},
                    {&resets_many_syn_acks, 2.0},
                    {&syn_came_another_way, -1.0},
                    {&syn_ack_was_late, -1.5, 1.0},
                    {&connecting_was_stopped, -2.0},
                    {&its_syns_expired_on_the_way, 4.0}},
        .excluded_by = {&had_reset_before, &was_reset_before},
        .example = " 0ms -> S bare win 1024\n 1ms <- SA\n 2ms -> reply\n",
    },
    {
        .token = "connect_cancelled",
        .title = "The connecting program had given up",
        .meaning = "The client's program closed its socket while it was still connecting. The "
                   "SYN-ACK came later and found nobody.",
        .summary = "{X:at} had given up connecting; the SYN-ACK (frame {trigger:frame}) of {y:at} "
                   "found nobody.",
        .advice = "Compare the time from SYN to SYN-ACK with the program's connect time-out: the "
                  "server or the path was slower.",
        .apart = "A late SYN-ACK, and a SYN with an operating system's options.",
        .source = "Linux tcp_v4_rcv(), no_tcp_socket",
        .severity = Severity::note,
        .kernel_reason = "NO_SOCKET",
        .netstat = "TcpOutRsts",
        .state = State::closed,
        .prior = 2.5,
        .ceiling = 85,
        .needs = {&refuses_the_syn_ack, &had_sent_the_syn, &syn_ack_fits_the_syn},
        .favours = {{&syn_ack_was_late, 2.0, -0.7},
                    {&syn_is_bare, -2.0, 1.5},
                    {&syn_is_plain, 0.7},
                    {&resets_many_syn_acks, -1.5},
                    {&syn_came_another_way, -2.5},
                    {&syn_ack_echoes_a_foreign_timestamp, -4.0},
                    {&connecting_was_stopped, 3.0}},
        .excluded_by = {&had_reset_before, &was_reset_before},
        .example = " 0ms -> S\n 1000ms -> S again\n 1500ms <- SA\n 1501ms -> reply\n",
    },

    {
        .token = "synack_unacceptable",
        .title = "SYN-ACK for something never sent",
        .meaning = "A connecting client got a SYN-ACK that acknowledges a number it never sent.",
        .summary = "{Y:at} acknowledged something (frame {trigger:frame}) that the SYN of {x:at} "
                   "had not sent, and was refused.",
        .advice = "Something else answers for the server: stale state, a SYN proxy on one "
                  "direction, spoofing. Compare the SYN-ACK's TTL with the server's.",
        .apart = "The numbers of SYN and SYN-ACK.",
        .source = "RFC 9293, 3.5.2 group 2; Linux tcp_rcv_synsent_state_process()",
        .severity = Severity::warning,
        .ends_connection = false,
        .kernel_reason = "TCP_INVALID_ACK_SEQUENCE",
        .netstat = "TcpOutRsts",
        .state = State::syn_sent,
        .prior = 5.0,
        .ceiling = 90,
        .needs = {&is_a_reply, &is_still_connecting, &syn_ack_acknowledges_something_else},
        .favours = {{&was_answered_by_a_bare_ack, -2.0}},
        .example = " 0ms -> S\n 1ms <- SA ack 777\n 2ms -> reply\n",
    },
    {
        .token = "half_open_recovery",
        .title = "Old connection cleared away",
        .meaning = "The server still held an old connection on the same ports and answered the new "
                   "SYN by an ACK of its own; the client reset that ghost, as RFC 9293 wants it. "
                   "The next SYN succeeds.",
        .summary = "{Y:at} still held an old connection on these ports (its ACK: frame "
                   "{trigger:frame}); {x:at} reset that ghost to connect anew.",
        .advice = "Harmless if the next SYN succeeds. Keepalive on {y} and a wider port range on "
                  "{x} make it rarer.",
        .apart = "A bare ACK in answer to a SYN.",
        .source = "RFC 9293, 3.5.1; RFC 5961, 4; Linux tcp_rcv_synsent_state_process()",
        .severity = Severity::note,
        .benign = true,
        .ends_connection = false,
        .kernel_reason = "TCP_INVALID_ACK_SEQUENCE",
        .netstat = "TcpOutRsts",
        .state = State::syn_sent,
        .prior = 6.0,
        .ceiling = 95,
        .needs = {&is_a_reply, &is_still_connecting, &was_answered_by_a_bare_ack},
        .favours = {{&an_older_connection_was_seen, 0.7}},
        .example = " 0ms -> S\n 1ms <- SA\n 2ms -> A\n 3ms -> PA len 4\n 4ms <- A\n 90s -> S isn "
                   "777000\n 90.001s <- A rawack 1005\n 90.002s -> reply\n",
    },
    {
        .token = "synack_paws",
        .title = "SYN-ACK with a foreign timestamp",
        .meaning = "The SYN-ACK echoed a timestamp that the client had never sent, so the client "
                   "refused it.",
        .summary = "The SYN-ACK (frame {trigger:frame}) of {y:at} echoes a timestamp that {x:at} "
                   "never sent; the client refused it.",
        .advice = "A middlebox rewrites timestamps in one direction only: disable TCP timestamp "
                  "rewriting there.",
        .apart = "The timestamps of SYN and SYN-ACK.",
        .source = "Linux tcp_rcv_synsent_state_process(), PAWSActiveRejected; RFC 7323, 5",
        .severity = Severity::warning,
        .ends_connection = false,
        .kernel_reason = "TCP_RFC7323_PAWS",
        .netstat = "TcpExtPAWSActive",
        .state = State::syn_sent,
        .prior = 7.0,
        .ceiling = 97,
        .needs = {&refuses_the_syn_ack, &is_still_connecting, &syn_ack_fits_the_syn,
                  &syn_ack_echoes_a_foreign_timestamp},
        .proved_by = {&syn_ack_echoes_a_foreign_timestamp},
        .example = " 0ms -> S\n 1ms <- SA tsecr 99000000\n 2ms -> reply\n",
    },
    {
        .token = "backscatter",
        .title = "Answer to a SYN never sent",
        .meaning = "A SYN-ACK came for a SYN that this host had never sent: somebody spoofed its "
                   "address, or the answer went astray.",
        .summary = "{X:at} got a SYN-ACK (frame {trigger:frame}) for a SYN that it never sent, and "
                   "refused it.",
        .advice = "Nothing to mend here: somebody attacks {y} with your address as a false sender. "
                  "If the SYN was yours, capture on the other interface too.",
        .apart = "The SYN: a capture that sees all of this host's packets and has none.",
        .source = "RFC 9293, 3.5.2 group 1; Moore, Voelker, Savage, Inferring Internet "
                  "Denial-of-Service Activity, 2001",
        .severity = Severity::chat,
        .benign = true,
        .kernel_reason = "NO_SOCKET",
        .netstat = "TcpOutRsts",
        .state = State::closed,
        .prior = 4.2,
        .ceiling = 70,
        .needs = {&refuses_the_syn_ack, &syn_may_be_anothers},
        .favours = {{&resets_many_syn_acks, 1.5},
                    {&capture_had_just_begun, -1.5},
                    {&syn_ack_was_late, -1.5},
                    {&syn_came_another_way, 1.0},
                    {&syn_has_an_acknowledgment, -2.5},
                    {&no_syn_was_sent, 0.1, -1.0},
                    {&syn_has_a_scanners_window, -0.5}},
        .excluded_by = {&had_reset_before, &was_reset_before},
        .example = " 0ms <- SA\n 1ms -> reply\n",
    },

    // ----- answers after a close -----------------------------------------------------------
    {
        .token = "data_after_close",
        .title = "Data after the close",
        .meaning = "The sender of the RST had closed the connection, and the peer sent more data, "
                   "which nobody could read any more.",
        .summary = "{X:at} had closed {fin:at}; {trigger} of {y:at} found nobody to read it.",
        .advice = "If this is a reused connection (HTTP keep-alive, a pool), let {y} give up idle "
                  "connections sooner than {x} closes them, and retry what is safe to repeat. "
                  "Otherwise: why does {y} not heed the FIN?",
        .apart = "The FIN of the resetting end before the data.",
        .source = "Linux tcp_rcv_state_process() (TCP_ABORT_ON_DATA), "
                  "tcp_timewait_state_process(); RFC 9293, 3.6.1",
        .severity = Severity::warning,
        .benign_if = &only_a_tls_alert_was_late,
        .benign_advice = "Nothing was lost: {y} said goodbye (a TLS close_notify) after {x} had "
                         "gone. To keep logs clean let {y} close without it once {x} has closed.",
        .kernel_reason = "TCP_ABORT_ON_DATA",
        .netstat = "TcpExtTCPAbortOnData",
        .prior = 6.0,
        .ceiling = 97,
        .needs = {&is_a_reply, &may_have_closed, &data_came_after_the_fin},
        .favours = {{&within_the_fin_timeout, 0.5, -3.0},
                    {&had_no_room_for_a_fin, 0.1},
                    {&sent_before_the_fin_could_arrive, 0.1},
                    {&only_a_tls_alert_was_late, 0.1},
                    {&ttl_differs, -2.0},
                    {&sender_went_on, -4.0},
                    {&answer_has_a_window, -1.5}},
        .excluded_by = {&had_reset_before, &was_reset_before},
        .proved_by = {&had_closed, &data_came_after_the_fin, &fin_was_unacknowledged},
        .variants = {{.detail = "race", .clue = &sent_before_the_fin_could_arrive},
                     {.detail = "time_wait",
                      .clue = &waits_in_fin_wait_2,
                      .kernel_reason = "TCP_TIMEWAIT_SOCKET",
                      .netstat = "TcpOutRsts"},
                     {.detail = "ignored_fin", .clue = nullptr}},
        .example =
            " 0ms -> S\n 1ms <- SA\n 2ms -> A\n 3ms -> PA len 30\n 4ms <- PA len 200\n 5ms -> A\n"
            " 5000ms <- FA\n 5001ms -> A\n 5500ms -> PA len 30\n 5501ms <- reply\n",
    },
    {
        .token = "half_close_expired",
        .title = "The closed half had expired",
        .meaning = "The sender of the RST had closed, waited in FIN-WAIT-2 until its time ran out "
                   "in silence, and forgot the connection. Then the half that its peer had kept "
                   "open was used.",
        .summary = "{X:at} had closed {fin:at} and forgotten the connection when {trigger} of "
                   "{y:at} came.",
        .advice = "{Y} kept its half open for longer after the FIN than {x} waits (Linux "
                  "tcp_fin_timeout, 60 s unless changed): a leaked CLOSE-WAIT socket, or a "
                  "half-close that the protocol means? Close on end of file.",
        .apart = "How long {x} waits in FIN-WAIT-2 (tcp_fin_timeout), against the time between "
                 "the acknowledged FIN and the segment.",
        .source = "Linux tcp_fin_timeout; RFC 9293, 3.6",
        .severity = Severity::warning,
        .listener_replies = true,
        .kernel_reason = "NO_SOCKET",
        .netstat = "TcpOutRsts",
        .prior = 4.0,
        .ceiling = 90,
        .needs = {&is_a_reply, &had_closed, &could_have_expired},
        .favours = {{&past_the_fin_timeout, 1.0, -1.0}, {&no_timer_is_so_short, -0.3}},
        .excluded_by = {&had_reset_before, &was_reset_before, &both_had_closed},
        .example = " 0ms -> S\n 1ms <- SA\n 2ms -> A\n 3ms <- FA\n 4ms -> A\n 90000ms -> PA len "
                   "30\n 90001ms <- reply\n",
    },
    {
        .token = "linger2",
        .title = "TCP_LINGER2 below zero",
        .meaning = "The application had set TCP_LINGER2 to a negative number: the socket skips "
                   "FIN-WAIT-2 and resets as soon as its FIN is acknowledged.",
        .summary = "{X:at} closed {fin:at} and reset the connection as soon as the FIN was "
                   "acknowledged: TCP_LINGER2 is negative.",
        .advice = "Remove the negative TCP_LINGER2, or take the RST as its price.",
        .apart = "No other cause answers the bare ACK of a FIN.",
        .source = "Linux tcp_rcv_state_process(), TCP_FIN_WAIT1, linger2 < 0",
        .severity = Severity::note,
        .kernel_reason = "TCP_ABORT_ON_DATA",
        .netstat = "TcpExtTCPAbortOnData",
        .state = State::fin_wait_1,
        .prior = 5.0,
        .ceiling = 95,
        .needs = {&could_be_linger2},
        .favours = {{&answers_the_ack_of_the_fin, 0.5, -3.5},
                    {&answers_data_behind_the_ack, 1.6},
                    {&waits_in_fin_wait_2, 0.1},
                    {&ttl_differs, -2.5}},
        .excluded_by = {&had_reset_before, &was_reset_before},
        .example = " 0ms -> S\n 1ms <- SA\n 2ms -> A\n 3ms -> FA\n 4ms <- A\n 4ms -> reply\n",
    },

    // ----- own decisions: the socket was aborted -------------------------------------------
    {
        .token = "keepalive_timeout",
        .title = "Keepalive gave up",
        .meaning = "The sender probed its silent peer, got no answer, and gave the connection up "
                   "(keepalive, or TCP_USER_TIMEOUT with keepalive).",
        .summary = "{X:at} probed its silent peer, {y:at}, in vain and gave up.",
        .advice = "The other end or the path to it was dead, or a device between had dropped the "
                  "idle connection: find out since when. Probe more often than the shortest idle "
                  "time-out on the path.",
        .apart = "Probes without an answer, then the RST one interval later.",
        .source = "Linux tcp_keepalive_timer(); RFC 9293, 3.8.4",
        .severity = Severity::warning,
        .kernel_reason = "TCP_KEEPALIVE_TIMEOUT",
        .netstat = "TcpExtTCPAbortOnTimeout",
        .prior = 6.5,
        .ceiling = 97,
        .needs = {&is_an_abort, &probed_last},
        .favours = {{&sender_went_on, -6.0},
                    {&ttl_differs, -2.0},
                    {&timestamps_are_missing, -1.5},
                    {&probes_were_unanswered, 1.0, -2.0},
                    {&reset_is_on_the_probe_grid, 1.5, -3.0},
                    {&own_segments_were_stopped, 0.5},
                    {&own_segments_were_too_big, 0.1},
                    {&one_of_a_volley, -2.5}},
        .excluded_by = {&had_reset_before, &peer_window_was_shut},
        .proved_by = {&probes_were_unanswered, &reset_is_on_the_probe_grid},
        .example =
            " 0ms -> S\n 1ms <- SA\n 2ms -> A\n 3ms -> PA len 5\n 4ms <- PA len 5\n 5ms -> A\n"
            " 10005ms -> probe\n 15005ms -> probe\n 20005ms -> probe\n 25005ms -> RA\n",
    },
    {
        .token = "zero_window_timeout",
        .title = "The receiver never opened its window",
        .meaning = "The peer kept its receive window shut, so nothing could be sent, and the "
                   "sender gave up.",
        .summary = "{Y:at} kept its window shut and {x:at} gave up.",
        .advice = "Why did the program at {y} stop reading? If slow readers are legitimate, raise "
                  "the send time-out at {x}.",
        .apart = "A window of 0 up to the RST.",
        .source = "nginx reset_timedout_connection; FreeBSD tcp_timer_persist(); Linux "
                  "tcp_probe_timer() itself is silent",
        .severity = Severity::warning,
        .kernel_reason = "TCP_STATE",
        .netstat = "TcpExtTCPAbortOnData",
        .prior = 5.0,
        .ceiling = 85,
        .needs = {&is_an_abort, &peer_window_was_shut},
        .favours = {{&probes_were_sent, 1.0, -2.0}, {&shut_for_long, 1.0, -0.5}},
        .excluded_by = {&had_reset_before},
        .example = " 0ms -> S\n 1ms <- SA\n 2ms -> A\n 3ms -> PA len 30\n 4ms <- PA len 9000\n 5ms "
                   "-> A win 0\n"
                   " 5000ms <- probe\n 5001ms -> A win 0\n 60000ms <- RA\n",
    },
    {
        .token = "retransmit_timeout",
        .title = "Retransmission gave up",
        .meaning = "The sender repeated the same data in vain until its limit and told the peer by "
                   "RST (BSD, macOS, Windows and many appliances; Linux gives up in silence).",
        .summary = "{X:at} had sent the same data again and again without an acknowledgment from "
                   "{y:at} and gave up.",
        .advice = "Find what swallowed the data or its acknowledgments: loss, path MTU, a "
                  "firewall, a dead host.",
        .apart = "A series of retransmissions up to the RST; the same by an application's own "
                 "time-out looks alike.",
        .source = "FreeBSD tcp_timer_rexmt(); RFC 9293, 3.8.3",
        .severity = Severity::error,
        .prior = 3.6,
        .ceiling = 85,
        .needs = {&is_an_abort, &retransmissions_were_unanswered},
        .favours = {{&gave_up_after_many, 1.6, -1.0},
                    {&reset_is_on_the_retransmission_grid, 2.0},
                    {&sender_went_on, -4.0},
                    {&ttl_differs, -2.0},
                    {&own_segments_were_stopped, 1.0},
                    {&own_segments_were_too_big, 1.0},
                    {&one_of_a_volley, -1.0}},
        .excluded_by = {&had_reset_before, &peer_window_was_shut},
        .example = " 0ms -> S\n 1ms <- SA\n 2ms -> A\n 3ms -> PA len 30\n 300ms -> PA len 30 "
                   "again\n 900ms -> PA len 30 again\n"
                   " 2100ms -> PA len 30 again\n 4500ms -> PA len 30 again\n 9300ms -> RA\n",
    },
    {
        .token = "connect_probe",
        .title = "Connection test",
        .meaning = "The client only tested whether the port accepts connections (a health check, a "
                   "connect scan, monitoring) and aborted without sending a byte.",
        .summary = "{X:at} only tested whether port {yport} accepts connections, and aborted "
                   "without a byte{carried}.",
        .advice = "Harmless. To keep it out of the server's log, let the prober speak the protocol "
                  "or exclude its address.",
        .apart = "No payload, an abort at once, and mostly a steady rhythm.",
        .source = "HAProxy connect-only checks; nmap -sT",
        .severity = Severity::chat,
        .benign = true,
        .kernel_reason = "TCP_STATE",
        .netstat = "TcpExtTCPAbortOnData",
        .prior = 4.5,
        .ceiling = 90,
        .needs = {&is_an_abort, &client_reset, &nobody_sent_payload, &nobody_had_closed},
        .favours = {{&sender_went_on, -6.0},
                    {&ttl_differs, -2.0},
                    {&timestamps_are_missing, -1.5},
                    {&aborted_at_once, 1.0, -3.0},
                    {&host_closed_another_too, -3.0},
                    {&resets_many_syn_acks, 0.5},
                    {&one_of_a_volley, -2.5}},
        .excluded_by = {&had_reset_before, &probes_were_unanswered, &opened_simultaneously},
        .example = " 0ms -> S\n 1ms <- SA\n 2ms -> A\n 3ms -> RA\n",
    },
    {
        .token = "accept_then_abort",
        .title = "Accepted and aborted at once",
        .meaning = "The server accepted the connection and aborted it at once without serving: an "
                   "access rule, a connection limit, an overloaded proxy.",
        .summary = "{X:at} accepted the connection of {y:at} and aborted it at once, without a "
                   "byte of answer{carried}.",
        .advice = "Look for an access rule, a connection limit or tcp wrappers on the server that "
                  "meets this client's address.",
        .apart = "A listener that goes on serving others; a closed listener refuses the next SYN.",
        .source = "HAProxy tcp-request connection reject",
        .severity = Severity::warning,
        .kernel_reason = "TCP_STATE",
        .netstat = "TcpExtTCPAbortOnData",
        .prior = 4.3,
        .ceiling = 80,
        .needs = {&is_an_abort, &server_reset, &resetter_sent_no_payload, &aborted_at_once},
        .favours = {{&sender_went_on, -6.0},
                    {&ttl_differs, -2.0},
                    {&timestamps_are_missing, -1.5},
                    {&nothing_could_be_unread, 0.7, -2.0},
                    {&octets_had_arrived, -3.0},
                    {&service_serves_others, 1.0},
                    {&listener_refuses, -2.5},
                    {&peer_window_was_shut, -4.0},
                    {&aborted_in_the_instant, 1.0, -1.5},
                    {&others_were_aborted_together, -2.0},
                    {&has_a_live_socket, 0.3, -0.5},
                    {&syn_ack_had_no_window, -3.0},
                    {&resetter_could_not_connect_elsewhere, 1.0},
                    {&one_of_a_volley, -2.5},
                    {&resetter_was_refused_elsewhere, -3.0}},
        .excluded_by = {&had_reset_before, &had_closed},
        .example = " 0ms -> S\n 1ms <- SA\n 2ms -> A\n 2ms <- RA\n",
    },
    {
        .token = "listener_closed",
        .title = "Listener closed with connections waiting",
        .meaning = "The program closed its listening socket, or ended, while connections that it "
                   "had not accepted yet waited in the queue; the kernel aborted each.",
        .summary = "{X:at} closed its listening socket while the connection of {y:at} still waited "
                   "to be accepted.",
        .advice = "Accept faster, or drain the queue before stopping; hand the socket over on "
                  "restarts (systemd sockets, SO_REUSEPORT with tcp_migrate_req).",
        .apart = "Several connections never served that are reset in the same instant, and SYNs "
                 "refused afterwards.",
        .source = "Linux inet_csk_listen_stop()",
        .severity = Severity::warning,
        .kernel_reason = "TCP_STATE",
        .netstat = "TcpEstabResets",
        .prior = 3.0,
        .ceiling = 80,
        .needs = {&is_an_abort, &server_reset, &resetter_sent_no_payload},
        .favours = {{&sender_went_on, -6.0},
                    {&ttl_differs, -2.0},
                    {&timestamps_are_missing, -1.5},
                    {&others_were_aborted_together, 3.5},
                    {&listener_refuses, 3.0},
                    {&nothing_could_be_unread, 0.3, -1.0},
                    {&listener_is_alive, -2.0},
                    {&service_serves_others, -0.5},
                    {&was_accepted_in_its_turn, -2.5},
                    {&aborted_on_the_peers_fin, -2.5},
                    {&aborted_in_the_instant, -1.0, 1.0},
                    {&syn_ack_had_no_window, -3.0},
                    {&one_of_a_volley, -2.5}},
        .excluded_by = {&had_reset_before, &had_closed},
        .example = " 0ms -> S\n 1ms <- SA\n 2ms -> A\n 5ms -> S port 50001\n 6ms <- SA port "
                   "50001\n 7ms -> A port 50001\n"
                   " 4000ms <- RA port 50001\n 4000ms <- RA\n",
    },
    {
        .token = "linger0",
        .title = "Closed with SO_LINGER 0",
        .meaning = "The application closed its socket with SO_LINGER {on, 0} (or disconnected it): "
                   "close(2) then sends RST in place of FIN.",
        .summary = "{X:at} aborted with SO_LINGER 0{after}: close(2) sent RST instead of FIN.",
        .advice = "If the log noise matters, remove SO_LINGER 0 (in Java setSoLinger(true, 0)) and "
                  "close gracefully; if it is there to spare TIME_WAIT, ignore it.",
        .apart = "Nothing unread, nothing probed, no listener closed; on the host that reset, "
                 "tcp:tcp_send_reset says TCP_STATE.",
        .source = "Linux __tcp_close(), tcp_disconnect(); socket(7)",
        .severity = Severity::note,
        .kernel_reason = "TCP_STATE",
        .netstat = "TcpExtTCPAbortOnData",
        .prior = 3.0,
        .ceiling = 85,
        .needs = {&is_an_abort},
        .favours = {{&sender_went_on, -6.0},
                    {&ttl_differs, -2.0},
                    {&timestamps_are_missing, -1.5},
                    {&nothing_could_be_unread, 1.2},
                    {&last_request_was_answered, 0.4},
                    {&all_was_acknowledged, 0.2},
                    {&room_was_made, 1.0},
                    {&ping_was_sent, 0.1},
                    {&pong_came_back, 0.1},
                    {&every_command_was_answered, 0.8},
                    {&replies_had_piled_up, -0.6},
                    {&reply_was_cut, -1.5},
                    {&server_was_pushing, -0.5},
                    {&http_exchange_was_whole, 0.8},
                    {&http_response_was_cut, -0.5},
                    {&http_answered_before_all_was_read, -1.0},
                    {&resetter_spoke_last, 0.8},
                    {&refused_without_reading, -1.5},
                    {&closed_and_reset_at_once, 0.1},
                    {&client_closed_and_reset_at_once, -0.5},
                    {&window_jumped, -4.0},
                    {&window_grew, -0.7},
                    {&octets_had_been_left, -0.8},
                    {&tls_gave_up_with_an_alert, -0.8},
                    {&http_requests_were_left, -1.0},
                    {&window_stayed_shut, -2.5},
                    {&request_was_unanswered, -0.5},
                    {&data_came_after_own_fin, -1.5},
                    {&has_a_live_socket, 0.2, -0.3},
                    {&client_tested_the_port, -2.0},
                    {&server_never_served, -0.7},
                    {&peer_window_was_shut, -1.0},
                    {&nothing_drew_the_bare_rst, -1.5},
                    {&host_aborted_others_too, -0.3},
                    {&host_closes_its_like_by_fin, -0.8},
                    {&own_segments_were_stopped, 0.3},
                    {&own_segments_were_too_big, 0.1},
                    {&peers_segments_were_too_big, 0.1},
                    {&resetter_could_not_connect_elsewhere, 0.1},
                    {&one_of_a_volley, -2.5},
                    {&resetter_was_refused_elsewhere, -4.0},
                    {&abort_has_no_ip_id, -1.0}},
        .excluded_by = {&had_reset_before},
        .variants = {{.detail = "fin_then_rst",
                      .clue = &closed_and_reset_at_once,
                      .summary = "{X:at} closed {fin:at} and aborted right behind it, with "
                                 "SO_LINGER 0."},
                     {.detail = "close_wait", .clue = &peer_had_closed},
                     {.detail = "fin_wait",
                      .clue = &had_closed,
                      .summary = "{X:at} had closed its half {fin:at} and then aborted with "
                                 "SO_LINGER 0."},
                     {.detail = "established", .clue = nullptr}},
        .example = " 0ms -> S\n 1ms <- SA\n 2ms -> A\n 3ms -> PA data *1\\r\\n$4\\r\\nPING\\r\\n\n "
                   "4ms <- A\n"
                   " 5ms <- PA data +PONG\\r\\n\n 6ms -> A\n 7ms -> RA\n",
    },
    {
        .token = "unread_data",
        .title = "Closed with data unread",
        .meaning = "The application closed its socket while octets of the peer lay unread in the "
                   "receive queue: the kernel must then send RST, since they were lost.",
        .summary = "{X:at} closed its socket while data of {y:at}, the last of it in frame "
                   "{ydata}, was still unread.",
        .advice = "Read to end of file, or drain with a limit, before close(); after an early "
                  "answer shutdown(SHUT_WR) and drain (nginx calls it lingering_close).",
        .apart = "A window that jumps open in the RST proves it; on the host that reset, "
                 "tcp:tcp_send_reset says TCP_ABORT_ON_CLOSE.",
        .source = "RFC 2525, 2.17; RFC 9293, 3.10.4; Linux __tcp_close(), data_was_unread",
        .severity = Severity::warning,
        .kernel_reason = "TCP_ABORT_ON_CLOSE",
        .netstat = "TcpExtTCPAbortOnClose",
        .prior = 2.6,
        .ceiling = 95,
        .needs = {&is_an_abort, &peer_sent_payload},
        .favours = {{&sender_went_on, -6.0},
                    {&ttl_differs, -2.0},
                    {&timestamps_are_missing, -1.5},
                    {&window_jumped, 5.0},
                    {&window_grew, 1.0},
                    {&octets_had_been_left, 1.0},
                    {&room_was_made, -0.7},
                    {&request_was_unanswered, 1.3},
                    {&acknowledged_only_by_the_reset, 0.3},
                    {&data_came_after_own_fin, 2.0},
                    {&closed_and_reset_at_once, 1.0},
                    {&client_closed_and_reset_at_once, 0.5},
                    {&reply_was_cut, 1.5},
                    {&client_never_spoke, 1.0},
                    {&client_spoke_tls, 0.4},
                    {&tls_tickets_were_last, 1.5},
                    {&tls_alert_was_last, 1.3},
                    {&tls_gave_up_with_an_alert, 2.3},
                    {&http_requests_were_left, 2.0},
                    {&plain_http_met_tls, 1.3},
                    {&greeting_was_never_answered, 0.5},
                    {&http_exchange_was_whole, -1.2},
                    {&http_response_was_cut, 1.0},
                    {&http_answered_before_all_was_read, 2.0},
                    {&server_was_pushing, 0.8},
                    {&peer_was_still_sending, 1.5},
                    {&aborted_over_its_own_answer, 1.5},
                    {&refused_without_reading, 2.5},
                    {&every_command_was_answered, -1.3},
                    {&replies_had_piled_up, 1.0},
                    {&client_spoke_last, -1.5},
                    {&host_closes_its_like_by_fin, 0.4},
                    {&window_stayed_shut, -2.5},
                    {&nothing_drew_the_bare_rst, -1.5},
                    {&has_a_live_socket, 0.2, -0.3},
                    {&own_segments_were_stopped, 0.1},
                    {&resetter_could_not_connect_elsewhere, 0.3},
                    {&one_of_a_volley, -2.5},
                    {&resetter_was_refused_elsewhere, -1.0},
                    {&abort_has_no_ip_id, -1.0}},
        .excluded_by = {&had_reset_before, &nothing_could_be_unread},
        .proved_by = {&window_jumped},
        .variants = {{.detail = "octets_unread_not_visible", .clue = nullptr}},
        .example =
            " 0ms -> S\n 1ms <- SA\n 2ms -> A\n 3ms -> PA len 500\n 4ms <- A\n 100ms <- RA\n",
    },
    {
        .token = "admin_abort",
        .title = "Destroyed from outside the program",
        .meaning = "Somebody other than the program destroyed the connection: ss -K, a connection "
                   "killer, a VPN or network change, an eBPF policy.",
        .summary = "The connection was destroyed at {x:at} from outside the program (ss -K, "
                   "tcpdrop, or a network change).",
        .advice = "Who runs ss -K, a connection killer or a VPN client on that host?",
        .apart = "Octets unread whose window does not reopen in the RST; many connections in one "
                 "instant without a FIN.",
        .source = "Linux tcp_abort(), SOCK_DESTROY",
        .severity = Severity::note,
        .kernel_reason = "TCP_STATE",
        .netstat = "TcpEstabResets",
        .prior = 0.6,
        .ceiling = 80,
        .needs = {&is_an_abort},
        .favours = {{&sender_went_on, -6.0},
                    {&ttl_differs, -2.0},
                    {&timestamps_are_missing, -1.5},
                    {&window_stayed_shut, 4.0},
                    {&window_jumped, -3.0},
                    {&client_tested_the_port, -3.0},
                    {&host_aborted_others_too, 3.0},
                    {&host_closed_another_too, -2.5},
                    {&aborted_on_the_peers_fin, -2.5},
                    {&others_were_aborted_together, -3.5},
                    {&nothing_drew_the_bare_rst, -1.5},
                    {&has_a_live_socket, 0.3, -2.0},
                    {&one_of_a_volley, -2.5}},
        .excluded_by = {&had_reset_before},
        .example = " 0ms -> S win 65535 noscale\n 1ms <- SA win 65535 noscale\n 2ms -> A win "
                   "60000\n 3ms <- PA len 20000\n 4ms -> A win 40000\n"
                   " 9000ms -> RA win 40000\n",
    },

    {
        .token = "memory_pressure",
        .title = "Shed for want of memory",
        .meaning = "The kernel shed an orphaned connection because there were too many of them, or "
                   "too little memory for TCP.",
        .summary = "{X:at} may have shed this orphaned connection for want of memory.",
        .advice = "Look for \"too many orphaned sockets\" or \"out of memory\" in the log of {x}; "
                  "raise tcp_max_orphans or tcp_mem, or mend the leak.",
        .apart = "The log of the host, and many such connections in the same second.",
        .source = "Linux tcp_check_oom(), tcp_out_of_resources()",
        .severity = Severity::warning,
        .kernel_reason = "TCP_ABORT_ON_MEMORY",
        .netstat = "TcpExtTCPAbortOnMemory",
        .prior = 0.3,
        .ceiling = 40,
        .needs = {&is_an_abort, &had_closed, &own_octets_outstanding},
        .favours = {{&has_a_live_socket, 0.5, -1.0},
                    {&host_aborted_others_too, 0.5},
                    {&others_were_shed_too, 5.0},
                    {&sender_went_on, -6.0},
                    {&ttl_differs, -2.0}},
        .excluded_by = {&had_reset_before},
        .example = " 0ms -> S\n 1ms <- SA\n 2ms -> A\n 3ms <- PA len 100\n 4ms <- FA\n"
                   " 5ms -> S port 50001\n 6ms <- SA port 50001\n 7ms -> A port 50001\n 8ms <- PA "
                   "len 100 port 50001\n 9ms <- FA port 50001\n"
                   " 10ms -> S port 50002\n 11ms <- SA port 50002\n 12ms -> A port 50002\n 13ms <- "
                   "PA len 100 port 50002\n 14ms <- FA port 50002\n"
                   " 900ms <- RA port 50001\n 901ms <- RA port 50002\n 902ms <- RA\n",
    },

    // ----- nothing of it is known here -----------------------------------------------------
    {
        .token = "scan_probe",
        .title = "Scan probe",
        .meaning = "A crafted segment that belongs to no connection (a FIN, NULL, XMAS or ACK "
                   "scan) drew the RST.",
        .summary = "{Y:at} sent a segment that belongs to no connection (frame {trigger:frame}), "
                   "and {x:at} answered by RST.",
        .advice = "Somebody scans: is {y} yours? Nothing is broken.",
        .apart = "Impossible flags, or the same bare segment to many ports.",
        .source = "RFC 9293, 3.10.7.1; nmap -sF -sN -sX -sA",
        .severity = Severity::note,
        .benign = true,
        .ends_connection = false,
        .listener_replies = true,
        .kernel_reason = "NO_SOCKET",
        .netstat = "TcpOutRsts",
        .prior = 4.0,
        .ceiling = 90,
        .needs = {&is_a_reply, &trigger_is_no_connections},
        .favours = {{&trigger_has_impossible_flags, 2.5, -1.5},
                    {&peer_is_scanning, 3.0, -1.0},
                    {&follows_other_probes, 2.5},
                    {&trigger_has_a_scanners_window, 2.0, -1.0}},
        .excluded_by = {&had_reset_before, &was_reset_before},
        .example = " 0ms -> none\n 1ms <- reply\n",
    },
    {
        .token = "connection_unknown",
        .title = "No such connection",
        .meaning = "The host that sent the RST has no such connection, or none any more, and "
                   "nothing in the capture says why.",
        .summary = "{X:at} knows no such connection (any more) and answered {trigger} of {y:at} by "
                   "RST; the capture does not show why.",
        .advice = "Did {x} restart or fail over, or did a NAT or load balancer send the segment to "
                  "another host? Keepalives on both ends show it sooner.",
        .apart = "What happened at the resetting host before: a restart, a time-out, a failover.",
        .source = "RFC 9293, 3.5.1",
        .severity = Severity::warning,
        .loses_state = true,
        .listener_replies = true,
        .kernel_reason = "NO_SOCKET",
        .netstat = "TcpOutRsts",
        .prior = 2.5,
        .ceiling = 60,
        .needs = {&is_a_reply, &trigger_is_of_a_connection},
        .favours = {{&continues_another_connection, -3.0},
                    {&had_closed, -1.5, 0.3},
                    {&resetter_was_not_seen, -0.5},
                    {&sent_only_syn_acks, -1.5},
                    {&ttl_differs, -1.5},
                    {&sender_went_on, -4.0},
                    {&answer_has_a_window, -2.0},
                    {&host_lost_others_too, -0.5},
                    {&trigger_was_stopped, -2.5},
                    {&peer_was_told_of_an_outage, 0.1},
                    {&lived_on_after_the_trigger, -4.0}},
        .excluded_by = {&had_reset_before, &was_reset_before},
        .example = " 0ms -> S\n 1ms <- SA\n 2ms -> A\n 3ms -> PA len 5\n 4ms <- A\n 9000ms -> PA "
                   "len 5\n 9001ms <- reply\n",
    },
    {
        .token = "gave_up_silently",
        .title = "Given up in silence before",
        .meaning = "The sender of the RST had repeated its data or probes in vain and given up "
                   "without a word (Linux does); then the peer came back.",
        .summary = "{X:at} had given the connection up in silence after repeating itself in vain; "
                   "then {trigger} of {y:at} came.",
        .advice = "Connectivity was lost for longer than {x}'s time-out: find the outage between "
                  "the last acknowledged segment and frame {trigger:frame}.",
        .apart = "A series of retransmissions that stopped before the segment came.",
        .source = "Linux tcp_write_timeout(), tcp_probe_timer()",
        .severity = Severity::error,
        .loses_state = true,
        .listener_replies = true,
        .kernel_reason = "NO_SOCKET",
        .netstat = "TcpExtTCPAbortOnTimeout",
        .state = State::closed,
        .prior = 5.0,
        .ceiling = 90,
        .needs = {&is_a_reply, &had_given_up_repeating},
        .favours = {{&ttl_differs, -2.0},
                    {&own_segments_were_stopped, 0.5},
                    {&own_segments_were_too_big, 0.5}},
        .excluded_by = {&had_reset_before, &was_reset_before},
        .variants = {{.detail = "window_shut",
                      .clue = &had_given_up_knocking,
                      .summary =
                          "{X:at} had given the connection up in silence: {y:at} had kept its "
                          "window shut; then {trigger} came.",
                      .advice = "{Y} did not read for longer than {x} waits (TCP_USER_TIMEOUT, or "
                                "the life of a closed socket): why did its program stop reading?"}},
        .example = " 0ms -> S\n 1ms <- SA\n 2ms -> A\n 3ms -> PA len 4\n 200ms -> PA len 4 again\n "
                   "600ms -> PA len 4 again\n"
                   " 1400ms -> PA len 4 again\n 9000ms <- PA len 7 ack 1\n 9001ms -> reply\n",
    },
    {
        .token = "peer_restarted",
        .title = "The host restarted",
        .meaning = "The host, or its network stack, started anew and forgot its connections: old "
                   "ones are answered by RST after an outage.",
        .summary = "{X:at} restarted, it seems: it knows nothing of its old connections and "
                   "answered {trigger} of {y:at} by RST.",
        .advice = "Check the uptime of {x} (host, VM or container), and whether its address moved "
                  "to another machine.",
        .apart =
            "Several old connections of one host that end so within a minute, after an outage.",
        .source = "RFC 9293, 3.5.1",
        .severity = Severity::error,
        .loses_state = true,
        .listener_replies = true,
        .kernel_reason = "NO_SOCKET",
        .netstat = "TcpOutRsts",
        .state = State::closed,
        .prior = 0.0,
        .ceiling = 75,
        .needs = {&is_a_reply, &trigger_is_of_a_connection},
        .favours = {{&continues_another_connection, -3.0},
                    {&host_lost_others_too, 3.0},
                    {&peer_had_repeated, 2.2},
                    {&peer_had_repeated_often, 0.9},
                    {&had_no_time_to_restart, -3.0},
                    {&ttl_differs, -1.5},
                    {&sender_went_on, -4.0},
                    {&trigger_was_stopped, -2.5},
                    {&peer_was_told_of_an_outage, 2.0}},
        .excluded_by = {&had_reset_before, &was_reset_before, &had_closed, &had_given_up_repeating},
        .example = " 0ms -> S\n 1ms <- SA\n 2ms -> A\n 3ms -> PA len 4\n 4ms <- A\n"
                   " 5ms -> S port 50001\n 6ms <- SA port 50001\n 7ms -> A port 50001\n 8ms -> PA "
                   "len 4 port 50001\n 9ms <- A port 50001\n"
                   " 5s -> PA len 4\n 5.2s -> PA len 4 again\n 5s -> PA len 4 port 50001\n 5.2s -> "
                   "PA len 4 again port 50001\n"
                   " 9s -> PA len 4 again\n 9.001s <- reply\n 9.1s -> PA len 4 again port 50001\n "
                   "9.101s <- reply port 50001\n",
    },
    {
        .token = "idle_timeout",
        .title = "Idle connection forgotten",
        .meaning = "A device on the path, or the host, dropped the idle connection's state; the "
                   "first segment after the pause drew the RST.",
        .summary = "After {idle} of silence a device ended the idle connection, it seems, by this "
                   "RST to {y:at} in the name of {x:at}.",
        .advice = "Send keepalives at less than half of the idle time-out of the devices on the "
                  "path, or raise that.",
        .apart = "A pause just above a known time-out; shorter pauses of the same pair survive.",
        .source = "RFC 5382, REQ-5; vendors' idle time-outs",
        .severity = Severity::warning,
        .sender = Sender::middlebox,
        .prior = 0.8,
        .ceiling = 85,
        .needs = {&could_be_idle_timeout},
        .favours = {{&continues_another_connection, -3.0},
                    {&seen_on_one_side_only, 5.0},
                    {&trigger_was_not_passed_on, 4.5, -1.0},
                    {&came_too_soon, 2.0, -0.3},
                    {&is_a_reply, 0.1, -1.0},
                    {&both_ends_were_reset, 2.5},
                    {&was_idle_for_long, 1.5, -0.3},
                    {&idle_matches_timer, 1.0},
                    {&was_never_idle_so_long, 2.0, -1.5},
                    {&ttl_differs, 1.5},
                    {&timestamps_go_on, -3.0},
                    {&peer_had_repeated, -1.0},
                    {&sent_only_syn_acks, -2.0},
                    {&host_lost_others_too, -0.5},
                    {&lived_on_after_the_trigger, -4.0}},
        .excluded_by = {&had_reset_before, &was_reset_before, &answers_after_its_close,
                        &had_given_up_repeating},
        .variants = {{.detail = "reply",
                      .clue = &is_a_reply,
                      .summary = "After {idle} of silence the connection was forgotten: {trigger} "
                                 "of {y:at} was answered by RST in the name of {x:at}."},
                     {.detail = "notice", .clue = nullptr}},
        .example =
            " 0ms -> S\n 1ms <- SA\n 2ms -> A\n 3ms -> PA len 4\n 4ms <- PA len 7\n 5ms -> A\n"
            " 351s -> PA len 4\n 351.001s <- reply\n",
    },
    {
        .token = "nat_state_lost",
        .title = "A NAT lost the connection",
        .meaning = "A NAT or load balancer lost or changed its mapping, and its own stack, or "
                   "another machine behind it, answered by RST.",
        .summary = "A NAT or load balancer in front of {x:at} had lost this connection and "
                   "answered {trigger} of {y:at} by RST.",
        .advice = "Was the NAT's table flushed, full, or failed over? Raise its time-out, share "
                  "its state, use keepalives.",
        .apart = "A RST from nearer than the host; a capture behind the NAT shows that the host "
                 "never sent it.",
        .source = "RFC 5382, REQ-5; RFC 7857, 2.2",
        .severity = Severity::warning,
        .sender = Sender::middlebox,
        .prior = 0.3,
        .ceiling = 80,
        .needs = {&is_a_reply, &trigger_is_of_a_connection},
        .favours = {{&continues_another_connection, 6.0},
                    {&first_words_were_reset, -0.5},
                    {&client_reset, 1.0, -0.3},
                    {&trigger_was_not_passed_on, 2.5, -1.0},
                    {&came_too_soon, 2.0, -0.3},
                    {&several_were_lost_at_once, 1.5},
                    {&was_never_idle_so_long, -1.0},
                    {&ttl_differs, 2.7, -1.0},
                    {&sent_only_syn_acks, -2.0},
                    {&was_idle_for_long, -0.5},
                    {&sender_went_on, -2.0},
                    {&comes_from_off_the_path, -3.0},
                    {&ip_id_goes_on, -2.0},
                    {&answer_has_a_window, -2.0},
                    {&answers_like_a_kernel, 0.0, -0.7},
                    {&first_payload_was_reset, -1.0, 0.2},
                    {&trigger_was_stopped, 1.0},
                    {&lived_on_after_the_trigger, -4.0}},
        .excluded_by = {&had_reset_before, &was_reset_before, &had_closed, &had_given_up_repeating},
        .example = " 0ms -> S ttl 63\n 1ms <- SA\n 2ms -> A ttl 63\n 3ms -> PA len 4 ttl 63\n 4ms "
                   "<- PA len "
                   "5\n 5ms -> A ttl 63\n 500ms <- PA len 4\n 500.5ms -> reply ttl 64\n",
    },
    {
        .token = "firewall_reset",
        .title = "A firewall cut the connection",
        .meaning = "A firewall, intrusion prevention system or policy engine in the path cut an "
                   "established connection by RST.",
        .summary = "A device in the path, it seems, cut the connection in the name of {x:at}.",
        .advice = "Ask the owners of the firewalls between {y} and {x} for their log of this "
                  "connection at this time.",
        .apart = "Another TTL than the host's, and the host that goes on unaware.",
        .source = "Linux nf_send_reset(); RFC 3360",
        .severity = Severity::warning,
        .sender = Sender::middlebox,
        .prior = 0.4,
        .ceiling = 80,
        .needs = {&device_could_have_sent_it},
        .favours = {{&continues_another_connection, -3.0},
                    {&first_words_were_reset, 0.7},
                    {&seen_on_one_side_only, 5.0},
                    {&trigger_was_not_passed_on, 5.0, -0.5},
                    {&was_never_idle_so_long, -1.0},
                    {&came_out_of_silence, -2.5},
                    {&ttl_differs, 3.0, -1.0},
                    {&sender_went_on, 2.2},
                    {&is_prompt, 0.7, -2.5},
                    {&was_idle_for_long, -1.0},
                    {&answer_has_a_window, -2.0},
                    {&ip_id_is_off, 0.5},
                    {&abort_has_no_ip_id, 0.7},
                    {&comes_from_off_the_path, -3.0},
                    {&answers_like_a_kernel, 0.0, -0.7},
                    {&timestamps_are_missing, 0.7},
                    {&timestamps_go_on, -4.0},
                    {&ip_id_goes_on, -2.0},
                    {&came_too_soon, 2.0, -0.3},
                    {&one_of_a_volley, -2.5},
                    {&both_ends_were_reset, 1.0},
                    {&first_payload_was_reset, 1.0, -0.3},
                    {&trigger_was_stopped, 3.0},
                    {&rule_stops_the_connection, 1.5},
                    {&comes_from_where_the_filter_is, 2.0},
                    {&lived_on_after_the_trigger, -2.0}},
        .excluded_by = {&had_reset_before, &was_reset_before, &had_closed, &had_given_up_repeating},
        .example = " 0ms -> S\n 1ms <- SA ttl 60\n 2ms -> A\n 3ms -> PA len 40\n"
                   " 4ms <- reply ttl 63\n",
    },
    {
        .token = "proxy_upstream_refused",
        .title = "The proxy's backend refused",
        .meaning = "A proxy completed the handshake with the client first; then its own connection "
                   "to the backend was refused, and it passed that on.",
        .summary = "A proxy had accepted the connection of {y:at} in the name of {x:at}; its "
                   "backend refused, and it passed that on.",
        .advice = "Look at the proxy's backend: down, refused, or too slow to connect.",
        .apart = "A SYN-ACK without a window, or the backend's leg in the same capture.",
        .source = "Linux nf_synproxy_core.c",
        .severity = Severity::error,
        .sender = Sender::middlebox,
        .prior = 0.5,
        .ceiling = 75,
        .needs = {&server_reset, &resetter_sent_no_payload, &is_an_abort},
        .favours = {{&syn_ack_had_no_window, 5.0, -1.0},
                    {&has_a_live_socket, -2.0, 0.5},
                    {&ttl_differs, 0.7},
                    {&resetter_could_not_connect_elsewhere, 1.5},
                    {&resetter_was_refused_elsewhere, 6.0},
                    {&had_closed, -2.0},
                    {&closed_and_reset_at_once, 1.5}},
        .excluded_by = {&had_reset_before},
        .example = " 0ms -> S\n 1ms <- SA win 0\n 2ms -> A\n 12ms <- RA win 0 notime\n",
    },

    // ----- not the endpoint's word ---------------------------------------------------------
    {
        .token = "injected",
        .title = "Forged by a third party",
        .meaning = "A third party on the path (a censor, an intrusion detection system, tcpkill) "
                   "sent the RST in the endpoint's name.",
        .summary = "{X:at} did not send this RST, it seems: somebody on the path did in its name.",
        .advice = "The peer did not reset: try over another path or an encrypted tunnel, and "
                  "compare a capture taken at {x}.",
        .apart = "The \"sender\" that goes on, another TTL or IP ID, numbers that guess ahead.",
        .source = "Weaver, Sommer, Paxson, Detecting Forged TCP Reset Packets, NDSS 2009",
        .severity = Severity::warning,
        .sender = Sender::third_party,
        .ends_connection = true,
        .prior = -3.0,
        .ceiling = 95,
        .needs = {&is_a_reset},
        .favours = {{&seen_on_one_side_only, 5.0},
                    {&trigger_was_not_passed_on, 2.0},
                    {&sender_went_on, 6.5},
                    {&ttl_differs, 2.5, -1.5},
                    {&answer_has_a_window, 2.0},
                    {&comes_from_off_the_path, 1.5},
                    {&ip_id_is_off, 0.7},
                    {&abort_has_no_ip_id, 0.7},
                    {&ip_id_goes_on, -2.5},
                    {&window_is_beyond_all, 1.5},
                    {&timestamps_are_missing, 1.0},
                    {&timestamps_go_back, 1.5},
                    {&timestamps_go_on, -4.0},
                    {&sequence_is_foreign, 1.5},
                    {&acknowledges_what_was_never_sent, 0.7},
                    {&acknowledgment_goes_back, 0.7},
                    {&came_too_soon, 2.0, -0.3},
                    {&one_of_a_volley, 2.0},
                    {&ip_id_is_reflected, 2.5},
                    {&window_is_reflected, 1.5},
                    {&answers_like_a_kernel, -1.5},
                    {&both_ends_were_reset, 1.5},
                    {&follows_a_forgery, 5.0},
                    {&nothing_drew_the_bare_rst, 0.4},
                    {&one_of_many_guesses, -5.0},
                    {&came_out_of_silence, -3.0},
                    {&was_never_idle_so_long, -1.5},
                    {&own_octets_were_not_captured, 0.5},
                    {&trigger_was_stopped, 1.5},
                    {&lived_on_after_the_trigger, 2.5},
                    {&the_volley_steps, 2.5},
                    {&had_accepted_that_syn, 4.0}},
        .excluded_by = {&nothing_was_seen_before, &peer_was_not_seen},
        .example = " 0ms -> S\n 1ms <- SA ttl 60\n 2ms -> A\n 3ms -> PA len 4\n 4ms <- RA ttl 55 "
                   "id 7777 notime\n 40ms <- PA len 20 ttl 60\n",
    },
    {
        .token = "blind_reset_attack",
        .title = "Blind reset attack",
        .meaning =
            "Somebody off the path guesses sequence numbers with many RSTs in an endpoint's name.",
        .summary = "Somebody guesses sequence numbers: this RST in the name of {x:at} hits nothing "
                   "that {x} had reached.",
        .advice =
            "Filter spoofed sources (BCP 38); protect long-lived sessions by TCP-AO, MD5 or GTSM.",
        .apart =
            "Three or more resets with numbers out of nowhere, and a connection that lives on.",
        .source = "RFC 5961, 3; RFC 4953",
        .severity = Severity::warning,
        .sender = Sender::third_party,
        .prior = -0.5,
        .ceiling = 85,
        .needs = {&number_was_guessed},
        .favours = {{&sequence_is_foreign, 1.0},
                    {&one_of_a_volley, 2.0},
                    {&comes_from_off_the_path, 1.5},
                    {&ttl_differs, 2.5, -0.5},
                    {&one_of_many_guesses, 4.5, -3.0},
                    {&sender_went_on, 6.0},
                    {&follows_a_forgery, 4.5}},
        .example = " 0ms -> S\n 1ms <- SA\n 2ms -> A\n 3ms -> PA len 4\n 4ms <- A\n 100ms <- R seq "
                   "90000\n 200ms <- R seq 180000\n 300ms <- R seq 270000\n",
    },

    // ----- the wire says it ----------------------------------------------------------------
    {
        .token = "declared",
        .title = "The RST states its cause",
        .meaning = "The device that sent the RST wrote the cause into it, and no other cause of "
                   "this list stands for it.",
        .summary = "The RST in the name of {x:at} states its own cause: \"{declared}\".",
        .advice = "Follow the statement: see the documentation of the device that sent it.",
        .apart = "The statement itself; but a forger can write one too.",
        .source = "RFC 9293, 3.5.3; draft-ietf-tcpm-rst-diagnostic-payload; vendors",
        .severity = Severity::note,
        .sender = Sender::middlebox,
        .declared = true,
        .prior = 9.0,
        .ceiling = 99,
        .needs = {&states_its_cause, &states_no_known_cause},
        .example = " 0ms -> S\n 1ms <- SA\n 2ms -> A\n 3ms -> PA len 2\n 4ms <- A\n 5ms <- RA data "
                   "Go away, we are not home\n",
    },
    {
        .token = "mptcp_fastclose",
        .title = "Multipath TCP abort",
        .meaning = "The whole Multipath TCP connection was aborted, with all its subflows.",
        .summary = "{X:at} aborted the whole Multipath TCP connection (MP_FASTCLOSE).",
        .advice = "What made the application abort: SO_LINGER 0, data unread at close(), a crash?",
        .apart = "The option MP_FASTCLOSE.",
        .source = "RFC 8684, 3.5; Linux net/mptcp/options.c",
        .severity = Severity::note,
        .declared = true,
        .kernel_reason = "TCP_ABORT_ON_CLOSE",
        .netstat = "MPTcpExtMPFastcloseTx",
        .prior = 9.0,
        .ceiling = 99,
        .needs = {&has_mp_fastclose},
        .excluded_by = {&had_reset_before},
        .example =
            " 0ms -> S\n 1ms <- SA\n 2ms -> A\n 3ms -> PA len 2\n 4ms <- A\n 5ms -> RA fastclose\n",
    },
    {
        .token = "mptcp_join_refused",
        .title = "Multipath TCP join refused",
        .meaning = "A subflow that asked to join a Multipath TCP connection was refused: unknown "
                   "token, wrong HMAC, or not allowed.",
        .summary = "{X:at} refused to let {y:at} join a Multipath TCP connection (MP_JOIN, frame "
                   "{trigger:frame}).",
        .advice = "Look for a stale token (the connection is over), or a load balancer that sent "
                  "the join to another host.",
        .apart = "MP_JOIN in the SYN.",
        .source = "RFC 8684, 3.2 and 3.6; Linux net/mptcp/subflow.c",
        .severity = Severity::note,
        .declared = true,
        .kernel_reason = "MPTCP_RST_EMPTCP",
        .netstat = "MPTcpExtMPJoinNoTokenFound",
        .state = State::listen,
        .prior = 5.5,
        .ceiling = 97,
        .needs = {&is_a_reply, &answers_an_mp_join},
        .favours = {{&has_mp_tcprst, 4.0, -1.0}},
        .excluded_by = {&had_reset_before},
        .example = " 0ms -> S join\n 1ms <- reply tcprst 1\n",
    },
    {
        .token = "mptcp_subflow_reset",
        .title = "Multipath TCP subflow reset",
        .meaning = "One subflow of a Multipath TCP connection was reset; the connection may live "
                   "on over others.",
        .summary =
            "{X:at} reset one Multipath TCP subflow (MP_TCPRST); the connection may live on.",
        .advice = "See the reason that the option gives (RFC 8684, 3.6), and the other subflows.",
        .apart = "The option MP_TCPRST.",
        .source = "RFC 8684, 3.6; Linux include/net/rstreason.h",
        .severity = Severity::note,
        .declared = true,
        .kernel_reason = "TCP_STATE",
        .netstat = "MPTcpExtMPRstTx",
        .prior = 8.5,
        .ceiling = 99,
        .needs = {&has_mp_tcprst},
        .excluded_by = {&had_reset_before, &has_mp_fastclose, &answers_an_mp_join},
        .example =
            " 0ms -> S\n 1ms <- SA\n 2ms -> A\n 3ms -> PA len 2\n 4ms <- A\n 5ms -> RA tcprst 0\n",
    },
    {
        .token = "capture_incomplete",
        .title = "The capture lacks what is needed",
        .meaning = "The frames that would decide are not in the capture: it begins too late, shows "
                   "one direction only, or lost segments.",
        .summary = "The cause of this RST of {x:at} cannot be told: {missing}.",
        .advice =
            "Capture both directions from the SYN on, at the host that sends the RST if possible.",
        .apart = "The missing frames.",
        .source = "",
        .severity = Severity::note,
        .sender = Sender::unknown,
        .prior = -2.0,
        .ceiling = 99,
        .needs = {&is_a_reset},
        .favours = {{&continues_another_connection, -3.0},
                    {&nothing_was_seen_before, 8.0},
                    {&refuses_a_syn_unseen, -1.5},
                    {&peer_was_not_seen, 4.5},
                    {&resetter_was_not_seen, 4.0},
                    {&something_is_missing, 1.5},
                    {&connection_seen_from_its_start, -1.0, 0.5},
                    {&own_octets_were_not_captured, 6.5},
                    {&sequence_is_foreign, 2.0},
                    {&sender_went_on, -4.0}},
        .excluded_by = {&had_reset_before, &was_reset_before},
        .example = " 0ms <- R\n",
    },
    {
        .token = "unknown",
        .title = "No cause fits",
        .meaning = "None of the known causes fits this RST.",
        .summary = "No known cause fits this RST of {x:at}.",
        .advice = "Send the capture: it is a new case.",
        .apart = "",
        .source = "",
        .severity = Severity::note,
        .sender = Sender::unknown,
        .prior = 0.0,
        .ceiling = 50,
        .needs = {&is_a_reset},
        .variants = {{.detail = "internal_error",
                      .clue = &analysis_failed,
                      .summary = "The analysis of this RST of {x:at} failed inside this program."}},
        .example = " 0ms -> S\n 1ms <- SA\n 2ms -> A\n 3ms -> PA len 10\n 4ms <- PA len 10\n 5ms "
                   "-> A\n 6ms <- RA seq 70000\n",
    },
};

// classify() keeps the rows that are left as the bits of one word.
static_assert(std::size(kCatalogue) <= 64, "more rows than bits");

constexpr bool well_formed(std::span<const Cause> causes) {
  for (std::size_t i = 0; i < causes.size(); ++i) {
    const Cause& c = causes[i];
    if (c.token.empty() || c.summary.empty() || c.advice.empty() || c.example.empty()) return false;
    if (c.needs.empty() || c.ceiling < 1 || c.ceiling > 99) return false;
    for (const char letter : c.token) {
      if (letter != '_' && !(letter >= 'a' && letter <= 'z') && !(letter >= '0' && letter <= '9'))
        return false;
    }
    for (std::size_t j = 0; j < i; ++j) {
      if (causes[j].token == c.token) return false;
    }
  }
  return true;
}
static_assert(well_formed(kCatalogue),
              "every cause needs a unique token, words, a clue that it needs and an example");

std::span<const Cause> rows_in_place = kCatalogue;

}  // namespace

std::string_view to_string(Severity severity) {
  switch (severity) {
    case Severity::chat:
      return "Chat";
    case Severity::note:
      return "Note";
    case Severity::warning:
      return "Warning";
    case Severity::error:
      return "Error";
  }
  return "";
}

std::span<const Cause> catalogue() {
  return rows_in_place;
}

CatalogueInPlace::CatalogueInPlace(std::span<const Cause> rows) {
  rows_in_place = rows;
}

CatalogueInPlace::~CatalogueInPlace() {
  rows_in_place = kCatalogue;
}

const Cause* find_cause(std::string_view token) {
  for (const Cause& cause : catalogue()) {
    if (cause.token == token) return &cause;
  }
  return nullptr;
}

}  // namespace rstcause
