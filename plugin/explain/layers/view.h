// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>

#include "engine/wire/bytes.h"

namespace rstcause::explain {

/// A frame from one of its layers on: what was captured of it, and how long it was on the wire.
class View {
 public:
  View() = default;
  /// A whole frame, or a datagram put together. `length` octets were on the wire.
  View(Octets octets, std::uint32_t length)
      : octets_(octets.first(std::min<std::size_t>(octets.size(), length))),
        length_(length),
        end_(octets.data() + octets.size()) {}

  Octets octets() const { return octets_; }         ///< As captured: may be fewer than length().
  std::uint32_t length() const { return length_; }  ///< Octets on the wire, by the layers outside.
  bool has(std::size_t octets) const { return octets_.size() >= octets; }

  // Numbers at an offset that has() has vouched for.
  std::uint8_t at(std::size_t offset) const { return octets_[offset]; }
  std::uint16_t word(std::size_t offset) const { return be16(octets_, offset); }
  std::uint32_t long_word(std::size_t offset) const { return be32(octets_, offset); }

  /// What follows so many octets; nothing where that was not captured.
  View from(std::size_t octets) const {
    View rest = *this;
    rest.octets_ = octets_.subspan(std::min(octets, octets_.size()));
    rest.length_ = octets < length_ ? length_ - static_cast<std::uint32_t>(octets) : 0;
    return rest;
  }
  /// No more than its first octets: a length field cuts off what a layer outside added.
  View first(std::uint32_t octets) const {
    View head = *this;
    head.length_ = std::min(length_, octets);
    head.octets_ = octets_.first(std::min<std::size_t>(octets_.size(), octets));
    return head;
  }
  /// What was captured behind its end: trailers, padding.
  Octets behind() const {
    const std::uint8_t* const own_end = octets_.data() + length_;
    // Where the end itself was not captured nothing behind it was.
    if (octets_.size() < length_ || own_end >= end_) return {};
    return {own_end, end_};
  }

 private:
  Octets octets_;
  std::uint32_t length_ = 0;
  const std::uint8_t* end_ = nullptr;  ///< Of what was captured of the whole frame.
};

}  // namespace rstcause::explain
