// SPDX-License-Identifier: GPL-2.0-or-later
// Rows of the catalogue: answers after a close.
#pragma once

#include "engine/judge/cause.h"
#include "engine/judge/causes/situations.h"
#include "engine/judge/clues/application.h"
#include "engine/judge/clues/astray.h"
#include "engine/judge/clues/form.h"
#include "engine/judge/clues/header.h"
#include "engine/judge/clues/identity.h"
#include "engine/judge/clues/stack.h"
#include "engine/judge/clues/teardown.h"
#include "engine/judge/clues/timing.h"

namespace rstcause::causes {

using namespace clues;  // NOLINT(google-build-using-namespace): the table reads as prose

inline constexpr Cause kAfterClose[] = {
    {
        .token = "data_after_close",
        .title = "Data after the close",
        .meaning = "The sender of the RST had closed the connection, and the peer sent more data, "
                   "which nobody could read any more.",
        .summary = "{X:at} had closed {fin:at}; {trigger} of {y} found nobody to read it.",
        .advice = "Why does {y} go on after the FIN: does it not look, or does it mean to send all "
                  "that it has? Let {x} read to the end before it closes, or {y} stop at the end "
                  "of file.",
        .apart = "The FIN of the resetting end before the data.",
        .source = "Linux tcp_rcv_state_process() (TCP_ABORT_ON_DATA), "
                  "tcp_timewait_state_process(); RFC 9293, 3.6.1",
        .severity = Severity::warning,
        .benign_if = &only_a_goodbye_was_late,
        .benign_advice =
            "Nothing was lost: what {x} had no use for any more was {y}'s goodbye (TLS "
            "close_notify, QUIT or the like). To keep logs clean let {y} close "
            "without it once {x} has closed.",
        .kernel_reason = "TCP_ABORT_ON_DATA",
        .netstat = "TcpExtTCPAbortOnData",
        .prior = 5.9,
        .ceiling = 97,
        .needs = {&is_a_reply_or_must_be, &may_have_closed, &data_came_after_the_fin},
        .favours = {{&is_a_reply, 0.1},
                    {&late_data_was_not_captured, 0.1},
                    {&within_the_fin_timeout, 0.5, -3.0},
                    {&had_no_room_for_a_fin, 0.3},
                    {&fin_waited_behind_a_shut_window, 1.2},
                    {&had_given_up_knocking, -2.5},
                    {&sent_before_the_fin_could_arrive, 0.1},
                    {&only_a_tls_alert_was_late, 0.1},
                    {&ttl_differs, -2.0},
                    {&sender_went_on, -4.0},
                    {&answers_without_a_socket, -2.0},
                    {&trigger_was_not_passed_on, -5.0},
                    {&answer_has_a_window, -1.5}},
        .excluded_by = {&had_reset_before, &was_reset_before},
        .proved_by = {&had_closed, &data_came_after_the_fin, &fin_was_unacknowledged},
        .variants = {{.detail = "reset_untranslated",
                      .words = "the RST came untranslated",
                      .clue = &has_anothers_numbers,
                      .summary = "{X:at} answers {trigger}, which {y:at} had sent to {fellow:peer} "
                                 "after that end had closed; but its RST was not translated back, "
                                 "so {y} knows of no such connection, and its own stands.",
                      .advice = "Why does {y} not heed the FIN? And the NAT between takes this RST "
                                "for invalid and lets it pass untranslated (conntrack: state "
                                "INVALID): drop such packets there, or set "
                                "nf_conntrack_tcp_be_liberal, so that {y} is not left waiting."},
                     {.detail = "fin_unsent",
                      .words = "its FIN still waited for room",
                      .clue = &had_no_room_for_a_fin,
                      .summary = "{X:at} had closed, it seems, its FIN stuck behind data for which "
                                 "{y} had no room; {trigger} was not read.",
                      .advice = "{Y} sent without reading what it was sent: let it read first, or "
                                "in parallel. And does {x} mean to close while the peer still has "
                                "all of that to read?"},
                     {.detail = "race",
                      .words = "sent before the FIN could arrive",
                      .clue = &sent_before_the_fin_could_arrive},
                     {.detail = "time_wait",
                      .words = "its FIN had been acknowledged",
                      .clue = &had_become_a_bucket,
                      .kernel_reason = "TCP_TIMEWAIT_SOCKET",
                      .netstat = "TcpOutRsts"},
                     {.detail = "ignored_fin",
                      .words = "sent though the FIN had arrived, it seems",
                      .clue = nullptr}},
        .situations = kWithDataAfterTheClose,
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
                   "{y} came.",
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
        .favours = {{&past_the_fin_timeout, 1.0, -1.0},
                    {&no_timer_is_so_short, -0.3, 2.2},
                    {&trigger_was_not_passed_on, -5.0},
                    {&answers_without_a_socket, 2.5}},
        .excluded_by = {&had_reset_before, &was_reset_before, &both_had_closed},
        .situations = kAfterItsHalfExpired,
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
};

}  // namespace rstcause::causes
