// SPDX-License-Identifier: GPL-2.0-or-later
// A JSON validator (RFC 8259) that shares no code with the writer under test.
#pragma once

#include <cctype>
#include <string_view>

namespace rstcause::test {

class JsonReader {
 public:
  /// True when the whole text is one JSON value.
  static bool accepts(std::string_view text) {
    JsonReader reader(text);
    return reader.value() && reader.rest_.empty();
  }

 private:
  explicit JsonReader(std::string_view text) : rest_(text) {}

  bool eat(char c) {
    if (rest_.empty() || rest_[0] != c) return false;
    rest_.remove_prefix(1);
    return true;
  }

  bool eat(std::string_view word) {
    if (!rest_.starts_with(word)) return false;
    rest_.remove_prefix(word.size());
    return true;
  }

  bool value() {
    if (rest_.empty()) return false;
    switch (rest_[0]) {
      case '{':
        return list('{', '}', [this] { return string() && eat(':') && value(); });
      case '[':
        return list('[', ']', [this] { return value(); });
      case '"':
        return string();
      case 't':
        return eat("true");
      case 'f':
        return eat("false");
      case 'n':
        return eat("null");
      default:
        return number();
    }
  }

  template <typename Item>
  bool list(char open, char close, Item item) {
    if (!eat(open)) return false;
    if (eat(close)) return true;
    do {
      if (!item()) return false;
    } while (eat(','));
    return eat(close);
  }

  bool digits() {
    const std::size_t before = rest_.size();
    while (!rest_.empty() && std::isdigit(static_cast<unsigned char>(rest_[0])) != 0)
      rest_.remove_prefix(1);
    return rest_.size() != before;
  }

  bool number() {
    eat('-');
    if (!eat('0') && !digits()) return false;
    return !eat('.') || digits();
  }

  bool string() {
    if (!eat('"')) return false;
    while (!rest_.empty() && rest_[0] != '"') {
      if (static_cast<unsigned char>(rest_[0]) < 0x20) return false;
      if (!(rest_[0] == '\\' ? escape() : character())) return false;
    }
    return eat('"');
  }

  bool escape() {
    rest_.remove_prefix(1);
    if (rest_.empty()) return false;
    if (rest_[0] != 'u')
      return std::string_view("\"\\/bfnrt").find(rest_[0]) != rest_.npos && skip(1);
    for (std::size_t i = 1; i <= 4; ++i) {
      if (i >= rest_.size() || std::isxdigit(static_cast<unsigned char>(rest_[i])) == 0)
        return false;
    }
    return skip(5);
  }

  /// One character of UTF-8, judged by the code point that it decodes to.
  bool character() {
    const auto at = [this](std::size_t i) {
      return static_cast<unsigned>(static_cast<unsigned char>(rest_[i]));
    };
    const unsigned lead = at(0);
    if (lead < 0x80) return skip(1);
    const std::size_t size = lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : 2;
    if (lead < 0xC0 || lead >= 0xF8 || rest_.size() < size) return false;
    unsigned code = lead & (0xFFU >> (size + 1));
    for (std::size_t i = 1; i < size; ++i) {
      if ((at(i) & 0xC0U) != 0x80U) return false;
      code = (code << 6U) | (at(i) & 0x3FU);
    }
    const unsigned least = size == 2 ? 0x80 : size == 3 ? 0x800 : 0x10000;
    const bool surrogate = code >= 0xD800 && code <= 0xDFFF;
    return code >= least && code <= 0x10FFFF && !surrogate && skip(size);
  }

  bool skip(std::size_t octets) {
    rest_.remove_prefix(octets);
    return true;
  }

  std::string_view rest_;
};

}  // namespace rstcause::test
