// SPDX-License-Identifier: GPL-2.0-or-later
#include "engine/engine.h"

#include <algorithm>

#include "engine/judge/clues/form.h"
#include "engine/judge/clues/identity.h"
#include "engine/judge/failure.h"
#include "engine/tell/context.h"
#include "engine/tell/words.h"

namespace rstcause {
namespace {

/// Injectors send all that they have at once, or race the segments of a flight.
constexpr Nanos kVolleyWithin = 2 * kSecond;

/// How many later connections of the same ports a frame of an older one is looked up through.
constexpr int kMostIncarnations = 64;

/// The client's answer to the SYN-ACK (RFC 9293, 3.5).
bool completes_handshake(const Flow& flow, End from, const Segment& segment) {
  const Endpoint &x = flow.at(from), &y = flow.at(other(from));
  return x.last.syn && segment.ack_set && !segment.syn && !x.last.ack_set && y.last.syn &&
         y.last.ack_set;
}

/// What note_service() looks at.
bool tells_of_its_service(const Flow& flow, End from, const Segment& segment) {
  const Endpoint& x = flow.at(from);
  return (segment.syn && segment.ack_set) || x.fin == segment.frame ||
         (x.first_data == segment.frame && !flow.is_client(from));
}

/// RFC 9293, 3.5.2: what a host answers that has nothing of the connection.
bool is_kernels_answer(const Reset& r) {
  return r.form == Form::reply && r.fresh_trigger && r.wnd == 0;
}

/// Another reset beside the last that no segment drew: none that was captured, and none that the
/// capture may have lost, which draws a bare RST of a number that was reached.
bool sent_beside(const Reset& r, const Reset& last) {
  if (r.quotes_anew || !r.habits.y_spoke) return false;
  const bool bare = !r.ack_set && r.wnd == 0;
  const bool ahead = r.form == Form::foreign || r.form == Form::abort_ahead;
  return !bare || (ahead && r.seq != last.seq);
}

void stand_beside(const Reset& other, Reset& r) {
  r.volley = other.frame;
  r.volley_seq = other.seq;
  r.volley_ack = other.ack;
  r.volley_ack_set = other.ack_set;
}

/// Octets that the resets of a connection up to this one have told as lost. What proved not to be
/// its sender's word cost the connection nothing yet.
std::uint32_t told_as_lost(const Explained& made) {
  const bool told = made.verdict.cause->ends_connection && made.reset.went_on == 0;
  return told ? std::max(made.reset.lost, made.reset.lost_told) : made.reset.lost_told;
}

/// An ICMP error quotes what is on its way, or was a little while ago.
bool has_sent(const Endpoint& sender, SeqNum seq) {
  return sender.snd_nxt.distance_from(seq) <= kWidestWindow;
}

}  // namespace

// What every segment passes through, inlined into one function: finding its connection, then taking
// it in. What hardly ever comes stands in functions of its own.

inline Engine::Place Engine::place_of(const Segment& segment) {
  const auto [known, from, hash] = flows_.find(segment.tuple);
  if (known == nullptr) {
    hosts_.begin(segment.time);
    Flow& opened = flows_.open(segment, nullptr, hash);
    return {&opened, &opened, End::a};
  }
  if (!segment.rst && take_for_copy(*known, from, segment)) return {.latest = known};
  if (const int overtaken = steps_.overtaken(*known, from, segment); overtaken != 0) {
    put_before(*known, from, segment, overtaken);
    return {.latest = known};
  }
  if (!segment.syn && !known->has_previous()) return {known, known, from};
  Flow& flow = incarnation_of(*known, from, segment);
  Flow* const latest = flow.first_frame() == segment.frame ? &flow : known;
  return {latest, &flow, flow.end_of(segment.tuple)};
}

inline const Flow& Engine::follow(const Segment& segment) {
  const Place place = place_of(segment);
  if (place.flow != nullptr) take_in_inlined(*place.flow, place.from, segment);
  return *place.latest;
}

inline void Engine::take_in_inlined(Flow& flow, End from, const Segment& segment) {
  flows_.hold(flow);
  if (segment.rst) {
    take_in_reset(flow, from, segment);
    return;
  }
  const bool unseen = Recent::acks_unseen(flow, from, segment);
  steps_.begin(flow, segment, unseen);
  if (flow.latest_verdict != 0) notice_going_on(flow, from, segment);
  if (completes_handshake(flow, from, segment)) note_completed(flow, from, segment);
  const bool stamped = flow.note(from, segment);
  recent_.add(flow, from, segment, unseen, stamped);
  if (tells_of_its_service(flow, from, segment)) note_service(flow, from, segment);
  if (!segment.payload.empty()) follow_application(flow, from, segment);
}

void Engine::take_in(Flow& flow, End from, const Segment& segment) {
  take_in_inlined(flow, from, segment);
}

void Engine::take_in_reset(Flow& flow, End from, const Segment& segment) {
  Checkpoint& here = steps_.begin_reset(flow, from, segment);
  judge(flow, from, segment);
  here.verdict = static_cast<std::uint32_t>(explained_.size());
  here.drawn = explained_.back().reset.trigger.seen();
}

bool Engine::observe(const Segment& segment) {
  const std::size_t told = segment.rst ? explained_.size() : 0;
  try {
    return follow(segment).first_verdict != 0;
  } catch (...) {
    if (segment.rst && explained_.size() == told) tell_failure(segment);
    throw;
  }
}

/// A reset whose analysis ended by an exception: no reset goes without a verdict.
void Engine::tell_failure(const Segment& segment) {
  Flow* const known = flows_.find(segment.tuple).flow;
  Flow& flow = known != nullptr ? *known : flows_.open(segment, nullptr);
  Explained made;
  made.reset.frame = made.own_frame = segment.frame;
  made.reset.time = segment.time;
  made.reset.x_end = flow.end_of(segment.tuple);
  made.reset.ip = segment.ip;
  made.reset.ip_id = segment.ip_id;
  made.reset.seq = segment.seq;
  made.reset.ack = segment.ack;
  made.reset.ack_set = segment.ack_set;
  made.reset.wnd = segment.wnd;
  made.flow = flow.id();
  made.verdict = verdict_of_failure(segment.frame);
  made.before = flow.latest_verdict;
  keep(std::move(made));
  flow.latest_verdict = static_cast<std::uint32_t>(explained_.size());
  if (flow.first_verdict == 0) flow.first_verdict = flow.latest_verdict;
}

/// Both lists grow, or neither.
void Engine::keep(Explained&& made) {
  reset_frames_.push_back(made.frame());
  try {
    explained_.push_back(std::move(made));
  } catch (...) {
    reset_frames_.pop_back();
    throw;
  }
}

void Engine::observe(const IcmpError& error) {
  Flow* flow = flows_.find(error.quoted).flow;
  // Whoever cannot see the path cannot quote it (RFC 5927, 4.1): a number that was never sent is
  // no word of a router's. Of a reused port the connection is meant that sent it.
  for (int back = 0; flow != nullptr && back < kMostIncarnations; ++back) {
    const Endpoint& sender = flow->at(flow->end_of(error.quoted));
    if (sender.speaks && has_sent(sender, error.seq)) break;
    flow = flow->previous();
  }
  const bool about_syn = flow != nullptr && flow->at(flow->end_of(error.quoted)).syn != 0 &&
                         flow->at(flow->end_of(error.quoted)).isn == error.seq;
  notices_.note(error, flow, about_syn);
}

/// Which incarnation of the 4-tuple it belongs to, where there may be several; `known` is the
/// latest one.
Flow& Engine::incarnation_of(Flow& known, End from, const Segment& segment) {
  if (segment.syn && known.starts_over(from, segment)) return flows_.open(segment, &known);
  if (!known.has_previous()) return known;
  Flow& older = *known.previous();
  return older.keeps(older.end_of(segment.tuple), segment, known) ? older : known;
}

Reset Engine::read(const Segment& segment, const Flow& flow, End from) {
  Reset reset = read_reset(segment, flow, from, recent_);
  reset.known_silence = reset.idle >= earliest_timer_ && any_matches(options_.timers, reset.idle);
  if (flow.latest_verdict != 0) reset.lost_told = told_as_lost(explained_[flow.latest_verdict - 1]);
  reset.told = notices_.about(flow, from, segment.time);
  return reset;
}

/// Weighs a reset; frames are told as the reader has them.
Verdict Engine::weigh(const Reset& reset, const Flow& flow) const {
  const Scene scene(reset, flow, hosts_);
  if (options_.on_weighing) options_.on_weighing(scene);
  Verdict verdict = classify(scene, &precedents_);
  verdict.trigger = order_.shown(verdict.trigger);
  verdict.root = order_.shown(verdict.root);
  if (order_.is_as_captured()) return verdict;
  for (Finding& finding : verdict.evidence) finding.frame = order_.shown(finding.frame);
  std::stable_sort(verdict.evidence.begin(), verdict.evidence.end(),
                   [](const Finding& l, const Finding& r) { return l.frame < r.frame; });
  return verdict;
}

void Engine::judge(Flow& flow, End from, const Segment& segment) {
  settle_application(flow);
  if (flow.latest_verdict == 0) recognise_probes(flow, from, segment);
  Explained made{.reset = read(segment, flow, from),
                 .own_frame = order_.shown(segment.frame),
                 .flow = flow.id()};
  if (const std::uint32_t original = original_of(flow, made.reset); original != 0) {
    note_reset_copy(original - 1, made.reset);
    const Explained* const first = &explained_[original - 1];
    made.duplicate_of = first->frame();
    recent_.forget_answers(flow, segment.frame, kTakenBack);
    made.verdict = first->verdict;
    made.context = first->context;
  } else {
    join_volley(flow, made.reset);
    made.verdict = weigh(made.reset, flow);
    const Scene scene(made.reset, flow, hosts_);
    made.context = context_of(scene, order_);
    note_rhythm(scene, made);
  }
  tell_application(flow, made);
  const bool is_copy = made.duplicate_of != 0;
  keep(std::move(made));
  if (is_copy) return;
  tell_the_last(flow, explained_.back().reset);

  explained_.back().before = flow.latest_verdict;
  flow.latest_verdict = static_cast<std::uint32_t>(explained_.size());
  if (flow.first_verdict == 0) flow.first_verdict = flow.latest_verdict;
  act_on(explained_.size() - 1, flow, from, segment);
}

/// What a verdict means to its connection and to others.
void Engine::act_on(std::size_t index, Flow& flow, End from, const Segment& segment) {
  const Explained& made = explained_.hold(index);
  close_after(flow, from, segment, made);
  const Scene scene(made.reset, flow, hosts_);
  wait_for_more(scene, made.verdict, index);
  remember(scene, made.verdict.cause->loses_state);
}

/// What the reset does to its connection.
void Engine::close_after(Flow& flow, End from, const Segment& segment,
                         const Explained& made) const {
  const bool foreign = made.reset.form == Form::foreign;
  flow.note_reset(from, segment,
                  {.ends = made.verdict.cause->ends_connection && !foreign,
                   .foreign = foreign && !clues::was_reached({made.reset, flow, hosts_}),
                   .answered = made.reset.trigger.seen()});
  if (made.verdict.cause->sender == Sender::third_party) flow.note_forgery(from, segment.frame);
}

/// A client that opens, says nothing and aborts, again and again: the pace tells a health check.
void Engine::note_rhythm(const Scene& scene, Explained& made) {
  const bool silent = scene.x().first_data == 0 && scene.y().first_data == 0 && scene.rst.len == 0;
  if (!silent || !scene.is_abort() || !scene.x_is_client()) return;
  const End x = made.from(), y = other(x);
  const auto period = rhythm_.note(scene.flow.address(x), scene.flow.address(y), scene.flow.port(y),
                                   scene.x().syn_time);
  if (period)
    made.context.push_back("TCP: connection without a byte, every " + rough_time_text(*period) +
                           " from this host");
}

/// Ties this reset to the one before it in the same name, if this is another that nothing drew.
void Engine::join_volley(const Flow& flow, Reset& r) const {
  if (flow.latest_verdict == 0) return;
  const Reset& last = explained_[flow.latest_verdict - 1].reset;
  if (last.x_end != r.x_end || r.time - last.time > kVolleyWithin) return;
  if (sent_beside(r, last) && !r.has_header_of(last)) stand_beside(last, r);
}

/// What this reset tells of the one before it in the same name.
void Engine::tell_the_last(const Flow& flow, const Reset& r) {
  if (flow.latest_verdict == 0) return;
  Explained& last = explained_[flow.latest_verdict - 1];
  if (last.from() != r.x_end) return;
  if (is_kernels_answer(r) && last.reset.stayed_gone == 0) last.reset.stayed_gone = r.frame;
  if (r.volley != last.reset.frame || last.reset.volley != 0) return;
  stand_beside(r, last.reset);
  judge_again(flow.latest_verdict - 1, r.frame);
}

std::pair<std::size_t, std::size_t> Engine::resets_in(Frame frame) const {
  std::size_t last = reset_frames_.size();
  if (last == 0 || reset_frames_[last - 1] < frame)
    return {last, last};  // most frames as they come
  if (reset_frames_[last - 1] != frame)
    last = static_cast<std::size_t>(
        std::upper_bound(reset_frames_.begin(), reset_frames_.end(), frame) -
        reset_frames_.begin());
  std::size_t first = last;  // a frame has few
  while (first > 0 && reset_frames_[first - 1] == frame) --first;
  return {first, last};
}

const Explained* Engine::reset_of(const Tuple& tuple, Frame frame) {
  Flow* flow = flows_.find(tuple).flow;
  // A bounded way back: ports reused more often within one capture are a flood.
  for (int back = 0; flow != nullptr && flow->first_frame() > frame; ++back) {
    flow = back < kMostIncarnations ? flow->previous() : nullptr;
  }
  return flow == nullptr || flow->first_verdict == 0 ? nullptr
                                                     : &explained_[flow->first_verdict - 1];
}

}  // namespace rstcause
