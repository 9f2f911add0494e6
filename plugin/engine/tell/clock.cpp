// SPDX-License-Identifier: GPL-2.0-or-later
#include "engine/tell/clock.h"

#include <chrono>
#include <cstdio>

namespace rstcause {

std::string iso_time(Nanos since_epoch) {
  using namespace std::chrono;
  // The beginning of the first day, and of the first second, lie before what nanoseconds can hold.
  const auto second = floor<seconds>(sys_time<nanoseconds>(nanoseconds(since_epoch)));
  const Nanos fraction = (since_epoch % kSecond + kSecond) % kSecond;
  const auto day = floor<days>(second);
  const year_month_day date(day);
  const hh_mm_ss clock(second - day);
  char text[64];
  std::snprintf(text, sizeof text, "%04d-%02u-%02uT%02d:%02d:%02d.%09lldZ",
                static_cast<int>(date.year()), static_cast<unsigned>(date.month()),
                static_cast<unsigned>(date.day()), static_cast<int>(clock.hours().count()),
                static_cast<int>(clock.minutes().count()),
                static_cast<int>(clock.seconds().count()), static_cast<long long>(fraction));
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
