// SPDX-License-Identifier: GPL-2.0-or-later
// HTTP/2 in clear text: frames of RFC 9113, 4.1 and 6. gRPC is told by its content-type as HPACK
// writes it, with and without Huffman's code (RFC 7541, 5.2).
#include <array>
#include <string>

#include "app/cursor.h"
#include "app/grammar.h"

namespace rstcause::app {
namespace {

using Kind = Farewell::Kind;

constexpr std::string_view kPreface("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", 24);
constexpr std::size_t kHead = 9;
constexpr std::uint64_t kHeaders = 1, kRstStream = 3, kPing = 6, kGoAway = 7, kLastType = 0x20;
constexpr std::uint64_t kData = 0;
constexpr std::uint64_t kEndStream = 1, kAck = 1;

/// RFC 9113, 7.
constexpr auto kCodes = std::to_array<std::string_view>(
    {"NO_ERROR", "PROTOCOL_ERROR", "INTERNAL_ERROR", "FLOW_CONTROL_ERROR", "SETTINGS_TIMEOUT",
     "STREAM_CLOSED", "FRAME_SIZE_ERROR", "REFUSED_STREAM", "CANCEL", "COMPRESSION_ERROR",
     "CONNECT_ERROR", "ENHANCE_YOUR_CALM", "INADEQUATE_SECURITY", "HTTP_1_1_REQUIRED"});

std::string code_name(std::uint64_t code) {
  return code < kCodes.size() ? std::string(kCodes[code]) : "error " + std::to_string(code);
}

std::uint64_t measure(const Exchange& exchange, Side from, std::string_view octets) {
  if (from == exchange.client && octets.starts_with("PRI *"))
    return octets.size() < kPreface.size() ? kMoreWanted : kPreface.size();
  if (octets.size() < kHead) return kMoreWanted;
  Cursor head(octets);
  const std::uint64_t length = head.number(3);
  return head.number(1) > kLastType ? kNoMessage : length + kHead;
}

bool is_grpc(std::string_view headers) {
  constexpr std::string_view kHuffman("\x1d\x75\xd0\x62\x0d\x26\x3d\x4c\x4d\x65\x64");
  return headers.find(kHuffman) != std::string_view::npos ||
         headers.find("application/grpc") != std::string_view::npos;
}

void read_go_away(Exchange& exchange, const Message& m, Cursor body) {
  const std::uint64_t last = body.number(4) & 0x7FFF'FFFFU;
  const std::uint64_t code = body.number(4);
  if (m.from == exchange.client) exchange.left = true;
  const std::string_view debug = body.rest();
  exchange.bid_farewell(m.from, speaks_of_idleness(debug) ? Kind::idle_timeout : Kind::goodbye,
                        "GOAWAY " + code_name(code) + ", last stream " + std::to_string(last),
                        debug);
}

std::uint64_t read(Exchange& exchange, const Message& m) {
  exchange.phase = Exchange::Phase::open;
  if (m.octets.starts_with("PRI *")) return 0;
  Cursor frame(m.octets);
  frame.take(3);
  const std::uint64_t type = frame.number(1), flags = frame.number(1);
  const auto stream = static_cast<std::uint32_t>(frame.number(4) & 0x7FFF'FFFFU);
  const bool client = m.from == exchange.client;
  if (type == kHeaders && client && stream > exchange.number) {
    exchange.number = stream;
    if (is_grpc(frame.rest())) exchange.subject = "gRPC";
    exchange.ask(stream, m.time, exchange.subject);
  }
  const bool ends = (type == kHeaders || type == kData) && (flags & kEndStream) != 0;
  if (ends && !client) exchange.answer(stream);
  if (type == kRstStream) {
    exchange.answer(stream);
    exchange.bid_farewell(m.from, Kind::error, "RST_STREAM " + code_name(frame.number(4)), {});
  }
  if (type == kPing && (flags & kAck) == 0) exchange.ping(m.from, m.time);
  if (type == kPing && (flags & kAck) != 0) exchange.pong(m.from);
  if (type == kGoAway) read_go_away(exchange, m, frame);
  return 0;
}

}  // namespace

const Grammar kHttp2{Protocol::http2, "stream", measure, read};

FirstWords begin_http2(std::string_view payload) {
  return payload.starts_with("PRI * HTTP/2.0\r\n") ? FirstWords{&kHttp2, false, true}
                                                   : FirstWords{};
}

}  // namespace rstcause::app
