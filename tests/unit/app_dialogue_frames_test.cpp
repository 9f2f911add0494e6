// SPDX-License-Identifier: GPL-2.0-or-later
// Protocols that keep an interval or count streams (MQTT, AMQP, HTTP/2, WebSocket), and ends that
// speak different ones. Octets of servers are those of mosquitto 2.0, OpenSSH 9.2 and nginx's
// words, or examples of the specification.
#include <gtest/gtest.h>

#include "unit/app_talk.h"
#include "unit/tls_octets.h"

namespace rstcause::app {
namespace {

using namespace std::string_literals;

std::string big(std::uint64_t value, unsigned width) {
  std::string octets;
  for (unsigned i = width; i-- != 0;) octets += static_cast<char>(value >> (8 * i));
  return octets;
}

std::string said(const Conversation& c, Side from = kServer) {
  const auto farewell = c.talk().farewell(from);
  if (!farewell) return "nothing";
  constexpr std::string_view kKinds[] = {"refusal", "error", "goodbye", "idle"};
  return std::string(kKinds[static_cast<std::size_t>(farewell->kind)]) + "|" +
         std::string(farewell->code.view()) + "|" + std::string(farewell->text.view());
}

// ----- MQTT -------------------------------------------------------------------------------------

const std::string kConnect3 = "\x10\x0e\0\4MQTT\4\2\0\x3c\0\2id"s;
const std::string kConnect5 = "\x10\x0f\0\4MQTT\5\2\0\2\0\0\2id"s;

TEST(MqttTalk, TellsWhyTheServerRefused) {
  Conversation three;
  three.client(kConnect3).server("\x20\2\0\5"s);
  EXPECT_EQ(said(three), "refusal|CONNACK 5 (not authorized)|");
  Conversation five;
  five.client(kConnect5).server("\x20\3\0\x87\0"s);
  EXPECT_EQ(said(five), "refusal|CONNACK 135 (not authorized)|");
}

TEST(MqttTalk, TellsADisconnectAndItsReason) {
  Conversation c;
  c.client(kConnect5).server("\x20\3\0\0\0"s).server("\xe0\2\x8d\0"s);
  EXPECT_EQ(said(c), "idle|DISCONNECT 141 (keep alive timeout)|");
  EXPECT_EQ(c.greeted().exchange().interval_s, 2);
  Conversation reasoned;
  reasoned.client(kConnect5).server("\x20\3\0\0\0"s).server("\xe0\x09\x97\7\x1f\0\4full"s);
  EXPECT_EQ(said(reasoned), "goodbye|DISCONNECT 151 (quota exceeded)|full");
}

TEST(MqttTalk, PairsPingsAndAcknowledgements) {
  Conversation c;
  c.client(kConnect3).server("\x20\2\0\0"s).client("\x32\7\0\1t\0\7hi"s);
  EXPECT_EQ(c.talk().outstanding(), 1U);
  c.server("\x40\2\0\7"s).wait(1).client("\xc0\0"s);
  EXPECT_EQ(c.talk().outstanding(), 0U);
  EXPECT_EQ(c.talk().ping_unanswered_since(kClient), 1'000'000'000);
  c.server("\xd0\0"s).client("\xe0\0"s);
  EXPECT_FALSE(c.talk().ping_unanswered_since(kClient));
  EXPECT_TRUE(c.talk().client_has_left());
}

// ----- AMQP 0-9-1 -------------------------------------------------------------------------------

std::string method(std::uint64_t in_class, std::uint64_t number, const std::string& arguments) {
  const std::string body = big(in_class, 2) + big(number, 2) + arguments;
  return "\1\0\0"s + big(body.size(), 4) + body + "\xce";
}

const std::string kAmqpHeader = "AMQP\0\0\x09\1"s;

TEST(AmqpTalk, TellsWhoClosedAndWhy) {
  Conversation c;
  c.client(kAmqpHeader).server(method(10, 10, "\0\x09"s));
  c.client(method(10, 31, big(100, 2) + big(131072, 4) + big(60, 2))).server(method(10, 41, "\0"s));
  EXPECT_EQ(c.greeted().exchange().interval_s, 60);
  c.server_in_octets(method(10, 50,
                            big(320, 2) +
                                "\x1a"
                                "CONNECTION_FORCED - closed" +
                                big(0, 4)));
  EXPECT_EQ(said(c), "goodbye|connection.close 320|CONNECTION_FORCED - closed");
}

TEST(AmqpTalk, KnowsAnotherVersionsHeader) {
  Conversation c;
  c.client("AMQP\0\0\x08\0"s).server(kAmqpHeader);
  EXPECT_EQ(said(c), "refusal|wants version 0 0 9 1|");
}

// ----- HTTP/2 and WebSocket ---------------------------------------------------------------------

std::string frame(std::uint8_t type, std::uint8_t flags, std::uint32_t stream,
                  const std::string& body) {
  return big(body.size(), 3) + static_cast<char>(type) + static_cast<char>(flags) + big(stream, 4) +
         body;
}

const std::string kPreface = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n" + frame(4, 0, 0, "");

TEST(Http2Talk, CountsStreamsAndTellsGoAway) {
  Conversation c;
  c.client(kPreface).server(frame(4, 0, 0, ""));
  c.client(frame(1, 5, 1, "head")).wait(4).client(frame(1, 5, 3, "head"));
  EXPECT_EQ(c.talk().outstanding(), 2U);
  c.server(frame(1, 4, 1, "head") + frame(0, 1, 1, "body"));
  EXPECT_EQ(c.talk().outstanding(), 1U);
  EXPECT_EQ(c.talk().outstanding_since(), 4'000'000'000);
  c.server_in_octets(frame(7, 0, 0, big(3, 4) + big(0, 4) + "max_age"));
  EXPECT_EQ(said(c), "goodbye|GOAWAY NO_ERROR, last stream 3|max_age");
}

TEST(Http2Talk, TellsAResetStreamAndAnUnansweredPing) {
  Conversation c;
  c.client(kPreface + frame(1, 5, 1, "\x5f\x8b\x1d\x75\xd0\x62\x0d\x26\x3d\x4c\x4d\x65\x64"));
  EXPECT_EQ(c.greeted().exchange().asked().front().what, "gRPC");
  c.client(frame(3, 0, 1, big(8, 4)) + frame(6, 0, 0, "12345678"));
  EXPECT_EQ(said(c, kClient), "error|RST_STREAM CANCEL|");
  EXPECT_EQ(c.talk().outstanding(), 0U);
  EXPECT_TRUE(c.talk().ping_unanswered_since(kClient));
  c.server(frame(6, 1, 0, "12345678"));
  EXPECT_FALSE(c.talk().ping_unanswered_since(kClient));
}

TEST(WebSocketTalk, IsFollowedBehindHttpsUpgrade) {
  Conversation c;
  c.client("GET /c HTTP/1.1\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n");
  c.server("HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n\r\n\x89\0"s);
  ASSERT_EQ(c.talk().protocol(), Protocol::websocket);
  EXPECT_TRUE(c.talk().ping_unanswered_since(kServer));
  c.client("\x8a\x80mask"s);
  EXPECT_FALSE(c.talk().ping_unanswered_since(kServer));
  c.server("\x88\x0f\3\xf3restarting..."s);
  EXPECT_EQ(said(c), "goodbye|close 1011 (internal error)|restarting...");
  // RFC 6455, 5.7's mask, over 1000.
  c.client("\x88\x82\x37\xfa\x21\x3d\x34\x12"s);
  EXPECT_EQ(said(c, kClient), "goodbye|close 1000 (normal)|");
}

TEST(Http2Talk, IsFollowedBehindHttpsUpgrade) {
  Conversation c;
  c.client("GET / HTTP/1.1\r\nUpgrade: h2c\r\nHTTP2-Settings: A\r\n\r\n");
  c.server("HTTP/1.1 101 Switching Protocols\r\nUpgrade: h2c\r\n\r\n" + frame(4, 0, 0, ""));
  EXPECT_EQ(c.talk().protocol(), Protocol::http2);
}

// ----- the wrong protocol -----------------------------------------------------------------------

constexpr std::string_view kRequest = "GET / HTTP/1.1\r\nHost: h.example\r\n\r\n";

TEST(Stranger, IsTheClientWhoseProtocolTheServerDoesNotSpeak) {
  for (const bool server_first : {true, false}) {
    Conversation c;
    if (!server_first) c.client(kRequest);
    c.server("SSH-2.0-OpenSSH_9.2p1\r\n");
    if (server_first) c.client(kRequest);
    c.server("Invalid SSH identification string.");
    EXPECT_EQ(c.talk().protocol(), Protocol::ssh);
    EXPECT_EQ(c.talk().stranger(), Protocol::http);
    EXPECT_EQ(c.talk().stranger_side(), kClient);
    EXPECT_EQ(said(c), "refusal||Invalid SSH identification string.");
  }
}

TEST(Stranger, SpeaksTlsToAPlainPort) {
  Conversation c;
  c.client(client_hello("")).server("HTTP/1.1 400 Bad Request\r\n\r\n");
  EXPECT_EQ(c.talk().protocol(), Protocol::http);
  EXPECT_EQ(c.talk().stranger(), Protocol::tls);
  Conversation text;
  text.client(client_hello("")).server("what do you want?\r\n");
  EXPECT_EQ(text.talk().stranger(), Protocol::text);
  EXPECT_EQ(said(text), "refusal||what do you want?");
}

TEST(Stranger, SpeaksInClearToATlsPort) {
  Conversation c;
  c.client(kConnect3).server(record(21, be(0x0246, 2)));
  EXPECT_EQ(c.talk().protocol(), Protocol::tls);
  EXPECT_EQ(c.talk().stranger(), Protocol::mqtt);
  EXPECT_EQ(said(c), "refusal|protocol_version|");
}

TEST(Stranger, IsNobodyWhereBothSpeakTheSame) {
  Conversation smtp;
  smtp.server("220 ready\r\n").client("EHLO c.example\r\n");
  EXPECT_EQ(smtp.talk().stranger(), Protocol::none);
  Conversation ssh;
  ssh.server("SSH-2.0-a\r\n").client("SSH-2.0-b\r\n");
  EXPECT_EQ(ssh.talk().stranger(), Protocol::none);
  Conversation http;
  http.client(kRequest).server("HTTP/1.1 200 OK\r\n\r\n");
  EXPECT_EQ(http.talk().stranger(), Protocol::none);
}

TEST(ProxyHeader, IsPassedOver) {
  for (const std::string& header :
       {"PROXY TCP4 192.0.2.1 192.0.2.2 56324 443\r\n"s,
        "\r\n\r\n\0\r\nQUIT\n\x21\x11\0\x0c\xc0\0\2\1\xc0\0\2\2\xdc\4\1\xbb"s})
    for (const bool joined : {true, false}) {
      Conversation c;
      if (joined)
        c.client(header + std::string(kRequest));
      else
        c.client(header).client(kRequest);
      EXPECT_TRUE(c.talk().has_proxy_header());
      EXPECT_EQ(c.talk().protocol(), Protocol::http);
      EXPECT_EQ(c.talk().outstanding(), 1U);
    }
}

}  // namespace
}  // namespace rstcause::app
