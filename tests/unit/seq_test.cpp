// SPDX-License-Identifier: GPL-2.0-or-later
#include "engine/wire/seq.h"

#include <gtest/gtest.h>

namespace rstcause {
namespace {

constexpr SeqNum kLast{0xFFFFFFFFU};

TEST(SeqNum, GoesRoundAtTheEndOfTheCircle) {
  EXPECT_EQ(kLast + 1, SeqNum(0));
  EXPECT_EQ(SeqNum(0) - 1, kLast);
  EXPECT_EQ((kLast + 5).raw(), 4U);
}

TEST(SeqNum, MeasuresForwardAcrossTheWrap) {
  EXPECT_EQ(SeqNum(4).distance_from(kLast), 5U);
  EXPECT_EQ(kLast.distance_from(SeqNum(4)), 0xFFFFFFFBU);
  EXPECT_EQ(SeqNum(7).distance_from(SeqNum(7)), 0U);
}

TEST(SeqNum, ComesBeforeWhatFollowsItOnTheShorterWayRound) {
  EXPECT_TRUE(SeqNum(1).before(SeqNum(2)));
  EXPECT_TRUE(kLast.before(SeqNum(0)));
  EXPECT_TRUE(SeqNum(0).after(kLast));
  EXPECT_FALSE(SeqNum(0).before(kLast));
}

TEST(SeqNum, IsNeitherBeforeNorAfterItself) {
  for (const std::uint32_t raw : {0U, 1U, 0x7FFFFFFFU, 0x80000000U, 0xFFFFFFFFU}) {
    EXPECT_FALSE(SeqNum(raw).before(SeqNum(raw)));
    EXPECT_FALSE(SeqNum(raw).after(SeqNum(raw)));
  }
}

TEST(SeqNum, ReachesJustUnderHalfTheCircleAhead) {
  EXPECT_TRUE(SeqNum(0).before(SeqNum(0x7FFFFFFFU)));
  EXPECT_FALSE(SeqNum(0).before(SeqNum(0x80000001U)));
}

TEST(InWindow, HoldsTheLeftEdgeAndNotTheRightOne) {
  EXPECT_TRUE(in_window(SeqNum(10), SeqNum(10), 5));
  EXPECT_TRUE(in_window(SeqNum(14), SeqNum(10), 5));
  EXPECT_FALSE(in_window(SeqNum(15), SeqNum(10), 5));
  EXPECT_FALSE(in_window(SeqNum(9), SeqNum(10), 5));
}

TEST(InWindow, SpansTheWrap) {
  EXPECT_TRUE(in_window(kLast, kLast - 1, 4));
  EXPECT_TRUE(in_window(SeqNum(1), kLast - 1, 4));
  EXPECT_FALSE(in_window(SeqNum(2), kLast - 1, 4));
}

TEST(InWindow, HoldsNothingWhereTheWindowIsShut) {
  EXPECT_FALSE(in_window(SeqNum(10), SeqNum(10), 0));
}

}  // namespace
}  // namespace rstcause
