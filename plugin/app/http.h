// SPDX-License-Identifier: GPL-2.0-or-later
// An HTTP/1 conversation: which requests were answered, and how far the last messages came.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "app/http_message.h"
#include "app/piece.h"
#include "app/web_server.h"

namespace rstcause::app {

/// Pairs requests and responses by their order (RFC 9112, 9.3). Holds counters, no octets.
class Http {
 public:
  /// `client` is the end that sends requests.
  explicit Http(Side client) : client_(client) {}

  void feed(Side from, const Piece& piece);

  Side client() const { return client_; }
  /// False once the conversation has become something else (CONNECT, Upgrade).
  bool speaks_http() const { return !tunnel_; }

  /// How an end's latest message stands.
  enum class Progress : std::uint8_t {
    unknown,  ///< Octets are missing where it matters.
    none,     ///< It has begun none.
    in_head,
    in_body,
    complete,
  };
  Progress progress(Side from) const;
  Progress request() const { return progress(client_); }
  Progress response() const { return progress(other(client_)); }
  /// The latest message's body so far, and its whole length (0: not told beforehand).
  std::uint64_t body_octets(Side from) const { return ends_[index(from)].body_octets(); }
  std::uint64_t body_length(Side from) const { return ends_[index(from)].body_length(); }
  /// The response's body lasts until the connection ends: its end cannot be told from a cut.
  bool response_ends_with_connection() const {
    return ends_[index(other(client_))].ends_with_connection();
  }

  /// The latest request has a body, whether all of it was seen or not.
  bool request_has_body() const { return request_has_body_; }
  /// Complete requests without a complete final response.
  unsigned outstanding() const { return outstanding_; }
  /// That count is right: nothing of either end is missing.
  bool sure() const { return is_followed(Side::a) && is_followed(Side::b); }
  /// Final responses that came complete, 255 for more.
  unsigned responses() const { return responses_; }
  /// The latest final response's status code, 0 if there is none yet.
  std::uint16_t status() const { return status_; }
  /// That response began before the request's body was whole.
  bool answered_early() const { return early_; }
  /// Who answered first, as far as the answer says and is known here.
  WebServer server() const { return static_cast<WebServer>(server_); }
  /// A request in clear was answered by a TLS record: the port wants TLS.
  bool wanted_tls() const { return wanted_tls_; }
  /// After the latest exchange the connection was to be kept (RFC 9112, 9.3).
  bool keeps_alive() const { return keeps_alive_; }
  /// One past the last octet that this end is known to have sent.
  std::uint32_t end_of(Side from) const { return ends_[index(from)].next; }

 private:
  struct Reader;

  bool is_followed(Side from) const {
    return ends_[index(from)].in_step || ends_[index(from)].next == 0;
  }
  void read(Side from, std::string_view octets);
  bool on_head(Side from);
  void on_complete(Side from);
  void restart(Side from);
  void look_at_first_answer(std::string_view octets);

  std::array<HttpMessage, 2> ends_;
  std::uint16_t status_ = 0;
  std::uint8_t heads_ = 0;  ///< One bit for each outstanding request, the oldest lowest: a HEAD.
  std::uint8_t connects_ = 0;
  std::uint8_t outstanding_ : 4 = 0;  ///< Eight at the most.
  std::uint8_t server_ : 4 = 0;       ///< A WebServer.
  std::uint8_t responses_ = 0;
  Side client_;
  bool early_ : 1 = false;
  bool keeps_alive_ : 1 = false;
  bool tunnel_ : 1 = false;
  bool wanted_tls_ : 1 = false;
  bool request_has_body_ : 1 = false;
  bool final_ : 1 = false;   ///< The response being read is a final one.
  bool paired_ : 1 = false;  ///< ... and its request was seen.
};

}  // namespace rstcause::app
