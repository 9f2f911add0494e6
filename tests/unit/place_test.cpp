// SPDX-License-Identifier: GPL-2.0-or-later
#include "resp/place.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <string>

#include "app/piece.h"
#include "resp/ordering.h"

namespace rstcause {
namespace {

using resp::place_of;

TEST(PlaceOf, TellsWhatIsMissingBeforeAPiece) {
  EXPECT_EQ(place_of(100, 103, 10).missing, 3U);
  EXPECT_EQ(place_of(100, 103, 10).seen, 0U);
}

TEST(PlaceOf, TellsWhatOfAPieceWasReadBefore) {
  EXPECT_EQ(place_of(100, 97, 10).seen, 3U);
  EXPECT_EQ(place_of(100, 50, 10).seen, 10U) << "all of it, and no more than it has";
}

TEST(PlaceOf, GoesRoundTheCircle) {
  EXPECT_EQ(place_of(0xFFFFFFFEU, 2, 1).missing, 4U);
  EXPECT_EQ(place_of(2, 0xFFFFFFFEU, 10).seen, 4U);
}

/// Reads on whatever is missing, and keeps what it read with its number.
struct Listener {
  std::uint32_t next = 0;
  bool in_step = false;
  std::string heard = {};

  static bool begins(std::string_view) { return true; }
  void read(std::string_view octets) { heard += octets; }
  static bool skip(std::uint32_t) { return false; }
};

/// Pieces of one text, each overlapping the one before or sent twice, across the end of the circle:
/// RESP's reader and the others hear the same octets.
TEST(AllReadersOfPayload, HearTheSameOfOverlapsAndRepetitions) {
  const std::string text = "The quick brown fox jumps over the lazy dog, and again, and again.";
  constexpr std::uint32_t kFirst = 0xFFFFFFE0U;
  std::mt19937 dice(7);
  for (int round = 0; round < 200; ++round) {
    Listener other;
    resp::Ordering ordering;
    ordering.expect(kFirst);
    std::string heard_by_resp;
    std::size_t reached = 0;
    while (reached < text.size()) {
      const std::size_t from = reached - std::min<std::size_t>(reached, dice() % 8);
      const std::string_view octets = std::string_view(text).substr(from, 1 + dice() % 12);
      const std::uint32_t seq = kFirst + static_cast<std::uint32_t>(from);
      resp::Run run{octets};
      if (ordering.place(seq, run) == resp::Ordering::Place::next) heard_by_resp += run.octets;
      app::follow(other, {seq, static_cast<std::uint32_t>(octets.size()), octets});
      reached = std::max(reached, from + octets.size());
    }
    EXPECT_EQ(heard_by_resp, text);
    EXPECT_EQ(other.heard, text);
  }
}

}  // namespace
}  // namespace rstcause
