// SPDX-License-Identifier: GPL-2.0-or-later
// Bounded, printable copies of what came over the wire.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace rstcause::resp {

/// A short text that is safe to show: ASCII, control characters and others escaped as `\xHH`,
/// never longer than `Capacity` octets ("..." at the end tells that something was left out).
/// Owns no memory, so it may be copied and jumped over at will.
template <std::size_t Capacity>
class BoundedText {
  static_assert(Capacity >= 8 && Capacity < 256);

 public:
  constexpr BoundedText() = default;

  /// Takes a printable copy of `raw`, which may hold anything.
  constexpr explicit BoundedText(std::string_view raw) {
    if (raw.size() <= Capacity && is_plain(raw)) {
      append(raw);
      return;
    }
    for (const char octet : raw) {
      if (append_escaped(octet)) continue;
      mark_as_cut();
      return;
    }
  }

  /// A copy of a text known to be printable; cut where it is too long.
  static constexpr BoundedText known(std::string_view text) {
    BoundedText copy;
    copy.append(text.substr(0, Capacity));
    return copy;
  }

  constexpr std::string_view view() const { return {octets_.data(), size_}; }
  /// For C: ended by a NUL, and none within.
  constexpr const char* c_str() const { return octets_.data(); }
  constexpr bool empty() const { return size_ == 0; }
  friend constexpr bool operator==(const BoundedText& a, const BoundedText& b) {
    return a.view() == b.view();
  }
  friend constexpr bool operator==(const BoundedText& a, std::string_view b) {
    return a.view() == b;
  }

 private:
  static constexpr bool is_plain(char octet) {
    return octet >= 0x20 && octet < 0x7f && octet != '\\';
  }

  static constexpr bool is_plain(std::string_view raw) {
    return std::all_of(raw.begin(), raw.end(), [](char octet) { return is_plain(octet); });
  }

  constexpr bool append_escaped(char octet) {
    constexpr std::string_view kHex = "0123456789abcdef";
    const auto value = static_cast<unsigned char>(octet);
    if (is_plain(octet)) return append({&octet, 1});
    const std::array<char, 4> escaped{'\\', 'x', kHex[value >> 4U], kHex[value & 15U]};
    return append({escaped.data(), escaped.size()});
  }

  constexpr bool append(std::string_view piece) {
    if (size_ + piece.size() > Capacity) return false;
    for (const char octet : piece) octets_[size_++] = octet;
    return true;
  }

  constexpr void mark_as_cut() {
    if (size_ > Capacity - 3) size_ = Capacity - 3;
    append("...");
  }

  std::array<char, Capacity + 1> octets_{};  // the last one stays 0
  std::uint8_t size_ = 0;
};

}  // namespace rstcause::resp
