// SPDX-License-Identifier: GPL-2.0-or-later
// Rows of the catalogue: own decisions: the TCP's patience ended, and it said so.
#pragma once

#include "engine/judge/cause.h"
#include "engine/judge/clues/data.h"
#include "engine/judge/clues/form.h"
#include "engine/judge/clues/giving_up.h"
#include "engine/judge/clues/header.h"
#include "engine/judge/clues/icmp.h"
#include "engine/judge/clues/identity.h"
#include "engine/judge/clues/stack.h"
#include "engine/judge/clues/teardown.h"
#include "engine/judge/clues/timing.h"

namespace rstcause::causes {

using namespace clues;  // NOLINT(google-build-using-namespace): the table reads as prose

inline constexpr Cause kGivingUp[] = {
    {
        .token = "keepalive_timeout",
        .title = "Keepalive gave up",
        .meaning = "The sender probed its silent peer, got no answer, and gave the connection up "
                   "(keepalive, or TCP_USER_TIMEOUT with keepalive).",
        .summary = "{X:at} probed its silent peer, {y:at}, in vain and gave up.",
        .advice = "The other end or the path to it was dead, or a device between had dropped the "
                  "idle connection: find out since when. Probe more often{setting:probe} than the "
                  "shortest idle time-out on the path.",
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
                  "the send time-out at {x}{setting:send}.",
        .apart = "A window of 0 up to the RST.",
        .source = "nginx reset_timedout_connection; FreeBSD tcp_timer_persist(); Linux "
                  "tcp_probe_timer() itself is silent",
        .severity = Severity::warning,
        .kernel_reason = "TCP_STATE",
        .netstat = "TcpExtTCPAbortOnData",
        .prior = 5.0,
        .ceiling = 75,
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
        .meaning = "The sender repeated its SYN, SYN-ACK, data or FIN in vain until its limit and "
                   "told the peer by RST (BSD, macOS, Windows, user-mode NATs and many appliances; "
                   "Linux gives up in silence).",
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
        .needs = {&is_an_abort, &repetitions_were_unanswered},
        .favours = {{&gave_up_after_many, 1.6, -1.0},
                    {&reset_is_on_the_retransmission_grid, 2.0, -1.2},
                    {&handshake_was_in_vain, 1.5},
                    {&sender_went_on, -4.0},
                    {&ttl_differs, -2.0},
                    {&own_segments_were_stopped, 1.0},
                    {&own_segments_were_too_big, 1.0},
                    {&linux_would_be_silent, -4.0},
                    {&one_of_a_volley, -1.0}},
        .excluded_by = {&had_reset_before, &peer_window_was_shut},
        .variants = {{.detail = "connecting",
                      .words = "its SYN was never answered",
                      .clue = &repeated_its_syn,
                      .summary = "{X:at} had sent its SYN again and again without an answer from "
                                 "{y:at} and gave up connecting.",
                      .advice = "Nothing answered on port {yport} of {y}: a dead host, a wrong "
                                "address, or a firewall that drops the SYN or its answer."},
                     {.detail = "accepting",
                      .words = "its SYN-ACK was never answered",
                      .clue = &repeated_its_syn_ack,
                      .summary = "{X:at} had sent its SYN-ACK again and again, {y:at} never "
                                 "acknowledged it, and it gave the handshake up.",
                      .advice = "Find what swallowed the SYN-ACK or its acknowledgment: a route "
                                "back that differs, a firewall, a spoofed address in the SYN."},
                     {.detail = "closing",
                      .words = "the rest of a closed connection was never acknowledged",
                      .clue = &repeated_its_close,
                      .summary = "{X:at} had closed {fin:at}, sent what was left again and again "
                                 "without an acknowledgment from {y}, and gave up."},
                     {.detail = "sending",
                      .words = "its data was never acknowledged",
                      .clue = nullptr}},
        .example = " 0ms -> S bare\n 1ms <- SA\n 2ms -> A\n 3ms -> PA len 30\n 300ms -> PA len 30 "
                   "again\n 900ms -> PA len 30 again\n"
                   " 2100ms -> PA len 30 again\n 4500ms -> PA len 30 again\n 9300ms -> RA\n",
    },
};

}  // namespace rstcause::causes
