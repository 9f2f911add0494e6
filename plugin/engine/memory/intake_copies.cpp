// SPDX-License-Identifier: GPL-2.0-or-later
//
// Packets that the capture shows more than once: none of them was sent again.
#include <algorithm>

#include "engine/engine.h"

namespace rstcause {
namespace {

/// A mirror port delivers its copy at once; a retransmission timer never is this quick.
constexpr Nanos kCopyWithin = kMillisecond / 2;
/// Of a reset, which no timer repeats: twice what is allowed to a segment's copy.
constexpr Nanos kResetCopyWithin = kMillisecond;

/// How many segments of its connection may lie between one and its copy from behind a router:
/// what is in flight on the path between two capture points, or passes while their clocks differ.
constexpr int kCopyBack = 256;

}  // namespace

/// A copy from another hop is known by its IP ID however late it comes; without one it comes as
/// late as others of the two hosts have.
Nanos Engine::latest_copy(const Flow& flow, bool from_elsewhere, std::uint16_t ip_id) const {
  if (ip_id != 0) return from_elsewhere ? kPointsApart : kCopyWithinByIpId;
  if (!from_elsewhere) return kCopyWithin;
  Nanos others = 0;
  for (const End end : {End::a, End::b}) {
    const Host* const host = hosts_.find_host(flow, end);
    if (host != nullptr) others = std::max(others, host->copied_after);
  }
  return std::max(kCopyWithinByIpId, 2 * others);
}

/// Its numbers are the same: might a timer have sent it again?
bool Engine::is_soon_enough_for_a_copy(const Glimpse& first, const Flow& flow, End from,
                                       const Segment& again) const {
  const bool from_elsewhere = flow.hops_farther(from, again) != 0;
  return again.time - first.time < latest_copy(flow, from_elsewhere, again.ip_id);
}

/// The segment of which this one is a copy that was captured on a router's other side, while others
/// came between; nullptr if it is none.
Recent::Entry* Engine::find_copied(const Flow& flow, End from, const Segment& segment) {
  Recent::Entry* entry = recent_.find(flow.latest_recent, flow);
  for (int back = 0; entry != nullptr && back < kCopyBack; ++back) {
    if (entry->from == from && is_same_packet(entry->glimpse, flow, from, segment)) return entry;
    entry = recent_.find(entry->before, flow);
  }
  return nullptr;
}

/// Known by its hops: then its sender's segments pass a router between two capture points.
bool Engine::take_for_copy_from_elsewhere(Flow& flow, End from, const Segment& copy) {
  Recent::Entry* const first = find_copied(flow, from, copy);
  if (first == nullptr) return false;
  first->passed_on = true;
  Host& host = hosts_.host(flow, from);
  ++host.passed_on;
  host.passed_on_time = copy.time;
  host.copied_after = std::max(host.copied_after, copy.time - first->glimpse.time);
  if (flow.hops_farther(from, copy) < 0) host.copied_backwards = true;
  flow.note_copy(from);
  return true;
}

/// The same packet, captured twice.
bool Engine::is_copy_of(const Reset& r, const Explained& first, const Flow& flow) const {
  if (first.from() != r.x_end || !r.has_header_of(first.reset)) return false;
  const Nanos later = r.time - first.time();
  const bool from_elsewhere = r.ip.ttl != first.reset.ip.ttl;
  if (r.ip_id != 0) return later < latest_copy(flow, from_elsewhere, r.ip_id);
  // Linux sends replies with IP ID 0: equal ones are real if each has a segment to answer. Where
  // every packet is shown several times, each reset is as well, and no oftener.
  const bool one_more = first.copies < flow.most_copies();
  if (one_more && from_elsewhere) return later < latest_copy(flow, true, 0);
  // The connection's other packets would have been shown again as well.
  const bool others_shown_once = flow.at(End::a).last.seen() || flow.at(End::b).last.seen();
  return later < kResetCopyWithin && (one_more || (!others_shown_once && !r.fresh_trigger));
}

/// A reset that is captured again on a router's other side was not made there.
void Engine::note_reset_copy(std::size_t index, const Reset& copy) {
  Explained& first = explained_[index];
  if (first.copies < UINT8_MAX) ++first.copies;
  if (first.reset.passed_on || copy.ip.ttl == 0 || copy.ip.ttl == first.reset.ip.ttl) return;
  first.reset.passed_on = true;
  if (first.verdict.cause->sender != Sender::endpoint) judge_again(index, copy.frame);
}

/// The reset that this one is only a copy of, as mirror ports and captures on two interfaces
/// show it: one more than its place; 0 for a reset of its own. Of several that look alike the
/// oldest, for packets keep their order.
std::uint32_t Engine::original_of(const Flow& flow, const Reset& r) const {
  std::uint32_t place = flow.latest_verdict, original = 0;
  for (int back = 0; place != 0 && back < kVolley; ++back) {
    const Explained& before = explained_[place - 1];
    if (r.time - before.time() >= kPointsApart) break;
    const bool same_frame = before.reset.frame == r.frame;  // a copy is another frame's
    if (!same_frame && is_copy_of(r, before, flow)) original = place;
    place = before.before;
  }
  return original;
}

}  // namespace rstcause
