// SPDX-License-Identifier: GPL-2.0-or-later
#include "engine/engine.h"

#include <algorithm>

#include "engine/clues/handshake.h"
#include "resp/context.h"
#include "resp/heartbeat.h"
#include "resp/recognise.h"
#include "resp/tracker.h"

namespace rstcause {
namespace {

/// Verdicts kept open for one port: under a flood of resets the oldest stay as they are.
constexpr std::size_t kMostPending = 32;
/// A port that is not heard of within a minute will not explain an old reset any more.
constexpr Nanos kPendingFor = 60 * kSecond;

constexpr Nanos kCopyWithin = kMillisecond;
constexpr Nanos kCopyWithinByIpId = kSecond / 2;

/// A connection whose first few payloads do not look like RESP is none.
constexpr std::uint8_t kRespTries = 4;

bool hangs_on_listener(const Cause& cause) {
  return std::any_of(cause.favours.begin(), cause.favours.end(), [](const Weight& w) {
    return w.clue == &clues::listener_is_alive || w.clue == &clues::listener_refuses;
  });
}

bool hangs_on_listener(const Verdict& verdict) {
  if (hangs_on_listener(*verdict.cause)) return true;
  return std::any_of(verdict.alternatives.begin(), verdict.alternatives.end(),
                     [](const Alternative& a) { return hangs_on_listener(*a.cause); });
}

resp::Direction direction(const Flow& flow, End from) {
  const End client = flow.is_client(End::b) ? End::b : End::a;
  return from == client ? resp::Direction::from_initiator : resp::Direction::from_responder;
}

bool same_verdict(const Verdict& left, const Verdict& right) {
  return left.cause == right.cause && left.confidence == right.confidence;
}

}  // namespace

void Engine::observe(const Segment& segment) {
  Flow& flow = flow_of(segment);
  const End from = flow.end_of(segment.tuple);
  if (segment.rst) {
    judge(flow, from, segment);
    return;
  }
  if (flow.is_copy(from, segment)) return;
  flow.note(from, segment);
  flow.latest_recent = recent_.add(flow, from, segment);
  note_service(flow, from, segment);
  if (!segment.payload.empty()) follow_application(flow, from, segment);
}

Flow& Engine::flow_of(const Segment& segment) {
  Flow* flow = flows_.find(segment.tuple);
  if (flow == nullptr) return flows_.open(segment);
  if (flow->starts_over(flow->end_of(segment.tuple), segment)) return flows_.open(segment);
  Flow* const older = flow->previous();
  if (older != nullptr && older->keeps(older->end_of(segment.tuple), segment, *flow)) return *older;
  return *flow;
}

void Engine::judge(Flow& flow, End from, const Segment& segment) {
  settle_application(flow);
  const Scene scene(segment, flow, from, hosts_, recent_);

  Explained made;
  made.frame = segment.frame;
  made.time = segment.time;
  made.flow = flow.id();
  made.from = from;
  made.stream = segment.stream;
  made.has_stream = segment.has_stream;
  made.seq = segment.seq;
  made.ack = segment.ack;
  made.ack_set = segment.ack_set;
  made.ip_id = segment.ip.id;
  made.duplicate_of = copy_of(flow, from, segment, scene);
  if (made.duplicate_of != 0) {
    const Explained& first = explained_[flow.latest_verdict - 1];
    made.verdict = first.verdict;
    made.context = first.context;
  } else {
    made.verdict = classify(scene);
  }
  tell_application(flow, made);
  explained_.push_back(made);
  if (made.duplicate_of != 0) return;

  flow.latest_verdict = static_cast<std::uint32_t>(explained_.size());
  if (flow.first_verdict == 0) flow.first_verdict = flow.latest_verdict;
  flow.note_reset(from, segment, made.verdict.cause->ends_connection);
  remember(scene, made);
  if (hangs_on_listener(made.verdict)) wait_for_listener(scene, explained_.size() - 1);
}

/// The frame that this reset is only a copy of, as mirror ports and captures on two
/// interfaces show it; 0 for a reset of its own.
Frame Engine::copy_of(const Flow& flow, End from, const Segment& s, const Scene& scene) const {
  if (flow.latest_verdict == 0) return 0;
  const Explained& last = explained_[flow.latest_verdict - 1];
  if (last.from != from || last.seq != s.seq || last.ack != s.ack || last.ack_set != s.ack_set) return 0;
  if (last.ip_id != s.ip.id) return 0;
  const Nanos later = s.time - last.time;
  // Linux sends replies with IP ID 0: equal ones are real if each has a segment to answer.
  const bool copied = s.ip.id != 0 ? later < kCopyWithinByIpId : later < kCopyWithin && !scene.fresh_trigger;
  return copied ? last.frame : 0;
}

/// Keeps what this reset tells about hosts and ports for the resets to come.
void Engine::remember(const Scene& scene, const Explained& made) {
  const Segment& s = scene.rst;
  if (scene.trigger_kind == TriggerKind::syn) {
    Service& service = hosts_.service(s.tuple.src, s.tuple.sport);
    service.refused = s.frame;
    service.refused_time = s.time;
    ++service.refusals;
    hosts_.host(s.tuple.dst).note_refused_syn(s.frame, s.time, s.tuple.sport);
    settle_listener(s.tuple.src, s.tuple.sport, s.frame);
  } else if (scene.trigger_kind == TriggerKind::syn_ack) {
    hosts_.host(s.tuple.src).note_synack_reset(s.frame, s.time, s.tuple.dport);
  } else if (scene.is_abort() && scene.x_is_server() && scene.x().first_data == 0) {
    Service& service = hosts_.service(s.tuple.src, s.tuple.sport);
    service.aborted = made.frame;
    service.aborted_time = made.time;
  } else if (scene.is_abort() && scene.x_is_client() && scene.y().first_data == 0 && scene.x().first_data == 0) {
    hosts_.host(s.tuple.src).note_synack_reset(s.frame, s.time, s.tuple.dport);
  }
}

void Engine::wait_for_listener(const Scene& scene, std::size_t index) {
  const Service* const service = scene.service();
  if (service == nullptr) return;
  std::deque<Pending>& waiting = pending_[service];
  if (waiting.size() >= kMostPending) waiting.pop_front();
  waiting.push_back({index, scene});
}

/// A port accepted or refused a SYN: what waited for that is judged again, once.
void Engine::settle_listener(const Address& address, std::uint16_t port, Frame frame) {
  if (pending_.empty()) return;
  const Service* const service = hosts_.find_service(address, port);
  const auto found = pending_.find(service);
  if (found == pending_.end()) return;
  const std::deque<Pending> waiting = std::move(found->second);
  pending_.erase(found);
  for (const Pending& open : waiting) {
    Explained& made = explained_[open.explained];
    const Nanos now = std::max(service->accepted_time, service->refused_time);
    if (made.frame == frame || now - made.time > kPendingFor) continue;
    Verdict again = classify(open.scene);
    if (same_verdict(again, made.verdict)) continue;
    made.verdict = std::move(again);
    made.revised = frame;
  }
}

void Engine::note_service(const Flow& flow, End from, const Segment& segment) {
  if (segment.syn && segment.ack_set) {
    Service& service = hosts_.service(segment.tuple.src, segment.tuple.sport);
    const bool repeated = flow.at(from).syn != segment.frame;
    if (repeated) return;
    service.accepted = segment.frame;
    service.accepted_time = segment.time;
    settle_listener(segment.tuple.src, segment.tuple.sport, segment.frame);
  } else if (flow.at(from).first_data == segment.frame && flow.is_server(from)) {
    Service& service = hosts_.service(segment.tuple.src, segment.tuple.sport);
    service.served = segment.frame;
    service.served_time = segment.time;
  }
}

void Engine::follow_application(Flow& flow, End from, const Segment& segment) {
  follow_heartbeat(flow, segment);
  if (!options_.resp) return;
  if (!flow.resp) {
    if (flow.resp_tries >= kRespTries) return;
    ++flow.resp_tries;
    if (!resp::looks_like_resp(segment.payload)) return;
    const bool first = flow.at(End::a).first_data == segment.frame || flow.at(End::b).first_data == segment.frame;
    flow.resp = std::make_unique<resp::Tracker>(
        resp::TrackerOptions{.initiator_known = flow.role_basis() >= RoleBasis::syn_ack,
                             .from_start = flow.seen_from_start() && flow.resp_tries == 1 && first});
  }
  const resp::Piece piece{.frame = segment.frame,
                          .time_ns = segment.time,
                          .seq = (segment.seq + (segment.syn ? 1U : 0U)).raw(),
                          .payload = segment.payload,
                          .ack = segment.ack_set ? std::optional(segment.ack.raw()) : std::nullopt};
  flow.resp->feed(direction(flow, from), piece, fresh_labels_);
  take_labels(fresh_labels_);
  if (flow.resp->recognition() == resp::Recognition::not_resp) {
    flow.resp.reset();
    flow.resp_tries = kRespTries;
  }
}

void Engine::follow_heartbeat(Flow& flow, const Segment& segment) {
  const auto beat = resp::length_prefixed_heartbeat(segment.payload);
  if (!beat) return;
  if (beat->word == resp::Heartbeat::Word::ping) flow.heartbeat = segment.frame;
  else if (flow.heartbeat != 0) flow.heartbeat_answer = segment.frame;
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
      if (command.label.id == *label.request) command.response_in = label.id.frame;
    }
  }
  labels.clear();
}

void Engine::tell_application(const Flow& flow, Explained& into) {
  if (flow.heartbeat != 0) {
    const bool answered = flow.heartbeat_answer > flow.heartbeat;
    into.context.push_back("Heartbeat: length-prefixed PING in frame " + std::to_string(flow.heartbeat) +
                           (answered ? ", answered in frame " + std::to_string(flow.heartbeat_answer)
                                     : std::string(", unanswered")));
  }
  if (!flow.resp || flow.resp->recognition() != resp::Recognition::resp) return;
  into.context = resp::context_sentences(*flow.resp);
  into.last_ping = flow.resp->last_ping().value_or(0);
  into.last_pong = flow.resp->last_pong().value_or(0);
  into.outstanding = flow.resp->outstanding();
}

std::pair<std::size_t, std::size_t> Engine::resets_in(Frame frame) const {
  const auto before = [](const Explained& e, Frame f) { return e.frame < f; };
  const auto first = std::lower_bound(explained_.begin(), explained_.end(), frame, before);
  auto last = first;
  while (last != explained_.end() && last->frame == frame) ++last;
  return {static_cast<std::size_t>(first - explained_.begin()), static_cast<std::size_t>(last - explained_.begin())};
}

std::span<const RespLabel> Engine::resp_in(Frame frame) const {
  const auto found = resp_.find(frame);
  return found == resp_.end() ? std::span<const RespLabel>{} : std::span<const RespLabel>(found->second);
}

const Explained* Engine::reset_of(const Tuple& tuple, Frame frame) {
  Flow* flow = flows_.find(tuple);
  while (flow != nullptr && flow->first_frame() > frame) flow = flow->previous();
  return flow == nullptr || flow->first_verdict == 0 ? nullptr : &explained_[flow->first_verdict - 1];
}

}  // namespace rstcause
