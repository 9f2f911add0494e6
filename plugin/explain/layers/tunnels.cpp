// SPDX-License-Identifier: GPL-2.0-or-later
#include <algorithm>

#include "explain/layers/carriers.h"
#include "explain/layers/layers.h"

namespace rstcause::explain {
namespace {

/// RFC 7348, 5.
void read_vxlan(Walk& walk, const View& packet) {
  constexpr std::size_t kHeader = 8;
  if (packet.has(kHeader)) read_ethernet(walk, packet.from(kHeader), 0);
}

/// RFC 8926, 3.4.
void read_geneve(Walk& walk, const View& packet) {
  constexpr std::size_t kHeader = 8;
  constexpr std::uint8_t kOptionWords = 0x3F;
  if (!packet.has(kHeader)) return;
  const std::size_t options = (packet.at(0) & kOptionWords) * std::size_t{4};
  read_ethertype(walk, packet.word(2), packet.from(kHeader + options));
}

/// The payload of a GTP-U tunnel says itself what it is, or nothing does.
void read_tunnelled_pdu(Walk& walk, const View& pdu) {
  constexpr std::uint16_t kArp = 0x0806, kIpv4 = 0x0800, kIpv6 = 0x86DD;
  if (!pdu.has(1)) return;
  const std::uint8_t first = pdu.at(0);
  if ((first >= 0x45 && first <= 0x4E) || first >> 4U == 6) return read_ip(walk, pdu);
  if (pdu.length() <= 14 || !pdu.has(14)) return;
  const std::uint16_t type = pdu.word(12);
  if (type == kArp || type == kIpv4 || type == kIpv6) read_ethernet(walk, pdu, 0);
}

/// 3GPP TS 29.281, 5: version 1, and of its messages that which carries a user's packet.
void read_gtp_u(Walk& walk, const View& packet) {
  constexpr std::uint8_t kUserPacket = 255, kProtocolType = 0x10, kOptional = 0x07,
                         kExtension = 0x04;
  constexpr std::size_t kHeader = 8;
  if (!packet.has(kHeader) || packet.at(1) != kUserPacket) return;
  const std::uint8_t flags = packet.at(0);
  if (flags >> 5U != 1 || (flags & kProtocolType) == 0) {
    walk.unread.note(Carrier::udp_port, 2152);
    return;
  }
  const View body = packet.first(kHeader + packet.word(2));
  std::size_t at = kHeader;
  if ((flags & kOptional) != 0) {
    if (!body.has(at + 4)) return;
    std::uint8_t next = (flags & kExtension) != 0 ? body.at(at + 3) : std::uint8_t{0};
    at += 4;
    while (next != 0) {
      if (!body.has(at + 1) || body.at(at) == 0) return;
      at += body.at(at) * std::size_t{4};
      if (!body.has(at)) return;
      next = body.at(at - 1);
    }
  }
  read_tunnelled_pdu(walk, body.from(at));
}

/// What a GRE header says.
struct Gre {
  std::uint16_t flags, protocol;
  bool has(std::uint16_t flag) const { return (flags & flag) != 0; }
};
constexpr std::uint16_t kChecksum = 0x8000, kRoutes = 0x4000, kKey = 0x2000, kSequence = 0x1000,
                        kAcknowledgement = 0x0080, kVersion = 0x0007;
constexpr std::uint16_t kPpp = 0x880B;

/// RFC 2784, RFC 2890; RFC 2637 for PPP. The routing of RFC 1701 nobody uses: it counts as unread.
std::size_t header_of(const Gre& gre) {
  const bool is_ppp = gre.protocol == kPpp && gre.has(kVersion);
  std::size_t octets = 4;
  if (gre.has(kChecksum)) octets += 4;
  if (gre.has(kKey)) octets += 4;
  if (gre.has(kSequence)) octets += 4;
  if (is_ppp && gre.has(kAcknowledgement)) octets += 4;
  return octets;
}

/// By the table gre.proto, which is not that of ethertypes.
void read_gre_payload(Walk& walk, std::uint16_t protocol, const View& payload) {
  constexpr std::uint16_t kIpv4 = 0x0800, kIpv6 = 0x86DD, kMplsUnicast = 0x8847,
                          kMplsMulticast = 0x8848, kTransparentEthernet = 0x6558,
                          kMikrotikEoip = 0x6400;
  switch (protocol) {
    case kIpv4:
      return read_ip(walk, payload);
    case kIpv6:
      return read_ipv6(walk, payload);
    case kTransparentEthernet:
    case kMikrotikEoip:
      return read_ethernet(walk, payload, 0);
    case kMplsUnicast:
    case kMplsMulticast:
      return read_mpls(walk, payload);
    case kPpp:
      return read_ppp_hdlc(walk, payload);
    default:
      if (!is_harmless_ethertype(protocol)) walk.unread.note(Carrier::gre, protocol);
  }
}

}  // namespace

void read_udp(Walk& walk, const IpHeader& ip, const View& datagram) {
  constexpr std::size_t kHeader = 8;
  constexpr std::uint16_t kGtpU = 2152, kVxlan = 4789, kGeneve = 6081;
  const Deeper deeper(walk);
  if (!deeper || !datagram.has(kHeader)) return;
  const std::uint16_t sport = datagram.word(0), dport = datagram.word(2);
  const std::uint16_t length = datagram.word(4);
  // RFC 2675, 4: a jumbogram's.
  const bool is_jumbo = length == 0 && ip.version == 6;
  if (!is_jumbo && length <= kHeader) return;
  const View payload = (is_jumbo ? datagram : datagram.first(length)).from(kHeader);
  if (payload.length() == 0) return;

  const auto [low, high] = std::minmax(sport, dport);
  switch (low) {
    case kGtpU:
      return read_gtp_u(walk, payload);
    case kVxlan:
      return read_vxlan(walk, payload);
    case kGeneve:
      return read_geneve(walk, payload);
    default:
      break;
  }
  // Wireshark asks the dissector of the lower port first: which one that is, and whether it takes
  // the datagram, is not known here.
  if (high == kGtpU || high == kVxlan || high == kGeneve)
    walk.unread.note(Carrier::udp_port, high);
  else if (const std::uint16_t port = udp_tunnel(sport, dport); port != 0)
    walk.unread.note(Carrier::udp_port, port);
}

void read_gre(Walk& walk, const View& packet) {
  const Deeper deeper(walk);
  if (!deeper || !packet.has(4)) return;
  const Gre gre{packet.word(0), packet.word(2)};
  if (gre.has(kRoutes)) {
    walk.unread.note(Carrier::gre, gre.protocol);
    return;
  }
  const View payload = packet.from(header_of(gre));
  if (payload.length() > 0) read_gre_payload(walk, gre.protocol, payload);
}

}  // namespace rstcause::explain
