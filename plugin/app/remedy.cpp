// SPDX-License-Identifier: GPL-2.0-or-later
#include "app/remedy.h"

#include <algorithm>
#include <array>
#include <iterator>

#include "app/cursor.h"

namespace rstcause::app {
namespace {

/// Last words that speak of a setting. Empty parts fit whatever is said.
struct Known {
  Protocol protocol;
  std::string_view code;      ///< The code begins so.
  std::string_view mentions;  ///< The text has it somewhere, in whatever case; given in capitals.
  std::string_view remedy;
};

constexpr std::string_view kMailRate =
    "The server has as many connections as it takes, all in all or from this address: open fewer, "
    "or raise its limit (Postfix smtpd_client_connection_count_limit, Exim smtp_accept_max and "
    "smtp_accept_max_per_host; vsftpd max_clients and max_per_ip, ProFTPD MaxClients).";
constexpr std::string_view kMailIdle =
    "The server's time-out for idle sessions (Postfix smtpd_timeout, Exim smtp_receive_timeout; "
    "vsftpd idle_session_timeout, ProFTPD TimeoutIdle): let the client say something sooner, or "
    "give the session up itself.";
constexpr std::string_view kTalkedEarly =
    "The client spoke before the server's greeting or out of turn: let it wait for each reply "
    "(Exim smtp_enforce_sync, Postfix postscreen).";
constexpr std::string_view kTrust =
    "The certificate was not taken: let the server send its whole chain, and the other end trust "
    "the authority that signed it.";
constexpr std::string_view kNoCommonTls =
    "The two ends have no TLS version, cipher or name in common: compare what both allow.";
constexpr std::string_view kTooLongHead =
    "The request's head is longer than the server takes (Node --max-http-header-size, nginx "
    "large_client_header_buffers, Apache LimitRequestFieldSize): send less, mostly cookies, or "
    "raise that.";
constexpr std::string_view kNoBackend =
    "If that answer is a proxy's, look at what stands behind it: is it down, does it refuse, or is "
    "it slower than the proxy waits (nginx proxy_read_timeout, HAProxy timeout server).";
constexpr std::string_view kPings =
    "Pings were not answered in time: is that program stuck in its own work, or is the path cut? "
    "Otherwise let the other end wait longer for them.";

constexpr auto kKnown = std::to_array<Known>({
    // MariaDB's and MySQL's error numbers.
    {Protocol::mysql, "1040", "",
     "The database has as many connections as it takes: raise max_connections, or find who holds "
     "them (SHOW PROCESSLIST): a pool that is too large or that leaks."},
    {Protocol::mysql, "1203", "",
     "That account has as many connections as it may (max_user_connections)."},
    {Protocol::mysql, "1226", "",
     "That account has used up what it may (max_user_connections, MAX_QUERIES_PER_HOUR)."},
    {Protocol::mysql, "1129", "",
     "Too many connections of that host were broken off before they had logged in "
     "(max_connect_errors): unblock it with mysqladmin flush-hosts, and find what connects without "
     "logging in, a health check perhaps."},
    {Protocol::mysql, "1130", "",
     "No account may come from that address: compare it with the accounts' hosts (SELECT user, "
     "host FROM mysql.user); behind a NAT or proxy it is that one's address."},
    {Protocol::mysql, "1045", "", "The database did not take the account or its password."},
    {Protocol::mysql, "1043", "",
     "The database did not understand the login: another protocol, or TLS at one end alone?"},
    {Protocol::mysql, "1153", "",
     "The statement is larger than max_allowed_packet: raise that at the server (and the client), "
     "or send less at a time."},
    {Protocol::mysql, "1053", "", "The database was being shut down: who stopped it then?"},
    {Protocol::mysql, "1927", "", "Somebody ended that connection (KILL): who?"},
    {Protocol::mysql, "4031", "",
     "The database ends sessions that are idle for wait_timeout (interactive_timeout): let the "
     "client's pool give them up sooner, or raise that."},
    {Protocol::mysql, "1159", "",
     "The database waited in vain for the rest of what the client sends (net_read_timeout)."},
    {Protocol::mysql, "1161", "",
     "The database could not send its result in time (net_write_timeout): does the client read?"},
    // PostgreSQL's SQLSTATEs; PgBouncer uses 08P01 for whatever it says.
    {Protocol::postgresql, "FATAL 53300", "",
     "The database has as many connections as it takes: raise max_connections, use a pooler, or "
     "find who holds them (pg_stat_activity)."},
    {Protocol::postgresql, "FATAL 57P01", "",
     "An administrator ended it: pg_terminate_backend(), or the server was stopped or restarted. "
     "Its log says which."},
    {Protocol::postgresql, "WARNING 57P0", "",
     "The server was stopped at once (an immediate shutdown), or another session had crashed: its "
     "log says which."},
    {Protocol::postgresql, "FATAL 57P03", "",
     "The database was starting up or shutting down: try again later."},
    {Protocol::postgresql, "FATAL 57P05", "",
     "The session was idle for longer than idle_session_timeout: let the client's pool give it up "
     "sooner, or raise that."},
    {Protocol::postgresql, "FATAL 25P03", "",
     "A transaction was left open and idle for longer than idle_in_transaction_session_timeout: "
     "find what forgets to commit."},
    {Protocol::postgresql, "FATAL 25P04", "",
     "The transaction took longer than transaction_timeout."},
    {Protocol::postgresql, "FATAL 28", "",
     "The database did not let that user in: compare user, address and TLS with pg_hba.conf."},
    {Protocol::postgresql, "FATAL 3D000", "", "There is no database of that name."},
    {Protocol::postgresql, "", "CLIENT_LOGIN_TIMEOUT",
     "The client was slower to log in than the pooler's client_login_timeout."},
    {Protocol::postgresql, "", "CLIENT_IDLE_TIMEOUT",
     "The session was idle for longer than the pooler's client_idle_timeout."},
    {Protocol::postgresql, "", "IDLE TRANSACTION TIMEOUT",
     "A transaction was idle for longer than the pooler's idle_transaction_timeout."},
    {Protocol::postgresql, "", "QUERY_WAIT_TIMEOUT",
     "No connection to the database became free within the pooler's query_wait_timeout: its pool "
     "is too small, or the database is slow."},
    {Protocol::postgresql, "", "QUERY_TIMEOUT",
     "The query took longer than the pooler's query_timeout."},
    {Protocol::postgresql, "", "NO MORE CONNECTIONS",
     "The pooler has as many clients as it takes (max_client_conn)."},
    // OpenSSH.
    {Protocol::ssh, "", "MAXSTARTUPS",
     "Too many were logging in at once for sshd's MaxStartups (or PerSourceMaxStartups): raise it, "
     "or find who knocks so often."},
    {Protocol::ssh, "", "NOT ALLOWED AT THIS TIME",
     "sshd keeps that address out for a while (PerSourcePenalties): why did its earlier logins "
     "fail?"},
    {Protocol::ssh, "", "",
     "What came to sshd was no SSH: is another protocol sent to its port, or a PROXY header?"},
    // SMTP and FTP.
    {Protocol::smtp, "", "SYNCHRONI", kTalkedEarly},
    {Protocol::smtp, "421", "TOO MANY", kMailRate},
    {Protocol::smtp, "421", "TIME", kMailIdle},
    {Protocol::smtp, "421", "IDLE", kMailIdle},
    {Protocol::ftp, "421", "TOO MANY", kMailRate},
    {Protocol::ftp, "421", "TIME", kMailIdle},
    {Protocol::ftp, "530", "", "The FTP server did not let that user in."},
    {Protocol::line_220, "421", "TOO MANY", kMailRate},
    {Protocol::line_220, "421", "TIME", kMailIdle},
    {Protocol::imap, "BYE", "TOO MANY",
     "The server's limit of connections of one user or address (Dovecot "
     "mail_max_userip_connections)."},
    {Protocol::imap, "BYE", "CONNECTIONS",
     "The server's limit of connections of one user or address (Dovecot "
     "mail_max_userip_connections)."},
    // NATS.
    {Protocol::nats, "", "MAXIMUM PAYLOAD",
     "The message is larger than the server's max_payload: raise that, or send less at a time."},
    {Protocol::nats, "", "STALE CONNECTION",
     "The client left too many of the server's PINGs unanswered (ping_interval, ping_max): is it "
     "stuck in its own work, or was the path cut?"},
    {Protocol::nats, "", "SLOW CONSUMER",
     "The client reads more slowly than the server writes (max_pending, write_deadline)."},
    {Protocol::nats, "", "MAXIMUM CONNECTIONS",
     "The server has as many connections as it takes (max_connections)."},
    {Protocol::nats, "", "AUTHENTICATION TIMEOUT",
     "The client was slower to log in than the server's authorization timeout."},
    {Protocol::nats, "", "AUTHORIZATION", "The server did not take the client's credentials."},
    {Protocol::nats, "", "PARSER", "What came was no NATS: another protocol on its port?"},
    {Protocol::nats, "", "UNKNOWN PROTOCOL",
     "What came was no NATS: another protocol on its port?"},
    // IRC (ngircd, InspIRCd).
    {Protocol::irc, "", "TOO MANY",
     "The server's limit of connections, mostly of one address (ngircd MaxConnectionsIP, "
     "MaxConnections)."},
    {Protocol::irc, "", "PING TIMEOUT",
     "The client did not answer the server's PING in time (ngircd PingTimeout, PongTimeout)."},
    // MQTT.
    {Protocol::mqtt, "", "AUTHORI", "The broker did not let that client in: user, password, ACL?"},
    {Protocol::mqtt, "", "PASSWORD", "The broker did not let that client in: user, password, ACL?"},
    {Protocol::mqtt, "", "KEEP ALIVE",
     "The client said nothing for one and a half times the keep alive that it had asked for: is it "
     "stuck in its own work, or was the path cut?"},
    {Protocol::mqtt, "", "TAKEN OVER",
     "Another connection came with the same client identifier: give each client its own."},
    {Protocol::mqtt, "", "PACKET TOO LARGE",
     "The message is larger than the broker takes (Mosquitto max_packet_size)."},
    {Protocol::mqtt, "", "IDENTIFIER",
     "The broker did not take the client identifier: empty, too long, or in use?"},
    {Protocol::mqtt, "", "QUOTA", "A limit of the broker's for this client was reached."},
    // AMQP 0-9-1, RabbitMQ.
    {Protocol::amqp, "320", "",
     "The broker was stopped, or an operator closed the connection (rabbitmqctl): its log says "
     "which."},
    {Protocol::amqp, "403", "",
     "The broker did not let that user do this: look at its permissions."},
    {Protocol::amqp, "530", "",
     "The broker does not allow that: a virtual host that does not exist or is closed to the user, "
     "or a limit of connections."},
    {Protocol::amqp, "wants version", "",
     "The broker speaks another version of AMQP: compare what both ends use."},
    // Memcached.
    {Protocol::memcached, "", "TOO MANY OPEN CONNECTIONS",
     "Memcached has as many connections as it takes: raise -c (maxconns), or find who leaves them "
     "open."},
    {Protocol::memcached, "", "TOO LARGE",
     "The item is larger than Memcached takes (-I, 1 MiB by default)."},
    // rsync's daemon.
    {Protocol::rsync, "", "MAX CONNECTIONS",
     "The module has as many connections as it takes (max connections in rsyncd.conf)."},
    {Protocol::rsync, "", "AUTH", "The daemon did not take the user or the password."},
    {Protocol::rsync, "", "UNKNOWN MODULE", "The daemon has no module of that name."},
    // LDAP.
    {Protocol::ldap, "notice", "IDLE",
     "The server ends idle connections (slapd idletimeout): let the client give them up sooner."},
    // WebSocket's codes (RFC 6455, 7.4.1).
    {Protocol::websocket, "", "PING", kPings},
    {Protocol::websocket, "close 1009", "",
     "The message is larger than that end takes (max_size, maxPayload): raise that, or send less "
     "at a time."},
    {Protocol::websocket, "close 1001", "",
     "That end was going away: a server that is stopped or deployed, or a page that was left. "
     "Connect anew."},
    {Protocol::websocket, "close 1008", "", "That end's policy forbids what it was sent."},
    {Protocol::websocket, "close 1011", "", "That end met an error of its own: look into its log."},
    // HTTP/2 and gRPC.
    {Protocol::http2, "", "TOO_MANY_PINGS",
     "The client pings more often than the server allows: lengthen the client's keepalive time, "
     "or let the server allow it (gRPC's keepalive enforcement policy, MinTime)."},
    {Protocol::http2, "", "MAX_AGE",
     "The server ends connections of that age (MAX_CONNECTION_AGE): the client is to connect anew, "
     "and what was under way needs its grace period (MAX_CONNECTION_AGE_GRACE)."},
    {Protocol::http2, "", "IDLE",
     "The server ends idle connections (MAX_CONNECTION_IDLE, nginx keepalive_timeout): let the "
     "client connect anew."},
    // TLS alerts.
    {Protocol::tls, "unknown_ca", "", kTrust},
    {Protocol::tls, "bad_certificate", "", kTrust},
    {Protocol::tls, "certificate_unknown", "", kTrust},
    {Protocol::tls, "certificate_expired", "", "A certificate has expired: renew it."},
    {Protocol::tls, "certificate_required", "",
     "The server wants a certificate of the client, which sent none."},
    {Protocol::tls, "handshake_failure", "", kNoCommonTls},
    {Protocol::tls, "protocol_version", "", kNoCommonTls},
    {Protocol::tls, "insufficient_security", "", kNoCommonTls},
    {Protocol::tls, "no_application_protocol", "",
     "The two ends have no protocol in common above TLS (ALPN)."},
    {Protocol::tls, "unrecognized_name", "",
     "The server has no certificate for the name that the client asks for (SNI)."},
    // HTTP's status codes.
    {Protocol::http, "400", "",
     "The server took that for no proper request: is it another protocol on this port (TLS, a "
     "PROXY header), or a head that is too long?"},
    {Protocol::http, "408", "",
     "The request came too slowly for the server (Apache mod_reqtimeout, nginx client_body_timeout "
     "and client_header_timeout, Node requestTimeout): let the client send sooner, or the server "
     "wait longer."},
    {Protocol::http, "413", "",
     "The upload is larger than the server takes (nginx client_max_body_size, Apache "
     "LimitRequestBody): raise that, or send less."},
    {Protocol::http, "414", "", kTooLongHead},
    {Protocol::http, "431", "", kTooLongHead},
    {Protocol::http, "429", "", "The client asks more often than the server allows."},
    {Protocol::http, "401", "", "The server wants the client to log in before it sends a body."},
    {Protocol::http, "502", "", kNoBackend},
    {Protocol::http, "503", "", kNoBackend},
    {Protocol::http, "504", "", kNoBackend},
});

bool fits(const Known& known, Protocol protocol, const Farewell& farewell) {
  const auto speaks_of = [&](std::string_view said) { return contains(said, known.mentions); };
  return known.protocol == protocol && farewell.code.view().starts_with(known.code) &&
         (known.mentions.empty() || speaks_of(farewell.text.view()) ||
          speaks_of(farewell.code.view()));
}

}  // namespace

std::string_view remedy(Protocol protocol, const Farewell& farewell) {
  const auto* const found = std::find_if(kKnown.begin(), kKnown.end(), [&](const Known& known) {
    return fits(known, protocol, farewell);
  });
  return found == kKnown.end() ? std::string_view{} : found->remedy;
}

std::vector<std::string_view> remedies() {
  std::vector<std::string_view> all;
  all.reserve(kKnown.size());
  for (const Known& known : kKnown) all.push_back(known.remedy);
  return all;
}

}  // namespace rstcause::app
