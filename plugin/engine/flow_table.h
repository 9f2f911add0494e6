// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <cstdint>

#include "engine/attic.h"
#include "engine/flow.h"
#include "engine/packed_flow.h"
#include "engine/slots.h"

namespace rstcause {

/// All flows of a capture, found by 4-tuple in either direction.
///
/// A flow that nothing was seen of for a while is packed away (attic.h), and comes back whole
/// when it is asked for: a reference holds until some 2,000 others were.
class FlowTable {
 public:
  /// A flow as one of its segments finds it.
  struct Found {
    Flow* flow = nullptr;
    End from = End::a;  ///< The end that `tuple.src` is.
  };
  /// The latest incarnation of this 4-tuple; no flow where there is none.
  Found find(const Tuple& tuple);
  /// A new incarnation that begins with this segment; `latest`, what find() knows of its 4-tuple,
  /// is its previous().
  Flow& open(const Segment& first, const Flow* latest);

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
  /// So many connections may be at work at a time before packing begins to cost.
  static constexpr std::uint32_t kWarm = 4096;

  Attic<Flow, PackedFlow, kWarm> flows_;
  Slots<1024> slots_;
  std::size_t used_ = 0;
};

}  // namespace rstcause
