// SPDX-License-Identifier: GPL-2.0-or-later
#include "engine/judge/judge.h"

#include <algorithm>
#include <cstdlib>
#include <utility>

#include "engine/judge/classify.h"
#include "engine/judge/clues/identity.h"
#include "engine/judge/reset_trigger.h"

namespace rstcause {
namespace {

/// Injectors send all that they have at once, or race the segments of a flight.
constexpr Nanos kVolleyWithin = 2 * kSecond;
/// So many of a flow's latest resets are compared with one that may be a copy.
constexpr int kFarBack = 64;

/// Of a reset, which no timer repeats: twice what is allowed to a segment's copy.
constexpr Nanos kResetCopyWithin = kMillisecond;

/// Another reset beside the last that no segment drew: none that was captured, and none that the
/// capture may have lost, which draws a bare RST of a number that was reached.
bool sent_beside(const Reset& r, const Reset& last) {
  if (r.quotes_anew || !r.habits.y_spoke) return false;
  const bool bare = !r.ack_set && r.wnd == 0;
  const bool ahead = r.form == Form::foreign || r.form == Form::abort_ahead;
  return !bare || (ahead && r.seq != last.seq);
}

/// Octets that the resets of a connection up to this one have reported as lost. What proved not to
/// be its sender's word cost the connection nothing yet.
std::uint32_t told_as_lost(const Explained& made) {
  const bool told = made.verdict.cause->ends_connection && made.reset.went_on == 0;
  return told ? std::max(made.reset.lost, made.reset.lost_told) : made.reset.lost_told;
}

}  // namespace

void stand_beside(const Reset& other, Reset& r) {
  r.volley = other.frame;
  r.volley_seq = other.seq;
  r.volley_ack = other.ack;
  r.volley_ack_set = other.ack_set;
}

void Judge::meet_company(Reset& reset, const Flow& flow) {
  reset.company =
      footprints_.note(verdicts_.size(), flow, reset.x_end, std::as_const(intake_).hosts());
  keep_what_bears(reset.company, reset, flow);
}

Reset Judge::read(const Segment& segment, const Flow& flow, End from) {
  const Reset* const last =
      flow.latest_verdict == 0 ? nullptr : &verdicts_[flow.latest_verdict - 1].reset;
  Reset reset = read_reset(segment, flow, from, intake_.recent(), last);
  reset.known_silence =
      reset.idle >= earliest_timer_ && any_matches(timers_, reset.idle, ports_of(flow));
  if (flow.latest_verdict != 0) reset.lost_told = told_as_lost(verdicts_[flow.latest_verdict - 1]);
  reset.icmp = intake_.icmp_reports().about(flow, from, segment.time);
  return reset;
}

/// Weighs a reset; frames are reported as the reader has them.
Verdict Judge::weigh(const Reset& reset, const Flow& flow) const {
  const Scene scene(reset, flow, intake_.hosts(), intake_.order());
  if (on_weighing_) on_weighing_(scene);
  Verdict verdict = classify(scene, &cache_);
  const FrameOrder& order = intake_.order();
  verdict.trigger = order.shown(verdict.trigger);
  verdict.root = order.shown(verdict.root);
  verdict.stack_frame = order.shown(verdict.stack_frame);
  if (order.is_as_captured()) return verdict;
  for (Finding& finding : verdict.evidence) finding.frame = order.shown(finding.frame);
  std::stable_sort(verdict.evidence.begin(), verdict.evidence.end(),
                   [](const Finding& l, const Finding& r) { return l.frame < r.frame; });
  return verdict;
}

/// Ties this reset to the one before it in the same name, if this is another that nothing drew.
void Judge::join_volley(const Flow& flow, Reset& r) const {
  if (flow.latest_verdict == 0) return;
  const Reset& last = verdicts_[flow.latest_verdict - 1].reset;
  if (last.x_end != r.x_end || std::abs(r.time - last.time) > kVolleyWithin) return;
  // Captures behind each other show the later one first.
  const bool came_first = last.time - r.time > kExchanged;
  const bool beside = came_first ? sent_beside(last, r) : sent_beside(r, last);
  if (beside && !r.has_header_of(last)) stand_beside(last, r);
}

/// The same packet, captured twice.
bool Judge::is_copy_of(const Reset& r, const Explained& first, const Flow& flow) const {
  if (first.from() != r.x_end || !r.has_header_of_another_frame(first.reset)) return false;
  const Nanos later = r.time - first.time();
  const bool from_elsewhere = r.ip.ttl != first.reset.ip.ttl;
  if (r.ip_id != 0) return later < intake_.latest_copy(flow, from_elsewhere, r.ip_id);
  // Linux sends replies with IP ID 0: equal ones are real if each has a segment to answer. Where
  // every packet is shown several times, each reset is as well, and no more often.
  const bool one_more = first.copies < flow.most_copies();
  if (one_more && from_elsewhere) return later < intake_.latest_copy(flow, true, 0);
  // The connection's other packets would have been shown again as well.
  const bool others_shown_once = flow.at(End::a).last.seen() || flow.at(End::b).last.seen();
  return later < kResetCopyWithin && (one_more || (!others_shown_once && !r.fresh_trigger));
}

/// The reset that this one is only a copy of, as mirror ports and captures on two interfaces
/// show it: one more than its place; 0 for a reset of its own. Of several that look alike the
/// oldest, for packets keep their order.
std::uint32_t Judge::original_of(const Flow& flow, const Reset& r) const {
  const int far_back = r.ip_id != 0 ? kFarBack : kVolley;  // its IP ID tells it from the others
  std::uint32_t place = flow.latest_verdict, original = 0;
  for (int back = 0; place != 0 && back < far_back; ++back) {
    const Explained& before = verdicts_[place - 1];
    if (r.time - before.time() >= kPointsApart) break;
    if (is_copy_of(r, before, flow)) original = place;
    place = before.before;
  }
  return original;
}

/// Among resets of one flow the one with a certain header, of several one that was shown again less
/// often than others, of those the nearest to a moment.
class Judge::Nearest {
 public:
  Nearest(std::uint32_t flow, End from, const Segment& reset, Nanos moment)
      : flow_(flow), from_(from), reset_(reset), moment_(moment) {}

  void look_at(const Explained& one, std::uint32_t place) {
    if (one.flow != flow_ || one.duplicate_of != 0 || one.from() != from_) return;
    if (!one.reset.has_header_of_another_frame(reset_)) return;
    const std::pair rank{one.copies, std::abs(one.time() - moment_)};
    if (place_ != 0 && rank >= rank_) return;
    place_ = place;
    rank_ = rank;
  }
  /// One more than its place; 0: none.
  std::uint32_t place() const { return place_; }

 private:
  std::uint32_t flow_, place_ = 0;
  End from_;
  const Segment& reset_;
  Nanos moment_;
  std::pair<std::uint8_t, Nanos> rank_;
};

std::uint32_t Judge::had_before(const Flow& flow, End from, const Segment& reset) const {
  if (flow.latest_verdict == 0) return 0;
  const ShownAgain* const last = last_shown_again(flow);
  Nearest nearest(flow.id(), from, reset, reset.time - (last != nullptr ? behind(*last) : 0));
  std::uint32_t place = flow.latest_verdict;
  const bool clock_went_back = reset.time < verdicts_[place - 1].time();
  for (int back = 0; place != 0 && back < kFarBack; ++back) {
    const Explained& before = verdicts_[place - 1];
    nearest.look_at(before, place);
    place = before.before;
  }
  if (place != 0 && (clock_went_back || last != nullptr)) look_from_first(flow, last, nearest);
  return nearest.place();
}

/// Resets that are shown again come in their order, so each is sought behind the one that came
/// before it, and the first of them among the flow's first.
void Judge::look_from_first(const Flow& flow, const ShownAgain* last, Nearest& nearest) const {
  constexpr std::size_t kFarOn = 256, kSwapped = 16;
  std::size_t place = flow.first_verdict - 1;
  if (last != nullptr && last->verdict > place + kSwapped) place = last->verdict - kSwapped;
  for (const std::size_t end = std::min(verdicts_.size(), place + kFarOn); place < end; ++place)
    nearest.look_at(verdicts_[place], static_cast<std::uint32_t>(place + 1));
}

std::uint32_t Judge::shown_before(const Flow& flow, const Segment& segment, const Reset& r) {
  if (flow.latest_verdict == 0) return 0;
  const bool again = is_shown_again(flow, r);
  if (!again && last_shown_again(flow) == nullptr) return 0;
  const std::uint32_t had = had_before(flow, r.x_end, segment);
  if (had == 0 || !(again || is_in_step(flow, r, had))) return 0;
  shown_again_[flow.id() % shown_again_.size()] = {flow.id(), had, r.time};
  return had;
}

/// With an earlier time than the flow's latest reset, by more than queues exchange, or drawn by
/// nothing of its own: so captures that somebody put behind each other begin anew.
bool Judge::is_shown_again(const Flow& flow, const Reset& r) const {
  const Nanos back = verdicts_[flow.latest_verdict - 1].time() - r.time;
  return back > kExchanged || (back > 0 && (!r.fresh_trigger || flow.most_copies() != 0));
}

/// It follows the one that was shown again last as its original followed that one's: what the
/// second capture shows later than the first by the way between them is behind all that the first
/// has.
bool Judge::is_in_step(const Flow& flow, const Reset& r, std::uint32_t had) const {
  const ShownAgain* const last = last_shown_again(flow);
  if (last == nullptr || had <= last->verdict) return false;
  const Explained& first = verdicts_[had - 1];
  return first.copies < verdicts_[last->verdict - 1].copies &&
         std::abs(r.time - behind(*last) - first.time()) <= kExchanged;
}

const Judge::ShownAgain* Judge::last_shown_again(const Flow& flow) const {
  const ShownAgain& last = shown_again_[flow.id() % shown_again_.size()];
  return last.verdict != 0 && last.flow == flow.id() ? &last : nullptr;
}

/// By how much the second capture shows the same later than the first.
Nanos Judge::behind(const ShownAgain& last) const {
  return last.time - verdicts_[last.verdict - 1].time();
}

/// What the reset does to its connection. One that is a number too high its peer does not take for
/// the end (RFC 5961, 3.2), and each that follows has the same cause.
void Judge::close(Flow& flow, End from, const Segment& segment, const Explained& made) const {
  const bool foreign = made.reset.form == Form::foreign;
  flow.note_reset(from, segment,
                  {.ends = made.verdict.cause->ends_connection && !foreign &&
                           !is_one_above_the_ack(made.reset, flow.at(made.reset.x_end)),
                   .foreign = foreign && !clues::knows_the_numbers(
                                             {made.reset, flow, intake_.hosts(), intake_.order()}),
                   .answered = made.reset.trigger.seen()});
  if (made.verdict.cause->sender == Sender::third_party) flow.note_forgery(from, segment.frame);
}

std::optional<Nanos> Judge::pace_of(const Scene& scene) {
  const bool silent = scene.x().first_data == 0 && scene.y().first_data == 0 && scene.rst.len == 0;
  if (!silent || !scene.is_abort() || !scene.x_is_client()) return std::nullopt;
  const End x = scene.rst.x_end, y = other(x);
  return rhythm_.note(scene.flow.address(x), scene.flow.address(y), scene.flow.port(y),
                      scene.x().syn_time);
}

void Judge::link(Flow& flow) {
  verdicts_.back().before = flow.latest_verdict;
  flow.latest_verdict = static_cast<std::uint32_t>(verdicts_.size());
  if (flow.first_verdict == 0) flow.first_verdict = flow.latest_verdict;
}

}  // namespace rstcause
