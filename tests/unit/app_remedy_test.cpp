// SPDX-License-Identifier: GPL-2.0-or-later
#include "app/remedy.h"

#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <vector>

#include "app/settings.h"

namespace rstcause::app {
namespace {

Farewell said(std::string_view code, std::string_view text = {}) {
  return {Farewell::Kind::goodbye, resp::BoundedText<48>(code), resp::BoundedText<120>(text)};
}

TEST(Remedy, NamesTheSettingThatTheWordsSpeakOf) {
  struct Case {
    Protocol protocol;
    std::string_view code, text, names;
  };
  for (const Case& known : std::vector<Case>{
           {Protocol::mysql, "1040 (08004)", "Too many connections", "max_connections"},
           {Protocol::mysql, "1153 (08S01)", "Got a packet bigger", "max_allowed_packet"},
           {Protocol::mysql, "4031 (HY000)", "The client was disconnected", "wait_timeout"},
           {Protocol::postgresql, "FATAL 53300", "too many clients", "max_connections"},
           {Protocol::postgresql, "FATAL 25P03", "terminating connection",
            "idle_in_transaction_session_timeout"},
           {Protocol::postgresql, "FATAL 57P01", "terminating connection", "pg_terminate_backend"},
           {Protocol::postgresql, "FATAL 08P01", "client_login_timeout", "client_login_timeout"},
           {Protocol::ssh, "", "Exceeded MaxStartups", "MaxStartups"},
           {Protocol::line_220, "421", "There are too many connections", "max_per_ip"},
           {Protocol::smtp, "421", "Error: timeout exceeded", "smtpd_timeout"},
           {Protocol::smtp, "554", "SMTP synchronization error", "greeting"},
           {Protocol::nats, "-ERR", "Maximum Payload Violation", "max_payload"},
           {Protocol::nats, "-ERR", "Stale Connection", "ping_interval"},
           {Protocol::mqtt, "DISCONNECT 0x8e (session taken over)", "", "client identifier"},
           {Protocol::amqp, "320", "CONNECTION_FORCED", "rabbitmqctl"},
           {Protocol::memcached, "ERROR", "Too many open connections", "maxconns"},
           {Protocol::irc, "ERROR", "Connection refused, too many connections from your IP",
            "MaxConnectionsIP"},
           {Protocol::rsync, "@ERROR", "max connections (2) reached", "max connections"},
           {Protocol::websocket, "close 1011 (internal error)", "keepalive ping timeout", "Pings"},
           {Protocol::http2, "GOAWAY NO_ERROR, last stream 5", "max_age", "MAX_CONNECTION_AGE"},
           {Protocol::tls, "certificate_expired", "", "renew"},
           {Protocol::http, "413", "", "client_max_body_size"}})
    EXPECT_NE(remedy(known.protocol, said(known.code, known.text)).find(known.names),
              std::string_view::npos)
        << to_string(known.protocol) << ' ' << known.code << ' ' << known.text;
}

/// The twins: the same words of another protocol, other words of the same one.
TEST(Remedy, IsNoneForOtherWords) {
  EXPECT_EQ(remedy(Protocol::postgresql, said("1040", "Too many connections")), "");
  EXPECT_EQ(remedy(Protocol::mysql, said("1205", "Lock wait timeout exceeded")), "");
  EXPECT_EQ(remedy(Protocol::smtp, said("221", "Bye")), "");
  EXPECT_EQ(remedy(Protocol::nats, said("-ERR", "Invalid Subject")), "");
  EXPECT_EQ(remedy(Protocol::http, said("404")), "");
}

TEST(Settings, AreNamedByTheProgramsOfTheirProtocol) {
  EXPECT_NE(settings_of(Protocol::mysql).idle.find("wait_timeout"), std::string_view::npos);
  EXPECT_NE(settings_of(Protocol::kafka).idle.find("connections.max.idle.ms"),
            std::string_view::npos);
  EXPECT_NE(settings_of(Protocol::redis).probe.find("tcp-keepalive"), std::string_view::npos);
  EXPECT_NE(settings_of(Protocol::http).idle.find("keepAliveTimeout"), std::string_view::npos);
  EXPECT_NE(settings_of(Protocol::http).slow.find("proxy_read_timeout"), std::string_view::npos);
  EXPECT_NE(settings_of(Protocol::http).send.find("send_timeout"), std::string_view::npos);
  EXPECT_NE(settings_of(Protocol::http).limit.find("keepalive_requests"), std::string_view::npos);
  EXPECT_EQ(settings_of(Protocol::none).idle, "");
  EXPECT_EQ(settings_of(Protocol::text).login, "");
}

}  // namespace
}  // namespace rstcause::app
