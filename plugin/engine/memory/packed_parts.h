// SPDX-License-Identifier: GPL-2.0-or-later
// What packed flows and packed verdicts have in common.
#pragma once

#include "engine/memory/flow.h"
#include "engine/memory/pack.h"

namespace rstcause::packing {

/// A frame number near another one, or 0.
template <typename Io>
void frame(Io& io, Frame& number, Frame near) {
  std::uint64_t apart = 0;
  if constexpr (!Io::kReads)
    if (number != 0) apart = 1 + folded(std::int64_t{number} - near);
  io(apart);
  if constexpr (Io::kReads)
    number = apart == 0 ? 0 : static_cast<Frame>(near + unfolded(apart - 1));
}

/// The octets of an IPv4 address are four, of anything else sixteen.
template <typename Io>
void code(Io& io, Address& address) {
  auto& [octets, kind] = address;
  io(kind, Address::Kind::ipv4);
  std::uint32_t words[4];
  std::memcpy(words, octets.data(), sizeof words);
  for (std::uint32_t& word : words) io(word);
  if constexpr (Io::kReads) std::memcpy(octets.data(), words, sizeof words);
}

/// `like`: what most of them are, as far as it is known.
template <typename Io>
void code(Io& io, SegmentHeader& header, const SegmentHeader& like) {
  auto& [number, seq, ack, len, time, flags, syn, fin, ack_set, wnd, ip_id] = header;
  frame(io, number, like.frame);
  const bool there = number != 0;
  const auto usual = [&](auto value) { return there ? value : decltype(value){}; };
  io(flags, usual(std::uint8_t{0x10}));
  io(syn, (flags & 0x02U) != 0);
  io(fin, (flags & 0x01U) != 0);
  io(ack_set, (flags & 0x10U) != 0);
  io(len);
  io(seq, usual(like.seq - header.seq_len()));
  io(ack, usual(like.ack));
  io.time(time, there, like.time);
  io(wnd, usual(like.wnd));
  io(ip_id, usual(like.ip_id));
}

}  // namespace rstcause::packing
