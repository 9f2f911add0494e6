// SPDX-License-Identifier: GPL-2.0-or-later
#include "glue/collect.h"

#include <algorithm>
#include <cstddef>
#include <cstring>
#include <iterator>

#include <epan/dissectors/packet-ip.h>
#include <wiretap/wtap.h>

#include "glue/comments.h"
#include "glue/guard.h"

namespace rstcause::glue {

Collected collected;

void renumber_collected(Frame number) {
  for (Segment* segment = collected.all_segments; segment != collected.segments_end; ++segment)
    segment->frame = number;
  for (IcmpError* error = collected.all_errors; error != collected.errors_end; ++error)
    error->frame = number;
}

namespace {

constexpr std::uint16_t kDontFragment = 0x4000;  ///< RFC 791, 3.1.
constexpr std::uint32_t kIpProtocolTcp = 6, kIpProtocolIcmp = 1, kIpProtocolIcmpv6 = 58;

static_assert(JumpSafe<Segment> && JumpSafe<IcmpError>);

void begin(guint32 frame) {
  if (collected.frame == frame) return;
  collected.frame = frame;
  collected.segments_end = collected.all_segments;
  collected.errors_end = collected.all_errors;
  collected.has_reset = false;
}

dissector_handle_t tcp_handle, icmp_handle, icmpv6_handle;

/// Of whatever kind.
Address any_address(const address& from) {
  const auto* octets = static_cast<const std::uint8_t*>(from.data);
  if (octets == nullptr || from.len <= 0) return {};
  const Address::Kind kind = from.type == AT_IPv4   ? Address::Kind::ipv4
                             : from.type == AT_IPv6 ? Address::Kind::ipv6
                                                    : Address::Kind::other;
  return Address::of(kind, {octets, static_cast<std::size_t>(from.len)});
}

/// Filled in its place: most are IPv4, and that is a few moves.
inline void copy_address(const address& from, Address& into) {
  if (from.type != AT_IPv4 || from.len != 4 || from.data == nullptr) {
    into = any_address(from);
    return;
  }
  into.octets = {};
  std::memcpy(into.octets.data(), from.data, 4);
  into.kind = Address::Kind::ipv4;
}

std::uint32_t interface_of(const packet_info* pinfo) {
  const wtap_rec* const record = pinfo->rec;
  const bool told = record != nullptr && record->rec_type == REC_TYPE_PACKET &&
                    (record->presence_flags & WTAP_HAS_INTERFACE_ID) != 0;
  return told ? record->rec_header.packet_header.interface_id : 0;
}

/// What IP hands down beside the payload (packet-ip.h, ws_ip_protocol()); nothing elsewhere.
[[gnu::always_inline]] inline void copy_ip(const packet_info* pinfo, void* data, IpFacts& into,
                                           std::uint16_t& id) {
  into.interface = interface_of(pinfo);
  if (data != nullptr && pinfo->net_src.type == AT_IPv4) {
    if (const ws_ip4* ip = WS_IP4_PTR(data)) {
      into.version = 4;
      into.ttl = ip->ip_ttl;
      into.may_fragment = (ip->ip_off & kDontFragment) == 0;
      id = ip->ip_id;
      return;
    }
  }
  const ws_ip6* const ip =
      data != nullptr && pinfo->net_src.type == AT_IPv6 ? WS_IP6_PTR(data) : nullptr;
  into.version = ip != nullptr ? 6 : 0;
  into.may_fragment = false;
  into.ttl = ip != nullptr ? ip->ip6_hop : 0;
  id = 0;
}

/// A file may hold any time. Beyond 145 years from the epoch all are one, so that the difference
/// of two can be counted in nanoseconds.
constexpr std::int64_t kFarthest = (std::int64_t{1} << 62U) / kSecond - 8;

[[gnu::always_inline]] inline Nanos time_of(const packet_info* pinfo) {
  if ((pinfo->presence_flags & PINFO_HAS_TS) == 0) return 0;
  std::int64_t seconds = pinfo->abs_ts.secs;
  const bool is_near = static_cast<std::uint64_t>(seconds) + kFarthest <= 2U * kFarthest;
  if (!is_near) seconds = std::clamp(seconds, -kFarthest, kFarthest);
  return seconds * kSecond + pinfo->abs_ts.nsecs;
}

/// What the frame holds behind the datagram that holds `tvb`, where that stands in the frame
/// itself: not where fragments or a decompressed stream were put together.
std::span<const std::uint8_t> behind(tvbuff_t* tvb) {
  tvbuff_t* const frame = tvb_get_ds_tvb(tvb);
  const auto end = static_cast<gint>(tvb_raw_offset(tvb) + tvb_reported_length(tvb));
  const gint left = tvb_captured_length_remaining(frame, end);
  if (left <= 0) return {};
  return {tvb_get_ptr(frame, end, left), static_cast<std::size_t>(left)};
}

/// Filled in its place: clearing it first would cost as much as reading the header.
void copy_segment(tvbuff_t* tvb, const packet_info* pinfo, void* data) {
  const std::uint32_t captured = tvb_captured_length(tvb), reported = tvb_reported_length(tvb);
  if (captured < kLeastHeader) return;
  const std::uint8_t* const octets = tvb_get_ptr(tvb, 0, static_cast<gint>(captured));
  Segment* const place = collected.segments_end;
  if (place == std::end(collected.all_segments)) return;
  Segment& segment = *place;
  if (!decode_tcp({octets, captured}, reported, segment)) return;
  segment.frame = pinfo->num;
  segment.time = time_of(pinfo);
  copy_address(pinfo->src, segment.tuple.src);
  copy_address(pinfo->dst, segment.tuple.dst);
  copy_ip(pinfo, data, segment.ip, segment.ip_id);
  segment.behind = {};
  segment.word = nullptr;
  if (segment.rst) {
    segment.behind = behind(tvb);
    if (&segment == collected.all_segments) {
      collected.word = word_of(pinfo);
      segment.word = &collected.word;
    }
    collected.has_reset = true;
  }
  segment.shares_frame = &segment != collected.all_segments;
  collected.all_segments[0].shares_frame = segment.shares_frame;
  collected.segments_end = &segment + 1;
}

/// Stands in TCP's place in ip.proto. Everything is copied before the call, for what comes
/// after it is not reached when the payload's dissector throws.
int dissect_before_tcp(tvbuff_t* tvb, packet_info* pinfo, proto_tree* tree, void* data) {
  begin(pinfo->num);
  if (!pinfo->flags.in_error_pkt) copy_segment(tvb, pinfo, data);
  return call_dissector_only(tcp_handle, tvb, pinfo, tree, data);
}

void copy_error(tvbuff_t* tvb, const packet_info* pinfo, void* data, bool v6) {
  const auto captured = static_cast<std::size_t>(tvb_captured_length(tvb));
  IcmpError* const place = collected.errors_end;
  if (captured == 0 || place == std::end(collected.all_errors)) return;
  IcmpError& error = *place;
  const std::uint8_t* octets = tvb_get_ptr(tvb, 0, static_cast<gint>(captured));
  error = {};
  if (!decode_icmp({octets, captured}, v6, error)) return;
  error.frame = pinfo->num;
  error.time = time_of(pinfo);
  copy_address(pinfo->src, error.from);
  std::uint16_t id = 0;
  copy_ip(pinfo, data, error.ip, id);
  ++collected.errors_end;
}

int dissect_before_icmp(tvbuff_t* tvb, packet_info* pinfo, proto_tree* tree, void* data) {
  begin(pinfo->num);
  if (!pinfo->flags.in_error_pkt) copy_error(tvb, pinfo, data, false);
  return call_dissector_only(icmp_handle, tvb, pinfo, tree, data);
}

int dissect_before_icmpv6(tvbuff_t* tvb, packet_info* pinfo, proto_tree* tree, void* data) {
  begin(pinfo->num);
  if (!pinfo->flags.in_error_pkt) copy_error(tvb, pinfo, data, true);
  return call_dissector_only(icmpv6_handle, tvb, pinfo, tree, data);
}

/// What stands in the way of one protocol.
struct Watch {
  std::uint32_t protocol;
  const char *filter_name, *name, *short_name, *own_filter_name;
  dissector_handle_t& handle;
  dissector_t dissector;
};

void install(const Watch& watch) {
  watch.handle = dissector_get_uint_handle(find_dissector_table("ip.proto"), watch.protocol);
  if (watch.handle == nullptr) return;
  const int name = proto_register_protocol_in_name_only(
      watch.name, watch.short_name, watch.own_filter_name,
      proto_get_id_by_filter_name(watch.filter_name), FT_PROTOCOL);
  dissector_add_uint("ip.proto", watch.protocol, create_dissector_handle(watch.dissector, name));
}

}  // namespace

void install_collector() {
  install({kIpProtocolTcp, "tcp", "TCP, watched for resets", "RSTCAUSE_WATCH", "rstcause_watch",
           tcp_handle, dissect_before_tcp});
  install({kIpProtocolIcmp, "icmp", "ICMP, watched for errors about TCP", "RSTCAUSE_WATCH_ICMP",
           "rstcause_watch_icmp", icmp_handle, dissect_before_icmp});
  install({kIpProtocolIcmpv6, "icmpv6", "ICMPv6, watched for errors about TCP",
           "RSTCAUSE_WATCH_ICMPV6", "rstcause_watch_icmpv6", icmpv6_handle, dissect_before_icmpv6});
}

}  // namespace rstcause::glue
