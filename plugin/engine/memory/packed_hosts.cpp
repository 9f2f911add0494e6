// SPDX-License-Identifier: GPL-2.0-or-later
//
// Services and hosts as octets. Each type's fields are named one by one, so that a new one does
// not compile before it has its place here.
#include "engine/memory/hosts.h"
#include "engine/memory/packed_parts.h"

namespace rstcause {
namespace {

using packing::frame;

template <typename Io>
void code_entry(Io& io, Service& service) {
  auto& [accepted, accepted_time, first_accepted, served, refused, taken, aborted, aborted_time,
         aborted_came, completed, completed_flow, completed_before, ack_refused, ack_refused_rst,
         outlived, outlived_rst, id, pending, refusals, host] = service;
  if constexpr (Io::kReads) host = 0;
  const Nanos start = io.epoch();
  io(id);
  io(pending);
  io(accepted);
  io.time(accepted_time, accepted != 0, start);
  frame(io, first_accepted, accepted);
  io(served);
  io(refused);
  bool more =
      !Io::kReads && (taken != 0 || aborted != 0 || aborted_time != 0 || completed != 0 ||
                      completed_flow != 0 || completed_before != 0 || ack_refused != 0 ||
                      ack_refused_rst != 0 || outlived != 0 || outlived_rst != 0 || refusals != 0);
  io(more);
  if (!more) return;
  io(taken);
  io(aborted);
  io.time(aborted_time, aborted != 0, start);
  frame(io, aborted_came, aborted);
  io(completed);
  io(completed_flow);
  frame(io, completed_before, completed);
  io(ack_refused);
  frame(io, ack_refused_rst, ack_refused);
  io(outlived);
  frame(io, outlived_rst, outlived);
  io(refusals);
}

template <typename Io>
void code_sweep(Io& io, Sweep& sweep, Nanos start) {
  auto& [first, latest, since, latest_time, port, several_services, out_of_calm] = sweep;
  bool swept = !Io::kReads && first != 0;
  io(swept);
  if (!swept) return;
  io(first);
  io(latest);
  io(since, start);
  io(latest_time, start);
  io(port);
  io(several_services);
  io(out_of_calm);
}

template <typename Io>
void code_entry(Io& io, Host& host) {
  auto& [synack_reset, synack_resets, refused_syn, refused_syns, stray, strays, lost, lost_time,
         lost_port, shed, shed_time, sheds, closed, closed_time, closed_port, aborted, aborted_time,
         sweep, ttl, synack_has_ip_id, ttl_interface, ttl_time, reaction_us, passed_on,
         passed_on_time, copied_after, copied_backwards, last_probe, port_changes, ports, id,
         pending] = host;
  const Nanos start = io.epoch();
  io(id);
  io(pending);
  io(closed);
  io.time(closed_time, closed != 0, start);
  io(closed_port);
  io(aborted);
  io.time(aborted_time, aborted != 0, start);
  code_sweep(io, sweep, start);
  bool probes = !Io::kReads && (synack_reset != 0 || synack_resets != 0 || refused_syn != 0 ||
                                refused_syns != 0 || stray != 0 || strays != 0 || last_probe != 0 ||
                                port_changes != 0 || ports != std::array<std::uint16_t, 4>{});
  io(probes);
  if (probes) {
    io(synack_reset);
    io(synack_resets);
    io(refused_syn);
    io(refused_syns);
    io(stray);
    io(strays);
    io(last_probe, start);
    io(port_changes);
    for (std::uint16_t& port : ports) io(port);
  }
  bool more =
      !Io::kReads &&
      (lost != 0 || lost_time != 0 || lost_port != 0 || shed != 0 || shed_time != 0 || sheds != 0 ||
       ttl != 0 || ttl_interface != 0 || ttl_time != 0 || reaction_us != Endpoint::kNoReaction ||
       passed_on != 0 || passed_on_time != 0 || copied_after != 0 || copied_backwards);
  io(more);
  if (!more) return;
  io(lost);
  io.time(lost_time, lost != 0, start);
  io(lost_port);
  io(shed);
  io.time(shed_time, shed != 0, start);
  io(sheds);
  io(ttl);
  io(synack_has_ip_id);
  io(ttl_interface);
  io.time(ttl_time, ttl != 0, start);
  io(reaction_us, Endpoint::kNoReaction);
  io(passed_on);
  io.time(passed_on_time, passed_on != 0, start);
  io(copied_after);
  io(copied_backwards);
}

template <typename Io, typename T>
void code(Io& io, Listed<T>& listed) {
  packing::code(io, listed.address);
  io(listed.port);
  code_entry(io, listed.entry);
}

}  // namespace

template <typename T>
void Listed<T>::pack(Listed& listed, Packer& into) {
  code(into, listed);
}

template <typename T>
void Listed<T>::unpack(Listed* where, Unpacker& from) {
  code(from, *new (where) Listed);
}

template struct Listed<Service>;
template struct Listed<Host>;

}  // namespace rstcause
