// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

namespace rstcause {

using Octets = std::span<const std::uint8_t>;

/// Big-endian numbers at an offset, which the caller knows to lie within.
constexpr std::uint16_t be16(Octets from, std::size_t at) {
  return static_cast<std::uint16_t>((from[at] << 8U) | from[at + 1]);
}
constexpr std::uint32_t be32(Octets from, std::size_t at) {
  return (static_cast<std::uint32_t>(be16(from, at)) << 16U) | be16(from, at + 2);
}

}  // namespace rstcause
