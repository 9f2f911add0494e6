// SPDX-License-Identifier: GPL-2.0-or-later
#include "resp/ledger.h"

#include <algorithm>
#include <utility>

namespace rstcause::resp {
namespace {

bool is_subscribing(Part part) {
  return part == Part::subscribe || part == Part::unsubscribe;
}

/// Whose effect on the conversation waits for EXEC when sent inside MULTI.
bool changes_the_conversation(Part part) {
  return is_subscribing(part) || part == Part::client || part == Part::monitor ||
         part == Part::psync || part == Part::sync;
}

/// What a replica tells its master every second, and nobody else.
bool is_acknowledging(Part part, const CommandView& view) {
  return part == Part::replconf && same_word("ACK", view.word[1]);
}

std::uint16_t confirmations_of(std::int64_t words) {
  return static_cast<std::uint16_t>(std::clamp<std::int64_t>(words - 1, 0, UINT16_MAX));
}

/// True when a reply of this form may answer that command.
bool admits(const PendingCommand& entry, const Reply& reply) {
  if (reply.error) return true;
  if (is_queued(reply)) return true;  // the MULTI may have come before the capture
  if (entry.queued) return false;
  const Part part = part_of(entry.word);
  if (is_subscribing(part)) return false;
  if (part == Part::ping && (shape_of(reply) & kGroup) != 0) return reply.first == "pong";
  return (shapes_of(entry.word) & shape_of(reply)) != 0;
}

}  // namespace

void Ledger::begin(bool from_start) {
  subscribed_ = from_start ? Subscribed::never : Subscribed::unknown;
}

bool Ledger::command(PendingCommand entry, const CommandView& view) {
  const Part part = part_of(entry.word);
  if (is_replica()) return false;
  if (is_acknowledging(part, view)) {  // PSYNC was not seen
    link_ = Link::replica;
    queue_.clear();
    return false;
  }
  const bool silent = silence(part, view);
  enter_transaction(part, entry);
  if (silent) return false;
  if (is_subscribing(part) && !entry.queued) entry.confirmations = confirmations_of(view.words);
  return lost_ || push_entry(entry, part);
}

/// CLIENT REPLY OFF, SKIP and ON: whether this command goes unanswered.
bool Ledger::silence(Part part, const CommandView& view) {
  if (part == Part::client && same_word("REPLY", view.word[1]) && !in_multi_) {
    if (same_word("ON", view.word[2])) {
      replies_off_ = skip_next_ = false;
      return false;
    }
    if (same_word("OFF", view.word[2])) return replies_off_ = true;
    if (same_word("SKIP", view.word[2])) return skip_next_ = true;
  }
  if (replies_off_) return true;
  return std::exchange(skip_next_, false);
}

void Ledger::enter_transaction(Part part, PendingCommand& entry) {
  if (part == Part::multi) {
    in_multi_ = true;
  } else if (part == Part::exec || part == Part::discard || part == Part::reset) {
    if (odd_multi_ && part == Part::exec) lose();
    in_multi_ = odd_multi_ = false;
  } else if (in_multi_ && part != Part::quit) {
    entry.queued = true;
    odd_multi_ = odd_multi_ || changes_the_conversation(part);
  }
}

bool Ledger::push_entry(const PendingCommand& entry, Part part) {
  const bool kept = queue_.push(entry);
  if (!kept && (changes_the_conversation(part) || part == Part::reset)) lose();
  return true;
}

Ledger::Answer Ledger::reply(const Reply& reply) {
  if (auto answer = unasked(reply)) return *answer;
  drop_confirmed();
  if (lost_) return {};
  const PendingCommand* front = queue_.front();
  if (!front) {
    // Commands only counted have lost their names, not their order. A reply to nothing breaks
    // the order, but an error may come unasked: the last word before a server closes.
    if (queue_.size() == 0 && !reply.error) lose();
    queue_.pop();
    return {};
  }
  const PendingCommand entry = *front;
  if (!admits(entry, reply)) {
    lose();
    return {};
  }
  queue_.pop();
  take_effect(entry, reply);
  return {false, entry};
}

Ledger::Answer Ledger::snapshot() {
  const bool after_sync = awaits_sync();
  link_ = Link::replica;
  Answer answer{!after_sync, std::nullopt};
  if (after_sync) answer.command = *queue_.front();
  queue_.clear();
  return answer;
}

std::optional<Ledger::Answer> Ledger::unasked(const Reply& reply) {
  if (reply.type != Type::array && reply.type != Type::push) {
    if (monitor_ && is_monitor_line(reply)) return Answer{true, {}};
    return std::nullopt;
  }
  if (auto answer = confirmation(reply)) return answer;
  return reply.type == Type::push ? Answer{true, {}} : published(reply);
}

/// RESP2 has no type for what is published: an array of a known form, in subscribed mode.
std::optional<Ledger::Answer> Ledger::published(const Reply& reply) {
  if (!is_published(reply) || subscribed_ == Subscribed::never) return std::nullopt;
  if (subscribed_ == Subscribed::unknown) {
    const Part part = queue_.front() ? part_of(queue_.front()->word) : Part::ping;
    if (part != Part::ping && !is_subscribing(part)) lose();
    subscribed_ = Subscribed::now;
  }
  return Answer{true, {}};
}

std::optional<Ledger::Answer> Ledger::confirmation(const Reply& reply) {
  const bool joins = is_subscription(reply);
  if (!joins && !is_unsubscription(reply)) return std::nullopt;
  const auto asked_by = [&](const PendingCommand* entry) {
    return !lost_ && entry && !entry->queued && same_word(spelling(entry->word), reply.first);
  };
  if (!asked_by(queue_.front())) drop_confirmed();
  PendingCommand* front = queue_.front();
  const bool ours = asked_by(front);
  if (reply.cut && !ours) return std::nullopt;
  const bool stays = reply.third.value_or(joins ? 1 : 0) > 0;
  if (stays || subscribed_ != Subscribed::never) {
    subscribed_ = stays ? Subscribed::now : Subscribed::before;
  }
  const bool last = is_last_of_its_kind(reply);
  // A slot moved away; but where the command may have been missed, nobody knows.
  if (!ours) return Answer{!lost_ || reply.type == Type::push, {}};
  front->answered = true;
  const Answer answer{false, *front};
  const bool counted = front->confirmations > 0;
  if (counted ? --front->confirmations == 0 : last) queue_.pop();
  return answer;
}

/// Keeps count of what is subscribed to: a confirmation tells the sum of channels and patterns,
/// or the number of shard channels. True when it leaves none of its kind.
bool Ledger::is_last_of_its_kind(const Reply& reply) {
  if (!reply.third) return false;
  const auto sum = static_cast<std::int32_t>(std::clamp<std::int64_t>(*reply.third, 0, INT32_MAX));
  if (reply.first == "ssubscribe" || reply.first == "sunsubscribe") return sum == 0;
  const bool pattern = reply.first.front() == 'p';
  std::int32_t& mine = pattern ? patterns_ : channels_;
  mine = std::max(sum - (pattern ? channels_ : patterns_), 0);
  return sum == 0 || mine == 0;
}

void Ledger::take_effect(const PendingCommand& entry, const Reply& reply) {
  if (entry.queued || is_queued(reply)) return;
  switch (part_of(entry.word)) {
    case Part::multi:
      if (reply.error && reply.error_text.find("nested") == reply.error_text.npos) {
        in_multi_ = odd_multi_ = false;
      }
      return;
    case Part::monitor:
      monitor_ = !reply.error;
      return;
    case Part::reset:
      if (reply.error) return;
      monitor_ = false;
      channels_ = patterns_ = 0;
      if (subscribed_ != Subscribed::never) subscribed_ = Subscribed::before;
      return;
    case Part::psync:
      if (reply.line.starts_with("FULLRESYNC")) link_ = Link::replica_to_be;
      if (reply.line.starts_with("CONTINUE")) link_ = Link::replica;
      if (is_replica()) queue_.clear();
      return;
    default:
      return;
  }
}

/// UNSUBSCRIBE without channels is confirmed as often as there were channels: it is over when
/// something else comes.
void Ledger::drop_confirmed() {
  const PendingCommand* front = queue_.front();
  if (front && front->answered && front->confirmations == 0) queue_.pop();
}

void Ledger::lose() {
  lost_ = true;
  if (subscribed_ == Subscribed::never) subscribed_ = Subscribed::unknown;
  queue_.clear();
}

void Ledger::resume() {
  lost_ = false;
  in_multi_ = odd_multi_ = skip_next_ = false;
  queue_.clear();
}

bool Ledger::awaits_sync() const {
  const PendingCommand* front = queue_.front();
  return !lost_ && front && !front->queued && part_of(front->word) == Part::sync;
}

bool Ledger::streams() const {
  return is_replica() || monitor_ || subscribed_ == Subscribed::now;
}

std::optional<std::uint32_t> Ledger::outstanding() const {
  if (lost_ || is_replica()) return std::nullopt;
  const PendingCommand* front = queue_.front();
  const bool over = front && front->answered && front->confirmations == 0;
  return queue_.size() - (over ? 1U : 0U);
}

}  // namespace rstcause::resp
