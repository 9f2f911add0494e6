// SPDX-License-Identifier: GPL-2.0-or-later
#include "engine/memory/recent.h"

namespace rstcause {

Segment RecentSegments::segment_of(const Entry& entry, KeptOptions& room) const {
  const SegmentHeader& g = entry.header;
  if (g.syn) {
    room = options_[place_of(entry)];
  } else {
    room.captured = room.told = entry.timestamps ? 12 : 0;
    const std::uint32_t v = entry.ts_val;
    room.octets = {1,
                   1,
                   8,
                   10,
                   static_cast<std::uint8_t>(v >> 24U),
                   static_cast<std::uint8_t>(v >> 16U),
                   static_cast<std::uint8_t>(v >> 8U),
                   static_cast<std::uint8_t>(v)};
  }
  Segment again;
  static_cast<SegmentHeader&>(again) = g;
  again.ip.ttl = entry.ttl;
  again.shares_frame = entry.shares_frame;
  again.options_len = room.told;
  again.option_octets = {room.octets.data(), room.captured};
  return again;
}

}  // namespace rstcause
