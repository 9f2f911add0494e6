// SPDX-License-Identifier: GPL-2.0-or-later
#include "engine/segment.h"

#include <algorithm>

#include "engine/bytes.h"

namespace rstcause {
namespace {

constexpr std::uint32_t kFixedHeader = 20;

void read_flags(std::uint8_t flags, Segment& into) {
  into.flags = flags;
  into.fin = (flags & 0x01U) != 0;
  into.syn = (flags & 0x02U) != 0;
  into.rst = (flags & 0x04U) != 0;
  into.psh = (flags & 0x08U) != 0;
  into.ack_set = (flags & 0x10U) != 0;
  into.urg = (flags & 0x20U) != 0;
}

}  // namespace

bool decode_tcp(Octets octets, std::uint32_t reported, Segment& into) {
  if (octets.size() < kLeastHeader) return false;
  const std::uint32_t header = (octets[12] >> 4U) * 4U;
  if (header < kFixedHeader || header > reported) return false;

  into.tuple.sport = be16(octets, 0);
  into.tuple.dport = be16(octets, 2);
  into.seq = SeqNum(be32(octets, 4));
  into.ack = SeqNum(be32(octets, 8));
  read_flags(octets[13], into);
  into.wnd_captured = octets.size() >= 16;
  into.wnd = into.wnd_captured ? be16(octets, 14) : std::uint16_t{0};
  into.len = reported - header;
  into.options_len = static_cast<std::uint8_t>(header - kFixedHeader);

  const std::size_t captured_header = std::min<std::size_t>(octets.size(), header);
  into.option_octets = captured_header > kFixedHeader
                           ? octets.subspan(kFixedHeader, captured_header - kFixedHeader)
                           : Octets{};
  const Octets body = octets.subspan(captured_header);
  into.payload = {reinterpret_cast<const char*>(body.data()),
                  std::min<std::size_t>(body.size(), into.len)};
  return true;
}

}  // namespace rstcause
