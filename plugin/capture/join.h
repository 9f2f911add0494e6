// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <cstdint>
#include <string>

namespace rstcause::capture {

struct JoinCounts {
  std::uint64_t resets = 0, with_word = 0;
  bool cut_short = false;         ///< The capture ends within a packet; all before it was taken.
  bool events_cut_short = false;  ///< The events have no last line: later resets got no word.
};

/// Adds recorded events (EventsWriter) to a capture, pcap or pcapng, made on the same host
/// meanwhile. Of a pcapng file everything else stays as it is, octet by octet; a pcap file becomes
/// pcapng. Reads both once and keeps a few hundred milliseconds of events. Throws
/// std::runtime_error.
JoinCounts join(const std::string& capture, const std::string& events, const std::string& out);

}  // namespace rstcause::capture
