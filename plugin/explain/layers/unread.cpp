// SPDX-License-Identifier: GPL-2.0-or-later
#include "explain/layers/unread.h"

#include <algorithm>
#include <cstdio>
#include <numeric>
#include <span>
#include <string_view>

#include "explain/layers/carriers.h"

namespace rstcause::explain {
namespace {

std::string hexadecimal(std::string_view what, std::uint32_t number) {
  char text[16];
  std::snprintf(text, sizeof text, " 0x%04x", number);
  return std::string(what) + text;
}

std::string decimal(std::string_view what, std::uint32_t number) {
  return std::string(what) + ' ' + std::to_string(number);
}

std::string port(std::string_view what, std::uint32_t number, std::span<const TunnelPort> rows) {
  const auto row = std::find_if(rows.begin(), rows.end(),
                                [&](const TunnelPort& known) { return known.port == number; });
  std::string text = decimal(what, number);
  if (row != rows.end()) text.append(" (").append(row->name).append(")");
  return text;
}

}  // namespace

void Unread::note(Carrier carrier, std::uint32_t number) {
  for (Entry& entry : entries_) {
    if (entry.carrier == carrier && entry.number == number) {
      ++entry.count;
      return;
    }
  }
  // Hostile files hold every number there is: what comes late counts with the last one.
  constexpr std::size_t kMostEntries = 64;
  if (entries_.size() == kMostEntries)
    ++entries_.back().count;
  else
    entries_.push_back({carrier, number, 1});
}

std::uint64_t Unread::total() const {
  return std::accumulate(entries_.begin(), entries_.end(), std::uint64_t{0},
                         [](std::uint64_t sum, const Entry& entry) { return sum + entry.count; });
}

std::string to_string(const Unread::Entry& entry, std::string (*link_name)(std::uint32_t)) {
  const std::uint32_t number = entry.number;
  switch (entry.carrier) {
    case Carrier::link:
      return "link type " + link_name(number);
    case Carrier::ethertype:
      return hexadecimal("ethertype", number);
    case Carrier::llc:
      return hexadecimal("LLC", number);
    case Carrier::cooked:
      return hexadecimal("cooked frame's type", number);
    case Carrier::loopback:
      return decimal("address family", number);
    case Carrier::ppp:
      return hexadecimal("PPP protocol", number);
    case Carrier::gre:
      return hexadecimal("GRE protocol", number);
    case Carrier::mpls:
      return "MPLS pseudowire";
    case Carrier::ip_protocol:
      return decimal("IP protocol", number);
    case Carrier::icmp:
      return decimal("ICMPv6 type", number);
    case Carrier::udp_port:
      return port("UDP port", number, udp_tunnels());
    case Carrier::tcp_port:
      return port("TCP port", number, tcp_tunnels());
    case Carrier::routing:
      return decimal("IPv6 routing header of type", number);
    case Carrier::fragments:
      return "fragments beyond what is kept";
    case Carrier::nesting:
      return "layers nested too deeply";
  }
  return {};
}

}  // namespace rstcause::explain
