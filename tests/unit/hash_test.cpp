// SPDX-License-Identifier: GPL-2.0-or-later
// The places of addresses and ports in tables: nobody may write a capture in which all fall on one.
#include <gtest/gtest.h>

#include <array>
#include <cstdint>
#include <cstring>
#include <set>

#include "engine/memory/hash.h"

namespace rstcause {
namespace {

Address ipv6(std::uint64_t first, std::uint64_t second) {
  Address made;
  made.kind = Address::Kind::ipv6;
  std::memcpy(made.octets.data(), &first, sizeof first);
  std::memcpy(made.octets.data() + sizeof first, &second, sizeof second);
  return made;
}

/// Some two of 4,096 numbers of 32 bits are equal once in 500 times.
constexpr std::size_t kNearlyAll = 4094;

TEST(Mix, AnAddressMakesUpForNoPort) {
  std::set<std::uint32_t> sums, differences;
  for (std::uint16_t port = 0; port < 4096; ++port) {
    sums.insert(hash_of_ends(hash_part(ipv6(0 - (std::uint64_t{port} << 40U), 7), port)));
    differences.insert(hash_of_ends(hash_part(ipv6(port, port), port)));
  }

  EXPECT_GE(sums.size(), kNearlyAll);
  EXPECT_GE(differences.size(), kNearlyAll);
}

TEST(Mix, OnePortMakesUpForNoOther) {
  const Address client = Address::ipv4(10, 0, 0, 1), server = Address::ipv4(10, 0, 0, 2);
  std::set<std::uint32_t> places;
  for (std::uint16_t port = 0; port < 4096; ++port)
    places.insert(hash_of_ends(hash_part(client, port) +
                               hash_part(server, static_cast<std::uint16_t>(40000 - port))));

  EXPECT_GE(places.size(), kNearlyAll);
}

/// A scan: the places of 8,192 that 4,096 neighbours fall on, each with the next few as spares.
TEST(Mix, NeighboursAreSpread) {
  const Address client = Address::ipv4(10, 0, 0, 1);
  std::array<int, 512> filled{};
  for (std::uint32_t i = 0; i < 4096; ++i) {
    const Address server =
        Address::ipv4(10, 1, static_cast<std::uint8_t>(i >> 8U), static_cast<std::uint8_t>(i));
    ++filled[hash_of_ends(hash_part(client, 40000) + hash_part(server, 80)) >> 23U];
  }

  // Eight on average; one beyond 40 is less probable than once in 10^12 runs.
  for (const int count : filled) EXPECT_LE(count, 40);
}

TEST(Mix, BothDirectionsAreOnePlace) {
  const Address a = ipv6(1, 2), b = Address::ipv4(10, 0, 0, 2);

  EXPECT_EQ(hash_of_ends(hash_part(a, 1) + hash_part(b, 2)),
            hash_of_ends(hash_part(b, 2) + hash_part(a, 1)));
  EXPECT_NE(hash_of_ends(hash_part(a, 1) + hash_part(b, 2)),
            hash_of_ends(hash_part(a, 2) + hash_part(b, 1)));
}

}  // namespace
}  // namespace rstcause
