// SPDX-License-Identifier: GPL-2.0-or-later
#include "app/talk.h"

namespace rstcause::app {

std::unique_ptr<Talk> Talk::recognise(Side from, const Piece& piece, bool first) {
  const std::string_view payload = piece.payload;
  // The first octet tells whether to ask for text or for TLS.
  if (!payload.empty() && payload.front() >= ' ') {
    if (begins_http_request(payload)) return std::unique_ptr<Talk>(new Talk(Http(from)));
    if (begins_http_response(payload)) return std::unique_ptr<Talk>(new Talk(Http(other(from))));
  } else {
    if (begins_client_hello(payload)) return std::unique_ptr<Talk>(new Talk(Tls(from)));
    if (begins_server_hello(payload)) return std::unique_ptr<Talk>(new Talk(Tls(other(from))));
  }
  if (!first) return nullptr;
  const bool all = piece.len == payload.size();
  if (all && may_become_client_hello(payload)) return std::unique_ptr<Talk>(new Talk(Tls(from)));
  const FirstWords words = read_first_words(payload);
  if (words.protocol == Greeting::none) return nullptr;
  return std::unique_ptr<Talk>(new Talk(Greeted(words, from)));
}

/// The protocol that gives way to TLS: STARTTLS (RFC 3207, 2595, 4217), PostgreSQL's and MySQL's
/// SSLRequest, a proxy's CONNECT (RFC 9110, 9.3.6). Empty where none does.
std::string_view Talk::gives_way_to_tls(const Piece& piece) const {
  const bool ready = greeted() != nullptr || (http() != nullptr && !http()->speaks_http());
  if (!ready || !begins_client_hello(piece.payload)) return {};
  return greeted() != nullptr ? to_string(greeted()->protocol()) : "HTTP";
}

void Talk::feed(Side from, const Piece& piece) {
  if (const auto before = gives_way_to_tls(piece); !before.empty()) protocol_ = Tls(from, before);
  std::visit([&](auto& protocol) { protocol.feed(from, piece); }, protocol_);
}

}  // namespace rstcause::app
