// SPDX-License-Identifier: GPL-2.0-or-later
#include "engine/memory/company.h"

#include <algorithm>

namespace rstcause {
namespace {

/// Each fact of a port: its frame here and there, and how it is taken over from there with all that
/// belongs to it.
template <typename Do>
void for_each_fact(Service& here, const Service& there, Do&& act) {
  act(here.accepted, there.accepted, [&] {
    here.accepted = there.accepted;
    here.accepted_time = there.accepted_time;
  });
  act(here.first_accepted, there.first_accepted,
      [&] { here.first_accepted = there.first_accepted; });
  act(here.served, there.served, [&] { here.served = there.served; });
  act(here.refused, there.refused, [&] { here.refused = there.refused; });
  act(here.taken, there.taken, [&] { here.taken = there.taken; });
  act(here.aborted, there.aborted, [&] {
    here.aborted = there.aborted;
    here.aborted_time = there.aborted_time;
    here.aborted_came = there.aborted_came;
  });
  act(here.aborted_came, there.aborted_came, [] {});
  act(here.completed_before, there.completed_before,
      [&] { here.completed_before = there.completed_before; });
  act(here.completed, there.completed, [&] {
    here.completed = there.completed;
    here.completed_flow = there.completed_flow;
    here.completed_before = there.completed_before;
  });
  act(here.ack_refused, there.ack_refused, [&] { here.ack_refused = there.ack_refused; });
  act(here.ack_refused_rst, there.ack_refused_rst, [&] {
    here.ack_refused = there.ack_refused;
    here.ack_refused_rst = there.ack_refused_rst;
    // A refused ACK completes nothing (Revisions::note_refused_ack).
    here.completed = there.completed;
    here.completed_flow = there.completed_flow;
    here.completed_before = there.completed_before;
  });
  act(here.outlived, there.outlived, [&] { here.outlived = there.outlived; });
  act(here.outlived_rst, there.outlived_rst, [&] {
    here.outlived = there.outlived;
    here.outlived_rst = there.outlived_rst;
  });
}

void take_probes(const Host& there, Host& here) {
  here.synack_reset = there.synack_reset;
  here.synack_resets = there.synack_resets;
  here.refused_syn = there.refused_syn;
  here.refused_syns = there.refused_syns;
  here.stray = there.stray;
  here.strays = there.strays;
  here.last_probe = there.last_probe;
  here.port_changes = there.port_changes;
  here.ports = there.ports;
}

void take_lost(const Host& there, Host& here) {
  here.lost = there.lost;
  here.lost_time = there.lost_time;
  here.lost_port = there.lost_port;
}

void take_aborted(const Host& there, Host& here) {
  here.aborted = there.aborted;
  here.aborted_time = there.aborted_time;
}

void take_closed(const Host& there, Host& here) {
  here.closed = there.closed;
  here.closed_time = there.closed_time;
  here.closed_port = there.closed_port;
}

/// What a SYN-ACK tells.
void take_path(const Host& there, Host& here) {
  here.ttl = there.ttl;
  here.synack_has_ip_id = there.synack_has_ip_id;
  here.ttl_interface = there.ttl_interface;
  here.ttl_time = there.ttl_time;
}

void take_shed(const Host& there, Host& here) {
  here.shed = there.shed;
  here.shed_time = there.shed_time;
  here.sheds = there.sheds;
}

/// The same of a host.
template <typename Do>
void for_each_fact(Host& here, const Host& there, Do&& act) {
  act(here.synack_reset, there.synack_reset, [&] { take_probes(there, here); });
  act(here.refused_syn, there.refused_syn, [&] { take_probes(there, here); });
  act(here.stray, there.stray, [&] { take_probes(there, here); });
  act(here.lost, there.lost, [&] { take_lost(there, here); });
  act(here.shed, there.shed, [&] { take_shed(there, here); });
  act(here.closed, there.closed, [&] { take_closed(there, here); });
  act(here.aborted, there.aborted, [&] { take_aborted(there, here); });
  act(here.sweep.latest, there.sweep.latest, [&] { here.sweep = there.sweep; });
  act(here.sweep.first, there.sweep.first, [] {});
}

template <typename Do>
void for_each_fact(Company& here, const Company& there, Do&& act) {
  for_each_fact(here.service, there.service, act);
  for_each_fact(here.x, there.x, act);
  for_each_fact(here.y, there.y, act);
}

/// By the roles as they are known by now.
End server_of(const Flow& flow) {
  return flow.is_server(End::a) ? End::a : End::b;
}

}  // namespace

Company company_now(const Flow& flow, End x, const Hosts& hosts) {
  Company now;
  const bool roles = flow.role_basis() != RoleBasis::none;
  if (const Service* service = roles ? hosts.find_service(flow, server_of(flow)) : nullptr) {
    now.knows_service = true;
    now.service = *service;
  }
  if (const Host* host = hosts.find_host(flow, x)) {
    now.knows_x = true;
    now.x = *host;
  }
  if (const Host* host = hosts.find_host(flow, other(x))) {
    now.knows_y = true;
    now.y = *host;
  }
  return now;
}

void take_news(News news, const Company& now, Company& into) {
  switch (whose(news)) {
    case Whose::nobody:
      return;
    case Whose::port:
      into.knows_service |= now.knows_service;
      break;
    case Whose::resetter:
      into.knows_x |= now.knows_x;
      break;
    case Whose::peer:
      into.knows_y |= now.knows_y;
      break;
  }
  switch (news) {
    case News::none:
      return;
    case News::port_took:
    case News::port_outlived:
      into.service.accepted = now.service.accepted;
      into.service.first_accepted = now.service.first_accepted;
      return;
    case News::port_refused:
      into.service.refused = now.service.refused;
      return;
    case News::port_lived:
      into.service.outlived = now.service.outlived;
      into.service.outlived_rst = now.service.outlived_rst;
      return;
    case News::port_aborted:
      into.service.aborted = now.service.aborted;
      into.service.aborted_time = now.service.aborted_time;
      into.service.aborted_came = now.service.aborted_came;
      return;
    case News::host_lost:
      return take_lost(now.x, into.x);
    case News::host_aborted:
    case News::host_swept:
      into.x.sweep = now.x.sweep;
      return;
    case News::host_closed:
      return take_closed(now.x, into.x);
    case News::host_accepted:
      return take_path(now.x, into.x);
    case News::host_shed:
      return take_shed(now.x, into.x);
    case News::host_probed:
      return take_probes(now.x, into.x);
    case News::peer_probed:
      return take_probes(now.y, into.y);
  }
}

const Company& Footprints::note(std::size_t verdict, const Flow& flow, End x, const Hosts& hosts) {
  Print& print = prints_[verdict % kMost];
  print.verdict = verdict + 1;
  print.company = company_now(flow, x, hosts);
  return print.company;
}

void Footprints::take_back(std::size_t verdict, Frame reset, const Flow& flow, End x,
                           Hosts& hosts) const {
  const Company* const found = before(verdict);
  if (found == nullptr) return;
  const auto undo = [reset](Frame& here, Frame, auto&& take) {
    if (here == reset) take();
  };
  const End server = server_of(flow);
  if (hosts.find_service(flow, server) != nullptr)
    for_each_fact(hosts.service(flow, server), found->service, undo);
  if (hosts.find_host(flow, x) != nullptr) for_each_fact(hosts.host(flow, x), found->x, undo);
  if (hosts.find_host(flow, other(x)) != nullptr)
    for_each_fact(hosts.host(flow, other(x)), found->y, undo);
}

Frame Renumbering::operator()(Frame frame) const {
  if (frame < places_.front() || frame > places_.back()) return frame;
  const auto at = std::find(places_.begin(), places_.end(), frame);
  if (at == places_.end()) return frame;
  return at + 1 == places_.end() ? places_.front() : at[1];
}

void Renumbering::apply(const Flow& flow, Hosts& hosts) const {
  const auto number = [this](Frame& here, Frame, auto&&) { here = (*this)(here); };
  for (const End end : {End::a, End::b}) {
    if (hosts.find_service(flow, end) != nullptr) {
      Service& service = hosts.service(flow, end);
      for_each_fact(service, service, number);
    }
    if (hosts.find_host(flow, end) != nullptr) {
      Host& host = hosts.host(flow, end);
      for_each_fact(host, host, number);
    }
  }
}

void Renumbering::number(Company& told) const {
  for_each_fact(told, told, [this](Frame& here, Frame, auto&&) { here = (*this)(here); });
}

bool Renumbering::apply(Company& told, const Company& now) const {
  number(told);
  bool changed = false;
  for (const ReadAnew& reset : resets_) {
    const Frame its_number = (*this)(reset.captured);
    // What the reset has left by now, or what was there before it.
    Company left = reset.before != nullptr ? *reset.before : Company{};
    number(left);
    for_each_fact(left, now, [its_number](Frame&, Frame there, auto&& take) {
      if (there == its_number) take();
    });
    for_each_fact(told, left, [&](Frame& here, Frame, auto&& take) {
      if (here != its_number) return;
      take();
      changed |= here != its_number;
    });
  }
  return changed;
}

void Renumbering::tell_of_late(Company& told, const Company& now) const {
  const ReadAnew& reset = resets_.back();
  if (reset.before != nullptr) {
    // All that it had found, of which the first reading kept what bore on it as it was read then.
    Company found = *reset.before;
    number(found);
    for_each_fact(found, told, [&](Frame&, Frame there, auto&& take) {
      if (there > (*this)(reset.captured)) take();  // news
    });
    if (!found.knows_service && now.knows_service) found.service = now.service;
    found.knows_service |= now.knows_service;
    found.knows_x |= told.knows_x;
    found.knows_y |= told.knows_y;
    told = found;
  }
  for_each_fact(told, now, [this](Frame& here, Frame there, auto&& take) {
    if (there == late() && here != there) take();
  });
}

}  // namespace rstcause
