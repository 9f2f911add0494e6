// SPDX-License-Identifier: GPL-2.0-or-later
// What a tracker can be asked when the connection ends.
#include "resp/tracker.h"

namespace rstcause::resp {

/// True when what was seen may be spoken of: RESP for sure, or an inline PING reported as such.
bool Tracker::may_be_told() const {
  return client_ && (recognition_ == Recognition::resp || told_early_);
}

std::optional<std::uint32_t> Tracker::last_ping() const {
  if (!may_be_told() || last_ping_ == 0) return std::nullopt;
  return last_ping_;
}

std::optional<std::uint32_t> Tracker::last_pong() const {
  if (!may_be_told() || last_pong_ == 0) return std::nullopt;
  return last_pong_;
}

std::optional<std::uint32_t> Tracker::outstanding() const {
  if (!may_be_told()) return std::nullopt;
  return ledger_.outstanding();
}

std::optional<CommandMark> Tracker::oldest_outstanding() const {
  const PendingCommand* front = ledger_.queue().front();
  if (!front || outstanding().value_or(0) == 0) return std::nullopt;
  return CommandMark{front->id, front->time_ns, spelling_of(front->word)};
}

std::optional<CommandMark> Tracker::last_command() const {
  if (!may_be_told() || last_word_ == kNoWord) return std::nullopt;
  return CommandMark{last_command_, last_command_time_ns_, spelling_of(last_word_)};
}

std::optional<ErrorMark> Tracker::last_error() const {
  return extras_ && may_be_told() ? extras_->last_error : std::nullopt;
}

bool Tracker::last_reply_was_error() const {
  return may_be_told() && error_last_;
}

std::optional<bool> Tracker::mid_message(Direction from) const {
  const Lane& here = lane(from);
  if (!may_be_told() || !here.ordering.has_begun()) return std::nullopt;
  if (here.framer.is_lost() || here.ordering.has_hole()) return std::nullopt;
  return here.framer.is_mid_message();
}

std::optional<bool> Tracker::last_reply_complete() const {
  if (!may_be_told()) return std::nullopt;
  const auto cut = mid_message(opposite(*client_));
  if (!cut || (!*cut && !replied_)) return std::nullopt;
  return !*cut;
}

unsigned Tracker::replies_since_command() const {
  return may_be_told() ? replies_ : 0;
}

std::optional<std::int64_t> Tracker::ping_period_ns() const {
  constexpr std::uint8_t kIntervals = 2;
  if (!may_be_told() || even_pings_ < kIntervals) return std::nullopt;
  return ping_period_ms_ * std::int64_t{1'000'000};
}

bool Tracker::streams() const {
  return may_be_told() && ledger_.streams();
}

}  // namespace rstcause::resp
