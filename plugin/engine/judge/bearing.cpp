// SPDX-License-Identifier: GPL-2.0-or-later
#include "engine/judge/bearing.h"

#include "engine/judge/clues/scanning.h"

namespace rstcause {
namespace {

constexpr Nanos kMinute = 60 * kSecond;

void keep_of_service(Service& service, const Reset& reset, const Flow& flow) {
  if (service.completed_flow == flow.id()) service.completed = service.completed_before;
  service.completed_flow = 0;
  service.completed_before = 0;
  if (!reset.trigger.seen()) {
    service.completed = 0;
    if (reset.time - service.aborted_time > kSecond) service.aborted = 0;
  }
  if (service.aborted == 0) service.aborted_time = 0;
  if (reset.time - service.aborted_time > kSecond) service.aborted_came = 0;
  if (reset.trigger_kind != TriggerKind::syn) service.accepted_time = 0;
  service.ack_refused = service.ack_refused_rst = 0;
  service.id = service.pending = service.refusals = service.host = 0;
}

/// What only a scanner's probes tell.
void keep_of_probes(Host& host) {
  host.last_probe = 0;
  host.ports = {};
  if (clues::is_scanning(&host).is_yes()) return;
  host.synack_reset = 0;
  host.synack_resets = host.refused_syns = host.port_changes = 0;
  host.stray = 0;
  host.strays = host.strays != 0 ? 1 : 0;
}

/// What it ended itself.
void keep_of_ends(Host& host, const Reset& reset) {
  if (reset.time - host.closed_time > kSecond) {
    host.closed = 0;
    host.closed_time = 0;
    host.closed_port = 0;
  }
  const Sweep& sweep = host.sweep;
  if (reset.idle < kAllAtOnce || sweep.beside(reset.frame, reset.time) == 0) host.sweep = {};
  if (reset.time - host.lost_time > kMinute) host.note_lost(0, 0, 0);
  if (reset.time - host.shed_time > kSecond) {
    host.shed = 0;
    host.shed_time = 0;
    host.sheds = 0;
  }
}

void forget_its_ends(Host& host) {
  host.closed = 0;
  host.closed_time = 0;
  host.closed_port = 0;
  host.sweep = {};
  host.note_lost(0, 0, 0);
  host.shed = 0;
  host.shed_time = 0;
  host.sheds = 0;
}

void keep_of_host(Host& host, const Reset& reset) {
  keep_of_probes(host);
  host.aborted = 0;
  host.aborted_time = 0;
  if (reset.time - host.passed_on_time > kMinute) {
    host.passed_on = 0;
    host.passed_on_time = 0;
  }
  host.copied_after = 0;
  host.id = host.pending = 0;
}

void forget_its_path(Host& host, const Reset& reset) {
  host.ttl = 0;
  host.synack_has_ip_id = false;
  host.ttl_interface = reset.ip.interface;
  host.ttl_time = 0;
  host.reaction_us = Endpoint::kNoReaction;
}

/// How far away X is, and how quick: asked where its own segments do not tell (clues::usual_ttl())
/// or where another handshake was quicker.
void keep_of_path(Host& host, const Reset& reset, const Endpoint& x) {
  if (host.ttl_interface != reset.ip.interface) return forget_its_path(host, reset);
  const bool stale = reset.time - host.ttl_time > kMinute;
  const bool asked =
      reset.trigger_kind == TriggerKind::syn || (!x.ttl_varies && x.ttl == 0 && x.shape.ttl == 0);
  if (stale || !asked) {
    host.ttl = 0;
    host.synack_has_ip_id = false;
    host.ttl_time = 0;
  }
  if (reset.habits.heard == 0 || host.reaction_us >= x.reaction_us)
    host.reaction_us = Endpoint::kNoReaction;
}

}  // namespace

void keep_what_bears(Company& company, const Reset& reset, const Flow& flow) {
  const Endpoint& x = flow.at(reset.x_end);
  if (company.knows_service) keep_of_service(company.service, reset, flow);
  if (company.knows_x) {
    keep_of_host(company.x, reset);
    keep_of_ends(company.x, reset);
    keep_of_path(company.x, reset, x);
    const bool asked = x.syn != 0 && company.x.refused_syn > x.syn;
    if (!asked && !clues::is_scanning(&company.x).is_yes()) company.x.refused_syn = 0;
  }
  if (!company.knows_y) return;
  keep_of_host(company.y, reset);
  forget_its_ends(company.y);
  forget_its_path(company.y, reset);
  if (company.y.refused_syns == 0) company.y.refused_syn = 0;
}

}  // namespace rstcause
