// SPDX-License-Identifier: GPL-2.0-or-later
#include "engine/tell/json_text.h"

#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <cstring>

namespace rstcause {
namespace {

constexpr std::string_view kReplacement = "\xEF\xBF\xBD";

/// The length of the well-formed UTF-8 sequence at the front (Unicode 15, table 3-7), or 0.
std::size_t utf8_length(std::string_view s) {
  const auto at = [&](std::size_t i) { return static_cast<unsigned char>(s[i]); };
  const auto continues = [&](std::size_t i, unsigned low = 0x80, unsigned high = 0xBF) {
    return i < s.size() && at(i) >= low && at(i) <= high;
  };
  const unsigned lead = at(0);
  if (lead < 0x80) return 1;
  if (lead >= 0xC2 && lead <= 0xDF) return continues(1) ? 2 : 0;
  if (lead >= 0xE0 && lead <= 0xEF) {
    const unsigned low = lead == 0xE0 ? 0xA0 : 0x80, high = lead == 0xED ? 0x9F : 0xBF;
    return continues(1, low, high) && continues(2) ? 3 : 0;
  }
  if (lead >= 0xF0 && lead <= 0xF4) {
    const unsigned low = lead == 0xF0 ? 0x90 : 0x80, high = lead == 0xF4 ? 0x8F : 0xBF;
    return continues(1, low, high) && continues(2) && continues(3) ? 4 : 0;
  }
  return 0;
}

/// Stands in a JSON string as it is.
constexpr auto is_plain = [](char c) {
  return static_cast<unsigned char>(c) >= 0x20 && static_cast<unsigned char>(c) < 0x7F &&
         c != '"' && c != '\\';
};

/// How many plain octets stand in front, looked at eight at a time: texts are the most of what is
/// told of a reset.
std::size_t plain_length(std::string_view octets) {
  constexpr std::uint64_t kEach = 0x0101010101010101U, kHigh = 0x80U * kEach;
  // Each octet's high bit: is it zero (exact up to the first that is, which is all that counts)?
  const auto zeros = [](std::uint64_t eight) { return (eight - kEach) & ~eight & kHigh; };
  std::size_t at = 0;
  for (; at + 8 <= octets.size(); at += 8) {
    std::uint64_t eight = 0;
    std::memcpy(&eight, octets.data() + at, sizeof eight);
    const std::uint64_t below_space = (eight - 0x20U * kEach) & kHigh;
    const std::uint64_t special = zeros(eight ^ '"' * kEach) | zeros(eight ^ '\\' * kEach) |
                                  zeros(eight ^ 0x7FU * kEach) | below_space | (eight & kHigh);
    if (special != 0) break;
  }
  while (at < octets.size() && is_plain(octets[at])) ++at;
  return at;
}

void append_escaped(char c, std::string& to) {
  switch (c) {
    case '"':
      to += "\\\"";
      return;
    case '\\':
      to += "\\\\";
      return;
    case '\n':
      to += "\\n";
      return;
    case '\r':
      to += "\\r";
      return;
    case '\t':
      to += "\\t";
      return;
    default:
      break;
  }
  char text[8];
  std::snprintf(text, sizeof text, "\\u%04x", static_cast<unsigned>(static_cast<unsigned char>(c)));
  to += text;
}

/// What stands in front and is not plain; returns how many octets that were.
std::size_t append_special(std::string_view octets, std::string& to) {
  const std::size_t length = utf8_length(octets);
  if (length == 1)
    append_escaped(octets[0], to);
  else if (length != 0)
    to += octets.substr(0, length);
  else
    to += kReplacement;
  return std::max<std::size_t>(length, 1);
}

}  // namespace

void append_json_string(std::string_view octets, std::string& to) {
  to += '"';
  while (!octets.empty()) {
    // Nearly all is plain, and goes over in one piece.
    const std::size_t plain = plain_length(octets);
    to += octets.substr(0, plain);
    octets.remove_prefix(plain);
    if (!octets.empty()) octets.remove_prefix(append_special(octets, to));
  }
  to += '"';
}

std::string json_string(std::string_view octets) {
  std::string text;
  text.reserve(octets.size() + 2);
  append_json_string(octets, text);
  return text;
}

}  // namespace rstcause
