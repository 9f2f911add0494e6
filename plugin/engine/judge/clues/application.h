// SPDX-License-Identifier: GPL-2.0-or-later
// Questions about what the application was doing, by the payload that was recognised.
#pragma once

#include <algorithm>

#include "app/talk.h"
#include "engine/judge/clue.h"
#include "engine/memory/application.h"
#include "resp/recognise.h"
#include "resp/tracker.h"

namespace rstcause::clues {

/// Frames of RESP messages are the reader's; what tells earlier from later compares places.
inline Answer yes_by_message(const Scene& s, Frame shown) {
  return Answer::yes(s.order.place_of(shown));
}

/// Has the Redis client's last PING its reply?
inline bool ping_was_answered(const Scene& s) {
  if (!s.flow.resp) return false;
  const auto ping = s.flow.resp->last_ping(), pong = s.flow.resp->last_pong();
  return ping && pong && s.order.place_of(*pong) >= s.order.place_of(*ping);
}

inline constexpr Clue ping_was_sent{
    "ping-was-sent",
    [](const Scene& s) {
      return ping_was_answered(s) ? yes_by_message(s, *s.flow.resp->last_ping()) : Answer::no();
    },
    "The Redis client sent PING here.", Matter::application};

inline constexpr Clue pong_came_back{
    "pong-came-back",
    [](const Scene& s) {
      return ping_was_answered(s) ? yes_by_message(s, *s.flow.resp->last_pong()) : Answer::no();
    },
    "PONG came back here, whole: the exchange was over.", Matter::application};

/// Every command had its whole reply: the client had nothing left to read, if it read.
inline constexpr Clue every_command_was_answered{
    "every-command-was-answered",
    [](const Scene& s) {
      if (!s.flow.resp || !s.x_is_client()) return Answer::no();
      const bool whole = s.flow.resp->last_reply_complete().value_or(false);
      const auto open = s.flow.resp->outstanding();
      if (s.flow.resp->streams()) return Answer::unknown();  // pushed data needs no command
      return Answer::when(whole && open && *open == 0, s.y().data);
    },
    "Every Redis command had its complete reply, the last one here.", Matter::application};

/// Of a batch of replies a client may have read the first ones only: a client that waits for each
/// reply before its next command shows what it read, one that does not shows nothing.
inline constexpr Clue replies_had_piled_up{
    "replies-had-piled-up",
    [](const Scene& s) {
      if (!s.flow.resp || !s.x_is_client()) return Answer::no();
      const unsigned count = s.flow.resp->replies_since_command();
      return Answer::when(count > 1 && !s.flow.resp->streams(), s.y().data, count);
    },
    "{a} Redis replies came since the client's last command, the last one here: how many of them "
    "it read cannot be seen.",
    Matter::application};

inline constexpr Clue reply_was_cut{
    "reply-was-cut",
    [](const Scene& s) {
      if (!s.flow.resp || !s.x_is_client()) return Answer::no();
      return Answer::when(!s.flow.resp->last_reply_complete().value_or(true), s.y().data);
    },
    "The Redis reply that begins or goes on here is not complete.", Matter::application};

inline constexpr Clue refused_without_reading{
    "refused-without-reading",
    [](const Scene& s) {
      if (!s.flow.resp || !s.x_is_server()) return Answer::no();
      const auto error = s.flow.resp->last_error();
      if (!error) return Answer::no();
      const bool unread = resp::refuses_connection(error->text.view());
      return Answer::when(unread && s.order.place_of(error->id.frame) == s.x().data, s.x().data);
    },
    "Redis refused the connection here, without reading what the client had sent.",
    Matter::application};

inline constexpr Clue heartbeat_was_sent{
    "heartbeat-was-sent",
    [](const Scene& s) { return Answer::when(s.flow.heartbeat != 0, s.flow.heartbeat); },
    "A heartbeat: a length-prefixed PING, which is no RESP.", Matter::application};

/// Redis pushes what was not asked for: a reply to the last command says nothing of that.
inline constexpr Clue server_was_pushing{
    "server-was-pushing",
    [](const Scene& s) {
      if (!s.flow.resp || !s.x_is_client()) return Answer::no();
      // In that mode PING is answered by an array.
      const bool reply =
          ping_was_answered(s) && s.order.place_of(*s.flow.resp->last_pong()) == s.y().data;
      return Answer::when(s.flow.resp->streams() && !reply, s.y().data);
    },
    "Redis was pushing messages, the last one here.", Matter::application};

// ----- HTTP/1 --------------------------------------------------------------------------------

/// The conversation where it is HTTP/1 still, or nullptr.
inline const app::Http* http_of(const Scene& s) {
  const app::Http* http = s.flow.app ? s.flow.app->http() : nullptr;
  return http != nullptr && http->speaks_http() ? http : nullptr;
}

/// X's role in the HTTP conversation.
inline bool x_is_http_client(const Scene& s, const app::Http& http) {
  return http.client() == side_of(s.rst.x_end);
}

/// All that `y` sent has reached X, by X's own word: an abort acknowledges RCV.NXT.
inline bool all_has_arrived(const Scene& s) {
  return s.form == Form::abort && s.rst.ack_set && !s.y().snd_nxt.after(s.rst.ack) &&
         s.y().unseen == 0;
}

/// Both messages ended and nothing came after them: a program that took part had read them. For
/// a server only where the request had no body, which it need not read to answer.
inline constexpr Clue http_exchange_was_whole{
    "http-exchange-was-whole",
    [](const Scene& s) {
      const app::Http* http = http_of(s);
      if (http == nullptr) return Answer::no();
      using Progress = app::Http::Progress;
      if (!http->sure()) return Answer::unknown();
      const bool whole = http->responses() != 0 && http->outstanding() == 0 &&
                         http->request() == Progress::complete &&
                         http->response() == Progress::complete;
      const bool read = x_is_http_client(s, *http) || !http->request_has_body();
      return Answer::when(whole && read && all_has_arrived(s), std::max(s.x().data, s.y().data));
    },
    "The last HTTP request and its response were whole: they end here.", Matter::application};

/// A client that goes in the middle of a response leaves what has arrived of it.
inline constexpr Clue http_response_was_cut{
    "http-response-was-cut",
    [](const Scene& s) {
      const app::Http* http = http_of(s);
      if (http == nullptr || !x_is_http_client(s, *http)) return Answer::no();
      using Progress = app::Http::Progress;
      const Progress response = http->response();
      if (response == Progress::unknown) return Answer::unknown();
      const bool cut = response == Progress::in_head ||
                       (response == Progress::in_body && !http->response_ends_with_connection());
      return Answer::when(cut, s.y().data);
    },
    "The HTTP response was still being sent.", Matter::application};

/// RFC 9110, 15.5.14 and RFC 9112, 9.6: the answer comes, and the rest is not read.
inline constexpr Clue http_answered_before_all_was_read{
    "http-answered-before-all-was-read",
    [](const Scene& s) {
      const app::Http* http = http_of(s);
      if (http == nullptr || x_is_http_client(s, *http)) return Answer::no();
      // Of what came after the answer nothing may have arrived: an abort says how far it had got.
      const bool on_its_way = s.form == Form::abort && s.rst.ack_set && s.rst.ack == s.y().data_seq;
      if (http->answered_early() && on_its_way && s.y().data > s.x().data) return Answer::unknown();
      return Answer::when(http->answered_early(), s.x().data, http->status());
    },
    "{X} answered {a} here while the request's body was still arriving.", Matter::application};

/// An uploader that goes on after the answer has not read it: it would have stopped.
inline constexpr Clue http_upload_went_on_after_the_answer{
    "http-upload-went-on-after-the-answer",
    [](const Scene& s) {
      const app::Http* http = http_of(s);
      if (http == nullptr || !x_is_http_client(s, *http)) return Answer::no();
      const bool went_on = http->answered_early() && s.y().data != 0 && s.x().data > s.y().data;
      return Answer::when(went_on, s.x().data, http->status());
    },
    "{X} went on sending the request's body, last here, after {y} had answered {a}: it had not "
    "read "
    "the answer.",
    Matter::application};

/// Requests are read one after the other: what lies behind the one being answered is unread.
inline constexpr Clue http_requests_were_left{
    "http-requests-were-left",
    [](const Scene& s) {
      const app::Http* http = http_of(s);
      if (http == nullptr || x_is_http_client(s, *http)) return Answer::no();
      if (!http->sure()) return Answer::unknown();
      const bool left = http->outstanding() != 0 && http->responses() != 0;
      return Answer::when(left && s.x().data > s.y().data, s.y().data, http->outstanding());
    },
    "{a} pipelined HTTP requests were left, the last one here, when {x} had answered others.",
    Matter::application};

// ----- TLS -----------------------------------------------------------------------------------

inline const app::Tls* tls_of(const Scene& s) {
  return s.flow.app ? s.flow.app->tls() : nullptr;
}

/// More than any one alert record takes (RFC 5246, 6.2.3: header, IV, MAC, padding).
inline constexpr std::uint32_t kAlertOctets = 85;

/// What refuses a message does not read what is behind it.
inline constexpr Clue tls_gave_up_with_an_alert{
    "tls-gave-up-with-an-alert",
    [](const Scene& s) {
      const app::Tls* tls = tls_of(s);
      if (tls == nullptr) return Answer::no();
      return Answer::when(tls->ends_with_fatal_alert(side_of(s.rst.x_end)), s.x().data);
    },
    "{X} gave the TLS handshake up here with a fatal alert, and need not have read the rest.",
    Matter::application};

/// A peer that said goodbye by an alert would have been answered in kind by who had read it.
inline constexpr Clue tls_alert_was_last{
    "tls-alert-was-last",
    [](const Scene& s) {
      const app::Tls* tls = tls_of(s);
      if (tls == nullptr) return Answer::no();
      const bool unanswered = s.y().data > s.x().data || s.rst.habits.x_data_crossed;
      const bool last = tls->ends_with_alert(app::other(side_of(s.rst.x_end))) && unanswered;
      return Answer::when(last, s.y().data);
    },
    "{Y}'s TLS alert (close_notify, presumably) was its last word, and {x} never answered it.",
    Matter::application};

/// The goodbye of a peer that had not seen the close yet: nothing is lost with it.
inline constexpr Clue only_a_tls_alert_was_late{
    "only-a-tls-alert-was-late",
    [](const Scene& s) {
      const app::Tls* tls = tls_of(s);
      if (tls == nullptr || !s.has_trigger()) return Answer::no();
      const bool alert = tls->ends_with_alert(app::other(side_of(s.rst.x_end))) &&
                         !tls->ends_with_fatal_alert(app::other(side_of(s.rst.x_end))) &&
                         s.trigger.frame == s.y().data && s.trigger.len <= kAlertOctets;
      return Answer::when(alert, s.trigger.frame);
    },
    "It was a TLS alert alone, close_notify presumably: nothing was lost.", Matter::application};

/// RFC 8446, 4.6.1: after the handshake the server sends tickets on its own, which a client
/// reads with the next answer, if it waits for one.
inline constexpr Clue tls_tickets_were_last{
    "tls-tickets-were-last",
    [](const Scene& s) {
      const app::Tls* tls = tls_of(s);
      if (tls == nullptr || !s.x_is_client()) return Answer::no();
      if (!tls->is_followed(app::Side::a) || !tls->is_followed(app::Side::b))
        return Answer::unknown();
      const bool tickets = tls->is_tls13() && tls->handshake_over() && tls->client_records() == 0 &&
                           tls->server_records_since() != 0;
      return Answer::when(tickets && s.y().data > s.x().data, s.y().data);
    },
    "{Y}'s last TLS records are session tickets, presumably: {x} had asked for nothing.",
    Matter::application};

/// RFC 8446, 4.6.1: tickets follow the client's Finished, so that the server has read it; and the
/// client had asked for nothing yet.
inline constexpr Clue tls_nothing_was_asked_for{
    "tls-nothing-was-asked-for",
    [](const Scene& s) {
      const app::Tls* tls = tls_of(s);
      if (tls == nullptr || !s.x_is_server()) return Answer::no();
      if (!tls->is_followed(app::Side::a) || !tls->is_followed(app::Side::b))
        return Answer::unknown();
      const bool nothing = tls->is_tls13() && tls->handshake_over() && tls->client_records() == 0 &&
                           tls->server_records_since() != 0;
      return Answer::when(nothing && s.x().data > s.y().data, s.x().data);
    },
    "{X}'s session tickets end here, presumably: it had read the TLS handshake, and {y} had asked "
    "for nothing yet.",
    Matter::application};

/// A TLS library reads one record, refuses it, and leaves the rest of the request.
inline constexpr Clue plain_http_met_tls{"plain-http-met-tls",
                                         [](const Scene& s) {
                                           const app::Http* http = http_of(s);
                                           if (http == nullptr || x_is_http_client(s, *http))
                                             return Answer::no();
                                           return Answer::when(http->wanted_tls(), s.x().data);
                                         },
                                         "{X} answered an HTTP request in clear by a TLS alert.",
                                         Matter::application};

/// TLS programs seldom read to the end: session tickets, alerts and close_notify stay behind.
inline constexpr Clue client_spoke_tls{
    "client-spoke-tls",
    [](const Scene& s) {
      return Answer::when(tls_of(s) != nullptr && s.x_is_client(),
                          std::max(s.x().first_data, s.y().first_data));
    },
    "The connection speaks TLS, whose last records (tickets, alerts) many clients leave unread.",
    Matter::application};

/// More than one read may take: a client that has had enough of it leaves the rest. What is known
/// of the protocol tells more than that.
inline constexpr Clue long_answer_was_last{
    "long-answer-was-last",
    [](const Scene& s) {
      if (!s.x_is_client() || s.x().data == 0 || s.y().first_data < s.x().data) return Answer::no();
      if (s.flow.resp != nullptr || s.flow.app != nullptr || s.y().syn == 0)
        return Answer::unknown();
      constexpr std::uint32_t kOneSegment = 1460;
      // What an abort does not acknowledge had not arrived.
      const bool receipt = s.form == Form::abort && s.rst.ack_set;
      const SeqNum end = receipt ? s.rst.ack : s.y().snd_nxt;
      const SeqNum first = s.y().isn + 1;
      const std::uint32_t octets = end.after(first) ? end.distance_from(first) : 0;
      return Answer::when(octets > kOneSegment, s.y().data, octets);
    },
    "{Y}'s answer, which ends here, was {a:octets} long: more than one read may take."};

// ----- servers that speak first --------------------------------------------------------------

/// A prober that only wanted to connect leaves the greeting.
inline constexpr Clue greeting_was_never_answered{
    "greeting-was-never-answered",
    [](const Scene& s) {
      const app::Dialogue* greeted = s.flow.app ? s.flow.app->dialogue() : nullptr;
      if (greeted == nullptr || !s.x_is_client()) return Answer::no();
      const bool greeting =
          greeted->greeter() != side_of(s.rst.x_end) && !greeted->greeter_is_client();
      return Answer::when(greeting && !greeted->answered(), s.y().first_data);
    },
    "{Y}'s greeting here was never answered.", Matter::application};

}  // namespace rstcause::clues
