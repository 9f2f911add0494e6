// SPDX-License-Identifier: GPL-2.0-or-later
// Rows of the catalogue: own decisions: the socket was aborted.
#pragma once

#include "engine/judge/cause.h"
#include "engine/judge/causes/situations.h"
#include "engine/judge/clues/application.h"
#include "engine/judge/clues/connecting.h"
#include "engine/judge/clues/data.h"
#include "engine/judge/clues/form.h"
#include "engine/judge/clues/giving_up.h"
#include "engine/judge/clues/handshake.h"
#include "engine/judge/clues/header.h"
#include "engine/judge/clues/icmp.h"
#include "engine/judge/clues/identity.h"
#include "engine/judge/clues/listener.h"
#include "engine/judge/clues/patience.h"
#include "engine/judge/clues/scanning.h"
#include "engine/judge/clues/stack.h"
#include "engine/judge/clues/teardown.h"
#include "engine/judge/clues/timing.h"

namespace rstcause::causes {

using namespace clues;  // NOLINT(google-build-using-namespace): the table reads as prose

inline constexpr Cause kAborts[] = {
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
        .excluded_by = {&had_reset_before, &probes_were_unanswered, &opened_simultaneously,
                        &handshake_was_in_vain},
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
        .excluded_by = {&had_reset_before, &had_closed, &handshake_was_in_vain},
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
                    {&came_while_service_ended, 2.0},
                    {&syn_ack_repeated_after_ack, 1.5},
                    {&nothing_could_be_unread, 0.3, -1.0},
                    {&listener_outlived_it, -3.5},
                    {&service_serves_others, -0.5},
                    {&was_accepted_in_its_turn, -2.5},
                    {&client_needs_no_answer, -3.0},
                    {&aborted_on_the_peers_fin, -2.5},
                    {&aborted_in_the_instant, -1.0, 1.0},
                    {&syn_ack_had_no_window, -3.0},
                    {&one_of_a_volley, -4.5}},
        .excluded_by = {&had_reset_before, &had_closed, &handshake_was_in_vain},
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
        .advice = "Does {y} miss anything? Then let {x} close gracefully: no SO_LINGER 0 (in Java "
                  "setSoLinger(true, 0)), or look for what ended its process. If not, the RST "
                  "only spared {x} its TIME_WAIT.",
        .apart = "Nothing unread, nothing probed, no listener closed; on the host that reset, "
                 "tcp:tcp_send_reset says TCP_STATE.",
        .source = "Linux __tcp_close(), tcp_disconnect(); socket(7)",
        .elsewhere = "{X:at} aborted the connection{after}: it sent RST instead of FIN.",
        .elsewhere_advice = "Its program, or the stack below it, broke the connection off instead "
                            "of closing it. Does {y} miss anything? Then look there for what "
                            "aborts (a hard close).",
        .severity = Severity::note,
        .benign_if = &nothing_was_left_to_say,
        .benign_advice =
            "Nothing was lost: {x} had its whole answer and closed without waiting, to "
            "spare TIME_WAIT. If the log noise matters, remove SO_LINGER 0 (in Java "
            "setSoLinger(true, 0)) and close gracefully.",
        .kernel_reason = "TCP_STATE",
        .netstat = "TcpExtTCPAbortOnData",
        .prior = 3.0,
        .ceiling = 85,
        .needs = {&is_an_abort},
        .favours = {{&sender_went_on, -6.0},
                    {&handshake_was_in_vain, -4.0},
                    {&ttl_differs, -2.0},
                    {&device_ended_a_silence, -1.5},
                    {&timestamps_are_missing, -1.5},
                    {&nothing_could_be_unread, 1.2},
                    {&last_request_was_answered, 0.1},
                    {&all_was_acknowledged, 0.2},
                    {&room_was_made, 1.0},
                    {&ping_was_sent, 0.1},
                    {&pong_came_back, 0.1},
                    {&every_command_was_answered, 1.1},
                    {&replies_had_piled_up, -0.6},
                    {&reply_was_cut, -1.5},
                    {&server_was_pushing, -0.5},
                    {&http_exchange_was_whole, 1.1},
                    {&long_answer_was_last, -0.3},
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
                      .words = "a FIN, and the RST right behind it",
                      .clue = &closed_and_reset_at_once,
                      .summary = "{X:at} closed {fin:at} and aborted right after it, with "
                                 "SO_LINGER 0."},
                     {.detail = "close_wait",
                      .words = "the peer had closed its half",
                      .clue = &peer_had_closed},
                     {.detail = "fin_wait",
                      .words = "it had closed its own half before",
                      .clue = &had_closed,
                      .summary = "{X:at} had closed its half {fin:at} and then aborted with "
                                 "SO_LINGER 0."},
                     {.detail = "established", .words = "neither end had closed", .clue = nullptr}},
        .situations = kWithLinger0,
        .example = " 0ms -> S\n 1ms <- SA\n 2ms -> A\n 3ms -> PA data *1\\r\\n$4\\r\\nPING\\r\\n\n "
                   "4ms <- A\n"
                   " 5ms <- PA data +PONG\\r\\n\n 6ms -> A\n 7ms -> RA\n",
    },
    {
        .token = "unread_data",
        .title = "Closed with data unread",
        .meaning = "The application closed its socket while octets of the peer lay unread in the "
                   "receive queue: the kernel must then send RST, since they were lost.",
        .summary = "{X:at} closed its socket with data of {y:at} unread{ydata:in}.",
        .advice = "Did {x}'s program end (a kill, a crash, a restart), or does it close before it "
                  "has read all? Read to end of file, or drain with a limit, before close(); after "
                  "an early answer shutdown(SHUT_WR) and drain (nginx calls it lingering_close).",
        .apart = "A window that jumps open in the RST proves it; on the host that reset, "
                 "tcp:tcp_send_reset says TCP_ABORT_ON_CLOSE.",
        .source = "RFC 2525, 2.17; RFC 9293, 3.10.4; Linux __tcp_close(), data_was_unread",
        .severity = Severity::warning,
        .benign_if = &only_tls_formalities_were_unread,
        .kernel_reason = "TCP_ABORT_ON_CLOSE",
        .netstat = "TcpExtTCPAbortOnClose",
        .prior = 2.6,
        .ceiling = 95,
        .needs = {&is_an_abort, &peer_sent_payload},
        .favours = {{&sender_went_on, -6.0},
                    {&ttl_differs, -2.0},
                    {&device_ended_a_silence, -1.0},
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
                    {&client_spoke_tls, 0.2},
                    {&long_answer_was_last, 0.7},
                    {&http_upload_went_on_after_the_answer, 3.0},
                    {&tls_tickets_were_last, 1.1},
                    {&tls_nothing_was_asked_for, -4.0},
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
        .variants = {{.detail = "octets_unread_not_visible",
                      .words = "how much was left unread does not show on the wire",
                      .clue = nullptr}},
        .situations = kWithDataUnread,
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
        .elsewhere = "The connection was destroyed at {x:at} from outside the program, it seems.",
        .elsewhere_advice = "Who ends connections on that host: an administrator's tool, a VPN "
                            "client, a network change?",
        .severity = Severity::note,
        .kernel_reason = "TCP_STATE",
        .netstat = "TcpEstabResets",
        .prior = 0.6,
        .ceiling = 80,
        .needs = {&is_an_abort},
        .favours = {{&sender_went_on, -6.0},
                    {&handshake_was_in_vain, -4.0},
                    {&ttl_differs, -2.0},
                    {&device_ended_a_silence, -1.5},
                    {&timestamps_are_missing, -1.5},
                    {&sender_is_a_small_stack, -3.0},
                    {&window_stayed_shut, 4.0},
                    {&window_jumped, -3.0},
                    {&client_tested_the_port, -3.0},
                    {&host_aborted_others_too, 3.0},
                    {&host_aborted_other_services_too, 0.9},
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
                    {&closed_and_reset_at_once, -4.0},
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
};

}  // namespace rstcause::causes
