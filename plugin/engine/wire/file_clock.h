// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <algorithm>
#include <cstdint>
#include <limits>

#include "engine/wire/segment.h"

namespace rstcause {

/// A point in time as a file states it.
struct FileTime {
  std::int64_t seconds = 0;  ///< Since 1970.
  int nanoseconds = 0;
};

/// Counts the times that one capture states in nanoseconds, so that the difference of any two can
/// be counted, too. A file may hold any time: those more than 146 years from epoch() are all one.
class FileClock {
 public:
  /// To be asked for each record in its order.
  [[gnu::always_inline]] Nanos at(FileTime stated) {
    auto seconds = static_cast<std::int64_t>(static_cast<std::uint64_t>(stated.seconds) -
                                             static_cast<std::uint64_t>(epoch_));
    const bool is_near = static_cast<std::uint64_t>(seconds) + kFarthest <= 2U * kFarthest;
    if (!is_near) seconds = far(stated.seconds);
    return latest_ = seconds * kSecond + stated.nanoseconds;
  }
  /// A record without a time stamp comes when the one before it came, for all that is known.
  Nanos untimed() const { return latest_ == kNever ? 0 : latest_; }

  /// Where 0 lies, in seconds since 1970: there, or with the first record where that is far from
  /// it.
  std::int64_t epoch() const { return epoch_; }

 private:
  static constexpr std::int64_t kFarthest = (std::int64_t{1} << 62U) / kSecond - 8;
  /// What is farther still is there, so that no difference of two times can overflow.
  static constexpr std::int64_t kLastAge = std::int64_t{1} << 62U;
  static constexpr Nanos kNever = std::numeric_limits<Nanos>::min();

  [[gnu::noinline]] std::int64_t far(std::int64_t seconds) {
    // A second before it, for no time is to be 0: that means none in the engine.
    if (latest_ == kNever) {
      epoch_ = std::clamp(seconds, -kLastAge, kLastAge) - 1;
      if (seconds == epoch_ + 1) return 1;
    }
    return seconds < epoch_ ? -kFarthest : kFarthest;
  }

  std::int64_t epoch_ = 0;
  Nanos latest_ = kNever;
};

}  // namespace rstcause
