// SPDX-License-Identifier: GPL-2.0-or-later
// Questions about what the application was doing, for what is said and advised of a reset. They
// choose between words and weigh nothing.
#pragma once

#include "engine/judge/clues/application.h"
#include "engine/judge/clues/parting.h"
#include "engine/judge/clues/teardown.h"

namespace rstcause::clues {

/// Whoever closes sooner after its own words did not give up waiting: it closed its half, sent and
/// went, or changed its mind, and of a peer that had no more time nobody can say that it was slow.
inline constexpr Nanos kWaited = 200 * kMillisecond;

/// Less is a pause between two requests of a program at work.
inline constexpr Nanos kIdled = kSecond / 2;

/// The client's last words want no answer: a TLS handshake's end, or its own goodbye.
inline bool asked_for_nothing(const Scene& s) {
  const app::Tls* tls = tls_of(s);
  if (tls != nullptr)
    return (tls->handshake_over() && tls->client_records() == 0) ||
           tls->ends_with_alert(app::other(tls->client()));
  return s.flow.app && s.flow.app->client_has_left();
}

/// The client's last words had no answer when it closed or aborted. `a` says for how long, `b` how
/// long after that the answer came, where it did.
inline constexpr Clue client_gave_up_waiting{
    "client-gave-up-waiting",
    [](const Scene& s) {
      const Nanos waited = s.rst.habits.waited;
      if (!s.x_is_client() || waited < kWaited || asked_for_nothing(s)) return Answer::no();
      const Nanos late = s.has_trigger() && s.x().fin != 0 ? s.trigger.time - s.x().fin_time : 0;
      return Answer::yes(s.x().data, waited, late);
    },
    ""};

/// The client went while the body of the response was coming: `a` octets had come, of `b` (0: the
/// response does not say).
inline constexpr Clue client_left_in_the_response{
    "client-left-in-the-response",
    [](const Scene& s) {
      const app::Http* http = http_of(s);
      if (http == nullptr || !x_is_http_client(s, *http)) return Answer::no();
      if (http->response() != app::Http::Progress::in_body) return Answer::no();
      if (http->response_ends_with_connection()) return Answer::no();
      const app::Side server = app::other(http->client());
      return Answer::yes(s.y().data, static_cast<std::int64_t>(http->body_octets(server)),
                         static_cast<std::int64_t>(http->body_length(server)));
    },
    "", Matter::application};

/// The same of a response that lasts until the server closes, which it had not done yet: whether
/// the client had all of it nobody can tell but itself. `a` octets had come.
inline constexpr Clue client_left_before_the_server_closed{
    "client-left-before-the-server-closed",
    [](const Scene& s) {
      const app::Http* http = http_of(s);
      if (http == nullptr || !x_is_http_client(s, *http) || s.y().fin != 0) return Answer::no();
      if (http->response() != app::Http::Progress::in_body) return Answer::no();
      const app::Side server = app::other(http->client());
      return Answer::when(http->response_ends_with_connection(), s.y().data,
                          static_cast<std::int64_t>(http->body_octets(server)));
    },
    "", Matter::application};

/// Any other close of the client's to which the server still had something to say.
inline constexpr Clue client_closed_first{
    "client-closed-first",
    [](const Scene& s) { return Answer::when(s.x_is_client() && s.x().fin != 0, s.x().fin); }, ""};

/// X's own TLS alert was its last word: close_notify, or, where nobody can read it, a refusal.
inline constexpr Clue tls_was_ended_by_x{
    "tls-was-ended-by-x",
    [](const Scene& s) {
      const app::Tls* tls = tls_of(s);
      return Answer::when(tls != nullptr && tls->ends_with_alert(side_of(s.rst.x_end)), s.x().data);
    },
    "", Matter::application};

/// Y's last word was a TLS alert that refuses nothing, as far as can be read.
inline constexpr Clue tls_goodbye_was_last{
    "tls-goodbye-was-last",
    [](const Scene& s) {
      const Answer alert = tls_alert_was_last.ask(s);
      const bool fatal =
          alert.is_yes() && tls_of(s)->ends_with_fatal_alert(app::other(side_of(s.rst.x_end)));
      return fatal ? Answer::no() : alert;
    },
    "", Matter::application};

/// What lay unread was TLS's own: session tickets, or an alert that refuses nothing.
inline constexpr Clue only_tls_formalities_were_unread{
    "only-tls-formalities-were-unread",
    [](const Scene& s) {
      if (s.rst.newly_lost() != 0) return Answer::no();
      const Answer tickets = tls_tickets_were_last.ask(s), alert = tls_goodbye_was_last.ask(s);
      if (tickets.is_yes() || !alert.is_yes()) return tickets;
      // A server had more to send, perhaps; the alert of TLS 1.3 may be a refusal.
      return Answer::when(s.x_is_client() && !tls_of(s)->is_tls13(), alert.frame);
    },
    "", Matter::application};

/// Nothing came late but a goodbye: a TLS alert, QUIT, Terminate, an unbind.
inline constexpr Clue only_a_goodbye_was_late{
    "only-a-goodbye-was-late",
    [](const Scene& s) {
      const Answer alert = only_a_tls_alert_was_late.ask(s);
      if (alert.is_yes() || !s.flow.app || !s.x_is_server()) return alert;
      const bool goodbye = s.flow.app->client_has_left() && s.trigger.frame == s.y().data;
      return Answer::when(goodbye && s.flow.app->outstanding() == 0, s.trigger.frame);
    },
    "", Matter::application};

/// The same of other protocols: the latest message of the server's was not whole.
inline constexpr Clue client_left_in_an_answer{
    "client-left-in-an-answer",
    [](const Scene& s) {
      if (!s.x_is_client()) return Answer::no();
      if (reply_was_cut.ask(s).is_yes()) return Answer::yes(s.y().data);
      const app::Dialogue* talk = s.flow.app ? s.flow.app->dialogue() : nullptr;
      const bool cut = talk != nullptr && talk->is_cut(app::other(side_of(s.rst.x_end)));
      return Answer::when(cut, s.y().data);
    },
    "", Matter::application};

/// The answer had come whole, and the client had not read all of it: `a` is its code.
inline constexpr Clue answer_was_left{
    "answer-was-left",
    [](const Scene& s) {
      const app::Http* http = http_of(s);
      if (http == nullptr || !x_is_http_client(s, *http) || !http->sure()) return Answer::no();
      const bool whole = http->response() == app::Http::Progress::complete;
      return Answer::when(whole && s.y().data > s.x().data, s.y().data, http->status());
    },
    "", Matter::application};

/// Whatever else made the client leave.
inline constexpr Clue client_left{
    "client-left",
    [](const Scene& s) { return Answer::when(s.x_is_client(), s.rst.habits.x_last); }, ""};

// ----- the server closed -----------------------------------------------------------------

/// Its answer came while the request's head was still coming: too long, or too slow.
inline constexpr Clue head_was_refused{
    "head-was-refused",
    [](const Scene& s) {
      const app::Http* http = http_of(s);
      if (http == nullptr || x_is_http_client(s, *http) || !http->answered_early())
        return Answer::no();
      const bool in_head = http->request() == app::Http::Progress::in_head;
      return Answer::when(in_head, s.x().data, http->status());
    },
    "", Matter::application};

/// Its answer came behind a body that it need not have read: `a` is the answer's code.
inline constexpr Clue body_was_left{
    "body-was-left",
    [](const Scene& s) {
      constexpr std::uint16_t kFirstError = 400;
      const app::Http* http = http_of(s);
      if (http == nullptr || x_is_http_client(s, *http)) return Answer::no();
      const bool refused = http->status() >= kFirstError && http->request_has_body();
      return Answer::when(refused && http->outstanding() == 0, s.x().data, http->status());
    },
    "", Matter::application};

/// The trigger was sent when its sender knew of no FIN yet: it would have acknowledged it.
inline bool crossed_the_fin(const Scene& s) {
  return s.x().fin != 0 && s.has_trigger() &&
         (!s.trigger.ack_set || !s.trigger.ack.after(s.x().fin_seq));
}

/// How long nothing was asked of the server when it closed; less than nothing: it was at work.
inline Nanos idled_before_the_close(const Scene& s) {
  const Endpoint& x = s.x();
  const bool answered = s.x_is_server() && x.data != 0 && x.fin != 0;
  if (!answered || !s.has_trigger() || s.trigger.frame != s.y().data) return -1;
  const bool at_rest = x.closed_asking || s.trigger.frame < x.fin;
  return at_rest ? x.fin_time - x.data_time : -1;
}

/// The server closed the connection of a client that was between two requests; the next one was on
/// its way.
inline constexpr Clue reused_as_it_was_closed{
    "reused-as-it-was-closed",
    [](const Scene& s) {
      const Nanos idled = idled_before_the_close(s);
      const bool raced = idled >= 0 && crossed_the_fin(s);
      const Nanos silence = s.trigger.time - s.x().data_time;
      return Answer::when(raced && silence >= kIdled, s.trigger.frame, silence);
    },
    ""};

/// The same, and the client could have known: `a` tells how long since the FIN.
inline constexpr Clue reused_after_the_close{
    "reused-after-the-close",
    [](const Scene& s) {
      const bool served = s.x_is_server() && s.x().data != 0 && s.x().fin != 0;
      if (!served || !s.has_trigger() || crossed_the_fin(s)) return Answer::no();
      const Nanos since = s.trigger.time - s.x().fin_time;
      const bool idled = idled_before_the_close(s) >= kIdled;
      return Answer::when(s.trigger.frame == s.y().data && (idled || since >= kIdled),
                          s.trigger.frame, since);
    },
    ""};

/// The server closed right behind its words (`a`: how long), and the client had more to say.
inline constexpr Clue server_closed_after_its_answer{
    "server-closed-after-its-answer",
    [](const Scene& s) {
      const Nanos idled = idled_before_the_close(s);
      return Answer::when(idled >= 0, s.x().data, idled);
    },
    ""};

/// The server closed before its client had said anything: `a` tells for how long it had waited.
inline constexpr Clue server_waited_for_the_first_words{
    "server-waited-for-the-first-words",
    [](const Scene& s) {
      const bool first = s.has_trigger() && s.trigger.frame == s.y().first_data;
      if (!s.x_is_server() || !first || s.x().syn == 0 || s.x().fin == 0) return Answer::no();
      const Nanos greeted = s.x().data != 0 ? s.x().data_time : s.x().syn_time;
      const Nanos waited = s.x().fin_time - greeted;
      return Answer::when(waited >= kIdled && !crossed_the_fin(s), s.x().fin, waited);
    },
    ""};

/// A PROXY header began the connection, and the server served nothing.
inline constexpr Clue proxy_header_was_not_understood{
    "proxy-header-was-not-understood",
    [](const Scene& s) {
      if (!s.flow.app || !s.flow.app->has_proxy_header() || !s.x_is_server()) return Answer::no();
      constexpr std::uint16_t kBadRequest = 400;
      const app::Http* http = s.flow.app->http();
      const bool refused = http != nullptr && http->status() == kBadRequest;
      return Answer::when(s.x().first_data == 0 || refused, s.y().first_data);
    },
    "", Matter::application};

/// A ClientHello that nobody answered: does TLS live on that port?
inline constexpr Clue hello_was_not_answered{
    "hello-was-not-answered",
    [](const Scene& s) {
      const app::Tls* tls = tls_of(s);
      if (tls == nullptr || !s.x_is_server()) return Answer::no();
      const bool hello = tls->client_hello() || tls->hello_begun();
      return Answer::when(hello && s.x().first_data == 0, s.y().first_data);
    },
    "", Matter::application};

/// An upload that the server ended without an answer: `a` octets had come, of `b`.
inline constexpr Clue upload_was_not_answered{
    "upload-was-not-answered",
    [](const Scene& s) {
      const app::Http* http = http_of(s);
      if (http == nullptr || x_is_http_client(s, *http) || http->answered_early())
        return Answer::no();
      const app::Side client = http->client();
      return Answer::when(http->request() == app::Http::Progress::in_body, s.y().data,
                          static_cast<std::int64_t>(http->body_octets(client)),
                          static_cast<std::int64_t>(http->body_length(client)));
    },
    "", Matter::application};

/// The same of a request whose body had come, and, below, of a head that had not come whole.
inline constexpr Clue body_was_not_answered{
    "body-was-not-answered",
    [](const Scene& s) {
      const app::Http* http = http_of(s);
      if (http == nullptr || x_is_http_client(s, *http) || s.x().first_data != 0)
        return Answer::no();
      return Answer::when(http->request_has_body() && http->outstanding() != 0, s.y().data);
    },
    "", Matter::application};

inline constexpr Clue head_was_not_answered{
    "head-was-not-answered",
    [](const Scene& s) {
      const app::Http* http = http_of(s);
      if (http == nullptr || x_is_http_client(s, *http) || s.x().first_data != 0)
        return Answer::no();
      return Answer::when(http->request() == app::Http::Progress::in_head, s.y().data);
    },
    "", Matter::application};

/// A server that held a request for a while (`a`) and ended the connection without an answer.
inline constexpr Clue server_held_the_request{
    "server-held-the-request",
    [](const Scene& s) {
      const bool asked = s.x().syn != 0 && s.x().first_data == 0 && s.y().first_data != 0;
      if (!s.x_is_server() || !asked) return Answer::no();
      // A request of one segment shows itself since when it waited, whatever the path's length.
      const Nanos since_began = end_of_x(s) - s.x().syn_time;
      const bool one = s.x().fin == 0 && s.y().data == s.y().first_data;
      const bool held = one ? s.rst.time - s.y().data_time >= kWaited : since_began >= kIdled;
      return Answer::when(held, s.y().first_data, since_began);
    },
    ""};

/// The server ended the connection in the middle of its response: `a` octets went, of `b`.
inline constexpr Clue server_left_its_response{
    "server-left-its-response",
    [](const Scene& s) {
      const app::Http* http = http_of(s);
      if (http == nullptr || x_is_http_client(s, *http)) return Answer::no();
      if (http->response() != app::Http::Progress::in_body) return Answer::no();
      return Answer::yes(s.x().data,
                         static_cast<std::int64_t>(http->body_octets(side_of(s.rst.x_end))),
                         static_cast<std::int64_t>(http->body_length(side_of(s.rst.x_end))));
    },
    "", Matter::application};

/// ... or with the client's last words unanswered, for `a`.
inline constexpr Clue server_left_a_request{
    "server-left-a-request",
    [](const Scene& s) {
      const bool asked = s.x().first_data != 0 && s.y().data > s.x().data;
      return Answer::when(s.x_is_server() && asked, s.y().data, s.rst.time - s.y().data_time);
    },
    ""};

/// A server that said nothing to a client that had spoken.
inline constexpr Clue server_never_answered{
    "server-never-answered",
    [](const Scene& s) {
      const bool silent = s.x().first_data == 0 && s.x().speaks;
      return Answer::when(s.x_is_server() && silent && s.y().first_data != 0, s.y().first_data);
    },
    ""};

/// Whatever else a server does that ends a connection by itself.
inline constexpr Clue server_ended_it{
    "server-ended-it",
    [](const Scene& s) { return Answer::when(s.x_is_server(), s.rst.habits.x_last); }, ""};

/// A server that had answered ends a connection at rest: `a` tells for how long it was.
inline constexpr Clue server_ended_an_idle_connection{
    "server-ended-an-idle-connection",
    [](const Scene& s) {
      const bool at_rest = s.x().data != 0 && s.x().data > s.y().data;
      const Nanos idled = end_of_x(s) - s.x().data_time;
      return Answer::when(s.x_is_server() && at_rest && idled >= kSecond, s.x().data, idled);
    },
    ""};

/// By what the protocol tells, all that was asked is answered, and the answer has arrived.
inline bool dialogue_was_whole(const Scene& s) {
  const app::Dialogue* talk = s.flow.app ? s.flow.app->dialogue() : nullptr;
  if (talk == nullptr || !talk->sure() || s.flow.app->stranger() != app::Protocol::none)
    return false;
  const bool cut = talk->is_cut(app::Side::a) || talk->is_cut(app::Side::b);
  const bool answered = talk->exchange().answers() != 0 && talk->exchange().asked().empty();
  return answered && !cut && s.y().data > s.x().data && all_has_arrived(s);
}

/// The client had its answer, whole as far as anybody can tell, and nothing was lost by the reset.
/// Not where the answer was that it is not served.
inline constexpr Clue nothing_was_left_to_say{
    "nothing-was-left-to-say",
    [](const Scene& s) {
      if (!s.x_is_client() || s.rst.newly_lost() != 0) return Answer::no();
      if (peer_had_said_why.ask(s).is_yes()) return Answer::no();
      const bool whole = every_command_was_answered.ask(s).is_yes() ||
                         http_exchange_was_whole.ask(s).is_yes() || dialogue_was_whole(s);
      return Answer::when(whole, s.y().data);
    },
    "", Matter::application};

}  // namespace rstcause::clues
