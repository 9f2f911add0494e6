// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "app/protocol.h"
#include "app/web_server.h"
#include "engine/judge/cause.h"
#include "engine/judge/stack.h"

namespace rstcause {

/// What a verdict rests on.
enum class Basis : std::uint8_t { unknown, inferred, proved, declared, witnessed };
/// Who truly sent the reset.
enum class Origin : std::uint8_t { unknown, client, server, middlebox };
/// Why it was sent at all.
enum class Mode : std::uint8_t { unknown, abort, reply, forged };

std::string_view to_string(Basis basis);
std::string_view to_string(Origin origin);
std::string_view to_string(Mode mode);

/// A clue's "yes", kept so that its sentence can be written when somebody asks.
struct Finding {
  const Clue* clue = nullptr;
  Frame frame = 0;
  std::int64_t a = 0, b = 0;
};

/// A cause that was not ruled out, with its probability in percent.
struct Alternative {
  const Cause* cause = nullptr;
  std::uint8_t confidence = 0;
};

/// Why a reset happened, as far as the capture can tell.
struct Verdict {
  const Cause* cause = nullptr;
  const Variant* variant = nullptr;
  const Situation* situation = nullptr;           ///< nullptr: none of the cause's own.
  std::int64_t situation_a = 0, situation_b = 0;  ///< Numbers for its sentences (Answer).
  Basis basis = Basis::unknown;
  Origin origin = Origin::unknown;
  Mode mode = Mode::unknown;
  State state = State::unknown;
  std::uint8_t confidence = 0;   ///< Percent.
  bool benign = false;           ///< Nothing to fix.
  Stack stack = Stack::unknown;  ///< Of the end that the reset names as its sender...
  Frame stack_frame = 0;         ///< ... and the segment that shows it.
  bool may_be_linux = true;      ///< What Linux calls it may be told.
  std::string_view kernel_reason, netstat;
  Frame trigger = 0, root = 0;
  TriggerKind trigger_kind = TriggerKind::none;
  std::uint32_t trigger_len = 0;  ///< Payload octets.
  Nanos idle = 0;
  /// Witnessed: what the packets alone would have been taken for, where that is another cause.
  const Cause* without_word = nullptr;
  std::uint8_t without_word_confidence = 0;
  std::uint64_t bytes_lost = 0;           ///< Those that no earlier reset of the connection told.
  std::vector<Finding> evidence;          ///< In the order of frames.
  std::vector<Alternative> alternatives;  ///< Most probable first.
};

/// A reader who compares the two sees no difference but in frames.
inline bool is_told_alike(const Verdict& left, const Verdict& right) {
  return left.cause == right.cause && left.confidence == right.confidence &&
         left.bytes_lost == right.bytes_lost;
}

/// A verdict with the reset that it is about.
struct Explained {
  Verdict verdict = {};
  Reset reset = {};
  Frame own_frame = 0;  ///< Its frame; reset.frame is its place in the true order (frame_order.h).
  std::uint32_t flow = 0;
  std::uint32_t before = 0;  ///< One more than the place of its flow's reset before this one.
  std::uint32_t stream = 0;
  bool has_stream = false;
  Frame duplicate_of = 0;
  std::uint8_t copies = 0;                ///< Of this very reset, seen so far.
  Frame revised = 0;                      ///< The later frame that changed the verdict.
  std::vector<std::string> context = {};  ///< What the application was doing.
  Frame last_ping = 0, last_pong = 0;
  std::optional<std::uint32_t> outstanding = {};
  app::Protocol protocol = app::Protocol::none;  ///< What was spoken, where it was recognised.
  app::WebServer web_server = app::WebServer::unknown;  ///< Who answered by HTTP, if it says so.
  /// The words of X, or else of its peer, that tell why the connection ended, for a sentence to
  /// quote; bounded and printable. Empty where there were none.
  std::string last_words = {};
  std::string_view remedy = {};  ///< What the application's words suggest to change; static text.
  Nanos ping_period = 0;         ///< Of the Redis client's PINGs, where they came evenly; else 0.

  Frame frame() const { return own_frame; }
  Nanos time() const { return reset.time; }
  End from() const { return reset.x_end; }
};

}  // namespace rstcause
