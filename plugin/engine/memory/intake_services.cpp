// SPDX-License-Identifier: GPL-2.0-or-later
//
// What a connection's segments tell of its hosts and ports, for the resets of all others.
#include <algorithm>

#include "engine/memory/intake.h"

namespace rstcause {

void Intake::note_completed(const Flow& flow, End from, const Segment& segment) {
  Service& service = hosts_.service(flow, other(from));
  service.completed_before = service.completed;
  service.completed = segment.frame;
  service.completed_flow = flow.id();
}

Intake::News Intake::note_service(const Flow& flow, End from, const Segment& segment) {
  const Endpoint& x = flow.at(from);
  if (segment.syn && segment.ack_set) {
    return {.accepts = note_accepted(flow, from, segment)};
  } else if (x.first_data == segment.frame && flow.is_server(from)) {
    note_served(flow, from, segment);
  } else if (x.fin == segment.frame) {
    return {.closes = note_closed(flow, from, segment)};
  }
  return {};
}

const Service* Intake::note_accepted(const Flow& flow, End from, const Segment& syn_ack) {
  Service& service = hosts_.service(flow, from);  // known from its first SYN-ACK on
  const bool repeated = flow.at(from).syn != syn_ack.frame;
  if (repeated) return nullptr;
  service.accepted = syn_ack.frame;
  service.accepted_time = syn_ack.time;
  if (service.first_accepted == 0) service.first_accepted = syn_ack.frame;
  if (service.ack_refused != 0) service.note_outlived();
  Host& host = hosts_.host_of(service, flow, from);
  const bool moved = host.ttl != syn_ack.ip.ttl;
  host.ttl = syn_ack.ip.ttl;
  host.synack_has_ip_id = syn_ack.ip_id != 0;
  host.ttl_interface = syn_ack.ip.interface;
  host.ttl_time = syn_ack.time;
  host.reaction_us = std::min(host.reaction_us, flow.at(from).reaction_us);
  const bool awaited = moved && host.pending != 0;
  return awaited || service.pending != 0 || service.refusals != 0 ? &service : nullptr;
}

/// The server's first payload: its program has the connection in hands.
void Intake::note_served(const Flow& flow, End from, const Segment& segment) {
  Service& service = hosts_.service(flow, from);
  service.served = segment.frame;
  service.taken = std::max(service.taken, flow.at(from).syn);
}

const Host* Intake::note_closed(const Flow& flow, End from, const Segment& fin) {
  Host& host = hosts_.host(flow, from);
  host.closed = fin.frame;
  host.closed_time = fin.time;
  host.closed_port = flow.is_server(from)   ? fin.tuple.sport
                     : flow.is_client(from) ? fin.tuple.dport
                                            : std::uint16_t{0};
  if (flow.is_server(from)) {
    Service& service = hosts_.service(flow, from);
    service.taken = std::max(service.taken, flow.at(from).syn);
  }
  return host.aborted != 0 && fin.time - host.aborted_time <= kInOneSweep ? &host : nullptr;
}

}  // namespace rstcause
