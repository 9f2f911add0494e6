// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <cstdint>
#include <deque>
#include <vector>

#include "engine/flow.h"

namespace rstcause {

/// All flows of a capture, found by 4-tuple in either direction.
///
/// Open addressing over indices: eight octets a connection beside the flow itself. Flows
/// never move and live as long as the table, since verdicts refer to them.
class FlowTable {
 public:
  /// The latest incarnation of this 4-tuple, or nullptr.
  Flow* find(const Tuple& tuple);
  /// A new incarnation that begins with this segment; the older one, if any, is its previous().
  Flow& open(const Segment& first);

  const Flow& operator[](std::uint32_t id) const { return flows_[id - 1]; }
  Flow& operator[](std::uint32_t id) { return flows_[id - 1]; }
  std::size_t size() const { return flows_.size(); }

 private:
  struct Slot {
    std::uint32_t hash = 0;
    std::uint32_t flow = 0;  ///< Flow::id(), 0: free.
  };

  Slot& slot_of(const Tuple& tuple, std::uint32_t hash);
  void grow();

  std::deque<Flow> flows_;
  std::vector<Slot> slots_;
  std::size_t used_ = 0;
};

}  // namespace rstcause
