// SPDX-License-Identifier: GPL-2.0-or-later
//
// Packets that the capture shows more than once: none of them was sent again.
#include "engine/engine.h"

namespace rstcause {
namespace {

/// How many segments of its connection may lie between one and its copy from behind a router:
/// what is in flight on the path between two capture points.
constexpr int kCopyBack = 64;

/// Of a reset, which no timer repeats: twice what is allowed to a segment's copy.
constexpr Nanos kResetCopyWithin = kMillisecond;

/// The same packet, captured twice.
bool is_copy_of(const Reset& r, const Explained& first, const Flow& flow) {
  if (first.from() != r.x_end || !r.has_header_of(first.reset)) return false;
  const Nanos later = r.time - first.time();
  if (r.ip.id != 0) return later < kCopyWithinByIpId;
  // Linux sends replies with IP ID 0: equal ones are real if each has a segment to answer. Where
  // every packet is shown several times, each reset is as well, and no oftener.
  const bool one_more = first.copies < flow.most_copies();
  if (one_more && r.ip.ttl < first.reset.ip.ttl) return later < kCopyWithinByIpId;
  // The connection's other packets would have been shown again as well.
  const bool others_shown_once = flow.at(End::a).last.seen() || flow.at(End::b).last.seen();
  return later < kResetCopyWithin && (one_more || (!others_shown_once && !r.fresh_trigger));
}

}  // namespace

/// The segment of which this one is a copy that was captured behind a router, while others came
/// between; nullptr if it is none.
Recent::Entry* Engine::find_copied(const Flow& flow, End from, const Segment& segment) {
  Recent::Entry* entry = recent_.find(flow.latest_recent, flow);
  for (int back = 0; entry != nullptr && back < kCopyBack; ++back) {
    if (entry->from == from && flow.is_same_packet(entry->glimpse, from, segment)) return entry;
    entry = recent_.find(entry->before, flow);
  }
  return nullptr;
}

void Engine::note_passed_on(const Flow& flow, End from, const Segment& copy) {
  Host& host = hosts_.host(flow, from);
  ++host.passed_on;
  host.passed_on_time = copy.time;
  if (Recent::Entry* const first = copy_from_behind(flow, from, copy)) first->passed_on = true;
}

/// A reset that is captured again behind a router was not made there.
void Engine::note_reset_copy(std::size_t index, const Reset& copy) {
  Explained& first = explained_[index];
  if (first.copies < UINT8_MAX) ++first.copies;
  if (first.reset.passed_on || copy.ip.ttl == 0 || copy.ip.ttl >= first.reset.ip.ttl) return;
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
    if (r.time - before.time() >= kCopyWithinByIpId) break;
    const bool same_frame = before.reset.frame == r.frame;  // a copy is another frame's
    if (!same_frame && is_copy_of(r, before, flow)) original = place;
    place = before.before;
  }
  return original;
}

}  // namespace rstcause
