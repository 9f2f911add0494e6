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

struct ServersRow {
  WebServer server;
  Settings settings;
};

/// How long a client waits is not its server's to set.
constexpr std::string_view kSlow = kWeb.slow;

/// A proxy between may pass the field on that names the server, and has an idle time-out, too.
constexpr auto kServers = std::to_array<ServersRow>({
    {WebServer::nginx,
     {.idle = "nginx keepalive_timeout, or that of a proxy before it",
      .login = "nginx client_header_timeout",
      .slow = kSlow,
      .send = "nginx send_timeout",
      .limit = "Connection: close, nginx keepalive_requests"}},
    {WebServer::apache,
     {.idle = "Apache KeepAliveTimeout, or that of a proxy before it",
      .login = "Apache RequestReadTimeout",
      .slow = kSlow,
      .send = "Apache Timeout",
      .limit = "Connection: close, Apache MaxKeepAliveRequests"}},
    {WebServer::tomcat,
     {.idle = "Tomcat keepAliveTimeout, or that of a proxy before it",
      .login = "Tomcat connectionTimeout",
      .slow = kSlow,
      .limit = "Connection: close, Tomcat maxKeepAliveRequests"}},
    {WebServer::jetty,
     {.idle = "Jetty idleTimeout, or that of a proxy before it",
      .login = "Jetty idleTimeout",
      .slow = kSlow}},
    {WebServer::gunicorn,
     {.idle = "gunicorn --keep-alive, or that of a proxy before it",
      .login = "gunicorn --timeout",
      .slow = kSlow}},
    {WebServer::uvicorn,
     {.idle = "uvicorn --timeout-keep-alive, or that of a proxy before it", .slow = kSlow}},
    {WebServer::lighttpd,
     {.idle = "lighttpd server.max-keep-alive-idle, or that of a proxy before it",
      .login = "lighttpd server.max-read-idle",
      .slow = kSlow,
      .send = "lighttpd server.max-write-idle",
      .limit = "Connection: close, lighttpd server.max-keep-alive-requests"}},
    {WebServer::caddy,
     {.idle = "Caddy timeouts idle, or that of a proxy before it",
      .login = "Caddy timeouts read_header",
      .slow = kSlow,
      .send = "Caddy timeouts write"}},
    {WebServer::envoy,
     {.idle = "Envoy idle_timeout",
      .login = "Envoy request_headers_timeout",
      .slow = kSlow,
      .limit = "Connection: close, Envoy max_requests_per_connection"}},
    {WebServer::iis,
     {.idle = "IIS connectionTimeout, or that of a proxy before it", .slow = kSlow}},
    {WebServer::kestrel,
     {.idle = "Kestrel KeepAliveTimeout, or that of a proxy before it",
      .login = "Kestrel RequestHeadersTimeout",
      .slow = kSlow}},
});

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

const Settings& settings_of(Protocol protocol, WebServer server) {
  static constexpr Settings kNothing;
  if (protocol == Protocol::http) {
    const auto* const known =
        std::find_if(kServers.begin(), kServers.end(),
                     [&](const ServersRow& row) { return row.server == server; });
    if (known != kServers.end()) return known->settings;
  }
  const auto* const found = std::find_if(kRows.begin(), kRows.end(),
                                         [&](const Row& row) { return row.protocol == protocol; });
  return found == kRows.end() ? kNothing : found->settings;
}

}  // namespace rstcause::app
