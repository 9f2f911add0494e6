// SPDX-License-Identifier: GPL-2.0-or-later
// Rows of the catalogue: the wire says it.
#pragma once

#include "engine/judge/cause.h"
#include "engine/judge/clues/form.h"
#include "engine/judge/clues/teardown.h"

namespace rstcause::causes {

using namespace clues;  // NOLINT(google-build-using-namespace): the table reads as prose

inline constexpr Cause kDeclared[] = {
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
};

}  // namespace rstcause::causes
