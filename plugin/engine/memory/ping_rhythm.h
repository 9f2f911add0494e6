// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <optional>

#include "engine/wire/address.h"
#include "engine/wire/segment.h"

namespace rstcause {

/// Whether one host does something to one port of another at a steady pace, as health checks do.
/// Holds as many pairs as it has places: a scan of many ports displaces others, no more.
class PingRhythm {
 public:
  /// Takes in one more event. The period once three have come at even distances.
  std::optional<Nanos> note(const Address& from, const Address& to, std::uint16_t port, Nanos now) {
    if (!places_) places_ = std::make_unique<std::array<Place, kPlaces>>();
    const std::uint64_t pair = key(from, to, port);
    Place& place = (*places_)[pair % kPlaces];
    if (place.pair != pair) place = {pair, now, 0, 0};
    const Nanos gap = now - place.last;
    if (gap <= 0) return std::nullopt;
    const Nanos off = gap > place.gap ? gap - place.gap : place.gap - gap;
    place.even = off <= place.gap / kTolerance ? place.even + 1 : 1;
    place.gap = gap;
    place.last = now;
    return place.even >= 2 ? std::optional(gap) : std::nullopt;
  }

 private:
  static constexpr std::size_t kPlaces = 512;
  static constexpr Nanos kTolerance = 10;  ///< A tenth of the period: timers are late, not early.

  struct Place {
    std::uint64_t pair = 0;
    Nanos last = 0, gap = 0;
    std::uint32_t even = 0;
  };

  static std::uint64_t key(const Address& from, const Address& to, std::uint16_t port) {
    std::uint64_t mixed = 0xCBF29CE484222325ULL ^ port;
    for (const Address* address : {&from, &to}) {
      for (const std::uint8_t octet : address->octets) mixed = (mixed ^ octet) * 0x100000001B3ULL;
    }
    return mixed ^ (mixed >> 29U);
  }

  std::unique_ptr<std::array<Place, kPlaces>> places_;
};

}  // namespace rstcause
