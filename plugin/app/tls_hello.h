// SPDX-License-Identifier: GPL-2.0-or-later
// What a ClientHello and a ServerHello say in clear. RFC 8446, 4.1; RFC 6066, 3.
#pragma once

#include <optional>
#include <string_view>

namespace rstcause::app {

/// What could be read of a ClientHello.
struct ClientHello {
  enum class Kind : unsigned char { complete, need_more, malformed };
  Kind kind = Kind::need_more;
  std::string_view server_name;  ///< As sent, not made safe; empty where none was read.
};

/// Reads a ClientHello from its record's first octet on; it may span several records.
ClientHello read_client_hello(std::string_view octets);

/// True when a ServerHello (its record's first octet first) chose TLS 1.3; nothing where too
/// little of it is there.
std::optional<bool> chooses_tls13(std::string_view octets);

}  // namespace rstcause::app
