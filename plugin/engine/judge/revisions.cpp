// SPDX-License-Identifier: GPL-2.0-or-later
//
// What later segments of a connection tell of the resets that it had.
#include "engine/judge/revisions.h"

#include <algorithm>

#include "engine/judge/clues/capture.h"
#include "engine/judge/clues/identity.h"

namespace rstcause {
namespace {

/// How many resets later a copy may stand: a mirror port is that quick, however busy the link.
constexpr std::size_t kCopyDepth = 64;

/// Captures on several queues or interfaces swap frames by less than this.
constexpr Nanos kReordered = kMillisecond;
/// Nothing that was sent before a reset arrives later than this behind it: some round trips of its
/// sender's, of whom the shortest is known.
Nanos surely_later(const Endpoint& x) {
  constexpr Nanos kLeast = 20 * kMillisecond, kMost = 200 * kMillisecond;
  if (x.reaction_us == Endpoint::kNoReaction) return kMost;
  return std::clamp<Nanos>(Nanos{4} * 1000 * x.reaction_us, kLeast, kMost);
}

/// By the timestamps or by the IP IDs, which count, this segment was sent before the reset: another
/// path is slower, or another capture point's clock.
bool was_sent_before(const Reset& reset, const Segment& segment) {
  if (reset.options.timestamps) {
    const Options told = options_of(segment);
    const std::uint32_t back = reset.options.ts_val - told.ts_val;
    if (told.timestamps && back != 0 && back < (1U << 31U)) return true;
  }
  const bool counts = reset.habits.ip_id_steps != 0 && reset.habits.ip_id_jumps == 0;
  if (!counts || reset.ip_id == 0 || segment.ip_id == 0) return false;
  const auto back = static_cast<std::uint16_t>(reset.ip_id - segment.ip_id);
  return back != 0 && back <= kLargestIpIdStep;
}

Frame latest_cited(const Verdict& verdict) {
  Frame latest = std::max(verdict.trigger, verdict.root);
  for (const Finding& finding : verdict.evidence) latest = std::max(latest, finding.frame);
  return latest;
}

/// A flow as it was when one of its resets came, for as long as this lives: what came after a reset
/// is no evidence of what led to it. Where that is not kept any more it stays as it is.
class AsThen {
 public:
  AsThen(Flow& flow, const Checkpoint* then) : flow_(flow), went_back_(then != nullptr) {
    if (then == nullptr) return;
    flow.save(now_);
    flow.restore_before_resets(then->memento);
  }
  AsThen(const AsThen&) = delete;
  AsThen& operator=(const AsThen&) = delete;
  ~AsThen() {
    if (went_back_) flow_.restore(now_);
  }

 private:
  Flow& flow_;
  const bool went_back_;
  Flow::Memento now_;
};

/// RFC 9293, 3.10.7.3: what acknowledges something never sent draws a RST with that number, and the
/// sender stays in SYN-SENT.
bool is_answer_while_connecting(const Reset& reset) {
  return reset.state == State::syn_sent && !reset.ack_set && reset.form == Form::foreign;
}

/// RFC 9293, 3.5.2: what a host answers that has nothing of the connection.
bool is_kernels_answer(const Reset& r) {
  return r.form == Form::reply && r.fresh_trigger && r.wnd == 0;
}

}  // namespace

/// What this reset tells of the one before it in the same name.
void Revisions::tell_the_last(const Flow& flow, const Reset& r) {
  if (flow.latest_verdict == 0) return;
  Explained& last = verdicts_[flow.latest_verdict - 1];
  if (last.from() != r.x_end) return;
  if (is_kernels_answer(r) && last.reset.stayed_gone == 0) last.reset.stayed_gone = r.frame;
  if (r.volley != last.reset.frame || last.reset.volley != 0) return;
  stand_beside(r, last.reset);
  judge_again(flow.latest_verdict - 1, r.frame);
}

/// A reset that is captured again on a router's other side was not made there.
void Revisions::note_copy(std::size_t index, const Reset& copy) {
  Explained& first = verdicts_[index];
  if (first.copies < UINT8_MAX) ++first.copies;
  if (first.reset.passed_on || copy.ip.ttl == 0 || copy.ip.ttl == first.reset.ip.ttl) return;
  first.reset.passed_on = true;
  if (first.verdict.cause->sender != Sender::endpoint) judge_again(index, copy.frame);
}

/// A volley, or the other end's reset, sheds light on the resets of the same flow just before.
void Revisions::settle_flow(const Flow& flow, Frame frame, Nanos now) {
  std::uint32_t place = verdicts_[flow.latest_verdict - 1].before;
  for (int back = 0; place != 0 && back < Judge::kVolley; ++back) {
    if (now - verdicts_[place - 1].time() > kPendingFor) return;
    judge_again(place - 1, frame);
    place = verdicts_[place - 1].before;
  }
}

/// The "sender" of a reset speaks on, unless it has opened the connection anew since. What it sent
/// before the reset may come late; new octets or an old segment after a while cannot.
void Revisions::hear(const Flow& flow, End from, const Segment& segment) {
  const Endpoint& x = flow.at(from);
  if (segment.syn) {
    if (segment.ack_set) {
      notice_acceptance(flow, from, segment);
      notice_request_alive(flow, from, segment);
    } else {
      notice_same_syn(flow, from, segment);
    }
    return;
  }
  notice_one_sided(flow, segment);
  const bool fresh = x.speaks && segment.seq_len() != 0 && segment.seq_end().after(x.snd_nxt);
  // What was sent before the first reset was sent before all that followed it.
  const Explained& first = verdicts_[flow.first_verdict - 1];
  const bool overtaken = first.from() == from && was_sent_before(first.reset, segment);
  const auto shows_alive = [&](std::uint32_t place) {
    const Explained& made = verdicts_[place - 1];
    if (made.from() != from) notice_ignored(place, flow, segment);
    if (made.from() != from || made.reset.went_on != 0 || overtaken) return;
    if (!made.verdict.cause->ends_connection && made.reset.form != Form::foreign) return;
    if (x.syn > made.frame() || is_answer_while_connecting(made.reset)) return;
    if (segment.time - made.time() < (fresh ? kReordered : surely_later(x))) return;
    if (was_sent_before(made.reset, segment)) return;
    belie(place - 1, segment.frame);
  };
  shows_alive(flow.first_verdict);
  // All of a volley, not its last alone.
  std::uint32_t place = flow.latest_verdict;
  for (int back = 0; place != 0 && back < Judge::kVolley; ++back) {
    const std::uint32_t before = verdicts_[place - 1].before;
    shows_alive(place);
    place = before;
  }
}

/// The other end goes on, later than what it had sent before the reset reached it.
void Revisions::notice_ignored(std::uint32_t place, const Flow& flow, const Segment& segment) {
  const Explained& made = verdicts_[place - 1];
  const Endpoint& y = flow.at(other(made.from()));
  if (made.reset.ignored != 0 || !made.verdict.cause->ends_connection) return;
  if (y.syn > made.frame() || segment.time - made.time() < surely_later(y)) return;
  verdicts_[place - 1].reset.ignored = segment.frame;
  if (made.reset.went_on != 0) judge_again(place - 1, segment.frame);
}

/// A SYN once more, after a reset: the resetter's own shows that its socket had not sent that, the
/// peer's that it did not take it for an answer.
void Revisions::notice_same_syn(const Flow& flow, End from, const Segment& syn) {
  const std::size_t index = flow.latest_verdict - 1;
  const Endpoint& x = flow.at(from);
  Reset& reset = verdicts_[index].reset;
  if (x.syn == 0 || syn.seq != x.isn || x.syn > reset.frame) return;
  if (reset.ignored != 0 || (reset.x_end == from && reset.same_syn != 0)) return;
  if (syn.time - reset.time < surely_later(x)) return;
  (reset.x_end == from ? reset.same_syn : reset.ignored) = syn.frame;
  judge_again(index, syn.frame);
}

/// A SYN-ACK to the very SYN that had been refused in its sender's name, once or several times.
void Revisions::notice_acceptance(const Flow& flow, End from, const Segment& syn_ack) {
  std::uint32_t place = flow.latest_verdict;
  for (int back = 0; place != 0 && back < Judge::kVolley; ++back) {
    const Explained& made = verdicts_[place - 1];
    const bool refused = made.from() == from && made.reset.trigger_kind == TriggerKind::syn;
    if (!refused || made.reset.went_on != 0) return;
    const bool same_syn = flow.at(other(from)).last.frame < made.reset.frame;
    if (same_syn && syn_ack.time - made.time() >= kReordered) belie(place - 1, syn_ack.frame);
    place = made.before;
  }
}

/// The same SYN-ACK again, and no SYN before it: whoever repeats it has not forgotten the request.
void Revisions::notice_request_alive(const Flow& flow, End from, const Segment& syn_ack) {
  const Endpoint& x = flow.at(from);
  const Explained& made = verdicts_[flow.latest_verdict - 1];
  const bool own = made.from() == from && x.syn != 0 && x.syn < made.frame();
  if (!own || made.reset.went_on != 0 || syn_ack.seq != x.isn) return;
  if (flow.at(other(from)).last.frame > made.frame()) return;
  if (syn_ack.time - made.time() < surely_later(x) || was_sent_before(made.reset, syn_ack)) return;
  belie(flow.latest_verdict - 1, syn_ack.frame);
}

void Revisions::belie(std::size_t index, Frame frame) {
  verdicts_[index].reset.went_on = frame;
  belied_.try_emplace(frame, index);
  judge_again(index, frame);
}

/// Where the segments of its sender are captured on both sides of a router, a reset that comes on
/// one side only was made between them. A later segment of the connection tells that no copy of
/// it will come.
void Revisions::notice_one_sided(const Flow& flow, const Segment& segment) {
  Explained& made = verdicts_[flow.latest_verdict - 1];
  if (flow.most_copies() == 0 || made.copies != 0 || made.reset.one_sided != 0) return;
  if (segment.time - made.time() < kCopyWithinByIpId / 10) return;
  if (!clues::passing_on_tells.ask(judge_.scene_of(made)).is_yes()) return;
  made.reset.one_sided = segment.frame;
  judge_again(flow.latest_verdict - 1, segment.frame);
}

/// Weighs a reset once more with what is known by now of it, of its host and of its port; of its
/// connection only what came before. What could not be analysed stays so.
void Revisions::judge_again(std::size_t index, Frame frame) {
  const std::uint32_t flow = verdicts_[index].flow;
  const Variant* const variant = verdicts_[index].verdict.variant;
  if (variant != nullptr && variant->clue == &clues::analysis_failed) return;
  change_verdict(index, weigh_as_then(index), intake_.order().shown(frame));
  const Explained& made = verdicts_[index];
  if (made.verdict.cause->sender == Sender::third_party)
    intake_.flow(flow).note_forgery(made.from(), made.reset.frame);
}

Verdict Revisions::weigh_as_then(std::size_t index) {
  const Explained& made = verdicts_[index];
  Flow& flow = intake_.flow(made.flow);
  const Checkpoint* const before = intake_.as_before(flow, static_cast<std::uint32_t>(index + 1));
  const Frame last = std::max(flow.at(End::a).last.frame, flow.at(End::b).last.frame);
  if (before == nullptr && last > made.reset.frame) return made.verdict;  // it is too long ago
  const AsThen then(flow, before);
  return judge_.weigh(made.reset, flow);
}

void Revisions::renew(std::size_t index, Verdict&& again) {
  Explained& made = verdicts_[index];
  made.verdict = std::move(again);
  const Frame cited = latest_cited(made.verdict);
  if (cited > made.frame()) made.revised = std::max(made.revised, cited);
}

/// A later frame changes the verdict of a reset, and with it that of its copies.
void Revisions::change_verdict(std::size_t index, Verdict&& again, Frame frame) {
  Explained& made = verdicts_[index];
  if (is_told_alike(again, made.verdict)) return;
  made.verdict = std::move(again);
  // Where segments were put in their order, the news may be of an earlier frame than what is cited.
  made.revised = std::max({made.revised, frame, latest_cited(made.verdict)});
  const std::size_t end = std::min(verdicts_.size(), index + 1 + kCopyDepth);
  for (std::size_t copy = index + 1; copy < end; ++copy) {
    if (verdicts_[copy].time() - made.time() > kPointsApart) break;
    if (verdicts_[copy].duplicate_of != made.frame()) continue;
    verdicts_[copy].verdict = made.verdict;
    verdicts_[copy].revised = made.revised;
  }
}

}  // namespace rstcause
