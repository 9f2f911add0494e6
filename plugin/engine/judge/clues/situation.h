// SPDX-License-Identifier: GPL-2.0-or-later
// Questions about what the application was doing, for what is said and advised of a reset. They
// choose between words and weigh nothing.
#pragma once

#include "engine/judge/clues/application.h"
#include "engine/judge/clues/teardown.h"

namespace rstcause::clues {

/// Whoever closes sooner after its own words did not give up waiting: it closed its half, sent and
/// went, or changed its mind, and of a peer that had no more time nobody can say that it was slow.
inline constexpr Nanos kWaited = 200 * kMillisecond;

/// Less is a pause between two requests of a program at work.
inline constexpr Nanos kIdled = kSecond / 2;

/// The client's last words had no answer when it closed or aborted. `a` says for how long, `b` how
/// long after that the answer came, where it did.
inline constexpr Clue client_gave_up_waiting{
    "client-gave-up-waiting",
    [](const Scene& s) {
      const Nanos waited = s.rst.habits.waited;
      if (!s.x_is_client() || waited < kWaited) return Answer::no();
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
      const app::Side server = app::other(http->client());
      return Answer::yes(s.y().data, static_cast<std::int64_t>(http->body_octets(server)),
                         static_cast<std::int64_t>(http->body_length(server)));
    },
    "", Matter::application};

/// The server closed the connection of a client that was between two requests; the next one was on
/// its way.
inline constexpr Clue reused_as_it_was_closed{
    "reused-as-it-was-closed",
    [](const Scene& s) {
      if (!s.x_is_server() || s.x().data == 0 || s.trigger.frame != s.y().data) return Answer::no();
      const Nanos idled = s.trigger.time - s.x().data_time;
      const bool crossed = sent_before_the_fin_could_arrive.ask(s).is_yes();
      return Answer::when(crossed && idled >= kIdled, s.trigger.frame, idled);
    },
    ""};

/// The same, and the client could have known: `a` tells how long since the FIN.
inline constexpr Clue reused_long_after_the_close{
    "reused-long-after-the-close",
    [](const Scene& s) {
      if (!s.x_is_server() || s.x().data == 0 || s.x().fin == 0) return Answer::no();
      if (s.trigger.frame != s.y().data || sent_before_the_fin_could_arrive.ask(s).is_yes())
        return Answer::no();
      const Nanos since = s.trigger.time - s.x().fin_time;
      return Answer::when(since >= kIdled, s.trigger.frame, since);
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

/// A server that had answered ends a connection at rest: `a` tells for how long it was.
inline constexpr Clue server_ended_an_idle_connection{
    "server-ended-an-idle-connection",
    [](const Scene& s) {
      const bool at_rest = s.x().data != 0 && s.x().data > s.y().data;
      return Answer::when(s.x_is_server() && at_rest && s.rst.idle >= kSecond, s.x().data,
                          s.rst.idle);
    },
    ""};

/// The client had its answer, whole as far as anybody can tell, and nothing was lost by the reset.
inline constexpr Clue nothing_was_left_to_say{"nothing-was-left-to-say",
                                              [](const Scene& s) {
                                                if (!s.x_is_client() || s.rst.newly_lost() != 0)
                                                  return Answer::no();
                                                const bool whole =
                                                    every_command_was_answered.ask(s).is_yes() ||
                                                    http_exchange_was_whole.ask(s).is_yes();
                                                return Answer::when(whole, s.y().data);
                                              },
                                              "", Matter::application};

}  // namespace rstcause::clues
