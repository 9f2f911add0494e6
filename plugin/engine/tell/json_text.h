// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <charconv>
#include <cstdint>
#include <iterator>
#include <string>
#include <string_view>
#include <utility>

#include "engine/wire/segment.h"

namespace rstcause {

/// A JSON string (RFC 8259, 7) of any octets: what is no UTF-8 becomes U+FFFD.
std::string json_string(std::string_view octets);
/// The same, written behind what `to` holds.
void append_json_string(std::string_view octets, std::string& to);

/// Writes the members of one JSON object in order; what is absent is left out. Keys are plain
/// words, which need no escape.
class JsonObject {
 public:
  /// `expected`: how many octets it will have, about.
  explicit JsonObject(std::size_t expected = 64) {
    text_.reserve(expected);
    text_ += '{';
  }

  void string(std::string_view key, std::string_view value) {
    if (value.empty()) return;
    begin(key);
    append_json_string(value, text_);
  }
  void number(std::string_view key, std::uint64_t value) {
    begin(key);
    char digits[20];
    text_.append(digits, std::to_chars(std::begin(digits), std::end(digits), value).ptr);
  }
  void frame(std::string_view key, Frame value) {
    if (value != 0) number(key, value);
  }
  void boolean(std::string_view key, bool value) { raw(key, value ? "true" : "false"); }
  /// A value that is JSON already.
  void raw(std::string_view key, std::string_view json) {
    begin(key);
    text_ += json;
  }
  /// The object whole. It is the last that is asked of it.
  std::string text() { return std::move(text_ += '}'); }

 private:
  void begin(std::string_view key) {
    if (text_.size() > 1) text_ += ',';
    text_ += '"';
    text_ += key;
    text_ += "\":";
  }

  std::string text_;
};

/// A JSON array of what `write` makes of each item.
template <typename Items, typename Write>
std::string json_array(const Items& items, Write write) {
  std::string text = "[";
  for (const auto& item : items) {
    if (text.size() > 1) text += ",";
    text += write(item);
  }
  return text + "]";
}

}  // namespace rstcause
