// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <cstdint>
#include <functional>
#include <utility>
#include <vector>

#include "engine/judge/judge.h"
#include "engine/judge/revisions.h"
#include "engine/memory/intake.h"

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
/// tells more; everything else is final at once. The only door to the engine's three parts, which
/// it composes: Intake, Judge, Revisions.
class Engine {
 public:
  // Its parts are moved on, which cppcheck 2.10 does not see.
  // cppcheck-suppress passedByValue
  explicit Engine(EngineOptions options = {})
      : intake_({.resp = options.resp, .resp_ports = std::move(options.resp_ports)}),
        judge_(intake_, std::move(options.timers), std::move(options.on_weighing)),
        revisions_(intake_, judge_) {}

  /// Takes in the next segment. Frames never go back; a frame may hold several segments. What goes
  /// wrong inside (std::bad_alloc) is thrown on, and costs this segment alone: the engine stands,
  /// and a reset is reported as `unknown`, detail `internal_error`. True when the connection that
  /// has these ports by now has been reset: for others there is no reset_of() this frame.
  bool observe(const Segment& segment);
  /// Takes in an ICMP error, in its place among the segments.
  void observe(const IcmpError& error) { intake_.note(error); }

  /// Where Segment::time is 0, in seconds since 1970: FileClock::epoch().
  void set_epoch(std::int64_t seconds) { epoch_ = seconds; }
  std::int64_t epoch() const { return epoch_; }

  /// Every reset so far, in the order of the capture.
  const Verdicts& explained() const { return judge_.verdicts(); }
  /// The reader's own number of the conversation of a reset, for those who ask for it.
  void tell_stream(std::size_t place, std::uint32_t stream) {
    Explained& made = judge_.verdicts()[place];
    made.stream = stream;
    made.has_stream = true;
  }
  /// The places in explained() of the resets of one frame: first and one past the last.
  std::pair<std::size_t, std::size_t> resets_in(Frame frame) const {
    return judge_.verdicts().in_frame(frame);
  }
  /// The RESP messages completed by one frame.
  std::vector<RespLabel> resp_in(Frame frame) const { return intake_.labels().in(frame); }
  bool has_resp(Frame frame) const { return intake_.labels().has(frame); }
  FrameOrder& order() { return intake_.order(); }
  bool any_belied() const { return revisions_.any_belied(); }
  /// The reset that this frame shows not to have been its sender's word, or nullptr.
  const Explained* belied_by(Frame frame) const { return revisions_.belied_by(frame); }
  /// The first reset of the connection that this tuple had at that frame, or nullptr.
  const Explained* reset_of(const Tuple& tuple, Frame frame);

  const FrameOrder& order() const { return intake_.order(); }
  const IdleTimers& timers() const { return judge_.timers(); }

  /// What clues are asked about: the reset among all that is known by now.
  Scene scene_of(const Explained& reset) const { return judge_.scene_of(reset); }

  /// That reset weighed once more with what it was told by others and, of its connection, what came
  /// before it: for tests, as nothing may come of it but the same verdict.
  Verdict weigh_again(std::size_t index) { return revisions_.weigh_as_then(index); }

  /// Packs everything away that comes back when it is asked for. Changes nothing that the engine
  /// tells; no reference that it gave holds any longer.
  void put_away() {
    intake_.put_away();
    judge_.verdicts().put_all_away();
  }

  const Flow& flow(std::uint32_t id) const { return intake_.flow(id); }
  std::size_t flow_count() const { return intake_.flow_count(); }

 private:
  // engine.cpp: one segment after the other.
  [[gnu::always_inline]] const Flow& follow(const Segment& segment);
  [[gnu::always_inline]] void take_in_inlined(Flow& flow, End from, const Segment& segment);
  [[gnu::noinline]] Intake::Place place_of_reset(const Segment& segment);
  void take_in(Flow& flow, End from, const Segment& segment);
  void take_in_reset(Flow& flow, End from, const Segment& segment);
  void explain(Flow& flow, End from, const Segment& segment);
  void add_context(const Flow& flow, Explained& made);
  void act_on(std::size_t index, Flow& flow, End from, const Segment& segment);
  void tell_failure(const Segment& segment);

  // engine_order.cpp: segments that the capture shows too late.
  void put_before(Flow& flow, End from, const Segment& segment, int overtaken);
  std::size_t forget_verdicts_of(Flow& flow, const std::vector<TakenBack>& later);
  void take_in_again(Flow& flow, TakenBack& step, Renumbering& moved, Frame early);
  void judge_anew(Flow& flow, const TakenBack& step, const Renumbering& moved, Frame early);

  std::int64_t epoch_ = 0;
  Intake intake_;
  Judge judge_;
  Revisions revisions_;
};

}  // namespace rstcause
