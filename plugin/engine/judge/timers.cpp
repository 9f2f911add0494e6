// SPDX-License-Identifier: GPL-2.0-or-later
#include "engine/judge/timers.h"

#include <algorithm>
#include <limits>

namespace rstcause {
namespace {

// Values that vendors ship; most can be set otherwise, hence the table in the preferences.
// The tolerance is that of a sweep where one is known or likely, 1 s for a program's own timer.
constexpr ShippedTimer kShipped[] = {
    {"Apache httpd keep-alive", 5, 1, "KeepAliveTimeout"},
    {"Node.js keep-alive", 5, 1, "server.keepAliveTimeout"},
    {"HAProxy client or server", 50, 1, "timeout client, server: Debian's haproxy.cfg"},
    {"AWS ALB idle", 60, 5, "also Classic Load Balancer; can be set"},
    {"nginx proxy or send", 60, 1, "proxy_read_timeout, proxy_send_timeout, send_timeout"},
    {"nginx keep-alive", 75, 1, "keepalive_timeout"},
    {"NetScaler client", 180, 5, "cltTimeout"},
    {"Azure Load Balancer idle", 240, 5, "also Azure NAT Gateway; can be set to 100 min"},
    {"F5 BIG-IP TCP idle", 300, 10, "TCP profile; swept"},
    {"Linux conntrack unacknowledged", 300, 5, "nf_conntrack_tcp_timeout_unacknowledged"},
    {"AWS NLB idle", 350, 10, "also NAT Gateway and Gateway Load Balancer; can be set"},
    {"NetScaler server", 360, 5, "svrTimeout"},
    {"Google Cloud idle", 600, 10, "VPC firewall tracking, load balancers' backends"},
    {"IPVS TCP", 900, 5, "ipvsadm --set"},
    {"Cisco ASA idle", 3600, 30, "timeout conn"},
    {"Palo Alto, Fortinet session", 3600, 30, "session time-to-live"},
    {"Envoy idle", 3600, 5, "idle_timeout of HTTP and TCP proxies"},
    {"MySQL wait_timeout", 28800, 5, "also interactive_timeout"},
    {"Linux conntrack established", 432000, 60, "nf_conntrack_tcp_timeout_established"},
};

}  // namespace

Nanos IdleTimer::earliest() const {
  if (seconds == 0) return std::numeric_limits<Nanos>::max();
  const Nanos after = kSecond * seconds;
  // Half a second for the way between the capture and the device, 100 ppm for their clocks.
  return after - (kSecond / 2 + after / 10'000);
}

bool IdleTimer::matches(Nanos idle) const {
  const Nanos after = kSecond * seconds;
  const Nanos late = kSecond * tolerance + after / 10'000;
  return idle >= earliest() && idle <= after + late;
}

std::string IdleTimer::text() const {
  return name + " " + std::to_string(seconds) + " s";
}

std::span<const ShippedTimer> shipped_timers() {
  return kShipped;
}

IdleTimers default_timers() {
  IdleTimers timers;
  for (const ShippedTimer& shipped : kShipped)
    timers.push_back({std::string(shipped.name), shipped.seconds, shipped.tolerance});
  return timers;
}

bool any_matches(const IdleTimers& timers, Nanos idle) {
  return std::any_of(timers.begin(), timers.end(),
                     [&](const IdleTimer& timer) { return timer.matches(idle); });
}

Nanos earliest(const IdleTimers& timers) {
  Nanos least = std::numeric_limits<Nanos>::max();
  for (const IdleTimer& timer : timers) least = std::min(least, timer.earliest());
  return least;
}

std::vector<std::string> matching(const IdleTimers& timers, Nanos idle) {
  std::vector<std::string> texts;
  for (const IdleTimer& timer : timers) {
    if (timer.matches(idle)) texts.push_back(timer.text());
  }
  return texts;
}

}  // namespace rstcause
