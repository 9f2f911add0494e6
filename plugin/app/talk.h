// SPDX-License-Identifier: GPL-2.0-or-later
// The application protocol of one connection, once its payload has shown it.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <string_view>
#include <utility>
#include <variant>

#include "app/dialogue.h"
#include "app/farewell.h"
#include "app/http.h"
#include "app/piece.h"
#include "app/protocol.h"
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

  void feed(Side from, const Piece& sent);

  const Http* http() const { return std::get_if<Http>(&protocol_); }
  const Tls* tls() const { return std::get_if<Tls>(&protocol_); }
  const Dialogue* dialogue() const {
    const auto* dialogue = std::get_if<std::unique_ptr<Dialogue>>(&protocol_);
    return dialogue == nullptr ? nullptr : dialogue->get();
  }

  // ----- the same questions to every protocol ------------------------------------------------

  /// What is spoken; where the ends speak different ones, what the server speaks.
  Protocol protocol() const;
  /// The client by what was said; nothing where both ends say the same (SSH, IRC's servers).
  std::optional<Side> client() const;
  /// An end's latest words, where they are an error or a goodbye: a reply of 4xx or 5xx, an alert,
  /// an ERR packet, a GOAWAY. They are no longer told once that end said something else since.
  std::optional<Farewell> farewell(Side from) const;
  /// Requests of the client without an answer; 0 as well where octets are missing. An answer that
  /// has begun counts as one, except with HTTP.
  unsigned outstanding() const;
  /// When the oldest of them was sent, ns; nothing where there is none, or with HTTP.
  std::optional<std::int64_t> outstanding_since() const;
  /// The client has said that it leaves: QUIT, COM_QUIT, Terminate, DISCONNECT, unbind.
  bool client_has_left() const;
  /// That end's ping has waited since then for its answer, ns.
  std::optional<std::int64_t> ping_unanswered_since(Side from) const;
  /// One end speaks another protocol than protocol(): which, and which end. `none`: they agree.
  Protocol stranger() const { return stranger_; }
  Side stranger_side() const { return stranger_side_; }
  /// The connection began with a proxy's PROXY header.
  bool has_proxy_header() const { return proxied_; }

 private:
  using Protocols = std::variant<std::monostate, Http, Tls, std::unique_ptr<Dialogue>>;

  Talk(Protocols protocol, Side from, bool first)
      : protocol_(std::move(protocol)), speaker_(from), from_start_(first) {}

  static Protocols read_protocol(Side from, const Piece& piece, bool first);
  static Protocol name_of(const Protocols& protocol);
  std::string_view gives_way_to_tls(const Piece& piece) const;
  void hear_the_other(Side from, const Piece& piece);
  void become(Protocols protocol, Side stranger);
  void follow_upgrade(Side from, const Piece& piece);

  Protocols protocol_;
  std::unique_ptr<Farewell> plain_answer_;  ///< In answer to TLS: a line of an unknown protocol.
  Protocol stranger_ = Protocol::none;
  Side stranger_side_ = Side::a;
  Side speaker_;              ///< Who spoke first.
  bool from_start_;           ///< ... and nothing had been said before.
  bool other_heard_ = false;  ///< The other one has spoken.
  bool proxied_ = false;
};

}  // namespace rstcause::app
