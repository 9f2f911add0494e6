// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "capture/event.h"
#include "engine/wire/bytes.h"

namespace rstcause::capture::pcapng {

/// One interface of a capture.
struct Interface {
  int link_type = 1;  ///< LINKTYPE_, as in files.
  std::uint32_t snap_length = 0;
  std::string name = {}, filter = {};
};

/// What was counted of one interface.
struct Statistics {
  std::uint64_t received = 0, dropped = 0;
};

/// The blocks of a pcapng file (draft-ietf-opsawg-pcapng), each appended whole, in this machine's
/// order of octets. Times are nanoseconds since the epoch.
void append_section(std::string_view application, std::string_view comment, std::string& into);
void append_interface(const Interface& interface, std::string& into);
/// `comments`: each of at most 65535 octets.
void append_packet(std::uint32_t interface, Nanos time, Octets octets, std::uint32_t original,
                   std::span<const std::string> comments, std::string& into);
void append_statistics(std::uint32_t interface, Nanos time, const Statistics& counted,
                       std::string_view comment, std::string& into);

/// Comments as options, to be put before those that a packet has.
std::string comment_options(std::span<const std::string> comments, bool swapped = false);

}  // namespace rstcause::capture::pcapng
