// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <array>
#include <cstdint>

#include "engine/wire/address.h"

namespace rstcause {

/// What nobody outside this process knows: with a mixture that can be foreseen a capture could be
/// written whose addresses and ports all fall on one place of a table, and each search there would
/// look at all of them.
struct HashSecret {
  std::array<std::uint64_t, 3> words;
};

/// Drawn anew when the plugin is loaded. Nothing that is told depends on it.
extern const HashSecret hash_secret;

/// The upper and the lower half of the product, folded: each bit of it hangs on all bits of both.
inline std::uint64_t folded_product(std::uint64_t left, std::uint64_t right) {
#ifdef __SIZEOF_INT128__
  __extension__ using Wide = unsigned __int128;
  const Wide product = static_cast<Wide>(left) * right;
  return static_cast<std::uint64_t>(product) ^ static_cast<std::uint64_t>(product >> 64U);
#else
  // By crosswise halves, of which the carries may be left out: it is to mix, not to multiply.
  const std::uint64_t cross =
      (left >> 32U) * (right & UINT32_MAX) ^ (left & UINT32_MAX) * (right >> 32U);
  return left * right ^ (left >> 32U) * (right >> 32U) ^ cross >> 32U;
#endif
}

/// An address and a port on their way to a place in a table: of one end, or the sum of both, for
/// hash_of_ends().
inline std::uint64_t hash_part(const Address& address, std::uint16_t port) {
  const auto& [a, b, c] = hash_secret.words;
  if (address.kind == Address::Kind::ipv4)  // one number holds both
    return folded_product(address.first_half() ^ std::uint64_t{port} << 32U ^ a, c);
  return folded_product(folded_product(address.first_half() ^ a, address.second_half() ^ b) ^ port,
                        c);
}

/// Every bit of the addresses and ports counts in each of these.
inline std::uint32_t hash_of_ends(std::uint64_t ends) {
  const auto& [a, b, c] = hash_secret.words;
  return static_cast<std::uint32_t>(folded_product(ends ^ b, a) >> 32U);
}

}  // namespace rstcause
