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

  Segment early = segment;
  early.frame = places.front();
  take_in(flow, from, early);
  for (std::size_t i = 0; i < later.size(); ++i) {
    later[i].segment.frame = places[i + 1];
    take_in_again(flow, later[i], segment.frame);
  }
}

void Engine::take_in_again(Flow& flow, TakenBack& again, Frame early) {
  if (again.is_reset) {
    Checkpoint& checkpoint = intake_.begin_reset(flow, again.from, again.segment);
    if (again.verdict == 0) return;  // its analysis failed
    checkpoint.verdict = again.verdict;
    judge_anew(flow, again, early);
    checkpoint.drawn = judge_.verdicts()[again.verdict - 1].reset.trigger.seen();
    return;
  }
  intake_.note_again(flow, again);
}

/// Reads a reset once more after its flow was put right.
void Engine::judge_anew(Flow& flow, const TakenBack& again, Frame early) {
  Explained& made = judge_.verdicts()[again.verdict - 1];
  Reset reset = judge_.read(again.segment, flow, again.from);
  reset.declared = std::move(made.reset.declared);
  reset.went_on = made.reset.went_on;
  reset.stayed_gone = made.reset.stayed_gone;
  reset.one_sided = made.reset.one_sided;
  reset.passed_on = made.reset.passed_on;
  if (made.duplicate_of == 0) judge_.join_volley(flow, reset);
  made.reset = std::move(reset);
  if (made.duplicate_of != 0) return;
  revisions_.change_verdict(again.verdict - 1, judge_.weigh(made.reset, flow), early);
  act_on(again.verdict - 1, flow, again.from, again.segment);
}

}  // namespace rstcause
