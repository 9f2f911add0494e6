// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "engine/memory/hash.h"
#include "engine/wire/address.h"

namespace rstcause {

/// Numbered entries by a hash of their keys: an open table, searched from the hash's place on.
/// Knows no keys; whoever asks compares them.
template <std::size_t kFirstSize>
class OpenTable {
 public:
  struct Slot {
    std::uint32_t hash = 0;
    std::uint32_t number = 0;  ///< Of the entry, from 1 on; 0: free.
  };

  bool empty() const { return slots_.empty(); }

  /// The slot of the entry of that hash for which `is_it(number)` holds, or the free slot where it
  /// would stand. The table must not be empty.
  template <typename IsIt>
  [[gnu::always_inline]] Slot& find(std::uint32_t hash, IsIt&& is_it) {
    Slot* const begin = slots_.data();
    Slot* const end = begin + slots_.size();
    Slot* slot = begin + start_of(hash);
    while (slot->number != 0 && !(slot->hash == hash && is_it(slot->number))) {
      if (++slot == end) slot = begin;
    }
    return *slot;
  }

  /// Makes sure that one more than `used` slots leave half of them free: fuller, most searches
  /// would look at several. Moves all of them.
  void make_room(std::size_t used) {
    if (slots_.size() <= used * 2 + 2) grow();
  }

 private:
  std::size_t start_of(std::uint32_t hash) const {
    return static_cast<std::size_t>((std::uint64_t{hash} * slots_.size()) >> 32U);
  }

  void grow() {
    std::vector<Slot> old(std::max(kFirstSize, slots_.size() * 2));
    old.swap(slots_);
    for (const Slot& slot : old) {
      if (slot.number != 0) find(slot.hash, [](std::uint32_t) { return false; }) = slot;
    }
  }

  std::vector<Slot> slots_;
};

}  // namespace rstcause
