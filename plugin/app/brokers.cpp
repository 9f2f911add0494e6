// SPDX-License-Identifier: GPL-2.0-or-later
// Message brokers that agree upon an interval: MQTT 3.1.1 and 5.0 (OASIS), AMQP 0-9-1.
#include <algorithm>
#include <array>
#include <string>

#include "app/cursor.h"
#include "app/grammar.h"

namespace rstcause::app {
namespace {

using Kind = Farewell::Kind;
using Phase = Exchange::Phase;

// ----- MQTT ----------------------------------------------------------------------------------

enum class Mqtt : std::uint8_t {
  connect = 1,
  connack,
  publish,
  puback,
  pubrec,
  subscribe = 8,
  suback,
  unsubscribe,
  unsuback,
  pingreq,
  pingresp,
  disconnect,
};

constexpr std::uint8_t kVersion5 = 5;

struct Reason {
  std::uint8_t code;
  std::string_view name;
};

/// MQTT 3.1.1, table 3.1.
constexpr Reason kReturnCodes[] = {{1, "unacceptable protocol version"},
                                   {2, "identifier rejected"},
                                   {3, "server unavailable"},
                                   {4, "bad user name or password"},
                                   {5, "not authorized"}};
/// MQTT 5.0, 2.4.
constexpr Reason kReasons[] = {{0x00, "normal disconnection"},
                               {0x04, "disconnect with will message"},
                               {0x80, "unspecified error"},
                               {0x81, "malformed packet"},
                               {0x82, "protocol error"},
                               {0x83, "implementation specific error"},
                               {0x84, "unsupported protocol version"},
                               {0x85, "client identifier not valid"},
                               {0x86, "bad user name or password"},
                               {0x87, "not authorized"},
                               {0x88, "server unavailable"},
                               {0x89, "server busy"},
                               {0x8A, "banned"},
                               {0x8B, "server shutting down"},
                               {0x8C, "bad authentication method"},
                               {0x8D, "keep alive timeout"},
                               {0x8E, "session taken over"},
                               {0x93, "receive maximum exceeded"},
                               {0x95, "packet too large"},
                               {0x96, "message rate too high"},
                               {0x97, "quota exceeded"},
                               {0x98, "administrative action"},
                               {0x9C, "use another server"},
                               {0x9D, "server moved"},
                               {0x9F, "connection rate exceeded"},
                               {0xA0, "maximum connect time"}};
constexpr std::uint8_t kKeepAliveTimeout = 0x8D;

template <std::size_t N>
std::string named(const Reason (&all)[N], std::uint8_t code) {
  const auto* const found =
      std::find_if(all, all + N, [code](const Reason& reason) { return reason.code == code; });
  const std::string number = std::to_string(code);
  return found == all + N ? number : number + " (" + std::string(found->name) + ")";
}

/// A length of one to four octets, seven bits of each (MQTT 5.0, 1.5.5).
std::uint64_t variable_length(Cursor& octets) {
  std::uint64_t value = 0;
  for (unsigned shift = 0; shift < 28; shift += 7) {
    const std::uint64_t octet = octets.number(1);
    value |= (octet & 0x7FU) << shift;
    if ((octet & 0x80U) == 0) return value;
  }
  return kNoMessage;
}

std::uint64_t measure_mqtt(const Exchange&, Side, std::string_view octets) {
  Cursor head(octets);
  const std::uint64_t type = head.number(1) >> 4U;
  const std::uint64_t length = variable_length(head);
  if (head.is_short()) return kMoreWanted;
  return length == kNoMessage || type == 0 ? kNoMessage
                                           : octets.size() - head.rest().size() + length;
}

/// The reason string among an MQTT 5.0 packet's properties, where it comes first or only behind a
/// session's interval (3.14.2.2).
std::string_view reason_string(Cursor body) {
  constexpr std::uint64_t kInterval = 0x11, kReasonString = 0x1F;
  Cursor properties(body.take(variable_length(body)));
  std::uint64_t property = properties.number(1);
  if (property == kInterval) {
    properties.take(4);
    property = properties.number(1);
  }
  return property == kReasonString ? properties.field(2) : std::string_view{};
}

void read_connect(Exchange& exchange, Cursor body) {
  body.field(2);
  exchange.status = static_cast<std::uint16_t>(body.number(1));  // the protocol's version
  body.take(1);
  exchange.interval_s = static_cast<std::uint16_t>(body.number(2));
  exchange.phase = Phase::login;
}

void read_connack(Exchange& exchange, Side from, Cursor body) {
  body.take(1);
  const auto code = static_cast<std::uint8_t>(body.number(1));
  if (code == 0) {
    exchange.phase = Phase::open;
  } else if (exchange.status == kVersion5) {
    exchange.bid_farewell(from, Kind::refusal, "CONNACK " + named(kReasons, code),
                          reason_string(body));
  } else {
    exchange.bid_farewell(from, Kind::refusal, "CONNACK " + named(kReturnCodes, code), {});
  }
}

void read_disconnect(Exchange& exchange, Side from, Cursor body) {
  if (from == exchange.client) exchange.left = true;
  const bool told = exchange.status == kVersion5 && !body.is_over();
  const auto code = static_cast<std::uint8_t>(told ? body.number(1) : 0);
  const bool plain = from == exchange.client && code == 0;
  if (plain) return;
  exchange.bid_farewell(from, code == kKeepAliveTimeout ? Kind::idle_timeout : Kind::goodbye,
                        "DISCONNECT " + named(kReasons, code), reason_string(body));
}

std::uint64_t read_mqtt(Exchange& exchange, const Message& m) {
  Cursor body(m.octets);
  const std::uint64_t first = body.number(1);
  variable_length(body);
  const bool client = m.from == exchange.client;
  switch (static_cast<Mqtt>(first >> 4U)) {
    case Mqtt::connect:
      read_connect(exchange, body);
      break;
    case Mqtt::connack:
      read_connack(exchange, m.from, body);
      break;
    case Mqtt::publish:
      if (!client || (first & 6U) == 0) break;  // QoS 0 is not acknowledged
      body.field(2);
      if (!body.is_short())
        exchange.ask(static_cast<std::uint32_t>(body.number(2)), m.time, "PUBLISH");
      break;
    case Mqtt::subscribe:
    case Mqtt::unsubscribe:
      exchange.ask(static_cast<std::uint32_t>(body.number(2)), m.time, "SUBSCRIBE");
      break;
    case Mqtt::puback:
    case Mqtt::pubrec:
    case Mqtt::suback:
    case Mqtt::unsuback:
      if (!client) exchange.answer(static_cast<std::uint32_t>(body.number(2)));
      break;
    case Mqtt::pingreq:
      exchange.ping(m.from, m.time);
      break;
    case Mqtt::pingresp:
      exchange.pong(m.from);
      break;
    case Mqtt::disconnect:
      read_disconnect(exchange, m.from, body);
      break;
    default:
      break;
  }
  return 0;
}

/// MQTT 5.0, 3.1.2.10: a server ends the connection after one and a half times the keep alive.
constexpr Grammar kMqtt{Protocol::mqtt, "message", measure_mqtt, read_mqtt, 15};

// ----- AMQP 0-9-1: 2.3 and 4.2 of the specification, 1.4 of its reference
// --------------------------

constexpr std::size_t kFrameHead = 7;
constexpr std::uint64_t kMethodFrame = 1, kHeartbeatFrame = 8;
constexpr std::uint64_t kLongestFrame = 1U << 28U;
constexpr std::string_view kAmqp("AMQP", 4);

/// Class and method in one number.
constexpr std::uint64_t method(std::uint64_t in_class, std::uint64_t number) {
  return (in_class << 16U) | number;
}
constexpr std::uint64_t kTuneOk = method(10, 31), kOpenOk = method(10, 41),
                        kConnectionClose = method(10, 50), kCloseOk = method(10, 51),
                        kBlocked = method(10, 60), kUnblocked = method(10, 61),
                        kChannelClose = method(20, 40);

std::uint64_t measure_amqp(const Exchange&, Side, std::string_view octets) {
  if (octets.size() < kFrameHead) return kMoreWanted;
  if (octets.starts_with(kAmqp)) return 8;
  Cursor head(octets);
  const std::uint64_t type = head.number(1);
  head.take(2);
  const std::uint64_t length = head.number(4);
  return type == 0 || type > kHeartbeatFrame || length > kLongestFrame ? kNoMessage
                                                                       : kFrameHead + length + 1;
}

/// A server that wants another version says which, and closes (4.2.2).
void read_header(Exchange& exchange, const Message& m) {
  if (m.from == exchange.client) {
    exchange.phase = Phase::login;
    return;
  }
  std::string wants = "wants version";
  for (const char octet : m.octets.substr(4))
    wants += ' ' + std::to_string(static_cast<std::uint8_t>(octet));
  exchange.bid_farewell(m.from, Kind::refusal, wants, {});
}

void read_close(Exchange& exchange, const Message& m, Cursor arguments, bool connection) {
  const std::uint64_t code = arguments.number(2);
  const std::string_view text = arguments.field(1);
  constexpr std::uint64_t kSuccess = 200;
  if (connection && m.from == exchange.client) exchange.left = true;
  if (code == kSuccess && m.from == exchange.client) return;
  const Kind kind = !connection                     ? Kind::error
                    : exchange.phase != Phase::open ? Kind::refusal
                                                    : Kind::goodbye;
  exchange.bid_farewell(
      m.from, kind, (connection ? "connection.close " : "channel.close ") + std::to_string(code),
      text);
}

std::uint64_t read_amqp(Exchange& exchange, const Message& m) {
  if (m.octets.starts_with(kAmqp)) {
    read_header(exchange, m);
    return 0;
  }
  Cursor frame(m.octets);
  if (frame.number(1) != kMethodFrame) return 0;
  frame.take(kFrameHead - 1);
  switch (const std::uint64_t called = frame.number(4)) {
    case kTuneOk:
      frame.take(2 + 4);
      exchange.interval_s = static_cast<std::uint16_t>(frame.number(2));
      break;
    case kOpenOk:
      exchange.phase = Phase::open;
      break;
    case kConnectionClose:
    case kChannelClose:
      exchange.ask(static_cast<std::uint32_t>(called), m.time, "close");
      read_close(exchange, m, frame, called == kConnectionClose);
      break;
    case kCloseOk:
      exchange.answer(static_cast<std::uint32_t>(kConnectionClose));
      break;
    case kBlocked:
      exchange.bid_farewell(m.from, Kind::error, "connection.blocked", frame.field(1));
      break;
    case kUnblocked:
      exchange.take_back(m.from);
      break;
    default:
      break;
  }
  return 0;
}

/// RabbitMQ and its clients give up after two intervals without any octets.
constexpr Grammar kAmqp091{Protocol::amqp, "close", measure_amqp, read_amqp, 20};

}  // namespace

FirstWords begin_mqtt(std::string_view payload) {
  if (payload.size() < 14 || payload[0] != 0x10) return {};
  Cursor packet(payload.substr(1));
  const std::uint64_t length = variable_length(packet);
  if (length < 12 || length == kNoMessage) return {};
  const std::string_view name = packet.field(2);
  return name == "MQTT" || name == "MQIsdp" ? FirstWords{&kMqtt, false, true} : FirstWords{};
}

FirstWords begin_amqp(std::string_view payload) {
  const bool header = payload.size() >= 8 && payload.starts_with(kAmqp) && payload[4] == 0;
  return header ? FirstWords{&kAmqp091, false, true} : FirstWords{};
}

}  // namespace rstcause::app
