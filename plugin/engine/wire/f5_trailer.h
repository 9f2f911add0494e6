// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "engine/wire/bytes.h"

namespace rstcause {

/// Why a BIG-IP reset a connection, as it notes behind the frames that it captures itself
/// (`tcpdump -i 0.0:nnn`).
struct F5Cause {
  bool peer = false;        ///< The cause arose on the other side of the proxy.
  std::uint64_t build = 0;  ///< Which source file of which build, 48 bits...
  std::uint16_t line = 0;   ///< ... and the line there.
  std::string_view text;    ///< As captured, never empty.
  bool cut = false;         ///< The capture ends within the text.
};

/// The cause in what a frame holds behind its IP datagram: padding, F5's trailer in either of its
/// formats, perhaps a checksum. Nothing where there is no such trailer, or none with a cause of a
/// version that is known. Both formats as Wireshark reads them (packet-f5ethtrailer.c): blocks of
/// type, length and version since 9.4; blocks with a provider behind a magic number since 14.
std::optional<F5Cause> f5_cause_in(Octets behind);

}  // namespace rstcause
