// SPDX-License-Identifier: GPL-2.0-or-later
// One end's HTTP/1 messages: where each begins and ends. RFC 9112.
#pragma once

#include <cstdint>
#include <string_view>

namespace rstcause::app {

/// True when these octets begin an HTTP/1 request: its whole request line, or the beginning of a
/// long one with a method of RFC 9110.
bool begins_http_request(std::string_view octets);
/// True when these octets begin an HTTP/1 response: its whole status line's fixed part.
bool begins_http_response(std::string_view octets);

/// Follows the messages of one end, octet by octet in heads and by count in bodies.
class HttpMessage {
 public:
  std::uint32_t next = 0;  ///< For follow(): the number after the highest octet passed; 0: none.
  bool in_step = false;    ///< For follow().

  enum class Event : std::uint8_t {
    none,      ///< All octets were taken.
    head,      ///< A head ended here. For a response, the caller says what body follows.
    complete,  ///< The message ended here.
    broken,    ///< This is no HTTP/1.
  };

  /// Takes octets off the front until something happened.
  Event take(std::string_view& octets, bool is_request);
  /// Passes over octets that were not seen: only within a body.
  bool skip(std::uint32_t count);
  /// Begins anew with the first octet of a message.
  void restart();
  /// After `complete`: the next octet begins the next message.
  void finish();

  /// After the head: no body follows, whatever its fields say (RFC 9112, 6.3, rules 1 and 2)...
  void expect_no_body();
  /// ... or all octets to the connection's end (rule 8). Otherwise the fields tell.
  void expect_all();
  /// The head's fields say nothing of the body's length.
  bool has_no_length() const;
  /// After the head: the message ends with it.
  bool ends_with_head() const { return phase_ == Phase::body && left_ == 0; }
  /// True when the body ends with the connection.
  bool ends_with_connection() const { return phase_ == Phase::until_close; }

  /// Between two messages: all that was begun has ended.
  bool is_between() const { return phase_ == Phase::start_line && at_ == 0; }
  bool in_head() const { return phase_ < Phase::body && !is_between(); }
  bool in_body() const { return phase_ >= Phase::body; }
  /// The body's octets so far, and all of them where the head told.
  std::uint64_t body_octets() const;
  std::uint64_t body_length() const { return has(kLength) && !has(kChunked) ? length_ : 0; }

  std::uint16_t status() const { return static_cast<std::uint16_t>(status_); }  ///< Of a response.
  bool is_head() const { return has(kHead); }                                   ///< A HEAD request.
  bool is_connect() const { return has(kConnect); }  ///< A CONNECT request.
  /// The connection persists after this message (RFC 9112, 9.3).
  bool keeps_alive() const { return !has(kClose) && (!has(kHttp10) || has(kKeepAlive)); }

 private:
  enum class Phase : std::uint8_t {
    start_line,
    name,
    value,
    // From here on: the body.
    body,
    until_close,
    chunk_size,
    chunk_extension,
    chunk,
    chunk_end,
    trailer,
  };
  enum Flag : std::uint8_t {
    kLength = 1,
    kChunked = 2,
    kClose = 4,
    kKeepAlive = 8,
    kHead = 16,
    kConnect = 32,
    kHttp10 = 64,
  };

  bool has(Flag flag) const { return (flags_ & flag) != 0; }
  void set(Flag flag) { flags_ = static_cast<std::uint8_t>(flags_ | flag); }
  void leave(std::uint64_t octets) { left_ = octets & 0xFF'FFFF'FFFFULL; }
  Event read_head(char octet, bool is_request);
  Event end_start_line(bool is_request);
  Event end_head();
  Event read_chunked(char octet);
  Event end_chunk_size();
  bool read_start_line(char octet, bool is_request);
  bool read_value(char octet);
  void read_name(char octet);
  void read_word(char octet);
  void begin_line(Phase phase);

  Phase phase_ : 5 = Phase::start_line;  // behind in_step, so that all fits into 24 octets
  std::uint8_t flags_ = 0;
  std::uint8_t mask_ = 0;          ///< In a field: the names or words that it still may be.
  std::uint64_t left_ : 40 = 0;    ///< In bodies: octets to come. In heads: octets so far.
  std::uint64_t status_ : 16 = 0;  ///< The status code.
  std::uint64_t at_ : 8 = 0;       ///< Octets of the line, name or word so far; stays at 255.
  std::uint64_t length_ = 0;       ///< Content-Length; in a start line its last eight octets.
};
static_assert(sizeof(HttpMessage) <= 24, "one for each end of each connection");

}  // namespace rstcause::app
