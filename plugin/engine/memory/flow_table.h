// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <cstdint>

#include "engine/memory/archive.h"
#include "engine/memory/flow.h"
#include "engine/memory/hash.h"
#include "engine/memory/open_table.h"
#include "engine/memory/packed_flow.h"

namespace rstcause {

/// All flows of a capture, found by 4-tuple in either direction.
///
/// A flow that nothing was seen of for a while is packed away (archive.h), and comes back whole
/// when it is asked for: a reference holds until some 2,000 others were.
class FlowTable {
 public:
  /// A flow as one of its segments finds it.
  struct Found {
    Flow* flow = nullptr;
    End from = End::a;       ///< The end that `tuple.src` is.
    std::uint32_t hash = 0;  ///< For open(), where there is no flow.
  };
  /// The latest incarnation of this 4-tuple; no flow where there is none.
  [[gnu::always_inline]] Found find(const Tuple& tuple) {
    Found found{.hash = hash_of(tuple)};
    if (slots_.empty()) return found;
    slots_.find(
        found.hash, [&](std::uint32_t id) __attribute__((always_inline)) {
          Flow& flow = (*this)[id];
          if (comes_from(End::a, flow, tuple))
            found.from = End::a;
          else if (comes_from(End::b, flow, tuple))
            found.from = End::b;
          else
            return false;
          found.flow = &flow;
          return true;
        });
    return found;
  }
  /// A new incarnation that begins with this segment; `latest`, what find() knows of its 4-tuple,
  /// is its previous().
  Flow& open(const Segment& first, const Flow* latest) {
    return open(first, latest, hash_of(first.tuple));
  }
  Flow& open(const Segment& first, const Flow* latest, std::uint32_t hash);

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
    return hash_of_ends(hash_part(t.src, t.sport) + hash_part(t.dst, t.dport));
  }

  /// Whether that end of the flow is the tuple's source, and the other one its destination.
  [[gnu::always_inline]] static bool comes_from(End end, const Flow& flow, const Tuple& t) {
    const End peer = other(end);
    return flow.port(end) == t.sport && flow.port(peer) == t.dport && flow.address(end) == t.src &&
           flow.address(peer) == t.dst;
  }

  /// So many connections may be at work at a time before packing begins to cost.
  static constexpr std::uint32_t kWarm = 4096;

  Archive<Flow, PackedFlow, kWarm> flows_;
  OpenTable<1024> slots_;
  std::size_t used_ = 0;
};

}  // namespace rstcause
