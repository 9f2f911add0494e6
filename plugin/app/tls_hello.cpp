// SPDX-License-Identifier: GPL-2.0-or-later
#include "app/tls_hello.h"

#include <cstdint>

#include "app/cursor.h"

namespace rstcause::app {
namespace {

constexpr std::size_t kRecordHeader = 5;
constexpr unsigned kServerName = 0, kSupportedVersions = 43;

/// The name in a server_name extension (RFC 6066, 3).
std::string_view host_name(std::string_view extension) {
  Cursor list(Cursor(extension).field(2));
  while (!list.is_over() && !list.is_short()) {
    const auto type = list.number(1);
    const std::string_view name = list.field(2);
    if (type == 0 && !list.is_short()) return name;
  }
  return {};
}

/// The part of a hello up to its extensions. False when it is not all there.
bool skip_to_extensions(Cursor& hello, bool client) {
  hello.take(2 + 32);  // version, random
  hello.field(1);      // session id
  if (client) {
    hello.field(2);  // cipher suites
    hello.field(1);  // compression methods
  } else {
    hello.take(2 + 1);
  }
  return !hello.is_short();
}

}  // namespace

ClientHello read_client_hello(std::string_view octets) {
  using Kind = ClientHello::Kind;
  if (octets.size() < kRecordHeader + 4) return {};
  // A hello that is spread over records is not put together: the first one is read.
  Cursor record(octets);
  record.take(3);
  const std::string_view fragment = record.field(2);
  const bool cut = record.is_short();
  Cursor message(fragment);
  if (message.number(1) != 1) return {Kind::malformed, {}};
  Cursor hello(message.field(3));
  if (!skip_to_extensions(hello, true)) return {cut ? Kind::need_more : Kind::malformed, {}};
  Cursor extensions(hello.field(2));
  while (!extensions.is_over()) {
    const auto type = extensions.number(2);
    const std::string_view body = extensions.field(2);
    if (extensions.is_short()) return {cut ? Kind::need_more : Kind::malformed, {}};
    if (type == kServerName) return {Kind::complete, host_name(body)};
  }
  return {cut ? Kind::need_more : Kind::complete, {}};
}

std::optional<bool> chooses_tls13(std::string_view octets) {
  Cursor record(octets);
  record.take(3);
  Cursor message(record.field(2));
  const bool cut = record.is_short();
  if (message.number(1) != 2) return std::nullopt;
  Cursor hello(message.field(3));
  if (!skip_to_extensions(hello, false)) return std::nullopt;
  if (hello.is_over()) return cut ? std::nullopt : std::optional(false);
  Cursor extensions(hello.field(2));
  while (!extensions.is_over()) {
    const auto type = extensions.number(2);
    const std::string_view body = extensions.field(2);
    if (extensions.is_short()) return std::nullopt;
    if (type == kSupportedVersions) return body == "\x03\x04";
  }
  return cut || hello.is_short() ? std::nullopt : std::optional(false);
}

}  // namespace rstcause::app
