// SPDX-License-Identifier: GPL-2.0-or-later
#include <algorithm>
#include <array>

#include "explain/layers/carriers.h"
#include "explain/layers/layers.h"

namespace rstcause::explain {
namespace {

constexpr std::uint16_t kLongestLength = 1500;  ///< Up to here the field is a length (IEEE 802.3).
constexpr std::uint16_t kLeastEthertype = 0x0600;

constexpr std::uint16_t kIpv4 = 0x0800, kIpv6 = 0x86DD, kVlan = 0x8100, kServiceVlan = 0x88A8,
                        kOldServiceVlan = 0x9100, kMplsUnicast = 0x8847, kMplsMulticast = 0x8848,
                        kPppoeSession = 0x8864, kTransparentEthernet = 0x6558;

// Layers hold layers: each step inwards is counted, and bounded, by Deeper.
// NOLINTBEGIN(misc-no-recursion)

/// The field after the addresses of Ethernet, or after a VLAN tag.
void read_type_or_length(Walk& walk, std::uint16_t type, const View& payload) {
  if (type <= kLongestLength)
    read_llc(walk, payload.first(type));
  else if (type >= kLeastEthertype)
    read_ethertype(walk, type, payload);
}

/// IEEE 802.1Q and 802.1ad, whose tags look alike.
void read_vlan(Walk& walk, const View& tag) {
  constexpr std::uint16_t kVlanId = 0x0FFF;
  if (!tag.has(4)) return;
  if (walk.vlan == 0) walk.vlan = tag.word(0) & kVlanId;
  read_type_or_length(walk, tag.word(2), tag.from(4));
}

/// RFC 2516, 4.
void read_pppoe(Walk& walk, const View& packet) {
  constexpr std::size_t kHeader = 6;
  if (!packet.has(kHeader)) return;
  read_ppp(walk, packet.from(kHeader).first(packet.word(4)));
}

/// Cisco's Inter-Switch Link, which Wireshark knows by its destination address.
bool is_isl(const View& frame) {
  return (frame.at(0) == 0x01 || frame.at(0) == 0x0C) && frame.at(1) == 0x00 &&
         frame.at(2) == 0x0C && frame.at(3) == 0x00 && frame.at(4) == 0x00;
}

}  // namespace

void read_ethernet(Walk& walk, const View& frame, std::uint32_t fcs_octets) {
  constexpr std::size_t kHeader = 14;
  const Deeper deeper(walk);
  if (!deeper || !frame.has(kHeader)) return;
  const std::uint16_t type = frame.word(12);
  if (type <= kLongestLength && is_isl(frame)) {
    walk.unread.note(Carrier::llc, type);
    return;
  }
  View payload = frame.from(kHeader);
  if (fcs_octets != 0 && payload.length() >= fcs_octets)
    payload = payload.first(payload.length() - fcs_octets);
  read_type_or_length(walk, type, payload);
}

void read_ethertype(Walk& walk, std::uint16_t type, const View& payload) {
  const Deeper deeper(walk);
  if (!deeper) return;
  switch (type) {
    case kIpv4:
      // Some cooked captures hold IPv6 under the type of IPv4; nothing else is looked for here.
      return read_ip(walk, payload);
    case kIpv6:
      return read_ipv6(walk, payload);
    case kVlan:
    case kServiceVlan:
    case kOldServiceVlan:
      return read_vlan(walk, payload);
    case kMplsUnicast:
    case kMplsMulticast:
      return read_mpls(walk, payload);
    case kPppoeSession:
      return read_pppoe(walk, payload);
    case kTransparentEthernet:
      return read_ethernet(walk, payload, 0);
    default:
      if (!is_harmless_ethertype(type)) walk.unread.note(Carrier::ethertype, type);
  }
}

// NOLINTEND(misc-no-recursion)

void read_llc(Walk& walk, const View& payload) {
  if (payload.has(1) && !is_harmless_llc(payload.at(0)))
    walk.unread.note(Carrier::llc, payload.at(0));
}

}  // namespace rstcause::explain
