// SPDX-License-Identifier: GPL-2.0-or-later
#include "glue/collect.h"

#include <cstddef>
#include <cstring>
#include <iterator>

#include <epan/dissectors/packet-ip.h>
#include <wiretap/wtap.h>

#include "glue/comments.h"
#include "glue/guard.h"

namespace rstcause::glue {

Collected collected;
FileClock file_clock;

void renumber_collected(Frame number) {
  for (Segment* segment = collected.all_segments; segment != collected.segments_end; ++segment)
    segment->frame = number;
  for (IcmpError* error = collected.all_errors; error != collected.errors_end; ++error)
    error->frame = number;
}

namespace {

constexpr std::uint16_t kDontFragment = 0x4000;  ///< RFC 791, 3.1.

static_assert(JumpSafe<Segment> && JumpSafe<IcmpError>);

void begin(guint32 frame) {
  if (collected.frame != frame) collected.begin(frame);
}

/// What stands in the way of one protocol.
struct Watch {
  std::uint32_t protocol;
  const char *filter_name, *name, *short_name, *own_filter_name;
  dissector_t dissector;
  dissector_handle_t watched = nullptr;  ///< The protocol's own.
  dissector_handle_t ours = nullptr;
  dissector_handle_t next =
      nullptr;  ///< Called behind us: the protocol's, or what a script put there.
};
extern Watch tcp_watch, icmp_watch, icmpv6_watch;

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

bool is_timed(const packet_info* pinfo) {
  return (pinfo->presence_flags & PINFO_HAS_TS) != 0;
}

[[gnu::always_inline]] inline Nanos time_of(const packet_info* pinfo) {
  if (!is_timed(pinfo)) return file_clock.untimed();
  return file_clock.at({pinfo->abs_ts.secs, pinfo->abs_ts.nsecs});
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
  if (collected.is_full()) return;
  Segment& segment = *collected.segments_end;
  if (!decode_tcp({octets, captured}, reported, segment)) return;
  segment.frame = pinfo->num;
  segment.time = time_of(pinfo);
  segment.timed = is_timed(pinfo);
  copy_address(pinfo->src, segment.tuple.src);
  copy_address(pinfo->dst, segment.tuple.dst);
  copy_ip(pinfo, data, segment.ip, segment.ip_id);
  segment.behind = segment.rst ? behind(tvb) : Octets{};
  segment.word = nullptr;
  if (segment.rst && &segment == collected.all_segments) {
    collected.word = word_of(pinfo->rec != nullptr ? pinfo->rec->block : nullptr);
    segment.word = &collected.word;
  }
  collected.keep_segment();
}

/// Stands in TCP's place in ip.proto. Everything is copied before the call, for what comes
/// after it is not reached when the payload's dissector throws.
int dissect_before_tcp(tvbuff_t* tvb, packet_info* pinfo, proto_tree* tree, void* data) {
  begin(pinfo->num);
  if (!pinfo->flags.in_error_pkt) copy_segment(tvb, pinfo, data);
  return call_dissector_only(tcp_watch.next, tvb, pinfo, tree, data);
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
  return call_dissector_only(icmp_watch.next, tvb, pinfo, tree, data);
}

int dissect_before_icmpv6(tvbuff_t* tvb, packet_info* pinfo, proto_tree* tree, void* data) {
  begin(pinfo->num);
  if (!pinfo->flags.in_error_pkt) copy_error(tvb, pinfo, data, true);
  return call_dissector_only(icmpv6_watch.next, tvb, pinfo, tree, data);
}

Watch tcp_watch{
    6, "tcp", "TCP, watched for resets", "RSTCAUSE_WATCH", "rstcause_watch", dissect_before_tcp};
Watch icmp_watch{1,
                 "icmp",
                 "ICMP, watched for errors about TCP",
                 "RSTCAUSE_WATCH_ICMP",
                 "rstcause_watch_icmp",
                 dissect_before_icmp};
Watch icmpv6_watch{58,
                   "icmpv6",
                   "ICMPv6, watched for errors about TCP",
                   "RSTCAUSE_WATCH_ICMPV6",
                   "rstcause_watch_icmpv6",
                   dissect_before_icmpv6};

constexpr const char* kTable = "ip.proto";

void make(Watch& watch) {
  watch.watched = dissector_get_uint_handle(find_dissector_table(kTable), watch.protocol);
  if (watch.watched == nullptr) return;
  const int name = proto_register_protocol_in_name_only(
      watch.name, watch.short_name, watch.own_filter_name,
      proto_get_id_by_filter_name(watch.filter_name), FT_PROTOCOL);
  watch.ours = create_dissector_handle(watch.dissector, name);
}

/// A script's handle is gone once scripts have been loaded again.
bool still_stands(dissector_handle_t handle) {
  GSList* const all = dissector_table_get_dissector_handles(find_dissector_table(kTable));
  return g_slist_find(all, handle) != nullptr;
}

void install(Watch& watch) {
  if (watch.ours == nullptr) return;
  dissector_handle_t there =
      dissector_get_uint_handle(find_dissector_table(kTable), watch.protocol);
  if (there == watch.ours) {
    if (!still_stands(watch.next)) watch.next = watch.watched;
    return;
  }
  const bool chosen_by_user = there != dissector_get_default_uint_handle(kTable, watch.protocol);
  // Decode As says that it is something else. That it is what it is anyway may be said, too.
  if (there == nullptr || (chosen_by_user && there != watch.watched)) return;
  watch.next = there;
  dissector_add_uint(kTable, watch.protocol, watch.ours);
}

}  // namespace

void make_collector() {
  for (Watch* watch : {&tcp_watch, &icmp_watch, &icmpv6_watch}) make(*watch);
}

void install_collector() {
  file_clock = {};
  for (Watch* watch : {&tcp_watch, &icmp_watch, &icmpv6_watch}) install(*watch);
}

bool another_stands_for_tcp() {
  return tcp_watch.next != tcp_watch.watched;
}

bool tcp_was_called_directly(const packet_info* pinfo) {
  static const int tcp = proto_get_id_by_filter_name("tcp");
  static const int icmp = proto_get_id_by_filter_name("icmp");
  static const int icmpv6 = proto_get_id_by_filter_name("icmpv6");
  wmem_list_frame_t* layer = wmem_list_head(pinfo->layers);
  for (; layer != nullptr; layer = wmem_list_frame_next(layer)) {
    const int protocol = GPOINTER_TO_INT(wmem_list_frame_data(layer));
    if (protocol == icmp || protocol == icmpv6) return false;
    if (protocol == tcp) return true;
  }
  return false;
}

}  // namespace rstcause::glue
