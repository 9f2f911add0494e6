// SPDX-License-Identifier: GPL-2.0-or-later
#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>

#include "app/cursor.h"
#include "app/grammar.h"

namespace rstcause::app {
namespace {

struct Recogniser {
  FirstWords (*begin)(std::string_view payload);
  std::string_view first_octets;  ///< One of these stands first. Empty: any may.
};

/// The octets of a literal without the NUL behind them, which may be among them.
template <std::size_t N>
constexpr std::string_view octets_of(const char (&literal)[N]) {
  return {literal, N - 1};
}

constexpr auto kRecognisers = std::to_array<Recogniser>({
#define RECOGNISER(begin, octets) {begin, octets_of(octets)},
#include "app/protocols.def"
});

/// Whom to ask, by the first octet: a bit for each of the above.
using Places = std::uint32_t;
static_assert(kRecognisers.size() <= 32);

constexpr std::array<Places, 256> places_by_octet() {
  std::array<Places, 256> table = {};
  for (std::size_t place = 0; place < kRecognisers.size(); ++place) {
    const auto bit = Places{1} << place;
    const std::string_view octets = kRecognisers[place].first_octets;
    for (const char octet : octets) table[static_cast<std::uint8_t>(octet)] |= bit;
    for (Places& places : table) places |= octets.empty() ? bit : Places{0};
  }
  return table;
}

constexpr std::array<Places, 256> kToBeAsked = places_by_octet();

}  // namespace

FirstWords read_first_words(std::string_view payload) {
  if (payload.empty()) return {};
  // Most payloads are of none, and the few that are asked look no farther than at the next octets.
  unsigned left = kToBeAsked[static_cast<std::uint8_t>(payload.front())];
  for (; left != 0; left &= left - 1) {
    const auto place = static_cast<std::size_t>(std::countr_zero(left));
    const FirstWords words = kRecognisers[place].begin(payload);
    if (words.grammar != nullptr) return words;
  }
  return {};
}

}  // namespace rstcause::app
