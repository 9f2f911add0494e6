// SPDX-License-Identifier: GPL-2.0-or-later
//
// Segments that the capture shows behind others that came after them.
#include "engine/engine.h"

namespace rstcause {

/// The capture shows a segment behind others that came after it: those are taken back, and in
/// the true order all are taken in. Their frame numbers are exchanged accordingly.
void Engine::put_before(Flow& flow, End from, const Segment& segment, int overtaken) {
  std::vector<TakenBack> later = intake_.take_back(flow, overtaken);
  FrameOrder& order = intake_.order();
  std::vector<Frame> places, frames{segment.frame};
  for (const TakenBack& again : later) {
    places.push_back(again.segment.frame);
    frames.push_back(order.shown(again.segment.frame));
  }
  places.push_back(segment.frame);
  for (std::size_t i = 0; i < places.size(); ++i) order.assign(places[i], frames[i]);

  const std::size_t first_anew = forget_verdicts_of(flow, later);
  Renumbering moved(std::move(places));
  moved.apply(flow, intake_.hosts());

  Segment early = segment;
  early.frame = moved.late();
  Flow& its_flow = early.syn ? intake_.incarnation_of(flow, from, early) : flow;
  take_in(its_flow, its_flow.end_of(early.tuple), early);
  const bool opened_next = &its_flow != &flow;
  for (TakenBack& step : later) {
    Flow& now = opened_next ? intake_.incarnation_of(its_flow, step.from, step.segment) : flow;
    step.from = now.end_of(step.segment.tuple);
    take_in_again(now, step, moved, segment.frame);
  }
  revisions_.tell_since(first_anew, its_flow.id(), moved, segment.frame);
}

/// The flow's verdicts, and what they have left with hosts and ports, as they were before the first
/// reset of these; its place.
std::size_t Engine::forget_verdicts_of(Flow& flow, const std::vector<TakenBack>& later) {
  std::size_t first = judge_.verdicts().size();
  for (std::size_t i = later.size(); i-- > 0;) {
    if (later[i].verdict == 0) continue;
    const Explained& made = judge_.verdicts()[later[i].verdict - 1];
    if (made.duplicate_of != 0) continue;
    first = later[i].verdict - 1;
    judge_.footprints().take_back(first, made.reset.frame, flow, made.from(), intake_.hosts());
    flow.latest_verdict = made.before;
    if (flow.latest_verdict == 0) flow.first_verdict = 0;
  }
  return first;
}

void Engine::take_in_again(Flow& flow, TakenBack& step, Renumbering& moved, Frame early) {
  const Frame captured = step.segment.frame;
  step.segment.frame = moved(captured);
  if (!step.is_reset) {
    intake_.note_again(flow, step);
    return;
  }
  Checkpoint& again = intake_.begin_reset(flow, step.from, step.segment);
  if (step.verdict == 0) return;  // its analysis failed
  again.verdict = step.verdict;
  moved.add_reset(captured, judge_.footprints().before(step.verdict - 1));
  judge_anew(flow, step, moved, early);
  again.drawn = judge_.verdicts()[step.verdict - 1].reset.trigger.seen();
}

/// Reads a reset once more after its flow was put right, as if it came now. What others had told of
/// its hosts and port when it came stays so.
void Engine::judge_anew(Flow& flow, const TakenBack& step, const Renumbering& moved, Frame early) {
  const std::size_t index = step.verdict - 1;
  intake_.settle(flow, step.from, step.segment);
  Reset reset = judge_.read(step.segment, flow, step.from);
  Explained& made = judge_.verdicts()[index];
  reset.declared = std::move(made.reset.declared);
  reset.went_on = moved(made.reset.went_on);
  reset.one_sided = moved(made.reset.one_sided);
  reset.same_syn = moved(made.reset.same_syn);
  reset.ignored = moved(made.reset.ignored);
  reset.passed_on = made.reset.passed_on;
  reset.company = made.reset.company;
  made.flow = flow.id();  // the next one of its ports, where the late segment opened that
  if (made.duplicate_of != 0) {
    intake_.forget_answers(flow, step.segment.frame);
    made.reset = std::move(reset);
    return;
  }
  const Company now = company_now(flow, step.from, std::as_const(intake_).hosts());
  moved.apply(reset.company, now);
  moved.tell_of_late(reset.company, now);
  keep_what_bears(reset.company, reset, flow);
  judge_.join_volley(flow, reset);
  made.reset = std::move(reset);
  revisions_.tell_the_last(flow, made.reset);
  Verdict again = judge_.weigh(made.reset, flow);
  if (is_told_alike(again, made.verdict))
    revisions_.renew(index, std::move(again));
  else
    revisions_.change_verdict(index, std::move(again), early);
  made.before = flow.latest_verdict;
  flow.latest_verdict = step.verdict;
  if (flow.first_verdict == 0) flow.first_verdict = flow.latest_verdict;
  act_on(index, flow, step.from, step.segment);
}

}  // namespace rstcause
