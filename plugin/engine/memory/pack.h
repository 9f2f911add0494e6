// SPDX-License-Identifier: GPL-2.0-or-later
//
// Plain data as few octets: what is as expected takes one bit, anything else a bit and the octets
// of its distance from what was expected.
#pragma once

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

#include "engine/wire/segment.h"

namespace rstcause {

namespace packing {

template <typename T>
constexpr std::uint64_t raw(const T& value) {
  if constexpr (std::is_same_v<T, SeqNum>)
    return value.raw();
  else
    return static_cast<std::uint64_t>(value);
}

/// How far a value lies from the expected one, on the circle of its width.
template <typename T>
constexpr std::int64_t distance(const T& value, const T& expected) {
  const std::uint64_t apart = raw(value) - raw(expected);
  if constexpr (sizeof(T) == 8)
    return static_cast<std::int64_t>(apart);
  else if constexpr (sizeof(T) == 4)
    return static_cast<std::int32_t>(apart);
  else if constexpr (sizeof(T) == 2)
    return static_cast<std::int16_t>(apart);
  else
    return static_cast<std::int8_t>(apart);
}

template <typename T>
constexpr T moved(const T& expected, std::int64_t by) {
  const std::uint64_t there = raw(expected) + static_cast<std::uint64_t>(by);
  if constexpr (std::is_same_v<T, SeqNum>)
    return SeqNum(static_cast<std::uint32_t>(there));
  else
    return static_cast<T>(there);
}

/// A signed number with its sign in the lowest bit, so that small ones stay small either way.
constexpr std::uint64_t folded(std::int64_t value) {
  return (static_cast<std::uint64_t>(value) << 1U) ^ (value < 0 ? UINT64_MAX : 0U);
}

constexpr std::int64_t unfolded(std::uint64_t value) {
  return static_cast<std::int64_t>((value >> 1U) ^ (~(value & 1U) + 1U));
}

}  // namespace packing

/// Writes values. Packer and Unpacker are called alike, so that one function tells the form of a
/// type for both ways: `io(value, expected)`.
class Packer {
 public:
  static constexpr bool kReads = false;

  // What is as expected, most of it, is to cost a comparison.
  template <typename T>
  [[gnu::always_inline]] void operator()(const T& value, const T& expected = {}) {
    if (place_ == 0) begin_flags();
    if (packing::raw(value) != packing::raw(expected)) {
      *flags_ |= place_;
      if constexpr (!std::is_same_v<T, bool>) put(packing::distance(value, expected));
    }
    place_ = static_cast<std::uint8_t>(place_ << 1U);
  }

  /// Text, or an object as its octets.
  void text(std::string_view octets) {
    (*this)(octets.size());
    make_room(octets.size() + kMostOfFlags);
    next_ = std::copy(octets.begin(), octets.end(), next_);
  }

  /// A point in time; `there` is false where there is none.
  void time(Nanos at, bool there, Nanos near) { (*this)(at, there ? near : 0); }
  Nanos epoch() const { return epoch_; }

  void clear(Nanos epoch) {
    next_ = room_.data();
    place_ = 0;
    epoch_ = epoch;
  }
  std::span<const std::uint8_t> made() const {
    return {room_.data(), static_cast<std::size_t>(next_ - room_.data())};
  }

 private:
  static constexpr std::size_t kMostOctets = 10;  ///< Of one number: 64 bits by sevens.
  /// An octet of flags and the numbers that they tell of.
  static constexpr std::size_t kMostOfFlags = 1 + 8 * kMostOctets;

  void make_room(std::size_t octets) {
    if (static_cast<std::size_t>(end_ - next_) < octets) grow(octets);
  }

  /// By far more than what is asked for: it is hardly ever too little.
  [[gnu::noinline, gnu::cold]] void grow(std::size_t octets) {
    const std::size_t used = made().size();
    const std::ptrdiff_t flags = flags_ - room_.data();
    room_.resize(2 * room_.size() + octets + 256);
    next_ = room_.data() + used;
    end_ = room_.data() + room_.size();
    flags_ = room_.data() + flags;
  }

  [[gnu::noinline]] void begin_flags() {
    make_room(kMostOfFlags);
    flags_ = next_++;
    *flags_ = 0;
    place_ = 1;
  }

  /// Seven bits an octet.
  [[gnu::noinline]] void put(std::int64_t off) {
    std::uint64_t rest = packing::folded(off);
    std::uint8_t* next = next_;
    for (; rest >= 0x80U; rest >>= 7U) *next++ = static_cast<std::uint8_t>(rest | 0x80U);
    *next++ = static_cast<std::uint8_t>(rest);
    next_ = next;
  }

  std::vector<std::uint8_t> room_;
  std::uint8_t* next_ = nullptr;   ///< Of room_: where the next octet goes, ...
  std::uint8_t* end_ = nullptr;    ///< ... its end, ...
  std::uint8_t* flags_ = nullptr;  ///< ... and the flags of the latest values.
  Nanos epoch_ = 0;
  std::uint8_t place_ = 0;  ///< The next flag; 0: the octet is full.
};

/// Reads what a Packer wrote.
class Unpacker {
 public:
  static constexpr bool kReads = true;

  Unpacker(const std::uint8_t* from, Nanos epoch) : next_(from), epoch_(epoch) {}

  template <typename T>
  void operator()(T& value, const T& expected = {}) {
    if (place_ == 0) {
      flags_ = *next_++;
      place_ = 1;
    }
    const bool as_expected = (flags_ & place_) == 0;
    if constexpr (std::is_same_v<T, bool>)
      value = expected == as_expected;
    else
      value = as_expected ? expected : packing::moved(expected, take());
    place_ = static_cast<std::uint8_t>(place_ << 1U);
  }

  void time(Nanos& at, bool there, Nanos near) { (*this)(at, there ? near : 0); }
  Nanos epoch() const { return epoch_; }

  std::string_view text() {
    std::size_t size = 0;
    (*this)(size);
    const std::string_view octets(reinterpret_cast<const char*>(next_), size);
    next_ += size;
    return octets;
  }

 private:
  std::int64_t take() {
    std::uint64_t rest = 0;
    unsigned shift = 0;
    for (; (*next_ & 0x80U) != 0; shift += 7U)
      rest |= static_cast<std::uint64_t>(*next_++ & 0x7FU) << shift;
    rest |= static_cast<std::uint64_t>(*next_++) << shift;
    return packing::unfolded(rest);
  }

  const std::uint8_t* next_;
  Nanos epoch_;
  std::uint8_t flags_ = 0, place_ = 0;
};

}  // namespace rstcause
