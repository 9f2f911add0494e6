// SPDX-License-Identifier: GPL-2.0-or-later
// MySQL and MariaDB: packets behind a length of three octets and a number. "Protocol Basics" of
// MySQL's internals manual, "Clientserver Protocol" of MariaDB's knowledge base.
#include <algorithm>
#include <array>
#include <string>

#include "app/cursor.h"
#include "app/grammar.h"

namespace rstcause::app {
namespace {

constexpr std::size_t kHead = 4;
constexpr std::uint32_t kCompress = 0x20, kSsl = 0x800;
constexpr std::uint8_t kQuit = 0x01, kQuery = 0x03, kPing = 0x0E, kLongData = 0x18, kClose = 0x19;

/// Errors that concern the connection. Of others the text is not told: it may repeat the query.
constexpr auto kAboutTheConnection = std::to_array<std::uint16_t>(
    {1040, 1041, 1042, 1043, 1044, 1045, 1049, 1053, 1077, 1080, 1081, 1105, 1129, 1130, 1152,
     1153, 1154, 1155, 1156, 1157, 1158, 1159, 1160, 1161, 1184, 1203, 1205, 1213, 1226, 1251,
     1290, 1317, 1429, 1820, 1862, 1927, 1969, 3024, 3032, 3118, 3159, 4031, 4151});
constexpr auto kIdle = std::to_array<std::uint16_t>({1159, 1161, 4031});
constexpr auto kGoodbyes = std::to_array<std::uint16_t>({1053, 1077, 1080, 1184, 1927, 3032});

template <std::size_t N>
bool is_one_of(const std::array<std::uint16_t, N>& all, std::uint16_t code) {
  return std::find(all.begin(), all.end(), code) != all.end();
}

std::uint64_t measure(const Exchange&, Side, std::string_view octets) {
  if (octets.size() < kHead) return kMoreWanted;
  return Cursor(octets).little(3) + kHead;
}

/// ERR_Packet: 0xFF, the number, '#' and SQLSTATE unless it comes before the greeting, the text.
void read_error(Exchange& exchange, Side from, std::string_view body) {
  Cursor error(body);
  error.take(1);
  const auto number = static_cast<std::uint16_t>(error.little(2));
  std::string_view text = error.rest();
  std::string code = std::to_string(number);
  if (text.starts_with('#') && text.size() >= 6) {
    code.append(" (").append(text.substr(1, 5)) += ')';
    text.remove_prefix(6);
  }
  using Kind = Farewell::Kind;
  const bool unasked = exchange.asked().empty();
  Kind kind = exchange.phase != Exchange::Phase::open ? Kind::refusal : Kind::error;
  if (kind == Kind::error && is_one_of(kGoodbyes, number)) kind = Kind::goodbye;
  if (kind == Kind::error && unasked) kind = Kind::goodbye;
  if (kind != Kind::refusal && unasked && is_one_of(kIdle, number)) kind = Kind::idle_timeout;
  const bool quoted = kind == Kind::refusal || is_one_of(kAboutTheConnection, number);
  exchange.bid_farewell(from, kind, code, quoted ? text : std::string_view{});
}

void read_command(Exchange& exchange, const Message& m, std::uint8_t command) {
  if (command == kQuit) exchange.left = true;
  if (command == kQuit || command == kClose || command == kLongData) return;
  exchange.ask(0, m.time);
}

/// The client's answer to the greeting: its capabilities, and with TLS nothing more.
void read_login(Exchange& exchange, std::string_view body) {
  const auto capabilities = static_cast<std::uint32_t>(Cursor(body).little(4));
  exchange.phase = Exchange::Phase::login;
  exchange.number = capabilities & kCompress;
  if ((capabilities & kSsl) != 0 && body.size() <= 36) exchange.opaque = true;
}

std::uint64_t read(Exchange& exchange, const Message& m) {
  using Phase = Exchange::Phase;
  const std::string_view body = m.octets.substr(kHead);
  if (body.empty()) return 0;
  const auto first = static_cast<std::uint8_t>(body[0]);
  if (m.from == exchange.client) {
    const bool command = m.octets[3] == 0;  // a login answers packet 0, so it is no. 1
    if (command && exchange.phase == Phase::opening) exchange.phase = Phase::open;
    if (exchange.phase == Phase::opening)
      read_login(exchange, body);
    else if (exchange.phase == Phase::open && command)
      read_command(exchange, m, first);
    return 0;
  }
  if (first == 0xFF) {
    read_error(exchange, m.from, body);
  } else if (exchange.phase == Phase::login && first == 0) {
    exchange.phase = Phase::open;
    exchange.opaque = exchange.number != 0;
  }
  if (exchange.phase == Phase::opening && first == 10) {  // Protocol::HandshakeV10
    std::string_view version = Cursor(body.substr(1)).text();
    constexpr std::string_view kMariaDbs = "5.5.5-";  // for the sake of old replicas
    if (version.starts_with(kMariaDbs)) version.remove_prefix(kMariaDbs.size());
    exchange.introduce(m.from, version);
  }
  exchange.answer_all();
  return 0;
}

constexpr Grammar kMySql{Protocol::mysql, "query", measure, read};

/// A client's command by itself, in a capture that begins behind the login.
bool is_command(std::string_view payload) {
  if (payload[3] != 0) return false;
  const auto command = static_cast<std::uint8_t>(payload[4]);
  if (payload.size() == 5) return command == kQuit || command == kPing;
  if (command != kQuery) return false;
  const std::string_view query = payload.substr(5);
  constexpr auto kVerbs = std::to_array<std::string_view>(
      {"SELECT", "INSERT ", "UPDATE ", "DELETE ", "SET ", "SHOW ", "BEGIN", "COMMIT", "ROLLBACK",
       "START ", "REPLACE ", "CALL ", "USE ", "/*"});
  return std::any_of(kVerbs.begin(), kVerbs.end(),
                     [&](std::string_view verb) { return begins_with(query, verb); });
}

}  // namespace

FirstWords begin_mysql(std::string_view payload) {
  if (payload.size() < 5 || payload[3] != 0) return {};
  const auto length = Cursor(payload).little(3);
  if (length + kHead != payload.size()) return {};
  const std::string_view body = payload.substr(kHead);
  if (static_cast<std::uint8_t>(body[0]) == 0xFF) {  // an ERR_Packet in place of the greeting
    Cursor error(body.substr(1));
    const auto code = error.little(2);
    return code >= 1000 && code < 5000 ? FirstWords{&kMySql, true} : FirstWords{};
  }
  if (is_command(payload)) return {&kMySql, false, true};
  if (body[0] != 10 || length < 40) return {};
  const std::string_view version = body.substr(1, body.find('\0', 1) - 1);
  const bool digits = version.size() >= 3 && version.size() < 64 && version[0] >= '3' &&
                      version[0] <= '9' && version.find('.') != std::string_view::npos;
  return digits ? FirstWords{&kMySql, true} : FirstWords{};
}

}  // namespace rstcause::app
