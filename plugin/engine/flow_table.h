// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <cstdint>

#include "engine/attic.h"
#include "engine/flow.h"
#include "engine/mix.h"
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
  [[gnu::always_inline]] Found find(const Tuple& tuple) {
    Found found;
    if (slots_.empty()) return found;
    slots_.find(hash_of(tuple), [&](std::uint32_t id) __attribute__((always_inline)) {
      Flow& flow = (*this)[id];
      if (comes_from(End::a, flow, tuple))
        found = {&flow, End::a};
      else if (comes_from(End::b, flow, tuple))
        found = {&flow, End::b};
      return found.flow != nullptr;
    });
    return found;
  }
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
  /// The same for both directions.
  static std::uint32_t hash_of(const Tuple& t) {
    const std::uint64_t both = mixed_end(t.src, t.sport) + mixed_end(t.dst, t.dport);
    return static_cast<std::uint32_t>((both * 0x9E3779B97F4A7C15ULL) >> 32U);
  }

  /// Whether that end of the flow is the tuple's source, and the other one its destination.
  static bool comes_from(End end, const Flow& flow, const Tuple& t) {
    const End peer = other(end);
    return flow.port(end) == t.sport && flow.port(peer) == t.dport && flow.address(end) == t.src &&
           flow.address(peer) == t.dst;
  }

  /// So many connections may be at work at a time before packing begins to cost.
  static constexpr std::uint32_t kWarm = 4096;

  Attic<Flow, PackedFlow, kWarm> flows_;
  Slots<1024> slots_;
  std::size_t used_ = 0;
};

}  // namespace rstcause
