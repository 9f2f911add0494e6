// SPDX-License-Identifier: GPL-2.0-or-later
// Rows of the catalogue: the client refused the server's answer.
#pragma once

#include "engine/judge/cause.h"
#include "engine/judge/clues/astray.h"
#include "engine/judge/clues/capture.h"
#include "engine/judge/clues/connecting.h"
#include "engine/judge/clues/form.h"
#include "engine/judge/clues/icmp.h"
#include "engine/judge/clues/scanning.h"
#include "engine/judge/clues/teardown.h"

namespace rstcause::causes {

using namespace clues;  // NOLINT(google-build-using-namespace): the table reads as prose

inline constexpr Cause kRefusedAnswer[] = {
    {
        .token = "syn_scan",
        .title = "Half-open port scan",
        .meaning = "The SYN came from a raw socket, so the scanner's own kernel knew of no "
                   "connection and reset the SYN-ACK. The port is open.",
        .summary = "{X:at} scans: its SYN to port {yport} was crafted, and its host, knowing of "
                   "none, reset the SYN-ACK (frame {trigger:frame}). The port is open.",
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
        .needs = {&may_refuse_the_syn_ack, &had_sent_the_syn, &syn_ack_fits_the_syn},
        .favours = {{&syn_is_bare, 2.5, -2.5},
                    {&scanner_ends_a_refusal, 1.5},
                    {&scanner_ends_it, 0.1},
                    {&syn_has_another_initial_ttl, 2.5},
                    {&syn_ack_was_not_captured, 0.1},
                    {&socket_never_got_the_syn_ack, -4.0},
                    {&syn_is_plain, -1.0},
                    {&syn_has_an_acknowledgment, 4.0},
                    {&syn_has_a_scanners_window, 1.0},
                    {&resets_many_syn_acks, 2.0},
                    {&syn_came_another_way, -1.0},
                    {&syn_ack_was_late, -1.5, 1.0},
                    {&connecting_was_stopped, -2.0},
                    {&its_syns_expired_on_the_way, 4.0}},
        .excluded_by = {&had_reset_before, &was_reset_before},
        .variants =
            {{.detail = "port_closed",
              .words = "the port was closed",
              .clue = &scanner_ends_a_refusal,
              .summary =
                  "{X:at} scans: its SYN to port {yport} was crafted and refused (frame "
                  "{trigger:frame}), and this RST is the scanner's own. The port is closed."},
             {.detail = "one_direction",
              .words = "the SYN-ACK is not in the capture",
              .clue = &syn_ack_was_not_captured,
              .summary = "{X:at} scans: its SYN to port {yport} was crafted, and its host, knowing "
                         "of none, reset the SYN-ACK, not captured. The port is open."}},
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
                    {&syn_has_another_initial_ttl, -2.5},
                    {&syn_ack_echoes_a_foreign_timestamp, -4.0},
                    {&connecting_was_stopped, 3.0}},
        .excluded_by = {&had_reset_before, &was_reset_before, &same_syn_came_again},
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
        .favours = {{&was_answered_by_a_bare_ack, -2.0}, {&syn_is_not_its_senders, -7.0}},
        .example = " 0ms -> S\n 1ms <- SA ack 777\n 2ms -> reply\n",
    },
    {
        .token = "half_open_recovery",
        .title = "Old connection cleared away",
        .meaning = "The server still held an old connection on the same ports and answered the new "
                   "SYN by an ACK of its own; the client reset that ghost, as RFC 9293 wants it. "
                   "The next SYN succeeds.",
        .summary = "{Y:at} still held an old connection on these ports (its ACK: frame "
                   "{trigger:frame}); {x} reset that ghost to connect anew.",
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
        .favours = {{&an_older_connection_was_seen, 0.7}, {&syn_is_not_its_senders, -7.0}},
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
                    {&syn_ack_is_bare, -2.0},
                    {&syn_has_a_scanners_window, -0.5}},
        .excluded_by = {&had_reset_before, &was_reset_before, &syn_went_elsewhere,
                        &same_syn_came_again},
        .variants = {{.detail = "spoofed_syn",
                      .words = "somebody else had sent the SYN",
                      .clue = &had_sent_the_syn,
                      .summary = "The SYN in the name of {x:at} came from elsewhere, it seems (its "
                                 "TTL): {x} had not sent it, and refused the SYN-ACK (frame "
                                 "{trigger:frame})."}},
        .example = " 0ms <- SA\n 1ms -> reply\n",
    },
};

}  // namespace rstcause::causes
