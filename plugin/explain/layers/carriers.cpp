// SPDX-License-Identifier: GPL-2.0-or-later
//
// What Wireshark 4.0 to 4.6 would look into. A port stands here where its dissector calls IP,
// Ethernet, PPP or a table of theirs.
#include "explain/layers/carriers.h"

#include <algorithm>
#include <array>
#include <bitset>

namespace rstcause::explain {
namespace {

/// VXLAN, Geneve and GTP-U are read here: where their port is not the one by which Wireshark
/// would take the datagram, they count as unread like the others (tunnels.cpp).
constexpr TunnelPort kUdp[] = {
    {434, "mip"},          {925, "acdr"},        {1701, "l2tp"},     {2123, "gtp"},
    {2157, "nsip"},        {2268, "amt"},        {3386, "gtpprime"}, {3544, "teredo"},
    {4305, "bat.batman"},  {4306, "bat.gw"},     {4307, "bat.vis"},  {4341, "lisp-data"},
    {4342, "lisp"},        {4500, "udpencap"},   {4729, "gsmtap"},   {4790, "vxlan_gpe"},
    {4791, "rroce"},       {5000, "peekremote"}, {5072, "ayiya"},    {5246, "capwap.control"},
    {5247, "capwap.data"}, {5436, "mipv6"},      {6080, "gue"},      {6343, "sflow"},
    {6352, "lwapp_l3"},    {6635, "mpls"},       {12000, "llc"},     {12001, "llc"},
    {12002, "llc"},        {12003, "llc"},       {12004, "llc"},     {12220, "lwapp"},
    {12222, "lwapp"},      {12223, "lwapp"},     {13910, "wassp"},   {13911, "wassp"},
    {13912, "wassp"},      {13913, "wassp"},     {19999, "nsip"},    {24576, "mint"},
    {24577, "mint"},       {30030, "jmirror"},   {37008, "tzsp"},
};

constexpr TunnelPort kTcp[] = {
    {639, "msdp"},      {925, "acdr"},      {2123, "gtp"},      {2152, "gtp"},      {2502, "kdsp"},
    {3386, "gtpprime"}, {6633, "openflow"}, {6634, "openflow"}, {6653, "openflow"},
};

/// Asked for every segment with a payload: a bit for each port.
class Ports {
 public:
  explicit Ports(std::span<const TunnelPort> rows) {
    for (const TunnelPort& row : rows) bits_.set(row.port);
  }
  std::uint16_t of(std::uint16_t sport, std::uint16_t dport) const {
    const auto [low, high] = std::minmax(sport, dport);
    if (bits_[low]) return low;
    return bits_[high] ? high : std::uint16_t{0};
  }

 private:
  std::bitset<65536> bits_;
};

template <typename T, std::size_t kSize>
bool is_one_of(T value, const T (&sorted)[kSize]) {
  return std::binary_search(std::begin(sorted), std::end(sorted), value);
}

}  // namespace

std::span<const TunnelPort> udp_tunnels() {
  return kUdp;
}
std::span<const TunnelPort> tcp_tunnels() {
  return kTcp;
}

std::uint16_t udp_tunnel(std::uint16_t sport, std::uint16_t dport) {
  static const Ports ports(kUdp);
  return ports.of(sport, dport);
}
std::uint16_t tcp_tunnel(std::uint16_t sport, std::uint16_t dport) {
  static const Ports ports(kTcp);
  return ports.of(sport, dport);
}

bool is_harmless_ethertype(std::uint16_t type) {
  static constexpr std::uint16_t kTypes[] = {
      0x0806,  // ARP
      0x0842,  // Wake on LAN
      0x2000,  // CDP
      0x6002,  // DEC MOP
      0x8035,  // RARP
      0x809B,  // AppleTalk
      0x80F3,  // AARP
      0x8137,  // IPX
      0x8808,  // MAC control
      0x8809,  // slow protocols, LACP
      0x8863,  // PPPoE discovery
      0x888E,  // EAPOL
      0x8892,  // PROFINET
      0x88A2,  // ATA over Ethernet
      0x88A4,  // EtherCAT
      0x88B8,  // GOOSE
      0x88BA,  // sampled values
      0x88CC,  // LLDP
      0x88E1,  // HomePlug
      0x88F5,  // MVRP
      0x88F7,  // PTP
      0x8902,  // CFM
      0x8906,  // FCoE
      0x8914,  // FIP
      0x8915,  // RoCE
      0x9000,  // loop test
  };
  return is_one_of(type, kTypes);
}

bool is_harmless_ip_protocol(std::uint8_t protocol) {
  static constexpr std::uint8_t kProtocols[] = {
      2,    // IGMP
      33,   // DCCP
      46,   // RSVP
      59,   // no next header
      88,   // EIGRP
      89,   // OSPF
      112,  // VRRP
      113,  // PGM
      124,  // IS-IS
      132,  // SCTP
      139,  // HIP
  };
  return is_one_of(protocol, kProtocols);
}

bool is_harmless_ppp(std::uint16_t protocol) {
  // Network control, link control, authentication: 8xxx to Fxxx (RFC 1661, 2).
  return protocol >= 0x8000;
}

bool is_harmless_llc(std::uint8_t service_access_point) {
  static constexpr std::uint8_t kPoints[] = {
      0x00,  // null
      0x42,  // spanning tree
      0xE0,  // IPX
      0xF0,  // NetBIOS
      0xFC,  // RPL
      0xFE,  // IS-IS, ESIS
      0xFF,  // global: raw IPX
  };
  return is_one_of(service_access_point, kPoints);
}

}  // namespace rstcause::explain
