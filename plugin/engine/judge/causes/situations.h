// SPDX-License-Identifier: GPL-2.0-or-later
// What to say and to advise of a cause in a situation of the application's.
#pragma once

#include "engine/judge/cause.h"
#include "engine/judge/clues/situation.h"

namespace rstcause::causes {

using namespace clues;  // NOLINT(google-build-using-namespace): the table reads as prose

/// Advice that several causes share.
inline constexpr std::string_view kBrokenOff =
    "{X} broke the download off: was it cancelled, did the whole transfer run into a time-out, or "
    "did its process end? Look there; {y} did nothing wrong.";
inline constexpr std::string_view kReadOn =
    "Let {x} read on for a while after such an answer, with a limit (nginx lingering_close); or "
    "let {y} ask first (Expect: 100-continue) and read while it sends.";
inline constexpr std::string_view kUnserved =
    "Why did {x} not serve it: a limit of connections, an access rule, or another protocol than "
    "{y} speaks on that port (TLS, a PROXY header)? Its log knows.";

inline constexpr Situation kWithDataAfterTheClose[] = {
    {.clue = &client_gave_up_waiting,
     .summary = "{X:at} gave up: its request had been unanswered for {a:time} when it closed "
                "{fin:at} (its read time-out?). {trigger:The} came {b:time} later.",
     .advice = "{Y} was slow, and the connection was not idle: find out what held that request up, "
               "or let {x} wait longer. The answer was thrown away; was the request carried out?"},
    {.clue = &client_left_in_the_response,
     .summary = "{X:at} closed {fin:at} in the middle of the response, after {a:of:b} of its body; "
                "more of it came, {trigger}.",
     .advice = kBrokenOff},
    {.clue = &http_answered_before_all_was_read,
     .summary = "{X:at} answered {a} and closed {fin:at} with the request's body still coming: "
                "{trigger} was not read, and the RST may cost {y} the answer.",
     .advice = kReadOn},
    {.clue = &server_never_answered,
     .summary = "{X:at} closed {fin:at} without a word to {y:at}; {trigger} found nobody to read "
                "it.",
     .advice = kUnserved},
    {.clue = &reused_as_it_was_closed,
     .summary = "{X:at} closed {fin:at} after {a:time} of idling, just as {y} used the connection "
                "again: a keep-alive race. {trigger:The} was not read.",
     .advice = "Let {y}'s pool give up idle keep-alive connections some seconds sooner than {x} "
               "closes them, and repeat what is safe to repeat: {x} has not read that request."},
    {.clue = &reused_long_after_the_close,
     .summary = "{Y:at} used a connection that {x:at} had closed {a:time} before, {fin:at}; "
                "{trigger} was not read.",
     .advice = "{Y} had the FIN and did not look: let its pool test a connection before it is used "
               "again, or give it up sooner than {x} closes it, and repeat what is safe to "
               "repeat."}};

inline constexpr Situation kWithDataUnread[] = {
    {.clue = &client_left_in_the_response,
     .summary = "{X:at} closed its socket in the middle of the response, after {a:of:b} of its "
                "body, the last of it (frame {ydata}) unread.",
     .advice = kBrokenOff},
    {.clue = &http_answered_before_all_was_read,
     .summary = "{X:at} answered {a} and closed its socket while the request's body was still "
                "coming, unread: the RST may cost {y:at} the answer.",
     .advice = kReadOn},
    {.clue = &http_upload_went_on_after_the_answer,
     .summary = "{X:at} closed its socket without having read the answer {a} of {y:at} (frame "
                "{ydata}): it was still sending the request's body.",
     .advice = "The answer {a} tells why the upload was stopped. Let {x} read while it sends, or "
               "ask first (Expect: 100-continue)."},
    {.clue = &server_never_answered,
     .summary = "{X:at} closed its socket without a word, and without having read what {y:at} had "
                "sent (last in frame {ydata}).",
     .advice = kUnserved}};

inline constexpr Situation kWithLinger0[] = {
    {.clue = &client_gave_up_waiting,
     .summary = "{X:at} gave up: its request had been unanswered for {a:time} when it aborted "
                "(its read time-out?), with SO_LINGER 0.",
     .advice = "{Y} was slow, and the connection was not idle: find out what held that request up, "
               "or let {x} wait longer. Was the request carried out?"},
    {.clue = &client_left_in_the_response,
     .summary = "{X:at} aborted in the middle of the response, after {a:of:b} of its body.",
     .advice = kBrokenOff},
    {.clue = &server_ended_an_idle_connection,
     .summary = "{X:at} ended the connection by RST after {a:time} of idling: SO_LINGER 0.",
     .advice = "Presumably {x}'s own time-out for idle connections or sessions. Let {y} give up "
               "idle connections sooner than that, send something in between, or raise the "
               "time-out."}};

}  // namespace rstcause::causes
