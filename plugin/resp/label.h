// SPDX-License-Identifier: GPL-2.0-or-later
// What the tracker says about one RESP message.
#pragma once

#include <cstdint>
#include <optional>
#include <type_traits>
#include <vector>

#include "resp/text.h"

namespace rstcause::resp {

/// Which end of the TCP connection sent something. Which of the two is the Redis client is for
/// the tracker to find; where no handshake was captured the caller may pick either way round,
/// as long as it stays with it.
enum class Direction : std::uint8_t { from_initiator, from_responder };

constexpr Direction opposite(Direction d) {
  return d == Direction::from_initiator ? Direction::from_responder : Direction::from_initiator;
}

using Text = BoundedText<64>;
using ErrorText = BoundedText<128>;

/// Names one message of a connection for good: a frame and the place in it.
struct LabelId {
  std::uint32_t frame = 0;  ///< The frame that made the message whole.
  std::uint16_t index = 0;  ///< Counts the messages labelled in that frame, from 0.

  friend bool operator==(const LabelId&, const LabelId&) = default;
};

/// One message: a command, a reply or something pushed.
struct Label {
  enum class Kind : std::uint8_t {
    command,
    reply,      ///< `request` names the command where the two could be paired.
    push,       ///< Unasked for: published messages, invalidations, MONITOR lines.
    withdrawn,  ///< Forget the label of this id: the traffic turned out not to be RESP.
  };

  LabelId id;
  std::uint32_t start_frame = 0;  ///< The frame that holds the message's first octet.
  std::int64_t time_ns = 0;       ///< Time of frame `id.frame`.
  Direction from = Direction::from_initiator;
  Kind kind = Kind::command;
  char type = 0;                   ///< The marker octet (of the value, not of an attribute before
                                   ///< it); 0 for an inline command.
  bool ping = false;               ///< A PING.
  bool pong = false;               ///< The reply to a PING, whatever its form, errors excepted.
  bool error = false;              ///< `-` or `!`; `error_text` holds it.
  bool awaits_reply = false;       ///< Commands: false where none comes (CLIENT REPLY OFF, ...).
  Text text;                       ///< Command: its first word, upper case, no argument ever.
                                   ///< Reply: the text of a one-line reply, else its type's name.
  Text subcommand;                 ///< Of CLIENT, CONFIG, ACL and their like; upper case.
  ErrorText error_text;            ///< The error's first line without marker, arguments cut off.
  std::optional<LabelId> request;  ///< Replies: the command's label, whose response_in is `id`.
  Text request_word;               ///< With `request`: the command's first word.
  std::int64_t since_request_ns = 0;  ///< With `request`: from the command's frame to this one.
};

// Labels are handed from the judging to the rendering side by value.
static_assert(std::is_trivially_destructible_v<Label>);

using Labels = std::vector<Label>;

}  // namespace rstcause::resp
