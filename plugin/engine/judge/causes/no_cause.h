// SPDX-License-Identifier: GPL-2.0-or-later
// Rows of the catalogue: no cause is claimed: what is missing, or nothing fits.
#pragma once

#include "engine/judge/cause.h"
#include "engine/judge/clues/astray.h"
#include "engine/judge/clues/capture.h"
#include "engine/judge/clues/handshake.h"
#include "engine/judge/clues/identity.h"
#include "engine/judge/clues/teardown.h"

namespace rstcause::causes {

using namespace clues;  // NOLINT(google-build-using-namespace): the table reads as prose

inline constexpr Cause kNoCause[] = {
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
        .ceiling = 75,
        .needs = {&is_a_reset},
        .favours = {{&is_of_another_connection, -3.0},
                    {&nothing_was_seen_before, 8.0},
                    {&refuses_a_syn_unseen, -1.5},
                    {&late_data_was_not_captured, -3.0},
                    {&peer_was_not_seen, 4.5},
                    {&resetter_was_not_seen, 4.0},
                    {&answers_a_captured_segment, -2.2},
                    {&something_is_missing, 1.5},
                    {&connection_seen_from_its_start, -1.0, 0.5},
                    {&own_octets_were_not_captured, 6.5},
                    {&sequence_is_foreign, 2.0},
                    {&sender_went_on, -4.0}},
        .excluded_by = {&had_reset_before, &was_reset_before},
        // What drew it decides, and is not here: mostly a host without that socket answers so.
        .variants = {{.detail = "", .clue = &answers_like_no_socket, .kernel_reason = "NO_SOCKET"}},
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
                      .words = "the analysis failed inside this program",
                      .clue = &analysis_failed,
                      .summary = "The analysis of this RST of {x:at} failed inside this program."}},
        .example = " 0ms -> S\n 1ms <- SA\n 2ms -> A\n 3ms -> PA len 10\n 4ms <- PA len 10\n 5ms "
                   "-> A\n 6ms <- RA seq 70000\n",
    },
};

}  // namespace rstcause::causes
