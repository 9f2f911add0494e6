// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstring>
#include <span>
#include <string>

namespace rstcause {

/// A network address as plain data: IPv4, IPv6, or up to 16 octets of something else.
struct Address {
  enum class Kind : std::uint8_t { none, ipv4, ipv6, other };

  std::array<std::uint8_t, 16> octets{};
  Kind kind = Kind::none;

  static Address of(Kind kind, std::span<const std::uint8_t> from) {
    Address made;
    made.kind = kind;
    std::copy_n(from.begin(), std::min(from.size(), made.octets.size()), made.octets.begin());
    return made;
  }
  static Address ipv4(std::uint8_t a, std::uint8_t b, std::uint8_t c, std::uint8_t d) {
    const std::array<std::uint8_t, 4> four{a, b, c, d};
    return of(Kind::ipv4, four);
  }

  /// Its octets as two numbers, in this machine's order: to compare and to mix quickly.
  std::uint64_t first_half() const { return half(0); }
  std::uint64_t second_half() const { return half(8); }

  friend bool operator==(const Address& left, const Address& right) {
    return left.first_half() == right.first_half() && left.kind == right.kind &&
           left.second_half() == right.second_half();
  }

 private:
  std::uint64_t half(std::size_t from) const {
    std::uint64_t made = 0;
    std::memcpy(&made, octets.data() + from, sizeof made);
    return made;
  }
};

/// As people write it: dotted quad, RFC 5952 for IPv6, hexadecimal for anything else.
std::string to_string(const Address& address);

/// Address and port, with brackets round an IPv6 address (RFC 3986, 3.2.2).
std::string to_string(const Address& address, std::uint16_t port);

/// The 4-tuple of one segment, as its IP and TCP headers give it.
struct Tuple {
  Address src, dst;
  std::uint16_t sport = 0, dport = 0;
};

}  // namespace rstcause
