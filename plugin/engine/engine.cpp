// SPDX-License-Identifier: GPL-2.0-or-later
#include "engine/engine.h"

#include <cstdlib>

#include "engine/judge/failure.h"
#include "engine/tell/context.h"

namespace rstcause {

// What every segment passes through, inlined into observe(): finding its connection, then taking
// it in. What hardly ever comes stands in functions of its own.

inline const Flow& Engine::follow(const Segment& segment) {
  const Intake::Place place = segment.rst ? place_of_reset(segment) : intake_.place_of(segment);
  if (place.flow != nullptr)
    take_in_inlined(*place.flow, place.from, segment);
  else if (place.overtaken != 0)
    put_before(*place.latest, place.from, segment, place.overtaken);
  return *place.latest;
}

inline void Engine::take_in_inlined(Flow& flow, End from, const Segment& segment) {
  intake_.hold(flow);
  if (segment.rst) {
    take_in_reset(flow, from, segment);
    return;
  }
  if (segment.syn && flow.has_previous() && flow.first_frame() == segment.frame)
    revisions_.hear_of_next(*flow.previous(), segment);
  const bool unseen = intake_.begin(flow, from, segment);
  if (flow.latest_verdict != 0) revisions_.hear(flow, from, segment);
  const Intake::News news = intake_.note(flow, from, segment, unseen);
  if (news.accepts != nullptr)
    revisions_.hear_of_acceptance(*news.accepts, segment.frame, segment.time);
  if (news.closes != nullptr) revisions_.hear_of_close(*news.closes, segment.frame, segment.time);
  if (!segment.payload.empty()) intake_.follow_application(flow, from, segment);
}

/// A reset with the header of one that a connection of its ports has had, the nearest in time, is
/// that one's copy, and stands nowhere in the connection's order.
Intake::Place Engine::place_of_reset(const Segment& segment) {
  Flow *const latest = intake_.latest_of(segment.tuple), *flow = latest;
  Intake::Place nearest;
  Nanos apart = 0;
  for (int back = 0; flow != nullptr && back < Intake::kIncarnations; ++back) {
    const End from = flow->end_of(segment.tuple);
    if (const std::uint32_t had = judge_.had_before(*flow, from, segment); had != 0) {
      const Nanos now_apart = std::abs(judge_.verdicts()[had - 1].time() - segment.time);
      if (nearest.flow == nullptr || now_apart < apart) {
        nearest = {latest, flow, from};
        apart = now_apart;
      }
    }
    flow = segment.time < latest->last_time() ? flow->previous() : nullptr;
  }
  return nearest.flow != nullptr ? nearest : intake_.place_of(segment);
}

void Engine::take_in(Flow& flow, End from, const Segment& segment) {
  take_in_inlined(flow, from, segment);
}

void Engine::take_in_reset(Flow& flow, End from, const Segment& segment) {
  intake_.settle(flow, from, segment);
  Checkpoint& here = intake_.begin_reset(flow, from, segment);
  explain(flow, from, segment);
  const Verdicts& verdicts = judge_.verdicts();
  here.verdict = static_cast<std::uint32_t>(verdicts.size());
  here.drawn = verdicts.back().reset.trigger.seen();
}

bool Engine::observe(const Segment& segment) {
  const std::size_t told = segment.rst ? judge_.verdicts().size() : 0;
  try {
    return follow(segment).first_verdict != 0;
  } catch (...) {
    if (segment.rst && judge_.verdicts().size() == told) tell_failure(segment);
    throw;
  }
}

/// A reset whose analysis ended by an exception: no reset goes without a verdict.
void Engine::tell_failure(const Segment& segment) {
  Flow& flow = intake_.flow_for(segment);
  Explained made;
  made.reset.frame = made.own_frame = segment.frame;
  made.reset.time = segment.time;
  made.reset.timed = segment.timed;
  made.reset.x_end = flow.end_of(segment.tuple);
  made.reset.ip = segment.ip;
  made.reset.ip_id = segment.ip_id;
  made.reset.seq = segment.seq;
  made.reset.ack = segment.ack;
  made.reset.ack_set = segment.ack_set;
  made.reset.wnd = segment.wnd;
  made.flow = flow.id();
  made.verdict = verdict_of_failure(segment.frame);
  judge_.keep(std::move(made));
  judge_.link(flow);
}

void Engine::explain(Flow& flow, End from, const Segment& segment) {
  Explained made{.reset = judge_.read(segment, flow, from),
                 .own_frame = order().shown(segment.frame),
                 .flow = flow.id()};
  const std::uint32_t again = judge_.shown_before(flow, segment, made.reset);
  const std::uint32_t original = again != 0 ? again : judge_.original_of(flow, made.reset);
  if (original != 0) {
    revisions_.note_copy(original - 1, made.reset);
    const Explained& first = judge_.verdicts()[original - 1];
    made.duplicate_of = first.frame();
    intake_.forget_answers(flow, segment.frame);
    made.verdict = first.verdict;
    made.context = first.context;
  } else {
    judge_.meet_company(made.reset, flow);
    judge_.join_volley(flow, made.reset);
    revisions_.tell_the_last(flow, made.reset);
    made.verdict = judge_.weigh(made.reset, flow);
    add_context(flow, made);
  }
  tell_application(Scene(made.reset, flow, std::as_const(intake_).hosts(), order()), made);
  const bool is_copy = made.duplicate_of != 0;
  judge_.keep(std::move(made));
  if (is_copy) return;
  const Verdicts& verdicts = judge_.verdicts();
  judge_.link(flow);
  act_on(verdicts.size() - 1, flow, from, segment);
}

/// What the application was doing, in words: later segments change that.
void Engine::add_context(const Flow& flow, Explained& made) {
  const Scene scene(made.reset, flow, std::as_const(intake_).hosts(), order());
  made.context = context_of(scene, made.verdict, order());
  if (const auto period = judge_.pace_of(scene)) made.context.push_back(context_of_pace(*period));
}

/// What a verdict means to its connection and to others.
void Engine::act_on(std::size_t index, Flow& flow, End from, const Segment& segment) {
  const Explained& made = judge_.verdicts().hold(index);
  judge_.close(flow, from, segment, made);
  revisions_.tell_others(made, index, flow);
}

const Explained* Engine::reset_of(const Tuple& tuple, Frame frame) {
  const Flow* const flow = intake_.flow_at(tuple, frame);
  return flow == nullptr || flow->first_verdict == 0 ? nullptr
                                                     : &judge_.verdicts()[flow->first_verdict - 1];
}

}  // namespace rstcause
