// SPDX-License-Identifier: GPL-2.0-or-later
#include "explain/layers/carriers.h"
#include "explain/layers/layers.h"

namespace rstcause::explain {

/// RFC 1662, 3.1: all stations, unnumbered information; or left out (RFC 1661, 6.6).
void read_ppp_hdlc(Walk& walk, const View& frame) {
  constexpr std::uint8_t kAllStations = 0xFF, kCiscoUnicast = 0x0F, kCiscoMulticast = 0x8F;
  if (!frame.has(1)) return;
  if (frame.at(0) == kCiscoUnicast || frame.at(0) == kCiscoMulticast) {
    walk.unread.note(Carrier::ppp, frame.at(0));
    return;
  }
  read_ppp(walk, frame.at(0) == kAllStations ? frame.from(2) : frame);
}

void read_ppp(Walk& walk, const View& frame) {
  constexpr std::uint16_t kIp = 0x0021, kIpAsEthertype = 0x0800, kIpv6 = 0x0057,
                          kIpv6AsEthertype = 0x86DD, kMplsUnicast = 0x0281, kMplsMulticast = 0x0283;
  const Deeper deeper(walk);
  if (!deeper || !frame.has(1)) return;
  // RFC 1661, 6.5: where the protocol is compressed its odd octet stands alone.
  const bool is_short = (frame.at(0) & 1U) != 0;
  if (!is_short && !frame.has(2)) return;
  const std::uint16_t protocol = is_short ? frame.at(0) : frame.word(0);
  const View payload = frame.from(is_short ? 1 : 2);
  switch (protocol) {
    case kIp:
    case kIpAsEthertype:
      return read_ip(walk, payload);
    case kIpv6:
    case kIpv6AsEthertype:
      return read_ipv6(walk, payload);
    case kMplsUnicast:
    case kMplsMulticast:
      return read_mpls(walk, payload);
    default:
      if (!is_harmless_ppp(protocol)) walk.unread.note(Carrier::ppp, protocol);
  }
}

/// RFC 3032. What stands below the bottom label nothing tells: like all readers, Wireshark goes by
/// the first nibble.
void read_mpls(Walk& walk, const View& packet) {
  constexpr std::uint32_t kBottom = 0x100, kLabelShift = 12, kAssociatedChannel = 13;
  const Deeper deeper(walk);
  if (!deeper) return;
  View rest = packet;
  std::uint32_t entry = 0;
  while ((entry & kBottom) == 0) {
    if (!rest.has(4)) return;
    entry = rest.long_word(0);
    rest = rest.from(4);
  }
  if (!rest.has(1)) return;
  const std::uint8_t nibble = rest.at(0) >> 4U;
  const bool is_channel = entry >> kLabelShift == kAssociatedChannel || nibble == 1;
  if (!is_channel && nibble == 4) return read_ip(walk, rest);
  if (!is_channel && nibble == 6) return read_ipv6(walk, rest);
  if (is_channel || nibble == 0) walk.unread.note(Carrier::mpls, nibble);
}

}  // namespace rstcause::explain
