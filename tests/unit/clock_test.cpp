// SPDX-License-Identifier: GPL-2.0-or-later
#include "engine/tell/clock.h"

#include <gtest/gtest.h>

#include <limits>

namespace rstcause {
namespace {

TEST(IsoTime, WritesUtcWithNanoseconds) {
  EXPECT_EQ(iso_time({0, 0}), "1970-01-01T00:00:00.000000000Z");
  EXPECT_EQ(iso_time({1653024200, 375408000}), "2022-05-20T05:23:20.375408000Z");
  EXPECT_EQ(iso_time({1, 1}), "1970-01-01T00:00:01.000000001Z");
}

TEST(IsoTime, KnowsLeapDays) {
  EXPECT_EQ(iso_time({951'782'400, 0}), "2000-02-29T00:00:00.000000000Z");
  EXPECT_EQ(iso_time({1'709'251'199, 0}), "2024-02-29T23:59:59.000000000Z");
}

TEST(IsoTime, IsWrittenFromTheYear0To9999AndNotBeyond) {
  EXPECT_EQ(iso_time({-62'167'219'200, 0}), "0000-01-01T00:00:00.000000000Z");
  EXPECT_EQ(iso_time({253'402'300'799, 999'999'999}), "9999-12-31T23:59:59.999999999Z");
  EXPECT_EQ(iso_time({-62'167'219'201, 0}), "");
  EXPECT_EQ(iso_time({253'402'300'800, 0}), "");
}

constexpr std::int64_t kYear3000 = 32'503'680'000;
constexpr std::int64_t kEndOfTime = std::numeric_limits<std::int64_t>::max();

/// What FileClock counted, as the file had it.
FileTime again(const FileClock& clock, Nanos counted) {
  return time_in_file(counted, clock.epoch());
}

TEST(FileClock, CountsFrom1970WhereTheCaptureBeginsNear) {
  FileClock clock;
  EXPECT_EQ(clock.at({1, 500}), kSecond + 500);
  EXPECT_EQ(clock.at({-1, 999'999'999}), -1);
  EXPECT_EQ(clock.at({4'294'967'295, 0}), 4'294'967'295 * kSecond);
  EXPECT_EQ(clock.epoch(), 0);
}

/// The fraction counts forward from the second before, not backward from zero.
TEST(FileClock, GivesBackTimesBefore1970) {
  FileClock clock;
  const FileTime told = again(clock, clock.at({-1, 999'999'999}));
  EXPECT_EQ(told.seconds, -1);
  EXPECT_EQ(told.nanoseconds, 999'999'999);
}

TEST(FileClock, KeepsYearsAndSpansOfACaptureFarFromOurAge) {
  for (const std::int64_t first : {kYear3000, -kYear3000}) {
    FileClock clock;
    const Nanos begin = clock.at({first, 7}), later = clock.at({first + 350, 8});
    EXPECT_EQ(later - begin, 350 * kSecond + 1);
    EXPECT_NE(begin, 0);
    EXPECT_EQ(again(clock, later).seconds, first + 350);
    EXPECT_EQ(again(clock, begin).nanoseconds, 7);
  }
}

/// Its negative twin: nothing overflows, and later stays later.
TEST(FileClock, TakesTimesForOneThatLieTooFarApart) {
  FileClock clock;
  const Nanos now = clock.at({1'700'000'000, 0});
  const Nanos far = clock.at({kYear3000, 0});
  EXPECT_GT(far, now);
  EXPECT_EQ(clock.at({kEndOfTime, 0}), far);
  EXPECT_LT(clock.at({-kEndOfTime - 1, 0}), now);
  FileClock ends;
  const Nanos last = ends.at({kEndOfTime, 999'999'999});
  EXPECT_LT(ends.at({-kEndOfTime - 1, 0}), last);
}

TEST(FileClock, TakesARecordWithoutATimeForAsLateAsTheOneBefore) {
  FileClock clock;
  EXPECT_EQ(clock.untimed(), 0);
  const Nanos before = clock.at({1'700'000'000, 5});
  EXPECT_EQ(clock.untimed(), before);
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
