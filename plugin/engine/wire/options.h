// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <cstdint>
#include <span>

namespace rstcause {

/// What of a segment's TCP options bears on a reset. Options that the capture cut off are
/// simply not here: `cut` says that some were.
struct Options {
  bool mss = false, window_scale = false, sack_permitted = false, sack = false;
  bool timestamps = false, md5 = false, tcp_ao = false, fast_open = false, cut = false;
  bool mp_capable = false, mp_join = false, mp_fastclose = false, mp_tcprst = false;
  std::uint8_t shift = 0;            ///< RFC 7323, 2.2: 0 to 14.
  std::uint8_t mp_tcprst_flags = 0;  ///< RFC 8684, 3.6: U V W T.
  std::uint8_t mp_tcprst_reason = 0;
  std::uint16_t mss_octets = 0;
  std::uint32_t ts_val = 0, ts_ecr = 0;  ///< RFC 7323, 3.2.
};

/// Reads the octets between the fixed header and the payload. `expected` is their number by
/// the data offset; fewer in `octets` means that the capture cut them. A malformed option
/// ends the reading (RFC 9293, 3.1: nothing behind it can be trusted).
Options parse_options(std::span<const std::uint8_t> octets, std::size_t expected);

}  // namespace rstcause
