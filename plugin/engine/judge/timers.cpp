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
    {"Jetty idle", 30, 1, "HTTP connector: idleTimeout"},
    {"BIND TCP idle", 30, 1, "tcp-idle-timeout", 53},
    {"HAProxy client or server", 50, 1, "timeout client, server: Debian's haproxy.cfg"},
    {"AWS ALB idle", 60, 5, "also Classic Load Balancer; can be set"},
    {"nginx proxy or send", 60, 1, "proxy_read_timeout, proxy_send_timeout, send_timeout"},
    {"nginx keep-alive", 75, 1, "keepalive_timeout"},
    {"IIS connection", 120, 5, "connectionTimeout of a site's limits"},
    {"Kestrel keep-alive", 130, 2, "KestrelServerLimits.KeepAliveTimeout"},
    {"NetScaler client", 180, 5, "cltTimeout"},
    {"Azure Load Balancer idle", 240, 5, "also Azure NAT Gateway; can be set to 100 min"},
    {"F5 BIG-IP TCP idle", 300, 10, "TCP profile; swept"},
    {"vsftpd idle session", 300, 2, "idle_session_timeout", 21},
    {"Postfix smtpd", 300, 2, "smtpd_timeout; RFC 5321, 4.5.3.2.7", 25},
    {"Linux conntrack unacknowledged", 300, 5, "nf_conntrack_tcp_timeout_unacknowledged"},
    {"AWS NLB idle", 350, 10, "also NAT Gateway and Gateway Load Balancer; can be set"},
    {"NetScaler server", 360, 5, "svrTimeout"},
    {"Kafka client idle", 540, 5, "connections.max.idle.ms of clients", 9092},
    {"Kafka broker idle", 600, 5, "connections.max.idle.ms of brokers", 9092},
    {"PgBouncer server idle", 600, 5, "server_idle_timeout", 5432},
    {"Dovecot POP3 idle", 600, 5, "RFC 1939, 3: at least 10 min", 110},
    {"Google Cloud idle", 600, 10, "VPC firewall tracking, load balancers' backends"},
    {"Google Cloud load balancer keep-alive", 610, 5, "clientHttpKeepAliveTimeoutSec"},
    {"Active Directory LDAP idle", 900, 10, "MaxConnIdleTime", 389},
    {"IPVS TCP", 900, 5, "ipvsadm --set"},
    {"IMAP autologout", 1800, 10, "RFC 9051, 5.4: at least 30 min", 143},
    {"Azure SQL gateway idle", 1800, 10, "connections that go through the gateway", 1433},
    {"Cisco ASA idle", 3600, 30, "timeout conn"},
    {"Palo Alto, Fortinet session", 3600, 30, "session time-to-live"},
    {"Envoy idle", 3600, 5, "idle_timeout of HTTP and TCP proxies"},
    {"MySQL wait_timeout", 28800, 5, "also interactive_timeout"},
    {"Linux conntrack established", 432000, 60, "nf_conntrack_tcp_timeout_established"},
};

// Only those that have a limit unless somebody sets another. Those without a default (gRPC
// MAX_CONNECTION_AGE, Envoy max_connection_duration, Go's SetConnMaxLifetime) no table can know:
// round ages speak for them.
constexpr AgeLimit kAges[] = {
    {"MySQL connect_timeout", 10, 0, 1, 3306, "until the client has logged in"},
    {"PostgreSQL authentication_timeout", 60, 0, 1, 5432, "until the client has logged in"},
    {"Oracle INBOUND_CONNECT_TIMEOUT", 60, 0, 1, 1521, "until the client has logged in"},
    {"OpenSSH LoginGraceTime", 120, 0, 1, 22, "until the client has logged in"},
    {"Google Cloud Run request", 300, 0, 1, 443, "WebSockets included; can be set to 60 min"},
    {"Node.js request", 300, 0, 31, 0, "server.requestTimeout, looked at each 30 s"},
    {"HikariCP maxLifetime", 1800, 45, 30, 0, "up to 2.5 % earlier, at random"},
    {"PgBouncer server_lifetime", 3600, 0, 5, 5432, "once it is idle"},
    {"nginx keepalive_time", 3600, 0, 1, 0, "with the next response"},
    {"AWS ALB client keep-alive", 3600, 0, 5, 0, "client_keep_alive.seconds"},
    {"AWS API Gateway WebSocket", 7200, 0, 5, 443, "quota: connection duration"},
    {"Amazon RDS Proxy", 86400, 0, 60, 0, "client connections end after 24 h"},
};

// Half a second for the way between the capture and the device, 100 ppm for their clocks.
Nanos grace(Nanos after) {
  return kSecond / 2 + after / 10'000;
}

bool ends(const AgeLimit& limit, Nanos age, Ports ports) {
  const Nanos after = kSecond * limit.seconds;
  return ports.suit(limit.port) && age >= after - kSecond * limit.earlier - grace(after) &&
         age <= after + kSecond * limit.later + after / 10'000;
}

}  // namespace

Nanos IdleTimer::earliest() const {
  if (seconds == 0) return std::numeric_limits<Nanos>::max();
  const Nanos after = kSecond * seconds;
  return after - grace(after);
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
  for (const ShippedTimer& shipped : kShipped) {
    timers.push_back({std::string(shipped.name), shipped.seconds, shipped.tolerance, shipped.port});
  }
  return timers;
}

std::uint16_t port_of_timer(std::string_view name, std::uint32_t seconds) {
  for (const ShippedTimer& shipped : kShipped) {
    if (shipped.name == name && shipped.seconds == seconds) return shipped.port;
  }
  return 0;
}

bool any_matches(const IdleTimers& timers, Nanos idle, Ports ports) {
  return std::any_of(timers.begin(), timers.end(), [&](const IdleTimer& timer) {
    return ports.suit(timer.port) && timer.matches(idle);
  });
}

Nanos earliest(const IdleTimers& timers) {
  Nanos least = std::numeric_limits<Nanos>::max();
  for (const IdleTimer& timer : timers) least = std::min(least, timer.earliest());
  return least;
}

std::vector<std::string> matching(const IdleTimers& timers, Nanos idle, Ports ports) {
  std::vector<std::string> own, anybodys;
  for (const IdleTimer& timer : timers) {
    if (!ports.suit(timer.port) || !timer.matches(idle)) continue;
    (timer.port != 0 ? own : anybodys).push_back(timer.text());
  }
  return own.empty() ? anybodys : own;
}

std::span<const AgeLimit> age_limits() {
  return kAges;
}

bool is_known_age(Nanos age, Ports ports) {
  return std::any_of(std::begin(kAges), std::end(kAges), [&](const AgeLimit& limit) {
    return limit.earlier + limit.later <= 5 && ends(limit, age, ports);
  });
}

std::vector<std::string> limits_matching(Nanos age, Ports ports) {
  std::vector<std::string> texts;
  for (const AgeLimit& limit : kAges) {
    if (ends(limit, age, ports))
      texts.push_back(std::string(limit.name) + " " + std::to_string(limit.seconds) + " s");
  }
  return texts;
}

}  // namespace rstcause
