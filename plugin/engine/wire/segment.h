// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <type_traits>

#include "engine/wire/address.h"
#include "engine/wire/bytes.h"
#include "engine/wire/options.h"
#include "engine/wire/seq.h"
#include "engine/wire/word.h"

namespace rstcause {

/// A record of the capture, numbered from 1. 0 means "none".
using Frame = std::uint32_t;

/// Nanoseconds: since the epoch as a point in time, or as a span.
using Nanos = std::int64_t;
inline constexpr Nanos kMicrosecond = 1'000;
inline constexpr Nanos kMillisecond = 1'000'000;
inline constexpr Nanos kSecond = 1'000'000'000;

/// What the IP header around a segment tells. Zero where it was not available.
struct IpFacts {
  std::uint8_t version = 0;  ///< 4, 6, or 0: not known.
  std::uint8_t ttl = 0;      ///< Time to live, or hop limit.
  std::uint32_t interface =
      0;                      ///< The capture's interface: a TTL compares with its like there only.
  bool may_fragment = false;  ///< IPv4 without "don't fragment".
};

/// What is kept of a segment after it has passed. Names follow RFC 9293, 3.1 and 3.3.1.
struct SegmentHeader {
  Frame frame = 0;
  SeqNum seq;             ///< SEG.SEQ
  SeqNum ack;             ///< SEG.ACK; meaningless unless ack_set.
  std::uint32_t len = 0;  ///< Payload octets. SEG.LEN also counts SYN and FIN: seq_len().
  Nanos time = 0;
  std::uint8_t flags = 0;  ///< The eight flag bits as sent, CWR and ECE included.
  bool syn = false, fin = false, ack_set = false;
  std::uint16_t wnd = 0;    ///< SEG.WND as sent, before window scaling.
  std::uint16_t ip_id = 0;  ///< IPv4 identification; IPv6 has none.

  bool seen() const { return frame != 0; }
  constexpr std::uint32_t seq_len() const { return len + (syn ? 1U : 0U) + (fin ? 1U : 0U); }
  constexpr SeqNum seq_end() const { return seq + seq_len(); }
  friend bool operator==(const SegmentHeader&, const SegmentHeader&) = default;
  /// All that a router leaves alone is the same.
  bool is_header_of(const SegmentHeader& again) const {
    return seq == again.seq && len == again.len && flags == again.flags && wnd == again.wnd &&
           ack == again.ack && ip_id == again.ip_id;
  }
};

/// One TCP segment as the capture shows it.
///
/// The views (`option_octets`, `payload`, `behind`) live as long as the frame being read.
struct Segment : SegmentHeader {
  bool rst = false;
  bool shares_frame = false;     ///< Other segments stand in the same frame, as in tunnels.
  bool timed = true;             ///< `time` is the file's word, not the time of the record before.
  bool wnd_captured = true;      ///< False where the capture cut the header before it.
  std::uint8_t options_len = 0;  ///< Octets of options by the data offset.
  IpFacts ip;
  Tuple tuple;
  std::span<const std::uint8_t> option_octets;  ///< As captured: may be fewer.
  std::string_view payload;                     ///< As captured: may be fewer than len.
  Octets behind;               ///< Of a RST: what its frame holds behind the IP datagram.
  const Word* word = nullptr;  ///< Of a RST: what a kernel said of it; nullptr: nothing.
};

// Segments are filled between epan calls, so a longjmp over one must be harmless.
static_assert(std::is_trivially_destructible_v<Segment>);

/// How much of a TCP header must be captured before it says anything: up to the flags.
inline constexpr std::size_t kLeastHeader = 14;

/// What is left of a header that was cut behind its flags.
[[gnu::noinline]] inline void read_cut_header(Octets octets, Segment& into) {
  constexpr std::size_t kFixedHeader = 20;
  into.wnd_captured = octets.size() >= 16;
  into.wnd = into.wnd_captured ? be16(octets, 14) : std::uint16_t{0};
  into.option_octets = octets.subspan(std::min(octets.size(), kFixedHeader));
  into.payload = {};
}

/// Reads a TCP header into `into` (frame, time, addresses and IP facts stay as they are).
/// `octets` are the captured ones from the first octet of the header on, `reported` the true
/// length of header and payload by the IP header. False when too little was captured or the
/// data offset is impossible; a header cut behind the flags is read as far as it goes.
[[gnu::always_inline]] inline bool decode_tcp(Octets octets, std::uint32_t reported,
                                              Segment& into) {
  constexpr std::uint32_t kFixedHeader = 20;
  if (octets.size() < kLeastHeader) return false;
  const std::uint32_t header = (octets[12] >> 4U) * 4U;
  if (header < kFixedHeader || header > reported) return false;

  into.tuple.sport = be16(octets, 0);
  into.tuple.dport = be16(octets, 2);
  into.seq = SeqNum(be32(octets, 4));
  into.ack = SeqNum(be32(octets, 8));
  const std::uint8_t flags = octets[13];
  into.flags = flags;
  into.fin = (flags & 0x01U) != 0;
  into.syn = (flags & 0x02U) != 0;
  into.rst = (flags & 0x04U) != 0;
  into.ack_set = (flags & 0x10U) != 0;
  into.len = reported - header;
  into.options_len = static_cast<std::uint8_t>(header - kFixedHeader);
  if (octets.size() < header) {
    read_cut_header(octets, into);
    return true;
  }
  into.wnd_captured = true;
  into.wnd = be16(octets, 14);
  into.option_octets = octets.subspan(kFixedHeader, header - kFixedHeader);
  const Octets body = octets.subspan(header);
  into.payload = {reinterpret_cast<const char*>(body.data()),
                  std::min<std::size_t>(body.size(), into.len)};
  return true;
}

/// The usual layout of RFC 7323, appendix A: NOP NOP 8 10. Read in place, for every segment.
inline bool has_usual_timestamps(const Segment& segment) {
  const auto& octets = segment.option_octets;
  return octets.size() >= 12 && be32(octets, 0) == 0x0101080AU;
}
inline std::uint32_t usual_ts_val(const Segment& segment) {
  return be32(segment.option_octets, 4);
}

/// The options, read only where they are asked for.
inline Options options_of(const Segment& segment) {
  return parse_options(segment.option_octets, segment.options_len);
}

}  // namespace rstcause
