// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <algorithm>
#include <cstdint>

namespace rstcause::resp {

/// From `start` to `seq` on the shorter way round the 2^32 circle of sequence numbers; negative
/// when it lies behind.
constexpr std::int32_t distance(std::uint32_t start, std::uint32_t seq) {
  return static_cast<std::int32_t>(seq - start);
}

/// Where a piece of an end's octets stands for who has read all before it: the one order of pieces
/// that all readers of payload go by. What they do about a hole is theirs to say: RESP waits for a
/// late piece (Ordering), since each command has its reply; who only wants an end's last words
/// keeps nothing and gets into step again (app::follow).
struct Place {
  std::uint32_t missing = 0;  ///< Octets before it that were not read: lost or late.
  std::uint32_t seen = 0;     ///< Its first octets that were read before.
};

/// The place of `length` octets from number `seq` on, where `next` is the next to be read.
constexpr Place place_of(std::uint32_t next, std::uint32_t seq, std::uint32_t length) {
  if (distance(next, seq) >= 0) return {seq - next, 0};
  return {0, std::min(next - seq, length)};
}

}  // namespace rstcause::resp
