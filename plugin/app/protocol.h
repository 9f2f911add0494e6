// SPDX-License-Identifier: GPL-2.0-or-later
// The application protocols that are told apart.
#pragma once

#include <cstdint>
#include <string_view>

namespace rstcause::app {

/// `line_220` is one of two: SMTP and FTP may greet alike.
enum class Protocol : std::uint8_t {
  none,
  http,
  tls,
  ssh,
  smtp,
  ftp,
  line_220,
  pop3,
  imap,
  mysql,
  postgresql,
  mongodb,
  kafka,
  memcached,
  mqtt,
  amqp,
  nats,
  ldap,
  dns,
  irc,
  sip,
  rsync,
  http2,
  websocket,
  redis,  ///< Only told as a wrong protocol's name; followed in resp/.
  text,   ///< Plain text of no protocol that is known, in answer to TLS.
};

/// The name to show: "SSH", "SMTP", ...; empty for `none`.
std::string_view to_string(Protocol protocol);

}  // namespace rstcause::app
