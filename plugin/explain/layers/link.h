// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <cstdint>

#include "explain/layers/view.h"
#include "explain/layers/walk.h"

namespace rstcause::explain {

/// The link types that are read, by what Wireshark's wiretap calls them.
enum class LinkType : std::uint8_t {
  other,
  ethernet,
  raw_ip,  ///< IPv4 or IPv6, or what old Linux drivers put before it.
  raw_ip4,
  raw_ip6,
  null,  ///< BSD loopback: the address family in the host's order, or an ethertype.
  loop,  ///< OpenBSD loopback: the address family in network order.
  sll,   ///< Linux cooked, version 1.
  sll2,  ///< Linux cooked, version 2.
  ppp,
};

struct Link {
  LinkType type = LinkType::other;
  std::uint32_t number = 0;  ///< For Unread, where the type is another one.
  std::uint32_t fcs_octets =
      0;  ///< Of Ethernet, where the file says that there is a check sequence.
};

/// Reads a frame from its outermost layer on.
void read_frame(Walk& walk, const Link& link, const View& frame);

}  // namespace rstcause::explain
