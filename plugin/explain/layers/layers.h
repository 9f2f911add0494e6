// SPDX-License-Identifier: GPL-2.0-or-later
//
// One function for each layer. Each reads its header and calls the next one's; where too little was
// captured, or the header is impossible, it ends there, as Wireshark's dissector would.
#pragma once

#include <cstdint>

#include "explain/layers/view.h"
#include "explain/layers/walk.h"

namespace rstcause::explain {

// ethernet.cpp
void read_ethernet(Walk& walk, const View& frame, std::uint32_t fcs_octets);
/// What an ethertype announces.
void read_ethertype(Walk& walk, std::uint16_t type, const View& payload);
/// IEEE 802.2: nothing of it is read, but what may hold IP is noted.
void read_llc(Walk& walk, const View& payload);

// point_to_point.cpp
/// With or without address and control field, as on serial lines.
void read_ppp_hdlc(Walk& walk, const View& frame);
/// From the protocol field on.
void read_ppp(Walk& walk, const View& frame);
void read_mpls(Walk& walk, const View& packet);

// ipv4.cpp, ipv6.cpp
/// IPv4 or IPv6, by the version that it states.
void read_ip(Walk& walk, const View& packet);
void read_ipv4(Walk& walk, const View& packet);
void read_ipv6(Walk& walk, const View& packet);

/// What an IP header tells of the payload around which it stands.
struct IpHeader {
  Address src, dst;
  std::uint8_t version = 0;
  std::uint8_t ttl = 0;  ///< Or the hop limit.
  bool may_fragment = false;
  std::uint16_t id = 0;  ///< IPv6 has none.
};

// transport.cpp
void read_ip_payload(Walk& walk, const IpHeader& ip, std::uint8_t protocol, const View& payload);

// tunnels.cpp
void read_udp(Walk& walk, const IpHeader& ip, const View& datagram);
void read_gre(Walk& walk, const View& packet);

}  // namespace rstcause::explain
