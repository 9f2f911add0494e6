// SPDX-License-Identifier: GPL-2.0-or-later
#include "resp/ordering.h"

#include <algorithm>
#include <utility>

#include "resp/place.h"

namespace rstcause::resp {

void Ordering::expect(std::uint32_t first_seq) {
  if (known_) return;
  next_ = acknowledged_ = first_seq;
  known_ = true;
}

void Ordering::heed(std::uint32_t ack) {
  expect(ack);
  if (distance(acknowledged_, ack) > 0) acknowledged_ = ack;
}

bool Ordering::is_acknowledged(std::uint32_t seq) const {
  return known_ && distance(seq, acknowledged_) >= 0;
}

Ordering::Place Ordering::place(std::uint32_t seq, Run& run) {
  expect(seq);
  const auto length = static_cast<std::uint32_t>(run.octets.size());
  const resp::Place stands = place_of(next_, seq, length);
  if (stands.missing != 0) return Place::early;
  if (stands.seen == length) return Place::old;
  run.octets.remove_prefix(stands.seen);
  next_ += static_cast<std::uint32_t>(run.octets.size());
  begun_ = true;
  return Place::next;
}

bool Ordering::hold(std::uint32_t seq, const Run& run) {
  if (run.octets.size() > kMaxHeldOctets) return false;
  if (!held_) held_ = std::make_unique<Hold>();
  auto& pieces = held_->pieces;
  const auto at = std::find_if(pieces.begin(), pieces.end(),
                               [&](const Held& held) { return distance(seq, held.seq) >= 0; });
  const bool again = at != pieces.end() && at->seq == seq && at->octets.size() >= run.octets.size();
  if (again) return true;
  if (pieces.size() == kMaxHeldPieces || held_->octets + run.octets.size() > kMaxHeldOctets) {
    return false;
  }
  held_->octets += run.octets.size();
  pieces.insert(at, Held{seq, run.frame, run.time_ns, std::string(run.octets)});
  return true;
}

std::optional<Ordering::Held> Ordering::take_held() {
  if (!held_ || hole() > 0) return std::nullopt;
  auto& pieces = held_->pieces;
  Held first = std::move(pieces.front());
  pieces.erase(pieces.begin());
  held_->octets -= first.octets.size();
  if (pieces.empty()) held_.reset();
  return first;
}

std::uint32_t Ordering::hole() const {
  return held_ ? ahead(held_->pieces.front().seq) : 0;
}

std::uint32_t Ordering::ahead(std::uint32_t seq) const {
  return known_ ? place_of(next_, seq, 0).missing : 0;
}

bool Ordering::has_old_hole(std::int64_t now_ns) const {
  return held_ && now_ns - held_->pieces.front().time_ns > kMaxWaitNs;
}

}  // namespace rstcause::resp
