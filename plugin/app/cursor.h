// SPDX-License-Identifier: GPL-2.0-or-later
// Numbers and fields off the front of a message, never past its end.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace rstcause::app {

/// Reads in network order unless told otherwise. After a read past the end is_short() stays true
/// and everything reads as 0 or empty from there on.
class Cursor {
 public:
  explicit Cursor(std::string_view octets) : rest_(octets) {}

  /// A number of at most eight octets.
  std::uint64_t number(std::size_t width) {
    std::uint64_t value = 0;
    for (const char octet : take(width)) value = (value << 8U) | static_cast<std::uint8_t>(octet);
    return value;
  }
  /// The same, the lowest octet first.
  std::uint64_t little(std::size_t width) {
    std::uint64_t value = 0;
    unsigned shift = 0;
    for (const char octet : take(width)) {
      value |= std::uint64_t{static_cast<std::uint8_t>(octet)} << shift;
      shift += 8;
    }
    return value;
  }
  /// As many octets as there are of so many.
  std::string_view take(std::uint64_t size) {
    if (size > rest_.size()) {
      short_ = true;
      size = rest_.size();
    }
    const std::string_view taken = rest_.substr(0, static_cast<std::size_t>(size));
    rest_.remove_prefix(taken.size());
    return taken;
  }
  /// A field behind its length.
  std::string_view field(std::size_t width) { return take(number(width)); }
  /// A text up to its NUL, which is passed over.
  std::string_view text() {
    const std::string_view taken = take(rest_.substr(0, rest_.find('\0')).size());
    take(1);
    return taken;
  }
  std::string_view rest() const { return rest_; }
  bool is_short() const { return short_; }
  bool is_over() const { return rest_.empty(); }

 private:
  std::string_view rest_;
  bool short_ = false;
};

/// Whether `text` holds `word`, whose letters are capitals, in letters of either case.
bool contains(std::string_view text, std::string_view word);
/// Whether `text` begins with `word`, likewise.
bool begins_with(std::string_view text, std::string_view word);
/// The octets up to the first end of line, without it.
std::string_view line_of(std::string_view octets);
/// The first line where it is whole, printable, and at least three octets long; empty otherwise.
std::string_view first_line(std::string_view octets);
/// The first word of a line, and what stands behind it.
std::string_view word_of(std::string_view line);
std::string_view behind_word(std::string_view line);
/// The decimal number at the beginning of a text; 0 where there is none or it is too long.
std::uint32_t decimal(std::string_view text);

}  // namespace rstcause::app
