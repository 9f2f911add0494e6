// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace rstcause::explain {

/// Where what is not read stands, and what its number means.
enum class Carrier : std::uint8_t {
  link,         ///< The link type, as the file's reader numbers it.
  ethertype,    ///< IEEE 802 numbers.
  llc,          ///< The destination's service access point (IEEE 802.2).
  cooked,       ///< The protocol or hardware type of a Linux cooked frame that is no ethertype.
  loopback,     ///< The address family.
  ppp,          ///< PPP DLL protocol numbers.
  gre,          ///< The protocol type (RFC 2784).
  mpls,         ///< The first nibble below the bottom label: a pseudowire.
  ip_protocol,  ///< Protocol numbers of IP.
  icmp,         ///< The type of an ICMPv6 message that holds a packet and is no error.
  udp_port,     ///< The port by which Wireshark would know a tunnel.
  tcp_port,
  routing,    ///< The type of an IPv6 routing header with segments left.
  fragments,  ///< More began than are kept.
  nesting,    ///< Deeper than kDeepest.
};

/// Counts what may hold TCP and is not read here, so that nothing is left out in silence.
class Unread {
 public:
  struct Entry {
    Carrier carrier;
    std::uint32_t number;
    std::uint64_t count;
  };

  void note(Carrier carrier, std::uint32_t number);
  bool any() const { return !entries_.empty(); }
  std::uint64_t total() const;
  const std::vector<Entry>& entries() const { return entries_; }

 private:
  std::vector<Entry> entries_;
};

/// An entry for a human: "UDP port 1701 (L2TP)". `link_name` names a link type's number.
std::string to_string(const Unread::Entry& entry, std::string (*link_name)(std::uint32_t));

}  // namespace rstcause::explain
