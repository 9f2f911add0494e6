// SPDX-License-Identifier: GPL-2.0-or-later
#include "engine/tell/clock.h"

#include <chrono>
#include <cstdio>

namespace rstcause {

FileTime time_in_file(Nanos since_epoch, std::int64_t epoch) {
  const Nanos fraction = (since_epoch % kSecond + kSecond) % kSecond;
  return {epoch + (since_epoch - fraction) / kSecond, static_cast<int>(fraction)};
}

std::string iso_time(FileTime time) {
  using namespace std::chrono;
  constexpr std::int64_t kFirst = -62'167'219'200, kLast = 253'402'300'799;
  if (time.seconds < kFirst || time.seconds > kLast) return {};
  const sys_seconds second{seconds(time.seconds)};
  const auto day = floor<days>(second);
  const year_month_day date(day);
  const hh_mm_ss clock(second - day);
  char text[64];
  std::snprintf(text, sizeof text, "%04d-%02u-%02uT%02d:%02d:%02d.%09dZ",
                static_cast<int>(date.year()), static_cast<unsigned>(date.month()),
                static_cast<unsigned>(date.day()), static_cast<int>(clock.hours().count()),
                static_cast<int>(clock.minutes().count()),
                static_cast<int>(clock.seconds().count()), time.nanoseconds);
  return text;
}

std::string seconds_text(Nanos span) {
  char text[48];
  const bool negative = span < 0;
  const auto size =
      negative ? -static_cast<unsigned long long>(span) : static_cast<unsigned long long>(span);
  std::snprintf(text, sizeof text, "%s%llu.%09llu", negative ? "-" : "", size / kSecond,
                size % kSecond);
  std::string trimmed = text;
  trimmed.erase(trimmed.find_last_not_of('0') + 1);
  if (trimmed.back() == '.') trimmed.pop_back();
  return trimmed;
}

}  // namespace rstcause
