// SPDX-License-Identifier: GPL-2.0-or-later
// WebSocket: frames of RFC 6455, 5.2; close codes of 7.4.1.
#include <algorithm>
#include <array>
#include <string>

#include "app/cursor.h"
#include "app/grammar.h"

namespace rstcause::app {
namespace {

constexpr std::uint64_t kClose = 8, kPing = 9, kPong = 10;
constexpr std::uint64_t kMasked = 0x80;

struct CloseCode {
  std::uint64_t code;
  std::string_view name;
};
constexpr CloseCode kCodes[] = {
    {1000, "normal"},           {1001, "going away"},          {1002, "protocol error"},
    {1003, "unsupported data"}, {1007, "invalid data"},        {1008, "policy violation"},
    {1009, "message too big"},  {1010, "mandatory extension"}, {1011, "internal error"},
    {1012, "service restart"},  {1013, "try again later"},     {1014, "bad gateway"}};

std::string code_name(std::uint64_t code) {
  const auto* const found =
      std::find_if(std::begin(kCodes), std::end(kCodes),
                   [code](const CloseCode& known) { return known.code == code; });
  const std::string number = std::to_string(code);
  return found == std::end(kCodes) ? number : number + " (" + std::string(found->name) + ")";
}

/// The octets of a frame's payload, and where it begins; head.is_short() where more is wanted.
std::uint64_t payload_length(Cursor& head) {
  head.take(1);
  const std::uint64_t field = head.number(1);
  std::uint64_t length = field & 0x7FU;
  if (length == 126)
    length = head.number(2);
  else if (length == 127)
    length = head.number(8);
  return length;
}

std::uint64_t measure(const Exchange& exchange, Side from, std::string_view octets) {
  constexpr std::uint64_t kReserved = 0x30, kLongest = std::uint64_t{1} << 40U;
  Cursor head(octets);
  const std::uint64_t length = payload_length(head);
  if (head.is_short()) return kMoreWanted;
  const auto first = static_cast<std::uint8_t>(octets[0]);
  const bool masked = (static_cast<std::uint8_t>(octets[1]) & kMasked) != 0;
  const std::uint64_t opcode = first & 0x0FU;
  const bool known = opcode <= 2 || (opcode >= kClose && opcode <= kPong);
  if ((first & kReserved) != 0 || !known || masked != (from == exchange.client) ||
      length > kLongest)
    return kNoMessage;
  return octets.size() - head.rest().size() + (masked ? 4 : 0) + length;
}

std::string unmasked(Cursor frame, bool masked) {
  const std::string_view mask = masked ? frame.take(4) : std::string_view{};
  std::string text(frame.rest());
  for (std::size_t i = 0; i < text.size() && mask.size() == 4; ++i)
    text[i] = static_cast<char>(text[i] ^ mask[i % 4]);
  return text;
}

void read_close(Exchange& exchange, const Message& m, const std::string& body) {
  Cursor close(body);
  const std::uint64_t code = close.number(2);
  if (m.from == exchange.client) exchange.left = true;
  const bool told = !close.is_short();
  const std::string_view reason = told ? close.rest() : std::string_view{};
  exchange.bid_farewell(
      m.from, speaks_of_idleness(reason) ? Farewell::Kind::idle_timeout : Farewell::Kind::goodbye,
      told ? "close " + code_name(code) : "close", reason);
}

std::uint64_t read(Exchange& exchange, const Message& m) {
  exchange.phase = Exchange::Phase::open;
  Cursor frame(m.octets);
  payload_length(frame);
  const std::uint64_t opcode = static_cast<std::uint8_t>(m.octets[0]) & 0x0FU;
  if (opcode == kPing) exchange.ping(m.from, m.time);
  if (opcode == kPong) exchange.pong(m.from);
  if (opcode == kClose) read_close(exchange, m, unmasked(frame, m.from == exchange.client));
  return 0;
}

}  // namespace

const Grammar kWebSocket{Protocol::websocket, "message", measure, read};

}  // namespace rstcause::app
