// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include "engine/memory/flow.h"
#include "engine/memory/pack.h"

namespace rstcause {

/// A Flow as octets: for Archive.
///
/// Each type's fields are named one by one, so that a new one does not compile before it has its
/// place here.
struct PackedFlow {
  static void pack(Flow& flow, Packer& into);
  static void unpack(Flow* where, Unpacker& from);
  /// What the flow owns on the heap now belongs to its octets.
  static void let_go(Flow& flow);
  static bool owns(const std::uint8_t* octets) { return (octets[0] & 1U) != 0; }

 private:
  template <typename Io>
  static void code(Io& io, Flow& flow);
};

}  // namespace rstcause
