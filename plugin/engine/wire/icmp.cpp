// SPDX-License-Identifier: GPL-2.0-or-later
#include "engine/wire/icmp.h"

#include <optional>
#include <string_view>

#include "engine/wire/bytes.h"

namespace rstcause {
namespace {

constexpr std::size_t kIcmpHeader = 8;
constexpr std::size_t kIpv6Header = 40;
constexpr std::uint8_t kTcp = 6;
/// Enough of a TCP header to know the segment: ports and sequence number.
constexpr std::size_t kLeastQuote = 8;
/// More extension headers than this before TCP no stack sends.
constexpr int kMostExtensions = 4;

struct Meaning {
  bool v6;
  std::uint8_t type;
  int code;  ///< -1: any.
  Hindrance hindrance;
  std::string_view name;
};

/// The first row that fits is taken.
constexpr Meaning kMeanings[] = {
    {false, 3, 0, Hindrance::unreachable, "network unreachable"},
    {false, 3, 1, Hindrance::unreachable, "host unreachable"},
    {false, 3, 2, Hindrance::refused, "protocol unreachable"},
    {false, 3, 3, Hindrance::refused, "port unreachable"},
    {false, 3, 4, Hindrance::too_big, "fragmentation needed"},
    {false, 3, 5, Hindrance::unreachable, "source route failed"},
    {false, 3, 6, Hindrance::unreachable, "network unknown"},
    {false, 3, 7, Hindrance::unreachable, "host unknown"},
    {false, 3, 8, Hindrance::unreachable, "source host isolated"},
    {false, 3, 9, Hindrance::prohibited, "network administratively prohibited"},
    {false, 3, 10, Hindrance::prohibited, "host administratively prohibited"},
    {false, 3, 11, Hindrance::unreachable, "network unreachable for this type of service"},
    {false, 3, 12, Hindrance::unreachable, "host unreachable for this type of service"},
    {false, 3, 13, Hindrance::prohibited, "communication administratively prohibited"},
    {false, 3, 14, Hindrance::prohibited, "host precedence violation"},
    {false, 3, 15, Hindrance::prohibited, "precedence cutoff in effect"},
    {false, 11, 0, Hindrance::expired, "time to live exceeded in transit"},
    {false, 11, 1, Hindrance::expired, "fragment reassembly time exceeded"},
    {true, 1, 0, Hindrance::unreachable, "no route to destination"},
    {true, 1, 1, Hindrance::prohibited, "communication administratively prohibited"},
    {true, 1, 2, Hindrance::unreachable, "beyond scope of source address"},
    {true, 1, 3, Hindrance::unreachable, "address unreachable"},
    {true, 1, 4, Hindrance::refused, "port unreachable"},
    {true, 1, 5, Hindrance::prohibited, "source address failed ingress/egress policy"},
    {true, 1, 6, Hindrance::prohibited, "reject route to destination"},
    {true, 2, -1, Hindrance::too_big, "packet too big"},
    {true, 3, 0, Hindrance::expired, "hop limit exceeded in transit"},
    {true, 3, 1, Hindrance::expired, "fragment reassembly time exceeded"},
};

const Meaning* meaning_of(bool v6, std::uint8_t type, std::uint8_t code) {
  for (const Meaning& m : kMeanings) {
    if (m.v6 == v6 && m.type == type && (m.code < 0 || m.code == code)) return &m;
  }
  return nullptr;
}

/// The TCP header in a quoted IPv4 datagram: nothing where it is not TCP or not its beginning.
std::optional<Octets> tcp_in_v4(Octets ip, Tuple& tuple) {
  if (ip.size() < 20 || (ip[0] >> 4U) != 4 || ip[9] != kTcp) return std::nullopt;
  if ((be16(ip, 6) & 0x1FFFU) != 0) return std::nullopt;
  const std::size_t header = std::size_t{4} * (ip[0] & 0x0FU);
  if (header < 20 || ip.size() < header) return std::nullopt;
  tuple.src = Address::of(Address::Kind::ipv4, ip.subspan(12, 4));
  tuple.dst = Address::of(Address::Kind::ipv4, ip.subspan(16, 4));
  return ip.subspan(header);
}

std::optional<Octets> tcp_in_v6(Octets ip, Tuple& tuple) {
  if (ip.size() < kIpv6Header || (ip[0] >> 4U) != 6) return std::nullopt;
  tuple.src = Address::of(Address::Kind::ipv6, ip.subspan(8, 16));
  tuple.dst = Address::of(Address::Kind::ipv6, ip.subspan(24, 16));
  std::uint8_t next = ip[6];
  Octets rest = ip.subspan(kIpv6Header);
  for (int i = 0; i < kMostExtensions && next != kTcp; ++i) {
    constexpr std::uint8_t kHopByHop = 0, kRouting = 43, kFragment = 44, kDestination = 60;
    const bool known =
        next == kHopByHop || next == kRouting || next == kFragment || next == kDestination;
    if (!known || rest.size() < 8) return std::nullopt;
    if (next == kFragment && (be16(rest, 2) & 0xFFF8U) != 0) return std::nullopt;
    const std::size_t length = next == kFragment ? 8 : std::size_t{8} * (rest[1] + 1U);
    if (rest.size() < length) return std::nullopt;
    next = rest[0];
    rest = rest.subspan(length);
  }
  if (next != kTcp) return std::nullopt;
  return rest;
}

}  // namespace

bool decode_icmp(Octets octets, bool v6, IcmpError& into) {
  if (octets.size() < kIcmpHeader) return false;
  into.type = octets[0];
  into.code = octets[1];
  const Meaning* const meaning = meaning_of(v6, into.type, into.code);
  if (meaning == nullptr) return false;
  const Octets quote = octets.subspan(kIcmpHeader);
  const auto tcp = v6 ? tcp_in_v6(quote, into.quoted) : tcp_in_v4(quote, into.quoted);
  if (!tcp || tcp->size() < kLeastQuote) return false;
  into.quoted.sport = static_cast<std::uint16_t>(be16(*tcp, 0));
  into.quoted.dport = static_cast<std::uint16_t>(be16(*tcp, 2));
  into.seq = SeqNum(be32(*tcp, 4));
  // RFC 1191, 4: the low half; RFC 4443, 3.2: the whole word.
  if (meaning->hindrance == Hindrance::too_big) into.mtu = v6 ? be32(octets, 4) : be16(octets, 6);
  return true;
}

Hindrance hindrance_of(const IcmpError& error) {
  const Meaning* const meaning = meaning_of(error.is_v6(), error.type, error.code);
  return meaning == nullptr ? Hindrance::none : meaning->hindrance;
}

std::string to_string(const IcmpError& error) {
  const Meaning* const meaning = meaning_of(error.is_v6(), error.type, error.code);
  if (meaning == nullptr) return "ICMP error";
  std::string text(meaning->name);
  if (error.mtu != 0) text += ", at most " + std::to_string(error.mtu) + " octets fit";
  return text;
}

}  // namespace rstcause
