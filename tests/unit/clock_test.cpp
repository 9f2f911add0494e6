// SPDX-License-Identifier: GPL-2.0-or-later
#include "engine/tell/clock.h"

#include <gtest/gtest.h>

#include <limits>

namespace rstcause {
namespace {

TEST(IsoTime, WritesUtcWithNanoseconds) {
  EXPECT_EQ(iso_time(0), "1970-01-01T00:00:00.000000000Z");
  EXPECT_EQ(iso_time(1653024200375408000), "2022-05-20T05:23:20.375408000Z");
  EXPECT_EQ(iso_time(1'000'000'001), "1970-01-01T00:00:01.000000001Z");
}

TEST(IsoTime, KnowsLeapDays) {
  EXPECT_EQ(iso_time(951'782'400 * kSecond), "2000-02-29T00:00:00.000000000Z");
  EXPECT_EQ(iso_time(1'709'251'199 * kSecond), "2024-02-29T23:59:59.000000000Z");
}

/// The fraction counts forward from the second before, not backward from zero.
TEST(IsoTime, KeepsItsSenseBefore1970) {
  EXPECT_EQ(iso_time(-1), "1969-12-31T23:59:59.999999999Z");
  EXPECT_EQ(iso_time(-kSecond), "1969-12-31T23:59:59.000000000Z");
}

TEST(IsoTime, HoldsTheWholeRangeOfTheClock) {
  EXPECT_EQ(iso_time(std::numeric_limits<Nanos>::max()), "2262-04-11T23:47:16.854775807Z");
  EXPECT_EQ(iso_time(std::numeric_limits<Nanos>::min()), "1677-09-21T00:12:43.145224192Z");
}

TEST(SecondsText, LeavesTrailingZerosOut) {
  EXPECT_EQ(seconds_text(4'083'269'000), "4.083269");
  EXPECT_EQ(seconds_text(1), "0.000000001");
  EXPECT_EQ(seconds_text(kMillisecond), "0.001");
}

TEST(SecondsText, WritesWholeSecondsWithoutAPoint) {
  EXPECT_EQ(seconds_text(0), "0");
  EXPECT_EQ(seconds_text(7 * kSecond), "7");
  EXPECT_EQ(seconds_text(100 * kSecond), "100");
}

TEST(SecondsText, KeepsTheSign) {
  EXPECT_EQ(seconds_text(-1'500'000'000), "-1.5");
  EXPECT_EQ(seconds_text(std::numeric_limits<Nanos>::min()), "-9223372036.854775808");
}

}  // namespace
}  // namespace rstcause
