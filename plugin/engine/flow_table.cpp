// SPDX-License-Identifier: GPL-2.0-or-later
#include "engine/flow_table.h"

namespace rstcause {
namespace {

/// The same for both directions.
std::uint32_t hash_of(const Tuple& tuple) {
  const std::uint64_t both = mixed_end(tuple.src, tuple.sport) + mixed_end(tuple.dst, tuple.dport);
  return static_cast<std::uint32_t>((both * 0x9E3779B97F4A7C15ULL) >> 32U);
}

/// Whether that end of the flow is the tuple's source, and the other one its destination.
bool comes_from(End end, const Flow& flow, const Tuple& t) {
  const End peer = other(end);
  return flow.port(end) == t.sport && flow.port(peer) == t.dport && flow.address(end) == t.src &&
         flow.address(peer) == t.dst;
}

}  // namespace

Flow* Flow::previous() const {
  return previous_ == 0 ? nullptr : &(*home_)[previous_];
}

FlowTable::Found FlowTable::find(const Tuple& tuple) {
  Found found;
  if (slots_.empty()) return found;
  slots_.find(hash_of(tuple), [&](std::uint32_t id) {
    Flow& flow = (*this)[id];
    if (comes_from(End::a, flow, tuple))
      found = {&flow, End::a};
    else if (comes_from(End::b, flow, tuple))
      found = {&flow, End::b};
    return found.flow != nullptr;
  });
  return found;
}

Flow& FlowTable::open(const Segment& first, const Flow* latest) {
  slots_.make_room(used_);
  if (flows_.empty()) flows_.set_epoch(first.time);
  const std::uint32_t before = latest == nullptr ? 0 : latest->id();
  const auto id = static_cast<std::uint32_t>(flows_.size() + 1);
  Flow& flow = flows_.emplace_back(id, first, before);
  flow.home_ = this;
  const std::uint32_t hash = hash_of(first.tuple);
  slots_.find(hash, [&](std::uint32_t number) { return number == before; }) = {hash, id};
  if (before == 0) ++used_;
  return flow;
}

}  // namespace rstcause
