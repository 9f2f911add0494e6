// SPDX-License-Identifier: GPL-2.0-or-later
// Rows of the catalogue: not the endpoint's word: somebody else forged it.
#pragma once

#include "engine/judge/cause.h"
#include "engine/judge/clues/astray.h"
#include "engine/judge/clues/capture.h"
#include "engine/judge/clues/connecting.h"
#include "engine/judge/clues/form.h"
#include "engine/judge/clues/handshake.h"
#include "engine/judge/clues/header.h"
#include "engine/judge/clues/icmp.h"
#include "engine/judge/clues/identity.h"
#include "engine/judge/clues/timing.h"

namespace rstcause::causes {

using namespace clues;  // NOLINT(google-build-using-namespace): the table reads as prose

inline constexpr Cause kForged[] = {
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
                    {&both_ends_went_on, 2.0},
                    {&ttl_differs, 2.5, -1.5},
                    {&answer_has_a_window, 2.0},
                    {&comes_from_off_the_path, 1.5},
                    {&ip_id_is_off, 0.7},
                    {&syn_is_not_its_senders, 6.0},
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
        .excluded_by = {&nothing_was_seen_before, &peer_was_not_seen, &answers_a_reset,
                        &is_of_another_connection, &same_syn_came_again},
        .only_sure_by = {&sender_went_on, &seen_on_one_side_only, &trigger_was_not_passed_on,
                         &comes_from_another_place, &timestamps_go_back, &came_too_soon,
                         &follows_a_forgery, &had_accepted_that_syn, &lived_on_after_the_trigger,
                         &the_volley_steps, &abort_is_of_another_counter, &syn_is_not_its_senders},
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
        .excluded_by = {&answers_a_reset, &is_of_another_connection},
        .only_sure_by = {&one_of_many_guesses, &sender_went_on, &follows_a_forgery},
        .example = " 0ms -> S\n 1ms <- SA\n 2ms -> A\n 3ms -> PA len 4\n 4ms <- A\n 100ms <- R seq "
                   "90000\n 200ms <- R seq 180000\n 300ms <- R seq 270000\n",
    },
};

}  // namespace rstcause::causes
