// SPDX-License-Identifier: GPL-2.0-or-later
#include "resp/ordering.h"

#include <algorithm>
#include <utility>

namespace rstcause::resp {
namespace {

/// From `start` to `seq` on the shorter way round the circle; negative when it lies behind.
std::int32_t distance(std::uint32_t start, std::uint32_t seq) {
  return static_cast<std::int32_t>(seq - start);
}

}  // namespace

void Ordering::expect(std::uint32_t first_seq) {
  if (known_) return;
  next_ = first_seq;
  known_ = true;
}

Ordering::Place Ordering::place(std::uint32_t seq, Run& run, std::uint64_t may_skip,
                                std::uint64_t& skipped) {
  skipped = 0;
  expect(seq);
  const std::int32_t ahead = distance(next_, seq);
  if (ahead > 0) {
    if (static_cast<std::uint64_t>(ahead) > may_skip) return Place::early;
    skipped = static_cast<std::uint64_t>(ahead);
  } else {
    const auto seen = static_cast<std::size_t>(-static_cast<std::int64_t>(ahead));
    if (seen >= run.octets.size()) return Place::old;
    run.octets.remove_prefix(seen);
    seq = next_;
  }
  next_ = seq + static_cast<std::uint32_t>(run.octets.size());
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

std::optional<Ordering::Held> Ordering::take_held(std::uint64_t may_skip) {
  if (!held_) return std::nullopt;
  auto& pieces = held_->pieces;
  const std::int32_t ahead = distance(next_, pieces.front().seq);
  if (ahead > 0 && static_cast<std::uint64_t>(ahead) > may_skip) return std::nullopt;
  Held first = std::move(pieces.front());
  pieces.erase(pieces.begin());
  held_->octets -= first.octets.size();
  if (pieces.empty()) held_.reset();
  return first;
}

void Ordering::give_up_hole() {
  if (held_) jump_to(held_->pieces.front().seq);
}

void Ordering::jump_to(std::uint32_t seq) {
  next_ = seq;
  known_ = true;
}

bool Ordering::has_old_hole(std::int64_t now_ns) const {
  return held_ && now_ns - held_->pieces.front().time_ns > kMaxWaitNs;
}

std::uint32_t Ordering::unseen_before(std::uint32_t ack) const {
  const std::int32_t ahead = known_ ? distance(next_, ack) : 0;
  return ahead > 0 ? static_cast<std::uint32_t>(ahead) : 0;
}

}  // namespace rstcause::resp
