// SPDX-License-Identifier: GPL-2.0-or-later
#include "engine/engine.h"

#include <algorithm>
#include <array>
#include <optional>

#include "app/talk.h"
#include "engine/clues/capture.h"
#include "engine/clues/data.h"
#include "engine/clues/form.h"
#include "engine/clues/handshake.h"
#include "engine/clues/identity.h"
#include "engine/clues/timing.h"
#include "engine/context.h"
#include "engine/words.h"
#include "resp/heartbeat.h"
#include "resp/recognise.h"
#include "resp/tracker.h"

namespace rstcause {
namespace {

/// How many resets later a copy may stand: a mirror port is that quick, however busy the link.
constexpr std::size_t kCopyDepth = 64;
/// How far back in one flow a volley is weighed again.
constexpr int kVolley = 8;
/// A port that is not heard of within a minute will not explain an old reset any more.
constexpr Nanos kPendingFor = 60 * kSecond;

/// The kernel aborts all that wait in an accept queue in one go.
constexpr Nanos kTogether = 10 * kMillisecond;

/// An operator or a dying process takes many connections down at once.
constexpr Nanos kAllAtOnce = 50 * kMillisecond;
/// Captures on several queues or interfaces swap frames by less than this.
constexpr Nanos kReordered = kMillisecond;
/// Nothing that was sent before a reset arrives so long after it.
constexpr Nanos kSurelyLater = 200 * kMillisecond;

/// Injectors send all that they have at once, or race the segments of a flight.
constexpr Nanos kVolleyWithin = 2 * kSecond;

/// How many segments of its connection may lie between one and its copy from behind a router:
/// what is in flight on the path between two capture points.
constexpr int kCopyBack = 64;

/// Of a reset, which no timer repeats: twice what is allowed to a segment's copy.
constexpr Nanos kResetCopyWithin = kMillisecond;

/// How many of a flow's latest segments may have been answered by resets that are read anew.
constexpr int kTakenBack = 64;

/// A connection whose first few payloads do not look like RESP is none.
constexpr std::uint8_t kRespTries = 4;
/// The same of the other protocols; captures begin in the middle of a long body, too.
constexpr std::uint8_t kAppTries = 8;

/// How many later connections of the same ports a frame of an older one is looked up through.
constexpr int kMostIncarnations = 64;

/// Of whom later news may change a verdict.
enum class Whose : std::uint8_t { port, peer, resetter };
constexpr std::array kOfThePort = {&clues::listener_is_alive, &clues::listener_refuses,
                                   &clues::port_refuses_acks_and_lives,
                                   &clues::others_were_aborted_together};
constexpr std::array kOfThePeer = {&clues::peer_is_scanning};
constexpr std::array kOfTheResetter = {
    &clues::resets_many_syn_acks, &clues::host_aborted_others_too, &clues::others_were_shed_too};

constexpr std::uint8_t bit_of(Whose whose) {
  return static_cast<std::uint8_t>(1U << static_cast<unsigned>(whose));
}

/// Whose news bear on a row of the catalogue, a bit for each.
std::uint8_t subjects_of(const Cause& cause) {
  const auto asks = [&](const auto& clues) {
    return std::any_of(cause.favours.begin(), cause.favours.end(), [&](const Weight& w) {
      return std::find(clues.begin(), clues.end(), w.clue) != clues.end();
    });
  };
  std::uint8_t subjects = 0;
  if (asks(kOfThePort)) subjects |= bit_of(Whose::port);
  if (asks(kOfThePeer)) subjects |= bit_of(Whose::peer);
  if (asks(kOfTheResetter)) subjects |= bit_of(Whose::resetter);
  return subjects;
}

/// Whose news bear on the verdict, its alternatives included. The rows are looked through once.
std::uint8_t hangs_on(const Verdict& verdict) {
  static const std::vector<std::uint8_t> by_row = [] {
    std::vector<std::uint8_t> rows;
    for (const Cause& cause : catalogue()) rows.push_back(subjects_of(cause));
    return rows;
  }();
  const auto of = [&](const Cause* cause) {
    return by_row[static_cast<std::size_t>(cause - catalogue().data())];
  };
  std::uint8_t subjects = of(verdict.cause);
  for (const Alternative& other : verdict.alternatives) subjects |= of(other.cause);
  return subjects;
}

/// The client's answer to the SYN-ACK (RFC 9293, 3.5).
bool completes_handshake(const Flow& flow, End from, const Segment& segment) {
  const Endpoint &x = flow.at(from), &y = flow.at(other(from));
  return segment.ack_set && !segment.syn && x.last.syn && !x.last.ack_set && y.last.syn &&
         y.last.ack_set;
}

resp::Direction direction(const Flow& flow, End from) {
  const End client = flow.is_client(End::b) ? End::b : End::a;
  return from == client ? resp::Direction::from_initiator : resp::Direction::from_responder;
}

/// These are the first octets that this end sent.
bool opens_its_words(const Flow& flow, End from, const Segment& segment) {
  const Endpoint& x = flow.at(from);
  return x.syn != 0 && segment.seq + (segment.syn ? 1U : 0U) == x.isn + 1U;
}

/// Whatever the client said (HTTP, say, to the wrong port): so answers a Redis server alone.
bool is_a_redis_servers_first_word(const Flow& flow, End from, const Segment& segment) {
  return segment.payload.starts_with('-') && !flow.is_client(from) &&
         opens_its_words(flow, from, segment) && resp::looks_like_resp(segment.payload);
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

/// The same header again: on a longer way through several interfaces rather than sent twice.
bool same_packet(const Reset& left, const Reset& right) {
  return left.seq == right.seq && left.ack == right.ack && left.ack_set == right.ack_set &&
         left.wnd == right.wnd && left.ip.id == right.ip.id;
}

/// The same packet, captured twice.
bool is_copy_of(const Reset& r, const Explained& first, const Flow& flow) {
  if (first.from() != r.x_end || !same_packet(r, first.reset)) return false;
  const Nanos later = r.time - first.time();
  if (r.ip.id != 0) return later < kCopyWithinByIpId;
  // Linux sends replies with IP ID 0: equal ones are real if each has a segment to answer. Where
  // every packet is shown several times, each reset is as well, and no oftener.
  const bool one_more = first.copies < flow.most_copies();
  if (one_more && r.ip.ttl < first.reset.ip.ttl) return later < kCopyWithinByIpId;
  // The connection's other packets would have been shown again as well.
  const bool others_shown_once = flow.at(End::a).last.seen() || flow.at(End::b).last.seen();
  return later < kResetCopyWithin && (one_more || (!others_shown_once && !r.fresh_trigger));
}

/// What later frames may tell of a port or a host to those that wait for it.
constexpr std::array kNews = {
    &clues::listener_is_alive,           &clues::listener_refuses,
    &clues::port_refuses_acks_and_lives, &clues::others_were_aborted_together,
    &clues::host_lost_others_too,        &clues::host_aborted_others_too,
    &clues::others_were_shed_too};

constexpr std::uint8_t bit_of(const Clue& clue) {
  static_assert(kNews.size() <= 8);
  const auto at = std::find(kNews.begin(), kNews.end(), &clue) - kNews.begin();
  return static_cast<std::uint8_t>(1U << static_cast<unsigned>(at));
}

/// The news that is known of this scene by now, a bit for each.
std::uint8_t news_of(const Scene& scene) {
  std::uint8_t known = 0;
  for (const Clue* clue : kNews) {
    if (clue->ask(scene).is_yes()) known |= bit_of(*clue);
  }
  return known;
}

/// Octets that the resets of a connection up to this one have told as lost. What proved not to be
/// its sender's word cost the connection nothing yet.
std::uint32_t told_as_lost(const Explained& made) {
  const bool told = made.verdict.cause->ends_connection && made.reset.went_on == 0;
  return told ? std::max(made.reset.lost, made.reset.lost_told) : made.reset.lost_told;
}

/// An ICMP error quotes what is on its way, or was a little while ago.
bool has_sent(const Endpoint& sender, SeqNum seq) {
  constexpr std::uint32_t kLargestWindow = 1U << 30U;  // RFC 7323, 2.3
  return sender.snd_nxt.distance_from(seq) <= kLargestWindow;
}

Frame latest_cited(const Verdict& verdict) {
  Frame latest = std::max(verdict.trigger, verdict.root);
  for (const Finding& finding : verdict.evidence) latest = std::max(latest, finding.frame);
  return latest;
}

bool same_verdict(const Verdict& left, const Verdict& right) {
  return left.cause == right.cause && left.confidence == right.confidence;
}

/// RFC 9293, 3.10.7.3: what acknowledges something never sent draws a RST with that number, and the
/// sender stays in SYN-SENT.
bool is_answer_while_connecting(const Reset& reset) {
  return reset.state == State::syn_sent && !reset.ack_set && reset.form == Form::foreign;
}

}  // namespace

void Engine::observe(const Segment& segment) {
  const std::size_t told = explained_.size();
  try {
    follow(segment);
  } catch (...) {
    if (segment.rst && explained_.size() == told) tell_failure(segment);
    throw;
  }
}

/// A reset whose analysis ended by an exception: no reset goes without a verdict.
void Engine::tell_failure(const Segment& segment) {
  Flow* const known = flows_.find(segment.tuple);
  Flow& flow = known != nullptr ? *known : flows_.open(segment);
  Explained made;
  made.reset.frame = made.own_frame = segment.frame;
  made.reset.time = segment.time;
  made.reset.x_end = flow.end_of(segment.tuple);
  made.reset.ip = segment.ip;
  made.reset.seq = segment.seq;
  made.reset.ack = segment.ack;
  made.reset.ack_set = segment.ack_set;
  made.reset.wnd = segment.wnd;
  made.flow = flow.id();
  made.stream = segment.stream;
  made.has_stream = segment.has_stream;
  made.verdict.cause = find_cause("unknown");
  made.verdict.variant = made.verdict.cause->variants.begin();
  made.verdict.confidence = 1;
  made.verdict.evidence.push_back({&clues::analysis_failed, segment.frame});
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

void Engine::follow(const Segment& segment) {
  hosts_.begin(segment.time);
  Flow* const known = flows_.find(segment.tuple);
  if (known != nullptr) {
    const End from = known->end_of(segment.tuple);
    if (!segment.rst && is_copy(*known, from, segment)) {
      if (known->came_from_farther(from, segment)) note_passed_on(*known, from, segment);
      known->note_copy(from);
      return;
    }
    if (const Step* const first = steps_.overtaken(*known, from, segment)) {
      put_before(*known, from, segment, *first);
      return;
    }
  }
  Flow& flow = flow_of(known, segment);
  take_in(flow, flow.end_of(segment.tuple), segment);
}

void Engine::observe(const IcmpError& error) {
  Flow* flow = flows_.find(error.quoted);
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

void Engine::take_in(Flow& flow, End from, const Segment& segment) {
  flows_.hold(flow);
  Step& step = steps_.begin(flow, from, segment);
  if (segment.rst) {
    judge(flow, from, segment);
    step.verdict = static_cast<std::uint32_t>(explained_.size());
    step.drawn = explained_.back().reset.trigger.seen();
    return;
  }
  if (flow.latest_verdict != 0) notice_going_on(flow, from, segment);
  if (completes_handshake(flow, from, segment)) note_completed(flow, segment);
  flow.note(from, segment);
  flow.latest_recent = recent_.add(flow, from, segment);
  note_service(flow, from, segment);
  if (!segment.payload.empty()) follow_application(flow, from, segment);
}

/// The capture shows a segment behind others that came after it: those are taken back, and in
/// the true order all are taken in. Their frame numbers are exchanged accordingly.
void Engine::put_before(Flow& flow, End from, const Segment& segment, const Step& first) {
  flows_.hold(flow);
  std::vector<Step> later = steps_.take_back(flow, first);
  recent_.forget_answers(flow, later.front().segment.frame, kTakenBack);
  std::vector<Frame> places, frames{segment.frame};
  for (const Step& step : later) {
    places.push_back(step.segment.frame);
    frames.push_back(order_.shown(step.segment.frame));
  }
  places.push_back(segment.frame);
  for (std::size_t i = 0; i < places.size(); ++i) order_.assign(places[i], frames[i]);

  Segment early = segment;
  early.frame = places.front();
  take_in(flow, from, early);
  for (std::size_t i = 0; i < later.size(); ++i) {
    later[i].segment.frame = places[i + 1];
    take_in_again(flow, later[i], segment.frame);
  }
}

void Engine::take_in_again(Flow& flow, Step& step, Frame early) {
  Step& again = steps_.begin(flow, step.from, step.segment);
  if (step.segment.rst) {
    if (step.verdict == 0) return;  // its analysis failed
    again.verdict = step.verdict;
    judge_anew(flow, step, early);
    again.drawn = explained_[step.verdict - 1].reset.trigger.seen();
    return;
  }
  flow.note(step.from, step.segment);
  flow.latest_recent = recent_.add(flow, step.from, step.segment);
}

/// Reads a reset once more after its flow was put right.
void Engine::judge_anew(Flow& flow, const Step& step, Frame early) {
  Explained& made = explained_[step.verdict - 1];
  Reset reset = read(step.segment, flow, step.from);
  reset.declared = std::move(made.reset.declared);
  reset.went_on = made.reset.went_on;
  reset.stayed_gone = made.reset.stayed_gone;
  reset.one_sided = made.reset.one_sided;
  reset.passed_on = made.reset.passed_on;
  if (made.duplicate_of == 0) join_volley(flow, reset);
  made.reset = std::move(reset);
  if (made.duplicate_of != 0) return;
  change_verdict(step.verdict - 1, weigh(made.reset, flow), early);
  close_after(flow, step.from, step.segment, explained_[step.verdict - 1]);
  wait_for_more(flow, step.verdict - 1);
  remember(flow, step.verdict - 1);
}

Flow& Engine::flow_of(Flow* known, const Segment& segment) {
  if (known == nullptr) return flows_.open(segment);
  if (known->starts_over(known->end_of(segment.tuple), segment)) return flows_.open(segment);
  Flow* const older = known->previous();
  if (older != nullptr && older->keeps(older->end_of(segment.tuple), segment, *known))
    return *older;
  return *known;
}

Reset Engine::read(const Segment& segment, const Flow& flow, End from) {
  Reset reset = read_reset(segment, flow, from, recent_);
  reset.known_silence = any_matches(options_.timers, reset.idle);
  if (flow.latest_verdict != 0) reset.lost_told = told_as_lost(explained_[flow.latest_verdict - 1]);
  reset.told = notices_.about(flow, from, segment.time);
  return reset;
}

/// Weighs a reset; frames are told as the reader has them.
Verdict Engine::weigh(const Reset& reset, const Flow& flow) const {
  const Scene scene(reset, flow, hosts_);
  if (options_.on_weighing) options_.on_weighing(scene);
  Verdict verdict = classify(scene);
  verdict.trigger = order_.shown(verdict.trigger);
  verdict.root = order_.shown(verdict.root);
  if (order_.is_as_captured()) return verdict;
  for (Finding& finding : verdict.evidence) finding.frame = order_.shown(finding.frame);
  std::stable_sort(verdict.evidence.begin(), verdict.evidence.end(),
                   [](const Finding& l, const Finding& r) { return l.frame < r.frame; });
  return verdict;
}

bool Engine::is_copy(const Flow& flow, End from, const Segment& segment) {
  return flow.is_copy(from, segment) || copy_from_behind(flow, from, segment) != nullptr;
}

/// The segment of which this one is a copy that was captured behind a router, while others came
/// between; nullptr if it is none.
Recent::Entry* Engine::copy_from_behind(const Flow& flow, End from, const Segment& segment) {
  if (!flow.came_from_farther(from, segment)) return nullptr;
  Recent::Entry* entry = recent_.find(flow.latest_recent, flow);
  for (int back = 0; entry != nullptr && back < kCopyBack; ++back) {
    if (entry->from == from && flow.is_same_packet(entry->glimpse, from, segment)) return entry;
    entry = recent_.find(entry->before, flow);
  }
  return nullptr;
}

void Engine::note_passed_on(const Flow& flow, End from, const Segment& copy) {
  Host& host = hosts_.host(copy.tuple.src);
  ++host.passed_on;
  host.passed_on_time = copy.time;
  if (Recent::Entry* const first = copy_from_behind(flow, from, copy)) first->passed_on = true;
}

void Engine::judge(Flow& flow, End from, const Segment& segment) {
  settle_application(flow);
  Explained made;
  made.reset = read(segment, flow, from);
  made.own_frame = order_.shown(segment.frame);
  made.flow = flow.id();
  made.stream = segment.stream;
  made.has_stream = segment.has_stream;
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
  keep(std::move(made));
  if (explained_.back().duplicate_of != 0) return;
  tell_the_last(flow, explained_.back().reset);

  explained_.back().before = flow.latest_verdict;
  flow.latest_verdict = static_cast<std::uint32_t>(explained_.size());
  if (flow.first_verdict == 0) flow.first_verdict = flow.latest_verdict;
  close_after(flow, from, segment, explained_.back());
  wait_for_more(flow, explained_.size() - 1);
  remember(flow, explained_.size() - 1);
}

/// A reset that is captured again behind a router was not made there.
void Engine::note_reset_copy(std::size_t index, const Reset& copy) {
  Explained& first = explained_[index];
  if (first.copies < UINT8_MAX) ++first.copies;
  if (first.reset.passed_on || copy.ip.ttl == 0 || copy.ip.ttl >= first.reset.ip.ttl) return;
  first.reset.passed_on = true;
  if (first.verdict.cause->sender != Sender::endpoint) judge_again(index, copy.frame);
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
  const bool silent = scene.x().first_data == 0 && scene.y().first_data == 0;
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
  if (sent_beside(r, last) && !same_packet(r, last)) stand_beside(last, r);
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

/// The reset that this one is only a copy of, as mirror ports and captures on two interfaces
/// show it: one more than its place; 0 for a reset of its own. Of several that look alike the
/// oldest, for packets keep their order.
std::uint32_t Engine::original_of(const Flow& flow, const Reset& r) const {
  std::uint32_t place = flow.latest_verdict, original = 0;
  for (int back = 0; place != 0 && back < kVolley; ++back) {
    const Explained& before = explained_[place - 1];
    if (r.time - before.time() >= kCopyWithinByIpId) break;
    const bool same_frame = before.reset.frame == r.frame;  // a copy is another frame's
    if (!same_frame && is_copy_of(r, before, flow)) original = place;
    place = before.before;
  }
  return original;
}

/// Keeps what this reset tells about hosts and ports for others, and has those weighed again
/// that waited for it.
void Engine::remember(const Flow& flow, std::size_t index) {
  // Copies: what is told to others has them weighed again.
  const Reset r = explained_[index].reset;
  const Cause& cause = *explained_[index].verdict.cause;
  const Scene scene(r, flow, hosts_);
  const Address& x = flow.address(r.x_end);
  const Address& y = flow.address(other(r.x_end));
  const std::uint16_t x_port = flow.port(r.x_end), y_port = flow.port(other(r.x_end));
  const bool silent = scene.x().first_data == 0 && scene.y().first_data == 0;
  std::optional<Subject> scanner;  // known as one by this very probe
  const auto note_prober = [&](const Host& host) {
    if (host.port_changes == clues::kScanPorts) scanner = host.subject();
  };
  if (r.trigger_kind == TriggerKind::syn) {
    Service& service = hosts_.service(x, x_port);
    service.refused = r.frame;
    service.refused_time = r.time;
    tell_of_port(service.subject(), r.frame, r.time);
    note_prober(hosts_.host(y).note_refused_syn(r.frame, r.time, x_port));
  } else if (r.trigger_kind == TriggerKind::syn_ack ||
             (scene.is_abort() && scene.x_is_client() && silent)) {
    note_prober(hosts_.host(x).note_synack_reset(r.frame, r.time, y_port));
  } else if (clues::trigger_is_no_connections.ask(scene).is_yes()) {
    note_prober(hosts_.host(y).note_stray(r.frame, r.time, x_port));
  } else if (scene.is_abort() && scene.x_is_server() && scene.x().first_data == 0) {
    Service& service = hosts_.service(x, x_port);
    const bool together = service.aborted != 0 && r.time - service.aborted_time <= kTogether;
    service.aborted = r.frame;
    service.aborted_time = r.time;
    if (together)
      tell_neighbours(service.subject(), clues::others_were_aborted_together, r.frame,
                      r.time - kTogether);
  } else if (clues::first_ack_was_refused.ask(scene).is_yes() && scene.x_is_server()) {
    Service& service = hosts_.service(x, x_port);
    if (service.completed_before == r.trigger.frame) service.completed_before = 0;
    if (service.completed == r.trigger.frame) service.completed = service.completed_before;
    service.ack_refused = r.trigger.frame;
    service.ack_refused_rst = r.frame;
    if (service.accepted > r.trigger.frame) note_outlived(service);
  } else if (cause.loses_state) {
    Host& host = hosts_.host(x);
    const bool again = host.lost != 0 && r.time - host.lost_time <= kPendingFor;
    host.note_lost(r.frame, r.time, y_port);
    if (again)
      tell_neighbours(host.subject(), clues::host_lost_others_too, r.frame, r.time - kPendingFor);
  }
  if (scene.is_abort()) {
    Host& aborter = hosts_.host(x);
    const bool together = aborter.aborted != 0 && r.time - aborter.aborted_time <= kAllAtOnce;
    aborter.aborted = r.frame;
    aborter.aborted_time = r.time;
    if (together)
      tell_neighbours(aborter.subject(), clues::host_aborted_others_too, r.frame,
                      r.time - kAllAtOnce);
    if (scene.x().fin != 0 && clues::own_octets_outstanding.ask(scene).is_yes()) {
      Host& host = hosts_.host(x);
      host.sheds = host.shed != 0 && r.time - host.shed_time <= kSecond ? host.sheds + 1 : 1;
      host.shed = r.frame;
      host.shed_time = r.time;
      if (host.sheds > 1)
        tell_neighbours(host.subject(), clues::others_were_shed_too, r.frame, r.time - kSecond);
    }
  }
  const Nanos apart = r.time - scene.y_trouble().rst_time;
  const bool both_ends = scene.y_trouble().rst != 0 && apart <= kAllAtOnce;
  if (scene.x_trouble().foreign_resets == 3 || both_ends) settle_flow(flow, r.frame, r.time);
  if (scanner) settle(*scanner, r.frame, r.time);
}

void Engine::note_completed(const Flow& flow, const Segment& segment) {
  Service& service = hosts_.service(segment.tuple.dst, segment.tuple.dport);
  service.completed_before = service.completed;
  service.completed = segment.frame;
  service.completed_flow = flow.id();
}

/// The listener took a SYN after it had refused an ACK.
void Engine::note_outlived(Service& service) {
  service.outlived = service.accepted;
  service.outlived_rst = service.ack_refused_rst;
}

/// Keeps a verdict open that later news of the port, of the prober or of the host may change.
void Engine::wait_for_more(const Flow& flow, std::size_t index) {
  const Explained& made = explained_[index];
  const Reset& r = made.reset;
  const Scene scene(r, flow, hosts_);
  const std::uint8_t subjects = hangs_on(made.verdict);
  if (subjects == 0 && !made.verdict.cause->loses_state) return;
  const std::uint8_t told = news_of(scene);
  const auto wait = [&](Subject subject) {
    waiting_.add(hosts_.waiting_for(subject), index, told);
  };
  const auto bears = [&](Whose whose) { return (subjects & bit_of(whose)) != 0; };
  const Service* const service = scene.service();
  if (service != nullptr && bears(Whose::port)) wait(service->subject());
  if (bears(Whose::peer)) wait(hosts_.host(flow.address(other(r.x_end))).subject());
  if (bears(Whose::resetter)) wait(hosts_.host(flow.address(r.x_end)).subject());
  if (made.verdict.cause->loses_state) wait(hosts_.host(flow.address(r.x_end)).subject());
}

/// The last news of a port or a host: what waited for that is weighed again.
void Engine::settle(Subject subject, Frame frame, Nanos now) {
  const Waiting::Chain chain = waiting_.chain(hosts_.waiting_for(subject));
  for (std::size_t i = chain.count; i > 0; --i) {
    const std::size_t index = waiting_.entry(chain.serials[i - 1]).index;
    const Explained& made = explained_[index];
    if (made.reset.frame != frame && now - made.time() <= kPendingFor) judge_again(index, frame);
  }
  hosts_.waiting_for(subject) = 0;
}

/// One more of a kind: those since then that it is news to are weighed again, each once, so that
/// a thousand resets in one instant cost a thousand weighings and not their square.
void Engine::tell_neighbours(Subject subject, const Clue& clue, Frame frame, Nanos since) {
  const Waiting::Chain chain = waiting_.chain(hosts_.waiting_for(subject));
  for (std::size_t i = 0; i < chain.count; ++i) {
    Waiting::Entry& waiting = waiting_.entry(chain.serials[i]);
    const Explained& made = explained_[waiting.index];
    if (made.reset.frame == frame) continue;
    if (made.time() < since) return;
    if ((waiting.told & bit_of(clue)) != 0 || !clue.ask(scene_of(made)).is_yes()) continue;
    waiting.told |= bit_of(clue);
    judge_again(waiting.index, frame);
  }
}

/// The port took or refused a SYN: those to whom that is news are weighed again, and nobody waits
/// for it any more.
void Engine::tell_of_port(Subject port, Frame frame, Nanos now) {
  const Waiting::Chain chain = waiting_.chain(hosts_.waiting_for(port));
  if (chain.count == 0) return;
  for (std::size_t i = chain.count; i > 0; --i) {
    const Waiting::Entry& waiting = waiting_.entry(chain.serials[i - 1]);
    const Explained& made = explained_[waiting.index];
    if (made.reset.frame == frame || now - made.time() > kPendingFor) continue;
    if ((news_of(scene_of(made)) & ~waiting.told) != 0) judge_again(waiting.index, frame);
  }
  hosts_.waiting_for(port) = 0;
}

/// A volley, or the other end's reset, sheds light on the resets of the same flow just before.
void Engine::settle_flow(const Flow& flow, Frame frame, Nanos now) {
  std::uint32_t place = explained_[flow.latest_verdict - 1].before;
  for (int back = 0; place != 0 && back < kVolley; ++back) {
    if (now - explained_[place - 1].time() > kPendingFor) return;
    judge_again(place - 1, frame);
    place = explained_[place - 1].before;
  }
}

/// The "sender" of a reset speaks on, unless it has opened the connection anew since. What it sent before the reset may come late; new octets
/// or an old segment after a while cannot.
void Engine::notice_going_on(const Flow& flow, End from, const Segment& segment) {
  const Endpoint& x = flow.at(from);
  if (segment.syn) {
    if (segment.ack_set) notice_acceptance(flow, from, segment);
    return;
  }
  notice_one_sided(flow, segment);
  const bool fresh = x.speaks && segment.seq_len() != 0 && segment.seq_end().after(x.snd_nxt);
  const auto shows_alive = [&](std::uint32_t place) {
    const Explained& made = explained_[place - 1];
    if (made.from() != from || made.reset.went_on != 0) return;
    if (!made.verdict.cause->ends_connection && made.reset.form != Form::foreign) return;
    if (x.syn > made.frame() || is_answer_while_connecting(made.reset)) return;
    if (segment.time - made.time() < (fresh ? kReordered : kSurelyLater)) return;
    belie(place - 1, segment.frame);
  };
  shows_alive(flow.first_verdict);
  // All of a volley, not its last alone.
  std::uint32_t place = flow.latest_verdict;
  for (int back = 0; place != 0 && back < kVolley; ++back) {
    const std::uint32_t before = explained_[place - 1].before;
    shows_alive(place);
    place = before;
  }
}

/// A SYN-ACK to the very SYN that had been refused in its sender's name, once or several times.
void Engine::notice_acceptance(const Flow& flow, End from, const Segment& syn_ack) {
  std::uint32_t place = flow.latest_verdict;
  for (int back = 0; place != 0 && back < kVolley; ++back) {
    const Explained& made = explained_[place - 1];
    const bool refused = made.from() == from && made.reset.trigger_kind == TriggerKind::syn;
    if (!refused || made.reset.went_on != 0) return;
    const bool same_syn = flow.at(other(from)).last.frame < made.reset.frame;
    if (same_syn && syn_ack.time - made.time() >= kReordered) belie(place - 1, syn_ack.frame);
    place = made.before;
  }
}

void Engine::belie(std::size_t index, Frame frame) {
  explained_[index].reset.went_on = frame;
  belied_.try_emplace(frame, index);
  judge_again(index, frame);
}

/// Where the segments of its sender are captured on both sides of a router, a reset that comes on
/// one side only was made between them. A later segment of the connection tells that no copy of
/// it will come.
void Engine::notice_one_sided(const Flow& flow, const Segment& segment) {
  Explained& made = explained_[flow.latest_verdict - 1];
  if (flow.most_copies() == 0 || made.copies != 0 || made.reset.one_sided != 0) return;
  if (segment.time - made.time() < kCopyWithinByIpId / 10) return;
  if (!clues::senders_are_passed_on.ask(scene_of(made)).is_yes()) return;
  made.reset.one_sided = segment.frame;
  judge_again(flow.latest_verdict - 1, segment.frame);
}

/// Weighs a reset once more with what is known by now. What could not be analysed stays so.
void Engine::judge_again(std::size_t index, Frame frame) {
  const std::uint32_t flow = explained_[index].flow;
  const Variant* const variant = explained_[index].verdict.variant;
  if (variant != nullptr && variant->clue == &clues::analysis_failed) return;
  change_verdict(index, weigh(explained_[index].reset, flows_[flow]), order_.shown(frame));
  const Explained& made = explained_[index];
  if (made.verdict.cause->sender == Sender::third_party)
    flows_[flow].note_forgery(made.from(), made.reset.frame);
}

/// A later frame changes the verdict of a reset, and with it that of its copies.
void Engine::change_verdict(std::size_t index, Verdict&& again, Frame frame) {
  Explained& made = explained_[index];
  if (same_verdict(again, made.verdict)) return;
  made.verdict = std::move(again);
  // Where segments were put in their order, the news may be of an earlier frame than what is cited.
  made.revised = std::max({made.revised, frame, latest_cited(made.verdict)});
  const std::size_t end = std::min(explained_.size(), index + 1 + kCopyDepth);
  for (std::size_t copy = index + 1; copy < end; ++copy) {
    if (explained_[copy].time() - made.time() > kCopyWithinByIpId) break;
    if (explained_[copy].duplicate_of != made.frame()) continue;
    explained_[copy].verdict = made.verdict;
    explained_[copy].revised = made.revised;
  }
}

void Engine::note_service(const Flow& flow, End from, const Segment& segment) {
  if (segment.syn && segment.ack_set) {
    Service& service = hosts_.service(segment.tuple.src, segment.tuple.sport);
    const bool repeated = flow.at(from).syn != segment.frame;
    if (repeated) return;
    service.accepted = segment.frame;
    service.accepted_time = segment.time;
    if (service.ack_refused != 0) note_outlived(service);
    Host& host = hosts_.host(segment.tuple.src);
    host.ttl = segment.ip.ttl;
    host.ttl_interface = segment.ip.interface;
    host.ttl_time = segment.time;
    host.reaction_us = std::min(host.reaction_us, flow.at(from).reaction_us);
    tell_of_port(service.subject(), segment.frame, segment.time);
  } else if (flow.at(from).first_data == segment.frame && flow.is_server(from)) {
    Service& service = hosts_.service(segment.tuple.src, segment.tuple.sport);
    service.served = segment.frame;
    service.served_time = segment.time;
    service.taken = std::max(service.taken, flow.at(from).syn);
  } else if (flow.at(from).fin == segment.frame) {
    Host& host = hosts_.host(segment.tuple.src);
    host.closed = segment.frame;
    host.closed_time = segment.time;
    host.closed_port = flow.is_server(from)   ? segment.tuple.sport
                       : flow.is_client(from) ? segment.tuple.dport
                                              : std::uint16_t{0};
    if (!flow.is_server(from)) return;
    Service& service = hosts_.service(segment.tuple.src, segment.tuple.sport);
    service.taken = std::max(service.taken, flow.at(from).syn);
  }
}

void Engine::follow_application(Flow& flow, End from, const Segment& segment) {
  follow_heartbeat(flow, segment);
  follow_protocol(flow, from, segment);
  if (!options_.resp) return;
  if (!flow.resp) {
    const bool error = is_a_redis_servers_first_word(flow, from, segment);
    if (flow.resp_tries >= kRespTries && !error) return;
    ++flow.resp_tries;
    const bool forced = is_resp_port(segment.tuple);
    const bool another = flow.app != nullptr;  // HTTP whose body is RESP, and the like
    if (!forced && !error && (another || !resp::looks_like_resp(segment.payload))) {
      const bool client = flow.is_client(from) && flow.role_basis() >= RoleBasis::syn_ack;
      if (another || (client && opens_its_words(flow, from, segment))) flow.resp_tries = kRespTries;
      return;
    }
    const bool first =
        flow.at(End::a).first_data == segment.frame || flow.at(End::b).first_data == segment.frame;
    flow.resp = std::make_unique<resp::Tracker>(
        resp::TrackerOptions{.initiator_known = flow.role_basis() >= RoleBasis::syn_ack,
                             .from_start = flow.seen_from_start() && flow.resp_tries == 1 && first,
                             .forced = forced});
  }
  const resp::Piece piece{
      .frame = order_.shown(segment.frame),
      .time_ns = segment.time,
      .seq = (segment.seq + (segment.syn ? 1U : 0U)).raw(),
      .payload = segment.payload,
      .ack = segment.ack_set ? std::optional(segment.ack.raw()) : std::nullopt,
      .cut_off = static_cast<std::uint32_t>(
          segment.len - std::min<std::size_t>(segment.len, segment.payload.size()))};
  flow.resp->feed(direction(flow, from), piece, fresh_labels_);
  take_labels(fresh_labels_);
  if (flow.resp->recognition() == resp::Recognition::not_resp) {
    flow.resp.reset();
    flow.resp_tries = kRespTries;
  }
}

/// The user told us what is spoken on that port.
bool Engine::is_resp_port(const Tuple& tuple) const {
  const auto& ports = options_.resp_ports;
  return !ports.empty() && (std::binary_search(ports.begin(), ports.end(), tuple.sport) ||
                            std::binary_search(ports.begin(), ports.end(), tuple.dport));
}

void Engine::follow_protocol(Flow& flow, End from, const Segment& segment) {
  if (flow.over()) return;  // what comes too late is no part of the conversation
  if (!flow.app && flow.app_tries >= kAppTries) return;
  const app::Piece piece{.seq = (segment.seq + (segment.syn ? 1U : 0U)).raw(),
                         .len = segment.len,
                         .payload = segment.payload};
  if (!flow.app) {
    const bool first =
        flow.at(from).first_data == segment.frame && flow.at(other(from)).first_data == 0;
    flow.app = app::Talk::recognise(side_of(from), piece, first);
    ++flow.app_tries;
  }
  if (flow.app) flow.app->feed(side_of(from), piece);
}

void Engine::follow_heartbeat(Flow& flow, const Segment& segment) {
  const auto beat = resp::length_prefixed_heartbeat(segment.payload);
  if (!beat) return;
  if (beat->word == resp::Heartbeat::Word::ping)
    flow.heartbeat = segment.frame;
  else if (flow.heartbeat != 0)
    flow.heartbeat_answer = segment.frame;
}

void Engine::settle_application(Flow& flow) {
  if (!flow.resp) return;
  flow.resp->settle(fresh_labels_);
  take_labels(fresh_labels_);
}

void Engine::take_labels(resp::Labels& labels) {
  for (const resp::Label& label : labels) {
    std::vector<RespLabel>& in_frame = resp_[label.id.frame];
    if (label.kind == resp::Label::Kind::withdrawn) {
      std::erase_if(in_frame, [&](const RespLabel& r) { return r.label.id == label.id; });
      continue;
    }
    in_frame.push_back({label, 0, 0});
    if (!label.request) continue;
    in_frame.back().request_in = label.request->frame;
    for (RespLabel& command : resp_[label.request->frame]) {
      const bool ours = command.label.id == *label.request && command.response_in == 0;
      if (ours) command.response_in = label.id.frame;  // of several the first
    }
  }
  labels.clear();
}

void Engine::tell_application(const Flow& flow, Explained& into) {
  if (!flow.resp || flow.resp->recognition() != resp::Recognition::resp) return;
  into.last_ping = flow.resp->last_ping().value_or(0);
  into.last_pong = flow.resp->last_pong().value_or(0);
  into.outstanding = flow.resp->outstanding();
  into.ping_period = flow.resp->ping_period_ns().value_or(0);
}

std::pair<std::size_t, std::size_t> Engine::resets_in(Frame frame) const {
  if (reset_frames_.empty() || reset_frames_.back() < frame)  // most frames as they come
    return {reset_frames_.size(), reset_frames_.size()};
  const auto begin = reset_frames_.begin();
  const auto [first, last] = std::equal_range(begin, reset_frames_.end(), frame);
  return {static_cast<std::size_t>(first - begin), static_cast<std::size_t>(last - begin)};
}

std::span<const RespLabel> Engine::resp_in(Frame frame) const {
  if (resp_.empty()) return {};
  const auto found = resp_.find(frame);
  return found == resp_.end() ? std::span<const RespLabel>{}
                              : std::span<const RespLabel>(found->second);
}

const Explained* Engine::reset_of(const Tuple& tuple, Frame frame) {
  Flow* flow = flows_.find(tuple);
  // A bounded way back: ports reused more often within one capture are a flood.
  for (int back = 0; flow != nullptr && flow->first_frame() > frame; ++back) {
    flow = back < kMostIncarnations ? flow->previous() : nullptr;
  }
  return flow == nullptr || flow->first_verdict == 0 ? nullptr
                                                     : &explained_[flow->first_verdict - 1];
}

}  // namespace rstcause
