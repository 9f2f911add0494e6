// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include "engine/judge/verdict.h"
#include "engine/memory/pack.h"

namespace rstcause {

/// An Explained as octets: for Archive.
///
/// Each type's fields are named one by one, so that a new one does not compile before it has its
/// place here. Sentences of the catalogue are no part of it: only which clues said yes, with
/// their frames and numbers.
struct PackedVerdict {
  static void pack(Explained& made, Packer& into);
  static void unpack(Explained* where, Unpacker& from);
  static void let_go(Explained&) {}
  static bool owns(const std::uint8_t*) { return false; }
};

}  // namespace rstcause
