// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <cstdint>
#include <vector>

#include "engine/attic.h"
#include "engine/flow.h"
#include "engine/packed_flow.h"

namespace rstcause {

/// All flows of a capture, found by 4-tuple in either direction.
///
/// A flow that nothing was seen of for a while is packed away (attic.h), and comes back whole
/// when it is asked for: a reference holds until some 2,000 others were.
class FlowTable {
 public:
  /// The latest incarnation of this 4-tuple, or nullptr.
  Flow* find(const Tuple& tuple);
  /// A new incarnation that begins with this segment; the older one, if any, is its previous().
  Flow& open(const Segment& first);

  Flow& operator[](std::uint32_t id) {
    Flow& flow = flows_[id - 1];
    flow.home_ = this;
    return flow;
  }
  /// This flow's reference holds until another is kept.
  void hold(const Flow& flow) { flows_.hold(flow.id() - 1); }
  void put_all_away() { flows_.put_all_away(); }
  std::size_t size() const { return flows_.size(); }

 private:
  struct Slot {
    std::uint32_t hash = 0;
    std::uint32_t flow = 0;  ///< Flow::id(), 0: free.
  };

  /// The place of that tuple, and the flow that has it, if one does.
  Slot& slot_of(const Tuple& tuple, std::uint32_t hash, Flow*& found);
  void grow();

  /// So many connections may be at work at a time before packing begins to cost.
  static constexpr std::uint32_t kWarm = 4096;

  Attic<Flow, PackedFlow, kWarm> flows_;
  std::vector<Slot> slots_;
  std::size_t used_ = 0;
};

}  // namespace rstcause
