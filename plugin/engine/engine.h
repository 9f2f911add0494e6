// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <unordered_map>
#include <utility>
#include <vector>

#include "engine/judge/classify.h"
#include "engine/judge/pending_verdicts.h"
#include "engine/judge/timers.h"
#include "engine/judge/verdict_cache.h"
#include "engine/judge/verdicts.h"
#include "engine/memory/checkpoints.h"
#include "engine/memory/flow_table.h"
#include "engine/memory/frame_order.h"
#include "engine/memory/hosts.h"
#include "engine/memory/icmp_reports.h"
#include "engine/memory/ping_rhythm.h"
#include "engine/memory/recent.h"
#include "resp/label_store.h"

namespace rstcause {

/// A RESP message seen in a frame, with the frame of its partner.
using RespLabel = resp::LabelStore::Stored;

/// What the user may switch.
struct EngineOptions {
  bool resp = true;  ///< Recognise RESP by the traffic.
  /// Ports where RESP is spoken by the user's word, in ascending order.
  std::vector<std::uint16_t> resp_ports = {};
  IdleTimers timers = default_timers();
  /// Sees each scene as it is weighed; of a reset weighed several times the last one counts.
  /// For tools that measure the catalogue.
  std::function<void(const Scene&)> on_weighing = {};
};

/// Reads a capture once, segment by segment in the order of its frames, and explains each
/// reset from what passed before it. A few verdicts are taken up again when a later frame
/// tells more; everything else is final at once.
class Engine {
 public:
  explicit Engine(EngineOptions options = {})
      : options_(std::move(options)), earliest_timer_(earliest(options_.timers)) {}

  /// Takes in the next segment. Frames never go back; a frame may hold several segments. What goes
  /// wrong inside (std::bad_alloc) is thrown on, and costs this segment alone: the engine stands,
  /// and a reset is told as `unknown`, detail `internal_error`. True when the connection that has
  /// these ports by now has been reset: for others there is no reset_of() this frame.
  bool observe(const Segment& segment);
  /// Takes in an ICMP error, in its place among the segments.
  void observe(const IcmpError& error);

  /// Every reset so far, in the order of the capture.
  const Verdicts& explained() const { return explained_; }
  /// The reader's own number of the conversation of a reset, for those who ask for it.
  void tell_stream(std::size_t place, std::uint32_t stream) {
    explained_[place].stream = stream;
    explained_[place].has_stream = true;
  }
  /// The places in explained() of the resets of one frame: first and one past the last.
  std::pair<std::size_t, std::size_t> resets_in(Frame frame) const;
  /// The RESP messages completed by one frame.
  std::vector<RespLabel> resp_in(Frame frame) const { return resp_.in(frame); }
  bool has_resp(Frame frame) const { return resp_.has(frame); }
  /// Another frame takes this number: what was said of the former lapses.
  void forget_labels(Frame frame) { resp_.forget(frame); }
  bool any_belied() const { return !belied_.empty(); }
  /// The reset that this frame shows not to have been its sender's word, or nullptr.
  const Explained* belied_by(Frame frame) const {
    const auto found = belied_.find(frame);
    return found == belied_.end() ? nullptr : &explained_[found->second];
  }
  /// The first reset of the connection that this tuple had at that frame, or nullptr.
  const Explained* reset_of(const Tuple& tuple, Frame frame);

  const Order& order() const { return order_; }
  const IdleTimers& timers() const { return options_.timers; }

  /// What clues are asked about: the reset among all that is known by now.
  Scene scene_of(const Explained& reset) const { return {reset.reset, flows_[reset.flow], hosts_}; }

  /// Packs everything away that comes back when it is asked for. Changes nothing that the engine
  /// tells; no reference that it gave holds any longer.
  void put_away() {
    flows_.put_all_away();
    explained_.put_all_away();
    hosts_.put_all_away();
  }

  const Flow& flow(std::uint32_t id) const { return flows_[id]; }
  std::size_t flow_count() const { return flows_.size(); }

 private:
  /// How far back in one flow a volley is weighed again.
  static constexpr int kVolley = 8;
  /// How many of a flow's latest segments may have been answered by resets that are read anew.
  static constexpr int kTakenBack = 64;
  /// A port that is not heard of within a minute will not explain an old reset any more.
  static constexpr Nanos kPendingFor = 60 * kSecond;

  // engine.cpp: one segment after the other.
  [[gnu::always_inline]] const Flow& follow(const Segment& segment);
  void tell_failure(const Segment& segment);
  void keep(Explained&& made);
  /// Where a segment belongs.
  struct Place {
    Flow* latest = nullptr;  ///< The connection that has its 4-tuple by now.
    Flow* flow = nullptr;    ///< The one that it is of; nullptr: it is done with.
    End from = End::a;
  };
  [[gnu::always_inline]] Place place_of(const Segment& segment);
  Flow& incarnation_of(Flow& known, End from, const Segment& segment);
  [[gnu::always_inline]] void take_in_inlined(Flow& flow, End from, const Segment& segment);
  void take_in(Flow& flow, End from, const Segment& segment);
  void take_in_reset(Flow& flow, End from, const Segment& segment);
  Reset read(const Segment& segment, const Flow& flow, End from);
  Verdict weigh(const Reset& reset, const Flow& flow) const;
  void judge(Flow& flow, End from, const Segment& segment);
  void act_on(std::size_t index, Flow& flow, End from, const Segment& segment);
  void close_after(Flow& flow, End from, const Segment& segment, const Explained& made) const;
  void join_volley(const Flow& flow, Reset& reset) const;
  void tell_the_last(const Flow& flow, const Reset& reset);
  void note_rhythm(const Scene& scene, Explained& made);

  // engine_order.cpp: segments that the capture shows too late.
  void put_before(Flow& flow, End from, const Segment& segment, int overtaken);
  void take_in_again(Flow& flow, Step& step, Frame early);
  void judge_anew(Flow& flow, const Step& step, Frame early);

  // engine_hindsight.cpp: what only the reset tells of the segments before it.
  void recognise_probes(Flow& flow, End from, const Segment& reset);

  // engine_copies.cpp: packets that it shows twice.
  bool take_for_copy(Flow& flow, End from, const Segment& segment) {
    if (flow.hops_farther(from, segment) != 0 && take_for_copy_from_elsewhere(flow, from, segment))
      return true;
    const Glimpse& last = flow.at(from).last;
    if (!last.seen() || !is_same_packet(last, flow, from, segment)) return false;
    flow.note_copy(from);
    return true;
  }
  bool take_for_copy_from_elsewhere(Flow& flow, End from, const Segment& copy);
  bool is_same_packet(const Glimpse& first, const Flow& flow, End from,
                      const Segment& again) const {
    return first.is_header_of(again) && is_soon_enough_for_a_copy(first, flow, from, again);
  }
  bool is_soon_enough_for_a_copy(const Glimpse& first, const Flow& flow, End from,
                                 const Segment& again) const;
  Nanos latest_copy(const Flow& flow, bool from_elsewhere, std::uint16_t ip_id) const;
  Recent::Entry* find_copied(const Flow& flow, End from, const Segment& segment);
  bool is_copy_of(const Reset& r, const Explained& first, const Flow& flow) const;
  std::uint32_t original_of(const Flow& flow, const Reset& reset) const;
  void note_reset_copy(std::size_t index, const Reset& copy);

  // engine_hosts.cpp: what a connection tells of its hosts and ports.
  void remember(const Scene& scene, bool loses_state);
  const Host* note_probe(const Scene& scene);
  void note_unserved(const Scene& scene);
  void note_refused_ack(const Scene& scene);
  void note_lost(const Scene& scene);
  void note_abort(const Scene& scene);
  void note_shed(const Scene& scene);
  void note_completed(const Flow& flow, End from, const Segment& segment);
  void note_service(const Flow& flow, End from, const Segment& segment);
  void note_accepted(const Flow& flow, End from, const Segment& syn_ack);
  void note_served(const Flow& flow, End from, const Segment& segment);
  void note_closed(const Flow& flow, End from, const Segment& fin);

  // engine_waiting.cpp: verdicts that wait for news of those.
  void wait_for_more(const Scene& scene, const Verdict& verdict, std::size_t index);
  void weigh_again(std::uint32_t newest, Frame frame, Nanos now);
  void settle(Subject subject, Frame frame, Nanos now);
  void tell_the_refused(std::uint32_t service, Frame frame, Nanos now);
  void tell_neighbours(Subject subject, const Clue& clue, Frame frame, Nanos since);
  void tell_of_port(Subject port, Frame frame, Nanos now);

  // engine_revisions.cpp: what later segments of the connection itself tell.
  void settle_flow(const Flow& flow, Frame frame, Nanos now);
  void notice_going_on(const Flow& flow, End from, const Segment& segment);
  void notice_request_alive(const Flow& flow, End from, const Segment& syn_ack);
  void notice_acceptance(const Flow& flow, End from, const Segment& syn_ack);
  void notice_one_sided(const Flow& flow, const Segment& segment);
  void belie(std::size_t index, Frame frame);
  void judge_again(std::size_t index, Frame frame);
  void change_verdict(std::size_t index, Verdict&& again, Frame frame);

  // engine_application.cpp: what the application says.
  void follow_application(Flow& flow, End from, const Segment& segment);
  void follow_resp(Flow& flow, End from, const Segment& segment);
  bool begins_resp(Flow& flow, End from, const Segment& segment) const;
  static void follow_protocol(Flow& flow, End from, const Segment& segment);
  static void follow_heartbeat(Flow& flow, const Segment& segment);
  bool is_resp_port(const Tuple& tuple) const;
  static void tell_application(const Flow& flow, Explained& into);
  void settle_application(Flow& flow);

  EngineOptions options_;
  Nanos earliest_timer_;     ///< Most silences are shorter than any timer.
  mutable FlowTable flows_;  ///< To look at a flow may unpack it, which nobody sees.
  Recent recent_;
  Steps steps_{recent_};
  Order order_;
  Hosts hosts_;
  Notices notices_;
  Rhythm rhythm_;
  mutable Precedents precedents_;  ///< They spare weighing and change no verdict.
  Verdicts explained_;
  std::vector<Frame> reset_frames_;  ///< Of each of explained_.
  Waiting waiting_;
  std::unordered_map<Frame, std::size_t>
      belied_;  ///< By the frame that belies: a place in explained_.
  resp::LabelStore resp_;
  resp::Labels fresh_labels_;  ///< A place for those of one segment.
};

}  // namespace rstcause
