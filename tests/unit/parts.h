// SPDX-License-Identifier: GPL-2.0-or-later
// The engine's three parts by themselves, fed from a conversation one segment after the other.
#pragma once

#include <string_view>

#include "engine/judge/judge.h"
#include "engine/judge/revisions.h"
#include "engine/memory/intake.h"
#include "support/trace.h"

namespace rstcause::test {

/// Taking in as Engine has it; judging and revising are for the test to do.
class Parts {
 public:
  explicit Parts(std::string_view conversation) : trace_(conversation) {}

  const Segment& segment(std::size_t number) const { return trace_.segments()[number - 1]; }

  /// Takes in the segment of that number, from 1 on. A RST is only found its place.
  Intake::Place take(std::size_t number) {
    const Segment& s = segment(number);
    const Intake::Place place = intake.place_of(s);
    if (place.flow == nullptr || s.rst) return place;
    const bool unseen = intake.begin(*place.flow, place.from, s);
    accepts = intake.note(*place.flow, place.from, s, unseen).accepts;
    return place;
  }
  /// All before the segment of that number.
  void take_until(std::size_t number) {
    for (std::size_t i = 1; i < number; ++i) take(i);
  }
  /// Takes in a RST and keeps its verdict; nobody is told of it. Its place.
  std::size_t explain(std::size_t number) {
    const Intake::Place at = take(number);
    Explained made{.reset = judge.read(segment(number), *at.flow, at.from),
                   .own_frame = segment(number).frame,
                   .flow = at.flow->id()};
    made.verdict = judge.weigh(made.reset, *at.flow);
    judge.keep(std::move(made));
    judge.link(*at.flow);
    const std::size_t index = judge.verdicts().size() - 1;
    judge.close(*at.flow, at.from, segment(number), judge.verdicts()[index]);
    return index;
  }

 private:
  Trace trace_;

 public:
  Intake intake;
  Judge judge{intake, default_timers()};
  Revisions revisions{intake, judge};
  const Service* accepts = nullptr;  ///< What Intake::note() said last.
};

}  // namespace rstcause::test
