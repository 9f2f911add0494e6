// SPDX-License-Identifier: GPL-2.0-or-later
// What the fuzzers share: an input taken apart as a script, and promises that end the run.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string_view>

namespace rstcause::fuzz {

/// Ends the run, for the fuzzer to keep its input, unless the promise was kept.
inline void expect(bool kept, const char* promise, int line = __builtin_LINE()) {
  if (kept) return;
  std::fprintf(stderr, "broken promise: %s (line %d)\n", promise, line);
  std::abort();
}

/// An input, read from its beginning. Behind its end everything is 0.
class Script {
 public:
  Script(const std::uint8_t* data, std::size_t size)
      : rest_(reinterpret_cast<const char*>(data), size) {}

  bool is_over() const { return rest_.empty(); }

  std::uint8_t octet() {
    if (rest_.empty()) return 0;
    const auto value = static_cast<std::uint8_t>(rest_.front());
    rest_.remove_prefix(1);
    return value;
  }

  /// In network order.
  std::uint32_t number(int octets) {
    std::uint32_t value = 0;
    for (int i = 0; i < octets; ++i) value = (value << 8U) | octet();
    return value;
  }

  std::string_view take(std::size_t size) {
    const std::string_view taken = rest_.substr(0, size);
    rest_.remove_prefix(taken.size());
    return taken;
  }

 private:
  std::string_view rest_;
};

inline bool is_printable_ascii(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char o) { return o >= 0x20 && o < 0x7F; });
}

}  // namespace rstcause::fuzz
