// SPDX-License-Identifier: GPL-2.0-or-later
// The application protocol of one connection, once its payload has shown it.
#pragma once

#include <memory>
#include <string_view>
#include <variant>

#include "app/greeting.h"
#include "app/http.h"
#include "app/piece.h"
#include "app/tls.h"

namespace rstcause::app {

/// A conversation whose protocol is known. Made only once it was recognised.
class Talk {
 public:
  /// Whether it is worth while to ask recognise(): behind the first words only text and a TLS
  /// handshake's record begin a conversation.
  static bool may_begin(std::string_view payload, bool first) {
    return first || payload.front() >= ' ' || payload.front() == 22;
  }
  /// Looks at one of a connection's first payloads; `first` when nothing was said before it.
  /// Nothing where it is none of the protocols known here.
  static std::unique_ptr<Talk> recognise(Side from, const Piece& piece, bool first);

  void feed(Side from, const Piece& piece);

  const Http* http() const { return std::get_if<Http>(&protocol_); }
  const Tls* tls() const { return std::get_if<Tls>(&protocol_); }
  const Greeted* greeted() const { return std::get_if<Greeted>(&protocol_); }

 private:
  using Protocol = std::variant<Http, Tls, Greeted>;
  std::string_view gives_way_to_tls(const Piece& piece) const;
  explicit Talk(Protocol protocol) : protocol_(std::move(protocol)) {}

  Protocol protocol_;
};

}  // namespace rstcause::app
