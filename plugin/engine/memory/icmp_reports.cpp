// SPDX-License-Identifier: GPL-2.0-or-later
#include "engine/memory/icmp_reports.h"

#include <array>

namespace rstcause {
namespace {

/// What a router said of other connections is forgotten after a while: rules and routes change.
constexpr Nanos kLately = 60 * kSecond;

std::size_t place(End end) {
  return static_cast<std::size_t>(end);
}

std::size_t hash_of(const Address& address) {
  const std::uint64_t both =
      address.first_half() * 0x9E3779B97F4A7C15ULL ^ address.second_half() * 0xC2B2AE3D27D4EB4FULL;
  return static_cast<std::size_t>(both >> 40U);
}

bool is_recent(const IcmpError& error, Nanos now) {
  return error.frame != 0 && now - error.time <= kLately;
}

/// A mirror port's second sight of the same error.
bool is_copy(const IcmpError& first, const IcmpError& again) {
  return first.frame != 0 && first.from == again.from && first.seq == again.seq &&
         first.type == again.type && first.code == again.code &&
         again.time - first.time < kCopyWithinByIpId;
}

void keep(const IcmpError& error, IcmpError& as) {
  if (!is_copy(as, error)) as = error;
}

bool quotes(const IcmpError& error, const Flow& flow, End sender) {
  return error.quoted.sport == flow.port(sender) && error.quoted.src == flow.address(sender) &&
         error.quoted.dport == flow.port(other(sender)) &&
         error.quoted.dst == flow.address(other(sender));
}

}  // namespace

void IcmpReports::note(const IcmpError& error, const Flow* flow, bool about_syn) {
  if (flows_.empty()) {
    flows_.resize(kFlows);
    hosts_.resize(kHosts);
  }
  const Hindrance hindrance = hindrance_of(error);
  if (flow != nullptr) {
    OfFlow& mine = flows_[flow->id() % kFlows];
    if (mine.flow != flow->id()) mine = OfFlow{.flow = flow->id(), .stopped = {}, .too_big = {}};
    auto& kind = hindrance == Hindrance::too_big ? mine.too_big : mine.stopped;
    keep(error, kind[place(flow->end_of(error.quoted))]);
  }
  if (hindrance == Hindrance::prohibited) keep(error, host(error.quoted.dst).guarded);
  if (!about_syn || hindrance == Hindrance::too_big) return;
  OfHost& sender = host(error.quoted.src);
  keep(error, hindrance == Hindrance::expired ? sender.traces : sender.elsewhere);
}

IcmpReports::OfHost& IcmpReports::host(const Address& address) {
  OfHost& found = hosts_[hash_of(address) % kHosts];
  if (!(found.host == address))
    found = OfHost{.host = address, .guarded = {}, .elsewhere = {}, .traces = {}};
  return found;
}

const IcmpReports::OfHost* IcmpReports::find_host(const Address& address) const {
  const OfHost& found = hosts_[hash_of(address) % kHosts];
  return found.host == address ? &found : nullptr;
}

const IcmpEvidence* IcmpReports::about(const Flow& flow, End x, Nanos now) {
  if (flows_.empty()) return nullptr;
  IcmpEvidence told;
  bool any = false;
  const auto take = [&](IcmpEvidence::Role role, const IcmpError& error) {
    if (error.frame == 0) return;
    told.errors[role] = error;
    any = true;
  };
  const End y = other(x);
  const OfFlow& mine = flows_[flow.id() % kFlows];
  if (mine.flow == flow.id()) {
    take(IcmpEvidence::x_stopped, mine.stopped[place(x)]);
    take(IcmpEvidence::y_stopped, mine.stopped[place(y)]);
    take(IcmpEvidence::x_too_big, mine.too_big[place(x)]);
    take(IcmpEvidence::y_too_big, mine.too_big[place(y)]);
    told.y_silent_since = flow.at(y).last.time < mine.stopped[place(x)].time;
  }
  if (const OfHost* const host = find_host(flow.address(x))) {
    if (is_recent(host->guarded, now) && !quotes(host->guarded, flow, y))
      take(IcmpEvidence::x_guarded, host->guarded);
    if (is_recent(host->elsewhere, now) && !quotes(host->elsewhere, flow, x))
      take(IcmpEvidence::x_elsewhere, host->elsewhere);
    const IcmpError& trace = host->traces;
    if (is_recent(trace, now) && trace.quoted.dst == flow.address(y))
      take(IcmpEvidence::x_traces, trace);
  }
  return any ? &evidence_.emplace_back(told) : nullptr;
}

}  // namespace rstcause
