// SPDX-License-Identifier: GPL-2.0-or-later
// A reset's company as octets. Most of it is nothing (keep_what_bears()), and the rest near the
// reset.
#pragma once

#include <tuple>

#include "engine/memory/company.h"
#include "engine/memory/packed_parts.h"

namespace rstcause::packing {

/// Near which reset it is.
struct Beside {
  Frame frame;
  Nanos time;
  std::uint32_t interface;
};

template <typename Io>
void code(Io& io, Service& service, const Beside& reset) {
  auto& [accepted, accepted_time, first_accepted, served, refused, taken, aborted, aborted_time,
         aborted_came, completed, completed_flow, completed_before, ack_refused, ack_refused_rst,
         outlived, outlived_rst, id, pending, refusals, host] = service;
  frame(io, accepted, reset.frame);
  io.time(accepted_time, accepted_time != 0, reset.time);
  frame(io, first_accepted, accepted);
  frame(io, served, accepted);
  frame(io, taken, accepted);
  frame(io, completed, accepted);
  bool more = !Io::kReads && (refused | aborted | outlived | outlived_rst) != 0;
  io(more);
  if (more) {
    frame(io, refused, reset.frame);
    frame(io, aborted, reset.frame);
    io.time(aborted_time, aborted != 0, reset.time);
    frame(io, aborted_came, aborted);
    frame(io, outlived, reset.frame);
    frame(io, outlived_rst, outlived);
  }
  // What only the directory of all ports needs.
  static_cast<void>(std::tie(completed_flow, completed_before, ack_refused, ack_refused_rst, id,
                             pending, refusals, host));
}

template <typename Io>
void code(Io& io, Sweep& sweep, const Beside& reset) {
  auto& [first, latest, since, latest_time, port, several_services, out_of_calm] = sweep;
  bool swept = !Io::kReads && first != 0;
  io(swept);
  if (!swept) return;
  frame(io, latest, reset.frame);
  frame(io, first, latest);
  io.time(latest_time, true, reset.time);
  io.time(since, true, latest_time);
  io(port);
  io(several_services);
  io(out_of_calm, true);
}

template <typename Io>
void code(Io& io, Host& host, const Beside& reset) {
  auto& [synack_reset, synack_resets, refused_syn, refused_syns, stray, strays, lost, lost_time,
         lost_port, shed, shed_time, sheds, closed, closed_time, closed_port, aborted, aborted_time,
         sweep, ttl, synack_has_ip_id, ttl_interface, ttl_time, reaction_us, passed_on,
         passed_on_time, copied_after, copied_backwards, last_probe, port_changes, ports, id,
         pending] = host;
  frame(io, closed, reset.frame);
  if (closed != 0) {
    io.time(closed_time, true, reset.time);
    io(closed_port);
  }
  code(io, sweep, reset);
  bool probes = !Io::kReads && (synack_reset | synack_resets | refused_syn | refused_syns | stray |
                                strays | port_changes) != 0;
  io(probes);
  if (probes) {
    frame(io, synack_reset, reset.frame);
    io(synack_resets);
    frame(io, refused_syn, reset.frame);
    io(refused_syns);
    frame(io, stray, reset.frame);
    io(strays);
    io(port_changes);
  }
  io(ttl_interface, reset.interface);
  bool more = !Io::kReads && (lost != 0 || shed != 0 || ttl != 0 || ttl_time != 0 ||
                              reaction_us != Endpoint::kNoReaction || passed_on != 0 ||
                              passed_on_time != 0 || copied_backwards);
  io(more);
  if (more) {
    frame(io, lost, reset.frame);
    io.time(lost_time, lost != 0, reset.time);
    io(lost_port);
    frame(io, shed, reset.frame);
    io.time(shed_time, shed != 0, reset.time);
    io(sheds);
    io(ttl);
    io(synack_has_ip_id);
    io.time(ttl_time, ttl != 0, reset.time);
    io(reaction_us, Endpoint::kNoReaction);
    io(passed_on);
    io.time(passed_on_time, passed_on != 0, reset.time);
    io(copied_backwards);
  }
  static_cast<void>(std::tie(aborted, aborted_time, copied_after, last_probe, ports, id, pending));
}

template <typename Io>
void code(Io& io, Company& company, const Beside& reset) {
  auto& [knows_service, knows_x, knows_y, service, x, y] = company;
  io(knows_service, true);
  io(knows_x, true);
  io(knows_y, true);
  if (knows_service) code(io, service, reset);
  if (knows_x) code(io, x, reset);
  if (knows_y) code(io, y, reset);
}

}  // namespace rstcause::packing
