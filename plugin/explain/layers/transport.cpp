// SPDX-License-Identifier: GPL-2.0-or-later
#include <algorithm>
#include <iterator>

#include "explain/layers/carriers.h"
#include "explain/layers/layers.h"

namespace rstcause::explain {
namespace {

constexpr std::uint8_t kIcmp = 1, kIpInIp = 4, kTcp = 6, kUdp = 17, kIpv6 = 41, kGre = 47,
                       kIcmpv6 = 58, kMplsInIp = 137;

void add_segment(Walk& walk, const IpHeader& ip, const View& tcp) {
  if (walk.found.is_full()) return;
  Segment& segment = *walk.found.segments_end;
  if (!decode_tcp(tcp.octets(), tcp.length(), segment)) return;
  segment.frame = walk.found.frame;
  segment.time = walk.now();
  segment.timed = walk.time.has_value();
  segment.tuple.src = ip.src;
  segment.tuple.dst = ip.dst;
  segment.ip = {ip.version, ip.ttl, walk.interface, ip.may_fragment};
  segment.ip_id = ip.id;
  segment.behind = segment.rst ? tcp.behind() : Octets{};
  segment.word = nullptr;
  walk.found.keep_segment();
  if (!segment.payload.empty()) {
    const std::uint16_t port = tcp_tunnel(segment.tuple.sport, segment.tuple.dport);
    if (port != 0) walk.unread.note(Carrier::tcp_port, port);
  }
}

/// Wireshark numbers a conversation by headers that the engine cannot use, too: those that are too
/// short for what they say, and those that ICMP quotes.
void note_stream(Walk& walk, const IpHeader& ip, const View& tcp) {
  constexpr std::uint8_t kSyn = 0x02, kAck = 0x10;
  if (!tcp.has(walk.streams.habits.least_header)) return;
  const std::uint32_t header = (tcp.at(12) >> 4U) * 4U;
  const std::uint8_t flags = tcp.at(13);
  const Tuple tuple{ip.src, ip.dst, tcp.word(0), tcp.word(2)};
  walk.streams.note({.tuple = tuple,
                     .seq = SeqNum(tcp.long_word(4)),
                     .ack = SeqNum(tcp.long_word(8)),
                     .syn = (flags & kSyn) != 0,
                     .ack_set = (flags & kAck) != 0,
                     .is_whole = !walk.fragmented && !walk.in_error && header <= tcp.length()});
}

void read_tcp(Walk& walk, const IpHeader& ip, const View& tcp) {
  if (!walk.in_error) add_segment(walk, ip, tcp);
  note_stream(walk, ip, tcp);
}

void add_error(Walk& walk, const IpHeader& ip, const View& icmp, bool v6) {
  IcmpError* const place = walk.found.errors_end;
  if (!icmp.has(1) || place == std::end(walk.found.all_errors)) return;
  IcmpError& error = *place;
  error = {};
  if (!decode_icmp(icmp.octets(), v6, error)) return;
  error.frame = walk.found.frame;
  error.time = walk.now();
  error.from = ip.src;
  error.ip = {ip.version, ip.ttl, walk.interface, ip.may_fragment};
  ++walk.found.errors_end;
}

/// How much of what follows the ICMP header is the quoted datagram (packet-icmp.c).
View quotation(const View& icmp, std::uint8_t type) {
  constexpr std::uint8_t kRedirect = 5;
  constexpr std::size_t kHeader = 8;
  const View quote = icmp.from(kHeader);
  if (!quote.has(1)) return quote;
  const std::uint32_t header = (quote.at(0) & 0x0FU) * 4U;
  if (type == kRedirect) return quote.first(header + 8);
  // RFC 4884: extensions may follow it.
  const std::uint32_t original = icmp.at(5) * 4U;
  if (original != 0 && icmp.length() > kHeader + original && quote.has(4) &&
      quote.word(2) > original)
    return quote.first(header + original);
  return quote;
}

/// What an error quotes is no segment, but counts for the numbers of streams.
void read_icmp(Walk& walk, const IpHeader& ip, const View& icmp) {
  if (!walk.in_error) add_error(walk, ip, icmp, false);
  if (!icmp.has(8)) return;
  const std::uint8_t type = icmp.at(0);
  constexpr std::uint8_t kQuoting[] = {3, 4, 5, 11, 12};
  if (std::find(std::begin(kQuoting), std::end(kQuoting), type) == std::end(kQuoting)) return;
  const During<bool> in_error(walk.in_error, true);
  read_ip(walk, quotation(icmp, type));
}

void read_icmpv6(Walk& walk, const IpHeader& ip, const View& icmp) {
  constexpr std::uint8_t kLastError = 4, kRedirect = 137;
  if (!walk.in_error) add_error(walk, ip, icmp, true);
  if (!icmp.has(8)) return;
  const std::uint8_t type = icmp.at(0);
  if (type == kRedirect) walk.unread.note(Carrier::icmp, type);
  if (type == 0 || type > kLastError) return;
  const Deeper deeper(walk);
  const During<bool> in_error(walk.in_error, true);
  if (deeper) read_ipv6(walk, icmp.from(8));
}

}  // namespace

void read_ip_payload(Walk& walk, const IpHeader& ip, std::uint8_t protocol, const View& payload) {
  switch (protocol) {
    case kTcp:
      return read_tcp(walk, ip, payload);
    case kUdp:
      return read_udp(walk, ip, payload);
    case kIcmp:
      return read_icmp(walk, ip, payload);
    case kIcmpv6:
      return read_icmpv6(walk, ip, payload);
    case kIpInIp:
      return read_ip(walk, payload);
    case kIpv6: {
      const Deeper deeper(walk);
      if (deeper) read_ipv6(walk, payload);
      return;
    }
    case kGre:
      return read_gre(walk, payload);
    case kMplsInIp:
      return read_mpls(walk, payload);
    default:
      if (!is_harmless_ip_protocol(protocol)) walk.unread.note(Carrier::ip_protocol, protocol);
  }
}

}  // namespace rstcause::explain
