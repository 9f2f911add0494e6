// SPDX-License-Identifier: GPL-2.0-or-later
#include "engine/flow_table.h"

#include <algorithm>
#include <array>

namespace rstcause {
namespace {

constexpr std::size_t kFirstSize = 1024;

std::uint64_t hash_end(const Address& address, std::uint16_t port) {
  const std::array<std::uint64_t, 2> halves = address.halves();
  std::uint64_t mixed = (halves[0] + (std::uint64_t{port} << 40U)) * 0x9E3779B97F4A7C15ULL;
  mixed = (mixed ^ halves[1]) * 0xC2B2AE3D27D4EB4FULL;
  return mixed ^ (mixed >> 32U);
}

/// The same for both directions.
std::uint32_t hash_of(const Tuple& tuple) {
  const std::uint64_t both = hash_end(tuple.src, tuple.sport) + hash_end(tuple.dst, tuple.dport);
  return static_cast<std::uint32_t>((both * 0x9E3779B97F4A7C15ULL) >> 32U);
}

bool same_connection(const Flow& flow, const Tuple& t) {
  const auto is = [&](End end, const Address& address, std::uint16_t port) {
    return flow.port(end) == port && flow.address(end) == address;
  };
  return (is(End::a, t.src, t.sport) && is(End::b, t.dst, t.dport)) ||
         (is(End::b, t.src, t.sport) && is(End::a, t.dst, t.dport));
}

/// Where the search for a hash begins in so many places.
std::size_t start_of(std::uint32_t hash, std::size_t places) {
  return static_cast<std::size_t>((std::uint64_t{hash} * places) >> 32U);
}

}  // namespace

Flow* Flow::previous() const {
  return previous_ == 0 ? nullptr : &(*home_)[previous_];
}

FlowTable::Slot& FlowTable::slot_of(const Tuple& tuple, std::uint32_t hash, Flow*& found) {
  Slot* const begin = slots_.data();
  Slot* const end = begin + slots_.size();
  Slot* slot = begin + start_of(hash, slots_.size());
  for (; slot->flow != 0; slot = slot + 1 == end ? begin : slot + 1) {
    if (slot->hash != hash) continue;
    Flow& flow = (*this)[slot->flow];
    if (!same_connection(flow, tuple)) continue;
    found = &flow;
    break;
  }
  return *slot;
}

Flow* FlowTable::find(const Tuple& tuple) {
  Flow* found = nullptr;
  if (!slots_.empty()) slot_of(tuple, hash_of(tuple), found);
  return found;
}

Flow& FlowTable::open(const Segment& first) {
  if (slots_.size() * 4 <= used_ * 5 + 5) grow();
  if (flows_.empty()) flows_.set_epoch(first.time);
  const std::uint32_t hash = hash_of(first.tuple);
  Flow* previous = nullptr;
  Slot& slot = slot_of(first.tuple, hash, previous);
  const auto id = static_cast<std::uint32_t>(flows_.size() + 1);
  Flow& flow = flows_.emplace_back(id, first, previous == nullptr ? 0 : previous->id());
  flow.home_ = this;
  if (previous == nullptr) ++used_;
  slot = {hash, id};
  return flow;
}

/// By half, so that few places stand empty.
void FlowTable::grow() {
  std::vector<Slot> old(std::max(kFirstSize, slots_.size() + slots_.size() / 2));
  old.swap(slots_);
  for (const Slot& slot : old) {
    if (slot.flow == 0) continue;
    std::size_t at = start_of(slot.hash, slots_.size());
    while (slots_[at].flow != 0) {
      if (++at == slots_.size()) at = 0;
    }
    slots_[at] = slot;
  }
}

}  // namespace rstcause
