// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstring>
#include <vector>

#include "engine/flow.h"

namespace rstcause {

/// One segment as its flow took it in, with what the flow was before: a step that can be taken
/// back when the capture turns out to show an earlier segment later.
struct Step {
  std::uint32_t flow = 0;
  std::uint32_t before = 0;   ///< The serial number of this flow's step before, 0: none.
  std::uint32_t verdict = 0;  ///< A reset: one more than its place among the verdicts.
  bool drawn = false;         ///< A reset: the segment that drew it was found.
  End from = End::a;
  Segment segment;  ///< Without views; its options are kept in `options`.
  std::array<std::uint8_t, 40> options{};
  Flow::Memento memento;
};

/// The latest steps of all flows together. Captures from several queues or interfaces swap
/// segments that are a few milliseconds apart, no more, so few steps will do.
class Steps {
 public:
  /// Keeps what the flow is now, before it takes in this segment.
  [[gnu::always_inline]] Step& begin(Flow& flow, End from, const Segment& segment);

  /// The earliest step of the flow that this segment truly came before; nullptr where it stands
  /// in its place.
  Step* overtaken(Flow& flow, End from, const Segment& segment) {
    if (!flow.out_of_step && segment.time >= flow.last_time()) return nullptr;  // nearly always
    return find_overtaken(flow, from, segment);
  }

  /// The flow's steps from that one on, oldest first, and the flow as it was before them.
  std::vector<Step> take_back(Flow& flow, const Step& first);

 private:
  static constexpr std::uint32_t kSize = 64;
  static constexpr int kDepth = 16;

  /// Might a later segment turn out to have come before this one? All that came_before() knows
  /// begins with one of these.
  static bool may_be_overtaken(const Flow& flow, End from, const Segment& segment) {
    const Endpoint& y = flow.at(other(from));
    return segment.rst || segment.time < flow.last_time() ||
           (segment.ack_set && (!y.speaks || segment.ack.after(y.snd_nxt)));
  }
  static Octets copy_options(const Segment& segment, std::array<std::uint8_t, 40>& to);

  Step* find_overtaken(Flow& flow, End from, const Segment& segment);
  Step* find(std::uint32_t serial, const Flow& flow);

  std::vector<Step> steps_;
  std::uint32_t newest_ = 0;
};

// For every segment, and inlined where it is called.

/// Nearly all segments have twelve octets of them: those are copied without a call.
inline Octets Steps::copy_options(const Segment& segment, std::array<std::uint8_t, 40>& to) {
  constexpr std::size_t kUsual = 12;
  const std::size_t kept = std::min(segment.option_octets.size(), to.size());
  if (kept == kUsual)
    std::memcpy(to.data(), segment.option_octets.data(), kUsual);
  else if (kept != 0)
    std::memcpy(to.data(), segment.option_octets.data(), kept);
  return {to.data(), kept};
}

inline Step& Steps::begin(Flow& flow, End from, const Segment& segment) {
  if (steps_.empty()) steps_.resize(kSize);  // never again: segments point into their own steps
  if (++newest_ == 0) newest_ = 1;
  Step& step = steps_[(newest_ - 1) % kSize];
  step.flow = flow.id();
  step.before = flow.latest_step;
  step.verdict = 0;
  step.drawn = false;
  step.from = from;
  step.segment = segment;
  step.segment.payload = {};
  step.segment.behind = {};
  step.segment.option_octets = copy_options(segment, step.options);
  flow.save(from, step.memento);
  flow.out_of_step |= may_be_overtaken(flow, from, segment);
  flow.latest_step = newest_;
  return step;
}

}  // namespace rstcause
