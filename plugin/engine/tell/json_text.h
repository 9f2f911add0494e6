// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "engine/wire/segment.h"

namespace rstcause {

/// A JSON string (RFC 8259, 7) of any octets: what is no UTF-8 becomes U+FFFD.
std::string json_string(std::string_view octets);

/// Writes the members of one JSON object in order; what is absent is left out.
class JsonObject {
 public:
  void string(std::string_view key, std::string_view value) {
    if (!value.empty()) raw(key, json_string(value));
  }
  void number(std::string_view key, std::uint64_t value) { raw(key, std::to_string(value)); }
  void frame(std::string_view key, Frame value) {
    if (value != 0) number(key, value);
  }
  void boolean(std::string_view key, bool value) { raw(key, value ? "true" : "false"); }
  /// A value that is JSON already.
  void raw(std::string_view key, std::string_view json) {
    text_ += text_.empty() ? "{" : ",";
    text_ += json_string(key) + ":";
    text_ += json;
  }
  /// The object whole.
  std::string text() const { return text_.empty() ? "{}" : text_ + "}"; }

 private:
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
