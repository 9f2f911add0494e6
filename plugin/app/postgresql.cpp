// SPDX-License-Identifier: GPL-2.0-or-later
// PostgreSQL 3.0: a type's octet and a length. Its manual, "Message Formats" and "Error and Notice
// Message Fields"; SQLSTATE by its Appendix A.
#include <algorithm>
#include <iterator>
#include <string>

#include "app/cursor.h"
#include "app/grammar.h"

namespace rstcause::app {
namespace {

constexpr std::uint64_t kSslRequest = 80877103, kGssRequest = 80877104, kVersion3 = 196608;
constexpr std::uint64_t kLongest = 1U << 30U;
/// Kept in Exchange::number while one octet, with no head, is due: the answer to SSLRequest.
constexpr std::uint32_t kOneOctetDue = 1;

using Phase = Exchange::Phase;

std::uint64_t measure(const Exchange& exchange, Side from, std::string_view octets) {
  const bool client = from == exchange.client;
  if (!client && exchange.number == kOneOctetDue) return 1;
  const bool untyped = client && exchange.phase == Phase::opening && octets[0] == '\0';
  const std::size_t head = untyped ? 4 : 5;
  if (octets.size() < head) return kMoreWanted;
  const std::uint64_t length = Cursor(octets.substr(head - 4)).number(4);
  return length < 4 || length > kLongest ? kNoMessage : length + head - 4;
}

/// Of the connection, the server or its resources; other texts may repeat a query's values.
bool is_quotable(std::string_view severity, std::string_view state) {
  if (severity == "FATAL" || severity == "PANIC") return true;
  const std::string_view group = state.substr(0, 2);
  return group == "08" || group == "25" || group == "53" || group == "57" || group == "58" ||
         state == "40P01" || state == "55P03";
}

void read_error(Exchange& exchange, const Message& m) {
  Cursor fields(m.octets.substr(5));
  std::string_view severity, state, text;
  while (!fields.is_over() && !fields.is_short()) {
    const char field = fields.take(1)[0];
    if (field == '\0') break;
    const std::string_view value = fields.text();
    if (field == 'V' || (field == 'S' && severity.empty())) severity = value;
    if (field == 'C') state = value;
    if (field == 'M') text = value;
  }
  using Kind = Farewell::Kind;
  Kind kind = exchange.phase == Phase::open ? Kind::error : Kind::refusal;
  if (kind == Kind::error && (severity == "FATAL" || severity == "PANIC")) kind = Kind::goodbye;
  if (state == "57P01" || state == "57P02") kind = Kind::goodbye;  // an administrator, a crash
  if (state == "57P05" || state == "25P03") kind = Kind::idle_timeout;
  const std::string code =
      std::string(severity.substr(0, 16)) + " " + std::string(state.substr(0, 8));
  exchange.bid_farewell(m.from, kind, code,
                        is_quotable(severity, state) ? text : std::string_view{});
}

void read_client(Exchange& exchange, const Message& m) {
  if (exchange.phase == Phase::opening && m.octets[0] == '\0') {
    const std::uint64_t code = Cursor(m.octets.substr(4)).number(4);
    if (code == kSslRequest || code == kGssRequest)
      exchange.number = kOneOctetDue;
    else
      exchange.phase = Phase::login;
    return;
  }
  const char type = m.octets[0];
  if (type == 'Q' || type == 'S' || type == 'F') {
    exchange.phase = Phase::open;
    exchange.ask(0, m.time);
  }
  if (type == 'X') exchange.left = true;
}

/// A notice, no error, of a server that is stopped at once ("immediate shutdown", a crash of
/// another session): its last word all the same.
bool announces_the_end(std::string_view octets) {
  constexpr std::string_view kStates[] = {"C57P01", "C57P02"};
  return octets[0] == 'N' &&
         std::any_of(std::begin(kStates), std::end(kStates), [&](std::string_view state) {
           return octets.find(state) != std::string_view::npos;
         });
}

std::uint64_t read(Exchange& exchange, const Message& m) {
  if (m.from == exchange.client) {
    read_client(exchange, m);
    return 0;
  }
  if (exchange.number == kOneOctetDue) {
    exchange.number = 0;
    exchange.opaque = m.octets[0] == 'S' || m.octets[0] == 'G';
    return 0;
  }
  if (m.octets[0] == 'E' || announces_the_end(m.octets)) read_error(exchange, m);
  if (m.octets[0] == 'Z') {  // ReadyForQuery
    exchange.phase = Phase::open;
    exchange.answer_oldest();
  }
  return 0;
}

constexpr Grammar kPostgreSql{Protocol::postgresql, "query", measure, read};

bool is_startup(std::string_view payload) {
  Cursor message(payload);
  if (message.number(4) != payload.size()) return false;
  const std::uint64_t code = message.number(4);
  if (code == kSslRequest || code == kGssRequest) return payload.size() == 8;
  return code == kVersion3 && payload.size() > 8 && payload.back() == '\0' &&
         payload.find("user") != std::string_view::npos;
}

}  // namespace

FirstWords begin_postgresql(std::string_view payload) {
  if (payload.size() < 8) return {};
  if (payload[0] == '\0')
    return is_startup(payload) ? FirstWords{&kPostgreSql, false, true} : FirstWords{};
  if (payload[0] != 'E' && payload[0] != 'Q') return {};
  const std::uint64_t length = Cursor(payload.substr(1)).number(4);
  if (payload[0] == 'Q') {  // a capture that begins behind the login
    const bool query = length + 1 == payload.size() && payload.back() == '\0' &&
                       payload.find('\0', 5) == payload.size() - 1;
    return query ? FirstWords{&kPostgreSql, false, true} : FirstWords{};
  }
  // PgBouncer leaves out the severity that is not translated (V).
  const std::string_view severity = payload.size() > 13 ? payload.substr(5, 8) : "";
  const bool error = length + 1 <= payload.size() && payload[5] == 'S' &&
                     (payload.find(std::string_view("\0VFATAL", 7)) != std::string_view::npos ||
                      severity == std::string_view("SFATAL\0C", 8));
  return error ? FirstWords{&kPostgreSql, true} : FirstWords{};
}

}  // namespace rstcause::app
