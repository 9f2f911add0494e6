// SPDX-License-Identifier: GPL-2.0-or-later
#include "resp/recognise.h"

#include <algorithm>
#include <array>

#include "resp/inline.h"
#include "resp/parser.h"

namespace rstcause::resp {
namespace {

/// How much of a value is looked at: beginnings decide, and this must stay cheap.
constexpr std::size_t kLook = 96;

// The first words of errors. ERR alone is not among them: POP3 begins its errors so.
constexpr auto kErrorCodes = std::to_array<std::string_view>(
    {"ASK",      "BUSY",      "BUSYGROUP",  "BUSYKEY",     "CLUSTERDOWN", "CROSSSLOT",
     "DENIED",   "EXECABORT", "INPROG",     "LOADING",     "MASTERDOWN",  "MAXCLIENTS",
     "MISCONF",  "MOVED",     "NOAUTH",     "NOGOODSLAVE", "NOGROUP",     "NOMASTERLINK",
     "NOPERM",   "NOPROTO",   "NOREPLICAS", "NOSCRIPT",    "NOTBUSY",     "OOM",
     "READONLY", "TRYAGAIN",  "UNBLOCKED",  "UNKILLABLE",  "WRONGPASS",   "WRONGTYPE"});

// What Redis says after ERR and nobody else does.
constexpr auto kErrTexts = std::to_array<std::string_view>(
    {"ERR max number of clients", "ERR unknown command '", "ERR unknown command `",
     "ERR wrong number of arguments for", "ERR Protocol error", "ERR DISCARD without",
     "ERR EXEC without", "ERR value is not an integer or out of range"});

bool is_letter(char octet) {
  return (octet >= 'a' && octet <= 'z') || (octet >= 'A' && octet <= 'Z');
}

bool is_printable(char octet) {
  return octet >= 0x20 && octet < 0x7f;
}

/// True when after a whole value there is nothing, or another value begins.
bool is_message_end(std::string_view rest) {
  return rest.empty() || type_of_marker(rest.front()).has_value();
}

bool looks_like_string(std::string_view payload) {
  const Extent extent = measure(payload);
  if (extent.kind == Extent::Kind::complete) return is_message_end(payload.substr(extent.octets));
  return extent.kind == Extent::Kind::need_more;
}

bool looks_like_status(std::string_view payload) {
  constexpr std::array<std::string_view, 2> kWhole{"+PONG\r\n", "+QUEUED\r\n"};
  const auto agrees = [payload](std::string_view whole) {
    if (payload.size() > 1 && whole.starts_with(payload)) return true;
    return payload.starts_with(whole) && is_message_end(payload.substr(whole.size()));
  };
  return std::any_of(kWhole.begin(), kWhole.end(), agrees) || payload.starts_with("+FULLRESYNC ");
}

bool looks_like_inline(std::string_view payload) {
  return read_inline_command(payload) || may_become_inline_command(payload);
}

/// True when the header's text could stand in a reply: what a random octet would not pass.
bool has_plain_header(std::string_view value) {
  const auto header = read_header(value);
  return header && std::all_of(header->line.begin(), header->line.end(), is_printable);
}

bool starts_like_replies(std::string_view octets) {
  while (!octets.empty()) {
    if (!has_plain_header(octets)) return false;
    const Extent extent = measure(octets);
    if (extent.kind != Extent::Kind::complete) return extent.kind == Extent::Kind::need_more;
    octets.remove_prefix(extent.octets);
  }
  return true;
}

}  // namespace

bool looks_like_resp(std::string_view payload) {
  // Empty lines before a command: servers pass over them.
  while (!payload.empty() && (payload.front() == '\r' || payload.front() == '\n'))
    payload.remove_prefix(1);
  if (payload.empty()) return false;
  switch (payload.front()) {
    case '*':
    case '%':
    case '~':
    case '>':
    case '|':
      return measure(payload.substr(0, kLook)).kind != Extent::Kind::malformed;
    case '$':
    case '=':
    case '!':
      return looks_like_string(payload);
    case '+':
      return looks_like_status(payload);
    case '-':
      return is_redis_error(payload.substr(1, payload.find('\r') - 1));
    default:
      return is_letter(payload.front()) && looks_like_inline(payload);
  }
}

bool is_redis_error(std::string_view text) {
  const std::string_view code = text.substr(0, text.find(' '));
  if (std::binary_search(kErrorCodes.begin(), kErrorCodes.end(), code)) return true;
  return std::any_of(kErrTexts.begin(), kErrTexts.end(),
                     [text](std::string_view known) { return text.starts_with(known); });
}

bool refuses_connection(std::string_view text) {
  return text.starts_with("DENIED ") || text.starts_with("ERR max number of clients");
}

bool starts_like_message(std::string_view octets, bool commands) {
  if (!commands) return starts_like_replies(octets);
  if (octets.empty()) return false;
  if (octets.front() != '*') return read_inline_command(octets).has_value();
  const Extent extent = measure_command(octets);
  return extent.kind != Extent::Kind::malformed && view_command(octets).has_value();
}

}  // namespace rstcause::resp
