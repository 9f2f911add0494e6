// SPDX-License-Identifier: GPL-2.0-or-later
// TLS by its records: how far a handshake came, and what came last.
#include <gtest/gtest.h>

#include "app/tls_hello.h"
#include "unit/app_talk.h"
#include "unit/tls_octets.h"

namespace rstcause::app {
namespace {

const std::string kHello = client_hello(server_name("www.example.com"));
const std::string kChange = record(20, be(1, 1));

TEST(Tls, TellsTheServerNameOfAnUnansweredHello) {
  Conversation c;
  c.client(kHello);
  EXPECT_TRUE(c.tls().client_hello());
  EXPECT_FALSE(c.tls().server_hello());
  EXPECT_EQ(c.tls().server_name(), "www.example.com");
}

TEST(Tls, TellsTheNameOfAHelloInTwoSegments) {
  Conversation c;
  const std::string hello =
      client_hello(extension(51, std::string(1500, 'k')) + server_name("b.example"));
  c.client(hello.substr(0, 1400));
  EXPECT_FALSE(c.tls().client_hello());
  EXPECT_EQ(c.tls().server_name(), "");
  c.client(hello.substr(1400));
  EXPECT_TRUE(c.tls().client_hello());
  EXPECT_EQ(c.tls().server_name(), "b.example");
}

TEST(Tls, TellsTheNameOfAHelloInSingleOctets) {
  Conversation c;
  c.client_in_octets(kHello).server_in_octets(server_hello(true) + kChange + hidden(900));
  c.client_in_octets(kChange + hidden(53));
  EXPECT_TRUE(c.tls().client_hello());
  EXPECT_EQ(c.tls().server_name(), "www.example.com");
  EXPECT_TRUE(c.tls().is_tls13());
  EXPECT_TRUE(c.tls().handshake_over());
}

TEST(Tls, TellsTheNameOfAHelloCutInItsHead) {
  for (std::size_t at = 1; at < 60; ++at) {
    Conversation c;
    c.client(kHello.substr(0, at)).client(kHello.substr(at));
    ASSERT_TRUE(c.is_known()) << at;
    EXPECT_TRUE(c.tls().client_hello()) << at;
    EXPECT_EQ(c.tls().server_name(), "www.example.com") << at;
  }
}

TEST(Tls, IsNotWhatOnlyBeginsAlike) {
  Conversation c;
  c.client("\x16\x03").client("\x09" + kHello.substr(3));
  ASSERT_TRUE(c.is_known());
  EXPECT_FALSE(c.tls().client_hello());
  EXPECT_FALSE(c.tls().is_followed(kClient));
  EXPECT_EQ(c.tls().server_name(), "");
  Conversation other;
  other.client("\x16\x02");
  EXPECT_FALSE(other.is_known());
}

TEST(Tls, BeginsAfterStarttls) {
  struct Before {
    std::string server, client, ready, name;
  };
  const Before befores[] = {
      {"220 mail.example.com ESMTP\r\n", "STARTTLS\r\n", "220 Go ahead\r\n", "SMTP"},
      {"* OK ready\r\n", "a STARTTLS\r\n", "a OK begin\r\n", "IMAP"},
      {"+OK ready\r\n", "STLS\r\n", "+OK begin\r\n", "POP3"},
      {"220 (vsFTPd 3.0.3)\r\n", "AUTH TLS\r\n", "234 Proceed\r\n", "FTP"},
      {"", std::string("\0\0\0\x08\x04\xd2\x16\x2f", 8), "S", "PostgreSQL"},
      // A handshake packet; an SSLRequest, which is never answered but by the ServerHello.
      {std::string("\x4a\0\0\0\x0a"
                   "8.0.36\0",
                   12) +
           std::string(66, 's'),
       std::string("\x20\0\0\1\x05\xae\x03\0", 8) + std::string(28, '\0'), "", "MySQL"}};
  for (const Before& before : befores) {
    Conversation c;
    if (!before.server.empty()) c.server(before.server);
    c.client(before.client);
    if (!before.ready.empty()) c.server(before.ready);
    c.client(kHello.substr(0, 30)).client(kHello.substr(30));
    ASSERT_FALSE(c.is_greeted()) << before.name;
    EXPECT_EQ(c.tls().before(), before.name);
    EXPECT_EQ(c.tls().client(), kClient);
    EXPECT_TRUE(c.tls().client_hello());
    EXPECT_EQ(c.tls().server_name(), "www.example.com");
    c.server(server_hello(true) + kChange + hidden(900)).client(kChange + hidden(53));
    EXPECT_TRUE(c.tls().handshake_over());
  }
}

TEST(Tls, BeginsInAProxysTunnel) {
  Conversation c;
  c.client("CONNECT b.example:443 HTTP/1.1\r\nHost: b.example\r\n\r\n");
  c.server("HTTP/1.1 200 OK\r\n\r\n").client(kHello);
  EXPECT_EQ(c.tls().before(), "HTTP");
  EXPECT_EQ(c.tls().server_name(), "www.example.com");
}

TEST(Tls, DoesNotBeginInAnHttpBody) {
  Conversation c;
  c.client("POST / HTTP/1.1\r\nContent-Length: 5000\r\n\r\n").client(kHello);
  EXPECT_EQ(c.http().request(), Http::Progress::in_body);
}

TEST(Tls, TellsNoNameWhereNoneIs) {
  Conversation c;
  c.client(client_hello(extension(51, "key")));
  EXPECT_EQ(c.tls().server_name(), "");
}

TEST(Tls, ShowsANameSafely) {
  Conversation c;
  c.client(client_hello(server_name("a\x1b[31m\n" + std::string(300, 'x'))));
  const auto name = c.tls().server_name();
  EXPECT_LE(name.size(), 100U);
  for (const char octet : name) EXPECT_TRUE(octet >= 0x20 && octet < 0x7F);
}

TEST(Tls, KnowsTheEndOfATls13Handshake) {
  Conversation c;
  c.client(kHello).server(server_hello(true) + kChange + hidden(900));
  EXPECT_TRUE(c.tls().is_tls13());
  EXPECT_FALSE(c.tls().handshake_over());
  c.client(kChange + hidden(53));
  EXPECT_TRUE(c.tls().handshake_over());
  EXPECT_EQ(c.tls().client_records(), 0U);
  c.server(hidden(250) + hidden(250));
  EXPECT_EQ(c.tls().server_records_since(), 2U);
  c.client(hidden(100)).server(hidden(700));
  EXPECT_EQ(c.tls().client_records(), 1U);
  EXPECT_EQ(c.tls().server_records_since(), 1U);
}

TEST(Tls, KnowsTheEndOfATls12Handshake) {
  Conversation c;
  c.client(kHello).server(server_hello(false) + record(22, be(14, 1) + field(3, "")));
  c.client(record(22, be(16, 1) + field(3, "key")));
  EXPECT_FALSE(c.tls().handshake_over());
  c.client(kChange + record(22, std::string(40, 'e')));
  EXPECT_TRUE(c.tls().handshake_over());
  EXPECT_FALSE(c.tls().is_tls13());
}

TEST(Tls, NamesAFatalAlert) {
  Conversation c;
  c.client(kHello).server(record(21, be(0x0228, 2)));
  EXPECT_TRUE(c.tls().ends_with_fatal_alert(kServer));
  EXPECT_EQ(alert_name(c.tls().records(kServer).alert_description()), "handshake_failure");
}

TEST(Tls, TakesNoWarningForAFatalAlert) {
  Conversation c;
  c.client(kHello).server(record(21, be(0x0100, 2)));
  EXPECT_TRUE(c.tls().ends_with_alert(kServer));
  EXPECT_FALSE(c.tls().ends_with_fatal_alert(kServer));
}

TEST(Tls, SeesThatTheLastRecordIsAnEncryptedAlert) {
  Conversation c;
  c.client(kHello).server(server_hello(false)).client(kChange + record(22, std::string(40, 'e')));
  c.server(record(21, std::string(26, 'e')));
  EXPECT_TRUE(c.tls().ends_with_alert(kServer));
  EXPECT_FALSE(c.tls().ends_with_fatal_alert(kServer)) << "nobody can read it";
  c.server(hidden(90));
  EXPECT_FALSE(c.tls().ends_with_alert(kServer));
}

TEST(Tls, SeesAnAlertOfTls13ByItsLength) {
  Conversation c;
  c.client(kHello).server(server_hello(true) + hidden(900)).client(hidden(53));
  c.server(hidden(19));
  EXPECT_TRUE(c.tls().ends_with_alert(kServer));
  c.server(hidden(20));
  EXPECT_FALSE(c.tls().ends_with_alert(kServer));
}

TEST(Tls, TellsHowMuchOfARecordCame) {
  Conversation c;
  c.client(kHello).server(server_hello(true)).server(hidden(1000).substr(0, 305));
  EXPECT_TRUE(c.tls().records(kServer).in_record());
  EXPECT_EQ(c.tls().records(kServer).record_octets(), 305U);
  EXPECT_EQ(c.tls().records(kServer).record_length(), 1005U);
  c.server(hidden(1000).substr(305));
  EXPECT_FALSE(c.tls().records(kServer).in_record());
}

TEST(Tls, ReadsRecordsThatComeOctetByOctet) {
  Conversation c;
  c.client(kHello).server(server_hello(true)).server_in_octets(record(21, be(0x0250, 2)));
  EXPECT_TRUE(c.tls().ends_with_fatal_alert(kServer));
  EXPECT_EQ(alert_name(c.tls().records(kServer).alert_description()), "internal_error");
}

TEST(Tls, PassesOverTheInsideOfARecord) {
  Conversation c;
  c.client(kHello).server(server_hello(true)).server(hidden(1000).substr(0, 100));
  c.server_lost(200).server(hidden(1000).substr(300)).server(record(21, be(0x0250, 2)));
  EXPECT_TRUE(c.tls().ends_with_fatal_alert(kServer));
}

TEST(Tls, ClaimsNothingWhereTheEndOfARecordIsMissing) {
  Conversation c;
  c.client(kHello).server(server_hello(true)).server(hidden(1000).substr(0, 100));
  c.server_lost(2000).server("\x5A\x5A\x5A");
  EXPECT_FALSE(c.tls().is_followed(kServer));
  EXPECT_FALSE(c.tls().ends_with_alert(kServer));
}

TEST(Tls, ClaimsNothingOfRecordsOutOfOrder) {
  Conversation c;
  const std::string alert = record(21, be(0x0250, 2));
  c.client(kHello)
      .server(server_hello(true))
      .server_lost(static_cast<std::uint32_t>(alert.size()))
      .server("tail");
  c.server_again(static_cast<std::uint32_t>(alert.size()) + 4, alert);
  EXPECT_FALSE(c.tls().ends_with_alert(kServer)) << "something came behind it";
}

TEST(Tls, IsNotSeenInOtherOctets) {
  for (const std::string& octets :
       {std::string("\x16\x02", 2), std::string("\x16\x05\x01\x00\x10\x01\x00\x00", 8),
        std::string("\x17\x03\x03\x00\x10zzzzzzzzzzzzzzzz", 21), std::string("SSH-2.0")}) {
    Conversation c;
    c.client("binary" + octets);
    EXPECT_FALSE(c.is_known());
    Conversation alone;
    alone.client(octets);
    EXPECT_FALSE(alone.is_known());
  }
}

TEST(TlsHello, NeedsMoreUntilTheNameIsThere) {
  const std::size_t name_ends = kHello.find("www.example.com") + 15;
  for (std::size_t size = 0; size < name_ends; ++size)
    EXPECT_EQ(read_client_hello(std::string_view(kHello).substr(0, size)).kind,
              ClientHello::Kind::need_more)
        << size;
  EXPECT_EQ(read_client_hello(kHello).server_name, "www.example.com");
}

}  // namespace
}  // namespace rstcause::app
