// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "engine/wire/segment.h"

namespace rstcause {

/// Verdicts that later news of a port or a host may change, each with what it was told already:
/// a chain for each of those, the newest first.
///
/// Bounded twice: of one chain the newest kMost count, and of all together the newest kSize are
/// kept. Under a flood of resets the oldest stay as they are.
class PendingVerdicts {
 public:
  static constexpr std::size_t kMost = 32;
  /// A bit for each kind of news.
  using Kinds = std::uint16_t;

  struct Entry {
    std::uint32_t index = 0;   ///< Of the verdict.
    std::uint32_t before = 0;  ///< The chain's next older one, 0: none.
    Nanos time = 0;            ///< Of the reset.
    Kinds told = 0;            ///< The news that it was weighed with.
  };

  /// Adds to the chain that begins at `newest`.
  void add(std::uint32_t& newest, std::size_t index, Nanos time, Kinds told) {
    if (kept_ < kSize) {
      entries_.emplace_back();
      ++kept_;
    }
    if (++last_ == 0) last_ = 1;
    entry(last_) = {static_cast<std::uint32_t>(index), newest, time, told};
    newest = last_;
  }

  /// Whether that entry is still kept.
  bool holds(std::uint32_t serial) const { return serial != 0 && last_ - serial < kept_; }

  /// Serial numbers of a chain.
  struct Chain {
    std::array<std::uint32_t, kMost> serials;
    std::size_t count = 0;
  };
  /// The chain that begins at `newest`, the newest first.
  Chain chain(std::uint32_t newest) const {
    Chain found;
    while (holds(newest) && found.count < kMost) {
      found.serials[found.count++] = newest;
      newest = entries_[(newest - 1) % kSize].before;
    }
    return found;
  }

  Entry& entry(std::uint32_t serial) { return entries_[(serial - 1) % kSize]; }

 private:
  static constexpr std::uint32_t kSize = 1U << 16U;

  std::vector<Entry> entries_;
  std::uint32_t last_ = 0, kept_ = 0;
};

}  // namespace rstcause
