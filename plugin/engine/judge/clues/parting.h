// SPDX-License-Identifier: GPL-2.0-or-later
// Who had said in its own protocol why the connection ends. These questions choose between words
// and weigh nothing.
#pragma once

#include <optional>

#include "engine/judge/clues/application.h"
#include "resp/remedy.h"

namespace rstcause::clues {

/// An end that closes so soon behind an error closes because of it.
inline constexpr Nanos kBecauseOfIt = kSecond;

/// When X ended its part: by its FIN, or by this reset.
inline Nanos end_of_x(const Scene& s) {
  return s.x().fin != 0 ? s.x().fin_time : s.rst.time;
}

/// What is spoken on the connection, as far as it was recognised.
inline app::Protocol protocol_of(const Flow& flow) {
  const bool resp = flow.resp && flow.resp->recognition() == resp::Recognition::resp;
  if (resp) return app::Protocol::redis;
  return flow.app ? flow.app->protocol() : app::Protocol::none;
}

/// A Redis server's last word, where it is an error of its own making.
inline std::optional<app::Farewell> redis_error(const Scene& s, End from) {
  const resp::Tracker& redis = *s.flow.resp;
  const auto error = redis.last_error();
  const bool its_own = redis.client() && *redis.client() != direction_of(s.flow, from);
  if (!its_own || !error || !redis.last_reply_was_error()) return std::nullopt;
  const std::string_view text = error->text.view();
  if (resp::remedy_of_error(text).empty()) return std::nullopt;
  return app::Farewell{app::Farewell::Kind::error, {}, resp::BoundedText<120>(text)};
}

/// That end's last words, where they tell why the connection ended: a refusal, a goodbye, an error
/// and the close right behind it. Not TLS's close_notify, which says no more than FIN does, nor an
/// HTTP answer on a connection that is kept.
inline std::optional<app::Farewell> parting_words(const Scene& s, End from) {
  using Kind = app::Farewell::Kind;
  const Endpoint& speaker = s.flow.at(from);
  const bool soon = end_of_x(s) - speaker.data_time <= kBecauseOfIt;
  if (protocol_of(s.flow) == app::Protocol::redis)
    return soon ? redis_error(s, from) : std::nullopt;
  if (!s.flow.app) return std::nullopt;
  const auto said = s.flow.app->farewell(side_of(from));
  if (!said || (said->kind == Kind::error && !soon)) return std::nullopt;
  if (s.flow.app->tls() != nullptr && said->kind == Kind::goodbye) return std::nullopt;
  const app::Http* http = s.flow.app->http();
  if (http != nullptr && http->keeps_alive()) return std::nullopt;
  return said;
}

/// Its own words tell why X ended the connection.
inline constexpr Clue resetter_said_why{
    "resetter-said-why",
    [](const Scene& s) {
      return Answer::when(parting_words(s, s.rst.x_end).has_value(), s.x().data);
    },
    "", Matter::application};

/// The server had told the client why it does not serve it, or no longer, and the client left; or
/// either had ended TLS by a fatal alert.
inline constexpr Clue peer_had_said_why{
    "peer-had-said-why",
    [](const Scene& s) {
      const bool http = protocol_of(s.flow) == app::Protocol::http;  // its codes are answers
      if (http || (!s.x_is_client() && tls_of(s) == nullptr)) return Answer::no();
      return Answer::when(parting_words(s, other(s.rst.x_end)).has_value(), s.y().data);
    },
    "", Matter::application};

}  // namespace rstcause::clues
