// SPDX-License-Identifier: GPL-2.0-or-later
#include "resp/quick.h"

namespace rstcause::resp {
namespace {

constexpr std::size_t kMaxLine = 256;  // of what is worth a glance
constexpr std::size_t kMaxDigits = 9;  // lengths that fit 32 bits, integers that cannot overflow

constexpr bool is_digit(char octet) {
  return octet >= '0' && octet <= '9';
}

bool take_crlf(std::string_view data, std::size_t& at) {
  if (data.size() - at < 2 || data[at] != '\r' || data[at + 1] != '\n') return false;
  at += 2;
  return true;
}

bool take_text_line(std::string_view data, std::size_t& at) {
  const std::size_t end = data.size() - at > kMaxLine ? at + kMaxLine : data.size();
  for (std::size_t i = at + 1; i < end; ++i) {
    if (data[i] == '\n') return false;
    if (data[i] != '\r') continue;
    at = i;
    return take_crlf(data, at);
  }
  return false;
}

bool take_integer_line(std::string_view data, std::size_t& at) {
  ++at;
  if (at < data.size() && (data[at] == '-' || data[at] == '+')) ++at;
  const std::size_t first = at;
  while (at < data.size() && is_digit(data[at])) ++at;
  return at > first && at - first <= kMaxDigits && take_crlf(data, at);
}

bool take_bulk(std::string_view data, std::size_t& at) {
  std::uint32_t length = 0;
  if (!take_length_line(data, '$', at, length) || data.size() - at < length) return false;
  at += length;
  return take_crlf(data, at);
}

bool take_scalar(std::string_view data, std::size_t& at) {
  if (at == data.size()) return false;
  switch (data[at]) {
    case '+':
    case '-':
      return take_text_line(data, at);
    case ':':
      return take_integer_line(data, at);
    default:
      return take_bulk(data, at);
  }
}

std::optional<std::size_t> array_length(std::string_view data) {
  std::size_t at = 0;
  std::uint32_t left = 0;
  if (!take_length_line(data, '*', at, left)) return std::nullopt;
  for (; left > 0; --left) {
    if (!take_scalar(data, at)) return std::nullopt;
  }
  return at;
}

}  // namespace

bool take_length_line(std::string_view data, char marker, std::size_t& at, std::uint32_t& length) {
  std::size_t i = at;
  if (i >= data.size() || data[i] != marker) return false;
  const std::size_t first = ++i;
  std::uint32_t value = 0;
  for (; i < data.size() && is_digit(data[i]); ++i) {
    if (i - first == kMaxDigits) return false;
    value = value * 10 + static_cast<std::uint32_t>(data[i] - '0');
  }
  const bool leading_zero = i - first > 1 && data[first] == '0';
  if (i == first || leading_zero || !take_crlf(data, i)) return false;
  at = i;
  length = value;
  return true;
}

std::optional<std::size_t> quick_length(std::string_view data) {
  if (!data.empty() && data.front() == '*') return array_length(data);
  std::size_t at = 0;
  if (!take_scalar(data, at)) return std::nullopt;
  return at;
}

std::optional<QuickCommand> quick_command(std::string_view data) {
  QuickCommand command;
  std::size_t& at = command.octets;
  std::uint32_t words = 0;
  if (!take_length_line(data, '*', at, words) || words == 0) return std::nullopt;
  command.view.words = words;
  for (std::uint32_t i = 0; i < words; ++i) {
    std::uint32_t length = 0;
    if (!take_length_line(data, '$', at, length) || data.size() - at < length) return std::nullopt;
    if (i < command.view.word.size()) command.view.word[i] = data.substr(at, length);
    at += length;
    if (!take_crlf(data, at)) return std::nullopt;
  }
  return command;
}

}  // namespace rstcause::resp
