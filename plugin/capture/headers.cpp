// SPDX-License-Identifier: GPL-2.0-or-later
#include "capture/headers.h"

#include <algorithm>

namespace rstcause::capture {
namespace {

// https://www.tcpdump.org/linktypes.html; raw IP is 12 to Linux' libpcap and 101 in files.
constexpr int kNull = 0, kEthernet = 1, kRawHere = 12, kRaw = 101, kLinuxSll = 113, kIpv4 = 228,
              kIpv6 = 229, kLinuxSll2 = 276;

constexpr std::uint16_t kTypeIpv4 = 0x0800, kTypeIpv6 = 0x86DD;
constexpr std::uint16_t kTypeVlan = 0x8100, kTypeServiceVlan = 0x88A8;
constexpr std::uint8_t kProtocolTcp = 6;

/// What stands before IP.
struct Link {
  std::size_t octets = 0;
  Direction direction = Direction::unknown;
  std::optional<MacAddress> sender = {};
  std::uint32_t interface = 0;
};

bool is_ip(std::uint16_t type) {
  return type == kTypeIpv4 || type == kTypeIpv6;
}

std::optional<Link> ethernet(Octets packet) {
  constexpr std::size_t kAddresses = 12, kTag = 4;
  Link link{.octets = kAddresses};
  while (packet.size() >= link.octets + 2) {
    const std::uint16_t type = be16(packet, link.octets);
    if (type == kTypeVlan || type == kTypeServiceVlan) {
      link.octets += kTag;
      continue;
    }
    link.octets += 2;
    if (!is_ip(type)) return {};
    const auto both = packet.first<kAddresses>();
    // Nothing but Linux' loopback device has no addresses at all.
    if (std::all_of(both.begin(), both.end(), [](std::uint8_t octet) { return octet == 0; }))
      link.direction = Direction::loopback;
    link.sender.emplace();
    std::copy_n(both.begin() + 6, 6, link.sender->begin());
    return link;
  }
  return {};
}

Direction direction_of(unsigned packet_type, unsigned hardware) {
  constexpr unsigned kOutgoing = 4;    // PACKET_OUTGOING of <linux/if_packet.h>
  constexpr unsigned kLoopback = 772;  // ARPHRD_LOOPBACK of <linux/if_arp.h>
  if (hardware == kLoopback) return Direction::loopback;
  return packet_type == kOutgoing ? Direction::outgoing : Direction::incoming;
}

std::optional<Link> linux_sll(Octets packet) {
  constexpr std::size_t kHeader = 16;
  if (packet.size() < kHeader || !is_ip(be16(packet, 14))) return {};
  return Link{.octets = kHeader, .direction = direction_of(be16(packet, 0), be16(packet, 2))};
}

std::optional<Link> linux_sll2(Octets packet) {
  constexpr std::size_t kHeader = 20;
  if (packet.size() < kHeader || !is_ip(be16(packet, 0))) return {};
  return Link{.octets = kHeader,
              .direction = direction_of(packet[10], be16(packet, 8)),
              .interface = be32(packet, 4)};
}

std::optional<Link> link_of(int type, Octets packet) {
  switch (type) {
    case kEthernet:
      return ethernet(packet);
    case kLinuxSll:
      return linux_sll(packet);
    case kLinuxSll2:
      return linux_sll2(packet);
    case kNull:
      return Link{.octets = 4, .direction = Direction::loopback};
    case kRaw:
    case kRawHere:
    case kIpv4:
    case kIpv6:
      return Link{};
    default:
      return {};
  }
}

/// Where TCP begins behind IPv4, which `into` has the addresses of then; 0: there is none.
std::size_t read_ipv4(Octets ip, Headers& into) {
  constexpr std::size_t kLeast = 20;
  if (ip.size() < kLeast || ip[9] != kProtocolTcp) return 0;
  constexpr std::uint16_t kOffset = 0x1FFF;
  if ((be16(ip, 6) & kOffset) != 0) return 0;
  into.ip_id = be16(ip, 4);
  into.src.address = Address::of(Address::Kind::ipv4, ip.subspan(12, 4));
  into.dst.address = Address::of(Address::Kind::ipv4, ip.subspan(16, 4));
  const std::size_t header = std::size_t{ip[0] & 0xFU} * 4;
  return header >= kLeast ? header : 0;
}

/// Behind the extension headers that stand before TCP in practice (RFC 8200, 4.1).
std::size_t read_ipv6(Octets ip, Headers& into) {
  constexpr std::size_t kFixed = 40, kMostExtensions = 8;
  constexpr std::uint8_t kHopByHop = 0, kRouting = 43, kFragment = 44, kDestination = 60;
  if (ip.size() < kFixed) return 0;
  into.src.address = Address::of(Address::Kind::ipv6, ip.subspan(8, 16));
  into.dst.address = Address::of(Address::Kind::ipv6, ip.subspan(24, 16));
  std::uint8_t next = ip[6];
  std::size_t at = kFixed;
  for (std::size_t i = 0; i < kMostExtensions && at + 8 <= ip.size(); ++i) {
    if (next == kProtocolTcp) return at;
    if (next != kHopByHop && next != kRouting && next != kDestination && next != kFragment)
      return 0;
    constexpr std::uint16_t kOffset = 0xFFF8;
    if (next == kFragment && (be16(ip, at + 2) & kOffset) != 0) return 0;
    const std::size_t length = next == kFragment ? 8 : (ip[at + 1] + 1U) * 8U;
    next = ip[at];
    at += length;
  }
  return 0;
}

}  // namespace

bool knows_link_type(int link_type) {
  constexpr std::array kKnown = {kNull,     kEthernet, kRawHere, kRaw,
                                 kLinuxSll, kIpv4,     kIpv6,    kLinuxSll2};
  return std::find(kKnown.begin(), kKnown.end(), link_type) != kKnown.end();
}

std::optional<Headers> read_headers(int link_type, Octets packet) {
  const auto link = link_of(link_type, packet);
  if (!link || packet.size() <= link->octets) return {};
  const Octets ip = packet.subspan(link->octets);
  Headers made;
  const unsigned version = ip[0] >> 4U;
  const std::size_t at = version == 4   ? read_ipv4(ip, made)
                         : version == 6 ? read_ipv6(ip, made)
                                        : 0;
  if (at == 0 || ip.size() < at + kLeastHeader) return {};
  const Octets tcp = ip.subspan(at);
  made.src.port = be16(tcp, 0);
  made.dst.port = be16(tcp, 2);
  made.seq = be32(tcp, 4);
  made.ack = be32(tcp, 8);
  constexpr std::uint8_t kRst = 0x04;
  made.rst = (tcp[13] & kRst) != 0;
  if (tcp.size() >= 16) made.window = be16(tcp, 14);
  made.direction = link->direction;
  made.sender = link->sender;
  made.interface = link->interface;
  return made;
}

}  // namespace rstcause::capture
