// SPDX-License-Identifier: GPL-2.0-or-later
// Rows of the catalogue: nothing of the connection is known here, or a device in the path says so.
#pragma once

#include "engine/judge/cause.h"
#include "engine/judge/clues/application.h"
#include "engine/judge/clues/astray.h"
#include "engine/judge/clues/capture.h"
#include "engine/judge/clues/connecting.h"
#include "engine/judge/clues/data.h"
#include "engine/judge/clues/form.h"
#include "engine/judge/clues/handshake.h"
#include "engine/judge/clues/header.h"
#include "engine/judge/clues/icmp.h"
#include "engine/judge/clues/identity.h"
#include "engine/judge/clues/patience.h"
#include "engine/judge/clues/scanning.h"
#include "engine/judge/clues/teardown.h"
#include "engine/judge/clues/timing.h"

namespace rstcause::causes {

using namespace clues;  // NOLINT(google-build-using-namespace): the table reads as prose

inline constexpr Cause kForgotten[] = {
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
                    {&begins_with_payload, -2.5},
                    {&peer_sent_other_strays, 1.5},
                    {&syn_ack_is_bare, 3.0, -5.0},
                    {&trigger_has_a_scanners_window, 2.0, -1.0}},
        .excluded_by = {&had_reset_before, &was_reset_before},
        .example = " 0ms -> none\n 1ms <- reply\n",
    },
    {
        .token = "connection_unknown",
        .title = "No such connection",
        .meaning = "The host that sent the RST has no such connection, or none any more, and "
                   "nothing in the capture says why.",
        .summary = "{X:at} knows no such connection and answered {trigger} of {y} by RST; the "
                   "capture does not show why.",
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
        .ceiling = 55,
        .needs = {&is_a_reply, &trigger_is_of_a_connection},
        .favours = {{&syn_is_not_its_senders, -6.0},
                    {&is_of_another_connection, -3.0},
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
                   "then {trigger} of {y} came.",
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
                      .words = "the peer's window had stayed shut",
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
                   "answered {trigger} of {y} by RST.",
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
        .favours = {{&resetter_was_not_seen, -2.5},
                    {&is_of_another_connection, -3.0},
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
        .meaning = "A device on the path, or the host, gave the idle connection up: by a RST of "
                   "its own accord when its patience ended, or in silence, and then the first "
                   "segment after the pause drew the RST.",
        .summary = "After {idle} of silence a device ended the idle connection, it seems: this RST "
                   "to {y} is in the name of {x:at}.",
        .advice = "Send keepalives{setting:probe} at less than half of the idle time-out of the "
                  "devices on the "
                  "path, or raise that.",
        .apart = "A pause just above a known time-out; shorter pauses of the same pair survive.",
        .source = "RFC 5382, REQ-5; vendors' idle time-outs",
        .severity = Severity::warning,
        .sender = Sender::middlebox,
        .sent_by_endpoint_if = &ended_its_own_silence,
        .prior = 0.8,
        .ceiling = 85,
        .needs = {&could_be_idle_timeout},
        .favours = {{&cookie_was_too_old, -3.0},
                    {&is_of_another_connection, -3.0},
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
                    {&device_ended_a_silence, 2.0},
                    {&abort_has_no_ip_id, 0.7},
                    {&client_spoke_last, -1.0},
                    {&ended_a_silence, 0.1},
                    {&age_explains, -0.7},
                    {&own_silence_is_no_timers, -1.0},
                    {&peer_had_repeated, -1.0},
                    {&sent_only_syn_acks, -2.0},
                    {&host_lost_others_too, -0.5},
                    {&lived_on_after_the_trigger, -4.0}},
        .excluded_by = {&had_reset_before, &was_reset_before, &answers_after_its_close,
                        &had_given_up_repeating},
        .variants = {{.detail = "age",
                      .words = "it had grown too old, however busy it was",
                      .clue = &age_explains,
                      .summary = "The connection was ended {age} after its SYN, by this RST to "
                                 "{y:at} in the name of {x:at}."},
                     {.detail = "reply",
                      .words = "the next segment after the silence was refused",
                      .clue = &is_a_reply,
                      .summary = "After {idle} of silence the connection was forgotten: {trigger} "
                                 "of {y} drew a RST in the name of {x:at}."},
                     {.detail = "own",
                      .words = "one of the two ends ended it",
                      .clue = &ended_its_own_silence,
                      .summary = "After {idle} of silence {x:at} itself ended the idle connection.",
                      .advice = "{X} waits no longer than that: let {y} give up idle connections "
                                "sooner, or send something now and then, or raise the idle "
                                "(keep-alive) time-out of {x}."},
                     {.detail = "notice",
                      .words = "ended by a RST that no segment drew",
                      .clue = nullptr}},
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
                   "answered {trigger} of {y} by RST.",
        .advice = "Was the NAT's table flushed, full, or failed over? Raise its time-out, share "
                  "its state, use keepalives.",
        .apart = "A RST from nearer than the host; a capture behind the NAT shows that the host "
                 "never sent it.",
        .source = "RFC 5382, REQ-5; RFC 7857, 2.2",
        .severity = Severity::warning,
        .sender = Sender::middlebox,
        .prior = 0.3,
        .ceiling = 80,
        .needs = {&is_a_reply, &translation_may_be_lost},
        .favours = {{&continues_another_connection, 6.0},
                    {&was_translated_before, 6.0},
                    {&syn_went_elsewhere, 6.0},
                    {&has_anothers_numbers, 6.0},
                    {&had_closed_under_another_name, -2.5},
                    {&socket_never_got_the_syn_ack, 5.0},
                    {&first_words_were_reset, -0.5},
                    {&client_reset, 1.0, -0.3},
                    {&trigger_was_not_passed_on, 2.5, -1.0},
                    {&came_too_soon, 2.0, -0.3},
                    {&several_were_lost_at_once, 1.5},
                    {&was_never_idle_so_long, -1.0},
                    {&server_forgot_at_once, 1.0},
                    {&ttl_differs, 2.7, -1.0},
                    {&sent_only_syn_acks, -2.0},
                    {&was_idle_for_long, -0.5},
                    {&sender_went_on, 0.5},
                    {&comes_from_off_the_path, -3.0},
                    {&one_of_a_volley, -2.5},
                    {&ip_id_goes_on, -2.0},
                    {&answer_has_a_window, -2.0},
                    {&answers_like_a_kernel, 0.0, -0.7},
                    {&first_payload_was_reset, -1.0, 0.2},
                    {&trigger_was_stopped, 1.0},
                    {&lived_on_after_the_trigger, -4.0}},
        .excluded_by = {&had_reset_before, &was_reset_before, &had_closed, &had_given_up_repeating},
        .variants =
            {{.detail = "reply_untranslated",
              .words = "the answer to a translated SYN came untranslated",
              .clue = &syn_went_elsewhere,
              .kernel_reason = "NO_SOCKET",
              .summary = "The SYN of {x} (frame {fellow:frame}) had gone to {fellow:peer}, its "
                         "SYN-ACK came from {y:at}: untranslated, so that {x} refused it.",
              .advice = "Replies must pass the NAT, load balancer or service proxy that had "
                        "translated the SYN: does {y} answer {x} directly (same subnet, another "
                        "route, a missing SNAT or masquerade rule, bridge-nf-call-iptables = 0)?",
              .sender = Sender::endpoint},
             {.detail = "reset_untranslated",
              .words = "the RST came untranslated",
              .clue = &has_anothers_numbers,
              .kernel_reason = "NO_SOCKET",
              .summary =
                  "This RST of {x:at} has the numbers of the connection of {y} with {fellow:peer} "
                  "(frame {fellow:frame}), but an untranslated address: {y} will not heed it.",
              .advice = "A RST for a segment that came late passes untranslated where the NAT has "
                        "forgotten the connection or takes the segment for invalid (conntrack: "
                        "state INVALID; drop that in the forward chain, or set "
                        "nf_conntrack_tcp_be_liberal).",
              .sender = Sender::endpoint},
             {.detail = "answer_went_astray",
              .words = "the SYN-ACK never reached the socket that waits for it",
              .clue = &socket_never_got_the_syn_ack,
              .kernel_reason = "NO_SOCKET",
              .summary =
                  "{X} went on connecting after this RST: the SYN-ACK (frame {trigger:frame}) of "
                  "{y:at} had not come under the address and port that it knows.",
              .advice = "Compare a capture at {x}: with which address does the SYN-ACK arrive "
                        "there? Replies must pass the NAT, load balancer or service proxy that "
                        "had translated the SYN.",
              .sender = Sender::endpoint},
             {.detail = "translated_anew",
              .words = "translated anew in the midst of the connection",
              .clue = &is_of_another_connection,
              .kernel_reason = "NO_SOCKET",
              .sender = Sender::endpoint}},
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
        .favours = {{&server_forgot_at_once, 0.3},
                    {&resetter_was_not_seen, -1.0},
                    {&is_of_another_connection, -3.0},
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
        .summary = "A proxy had accepted the connection of {y} in the name of {x:at}; its "
                   "backend refused, and it passed that on.",
        .advice = "Look at the proxy's backend: down, refused, or too slow to connect.",
        .apart = "A SYN-ACK without a window, or the backend's leg in the same capture.",
        .source = "Linux nf_synproxy_core.c",
        .severity = Severity::error,
        .sender = Sender::middlebox,
        .prior = 0.5,
        .ceiling = 75,
        .needs = {&server_reset, &nothing_was_served, &is_an_abort},
        .favours = {{&syn_ack_had_no_window, 5.0, -1.0},
                    {&has_a_live_socket, -2.0, 0.5},
                    {&ttl_differs, 0.7},
                    {&resetter_could_not_connect_elsewhere, 1.5},
                    {&resetter_was_refused_elsewhere, 6.0},
                    {&had_closed, -2.0},
                    {&closed_and_reset_at_once, 1.5}},
        .excluded_by = {&had_reset_before},
        .variants = {{.detail = "refused_beside",
                      .words = "the backend's refusal is in the capture, too",
                      .clue = &resetter_was_refused_elsewhere,
                      .kernel_reason = "TCP_STATE"}},
        .example = " 0ms -> S\n 1ms <- SA win 0\n 2ms -> A\n 12ms <- RA win 0 notime\n",
    },
};

}  // namespace rstcause::causes
