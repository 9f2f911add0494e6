// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <cstdint>

#include "engine/memory/archive.h"
#include "engine/memory/hash.h"
#include "engine/memory/open_table.h"
#include "engine/wire/address.h"

namespace rstcause {

/// An entry of a Directory, and how it is packed: for Archive.
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
  [[gnu::noinline]] T& get(const Address& address, std::uint16_t port) {
    slots_.make_room(entries_.size());
    Listed<T>* found = nullptr;
    auto& slot = slot_of(address, port, found);
    if (found != nullptr) return found->entry;
    Listed<T>& made = entries_.emplace_back();
    made.address = address;
    made.port = port;
    made.entry.id = entries_.size() - 1;
    slot = {hash_of(address, port), entries_.size()};
    return made.entry;
  }

  /// The entry, or nullptr.
  T* find(const Address& address, std::uint16_t port) {
    Listed<T>* found = nullptr;
    if (!slots_.empty()) slot_of(address, port, found);
    return found == nullptr ? nullptr : &found->entry;
  }

  T& operator[](std::uint32_t id) { return entries_[id].entry; }
  void set_epoch(Nanos epoch) { entries_.set_epoch(epoch); }
  void put_all_away() { entries_.put_all_away(); }

 private:
  static constexpr std::uint32_t kWarm = 1024;
  using Places = OpenTable<64>;

  static std::uint32_t hash_of(const Address& address, std::uint16_t port) {
    return hash_of_ends(hash_part(address, port));
  }

  Places::Slot& slot_of(const Address& address, std::uint16_t port, Listed<T>*& found) {
    return slots_.find(hash_of(address, port), [&](std::uint32_t number) {
      Listed<T>& listed = entries_[number - 1];
      if (listed.port != port || listed.address != address) return false;
      found = &listed;
      return true;
    });
  }

  Archive<Listed<T>, Listed<T>, kWarm> entries_;
  Places slots_;
};

}  // namespace rstcause
