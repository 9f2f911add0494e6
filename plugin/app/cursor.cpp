// SPDX-License-Identifier: GPL-2.0-or-later
#include "app/cursor.h"

#include <algorithm>

namespace rstcause::app {
namespace {

/// A first line is sought no farther than this.
constexpr std::size_t kLongestLine = 512;

bool same_letter(char text, char capital) {
  return (text >= 'a' && text <= 'z' ? text - 'a' + 'A' : text) == capital;
}

}  // namespace

bool contains(std::string_view text, std::string_view word) {
  return std::search(text.begin(), text.end(), word.begin(), word.end(), same_letter) != text.end();
}

bool begins_with(std::string_view text, std::string_view word) {
  return text.size() >= word.size() &&
         std::equal(word.begin(), word.end(), text.begin(),
                    [](char capital, char octet) { return same_letter(octet, capital); });
}

std::string_view line_of(std::string_view octets) {
  std::string_view line = octets.substr(0, octets.find('\n'));
  if (line.ends_with('\r')) line.remove_suffix(1);
  return line;
}

std::string_view first_line(std::string_view octets) {
  if (octets.empty() || static_cast<std::uint8_t>(octets[0]) < 0x20) return {};
  const std::size_t end = octets.substr(0, kLongestLine).find('\n');
  if (end == std::string_view::npos || end < 3) return {};
  const std::string_view line = line_of(octets);
  const bool text = std::all_of(line.begin(), line.end(), [](char o) {
    return static_cast<std::uint8_t>(o) >= 0x20 && o != 0x7F;
  });
  return text ? line : std::string_view{};
}

std::string_view word_of(std::string_view line) {
  return line.substr(0, line.find(' '));
}

std::string_view behind_word(std::string_view line) {
  const std::size_t end = line.find(' ');
  return end == std::string_view::npos ? std::string_view{} : line.substr(end + 1);
}

std::uint32_t decimal(std::string_view text) {
  std::uint32_t value = 0;
  for (std::size_t i = 0; i < text.size() && text[i] >= '0' && text[i] <= '9'; ++i) {
    if (i == 9) return 0;
    value = value * 10U + static_cast<std::uint32_t>(text[i] - '0');
  }
  return value;
}

}  // namespace rstcause::app
