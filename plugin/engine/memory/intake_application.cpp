// SPDX-License-Identifier: GPL-2.0-or-later
//
// What the application says, followed for the context of a reset and for RESP.
#include <algorithm>
#include <optional>

#include "app/talk.h"
#include "engine/memory/application.h"
#include "engine/memory/intake.h"
#include "resp/heartbeat.h"
#include "resp/recognise.h"
#include "resp/tracker.h"

namespace rstcause {
namespace {

/// A connection whose first few payloads do not look like RESP is none.
constexpr std::uint8_t kRespTries = 4;
/// The same of the other protocols; captures begin in the middle of a long body, too.
constexpr std::uint8_t kAppTries = 8;

/// These are the first octets that this end sent.
bool opens_its_words(const Flow& flow, End from, const Segment& segment) {
  const Endpoint& x = flow.at(from);
  return x.syn != 0 && segment.seq + (segment.syn ? 1U : 0U) == x.isn + 1U;
}

/// Whatever the client said (HTTP, say, to the wrong port): so answers a Redis server alone.
bool is_a_redis_servers_first_word(const Flow& flow, End from, const Segment& segment) {
  return !flow.is_client(from) && opens_its_words(flow, from, segment) &&
         resp::looks_like_resp(segment.payload);
}

}  // namespace

void Intake::follow_application(Flow& flow, End from, const Segment& segment) {
  if (segment.payload.size() <= resp::kLongestHeartbeat) follow_heartbeat(flow, segment);
  follow_protocol(flow, from, segment);
  if (options_.resp) follow_resp(flow, from, segment);
}

void Intake::follow_resp(Flow& flow, End from, const Segment& segment) {
  if (!flow.resp && !begins_resp(flow, from, segment)) return;
  const resp::Piece piece{
      .frame = order_.shown(segment.frame),
      .time_ns = segment.time,
      .seq = (segment.seq + (segment.syn ? 1U : 0U)).raw(),
      .payload = segment.payload,
      .ack = segment.ack_set ? std::optional(segment.ack.raw()) : std::nullopt,
      .cut_off = static_cast<std::uint32_t>(
          segment.len - std::min<std::size_t>(segment.len, segment.payload.size()))};
  fresh_labels_.clear();
  flow.resp->feed(direction_of(flow, from), piece, fresh_labels_);
  labels_.take(fresh_labels_);
  if (flow.resp->recognition() == resp::Recognition::not_resp) {
    flow.resp.reset();
    flow.resp_tries = kRespTries;
  }
}

/// Whether RESP may begin with this payload: then the flow has a tracker from now on.
bool Intake::begins_resp(Flow& flow, End from, const Segment& segment) const {
  const bool error =
      segment.payload.front() == '-' && is_a_redis_servers_first_word(flow, from, segment);
  if (flow.resp_tries >= kRespTries && !error) return false;
  ++flow.resp_tries;
  const bool forced = is_resp_port(segment.tuple);
  const bool another = flow.app != nullptr;  // HTTP whose body is RESP, and the like
  if (!forced && !error && (another || !resp::looks_like_resp(segment.payload))) {
    const bool client = flow.is_client(from) && flow.role_basis() >= RoleBasis::syn_ack;
    if (another || (client && opens_its_words(flow, from, segment))) flow.resp_tries = kRespTries;
    return false;
  }
  const bool first =
      flow.at(End::a).first_data == segment.frame || flow.at(End::b).first_data == segment.frame;
  flow.resp_initiator = flow.is_client(End::b) ? End::b : End::a;
  flow.resp = std::make_unique<resp::Tracker>(
      resp::TrackerOptions{.initiator_known = flow.role_basis() >= RoleBasis::syn_ack,
                           .from_start = flow.seen_from_start() && flow.resp_tries == 1 && first,
                           .forced = forced});
  if (flow.resp_tries != 1 || !first) return true;
  for (const End end : {End::a, End::b})
    if (flow.at(end).syn != 0)
      flow.resp->expect(direction_of(flow, end), (flow.at(end).isn + 1U).raw());
  return true;
}

/// The user told us what is spoken on that port.
bool Intake::is_resp_port(const Tuple& tuple) const {
  const auto& ports = options_.resp_ports;
  return !ports.empty() && (std::binary_search(ports.begin(), ports.end(), tuple.sport) ||
                            std::binary_search(ports.begin(), ports.end(), tuple.dport));
}

void Intake::follow_protocol(Flow& flow, End from, const Segment& segment) {
  if (flow.over()) return;  // what comes too late is no part of the conversation
  if (!flow.app && flow.app_tries >= kAppTries) return;
  const bool first =
      flow.at(from).first_data == segment.frame && flow.at(other(from)).first_data == 0;
  if (!flow.app) {
    ++flow.app_tries;
    if (!app::Talk::may_begin(segment.payload, first)) return;
  }
  const app::Piece piece{.seq = (segment.seq + (segment.syn ? 1U : 0U)).raw(),
                         .len = segment.len,
                         .payload = segment.payload,
                         .time = segment.time};
  if (!flow.app) flow.app = app::Talk::recognise(side_of(from), piece, first);
  if (flow.app) flow.app->feed(side_of(from), piece);
}

void Intake::follow_heartbeat(Flow& flow, const Segment& segment) {
  const auto beat = resp::length_prefixed_heartbeat(segment.payload);
  if (!beat) return;
  if (beat->word == resp::Heartbeat::Word::ping)
    flow.heartbeat = segment.frame;
  else if (flow.heartbeat != 0)
    flow.heartbeat_answer = segment.frame;
}

void Intake::settle_application(Flow& flow) {
  if (!flow.resp) return;
  fresh_labels_.clear();
  flow.resp->settle(fresh_labels_);
  labels_.take(fresh_labels_);
}

}  // namespace rstcause
