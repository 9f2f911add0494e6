// SPDX-License-Identifier: GPL-2.0-or-later
// One end's TLS records: where each begins and ends, and what may be read in clear. RFC 8446, 5.1.
#pragma once

#include <cstdint>
#include <string_view>

namespace rstcause::app {

/// True when these octets begin a TLS record that an application may send.
bool begins_tls_record(std::string_view octets);
/// True when these octets begin a record with a ClientHello or a ServerHello.
bool begins_client_hello(std::string_view octets);
bool begins_server_hello(std::string_view octets);
/// True when these few octets may grow into one: a sender may cut its hello anywhere.
bool may_become_client_hello(std::string_view octets);
bool may_become_server_hello(std::string_view octets);

/// RFC 8446, B.1.
enum class TlsType : std::uint8_t {
  none = 0,
  change_cipher_spec = 20,
  alert = 21,
  handshake = 22,
  application_data = 23,
};

/// Follows the records of one end; keeps none of their octets but an alert's two.
class TlsRecords {
 public:
  std::uint32_t next = 0;  ///< For follow().
  bool in_step = false;    ///< For follow().

  /// Takes octets off the front; true when a record ended there.
  bool take(std::string_view& octets);
  /// Passes over octets that were not seen: only within a record that hides them anyway.
  bool skip(std::uint32_t count);
  void restart();

  /// A record was begun whose end has not come: its octets so far and all of them, head included.
  bool in_record() const { return have_ != 0; }
  std::uint32_t record_octets() const { return have_ < kHeader ? have_ : kHeader + len_ - left_; }
  std::uint32_t record_length() const { return have_ < kHeader ? kHeader : kHeader + len_; }

  /// The latest complete record.
  TlsType last() const { return last_; }
  std::uint16_t last_length() const { return last_len_; }
  /// The level and description of the latest alert in clear; 0, 0 where there was none.
  std::uint8_t alert_level() const { return level_; }
  std::uint8_t alert_description() const { return description_; }
  /// The message that the latest handshake record in clear begins with.
  std::uint8_t handshake_message() const { return message_; }
  bool changed_cipher_spec() const { return changed_; }

 private:
  static constexpr std::uint8_t kHeader = 5;

  void read_header(std::uint8_t octet);
  void read_clear(std::uint8_t octet);

  TlsType type_ = TlsType::none, last_ = TlsType::none;
  std::uint16_t left_ = 0, len_ = 0, last_len_ = 0;
  std::uint8_t have_ = 0;  ///< Octets of the header so far.
  std::uint8_t level_ = 0, description_ = 0, message_ = 0;
  bool changed_ = false;
};
static_assert(sizeof(TlsRecords) <= 24, "one for each end of each connection");

/// The name of an alert (RFC 8446, B.2; RFC 5246, 7.2), empty for an unknown number.
std::string_view alert_name(std::uint8_t description);

}  // namespace rstcause::app
