// SPDX-License-Identifier: GPL-2.0-or-later
// Rows of the catalogue: follow-ups: an earlier frame explains them.
#pragma once

#include "engine/judge/cause.h"
#include "engine/judge/clues/form.h"
#include "engine/judge/clues/header.h"
#include "engine/judge/clues/identity.h"
#include "engine/judge/clues/teardown.h"

namespace rstcause::causes {

using namespace clues;  // NOLINT(google-build-using-namespace): the table reads as prose

inline constexpr Cause kFollowUps[] = {
    {
        .token = "late_segment",
        .title = "Late segment after the end",
        .meaning = "The sender of this RST had already ended the connection, by its own RST or "
                   "because both ends had closed, and forgotten it. One more segment arrived and "
                   "was answered by RST.",
        .summary =
            "For {x:at} this connection had been over since frame {root}; {trigger} came too "
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
                    {&was_reset_under_another_name, 3.5},
                    {&lived_on_after_the_trigger, -3.0}},
        .proved_by = {&was_reset_before, &is_a_reply},
        .root = &was_reset_under_any_name,
        .example = " 0ms -> S\n 1ms <- SA\n 2ms -> A\n 3ms -> PA len 5\n 4ms <- A\n 10ms -> RA\n"
                   " 30ms -> PA len 4\n 31ms <- reply\n",
    },
};

}  // namespace rstcause::causes
