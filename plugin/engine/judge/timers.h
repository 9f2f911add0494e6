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
  std::uint16_t port = 0;  ///< Of the service that alone has it; 0: any may.

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
  std::uint16_t port = 0;
};
std::span<const ShippedTimer> shipped_timers();

using IdleTimers = std::vector<IdleTimer>;
/// The shipped timers as a table.
IdleTimers default_timers();
/// The port of the shipped timer of that name and time; 0 where it has none, or none is shipped.
std::uint16_t port_of_timer(std::string_view name, std::uint32_t seconds);

/// The two ports of a connection.
struct Ports {
  std::uint16_t one = 0, other = 0;
  constexpr bool suit(std::uint16_t wanted) const {
    return wanted == 0 || wanted == one || wanted == other;
  }
};

bool any_matches(const IdleTimers& timers, Nanos idle, Ports ports);
/// The shortest silence that any of them matches.
Nanos earliest(const IdleTimers& timers);
/// The texts of the timers that a silence matches, in the order of the table: those of the
/// connection's own service where there are such, else those that anybody may have.
std::vector<std::string> matching(const IdleTimers& timers, Nanos idle, Ports ports);

/// After how long some device, service or program ends a connection, however busy it is.
struct AgeLimit {
  std::string_view name;
  std::uint32_t seconds;
  std::uint32_t earlier, later;  ///< By how many seconds it may miss that.
  std::uint16_t port;            ///< As of a timer.
  std::string_view note;
};
std::span<const AgeLimit> age_limits();
/// A limit that tells to the second ends a connection of that age.
bool is_known_age(Nanos age, Ports ports);
/// The texts of the limits that an age matches: "PgBouncer server_lifetime 3600 s".
std::vector<std::string> limits_matching(Nanos age, Ports ports);

}  // namespace rstcause
