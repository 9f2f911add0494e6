// SPDX-License-Identifier: GPL-2.0-or-later
// Questions about what the application was doing, by the payload that was recognised.
#pragma once

#include <algorithm>

#include "app/talk.h"
#include "engine/clue.h"
#include "resp/tracker.h"

namespace rstcause::clues {

/// The Redis client's last PING, where a reply to it was seen.
inline constexpr Clue ping_was_sent{
    "ping-was-sent",
    [](const Scene& s) {
      if (!s.flow.resp) return Answer::no();
      const auto ping = s.flow.resp->last_ping(), pong = s.flow.resp->last_pong();
      return Answer::when(ping && pong && *pong >= *ping, ping.value_or(0));
    },
    "The Redis client sent PING here."};

inline constexpr Clue pong_came_back{
    "pong-came-back",
    [](const Scene& s) {
      if (!s.flow.resp) return Answer::no();
      const auto ping = s.flow.resp->last_ping(), pong = s.flow.resp->last_pong();
      return Answer::when(ping && pong && *pong >= *ping, pong.value_or(0));
    },
    "PONG came back here, whole: the exchange was over."};

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
    "Every Redis command had its complete reply, the last one here."};

inline constexpr Clue reply_was_cut{
    "reply-was-cut",
    [](const Scene& s) {
      if (!s.flow.resp || !s.x_is_client()) return Answer::no();
      return Answer::when(!s.flow.resp->last_reply_complete().value_or(true), s.y().data);
    },
    "The Redis reply that begins or goes on here is not complete."};

/// Texts that redis-server writes to a connection that it has accepted and will not read.
inline constexpr Clue refused_without_reading{
    "refused-without-reading",
    [](const Scene& s) {
      if (!s.flow.resp || !s.x_is_server()) return Answer::no();
      const auto error = s.flow.resp->last_error();
      if (!error) return Answer::no();
      const std::string_view text = error->text.view();
      const bool unread =
          text.starts_with("DENIED ") || text.starts_with("ERR max number of clients");
      return Answer::when(unread && error->id.frame == s.x().data, error->id.frame);
    },
    "Redis refused the connection here, without reading what the client had sent."};

inline constexpr Clue heartbeat_was_sent{
    "heartbeat-was-sent",
    [](const Scene& s) { return Answer::when(s.flow.heartbeat != 0, s.flow.heartbeat); },
    "A heartbeat: a length-prefixed PING, which is no RESP."};

/// TLS programs seldom read to the end: session tickets, alerts and close_notify stay behind.
inline constexpr Clue client_spoke_tls{
    "client-spoke-tls",
    [](const Scene& s) {
      const bool tls = s.flow.app && s.flow.app->tls() != nullptr;
      return Answer::when(tls && s.x_is_client(),
                          std::max(s.x().first_data, s.y().first_data));
    },
    "The connection speaks TLS, whose last records (tickets, alerts) many clients leave unread."};

}  // namespace rstcause::clues
