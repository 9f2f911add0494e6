// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <array>
#include <cstdint>
#include <optional>

#include "capture/event.h"
#include "engine/wire/bytes.h"

namespace rstcause::capture {

using MacAddress = std::array<std::uint8_t, 6>;

/// What the link layer tells of a packet's way.
enum class Direction : std::uint8_t { unknown, outgoing, incoming, loopback };

/// The headers of one captured TCP segment, as far as the kernel's word is concerned.
struct Headers {
  Endpoint src, dst;
  std::uint32_t seq = 0, ack = 0;
  std::uint16_t ip_id = 0;      ///< IPv4 alone.
  std::uint16_t window = 0;     ///< As sent; 0 where it was not captured.
  std::uint32_t interface = 0;  ///< Where a capture on all interfaces tells it (LINUX_SLL2).
  bool rst = false;
  Direction direction = Direction::unknown;
  std::optional<MacAddress> sender;  ///< Ethernet's source address.

  /// The same packet again, as another interface of this host shows it.
  bool is_copy_of(const Headers& other) const {
    return src == other.src && dst == other.dst && seq == other.seq && ack == other.ack &&
           ip_id == other.ip_id && interface != other.interface;
  }
};

/// Reads the outermost IP header and TCP behind it. `link_type`: libpcap's LINKTYPE_ or DLT_ value,
/// which agree for the types that we know: Ethernet (with VLAN tags), LINUX_SLL and LINUX_SLL2, raw
/// IP, and BSD loopback. Nothing for what is no TCP, is a later fragment, or was captured too
/// short.
std::optional<Headers> read_headers(int link_type, Octets packet);

/// Whether read_headers() knows it.
bool knows_link_type(int link_type);

}  // namespace rstcause::capture
