// SPDX-License-Identifier: GPL-2.0-or-later
#include "engine/memory/hash.h"

#include <chrono>
#include <exception>
#include <random>

namespace rstcause {
namespace {

HashSecret drawn() noexcept {
  HashSecret secret{{0x9E3779B97F4A7C15ULL, 0xC2B2AE3D27D4EB4FULL, 0x165667B19E3779F9ULL}};
  try {
    std::random_device source;
    for (std::uint64_t& word : secret.words) word ^= std::uint64_t{source()} << 32U | source();
  } catch (const std::exception&) {
    // Where the system gives no random numbers, the time at which we were loaded has to do.
    const auto now = std::chrono::steady_clock::now().time_since_epoch().count();
    for (std::uint64_t& word : secret.words)
      word = folded_product(word ^ static_cast<std::uint64_t>(now), 0x9FB21C651E98DF25ULL);
  }
  for (std::uint64_t& word : secret.words) word |= 1U;  // no product is nothing but zeroes
  return secret;
}

}  // namespace

const HashSecret hash_secret = drawn();

}  // namespace rstcause
