// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <type_traits>

#include "engine/wire/segment.h"

namespace rstcause {

/// What an ICMP error says of the segment that it quotes.
enum class Hindrance : std::uint8_t {
  none,         ///< No error, or one that says nothing of delivery.
  unreachable,  ///< No way to the host: no route, no such host.
  prohibited,   ///< A rule forbids it.
  refused,      ///< The port or the protocol is unreachable; packet filters say that too.
  too_big,      ///< It must not be cut and does not fit the next link.
  expired,      ///< Too many routers, or a fragment was lost.
};

/// An ICMP error that quotes a TCP segment (RFC 792, RFC 1812 5.2.7.1, RFC 4443 3). It goes to
/// the segment's sender.
struct IcmpError {
  Frame frame = 0;
  Nanos time = 0;
  IpFacts ip;             ///< Of the packet that carries the error.
  Address from;           ///< Who reports: a router, or the host itself.
  Tuple quoted;           ///< The segment's.
  SeqNum seq;             ///< The segment's.
  std::uint32_t mtu = 0;  ///< too_big: what fits, in octets; 0 where the router does not say.
  std::uint8_t type = 0, code = 0;

  bool is_v6() const { return quoted.src.kind == Address::Kind::ipv6; }
};

// Errors are filled between epan calls, so a longjmp over one must be harmless.
static_assert(std::is_trivially_destructible_v<IcmpError>);

/// Reads an ICMP or ICMPv6 message into `into` (frame, time, IP facts and `from` stay as they
/// are). False unless it is an error that quotes the beginning of a TCP segment, up to its
/// sequence number: so much is always quoted (RFC 792).
bool decode_icmp(std::span<const std::uint8_t> octets, bool v6, IcmpError& into);

Hindrance hindrance_of(const IcmpError& error);

/// The error in a few words, as RFC 792 and RFC 4443 name it: "host unreachable".
std::string to_string(const IcmpError& error);

}  // namespace rstcause
