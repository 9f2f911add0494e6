// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <cstdint>

namespace rstcause {

/// A TCP sequence number: a point on the circle of 2^32 (RFC 9293, 3.4).
///
/// There is no operator<. On a circle "less" means nothing until a window is named, so
/// say which question is asked: before(), after() or in_window().
class SeqNum {
 public:
  constexpr SeqNum() = default;
  constexpr explicit SeqNum(std::uint32_t raw) : raw_(raw) {}

  constexpr std::uint32_t raw() const { return raw_; }

  /// Octets travelled going forward from `start` to here. Wraps.
  constexpr std::uint32_t distance_from(SeqNum start) const { return raw_ - start.raw_; }

  /// True when this comes before `other` on the shorter way round.
  constexpr bool before(SeqNum other) const {
    return static_cast<std::int32_t>(distance_from(other)) < 0;
  }
  constexpr bool after(SeqNum other) const { return other.before(*this); }

  friend constexpr SeqNum operator+(SeqNum seq, std::uint32_t octets) {
    return SeqNum(seq.raw_ + octets);
  }
  friend constexpr SeqNum operator-(SeqNum seq, std::uint32_t octets) {
    return SeqNum(seq.raw_ - octets);
  }
  friend constexpr bool operator==(SeqNum, SeqNum) = default;

 private:
  std::uint32_t raw_ = 0;
};

/// True when `seq` lies in the half-open window [left, left + width).
constexpr bool in_window(SeqNum seq, SeqNum left, std::uint32_t width) {
  return seq.distance_from(left) < width;
}

}  // namespace rstcause
