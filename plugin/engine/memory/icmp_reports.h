// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <array>
#include <cstdint>
#include <deque>
#include <vector>

#include "engine/memory/flow.h"
#include "engine/wire/icmp.h"

namespace rstcause {

/// What ICMP had reported that bears on one reset, by the time of the reset: for each role the
/// latest error, or none (frame 0).
struct IcmpEvidence {
  enum Role : std::uint8_t {
    x_stopped,    ///< A segment of X's did not reach Y.
    y_stopped,    ///< A segment of Y's did not reach X.
    x_too_big,    ///< A segment of X's is too big for the path.
    y_too_big,    ///< The same of Y's.
    x_guarded,    ///< A rule forbids segments of other connections to X.
    x_elsewhere,  ///< A SYN of X's to another host or port was stopped.
    x_traces,     ///< SYNs of X's expire on the way, as traceroute wants it.
    kRoles,
  };

  std::array<IcmpError, kRoles> errors;
  bool y_silent_since = false;  ///< Nothing of Y's came after x_stopped.

  const IcmpError& of(Role role) const { return errors[role]; }
};

/// The latest ICMP errors, by the connection that they quote and by the hosts between which it
/// ran. Tables of a fixed size: where two fall upon one place the older is forgotten, so that a
/// flood of errors costs no memory.
class IcmpReports {
 public:
  /// Notes an error. `flow` is the connection that it quotes, or nullptr if the capture has none
  /// of that number; `about_syn`: the quoted segment is a SYN, as far as can be told.
  void note(const IcmpError& error, const Flow* flow, bool about_syn);

  /// What had been told before a reset of this flow in the name of that end; nullptr: nothing.
  /// It stays where it is as long as this lives.
  const IcmpEvidence* about(const Flow& flow, End x, Nanos now);

 private:
  static constexpr std::size_t kFlows = 4096, kHosts = 1024;

  /// Of one connection, by the end whose segment is quoted.
  struct OfFlow {
    std::uint32_t flow = 0;
    std::array<IcmpError, 2> stopped, too_big;
  };
  struct OfHost {
    Address host;
    IcmpError guarded;    ///< Segments to this host are forbidden.
    IcmpError elsewhere;  ///< Its SYN was stopped.
    IcmpError traces;     ///< Its SYN expired.
  };

  OfHost& host(const Address& address);
  const OfHost* find_host(const Address& address) const;

  std::vector<OfFlow> flows_;  ///< Empty until the first error.
  std::vector<OfHost> hosts_;
  std::deque<IcmpEvidence> evidence_;  ///< What bears on a reset, for those on which anything does.
};

}  // namespace rstcause
