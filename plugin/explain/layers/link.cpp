// SPDX-License-Identifier: GPL-2.0-or-later
#include "explain/layers/link.h"

#include <algorithm>

#include "explain/layers/layers.h"

namespace rstcause::explain {
namespace {

/// Address families of BSD's loopback. That of IPv6 differs by system.
void read_family(Walk& walk, std::uint32_t family, const View& payload) {
  constexpr std::uint32_t kInet = 2, kInet6Bsd = 24, kInet6FreeBsd = 28, kInet6Darwin = 30;
  switch (family) {
    case kInet:
      return read_ip(walk, payload);
    case kInet6Bsd:
    case kInet6FreeBsd:
    case kInet6Darwin:
      return read_ipv6(walk, payload);
    default:
      walk.unread.note(Carrier::loopback, family);
  }
}

bool starts_with_ppp(const View& frame, std::size_t at) {
  return frame.has(at + 2) && frame.word(at) == 0xFF03;
}

/// The four octets before the packet are the family in the order of the host that captured, or an
/// ethertype; as packet-null.c guesses, which knows no more of that host either.
void read_null(Walk& walk, const View& frame) {
  constexpr std::uint32_t kLongestLength = 1500;
  if (!frame.has(4)) return;
  if (starts_with_ppp(frame, 0)) return read_ppp_hdlc(walk, frame);
  // As a little-endian host would have it.
  std::uint32_t value = __builtin_bswap32(frame.long_word(0));
  if ((value & 0xFFFF0000U) != 0) {
    if ((value & 0xFF000000U) == 0 && (value & 0x00FF0000U) < 0x00060000U)
      value >>= 16U;
    else
      value = frame.long_word(0);
  } else if ((value & 0x000000FFU) == 0 && (value & 0x0000FF00U) < 0x00000600U) {
    value = __builtin_bswap16(static_cast<std::uint16_t>(value));
  }
  const View payload = frame.from(4);
  if (value > kLongestLength)
    read_ethertype(walk, static_cast<std::uint16_t>(value), payload);
  else
    read_family(walk, value, payload);
}

void read_loop(Walk& walk, const View& frame) {
  if (frame.has(4)) read_family(walk, frame.long_word(0), frame.from(4));
}

/// Raw IP, with what drivers of long ago put before it (packet-raw.c).
void read_raw(Walk& walk, const View& frame) {
  for (const std::size_t before : {0U, 6U, 1U}) {
    if (starts_with_ppp(frame, before)) return read_ppp_hdlc(walk, frame.from(before));
  }
  constexpr std::size_t kZeroes = 10;
  const Octets octets = frame.octets();
  const bool down =
      frame.has(kZeroes) && std::all_of(octets.begin(), octets.begin() + kZeroes,
                                        [](std::uint8_t octet) { return octet == 0; });
  read_ip(walk, down ? frame.from(kZeroes) : frame);
}

/// Linux cooked frames: `protocol` is an ethertype, or a number of Linux's own.
void read_cooked(Walk& walk, std::uint16_t hardware, std::uint16_t protocol, const View& payload) {
  constexpr std::uint16_t kLastOfLinux = 1536;
  constexpr std::uint16_t kEthernet = 0x0003, kLlc = 0x0004, kRaw8023 = 0x0001, kPppHdlc = 0x0007;
  constexpr std::uint16_t kNetlink = 824, kFrameRelay = 770, kRadiotap = 803;
  if (hardware == kNetlink ||
      (protocol <= kLastOfLinux && (hardware == kFrameRelay || hardware == kRadiotap))) {
    walk.unread.note(Carrier::cooked, hardware);
    return;
  }
  if (protocol > kLastOfLinux) return read_ethertype(walk, protocol, payload);
  switch (protocol) {
    case kEthernet:
      return read_ethernet(walk, payload, 0);
    case kLlc:
      return read_llc(walk, payload);
    case kPppHdlc:
      return read_ppp_hdlc(walk, payload);
    case kRaw8023:
      return;  // IPX
    default:
      walk.unread.note(Carrier::cooked, protocol);
  }
}

void read_sll(Walk& walk, const View& frame) {
  constexpr std::size_t kHeader = 16;
  if (frame.has(kHeader)) read_cooked(walk, frame.word(2), frame.word(14), frame.from(kHeader));
}

void read_sll2(Walk& walk, const View& frame) {
  constexpr std::size_t kHeader = 20;
  if (frame.has(kHeader)) read_cooked(walk, frame.word(8), frame.word(0), frame.from(kHeader));
}

}  // namespace

void read_frame(Walk& walk, const Link& link, const View& frame) {
  switch (link.type) {
    case LinkType::ethernet:
      return read_ethernet(walk, frame, link.fcs_octets);
    case LinkType::raw_ip:
      return read_raw(walk, frame);
    case LinkType::raw_ip4:
      return read_ip(walk, frame);
    case LinkType::raw_ip6:
      return read_ipv6(walk, frame);
    case LinkType::null:
      return read_null(walk, frame);
    case LinkType::loop:
      return read_loop(walk, frame);
    case LinkType::sll:
      return read_sll(walk, frame);
    case LinkType::sll2:
      return read_sll2(walk, frame);
    case LinkType::ppp:
      return read_ppp_hdlc(walk, frame);
    case LinkType::other:
      walk.unread.note(Carrier::link, link.number);
  }
}

}  // namespace rstcause::explain
