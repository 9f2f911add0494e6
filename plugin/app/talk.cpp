// SPDX-License-Identifier: GPL-2.0-or-later
#include "app/talk.h"

#include <type_traits>

#include "app/cursor.h"
#include "app/proxy_header.h"
#include "resp/recognise.h"

namespace rstcause::app {
namespace {

/// What is left of a piece behind its first octets.
Piece behind(const Piece& piece, std::size_t octets) {
  const auto count = static_cast<std::uint32_t>(octets);
  return {piece.seq + count, piece.len - count, piece.payload.substr(octets), piece.time};
}

}  // namespace

Talk::Protocols Talk::read_protocol(Side from, const Piece& piece, bool first) {
  const std::string_view payload = piece.payload;
  // The first octet tells whether to ask for text or for TLS.
  if (!payload.empty() && payload.front() >= ' ') {
    if (begins_http_request(payload)) return Http(from);
    if (begins_http_response(payload)) return Http(other(from));
  } else {
    if (begins_client_hello(payload)) return Tls(from);
    if (begins_server_hello(payload)) return Tls(other(from));
  }
  const bool all = piece.len == payload.size();
  if (first && all && may_become_client_hello(payload)) return Tls(from);
  const FirstWords words = first ? read_first_words(payload) : begin_memcached_answer(payload);
  if (words.grammar == nullptr) return {};
  return std::make_unique<Dialogue>(words, from);
}

std::unique_ptr<Talk> Talk::recognise(Side from, const Piece& piece, bool first) {
  if (first && proxy_header_length(piece.payload) != 0) {
    std::unique_ptr<Talk> talk(new Talk({}, from, true));
    talk->proxied_ = true;
    return talk;
  }
  Protocols protocol = read_protocol(from, piece, first);
  if (std::holds_alternative<std::monostate>(protocol)) return nullptr;
  return std::unique_ptr<Talk>(new Talk(std::move(protocol), from, first));
}

/// The protocol that gives way to TLS: STARTTLS (RFC 3207, 2595, 4217), PostgreSQL's and MySQL's
/// SSLRequest, a proxy's CONNECT (RFC 9110, 9.3.6). Empty where none does.
std::string_view Talk::gives_way_to_tls(const Piece& piece) const {
  const bool ready = dialogue() != nullptr || (http() != nullptr && !http()->speaks_http());
  if (!ready || !begins_client_hello(piece.payload)) return {};
  return to_string(protocol());
}

void Talk::feed(Side from, const Piece& sent) {
  Piece piece = sent;
  if (proxied_ && from == speaker_) {
    const std::size_t header = proxy_header_length(sent.payload);
    if (header != 0 && header >= sent.payload.size()) return;
    if (header != 0) piece = behind(sent, header);
  }
  if (std::holds_alternative<std::monostate>(protocol_)) {
    protocol_ = read_protocol(from, piece, true);
    speaker_ = from;
  }
  if (from != speaker_ && !other_heard_) hear_the_other(from, piece);
  if (stranger_ != Protocol::none && from == stranger_side_) return;
  if (const auto before = gives_way_to_tls(piece); !before.empty()) protocol_ = Tls(from, before);
  const bool spoke_http = http() != nullptr && http()->speaks_http();
  std::visit(
      [&](auto& protocol) {
        using Kind = std::decay_t<decltype(protocol)>;
        if constexpr (std::is_same_v<Kind, std::unique_ptr<Dialogue>>)
          protocol->feed(from, piece);
        else if constexpr (!std::is_same_v<Kind, std::monostate>)
          protocol.feed(from, piece);
      },
      protocol_);
  if (spoke_http && !http()->speaks_http() && http()->status() == 101) follow_upgrade(from, piece);
}

/// The first words of the end that did not begin: is it the same protocol?
void Talk::hear_the_other(Side from, const Piece& piece) {
  other_heard_ = true;
  if (!from_start_ || piece.payload.empty()) return;
  const bool by_client = client() ? *client() == from : dialogue() != nullptr;
  const Protocol mine = protocol();
  Protocols theirs = read_protocol(from, piece, true);
  const Protocol named = name_of(theirs);
  if (mine == Protocol::tls && named == Protocol::none) {
    const std::string_view line = first_line(piece.payload);
    if (line.empty() || by_client) return;
    plain_answer_ = std::make_unique<Farewell>(
        Farewell{Farewell::Kind::refusal, {}, resp::BoundedText<120>(line)});
    stranger_ = Protocol::text;
    stranger_side_ = from;
    return;
  }
  const bool alert = dialogue() != nullptr && !by_client && begins_tls_record(piece.payload);
  if (alert) return become(Tls(other(from)), other(from));
  if (named == Protocol::none && by_client && piece.payload.front() == '*' &&
      resp::looks_like_resp(piece.payload)) {
    stranger_ = Protocol::redis;
    stranger_side_ = from;
    return;
  }
  if (named == Protocol::none || named == mine) return;
  if (mine == Protocol::line_220 && (named == Protocol::smtp || named == Protocol::ftp)) return;
  const auto* words = std::get_if<std::unique_ptr<Dialogue>>(&theirs);
  const bool other_role = words != nullptr && (by_client ? (*words)->greeter_is_server()
                                                         : (*words)->greeter_is_client());
  if (other_role) return;
  if (!by_client) return become(std::move(theirs), other(from));
  stranger_ = named;
  stranger_side_ = from;
}

/// The server knows what is spoken on its port; the client is the stranger.
void Talk::become(Protocols protocol, Side stranger) {
  stranger_ = this->protocol();
  stranger_side_ = stranger;
  protocol_ = std::move(protocol);
}

/// HTTP's 101: what follows its head is of the protocol that the head names.
void Talk::follow_upgrade(Side from, const Piece& piece) {
  constexpr std::string_view kEndOfHead = "\r\n\r\n";
  const std::size_t end = piece.payload.find(kEndOfHead);
  if (end == std::string_view::npos) return;
  const std::string_view head = piece.payload.substr(0, end);
  const Grammar* grammar = nullptr;
  if (contains(head, "UPGRADE: WEBSOCKET")) grammar = &kWebSocket;
  if (contains(head, "UPGRADE: H2C")) grammar = &kHttp2;
  if (grammar == nullptr) return;
  const Side client = http()->client();
  auto dialogue = std::make_unique<Dialogue>(FirstWords{grammar, false, true}, client);
  const Piece rest = behind(piece, end + kEndOfHead.size());
  if (!rest.payload.empty()) dialogue->feed(from, rest);
  protocol_ = std::move(dialogue);
}

}  // namespace rstcause::app
