// SPDX-License-Identifier: GPL-2.0-or-later
#include "engine/wire/address.h"

#include <cstdio>

namespace rstcause {
namespace {

using Groups = std::array<unsigned, 8>;

Groups groups_of(const Address& address) {
  Groups groups{};
  for (std::size_t i = 0; i < groups.size(); ++i) {
    groups[i] = (static_cast<unsigned>(address.octets[2 * i]) << 8U) | address.octets[2 * i + 1];
  }
  return groups;
}

struct Run {
  std::size_t first = 0, length = 0;
};

/// RFC 5952, 4.2: the longest run of zero groups is shortened, the first of equals, never a
/// single group.
Run longest_zero_run(const Groups& groups) {
  Run best, run;
  for (std::size_t i = 0; i < groups.size(); ++i) {
    if (groups[i] != 0) {
      run = {i + 1, 0};
      continue;
    }
    ++run.length;
    if (run.length > best.length) best = run;
  }
  return best.length > 1 ? best : Run{groups.size(), 0};
}

std::string hex(unsigned value) {
  char text[12];
  std::snprintf(text, sizeof text, "%x", value);
  return text;
}

std::string ipv6_text(const Address& address) {
  const Groups groups = groups_of(address);
  const Run zeros = longest_zero_run(groups);
  std::string text;
  for (std::size_t i = 0; i < groups.size(); ++i) {
    if (zeros.length != 0 && i == zeros.first) {
      text += "::";
      i += zeros.length - 1;
      continue;
    }
    if (!text.empty() && text.back() != ':') text += ':';
    text += hex(groups[i]);
  }
  return text;
}

std::string ipv4_text(const Address& address) {
  std::string text;
  for (std::size_t i = 0; i < 4; ++i) {
    if (i != 0) text += '.';
    text += std::to_string(address.octets[i]);
  }
  return text;
}

std::string other_text(const Address& address) {
  std::string text;
  for (const unsigned octet : address.octets) {
    text += octet < 16 ? "0" + hex(octet) : hex(octet);
  }
  return text;
}

}  // namespace

std::string to_string(const Address& address) {
  switch (address.kind) {
    case Address::Kind::ipv4:
      return ipv4_text(address);
    case Address::Kind::ipv6:
      return ipv6_text(address);
    case Address::Kind::other:
      return other_text(address);
    case Address::Kind::none:
      break;
  }
  return "?";
}

std::string to_string(const Address& address, std::uint16_t port) {
  const bool brackets = address.kind == Address::Kind::ipv6;
  return (brackets ? "[" : "") + to_string(address) + (brackets ? "]:" : ":") +
         std::to_string(port);
}

}  // namespace rstcause
