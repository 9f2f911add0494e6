// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

namespace rstcause::explain {

/// A port by which Wireshark knows a protocol that may carry IP or Ethernet.
struct TunnelPort {
  std::uint16_t port;
  std::string_view name;  ///< Wireshark's name of its dissector.
};

std::span<const TunnelPort> udp_tunnels();
std::span<const TunnelPort> tcp_tunnels();

/// Whether a segment or datagram with these ports may be such a tunnel's, and by which port
/// Wireshark would take it: the lower one first. 0: none.
std::uint16_t udp_tunnel(std::uint16_t sport, std::uint16_t dport);
std::uint16_t tcp_tunnel(std::uint16_t sport, std::uint16_t dport);

/// Holds no IP, and nothing that holds IP: ARP, LLDP and the like. Whatever else is not read
/// counts as unread.
bool is_harmless_ethertype(std::uint16_t type);
bool is_harmless_ip_protocol(std::uint8_t protocol);
bool is_harmless_ppp(std::uint16_t protocol);
bool is_harmless_llc(std::uint8_t service_access_point);

}  // namespace rstcause::explain
