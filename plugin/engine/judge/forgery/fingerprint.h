// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include "engine/judge/scene.h"

namespace rstcause::forgery {

/// The mark that a known device, tool or stack leaves on its resets.
///
/// A mark is a hint at what made the reset, never a proof and never weighed: others can write
/// the same header.
struct Fingerprint {
  /// Where the mark is known from.
  enum class Known : std::uint8_t {
    measured,  ///< Seen from the thing itself.
    written,   ///< Read in the source named.
    recalled,  ///< Remembered from the source named, and not read again: trust it least.
  };

  std::string_view name;  ///< The value of rstcause.fingerprint.
  std::string_view mark;  ///< What it looks like, in words.
  Known known = Known::recalled;
  std::string_view source;
  bool (*fits)(const Scene&) = nullptr;
};

/// The table, the most telling mark first.
std::span<const Fingerprint> fingerprints();

/// The first mark that fits, or nullptr.
const Fingerprint* fingerprint_of(const Scene& scene);

}  // namespace rstcause::forgery
