// SPDX-License-Identifier: GPL-2.0-or-later
// Rows of the catalogue: the handshake was refused, or broke at its end.
#pragma once

#include "engine/judge/cause.h"
#include "engine/judge/clues/application.h"
#include "engine/judge/clues/astray.h"
#include "engine/judge/clues/capture.h"
#include "engine/judge/clues/form.h"
#include "engine/judge/clues/handshake.h"
#include "engine/judge/clues/header.h"
#include "engine/judge/clues/icmp.h"
#include "engine/judge/clues/identity.h"
#include "engine/judge/clues/listener.h"
#include "engine/judge/clues/scanning.h"
#include "engine/judge/clues/teardown.h"

namespace rstcause::causes {

using namespace clues;  // NOLINT(google-build-using-namespace): the table reads as prose

inline constexpr Cause kRefused[] = {
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
                    {&refused_amid_accepting, -0.7},
                    {&answers_an_mp_join, -1.5},
                    {&sender_went_on, -6.0},
                    {&refuses_a_syn_unseen, 0.1},
                    {&syn_was_refused_before, -2.5},
                    {&refusal_has_a_window, -0.7},
                    {&refusal_acknowledges_nothing, 0.1},
                    {&peer_is_scanning, 0.2},
                    {&trigger_was_stopped, -2.5},
                    {&comes_from_where_the_filter_is, -1.0},
                    {&comes_from_behind_the_filter, 0.5},
                    {&refusal_is_of_another_stack, -2.0},
                    {&refusal_is_one_short, 0.5},
                    {&peer_ignored_it, 0.1}},
        .excluded_by = {&had_itself_sent_a_syn_ack, &had_reset_before},
        .variants = {{.detail = "wrong_ack",
                      .words = "the refusal acknowledges one octet too few",
                      .clue = &refusal_is_one_short,
                      .summary = "{X:at} refused the SYN (frame {trigger:frame}) of {y:at}: "
                                 "nothing listens on port {xport}. But the RST acknowledges one "
                                 "octet too few, so {y} has to ignore it, repeats its SYN and "
                                 "hangs until its connect time-out.",
                      .advice = "Start the service on port {xport}, or take the port out of "
                                "{y}'s configuration. That {y} waits for its time-out and learns "
                                "nothing of the refusal is a fault of the TCP of {x}, or of a "
                                "device that rewrites sequence numbers: look for an update."},
                     {.detail = "syn_not_captured",
                      .words = "the SYN is not in the capture",
                      .clue = &refuses_a_syn_unseen,
                      .summary = "{X:at} refused a SYN of {y:at} that is not in the capture: "
                                 "nothing listens on port {xport}."},
                     {.detail = "port_accepts_others",
                      .words = "the port accepts others before and since",
                      .clue = &port_accepts_before_and_since,
                      .summary =
                          "{X:at} refused the SYN (frame {trigger:frame}) of {y}, though its port "
                          "accepts others before and since: no listener just then, or no room.",
                      .advice = "Was the service on port {xport} restarted just then? If not, its "
                                "backlog may have been full (Windows refuses what Linux drops): "
                                "does the program accept fast enough, and with which backlog does "
                                "it listen? A limit for each client refuses in the same way."}},
        .example = " 0ms -> S\n 1ms <- reply\n",
    },
    {
        .token = "firewall_reject",
        .title = "A firewall refused the SYN",
        .meaning = "A rule that rejects by TCP reset answered the SYN in the server's name.",
        .summary = "A firewall rule that rejects with a TCP reset refused the SYN (frame "
                   "{trigger:frame}) of {y} in the name of {x:at}.",
        .advice = "Ask the owners of the firewalls between {y} and {x} for a rule on port {xport}; "
                  "try from another network.",
        .apart = "A RST with another TTL than the host's own segments, or other clients that the "
                 "same port accepts.",
        .source = "Linux nf_send_reset()",
        .severity = Severity::warning,
        .sender = Sender::middlebox,
        .sent_by_endpoint_if = &refused_where_it_accepts,
        .prior = 3.4,
        .ceiling = 85,
        .needs = {&refuses_the_syn},
        .favours = {{&sender_went_on, -3.0},
                    {&trigger_was_not_passed_on, 5.0, -0.7},
                    {&ttl_differs, 3.5, -0.3},
                    {&service_accepts_others, 0.7},
                    {&refused_amid_accepting, 1.0},
                    {&trigger_was_stopped, 3.0},
                    {&rule_stops_the_connection, 1.0},
                    {&comes_from_where_the_filter_is, 2.5},
                    {&refusal_is_of_another_stack, 2.5},
                    {&refusal_came_from_elsewhere, 0.1},
                    {&comes_from_behind_the_filter, -1.0}},
        .excluded_by = {&had_itself_sent_a_syn_ack, &had_reset_before},
        .variants = {{.detail = "port_accepts_others",
                      .words = "the port had just accepted others",
                      .clue = &refused_where_it_accepts,
                      .summary = "{X:at} refused the SYN (frame {trigger:frame}) of {y} though its "
                                 "port had just accepted others: by a rule, it seems, or a limit.",
                      .advice = "Is there a firewall rule on {x} that limits connections or "
                                "rejects {y} (nftables: reject with tcp reset; iptables: "
                                "connlimit, hashlimit)? If not, its program had just stopped "
                                "listening, to finish what it was serving: was it restarted?"}},
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
        .summary = "{Y} believed it was connected; the accept queue of {x:at} was full, and its "
                   "kernel answered {trigger} by RST.",
        .advice = "See ListenOverflows (nstat -az), Recv-Q (ss -ltn): why does the program not "
                  "accept? For bursts raise its backlog and net.core.somaxconn. Let {y} wait for "
                  "the answer to a heartbeat: connecting alone proves nothing.",
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
        .favours = {{&resetter_was_not_seen, -2.0},
                    {&cookie_was_too_old, -3.0},
                    {&is_of_another_connection, -3.0},
                    {&syn_ack_repeated_after_ack, 4.0},
                    {&acks_may_have_been_lost, -1.3},
                    {&payload_was_never_taken, 0.5},
                    {&first_payload_came_after_all, -1.2},
                    {&request_cannot_have_expired, -1.0},
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
        .variants =
            {{.detail = "abort_on_overflow",
              .words = "tcp_abort_on_overflow is set",
              .clue = &first_ack_was_refused,
              .kernel_reason = "INVALID_SYN",
              .summary =
                  "The accept queue of {x:at} was full, and by tcp_abort_on_overflow its kernel "
                  "answered the last ACK of the handshake (frame {trigger:frame}) by RST."},
             {.detail = "silent",
              .words = "the ACK was dropped in silence, the request refused",
              .clue = nullptr}},
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
        .favours = {{&resetter_was_not_seen, -2.0},
                    {&cookie_was_too_old, -3.0},
                    {&is_of_another_connection, -3.0},
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
                   "{trigger} of {y} came.",
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
        .favours = {{&resetter_was_not_seen, -2.0},
                    {&syn_ack_repeated_unacknowledged, 1.5, -0.6},
                    {&syn_ack_repeated_after_ack, 1.5},
                    {&first_payload_came_after_all, 0.5},
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
        .needs = {&is_a_reply, &sent_only_syn_acks, &acknowledges_in_vain},
        .favours = {{&resetter_was_not_seen, -2.0},
                    {&trigger_acks_something_else, 0.1},
                    {&trigger_acks_the_syn_ack, -2.8},
                    {&cookie_was_too_old, 1.8},
                    {&request_cannot_have_expired, 1.8},
                    {&ttl_differs, -2.5},
                    {&came_too_soon, -2.5}},
        .excluded_by = {&had_reset_before, &was_reset_before},
        .variants = {{.detail = "cookie_expired",
                      .words = "its SYN cookie had grown too old",
                      .clue = &cookie_was_too_old,
                      .summary = "{X:at} had answered the SYN of {y} by a SYN cookie, and the "
                                 "ACK (frame {trigger:frame}) came when that was not valid any "
                                 "more.",
                      .advice = "What held {y}'s ACK back for so long? And why does {x} use SYN "
                                "cookies: is it flooded with SYNs, or does its program not accept "
                                "(TcpExtSyncookiesSent, ListenOverflows)?"},
                     {.detail = "simultaneous_open",
                      .words = "both ends had sent a SYN at once",
                      .clue = &crossed_and_acks_too_much,
                      .kernel_reason = "TCP_ACK_UNSENT_DATA"},
                     {.detail = "simultaneous_open",
                      .words = "both ends had sent a SYN at once",
                      .clue = &the_syns_crossed,
                      .kernel_reason = "TCP_TOO_OLD_ACK"}},
        .example = " 0ms -> S\n 1ms <- SA\n 2ms -> A ack 99\n 3ms <- reply\n",
    },
};

}  // namespace rstcause::causes
