// SPDX-License-Identifier: GPL-2.0-or-later
#include "app/talk.h"

namespace rstcause::app {

std::unique_ptr<Talk> Talk::recognise(Side from, const Piece& piece, bool first) {
  const std::string_view payload = piece.payload;
  if (begins_http_request(payload)) return std::unique_ptr<Talk>(new Talk(Http(from)));
  if (begins_http_response(payload)) return std::unique_ptr<Talk>(new Talk(Http(other(from))));
  if (begins_client_hello(payload)) return std::unique_ptr<Talk>(new Talk(Tls(from)));
  if (begins_server_hello(payload)) return std::unique_ptr<Talk>(new Talk(Tls(other(from))));
  if (!first) return nullptr;
  const FirstWords words = read_first_words(payload);
  if (words.protocol == Greeting::none) return nullptr;
  return std::unique_ptr<Talk>(new Talk(Greeted(words, from)));
}

void Talk::feed(Side from, const Piece& piece) {
  std::visit([&](auto& protocol) { protocol.feed(from, piece); }, protocol_);
}

}  // namespace rstcause::app
