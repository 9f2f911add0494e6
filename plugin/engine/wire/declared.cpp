// SPDX-License-Identifier: GPL-2.0-or-later
#include "engine/wire/declared.h"

#include <algorithm>
#include <cstdio>
#include <iterator>
#include <utility>

#include "engine/wire/declared_tables.h"
#include "engine/wire/f5_trailer.h"

namespace rstcause {
namespace {

constexpr std::size_t kMaxText = 128;       // Of Declared::text, "..." included.
constexpr std::size_t kMaxPlainText = 512;  // Beyond this, text is a leftover, no statement.
constexpr std::string_view kCut = "...";
constexpr std::string_view kDiagnosticMagic = "\x33\xAA";

std::uint8_t octet(std::string_view from, std::size_t at) {
  return static_cast<std::uint8_t>(from[at]);
}

std::uint32_t be(std::string_view from, std::size_t at, std::size_t octets) {
  std::uint32_t value = 0;
  for (std::size_t i = 0; i < octets; ++i) value = (value << 8U) | octet(from, at + i);
  return value;
}

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}
char lower(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c;
}
bool is_hex(char c) {
  return is_digit(c) || (lower(c) >= 'a' && lower(c) <= 'f');
}
bool is_letter(char c) {
  return lower(c) >= 'a' && lower(c) <= 'z';
}

/// One character of UTF-8, or one octet that is none.
struct Character {
  std::uint32_t code = 0;
  std::size_t octets = 1;
  bool valid = false;
};

/// RFC 3629, 3 and 4: no overlong forms, no surrogates, nothing above U+10FFFF.
Character first_character(std::string_view text) {
  const std::uint8_t lead = octet(text, 0);
  if (lead < 0x80U) return {lead, 1, true};
  if (lead < 0xC2U || lead > 0xF4U) return {lead};
  const std::size_t octets = lead < 0xE0U ? 2 : lead < 0xF0U ? 3 : 4;
  if (text.size() < octets) return {lead};
  std::uint32_t code = lead & (0xFFU >> (octets + 1));
  for (std::size_t i = 1; i < octets; ++i) {
    if ((octet(text, i) & 0xC0U) != 0x80U) return {lead};
    code = (code << 6U) | (octet(text, i) & 0x3FU);
  }
  constexpr std::uint32_t kLeast[] = {0, 0, 0x80, 0x800, 0x10000};
  if (code < kLeast[octets] || code > 0x10FFFFU || (code >> 11U) == 0x1BU) return {lead};
  return {code, octets, true};
}

/// Shows itself where it stands: no control (C0, DEL, C1), nothing that hides, reorders or
/// breaks a line (Unicode: Cf and Zl, Zp of the general punctuation, BOM, tags), no noncharacter.
bool printable(const Character& c) {
  struct Span {
    std::uint32_t first, last;
  };
  constexpr Span kHidden[] = {
      {0x0000, 0x001F}, {0x007F, 0x009F}, {0x00AD, 0x00AD},  {0x061C, 0x061C}, {0x180E, 0x180E},
      {0x200B, 0x200F}, {0x2028, 0x202E}, {0x2060, 0x206F},  {0xFDD0, 0xFDEF}, {0xFEFF, 0xFEFF},
      {0xFFF9, 0xFFFB}, {0xFFFE, 0xFFFF}, {0xE0000, 0xE0FFF}};
  return c.valid && std::none_of(std::begin(kHidden), std::end(kHidden), [&c](const Span& span) {
           return c.code >= span.first && c.code <= span.last;
         });
}

std::string escaped(std::string_view octets) {
  constexpr std::string_view kHex = "0123456789abcdef";
  std::string text;
  for (const char c : octets) {
    const auto value = static_cast<std::uint8_t>(c);
    text += "\\x";
    text += kHex[value >> 4U];
    text += kHex[value & 0x0FU];
  }
  return text;
}

/// `cut`: the capture lacks the rest. Neither a character nor an escape is ever split.
std::string made_printable(std::string_view raw, bool cut) {
  std::string text;
  std::size_t fits = 0;  // How much of `text` leaves room for the dots.
  while (!raw.empty() && text.size() <= kMaxText) {
    const Character next = first_character(raw);
    const std::string_view octets = raw.substr(0, next.octets);
    text += printable(next) ? std::string(octets) : escaped(octets);
    if (text.size() + kCut.size() <= kMaxText) fits = text.size();
    raw.remove_prefix(next.octets);
  }
  const bool too_long = text.size() > kMaxText || !raw.empty();
  if (!too_long && !cut) return text;
  if (too_long || text.size() + kCut.size() > kMaxText) text.resize(fits);
  return text + std::string(kCut);
}

/// Terminators and blanks at the end say nothing.
std::string_view trimmed(std::string_view text) {
  const std::size_t last = text.find_last_not_of(std::string_view("\0\t\r\n ", 5));
  return last == std::string_view::npos ? std::string_view() : text.substr(0, last + 1);
}

bool starts_with_nocase(std::string_view text, std::string_view prefix) {
  return text.size() >= prefix.size() &&
         std::equal(prefix.begin(), prefix.end(), text.begin(),
                    [](char a, char b) { return lower(a) == lower(b); });
}

/// Takes `prefix` off `text`, if it begins so.
bool take(std::string_view& text, std::string_view prefix) {
  if (!text.starts_with(prefix)) return false;
  text.remove_prefix(prefix.size());
  return true;
}

/// Takes the digits at the beginning; none is no number.
bool take_number(std::string_view& text, bool (*is_figure)(char)) {
  std::size_t figures = 0;
  while (figures < text.size() && is_figure(text[figures])) ++figures;
  text.remove_prefix(figures);
  return figures > 0;
}

std::string_view f5_token(std::string_view cause) {
  const bool peer = take(cause, "{peer} ");
  for (const tables::F5Cause& row : tables::kF5Causes) {
    if (starts_with_nocase(cause, row.text)) return peer ? row.peer_token : row.token;
  }
  return {};
}

/// F5 with `tm.rstcause.pkt`: "BIG-IP: [0x31ae141:4666] {peer} TCP RST from remote system", in
/// brackets build and source line. A cause that the capture cut is told, yet names no token
/// unless a known text stands there whole.
Declared read_f5(std::string_view text, bool cut) {
  std::string_view rest = text;
  if (!take(rest, "BIG-IP: [0x")) return {};
  const bool whole = take_number(rest, is_hex) && take(rest, ":") && take_number(rest, is_digit) &&
                     take(rest, "] ") && !rest.empty();
  // A head that ends early may be the capture's doing, one that goes wrong may not.
  if (!whole && !(cut && (rest.empty() || rest == "]"))) return {};
  return {Declared::Kind::f5, made_printable(text, cut), whole ? f5_token(rest) : ""};
}

std::string in_hexadecimal(std::uint64_t number) {
  char text[17];
  std::snprintf(text, sizeof text, "%llx", static_cast<unsigned long long>(number));
  return text;
}

std::string diagnostic_text(std::uint32_t reason, std::string_view meaning) {
  return "RST diagnostic " + std::to_string(reason) + ": " + std::string(meaning);
}

/// draft-ietf-tcpm-rst-diagnostic-payload: behind the magic a reason and an enterprise number, 8
/// octets in all; anything else with this magic is malformed and to be ignored, reason 0 too.
/// Where the capture cut the number, whose reason it is stays unknown.
Declared read_diagnostic(std::string_view payload, std::uint32_t reported_len) {
  if (reported_len != 8 || payload.size() < 4) return {};
  const std::uint32_t reason = be(payload, 2, 2);
  if (reason == 0) return {};
  constexpr auto kKind = Declared::Kind::diagnostic;
  if (payload.size() < 8) return {kKind, diagnostic_text(reason, "whose is cut off"), {}};
  const std::uint32_t enterprise = be(payload, 4, 4);
  if (enterprise != 0) {
    return {kKind, diagnostic_text(reason, "of enterprise " + std::to_string(enterprise)), {}};
  }
  for (const tables::DiagnosticCode& row : tables::kDiagnosticCodes) {
    if (row.code == reason) return {kKind, diagnostic_text(reason, row.meaning), row.token};
  }
  return {kKind, diagnostic_text(reason, "not registered"), {}};
}

/// RESP's other types (the simple string and the error are in the table): sign, then a number
/// or a boolean. https://redis.io/docs/latest/develop/reference/protocol-spec/
bool looks_like_resp(std::string_view text) {
  constexpr std::string_view kSigns = "*$:%~>=(,!|#";
  return text.size() >= 2 && kSigns.find(text[0]) != std::string_view::npos &&
         (is_digit(text[1]) || std::string_view("+-tf").find(text[1]) != std::string_view::npos);
}

bool looks_like_application_data(std::string_view payload) {
  const std::string_view text = trimmed(payload);
  if (payload.ends_with("\r\n")) return true;
  if (text.find_first_of(std::string_view("\0\r\n", 3)) != std::string_view::npos) return true;
  // "GET /x HTTP/1.1" of a method that the table lacks.
  if (text.find(" HTTP/") != std::string_view::npos || looks_like_resp(text)) return true;
  return std::any_of(std::begin(tables::kApplicationStarts), std::end(tables::kApplicationStarts),
                     [text](std::string_view start) { return text.starts_with(start); }) ||
         std::any_of(std::begin(tables::kSecretStarts), std::end(tables::kSecretStarts),
                     [text](std::string_view start) { return starts_with_nocase(text, start); });
}

/// At least three characters that a word is made of, and nine in ten printable.
bool reads_as_text(std::string_view text) {
  std::size_t all = 0, shown = 0, letters = 0;
  while (!text.empty()) {
    const Character next = first_character(text);
    const bool shows = printable(next);
    ++all;
    shown += shows ? 1 : 0;
    letters += shows && (next.octets > 1 || is_letter(text[0])) ? 1 : 0;
    text.remove_prefix(next.octets);
  }
  return letters >= 3 && shown * 10 >= all * 9;
}

Declared read_text(std::string_view payload, bool cut) {
  if (looks_like_application_data(payload)) return {};
  const std::string_view text = trimmed(payload);
  if (!reads_as_text(text)) return {};
  return {Declared::Kind::text, made_printable(text, cut), {}};
}

}  // namespace

Declared declared_by_payload(std::string_view payload, std::uint32_t reported_len) {
  payload = payload.substr(0, reported_len);
  if (payload.empty()) return {};
  const bool cut = payload.size() < reported_len;
  if (payload.starts_with(kDiagnosticMagic)) return read_diagnostic(payload, reported_len);
  Declared found = read_f5(trimmed(payload), cut);
  if (found.kind != Declared::Kind::none || reported_len > kMaxPlainText) return found;
  return read_text(payload, cut);
}

Declared declared_by_trailer(Octets behind) {
  const std::optional<F5Cause> cause = f5_cause_in(behind);
  if (!cause) return {};
  const std::string text = "BIG-IP: [0x" + in_hexadecimal(cause->build) + ":" +
                           std::to_string(cause->line) + "] " + (cause->peer ? "{peer} " : "") +
                           std::string(trimmed(cause->text));
  return read_f5(text, cause->cut);
}

std::optional<Declared> netscaler_code(std::uint16_t window) {
  constexpr const auto& kCodes = tables::kNetScalerCodes;  // in ascending order
  if (window < std::begin(kCodes)->first || window > std::rbegin(kCodes)->last) return std::nullopt;
  for (const tables::NetScalerCodes& row : kCodes) {
    if (window < row.first || window > row.last) continue;
    std::string text = "NetScaler " + std::to_string(window) + ": " + std::string(row.meaning);
    return Declared{Declared::Kind::netscaler, std::move(text), row.token};
  }
  return std::nullopt;
}

std::string_view mp_tcprst_reason(std::uint8_t reason) {
  return reason < std::size(tables::kMpTcprstReasons) ? tables::kMpTcprstReasons[reason]
                                                      : "unknown";
}

Declared declared_by_options(const Options& options) {
  constexpr auto kKind = Declared::Kind::mptcp;
  if (options.mp_fastclose) return {kKind, "MP_FASTCLOSE", "mptcp_fastclose"};
  if (!options.mp_tcprst) return {};
  constexpr std::uint8_t kTransient = 1;  // RFC 8684, 3.6: T, another subflow may succeed.
  std::string text = "MP_TCPRST " + std::to_string(options.mp_tcprst_reason) + ": ";
  text += mp_tcprst_reason(options.mp_tcprst_reason);
  if ((options.mp_tcprst_flags & kTransient) != 0) text += " (transient)";
  return {kKind, std::move(text), "mptcp_subflow_reset"};
}

}  // namespace rstcause
