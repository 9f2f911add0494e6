// SPDX-License-Identifier: GPL-2.0-or-later
// What to say and to advise of a cause in a situation of the application's.
#pragma once

#include "engine/judge/cause.h"
#include "engine/judge/clues/astray.h"
#include "engine/judge/clues/connecting.h"
#include "engine/judge/clues/situation.h"

namespace rstcause::causes {

using namespace clues;  // NOLINT(google-build-using-namespace): the table reads as prose

// ----- advice that several causes share --------------------------------------------------

inline constexpr std::string_view kBrokenOff =
    "{X} broke the download off: was it cancelled, did the whole transfer run into a time-out, or "
    "did its process end? Look there; {y} did nothing wrong.";
inline constexpr std::string_view kClientLeft =
    "Did {x} have enough, run into a time-out, or end (a kill, a crash)? What it had not read is "
    "lost; {y} did nothing wrong. To leave cleanly let {x} read to the end of file before it "
    "closes.";
inline constexpr std::string_view kAnswerLeft =
    "{X} broke the answer off: was it cancelled, did it run into a time-out, or did its process "
    "end? Look there; {y} did nothing wrong.";
inline constexpr std::string_view kPortCheck =
    "Is {x} a monitor or a balancer's health check? Let it read the greeting and say goodbye; some "
    "servers count such connections as errors (MySQL max_connect_errors).";
inline constexpr std::string_view kTlsLeftovers =
    "Only records of TLS's own were lost, which its libraries often leave unread. To keep logs "
    "clean let {x} read on until nothing comes any more before it closes.";
inline constexpr std::string_view kReadOn =
    "The RST may cost {y} the answer. Let {x} read on for a while after such an answer, with a "
    "limit (nginx lingering_close); or let {y} ask first (Expect: 100-continue) and read while it "
    "sends.";
inline constexpr std::string_view kHeard =
    "These words tell why {x} ended the connection; {y} must look for them, and for end of file, "
    "before it sends more.";
inline constexpr std::string_view kMayBeLost =
    "These words tell why {x} ended the connection, and the RST may cost {y} them: let {x} read on "
    "for a while, with a limit, before it closes.";
inline constexpr std::string_view kSlow =
    "{Y} was slow, and the connection was not idle: find out what held that request up, or let "
    "{x} wait longer{setting:slow}. The answer was thrown away; was the request carried out?";
inline constexpr std::string_view kUnserved =
    "Why did {x} not serve it: a limit of connections, an access rule, a backend that is down, or "
    "another protocol than {y} speaks on that port (TLS, a PROXY header)? Its log knows.";
inline constexpr std::string_view kProxied =
    "{Y} began with a PROXY header: does {x} expect one (nginx listen ... proxy_protocol, HAProxy "
    "accept-proxy)? If not, turn it off at the sender (HAProxy send-proxy, nginx proxy_protocol "
    "on).";
inline constexpr std::string_view kNoTlsHere =
    "Does {x} speak TLS on that port at all, and for that name? Or is it a proxy whose backend is "
    "down, or an access rule? Its log knows.";
inline constexpr std::string_view kUploadEnded =
    "Did {x} refuse the upload by its size (nginx client_max_body_size, uwsgi --limit-post), or "
    "did its program end (a crash, a kill, a restart, a worker's time-out)? Its log knows.";
inline constexpr std::string_view kHeld =
    "{X} had the connection and did not answer: did its worker crash or run into a time-out "
    "(gunicorn --timeout, uwsgi harakiri), or is what it asks behind it down? Its log knows.";
inline constexpr std::string_view kHeldOrWaited =
    "Did {x} wait in vain for the rest of the request{setting:login}, did its worker crash or run "
    "into a time-out (gunicorn --timeout, uwsgi harakiri), or is what it asks behind it down? Its "
    "log knows.";
inline constexpr std::string_view kTooLate =
    "{X}'s time-out for the first words or the login{setting:login}: why is {y} so slow to speak? "
    "A connection opened in advance must be tested before it is used.";
inline constexpr std::string_view kNobodyLooked =
    "{Y} had the FIN and did not look: let its pool test a connection before it is used again, or "
    "give it up sooner than {x} closes it{setting:idle}, and repeat what is safe to repeat.";
inline constexpr std::string_view kResponseCut =
    "{Y} has only a part of it. Did {x}'s program fail, end or give up (a time-out, a proxy whose "
    "backend broke off)? Its log knows.";
inline constexpr std::string_view kBackendRefused =
    "{X} passes connections on: look at what stands behind it, which is down or refuses.";
inline constexpr std::string_view kProgramAborts =
    "Did {x}'s program mean to abort (Node resetAndDestroy(), Go SetLinger(0), HAProxy nolinger, "
    "nginx reset_timedout_connection), or did it fail? {Y} may lose what it had not read yet.";

// ----- the situations, the most telling ones first ---------------------------------------

inline constexpr Situation kWithDataAfterTheClose[] = {
    {.clue = &has_anothers_numbers},  // the variant says more than any situation
    {.clue = &proxy_header_was_not_understood,
     .summary = "{X:at} did not serve a connection that begins with a PROXY header and closed "
                "{fin:at}; {trigger} was not read.",
     .advice = kProxied},
    {.clue = &head_was_refused,
     .summary = "{X:at} answered {a} and closed {fin:at} before the request's head was whole; "
                "{trigger} was not read.",
     .advice = kReadOn},
    {.clue = &http_answered_before_all_was_read,
     .summary = "{X:at} answered {a} and closed {fin:at}, the request's body still coming: "
                "{trigger} was not read.",
     .advice = kReadOn},
    {.clue = &resetter_said_why,
     .summary = "{X:at} said {words} and closed {fin:at}; {trigger:brief} was not read.",
     .advice = kHeard},
    {.clue = &client_gave_up_waiting,
     .summary = "{X:at} gave up {fin:at}, its request unanswered for {a:time} (its read "
                "time-out?); {trigger} came {b:time} later.",
     .advice = kSlow},
    {.clue = &client_left_in_the_response,
     .summary =
         "{X:at} closed {fin:at} in the middle of the response, after {a:of:b}; {trigger} was "
         "not read.",
     .advice = kBrokenOff},
    {.clue = &greeting_was_never_answered,
     .summary = "{X:at} closed {fin:at} without a word; the greeting of {y} ({trigger:brief}) "
                "found nobody: a "
                "port check, it seems.",
     .advice = kPortCheck},
    {.clue = &client_closed_first,
     .summary = "{X:at} closed {fin:at} before {y} had said all: {trigger} found nobody to read "
                "it.",
     .advice = "Did {x} cancel, run into a time-out, or end? If it only meant to end its own half "
               "(shutdown), let it read on to the end of file; else what came is lost, and {y} "
               "did nothing wrong."},
    {.clue = &server_waited_for_the_first_words,
     .summary = "{X:at} closed {fin:at}, having waited {a:time} for {y} to speak; {trigger} came "
                "too late.",
     .advice = kTooLate},
    {.clue = &reused_after_the_close,
     .summary = "{Y} used a connection that {x:at} had closed {a:time} before, {fin:at}; {trigger} "
                "was not read.",
     .advice = kNobodyLooked},
    {.clue = &hello_was_not_answered,
     .summary = "{X:at} closed {fin:at} without an answer to the TLS ClientHello of {y}; {trigger} "
                "was not read.",
     .advice = kNoTlsHere},
    {.clue = &upload_was_not_answered,
     .summary = "{X:at} closed {fin:at} in the middle of the request's body ({a:of:b}), without an "
                "answer; {trigger:brief} was not read.",
     .advice = kUploadEnded},
    {.clue = &server_held_the_request,
     .summary = "{X:at} closed {fin:at}, {a:time} after the connection began, without a word to "
                "{y}; {trigger:brief} was not read.",
     .advice = kHeldOrWaited},
    {.clue = &server_never_answered,
     .summary = "{X:at} closed {fin:at} without a word to {y}; {trigger} was not read.",
     .advice = kUnserved},
    {.clue = &reused_as_it_was_closed,
     .summary = "A keep-alive race: {x:at} closed {fin:at}, idle for {a:time}, while {trigger} was "
                "on its way to it.",
     .advice = "Let {y}'s pool give up idle keep-alive connections some seconds sooner than {x} "
               "closes them{setting:idle}, and repeat what is safe to repeat: {x} has not read "
               "that request."},
    {.clue = &server_closed_after_its_answer,
     .summary = "{X:at} closed {fin:at}, {a:time} after its last words; {trigger} of {y} was not "
                "read.",
     .advice = "Why did {x} close then: had it said so, is there a limit for each "
               "connection{setting:limit}, was it stopped? {Y} must look for end of file before it "
               "sends, and repeat what is safe to repeat."}};

inline constexpr Situation kWithDataUnread[] = {
    {.clue = &proxy_header_was_not_understood,
     .summary = "{X:at} did not serve a connection that begins with a PROXY header, and closed its "
                "socket with data of {y} unread{ydata:in}.",
     .advice = kProxied},
    {.clue = &head_was_refused,
     .summary = "{X:at} answered {a} and closed its socket before it had read the whole head of "
                "the request{ydata:in}.",
     .advice = kReadOn},
    {.clue = &http_answered_before_all_was_read,
     .summary = "{X:at} answered {a} and closed its socket with the request's body still coming, "
                "unread{ydata:in}.",
     .advice = kReadOn},
    {.clue = &body_was_left,
     .summary = "{X:at} answered {a} and closed its socket with the request's body "
                "unread{ydata:in}.",
     .advice = kReadOn},
    {.clue = &http_upload_went_on_after_the_answer,
     .summary = "{X:at} closed its socket without having read the answer {a} (frame {ydata}): it "
                "was still sending the request's body.",
     .advice = "The answer {a} tells why the upload was stopped. Let {x} read while it sends, or "
               "ask first (Expect: 100-continue)."},
    {.clue = &resetter_said_why,
     .summary = "{X:at} said {words} and closed with data of {y} unread.",
     .advice = kMayBeLost},
    {.clue = &tls_was_ended_by_x,
     .summary = "{X:at} ended TLS by an alert and closed its socket with data of {y} "
                "unread{ydata:in}.",
     .advice = "An encrypted alert may be a goodbye (close_notify) or, right after the handshake, "
               "a refusal of {y}'s certificate: {x}'s log knows. Let {x} read on for a while "
               "before it closes."},
    {.clue = &tls_tickets_were_last,
     .summary = "{X:at} closed its socket with session tickets of {y} unread, "
                "presumably{ydata:in}.",
     .advice = kTlsLeftovers},
    {.clue = &tls_goodbye_was_last,
     .summary = "{X:at} closed its socket with a TLS alert of {y} unread{ydata:in}: close_notify, "
                "presumably.",
     .advice = kTlsLeftovers},
    {.clue = &http_requests_were_left,
     .summary = "{X:at} closed its socket after an answer, with more requests of {y} ({a}) "
                "unread{ydata:in}.",
     .advice = "A limit of requests for each connection (nginx keepalive_requests), Connection: "
               "close, or a restart: let {y} look for it before it sends the next ones, and repeat "
               "what is safe to repeat."},
    {.clue = &resetter_was_refused_elsewhere,
     .summary = "{X:at} closed its socket with data of {y} unread{ydata:in}: its own connection to "
                "a backend had been refused.",
     .advice = kBackendRefused},
    {.clue = &hello_was_not_answered,
     .summary = "{X:at} closed its socket without an answer to the TLS ClientHello of "
                "{y}{ydata:in}.",
     .advice = kNoTlsHere},
    {.clue = &upload_was_not_answered,
     .summary = "{X:at} closed its socket in the middle of the request's body ({a:of:b}), without "
                "an answer.",
     .advice = kUploadEnded},
    {.clue = &body_was_not_answered,
     .summary = "{X:at} closed its socket without an answer to a request with a body, "
                "unread{ydata:in}.",
     .advice = kUploadEnded},
    {.clue = &head_was_not_answered,
     .summary = "{X:at} closed its socket without an answer, in the middle of the request's "
                "head{ydata:in}.",
     .advice = "Is that head longer than {x} takes (Varnish http_req_size, nginx "
               "large_client_header_buffers), or did it come too slowly{setting:login}? Its log "
               "knows."},
    {.clue = &server_held_the_request,
     .summary = "{X:at} closed its socket {a:time} after the connection began, without a word; "
                "data of {y} was unread{ydata:in}.",
     .advice = kHeld},
    {.clue = &server_never_answered,
     .summary = "{X:at} closed its socket without a word, data of {y:at} unread{ydata:in}.",
     .advice = kUnserved},
    {.clue = &server_left_its_response,
     .summary = "{X:at} closed its socket in the middle of its response, after {a:of:b}, with data "
                "of {y} unread{ydata:in}.",
     .advice = kResponseCut},
    {.clue = &server_left_a_request,
     .summary = "{X:at} closed its socket with the last words of {y} unread{ydata:in}, unanswered "
                "for {a:time}.",
     .advice = "Did {x}'s program end (a kill, a crash, a restart), or drop that client on "
               "purpose? It had not read those words: {y} may repeat them. Read to end of file, or "
               "drain with a limit, before close()."},
    {.clue = &peer_had_said_why,
     .summary = "{X:at} closed its socket with the last words of {y} unread: {words}.",
     .advice = "These words tell why {y} would not go on; let {x} read them before it closes."},
    {.clue = &greeting_was_never_answered,
     .summary = "{X:at} closed its socket with the greeting of {y} unread{ydata:in}, and had said "
                "nothing: a port check, it seems.",
     .advice = kPortCheck},
    {.clue = &client_left_in_an_answer,
     .summary = "{X:at} closed its socket in the middle of an answer of {y}, some of it "
                "unread{ydata:in}.",
     .advice = kAnswerLeft},
    {.clue = &answer_was_left,
     .summary = "{X:at} closed its socket without having read all of the answer {a} of "
                "{y}{ydata:in}.",
     .advice = kClientLeft},
    {.clue = &client_left_in_the_response,
     .summary = "{X:at} closed its socket in the middle of the response, after {a:of:b}, some "
                "unread{ydata:in}.",
     .advice = kBrokenOff},
    {.clue = &client_left, .advice = kClientLeft}};

inline constexpr Situation kWithLinger0[] = {
    {.clue = &resetter_said_why,
     .summary = "{X:at} said {words} and aborted the connection: SO_LINGER 0.",
     .advice = kMayBeLost},
    {.clue = &client_gave_up_waiting,
     .summary = "{X:at} gave up: its request was unanswered for {a:time} when it aborted (its read "
                "time-out?), with SO_LINGER 0.",
     .advice = "{Y} was slow, and the connection was not idle: find out what held that request up, "
               "or let {x} wait longer{setting:slow}. Was the request carried out?"},
    {.clue = &client_left_in_the_response,
     .summary = "{X:at} aborted in the middle of the response, after {a:of:b}: SO_LINGER 0.",
     .advice = kBrokenOff},
    {.clue = &client_left_in_an_answer,
     .summary = "{X:at} aborted in the middle of an answer of {y}: SO_LINGER 0.",
     .advice = kAnswerLeft},
    {.clue = &client_left_before_the_server_closed,
     .summary = "{X:at} aborted after {a:octets} of a response that has no length, before {y} had "
                "closed: SO_LINGER 0.",
     .advice = "Such a response ends when {y} closes. Had {x} all that it wanted? Then let it read "
               "to the end of file, or {y} send Content-Length. Else it broke off: cancelled, a "
               "time-out, its process ended?"},
    {.clue = &peer_had_said_why,
     .summary = "{X:at} aborted when {y} had said {words}: SO_LINGER 0.",
     .advice = "What {y} said is what to look at; the RST is how {x} leaves."},
    {.clue = &server_ended_an_idle_connection,
     .summary = "{X:at} ended the connection by RST after {a:time} of idling: SO_LINGER 0.",
     .advice = "Presumably {x}'s own time-out for idle connections or sessions{setting:idle}. Let "
               "{y} give up idle connections sooner than that, send something in between, or raise "
               "the time-out."},
    {.clue = &server_left_its_response,
     .summary = "{X:at} aborted in the middle of its response, after {a:of:b}: SO_LINGER 0.",
     .advice = kResponseCut},
    {.clue = &upload_was_not_answered,
     .summary = "{X:at} aborted in the middle of the request's body ({a:of:b}), without an answer.",
     .advice = kUploadEnded},
    {.clue = &server_left_a_request,
     .summary = "{X:at} aborted with the last words of {y} unanswered for {a:time}: SO_LINGER 0.",
     .advice = "Did {x}'s program fail, end, or give the request up (a time-out, an operator, a "
               "backend that is down)? Its log knows; was the request carried out?"},
    {.clue = &server_held_the_request,
     .summary = "{X:at} aborted {a:time} after the connection began, without a word to {y}: "
                "SO_LINGER 0.",
     .advice = kHeld},
    {.clue = &server_never_answered,
     .summary = "{X:at} aborted without a word to {y}: SO_LINGER 0.",
     .advice = kUnserved},
    {.clue = &server_ended_it, .advice = kProgramAborts}};

inline constexpr Situation kAfterItsHalfExpired[] = {
    {.clue = &reused_after_the_close,
     .summary = "{Y} used a connection that {x:at} had closed {a:time} before, {fin:at}, and "
                "forgotten; {trigger:brief} was not read.",
     .advice = kNobodyLooked}};

}  // namespace rstcause::causes
