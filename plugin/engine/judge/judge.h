// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <optional>
#include <utility>

#include "engine/judge/bearing.h"
#include "engine/judge/timers.h"
#include "engine/judge/verdict_cache.h"
#include "engine/judge/verdicts.h"
#include "engine/memory/intake.h"
#include "engine/memory/ping_rhythm.h"

namespace rstcause {

/// The engine's second part, judging: reads a reset against what was taken in, and weighs it.
/// Keeps the verdicts. What later frames tell of them is Revisions' matter.
class Judge {
 public:
  /// `on_weighing` sees each scene as it is weighed, if it is given.
  Judge(Intake& intake, IdleTimers timers, std::function<void(const Scene&)> on_weighing = {})
      : intake_(intake),
        timers_(std::move(timers)),
        on_weighing_(std::move(on_weighing)),
        earliest_timer_(earliest(timers_)) {}

  /// How far back in one flow a volley is looked at.
  static constexpr int kVolley = 8;

  /// Takes down what others have told of its hosts and port; to be told of the reset that is kept
  /// next.
  void meet_company(Reset& reset, const Flow& flow);
  const Footprints& footprints() const { return footprints_; }
  /// The reset as plain data, its trigger marked as answered.
  Reset read(const Segment& segment, const Flow& flow, End from);
  /// Ties this reset to the one before it in the same name, if this is another that nothing drew.
  void join_volley(const Flow& flow, Reset& reset) const;
  Verdict weigh(const Reset& reset, const Flow& flow) const;
  /// The reset that this one is only a copy of, as mirror ports and captures on two interfaces
  /// show it: one more than its place; 0 for a reset of its own.
  std::uint32_t original_of(const Flow& flow, const Reset& reset) const;
  /// The reset of that header which the flow has had, however many came since, of several the
  /// nearest in time: one more than its place; 0 for none.
  std::uint32_t had_before(const Flow& flow, End from, const Segment& reset) const;
  /// That of which this one is a copy because captures were put behind each other: the clock has
  /// gone back since the flow's latest reset, or had before. One more than its place; 0 for none.
  std::uint32_t shown_before(const Flow& flow, const Segment& segment, const Reset& reset);
  /// The pace of a client that opens, says nothing and aborts, again and again: a health check.
  std::optional<Nanos> pace_of(const Scene& scene);

  /// Keeps it as the last of all.
  void keep(Explained&& made) { verdicts_.push_back(std::move(made)); }
  /// The last of all is the latest of its flow.
  void link(Flow& flow);
  /// What the reset does to its connection.
  void close(Flow& flow, End from, const Segment& segment, const Explained& made) const;

  /// What clues are asked about: the reset among all that is known by now.
  Scene scene_of(const Explained& made) const {
    return {made.reset, intake_.flow(made.flow), std::as_const(intake_).hosts(), intake_.order()};
  }
  Verdicts& verdicts() { return verdicts_; }
  const Verdicts& verdicts() const { return verdicts_; }
  const IdleTimers& timers() const { return timers_; }

 private:
  bool is_copy_of(const Reset& r, const Explained& first, const Flow& flow) const;
  class Nearest;
  /// Of a flow whose resets a capture shows again: the latest of them, one more than its place, and
  /// when it was shown again. The others follow it in their order.
  struct ShownAgain {
    std::uint32_t flow = 0, verdict = 0;
    Nanos time = 0;
  };
  const ShownAgain* last_shown_again(const Flow& flow) const;
  Nanos behind(const ShownAgain& last) const;
  bool is_shown_again(const Flow& flow, const Reset& r) const;
  bool is_in_step(const Flow& flow, const Reset& r, std::uint32_t had) const;
  void look_from_first(const Flow& flow, const ShownAgain* last, Nearest& nearest) const;

  Intake& intake_;
  IdleTimers timers_;
  std::function<void(const Scene&)> on_weighing_;
  Nanos earliest_timer_;  ///< Most silences are shorter than any timer.
  PingRhythm rhythm_;
  mutable VerdictCache cache_;  ///< It spares weighing and changes no verdict.
  Footprints footprints_;
  Verdicts verdicts_;

  std::array<ShownAgain, 1024>
      shown_again_{};  ///< By the flow's number; what falls out is sought anew.
};

/// Ties a reset to another of the same volley.
void stand_beside(const Reset& other, Reset& reset);

}  // namespace rstcause
