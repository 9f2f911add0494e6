// SPDX-License-Identifier: GPL-2.0-or-later
// TLS records made of octets (RFC 8446, 4 and 5).
#pragma once

#include <cstddef>
#include <string>

namespace rstcause::app {

inline std::string be(unsigned value, int width) {
  std::string octets;
  for (int i = width - 1; i >= 0; --i) octets += static_cast<char>((value >> (8 * i)) & 0xFFU);
  return octets;
}

inline std::string field(int width, const std::string& content) {
  return be(static_cast<unsigned>(content.size()), width) + content;
}

inline std::string record(unsigned type, const std::string& content) {
  return be(type, 1) + be(0x0303, 2) + field(2, content);
}

inline std::string extension(unsigned type, const std::string& body) {
  return be(type, 2) + field(2, body);
}

inline std::string server_name(const std::string& name) {
  return extension(0, field(2, be(0, 1) + field(2, name)));
}

inline std::string client_hello(const std::string& extensions) {
  const std::string body = be(0x0303, 2) + std::string(32, 'r') + field(1, std::string(32, 's')) +
                           field(2, be(0x1301, 2)) + field(1, be(0, 1)) + field(2, extensions);
  return record(22, be(1, 1) + field(3, body));
}

inline std::string server_hello(bool tls13) {
  const std::string versions = tls13 ? extension(43, be(0x0304, 2)) : "";
  const std::string body = be(0x0303, 2) + std::string(32, 'r') + field(1, std::string(32, 's')) +
                           be(0x1301, 2) + be(0, 1) + field(2, versions);
  return record(22, be(2, 1) + field(3, body));
}

inline std::string hidden(std::size_t octets) {
  return record(23, std::string(octets, '\x5A'));
}

}  // namespace rstcause::app
