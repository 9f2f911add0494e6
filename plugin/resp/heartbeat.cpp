// SPDX-License-Identifier: GPL-2.0-or-later
#include "resp/heartbeat.h"

#include "resp/words.h"

namespace rstcause::resp {

std::optional<Heartbeat> length_prefixed_heartbeat(std::string_view payload) {
  constexpr std::size_t kWord = 4;  // PING and PONG alike
  static_assert(kLongestHeartbeat == 2 * kWord);
  if (payload.size() <= kWord || payload.size() > kLongestHeartbeat) return std::nullopt;
  const std::size_t width = payload.size() - kWord;
  if (width == 3) return std::nullopt;
  for (std::size_t i = 0; i < width; ++i) {
    if (payload[i] != (i + 1 == width ? '\x04' : '\0')) return std::nullopt;
  }
  const std::string_view word = payload.substr(width);
  const bool ping = same_word("PING", word);
  if (!ping && !same_word("PONG", word)) return std::nullopt;
  return Heartbeat{ping ? Heartbeat::Word::ping : Heartbeat::Word::pong,
                   static_cast<std::uint8_t>(width)};
}

}  // namespace rstcause::resp
