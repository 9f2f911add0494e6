// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

namespace rstcause {

/// The kinds of a segment's options in the order in which they stand, four bits each, the first in
/// the lowest: every operating system writes those of its SYNs in an order of its own.
using OptionOrder = std::uint64_t;

/// One kind in an order: "m" MSS, "w" window scale, "s" SACK permitted, "t" timestamps, "." NOP,
/// "e" the end of the list, "?" any other.
constexpr OptionOrder kind_in_order(char letter) {
  return std::string_view(" .emwst?").find(letter);
}
inline constexpr unsigned kBitsInOrder = 4, kMostInOrder = 16;

/// An order, as it is written in tables: "mst.w" is Linux's.
constexpr OptionOrder in_order(std::string_view letters) {
  OptionOrder order = 0;
  for (std::size_t i = 0; i < letters.size() && i < kMostInOrder; ++i)
    order |= kind_in_order(letters[i]) << (kBitsInOrder * i);
  return order;
}
/// Whether an order begins so.
constexpr bool begins(OptionOrder order, std::string_view letters) {
  const OptionOrder mask = (OptionOrder{1} << (kBitsInOrder * letters.size())) - 1;
  return (order & mask) == in_order(letters);
}

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
  OptionOrder order = 0;                 ///< As far as they were captured.
};

/// Reads the octets between the fixed header and the payload. `expected` is their number by
/// the data offset; fewer in `octets` means that the capture cut them. A malformed option
/// ends the reading (RFC 9293, 3.1: nothing behind it can be trusted).
Options parse_options(std::span<const std::uint8_t> octets, std::size_t expected);

}  // namespace rstcause
