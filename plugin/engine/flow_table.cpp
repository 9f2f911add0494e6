// SPDX-License-Identifier: GPL-2.0-or-later
#include "engine/flow_table.h"

#include <bit>

namespace rstcause {
namespace {

constexpr std::size_t kFirstSize = 1024;

std::uint64_t mix(std::uint64_t value) {
  value ^= value >> 32U;
  value *= 0x9E3779B97F4A7C15ULL;
  value ^= value >> 29U;
  return value;
}

std::uint64_t hash_end(const Address& address, std::uint16_t port) {
  std::uint64_t halves[2];
  static_assert(sizeof halves == sizeof address.octets);
  std::memcpy(halves, address.octets.data(), sizeof halves);
  return mix(halves[0] + mix(halves[1] + port + 1));
}

/// The same for both directions.
std::uint32_t hash_of(const Tuple& tuple) {
  const std::uint64_t both = hash_end(tuple.src, tuple.sport) + hash_end(tuple.dst, tuple.dport);
  return static_cast<std::uint32_t>(mix(both) >> 16U);
}

bool same_connection(const Flow& flow, const Tuple& t) {
  const auto is = [&](End end, const Address& address, std::uint16_t port) {
    return flow.port(end) == port && flow.address(end) == address;
  };
  return (is(End::a, t.src, t.sport) && is(End::b, t.dst, t.dport)) ||
         (is(End::b, t.src, t.sport) && is(End::a, t.dst, t.dport));
}

}  // namespace

FlowTable::Slot& FlowTable::slot_of(const Tuple& tuple, std::uint32_t hash) {
  const std::size_t mask = slots_.size() - 1;
  std::size_t at = hash & mask;
  while (slots_[at].flow != 0 &&
         !(slots_[at].hash == hash && same_connection((*this)[slots_[at].flow], tuple))) {
    at = (at + 1) & mask;
  }
  return slots_[at];
}

Flow* FlowTable::find(const Tuple& tuple) {
  if (slots_.empty()) return nullptr;
  const Slot& slot = slot_of(tuple, hash_of(tuple));
  return slot.flow == 0 ? nullptr : &(*this)[slot.flow];
}

Flow& FlowTable::open(const Segment& first) {
  if (slots_.empty() || used_ * 4 >= slots_.size() * 3) grow();
  const std::uint32_t hash = hash_of(first.tuple);
  Slot& slot = slot_of(first.tuple, hash);
  Flow* const previous = slot.flow == 0 ? nullptr : &(*this)[slot.flow];
  if (previous == nullptr) ++used_;
  const auto id = static_cast<std::uint32_t>(flows_.size() + 1);
  Flow& flow = flows_.emplace_back(id, first, previous);
  slot = {hash, id};
  return flow;
}

void FlowTable::grow() {
  std::vector<Slot> old(slots_.empty() ? kFirstSize : slots_.size() * 2);
  old.swap(slots_);
  const std::size_t mask = slots_.size() - 1;
  for (const Slot& slot : old) {
    if (slot.flow == 0) continue;
    std::size_t at = slot.hash & mask;
    while (slots_[at].flow != 0) at = (at + 1) & mask;
    slots_[at] = slot;
  }
}

}  // namespace rstcause
