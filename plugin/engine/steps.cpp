// SPDX-License-Identifier: GPL-2.0-or-later
#include "engine/steps.h"

#include <algorithm>

namespace rstcause {
namespace {

/// Receive queues and interfaces are drained within this.
constexpr Nanos kExchanged = 5 * kMillisecond;
/// Without a word from the clock only what stands as close as this is put before.
constexpr Nanos kByNumbers = 2 * kMillisecond;

/// The later segment acknowledges the earlier one, which nobody had seen then.
bool acknowledges_unseen(const Step& step, const Segment& early) {
  if (!step.segment.ack_set || early.seq_len() == 0 || step.segment.ack != early.seq_end())
    return false;
  return !step.memento.y_spoke || step.segment.ack.after(step.memento.y_snd_nxt);
}

/// A reset that nothing had drawn has the numbers of an answer to this one (RFC 9293, 3.5.2).
bool is_answer_to(const Step& step, const Segment& early) {
  const Segment& rst = step.segment;
  if (!rst.rst || step.drawn || early.rst) return false;
  if (rst.ack_set) return !early.ack_set && rst.ack == early.seq_end();
  if (!early.ack_set || early.ack != rst.seq) return false;
  const Endpoint& x = step.memento.x;
  return early.seq_len() != 0 || !x.speaks || x.last.syn || x.fin != 0;
}

bool came_before(const Segment& early, End from, const Step& step) {
  const Nanos ahead = step.segment.time - early.time;
  if (ahead > 0) return ahead <= kExchanged;
  if (-ahead > kByNumbers || from == step.from) return false;
  return acknowledges_unseen(step, early) || is_answer_to(step, early);
}

}  // namespace

Step* Steps::find(std::uint32_t serial, const Flow& flow) {
  if (serial == 0 || newest_ - serial >= kSize) return nullptr;
  Step& step = steps_[(serial - 1) % kSize];
  return step.flow == flow.id() ? &step : nullptr;
}

Step* Steps::find_overtaken(Flow& flow, End from, const Segment& segment) {
  // A frame's number can only be exchanged if it is that of one segment.
  if (segment.shares_frame) return nullptr;
  Step* first = nullptr;
  Step* step = find(flow.latest_step, flow);
  if (step == nullptr || segment.time - step->segment.time > kExchanged) flow.out_of_step = false;
  for (int depth = 0; step != nullptr && depth < kDepth; ++depth) {
    if (segment.time - step->segment.time > kExchanged) break;
    if (step->segment.shares_frame) break;
    if (came_before(segment, from, *step)) first = step;
    step = find(step->before, flow);
  }
  return first;
}

std::vector<Step> Steps::take_back(Flow& flow, const Step& first) {
  std::vector<Step> taken;
  for (Step* step = find(flow.latest_step, flow); step != nullptr;
       step = find(step->before, flow)) {
    taken.push_back(*step);
    flow.restore(step->from, step->memento);
    if (step == &first) break;
  }
  std::reverse(taken.begin(), taken.end());
  for (Step& step : taken)
    step.segment.option_octets = {step.options.data(), step.segment.option_octets.size()};
  flow.latest_step = taken.front().before;
  return taken;
}

}  // namespace rstcause
