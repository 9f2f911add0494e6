// SPDX-License-Identifier: GPL-2.0-or-later
//
// What a reset tells of its hosts and ports, for the resets of other connections.
#include <optional>

#include "engine/judge/clues/data.h"
#include "engine/judge/clues/form.h"
#include "engine/judge/clues/handshake.h"
#include "engine/judge/clues/listener.h"
#include "engine/judge/clues/scanning.h"
#include "engine/judge/clues/teardown.h"
#include "engine/judge/clues/timing.h"
#include "engine/judge/revisions.h"

namespace rstcause {

/// Keeps what this reset tells about hosts and ports for others, and has those weighed again
/// that waited for it.
void Revisions::remember(const Scene& scene, bool loses_state) {
  const Reset& r = scene.rst;
  // One connection is aborted once: another RST in the same name is no other connection's.
  const bool aborts = scene.is_abort() && clues::earlier_reset(scene, scene.x_trouble()) == 0;
  std::optional<Subject> scanner;  // known as one by this very probe
  if (const Host* const prober = note_probe(scene)) {
    if (prober->port_changes == clues::kScanPorts) scanner = prober->subject();
  } else if (aborts && scene.x_is_server() && scene.x().first_data == 0) {
    note_unserved(scene);
  } else if (clues::first_ack_was_refused.ask(scene).is_yes() && scene.x_is_server()) {
    note_refused_ack(scene);
  } else if (loses_state) {
    note_lost(scene);
  }
  if (aborts) note_abort(scene);
  const Nanos apart = r.time - scene.y_trouble().rst_time;
  const bool both_ends = scene.y_trouble().rst != 0 && apart <= kAllAtOnce;
  if (scene.x_trouble().foreign_resets == 3 || both_ends) settle_flow(scene.flow, r.frame, r.time);
  if (scanner) settle(*scanner, r.frame, r.time);
}

/// What may have been a probe of a port. Its sender, or nullptr where it was none.
const Host* Revisions::note_probe(const Scene& scene) {
  const Reset& r = scene.rst;
  const bool silent = scene.x().first_data == 0 && scene.y().first_data == 0;
  if (r.trigger_kind == TriggerKind::syn) {
    Service& service = intake_.hosts().service(scene.flow, scene.rst.x_end);
    service.refused = r.frame;
    tell_of_port(service.subject(), r.frame, r.time);
    return &intake_.hosts()
                .host(scene.flow, other(scene.rst.x_end))
                .note_refused_syn(r.frame, r.time, scene.x_port());
  }
  if (r.trigger_kind == TriggerKind::syn_ack || (scene.is_abort() && scene.x_is_client() && silent))
    return &intake_.hosts()
                .host(scene.flow, scene.rst.x_end)
                .note_synack_reset(r.frame, r.time, scene.y_port());
  if (clues::trigger_is_no_connections.ask(scene).is_yes())
    return &intake_.hosts()
                .host(scene.flow, other(scene.rst.x_end))
                .note_stray(r.frame, r.time, scene.x_port());
  return nullptr;
}

/// A server aborted a connection that it had never served.
void Revisions::note_unserved(const Scene& scene) {
  const Reset& r = scene.rst;
  Service& service = intake_.hosts().service(scene.flow, scene.rst.x_end);
  const bool together = service.aborted != 0 && r.time - service.aborted_time <= clues::kQueueAbort;
  service.aborted = r.frame;
  service.aborted_time = r.time;
  service.aborted_came = scene.x().syn;
  if (together)
    tell_neighbours(service.subject(), News::port_aborted, r.frame, r.time - clues::kQueueAbort);
}

/// The ACK of a SYN-ACK was refused: it completed nothing.
void Revisions::note_refused_ack(const Scene& scene) {
  const Reset& r = scene.rst;
  Service& service = intake_.hosts().service(scene.flow, scene.rst.x_end);
  if (service.completed_before == r.trigger.frame) service.completed_before = 0;
  if (service.completed == r.trigger.frame) service.completed = service.completed_before;
  service.ack_refused = r.trigger.frame;
  service.ack_refused_rst = r.frame;
  if (service.accepted > r.trigger.frame) service.note_outlived();
}

/// A host knew nothing of the connection any more.
void Revisions::note_lost(const Scene& scene) {
  const Reset& r = scene.rst;
  Host& host = intake_.hosts().host(scene.flow, scene.rst.x_end);
  const bool again = host.lost != 0 && r.time - host.lost_time <= kPendingFor;
  host.note_lost(r.frame, r.time, clues::ephemeral_port(scene));
  if (again) tell_neighbours(host.subject(), News::host_lost, r.frame, r.time - kPendingFor);
}

void Revisions::note_abort(const Scene& scene) {
  const Reset& r = scene.rst;
  constexpr Nanos kCalm = 100 * kMillisecond;
  Host& host = intake_.hosts().host(scene.flow, scene.rst.x_end);
  const bool calm = host.aborted == 0 || r.time - host.aborted_time >= kCalm;
  host.aborted = r.frame;
  host.aborted_time = r.time;
  if (clues::was_at_rest(scene)) note_swept(scene, host, calm);
  // FIN and RST in one instant are a program's doing: shutdown(SHUT_WR), then an abort.
  const bool orphan = scene.x().fin != 0 && !clues::closed_and_reset_at_once.ask(scene).is_yes();
  if (orphan && clues::own_octets_outstanding.ask(scene).is_yes()) note_shed(scene);
}

/// A host aborted a connection at rest, as an operator would have it.
void Revisions::note_swept(const Scene& scene, Host& host, bool calm) {
  const Reset& r = scene.rst;
  Sweep& sweep = host.sweep;
  const bool services = sweep.several_services;
  sweep.add(r.frame, r.time, clues::server_port(scene), calm);
  if (sweep.first == r.frame) return;
  const Nanos since = sweep.since;
  const bool mixed = sweep.several_services && !services;
  const Subject subject = host.subject();
  tell_neighbours(subject, News::host_aborted, r.frame, since);
  if (mixed) tell_neighbours(subject, News::host_swept, r.frame, since);
}

/// A host aborted a connection after its own close, octets of its own unacknowledged.
void Revisions::note_shed(const Scene& scene) {
  const Reset& r = scene.rst;
  Host& host = intake_.hosts().host(scene.flow, scene.rst.x_end);
  host.sheds = host.shed != 0 && r.time - host.shed_time <= kSecond ? host.sheds + 1 : 1;
  host.shed = r.frame;
  host.shed_time = r.time;
  if (host.sheds > 1) tell_neighbours(host.subject(), News::host_shed, r.frame, r.time - kSecond);
}

}  // namespace rstcause
