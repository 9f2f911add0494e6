// SPDX-License-Identifier: GPL-2.0-or-later
#include "glue/postdissector.h"

#include <algorithm>
#include <optional>

#include <epan/conversation.h>
#include <epan/dissectors/packet-tcp.h>
#include <epan/tap.h>

#include "engine/engine_frames.h"
#include "glue/collect.h"
#include "glue/guard.h"
#include "glue/registration.h"
#include "glue/render.h"
#include "glue/session.h"

namespace rstcause::glue {
namespace {

/// Wireshark's own number of the conversation. By the recorded addresses: those in pinfo are
/// the innermost ones, and payload dissectors change them.
std::optional<std::uint32_t> stream_of(const Segment& segment, const packet_info* pinfo) {
  const auto epan_address = [](const Address& from) {
    const bool v4 = from.kind == Address::Kind::ipv4;
    address made;
    set_address(&made, v4 ? AT_IPv4 : AT_IPv6, v4 ? 4 : 16, from.octets.data());
    return made;
  };
  if (segment.tuple.src.kind == Address::Kind::other ||
      segment.tuple.src.kind == Address::Kind::none)
    return std::nullopt;
  const address src = epan_address(segment.tuple.src), dst = epan_address(segment.tuple.dst);
  const conversation_t* found = find_conversation(pinfo->num, &src, &dst, CONVERSATION_TCP,
                                                  segment.tuple.sport, segment.tuple.dport, 0);
  if (found == nullptr) {
    packet_info asked = *pinfo;
    asked.src = src;
    asked.dst = dst;
    asked.srcport = segment.tuple.sport;
    asked.destport = segment.tuple.dport;
    found = find_deinterlaced(asked);
  }
  if (found == nullptr) return std::nullopt;
  // Read-only, unlike get_tcp_conversation_data(), which clears what TCP noted on the frame.
  const auto* const tcp = static_cast<const tcp_analysis*>(
      conversation_get_proto_data(found, proto_get_id_by_filter_name("tcp")));
  return tcp != nullptr ? std::optional(tcp->stream) : std::nullopt;
}

constexpr auto guard = [](auto&& work) { return guarded(work); };

bool is_new(Session& session, const packet_info* pinfo) {
  if (PINFO_FD_VISITED(pinfo)) {
    guarded([&] { session.begin_again(pinfo->num); });
    return false;
  }
  bool fresh = false;
  guarded([&] { fresh = session.begin(pinfo->num, pinfo->fd->file_off); });
  return fresh;
}

/// Beside resets a frame may show the fate of its connection, where somebody asks for a field of
/// ours, and its RESP. Most show nothing, and that is to be known at once.
inline bool may_tell(const Session& session, Frame frame, bool may_have_fate, proto_tree* tree) {
  if (session.engine.any_belied()) return true;
  if (tree == nullptr) return false;
  return session.engine.has_resp(frame) ||
         (may_have_fate && proto_field_is_referenced(tree, registered().proto) != 0);
}

void queue_for_taps(const Collected& here, Session& session, packet_info* pinfo, std::size_t first,
                    std::size_t last) {
  if (first == last || !have_tap_listener(registered().tap)) return;
  // For the statistics, which alone tell them: a lookup takes some 1,000 instructions.
  tell_streams(session.engine, here, first, last, guard,
               [pinfo](const Segment& segment) { return stream_of(segment, pinfo); });
  auto* const record = wmem_new(pinfo->pool, TapRecord);
  *record = {first, last};
  tap_queue_packet(registered().tap, pinfo, record);
}

/// What there is to be said of the frame.
[[gnu::noinline]] int tell(const Collected& here, Session& session, Frame frame, tvbuff_t* tvb,
                           packet_info* pinfo, proto_tree* tree) {
  bool has_resets = false;
  if (here.has_reset) {
    session.engine.set_epoch(file_clock.epoch());
    const auto [first, last] = session.engine.resets_in(frame);
    has_resets = first != last;
    queue_for_taps(here, session, pinfo, first, last);
    if (!has_resets && !may_tell(session, frame, true, tree)) return 0;
  }
  return render(session, frame, here.segments(), has_resets, tvb, pinfo, tree);
}

/// Nothing was collected, for TCP was not called by IP. The first such frame says so for all.
[[gnu::noinline]] int tell_unwatched(Session& session, bool fresh, Frame frame, tvbuff_t* tvb,
                                     packet_info* pinfo, proto_tree* tree) {
  if (fresh && session.first_unwatched == 0 && tcp_was_called_directly(pinfo))
    session.first_unwatched = frame;
  return frame == session.first_unwatched ? render_unwatched(tvb, pinfo, tree) : 0;
}

/// A script that stands in TCP's place may have handed TCP other octets than it was handed, or
/// none.
bool tcp_read(const Collected& here, const packet_info* pinfo) {
  const auto segments = here.segments();
  return std::all_of(segments.begin(), segments.end(), [pinfo](const Segment& segment) {
    return stream_of(segment, pinfo).has_value();
  });
}

}  // namespace

int dissect_after_all(tvbuff_t* tvb, packet_info* pinfo, proto_tree* tree, void*) {
  Session* const open = session();
  if (open == nullptr || !open->switched_on) return 0;
  const bool fresh = is_new(*open, pinfo);
  const Frame frame = open->engines(pinfo->num);
  const bool passed_by = collected.frame == pinfo->num;
  const Collected* const here = take_collected(pinfo, frame);
  const bool by_another = another_stands_for_tcp();
  if (here == nullptr && passed_by && !by_another) return 0;
  if (here == nullptr || (by_another && !tcp_read(*here, pinfo)))
    return tell_unwatched(*open, fresh, frame, tvb, pinfo, tree);
  bool may_have_fate = true;
  if (fresh) may_have_fate = rstcause::observe(open->engine, *here, guard);
  if (!here->has_reset && !may_tell(*open, frame, may_have_fate, tree)) return 0;
  return tell(*here, *open, frame, tvb, pinfo, tree);
}

}  // namespace rstcause::glue
