// SPDX-License-Identifier: GPL-2.0-or-later
//
// Packets that the capture shows more than once: none of them was sent again.
#include <algorithm>
#include <cstdlib>

#include "engine/memory/intake.h"

namespace rstcause {
namespace {

/// A mirror port delivers its copy at once; a retransmission timer never is this quick.
constexpr Nanos kCopyWithin = kMillisecond / 2;

/// Of its sender's numbers all was shown: what it sends, and what it acknowledges.
bool has_said(const Flow& flow, End from, const Segment& segment) {
  const Endpoint& x = flow.at(from);
  const auto is_behind = [](SeqNum number, SeqNum latest) {
    return latest.distance_from(number) <= kWidestWindow;
  };
  if (!x.speaks || !is_behind(segment.seq_end(), x.snd_nxt)) return false;
  if (segment.ack_set && !(x.acks && is_behind(segment.ack, x.rcv_nxt))) return false;
  return !segment.syn || (x.syn != 0 && x.isn == segment.seq);
}

/// The SYN of a connection that the first capture shows without: of a moment before its latest, and
/// shortly before the first number that its sender is known to have used.
bool opened(const Flow& known, End from, const Segment& segment) {
  constexpr std::uint32_t kMissed = 1U << 20U;  // what the first capture may lack of it
  const Endpoint &x = known.at(from), &y = known.at(other(from));
  if (!segment.syn || segment.rst || segment.ack_set || x.syn != 0 || !(x.speaks || y.acks))
    return false;
  const SeqNum first = x.speaks ? x.first_seq : y.first_ack;
  return known.last_time() - segment.time > kExchanged &&
         first.distance_from(segment.seq + 1) < kMissed;
}

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
/// has gone back: a connection of these ports, the nearest in time, had shown this one, and it now
/// is a copy to it.
bool Intake::was_shown_before(Flow& known, const Segment& segment) {
  Flow *flow = &known, *nearest = nullptr;
  Nanos apart = 0;
  for (int back = 0; flow != nullptr && back < kIncarnations; ++back) {
    const RecentSegments::Entry* const first =
        find_copied(*flow, flow->end_of(segment.tuple), segment);
    const Nanos now_apart = first == nullptr ? 0 : std::abs(first->header.time - segment.time);
    if (first != nullptr && (nearest == nullptr || now_apart < apart)) {
      nearest = flow;
      apart = now_apart;
    }
    flow = flow->previous();
  }
  if (nearest != nullptr) nearest->note_shown_again();
  return nearest != nullptr;
}

/// What the flow had at that time is still kept, segment by segment: none of them is this one.
bool Intake::is_remembered(const Flow& flow, Nanos time) {
  const RecentSegments::Entry* entry = recent_.find(flow.latest_recent, flow);
  for (int back = 0; entry != nullptr && back < kCopyBack; ++back) {
    if (entry->header.time <= time || entry->before == 0) return true;
    entry = recent_.find(entry->before, flow);
  }
  return false;
}

/// What comes again from farther back than single segments are kept or put in their places, with a
/// clock that has gone back: its connection has had all its numbers, and nothing follows from them
/// now.
bool Intake::tells_nothing_new(const Flow& known, const Segment& segment) {
  if (segment.rst) return false;
  const Flow* flow = &known;
  for (int back = 0; flow != nullptr && back < kIncarnations; ++back) {
    const Nanos ahead = flow->last_time() - segment.time;
    const bool is_shown_again = flow->most_copies() != 0 && ahead > kExchanged;
    if (ahead > 0 && has_said(*flow, flow->end_of(segment.tuple), segment))
      return is_shown_again || !is_remembered(*flow, segment.time);
    flow = flow->previous();
  }
  return false;
}

Intake::Place Intake::place_of_older(Flow& known, End from, const Segment& segment) {
  if (!segment.rst) {
    if (known.has_previous() && was_shown_before(known, segment)) return {.latest = &known};
    if (may_be_copy(known, from, segment) && take_for_copy(known, from, segment))
      return {.latest = &known};
    if (was_shown_before(known, segment)) return {.latest = &known};
  }
  const bool opened_it = opened(known, from, segment);
  if (opened_it) known.note_shown_again();
  if (const int overtaken = checkpoints_.overtaken(known, from, segment); overtaken != 0)
    return {.latest = &known, .from = from, .overtaken = overtaken};
  if (opened_it || tells_nothing_new(known, segment)) return {.latest = &known};
  return place_in_turn(known, from, segment);
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
