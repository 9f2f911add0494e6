// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "engine/address.h"
#include "engine/attic.h"

namespace rstcause {

/// An entry of a Directory, and how it is packed: for Attic.
template <typename T>
struct Listed {
  Address address;
  std::uint16_t port = 0;
  T entry;

  static void pack(Listed& listed, Packer& into);
  static void unpack(Listed* where, Unpacker& from);
  static void let_go(Listed&) {}
  static bool owns(const std::uint8_t*) { return false; }
};

/// Entries by address and port. T has a place for its own place: `id`.
template <typename T>
class Directory {
 public:
  /// The entry, made if there is none.
  T& get(const Address& address, std::uint16_t port) {
    if (slots_.size() * 4 <= entries_.size() * 5 + 5U) grow();
    const std::uint32_t hash = hash_of(address, port);
    Listed<T>* found = nullptr;
    Slot& slot = slot_of(address, port, hash, found);
    if (found != nullptr) return found->entry;
    Listed<T>& made = entries_.emplace_back();
    made.address = address;
    made.port = port;
    made.entry.id = entries_.size() - 1;
    slot = {hash, entries_.size()};
    return made.entry;
  }

  /// The entry, or nullptr.
  T* find(const Address& address, std::uint16_t port) {
    Listed<T>* found = nullptr;
    if (!slots_.empty()) slot_of(address, port, hash_of(address, port), found);
    return found == nullptr ? nullptr : &found->entry;
  }

  T& operator[](std::uint32_t id) { return entries_[id].entry; }
  void set_epoch(Nanos epoch) { entries_.set_epoch(epoch); }
  void put_all_away() { entries_.put_all_away(); }

 private:
  static constexpr std::uint32_t kWarm = 1024;
  static constexpr std::size_t kFirstSize = 64;

  struct Slot {
    std::uint32_t hash = 0;
    std::uint32_t entry = 0;  ///< One more than its place, 0: free.
  };

  static std::uint32_t hash_of(const Address& address, std::uint16_t port) {
    const std::array<std::uint64_t, 2> halves = address.halves();
    std::uint64_t mixed = (halves[0] + (std::uint64_t{port} << 40U)) * 0x9E3779B97F4A7C15ULL;
    mixed = ((mixed >> 32U) ^ mixed ^ halves[1]) * 0xC2B2AE3D27D4EB4FULL;
    return static_cast<std::uint32_t>(mixed >> 32U);
  }

  std::size_t start_of(std::uint32_t hash) const {
    return static_cast<std::size_t>((std::uint64_t{hash} * slots_.size()) >> 32U);
  }

  Slot& slot_of(const Address& address, std::uint16_t port, std::uint32_t hash, Listed<T>*& found) {
    std::size_t at = start_of(hash);
    while (slots_[at].entry != 0) {
      if (slots_[at].hash == hash) {
        Listed<T>& listed = entries_[slots_[at].entry - 1];
        if (listed.port == port && listed.address == address) {
          found = &listed;
          break;
        }
      }
      if (++at == slots_.size()) at = 0;
    }
    return slots_[at];
  }

  /// By half, so that few places stand empty.
  void grow() {
    std::vector<Slot> old(std::max(kFirstSize, slots_.size() + slots_.size() / 2));
    old.swap(slots_);
    for (const Slot& slot : old) {
      if (slot.entry == 0) continue;
      std::size_t at = start_of(slot.hash);
      while (slots_[at].entry != 0) {
        if (++at == slots_.size()) at = 0;
      }
      slots_[at] = slot;
    }
  }

  Attic<Listed<T>, Listed<T>, kWarm> entries_;
  std::vector<Slot> slots_;
};

}  // namespace rstcause
