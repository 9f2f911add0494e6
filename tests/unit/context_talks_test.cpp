// SPDX-License-Identifier: GPL-2.0-or-later
// What a reset's context says of TLS and of protocols whose server greets: a sentence for each end
// that a handshake or a greeting can come to.
#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <vector>

#include "support/trace.h"
#include "unit/tls_octets.h"

namespace rstcause {
namespace {

using namespace app;
using test::Trace;
using Sentences = std::vector<std::string>;

/// A line of a trace that carries these octets.
std::string line(const char* what, const std::string& octets) {
  constexpr std::string_view kHex = "0123456789abcdef";
  std::string text = std::string(what) + " data ";
  for (const char octet : octets) {
    const auto value = static_cast<unsigned char>(octet);
    text.append("\\x") += kHex[value >> 4U];
    text += kHex[value & 15U];
  }
  return text + "\n";
}

/// What is told of the last reset of a connection that was opened and went on so.
Sentences told(const std::string& lines) {
  return Trace("0ms -> S\n 1ms <- SA\n 2ms -> A\n" + lines).last().context;
}

const std::string kHello = client_hello(server_name("www.example.com"));
const std::string kChange = record(20, be(1, 1));
const std::string kKeys = record(22, be(16, 1) + field(3, "key"));
const std::string kFinished = record(22, std::string(40, 'e'));
const std::string kAsked = line("3ms -> PA", kHello);

std::string handshake(bool tls13) {
  return kAsked + line("4ms <- PA", server_hello(tls13) + (tls13 ? kChange + hidden(900) : "")) +
         line("5ms -> PA", tls13 ? kChange + hidden(53) : kKeys + kChange + kFinished) +
         (tls13 ? "" : line("6ms <- PA", kChange + kFinished));
}

TEST(TlsContext, TellsWhomAnUnansweredHelloWasFor) {
  EXPECT_EQ(told(kAsked + "50ms <- RA\n"),
            Sentences{"TLS: ClientHello for www.example.com unanswered"});
  EXPECT_EQ(told(line("3ms -> PA", client_hello("")) + "50ms <- RA\n"),
            Sentences{"TLS: ClientHello unanswered"});
}

TEST(TlsContext, TellsWhereAHelloWasCut) {
  EXPECT_EQ(
      told(line("3ms -> PA", kHello.substr(0, 80)) + "50ms <- RA\n"),
      Sentences{"TLS: ClientHello cut after 80 of " + std::to_string(kHello.size()) + " octets"});
  EXPECT_EQ(told(line("3ms -> PA", kHello.substr(0, 4)) + "50ms <- RA\n"), Sentences{})
      << "too little to be sure that it is TLS";
}

TEST(TlsContext, TellsThatTheHandshakeWasNotOver) {
  EXPECT_EQ(told(kAsked + line("4ms <- PA", server_hello(false)) + "50ms -> RA\n"),
            (Sentences{"TLS: the handshake was not over, the server's hello had passed",
                       "TLS: server name www.example.com"}));
}

TEST(TlsContext, TellsThatTheClientSaidNothing) {
  EXPECT_EQ(told(handshake(true) + "50ms <- RA\n").front(),
            "TLS: the client said nothing after the handshake");
  EXPECT_EQ(told(handshake(true) + line("9ms <- PA", hidden(250)) + "50ms -> RA\n").at(1),
            "TLS: session tickets (presumably) came after the handshake");
  EXPECT_EQ(told(handshake(true) + line("9ms -> PA", hidden(99)) + "50ms <- RA\n"),
            Sentences{"TLS: server name www.example.com"});
}

TEST(TlsContext, TellsWhoseRecordWasCut) {
  const std::string begun = hidden(1000).substr(0, 305);
  EXPECT_EQ(told(handshake(true) + line("9ms <- PA", begun) + "50ms -> RA\n").front(),
            "TLS: record of the server cut after 305 of 1005 octets");
  EXPECT_EQ(told(handshake(true) + line("9ms -> PA", begun) + "50ms <- RA\n").front(),
            "TLS: record of the client cut after 305 of 1005 octets");
}

TEST(TlsContext, TellsOfAnAlertWhetherItCanBeReadOrNot) {
  EXPECT_EQ(told(kAsked + line("4ms <- PA", record(21, be(0x0228, 2))) + "5ms <- RA\n").front(),
            "TLS: fatal alert handshake_failure by the server before the reset");
  EXPECT_EQ(told(kAsked + line("4ms <- PA", record(21, be(0x02FE, 2))) + "5ms <- RA\n").front(),
            "TLS: fatal alert number 254 by the server before the reset");
  EXPECT_EQ(told(kAsked + line("4ms <- PA", record(21, be(0x0100, 2))) + "5ms <- RA\n").front(),
            "TLS: the server's last record was an alert, close_notify");
  EXPECT_EQ(
      told(handshake(false) + line("9ms -> PA", record(21, std::string(26, 'e'))) + "50ms -> RA\n")
          .front(),
      "TLS: the client's last record was an alert, close_notify (presumably: encrypted)");
}

TEST(TlsContext, TellsThatAnAlertCameAfterTheClose) {
  const std::string closed = handshake(false) + "100ms <- FA\n 101ms -> A\n";
  EXPECT_EQ(
      told(closed + line("200ms -> PA", record(21, std::string(26, 'e'))) + "201ms <- reply\n")
          .front(),
      "TLS: close_notify (presumably: encrypted) of the client after the server had closed");
}

TEST(TlsContext, DoesNotPutAnAlertBehindTheCloseThatItCrossed) {
  const std::size_t spoken = server_hello(false).size() + (kChange + kFinished).size();
  const std::string late = "100.1ms -> PA ack " + std::to_string(spoken + 1);
  const std::string alert = line(late.c_str(), record(21, std::string(26, 'e')));
  EXPECT_EQ(told(handshake(false) + "100ms <- FA\n" + alert + "100.2ms <- reply\n").front(),
            "TLS: close_notify (presumably: encrypted) of the client, sent as the server closed");
}

TEST(TlsContext, TellsWhatWasTurnedOverToTls) {
  const Sentences said = told(
      "3ms <- PA data 220 mail.example.com ESMTP\\r\\n\n 4ms -> PA data STARTTLS\\r\\n\n"
      "5ms <- PA data 220 go ahead\\r\\n\n" +
      line("6ms -> PA", kHello) + "50ms <- RA\n");
  ASSERT_EQ(said.size(), 2U);
  EXPECT_EQ(said.front(), "TLS: ClientHello for www.example.com unanswered");
  EXPECT_EQ(said.back(), "SMTP: turned over to TLS");
}

TEST(GreetingContext, TellsWhoNeverAnswered) {
  EXPECT_EQ(told("3ms <- PA data SSH-2.0-OpenSSH_9.2\\r\\n\n 4ms -> A\n 50ms -> RA\n"),
            (Sentences{"SSH: the server greeted, the client never answered",
                       "SSH: the server is OpenSSH_9.2"}));
  EXPECT_EQ(told("3ms -> PA data SSH-2.0-OpenSSH_9.2\\r\\n\n 4ms <- A\n 50ms <- RA\n"),
            (Sentences{"SSH: the client spoke first, the server never answered",
                       "SSH: the client is OpenSSH_9.2"}));
  EXPECT_EQ(told("3ms <- PA data SSH-2.0-x\\r\\n\n 4ms -> PA data SSH-2.0-y\\r\\n\n 50ms <- RA\n"),
            Sentences{"SSH: the server is x, the client is y"});
}

TEST(GreetingContext, NamesNoEndWhereNobodyKnowsWhoIsWho) {
  const Trace t(
      "1ms -> PA seq 1 port 40000 to 40001 data SSH-2.0-OpenSSH_9.2\\r\\n\n"
      "50ms <- RA seq 1 ack 22 port 40000 to 40001\n");
  EXPECT_EQ(t.last().context, (Sentences{"SSH: one end spoke, the other never answered",
                                         "SSH: the other end is OpenSSH_9.2"}));
}

TEST(GreetingContext, TellsOfARefusalInPlaceOfAGreeting) {
  EXPECT_EQ(told("3ms <- PA data 554 5.7.1 Access denied\\r\\n\n 4ms -> A\n 50ms <- RA\n"),
            Sentences{"SMTP: the server refused, 554: \"5.7.1 Access denied\""});
  EXPECT_EQ(
      told(line("3ms <- PA", std::string("\x19\0\0\0\xff\x69\x04", 7) + "Host 'x' is blocked...") +
           "50ms <- RA\n"),
      Sentences{"MySQL: the server refused, 1129: \"Host 'x' is blocked...\""});
}

TEST(GreetingContext, KnowsTheServersThatSpeakFirst) {
  for (const auto& [greeting, name] : std::vector<std::pair<std::string, std::string>>{
           {"220 (vsFTPd 3.0.3)\\r\\n", "FTP"},
           {"220 ready\\r\\n", "SMTP or FTP"},
           {"+OK Dovecot ready.\\r\\n", "POP3"},
           {"* OK [CAPABILITY IMAP4rev1] ready\\r\\n", "IMAP"}})
    EXPECT_EQ(told("3ms <- PA data " + greeting + "\n 4ms -> A\n 50ms -> RA\n"),
              Sentences{name + ": the server greeted, the client never answered"});
}

TEST(DialogueContext, TellsWhatWaitsAndForHowLong) {
  const std::string startup("\0\0\0\x10\0\3\0\0user\0x\0\0", 16), ready("Z\0\0\0\5I", 6);
  const std::string query("Q\0\0\0\x0dselect 1\0", 14);
  const std::string open = line("3ms -> PA", startup) + line("4ms <- PA", ready);
  EXPECT_EQ(told(open + line("5ms -> PA", query) + "6ms <- A\n 2005ms -> RA\n"),
            Sentences{"PostgreSQL: query unanswered for 2.0 s"});
  EXPECT_EQ(told(open + line("5ms -> PA", query) + line("7ms <- PA", ready) + "9007ms -> RA\n"),
            Sentences{"PostgreSQL: every query answered, then idle for 9.0 s"});
  EXPECT_EQ(told(open + line("5ms -> PA", std::string("X\0\0\0\4", 5)) + "7ms <- RA\n"),
            Sentences{"PostgreSQL: the client had said that it leaves"});
}

TEST(DialogueContext, TellsAMissedKeepAliveAndNotALateOne) {
  const std::string connect("\x10\x0e\0\4MQTT\4\2\0\x02\0\2id", 16), accepted("\x20\2\0\0", 4);
  const std::string open = line("3ms -> PA", connect) + line("4ms <- PA", accepted);
  EXPECT_EQ(told(open + "3503ms <- RA\n"),
            Sentences{"MQTT: the client was silent for 3.5 s, with a keep alive of 2 s"});
  EXPECT_EQ(told(open + "2503ms <- RA\n"), Sentences{});
}

TEST(DialogueContext, TellsTheWrongProtocol) {
  EXPECT_EQ(told("3ms -> PA data GET / HTTP/1.1\\r\\n\\r\\n\n"
                 "4ms <- PA data SSH-2.0-x\\r\\n\n"
                 "5ms <- PA data Invalid SSH identification string.\\r\\n\n 6ms <- RA\n"),
            (Sentences{"SSH: the client spoke HTTP to it: the wrong protocol for this port",
                       "SSH: the server refused, \"Invalid SSH identification string.\"",
                       "SSH: the server is x"}));
  EXPECT_EQ(told(kAsked + "4ms <- PA data what do you want?\\r\\n\n 6ms <- RA\n"),
            (Sentences{"TLS: answered in plain text: the wrong protocol for this port",
                       "TLS: the server refused, \"what do you want?\""}));
}

TEST(DialogueContext, TellsAnUnansweredPing) {
  EXPECT_EQ(told("3ms <- PA data INFO {\"server_id\":\"N\"}\\r\\n\n"
                 "4ms -> PA data CONNECT {}\\r\\n\n 5ms <- PA data PING\\r\\n\n 6ms -> A\n"
                 "4005ms <- RA\n"),
            Sentences{"NATS: ping of the server unanswered for 4.0 s"});
}

TEST(HttpContext, TellsWhatWasCut) {
  EXPECT_EQ(told("3ms -> PA data GET / HTTP/1.1\\r\\nHost: h\n 4ms <- A\n 50ms <- RA\n").front(),
            "HTTP: request cut in its head");
  EXPECT_EQ(
      told("3ms -> PA data POST / HTTP/1.1\\r\\nContent-Length: 9\\r\\n\\r\\nbody\n 4ms <- A\n"
           "50ms -> RA\n")
          .front(),
      "HTTP: request body cut after 4 of 9 octets");
  EXPECT_EQ(told("3ms -> PA data GET / HTTP/1.1\\r\\n\\r\\n\n"
                 "4ms <- PA data HTTP/1.1 200 OK\\r\\nServer\n 5ms -> A\n 50ms <- RA\n")
                .front(),
            "HTTP: response cut in its head");
}

TEST(HttpContext, TellsTheLengthThatNobodyAnnounced) {
  const std::string open =
      "3ms -> PA data GET / HTTP/1.1\\r\\n\\r\\n\n"
      "4ms <- PA data HTTP/1.1 200 OK\\r\\nConnection: close\\r\\n\\r\\nhi\n 5ms -> A\n";
  EXPECT_EQ(told(open + "50ms -> RA\n"),
            Sentences{"HTTP: response of unknown length, 2 octets so far"});
  EXPECT_EQ(told(open + "20ms <- FA\n 50ms -> RA\n"),
            Sentences{"HTTP: response of 2 octets, ended by the server's close"});
}

TEST(HttpContext, CountsSeveralRequestsWithoutAnAnswer) {
  EXPECT_EQ(told("3ms -> PA data GET / HTTP/1.1\\r\\n\\r\\n\n 4ms -> PA data GET /2 "
                 "HTTP/1.1\\r\\n\\r\\n\n 5ms <- A\n 2004ms -> RA\n"),
            Sentences{"HTTP: 2 requests outstanding for 2.0 s"});
}

TEST(HttpContext, TellsThatThePortWantsTls) {
  EXPECT_EQ(told("3ms -> PA data GET / HTTP/1.1\\r\\n\\r\\n\n" +
                 line("4ms <- PA", record(21, be(0x0246, 2))) + "5ms <- RA\n"),
            Sentences{"HTTP: request in clear, answered by a TLS record: the port wants TLS"});
}

TEST(HttpContext, TellsThatAnotherProtocolTookOver) {
  EXPECT_EQ(told("3ms -> PA data GET /c HTTP/1.1\\r\\nUpgrade: websocket\\r\\nConnection: "
                 "Upgrade\\r\\n\\r\\n\n"
                 "4ms <- PA data HTTP/1.1 101 Switching Protocols\\r\\nUpgrade: "
                 "websocket\\r\\nConnection: Upgrade\\r\\n\\r\\n\n 5ms -> A\n 50ms <- RA\n"),
            Sentences{"WebSocket: the server has sent nothing since HTTP's upgrade"});
  EXPECT_EQ(told("3ms -> PA data CONNECT h:22 HTTP/1.1\\r\\n\\r\\n\n"
                 "4ms <- PA data HTTP/1.1 200 OK\\r\\n\\r\\n\n 5ms -> A\n 50ms <- RA\n"),
            Sentences{"HTTP: the connection was turned over to another protocol"});
}

TEST(HttpContext, TellsThatTheRestOfARequestCameTooLate) {
  EXPECT_EQ(told("3ms -> PA data POST / HTTP/1.1\\r\\nContent-Length: 90\\r\\n\\r\\nbody\n"
                 "4ms <- A\n 90ms <- FA\n 91ms -> A\n 95ms -> PA data more\n 96ms <- reply\n")
                .front(),
            "HTTP: the rest of the request came after the server had closed");
}

}  // namespace
}  // namespace rstcause
