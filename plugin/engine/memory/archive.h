// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <algorithm>
#include <cassert>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <new>
#include <stdexcept>
#include <utility>
#include <vector>

#include "engine/memory/pack.h"

namespace rstcause {

#if defined(__SANITIZE_ADDRESS__)
/// Slots are used again, so that a reference that was kept for too long reads another object, and
/// AddressSanitizer sees nothing. For it each object stands in memory of its own, which is freed
/// when the object is packed away.
inline constexpr bool kSlotsAreReused = false;
#else
inline constexpr bool kSlotsAreReused = true;
#endif

/// Octets by their place, in pieces of eight; what is given back is used again for as many.
class Slabs {
 public:
  /// Puts octets away. Their place, which is never 0.
  std::uint32_t put(const std::uint8_t* octets, std::size_t count) {
    const std::size_t units = (kHead + count + kUnit - 1) / kUnit;
    if (units > UINT16_MAX) throw std::length_error("too much to be packed");
    const std::uint32_t place = take_units(units);
    const auto head = static_cast<std::uint16_t>(units);
    std::memcpy(start(place), &head, kHead);
    std::memcpy(start(place) + kHead, octets, count);
    return place;
  }
  const std::uint8_t* at(std::uint32_t place) const { return start(place) + kHead; }
  void give_back(std::uint32_t place) {
    std::uint16_t units = 0;
    std::memcpy(&units, start(place), kHead);
    if (free_.size() <= units) free_.resize(units + 1U);
    std::memcpy(start(place), &free_[units], sizeof(std::uint32_t));
    free_[units] = place;
  }

 private:
  static constexpr std::size_t kUnit = 8;
  static constexpr std::size_t kHead = 2;               ///< The number of units.
  static constexpr std::size_t kSlabUnits = 1U << 13U;  ///< 64 KiB; longer octets get their own.
  static constexpr std::size_t kMostSlabs = (1U << 30U) / kSlabUnits;  ///< A place has 30 bits.

  std::uint8_t* start(std::uint32_t place) const {
    std::uint8_t* const slab = slabs_[place / kSlabUnits].get();
    return slab + static_cast<std::size_t>(place % kSlabUnits) * kUnit;
  }

  std::uint32_t take_units(std::size_t units) {
    if (units < free_.size() && free_[units] != 0) {
      const std::uint32_t place = free_[units];
      std::memcpy(&free_[units], start(place), sizeof(std::uint32_t));
      return place;
    }
    if (slabs_.empty() || used_ + units > kSlabUnits) add_slab(units);
    const auto place = static_cast<std::uint32_t>((slabs_.size() - 1) * kSlabUnits + used_);
    used_ += units;
    return place;
  }

  void add_slab(std::size_t units) {
    if (slabs_.size() == kMostSlabs) throw std::length_error("too much is packed away");
    const std::size_t octets = std::max(units, kSlabUnits) * kUnit;
    slabs_.push_back(std::make_unique_for_overwrite<std::uint8_t[]>(octets));
    used_ = slabs_.size() == 1 ? 1 : 0;
    if (used_ + units > kSlabUnits) used_ = 0;
  }

  std::vector<std::unique_ptr<std::uint8_t[]>> slabs_;
  std::vector<std::uint32_t> free_;  ///< By their units: the first place of a chain, 0: none.
  std::size_t used_ = 0;             ///< Units of the last slab.
};

/// A growing list of which only what was used of late stands as objects; the rest is packed
/// away and unpacked when somebody asks for it. Nothing is lost by that.
///
/// kWarm items stand as objects, and where that proves too few, up to eight times as many: so many
/// are asked for in turns that each is packed away when its turn comes again. To walk through all
/// of them once is no such need.
///
/// A reference holds until kWarm / 2 other items were asked for. `Item` tells how a T is built
/// and packed:
///   static void pack(T&, Packer&);             and leaves the T to be destroyed
///   static void unpack(T* where, Unpacker&);   builds it
template <typename T, typename Item, std::uint32_t kWarm>
class Archive {
 public:
  Archive() = default;
  Archive(const Archive&) = delete;
  Archive& operator=(const Archive&) = delete;
  ~Archive() {
    for (std::uint32_t slot = 0; slot < slots_; ++slot) {
      if (owner_[slot] != kNobody) std::destroy_at(object(slot));
      give_back_room(slot);
    }
    for (std::uint32_t i = 0; i < places_.size(); ++i) {
      if (!is_warm(i) && Item::owns(packed(i))) discard(i);
    }
  }

  std::uint32_t size() const { return static_cast<std::uint32_t>(places_.size()); }
  bool empty() const { return places_.empty(); }

  /// Appends an item built from these.
  template <typename... Arguments>
  T& emplace_back(Arguments&&... arguments) {
    const std::uint32_t slot = free_slot();
    places_.push_back(kWarmBit | slot);
    T* made = nullptr;
    try {
      made = std::construct_at(object(slot), std::forward<Arguments>(arguments)...);
    } catch (...) {
      places_.pop_back();
      throw;
    }
    owner_[slot] = size() - 1;
    has_returned_[slot] = 0;
    touched_[slot] = ++now_;
    return *made;
  }

  T& operator[](std::size_t index) {
    const auto place = places_[index];
    const std::uint32_t slot =
        (place & kWarmBit) != 0 ? place & ~kWarmBit : warm(static_cast<std::uint32_t>(index));
    touched_[slot] = ++now_;
    return *object(slot);
  }
  T& back() { return (*this)[size() - 1]; }

  /// Keeps this item, the last one asked for, until another is kept, however many others are
  /// asked for.
  void hold(std::size_t index) {
    assert(is_warm(static_cast<std::uint32_t>(index)));
    held_ = places_[index] & ~kWarmBit;
  }

  /// Packs all of it away. No reference holds after that.
  void put_all_away() {
    held_ = kNobody;
    for (std::uint32_t slot = 0; slot < slots_; ++slot) {
      if (owner_[slot] != kNobody) put_away(slot);
    }
  }

  /// Times are packed as spans from this one. To be told before the first item.
  void set_epoch(Nanos epoch) { epoch_ = epoch; }

 private:
  static constexpr std::uint32_t kWarmBit = 1U << 31U;
  static constexpr std::uint32_t kReturnedBit = 1U << 30U;
  static constexpr std::uint32_t kNobody = UINT32_MAX;
  static constexpr std::uint32_t kMostWarm = 8 * kWarm;
  static constexpr std::uint32_t kBlock = 32;  ///< Slots are made by so many.
  static_assert(kWarm % kBlock == 0);

  struct Block {
    alignas(T) std::byte slots[kBlock][sizeof(T)];
  };

  bool is_warm(std::uint32_t index) const { return (places_[index] & kWarmBit) != 0; }
  /// The octets of an item that is not warm.
  const std::uint8_t* packed(std::uint32_t index) const {
    return slabs_.at(places_[index] & ~kReturnedBit);
  }
  T* object(std::uint32_t slot) { return std::launder(objects_[slot]); }

  void take_room(std::uint32_t slot) {
    if constexpr (!kSlotsAreReused) {
      if (objects_[slot] == nullptr) objects_[slot] = static_cast<T*>(::operator new(sizeof(T)));
    }
  }
  void give_back_room(std::uint32_t slot) {
    if constexpr (!kSlotsAreReused) ::operator delete(std::exchange(objects_[slot], nullptr));
  }

  std::uint32_t free_slot() {
    if (slots_ == blocks_.size() * kBlock && slots_ < most_) {
      // The block comes last: without memory for all of them there is none.
      const std::size_t slots = (blocks_.size() + 1) * kBlock;
      owner_.resize(slots, kNobody);
      touched_.resize(slots);
      has_returned_.resize(slots);
      objects_.resize(slots);
      blocks_.push_back(std::make_unique_for_overwrite<Block>());
      T** place = &objects_[slots - kBlock];
      for (auto& octets : blocks_.back()->slots)
        *place++ = kSlotsAreReused ? reinterpret_cast<T*>(octets) : nullptr;
    }
    if (slots_ < most_) {
      take_room(slots_);
      return slots_++;
    }
    for (;;) {
      hand_ = (hand_ + 1) % most_;
      if (owner_[hand_] == kNobody) break;
      // Somebody may still refer to it.
      if (hand_ == held_ || now_ - touched_[hand_] < most_ / 2) continue;
      put_away(hand_);
      break;
    }
    take_room(hand_);
    return hand_;
  }

  void put_away(std::uint32_t slot) {
    packer_.clear(epoch_);
    Item::pack(*object(slot), packer_);
    const std::span<const std::uint8_t> octets = packer_.made();
    places_[owner_[slot]] =
        slabs_.put(octets.data(), octets.size()) | (has_returned_[slot] != 0 ? kReturnedBit : 0U);
    owner_[slot] = kNobody;
    Item::let_go(*object(slot));
    std::destroy_at(object(slot));
    give_back_room(slot);
  }

  /// Many that had come back were packed away again too soon: there are too few slots.
  void note_second_return() {
    if (++returned_ < most_ || most_ >= kMostWarm) return;
    returned_ = 0;
    most_ *= 2;
  }

  [[gnu::noinline, gnu::cold]] std::uint32_t warm(std::uint32_t index) {
    if ((places_[index] & kReturnedBit) != 0) note_second_return();
    const std::uint32_t slot = free_slot();
    const std::uint32_t place = places_[index] & ~kReturnedBit;
    Unpacker unpacker(slabs_.at(place), epoch_);
    Item::unpack(object(slot), unpacker);
    places_[index] = kWarmBit | slot;
    owner_[slot] = index;
    has_returned_[slot] = 1;
    slabs_.give_back(place);
    return slot;
  }

  /// At the end: frees what a packed item owns beside its octets.
  void discard(std::uint32_t index) {
    alignas(T) std::byte octets[sizeof(T)];
    T* const made = reinterpret_cast<T*>(octets);
    Unpacker unpacker(packed(index), epoch_);
    Item::unpack(made, unpacker);
    std::destroy_at(made);
  }

  /// A slot and kWarmBit, or a place on the slabs, and kReturnedBit if it was warm again once.
  std::vector<std::uint32_t> places_;
  std::vector<std::unique_ptr<Block>> blocks_;
  std::vector<T*> objects_;                     ///< By slot: where it stands on its block.
  std::vector<std::uint32_t> owner_, touched_;  ///< By slot.
  std::vector<std::uint8_t> has_returned_;      ///< Likewise.
  std::uint32_t most_ = kWarm, returned_ = 0;   ///< Slots at most; second returns since.
  std::uint32_t slots_ = 0, hand_ = 0, now_ = 0, held_ = kNobody;
  Slabs slabs_;
  Packer packer_;
  Nanos epoch_ = 0;
};

}  // namespace rstcause
