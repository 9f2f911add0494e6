// SPDX-License-Identifier: GPL-2.0-or-later
// What the tools read of a capture, without Wireshark.
#pragma once

#include <cstdint>
#include <variant>
#include <vector>

#include "engine/wire/icmp.h"
#include "engine/wire/segment.h"

namespace rstcause::test {

/// The TCP segments and the ICMP errors of a classic pcap file: Ethernet (one VLAN tag at most),
/// raw IP, BSD loopback and Linux cooked frames; no fragments, no tunnels.
class PcapFile {
 public:
  using Event = std::variant<Segment, IcmpError>;

  /// Throws std::runtime_error for what is no classic pcap. A record that is cut off ends it.
  explicit PcapFile(const char* path);
  PcapFile(const PcapFile&) = delete;
  PcapFile& operator=(const PcapFile&) = delete;

  /// In the order of the file. They refer to the file's octets.
  const std::vector<Event>& events() const { return events_; }

 private:
  std::uint32_t word(std::size_t at) const;
  void read_records();

  std::vector<std::uint8_t> octets_;
  bool swapped_ = false;
  std::vector<Event> events_;
};

}  // namespace rstcause::test
