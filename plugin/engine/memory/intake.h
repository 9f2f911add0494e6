// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <cstdint>
#include <utility>
#include <vector>

#include "engine/memory/checkpoints.h"
#include "engine/memory/flow_table.h"
#include "engine/memory/frame_order.h"
#include "engine/memory/hosts.h"
#include "engine/memory/icmp_reports.h"
#include "engine/memory/recent.h"
#include "resp/label_store.h"

namespace rstcause {

/// How the application's words are followed.
struct FollowOptions {
  bool resp = true;  ///< Recognise RESP by the traffic.
  /// Ports where RESP is spoken by the user's word, in ascending order.
  std::vector<std::uint16_t> resp_ports = {};
};

/// The engine's first part, taking in: finds the connection of each segment, passes over copies,
/// sees what the capture shows too late, and notes the rest with the connection, its hosts and its
/// ports. Owns all that is remembered of a capture but the verdicts, and knows nothing of those.
class Intake {
 public:
  explicit Intake(FollowOptions options = {}) : options_(std::move(options)) {}
  Intake(const Intake&) = delete;
  Intake& operator=(const Intake&) = delete;

  /// Where a segment belongs.
  struct Place {
    Flow* latest = nullptr;  ///< The connection that has its 4-tuple by now.
    Flow* flow = nullptr;    ///< The one that it is of; nullptr: it is not to be taken in now...
    End from = End::a;
    int overtaken = 0;  ///< ... but before so many of `latest`'s segments; 0: it is a copy.
  };
  [[gnu::always_inline]] Place place_of(const Segment& segment);

  /// To be told first of each segment that is taken in, no RST. Whether it acknowledges what its
  /// peer has not been seen to send.
  [[gnu::always_inline]] bool begin(Flow& flow, End from, const Segment& segment) {
    const bool unseen = RecentSegments::acks_unseen(flow, from, segment);
    checkpoints_.begin(flow, segment, unseen);
    return unseen;
  }
  /// What a segment tells that pending verdicts may wait for: the port that accepts by it, or the
  /// host that closes, having just aborted another connection.
  struct News {
    const Service* accepts = nullptr;
    const Host* closes = nullptr;
  };
  /// Notes the segment.
  [[gnu::always_inline]] News note(Flow& flow, End from, const Segment& segment, bool unseen);
  /// Reads its payload, which is not empty.
  void follow_application(Flow& flow, End from, const Segment& segment);
  /// The same of a RST: nothing of it is noted, but what it tells of the segments before it.
  void settle(Flow& flow, End from, const Segment& reset);

  /// Takes back the latest segments of a flow, oldest first, before which an earlier one belongs.
  std::vector<TakenBack> take_back(Flow& flow, int count);
  /// Takes in one of those once more, no RST.
  void note_again(Flow& flow, const TakenBack& again);
  /// The checkpoint of a RST.
  /// The flow as it was before that reset, by one more than its verdict's place; nullptr where that
  /// is not kept any more.
  const Checkpoint* as_before(const Flow& flow, std::uint32_t verdict) {
    return checkpoints_.of_reset(flow, verdict);
  }
  Checkpoint& begin_reset(Flow& flow, End from, const Segment& segment) {
    return checkpoints_.begin_reset(flow, from, segment);
  }
  /// What the latest segments had been answered by since that frame is open again.
  void forget_answers(const Flow& flow, Frame since) {
    recent_.forget_answers(flow, since, kTakenBack);
  }

  /// Takes in an ICMP error, in its place among the segments.
  void note(const IcmpError& error);

  /// The connection that a segment is of, where there may be several of its 4-tuple; `known` is
  /// the latest one. A SYN may open the next.
  Flow& incarnation_of(Flow& known, End from, const Segment& segment);
  /// How many connections of the same ports are asked whether they had shown something before.
  static constexpr int kIncarnations = 8;
  /// The latest connection of this 4-tuple, or nullptr.
  Flow* latest_of(const Tuple& tuple) { return flows_.find(tuple).flow; }
  /// The connection that has, or opens by this segment, this 4-tuple.
  Flow& flow_for(const Segment& segment);
  /// The connection that this 4-tuple had at that frame, or nullptr.
  Flow* flow_at(const Tuple& tuple, Frame frame);
  Flow& flow(std::uint32_t id) const { return flows_[id]; }
  std::size_t flow_count() const { return flows_.size(); }
  /// This flow's reference holds until another is kept.
  void hold(const Flow& flow) { flows_.hold(flow); }

  /// How much later than the first a second packet of these hosts may be its copy.
  Nanos latest_copy(const Flow& flow, bool from_elsewhere, std::uint16_t ip_id) const;

  Hosts& hosts() { return hosts_; }
  const Hosts& hosts() const { return hosts_; }
  RecentSegments& recent() { return recent_; }
  FrameOrder& order() { return order_; }
  const FrameOrder& order() const { return order_; }
  IcmpReports& icmp_reports() { return icmp_reports_; }
  resp::LabelStore& labels() { return labels_; }
  const resp::LabelStore& labels() const { return labels_; }

  /// Packs everything away that comes back when it is asked for.
  void put_away() {
    flows_.put_all_away();
    hosts_.put_all_away();
  }

 private:
  /// Of a segment that is older than its connection's latest: hardly any is.
  [[gnu::noinline]] Place place_of_older(Flow& known, End from, const Segment& segment);
  /// Of one that is no copy, and stands behind all that its connection has.
  [[gnu::always_inline]] Place place_in_turn(Flow& known, End from, const Segment& segment);

  /// How many of a flow's latest segments may have been answered by resets that are read anew.
  static constexpr int kTakenBack = 64;

  // intake_copies.cpp: packets that the capture shows twice.
  /// From another hop, or with the numbers of its sender's latest segment: hardly any is.
  static bool may_be_copy(const Flow& flow, End from, const Segment& segment) {
    const Endpoint& x = flow.at(from);
    const std::uint8_t ttl = segment.syn ? x.shape.ttl : x.ttl;
    const SegmentHeader& last = x.last;
    return (last.seq == segment.seq && last.len == segment.len && last.flags == segment.flags) ||
           segment.ip.ttl != ttl;
  }
  bool take_for_copy(Flow& flow, End from, const Segment& segment) {
    if (flow.hops_farther(from, segment) != 0 && take_for_copy_from_elsewhere(flow, from, segment))
      return true;
    const SegmentHeader& last = flow.at(from).last;
    if (!last.seen() || !is_same_packet(last, flow, from, segment)) return false;
    if (was_sent_later(flow.at(from), segment)) return false;
    flow.note_copy(from);
    return true;
  }
  bool take_for_copy_from_elsewhere(Flow& flow, End from, const Segment& copy);
  bool is_same_packet(const SegmentHeader& first, const Flow& flow, End from,
                      const Segment& again) const {
    return first.is_header_of(again) && is_soon_enough_for_a_copy(first, flow, from, again);
  }
  /// The same octets again with a clock of their sender's that has gone on are no copy: queues let
  /// go what timers had put into them.
  static bool was_sent_later(const Endpoint& x, const Segment& again) {
    return x.timestamps && has_usual_timestamps(again) && usual_ts_val(again) != x.ts_val;
  }
  bool is_soon_enough_for_a_copy(const SegmentHeader& first, const Flow& flow, End from,
                                 const Segment& again) const;
  bool was_shown_before(Flow& known, const Segment& segment);
  bool tells_nothing_new(const Flow& known, const Segment& segment);
  bool is_remembered(const Flow& flow, Nanos time);
  RecentSegments::Entry* find_copied(const Flow& flow, End from, const Segment& segment);

  // intake_services.cpp: what a connection's segments tell of its hosts and ports.
  static bool completes_handshake(const Flow& flow, End from, const Segment& segment);
  static bool tells_of_its_service(const Flow& flow, End from, const Segment& segment);
  void note_completed(const Flow& flow, End from, const Segment& segment);
  News note_service(const Flow& flow, End from, const Segment& segment);
  const Service* note_accepted(const Flow& flow, End from, const Segment& syn_ack);
  void note_served(const Flow& flow, End from, const Segment& segment);
  const Host* note_closed(const Flow& flow, End from, const Segment& fin);

  // intake_probes.cpp: what only the reset tells of the segments before it.
  void recognise_probes(Flow& flow, End from, const Segment& reset);

  // intake_application.cpp: what the application says.
  void follow_resp(Flow& flow, End from, const Segment& segment);
  bool begins_resp(Flow& flow, End from, const Segment& segment) const;
  static void follow_protocol(Flow& flow, End from, const Segment& segment);
  static void follow_heartbeat(Flow& flow, const Segment& segment);
  bool is_resp_port(const Tuple& tuple) const;
  void settle_application(Flow& flow);

  FollowOptions options_;
  mutable FlowTable flows_;  ///< To look at a flow may unpack it, which nobody sees.
  RecentSegments recent_;
  Checkpoints checkpoints_{recent_};
  FrameOrder order_;
  Hosts hosts_;
  IcmpReports icmp_reports_;
  resp::LabelStore labels_;
  resp::Labels fresh_labels_;  ///< A place for those of one segment.
};

// What every segment passes through, inlined into Engine::observe(): finding its connection, then
// noting it. What hardly ever comes stands in functions of its own.

inline Intake::Place Intake::place_of(const Segment& segment) {
  const auto [known, from, hash] = flows_.find(segment.tuple);
  if (known == nullptr) {
    hosts_.begin(segment.time);
    Flow& opened = flows_.open(segment, nullptr, hash);
    return {&opened, &opened, End::a};
  }
  if (segment.time < known->last_time()) return place_of_older(*known, from, segment);
  if (!segment.rst && may_be_copy(*known, from, segment) && take_for_copy(*known, from, segment))
    return {.latest = known};
  if (const int overtaken = checkpoints_.overtaken(*known, from, segment); overtaken != 0)
    return {.latest = known, .from = from, .overtaken = overtaken};
  return place_in_turn(*known, from, segment);
}

inline Intake::Place Intake::place_in_turn(Flow& known, End from, const Segment& segment) {
  if (!segment.syn && !known.has_previous()) return {&known, &known, from};
  Flow& flow = incarnation_of(known, from, segment);
  Flow* const latest = flow.first_frame() == segment.frame ? &flow : &known;
  return {latest, &flow, flow.end_of(segment.tuple)};
}

/// The client's answer to the SYN-ACK (RFC 9293, 3.5).
inline bool Intake::completes_handshake(const Flow& flow, End from, const Segment& segment) {
  const Endpoint &x = flow.at(from), &y = flow.at(other(from));
  return x.last.syn && segment.ack_set && !segment.syn && !x.last.ack_set && y.last.syn &&
         y.last.ack_set;
}

/// What note_service() looks at.
inline bool Intake::tells_of_its_service(const Flow& flow, End from, const Segment& segment) {
  const Endpoint& x = flow.at(from);
  return (segment.syn && segment.ack_set) || x.fin == segment.frame ||
         (x.first_data == segment.frame && !flow.is_client(from));
}

inline Intake::News Intake::note(Flow& flow, End from, const Segment& segment, bool unseen) {
  if (completes_handshake(flow, from, segment)) note_completed(flow, from, segment);
  const bool stamped = flow.note(from, segment);
  recent_.add(flow, from, segment, unseen, stamped);
  return tells_of_its_service(flow, from, segment) ? note_service(flow, from, segment) : News{};
}

}  // namespace rstcause
