// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "engine/wire/segment.h"

namespace rstcause {

/// After how long a device, a service or a program gives up a silent connection.
struct IdleTimer {
  std::string name;
  std::uint32_t seconds = 0;
  /// How much later it may act, in seconds: such timers are looked at now and then, not set
  /// for each connection.
  std::uint32_t tolerance = 0;

  /// Could this timer have ended a silence of that length? A little less is granted, for the
  /// device's clock and place are not those of the capture.
  bool matches(Nanos idle) const;
  /// The shortest silence that it matches; one longer than any where the timer is 0.
  Nanos earliest() const;
  /// The name with its time, as users read it: "AWS NLB idle 350 s".
  std::string text() const;
};

/// A timer that the plugin knows out of the box, with where its value comes from.
struct ShippedTimer {
  std::string_view name;
  std::uint32_t seconds, tolerance;
  std::string_view note;
};
std::span<const ShippedTimer> shipped_timers();

using IdleTimers = std::vector<IdleTimer>;
/// The shipped timers as a table.
IdleTimers default_timers();

bool any_matches(const IdleTimers& timers, Nanos idle);
/// The shortest silence that any of them matches.
Nanos earliest(const IdleTimers& timers);
/// The texts of the timers that a silence matches, in the order of the table.
std::vector<std::string> matching(const IdleTimers& timers, Nanos idle);

}  // namespace rstcause
