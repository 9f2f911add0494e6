// SPDX-License-Identifier: GPL-2.0-or-later
// Heartbeats framed by a length: the other PING on the wire, which is not RESP.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

namespace rstcause::resp {

/// A PING or PONG sent by a framework that frames messages by a length (Netty's
/// LengthFieldPrepender and its like).
struct Heartbeat {
  enum class Word : std::uint8_t { ping, pong };
  Word word = Word::ping;
  std::uint8_t length_octets = 1;  ///< Width of the length field: 1, 2 or 4.

  friend bool operator==(const Heartbeat&, const Heartbeat&) = default;
};

/// What is longer than this is none.
inline constexpr std::size_t kLongestHeartbeat = 8;

/// Recognises a payload that is exactly one length (1, 2 or 4 octets, big-endian, counting the
/// word alone) and the word PING or PONG in any case, such as `04 50 49 4e 47`. Anything before
/// or after it: nothing.
std::optional<Heartbeat> length_prefixed_heartbeat(std::string_view payload);

}  // namespace rstcause::resp
