// SPDX-License-Identifier: GPL-2.0-or-later
#include "engine/memory/flow_table.h"

namespace rstcause {

Flow* Flow::previous() const {
  return previous_ == 0 ? nullptr : &(*home_)[previous_];
}

const Flow* Flow::fellow(std::uint32_t id) const {
  return id == 0 || home_ == nullptr || id > home_->size() ? nullptr : &(*home_)[id];
}

Flow& FlowTable::open(const Segment& first, const Flow* latest, std::uint32_t hash) {
  slots_.make_room(used_);
  if (flows_.empty()) flows_.set_epoch(first.time);
  const std::uint32_t before = latest == nullptr ? 0 : latest->id();
  const auto id = static_cast<std::uint32_t>(flows_.size() + 1);
  Flow& flow = flows_.emplace_back(id, first, before);
  flow.home_ = this;
  slots_.find(hash, [&](std::uint32_t number) { return number == before; }) = {hash, id};
  if (before == 0) ++used_;
  return flow;
}

}  // namespace rstcause
