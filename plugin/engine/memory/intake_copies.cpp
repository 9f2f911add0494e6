// SPDX-License-Identifier: GPL-2.0-or-later
//
// Packets that the capture shows more than once: none of them was sent again.
#include <algorithm>

#include "engine/memory/intake.h"

namespace rstcause {
namespace {

/// A mirror port delivers its copy at once; a retransmission timer never is this quick.
constexpr Nanos kCopyWithin = kMillisecond / 2;

/// How many segments of its connection may lie between one and its copy from behind a router:
/// what is in flight on the path between two capture points, or passes while their clocks differ.
constexpr int kCopyBack = 256;

}  // namespace

/// A copy from another hop is known by its IP ID however late it comes; without one it comes as
/// late as others of the two hosts have.
Nanos Intake::latest_copy(const Flow& flow, bool from_elsewhere, std::uint16_t ip_id) const {
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
bool Intake::is_soon_enough_for_a_copy(const SegmentHeader& first, const Flow& flow, End from,
                                       const Segment& again) const {
  const bool from_elsewhere = flow.hops_farther(from, again) != 0;
  return again.time - first.time < latest_copy(flow, from_elsewhere, again.ip_id);
}

/// The segment of which this one is a copy that was captured on a router's other side, while others
/// came between; nullptr if it is none.
RecentSegments::Entry* Intake::find_copied(const Flow& flow, End from, const Segment& segment) {
  RecentSegments::Entry* entry = recent_.find(flow.latest_recent, flow);
  for (int back = 0; entry != nullptr && back < kCopyBack; ++back) {
    if (entry->from == from && is_same_packet(entry->header, flow, from, segment)) return entry;
    entry = recent_.find(entry->before, flow);
  }
  return nullptr;
}

/// Captures that somebody put behind each other begin anew with packets of before, and a clock that
/// has gone back. The connection that had shown this one, and that it now is a copy to; or nullptr.
Flow* Intake::shown_before(Flow& known, const Segment& segment) {
  constexpr int kIncarnations = 8;
  const bool clock_went_back = segment.time < known.last_time();
  Flow* flow = &known;
  for (int back = 0; flow != nullptr && back < kIncarnations; ++back) {
    const End from = flow->end_of(segment.tuple);
    if (segment.rst && checkpoints_.has_had(*flow, from, segment)) return flow;
    if (!segment.rst && find_copied(*flow, from, segment) != nullptr) {
      flow->note_copy(from);
      return flow;
    }
    flow = clock_went_back ? flow->previous() : nullptr;
  }
  return nullptr;
}

/// Known by its hops: then its sender's segments pass a router between two capture points.
bool Intake::take_for_copy_from_elsewhere(Flow& flow, End from, const Segment& copy) {
  RecentSegments::Entry* const first = find_copied(flow, from, copy);
  if (first == nullptr) return false;
  first->passed_on = true;
  Host& host = hosts_.host(flow, from);
  ++host.passed_on;
  host.passed_on_time = copy.time;
  host.copied_after = std::max(host.copied_after, copy.time - first->header.time);
  if (flow.hops_farther(from, copy) < 0) host.copied_backwards = true;
  flow.note_copy(from);
  return true;
}

}  // namespace rstcause
