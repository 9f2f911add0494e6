// SPDX-License-Identifier: GPL-2.0-or-later
#include "app/settings.h"

#include <algorithm>
#include <array>

namespace rstcause::app {
namespace {

struct Row {
  Protocol protocol;
  Settings settings;
};

constexpr Settings kWeb{
    .idle =
        "nginx keepalive_timeout, Apache KeepAliveTimeout, Node keepAliveTimeout, HAProxy "
        "timeout http-keep-alive, Go IdleTimeout",
    .login =
        "nginx client_header_timeout, Apache RequestReadTimeout, Node headersTimeout, HAProxy "
        "timeout http-request",
    .slow =
        "of a proxy: nginx proxy_read_timeout, HAProxy timeout server, Varnish "
        "first_byte_timeout",
    .send = "nginx send_timeout, Apache Timeout, HAProxy timeout client",
    .limit = "Connection: close, nginx keepalive_requests, Apache MaxKeepAliveRequests",
};

constexpr auto kRows = std::to_array<Row>({
    {Protocol::http, kWeb},
    {Protocol::tls, kWeb},
    {Protocol::http2,
     {.idle = "nginx keepalive_timeout, gRPC MAX_CONNECTION_IDLE",
      .slow = "the call's deadline",
      .probe = "gRPC keepalive time"}},
    {Protocol::websocket,
     {.idle = "a proxy's time-out, such as nginx proxy_read_timeout, or the ping time-out",
      .probe = "WebSocket pings"}},
    {Protocol::mysql,
     {.idle = "wait_timeout, interactive_timeout",
      .login = "connect_timeout",
      .slow = "see SHOW PROCESSLIST and the slow query log",
      .send = "net_write_timeout"}},
    {Protocol::postgresql,
     {.idle = "idle_session_timeout, idle_in_transaction_session_timeout; PgBouncer "
              "client_idle_timeout, server_idle_timeout",
      .login = "authentication_timeout; PgBouncer client_login_timeout",
      .slow = "see pg_stat_activity and log_min_duration_statement",
      .probe = "tcp_keepalives_idle"}},
    {Protocol::mongodb,
     {.idle = "maxIdleTimeMS of the driver's pool", .slow = "see db.currentOp() and the profiler"}},
    {Protocol::redis,
     {.idle = "Redis's timeout", .slow = "see SLOWLOG GET", .probe = "tcp-keepalive"}},
    {Protocol::memcached, {.idle = "memcached -o idle_timeout"}},
    {Protocol::kafka, {.idle = "connections.max.idle.ms", .slow = "request.timeout.ms"}},
    {Protocol::mqtt,
     {.idle = "the keep alive that the client asked for", .probe = "MQTT's keep alive"}},
    {Protocol::amqp,
     {.idle = "heartbeat", .login = "handshake_timeout", .probe = "AMQP's heartbeat"}},
    {Protocol::nats,
     {.idle = "ping_interval, ping_max", .login = "timeout", .probe = "NATS's PING"}},
    {Protocol::ldap, {.idle = "slapd idletimeout"}},
    {Protocol::dns, {.idle = "BIND tcp-idle-timeout"}},
    {Protocol::ssh,
     {.idle = "ClientAliveInterval, ClientAliveCountMax, ChannelTimeout",
      .login = "sshd LoginGraceTime",
      .probe = "ServerAliveInterval, ClientAliveInterval"}},
    {Protocol::smtp,
     {.idle = "Postfix smtpd_timeout, Exim smtp_receive_timeout",
      .login = "Postfix smtpd_timeout, Exim smtp_receive_timeout"}},
    {Protocol::ftp,
     {.idle = "vsftpd idle_session_timeout, ProFTPD TimeoutIdle",
      .login = "vsftpd accept_timeout, ProFTPD TimeoutLogin"}},
    {Protocol::irc, {.idle = "ngircd PingTimeout, PongTimeout", .probe = "IRC's PING"}},
    {Protocol::rsync, {.idle = "timeout in rsyncd.conf"}},
});

}  // namespace

const Settings& settings_of(Protocol protocol) {
  static constexpr Settings kNothing;
  const auto* const found = std::find_if(kRows.begin(), kRows.end(),
                                         [&](const Row& row) { return row.protocol == protocol; });
  return found == kRows.end() ? kNothing : found->settings;
}

}  // namespace rstcause::app
