// SPDX-License-Identifier: GPL-2.0-or-later
#include "app/protocol.h"

#include <array>
#include <cstddef>

namespace rstcause::app {

std::string_view to_string(Protocol protocol) {
  constexpr auto kNames = std::to_array<std::string_view>(
      {"",      "HTTP",   "TLS",       "SSH",        "SMTP",      "FTP",   "SMTP or FTP",
       "POP3",  "IMAP",   "MySQL",     "PostgreSQL", "MongoDB",   "Kafka", "Memcached",
       "MQTT",  "AMQP",   "NATS",      "LDAP",       "DNS",       "IRC",   "SIP",
       "rsync", "HTTP/2", "WebSocket", "Redis",      "plain text"});
  static_assert(kNames.size() == static_cast<std::size_t>(Protocol::text) + 1);
  return kNames[static_cast<std::size_t>(protocol)];
}

}  // namespace rstcause::app
