// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

#include "explain/story.h"

namespace rstcause::explain {

/// "PSH,ACK", in the order in which people write them; "no flags" where none is set.
inline std::string flag_names(std::uint8_t flags) {
  constexpr std::array<std::pair<std::uint8_t, std::string_view>, 6> kNames{
      {{0x02, "SYN"}, {0x01, "FIN"}, {0x04, "RST"}, {0x08, "PSH"}, {0x20, "URG"}, {0x10, "ACK"}}};
  std::string text;
  for (const auto& [bit, name] : kNames) {
    if ((flags & bit) == 0) continue;
    if (!text.empty()) text += ',';
    text += name;
  }
  return text.empty() ? "no flags" : text;
}

inline bool is_from_client(const Rung& rung, const Story& story) {
  return to_string(rung.tuple.src, rung.tuple.sport) == story.client;
}

}  // namespace rstcause::explain
