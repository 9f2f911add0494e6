// SPDX-License-Identifier: GPL-2.0-or-later
#include "resp/parser.h"

#include <algorithm>

#include "resp/quick.h"
#include "resp/scanner.h"
#include "resp/token.h"

namespace rstcause::resp {
namespace {

constexpr std::string_view kCrlf = "\r\n";
constexpr std::uint32_t kWordsViewed = 3;

bool is_bulk_like(Type type) {
  return type == Type::bulk || type == Type::bulk_error || type == Type::verbatim;
}

bool has_length(Type type) {
  return is_bulk_like(type) || is_aggregate(type);
}

/// The length in a header's line. The line has been found well-formed before.
std::optional<std::int64_t> length_in(std::string_view line) {
  if (line == "?") return std::nullopt;
  if (line == "-1") return -1;
  std::int64_t length = 0;
  for (const char digit : line) length = length * 10 + (digit - '0');
  return length;
}

/// The offset of the first CR or LF, or the size.
std::size_t line_end(std::string_view data) {
  std::size_t end = 0;
  while (end < data.size() && data[end] != '\r' && data[end] != '\n') ++end;
  return end;
}

/// True when the text between marker and CRLF is one that the type may have.
bool is_well_formed(const Header& header) {
  Token token;
  if (!token.start_line_of(header.type)) return true;
  for (const char octet : header.line) {
    if (!token.take(octet)) return false;
  }
  return token.is_whole();
}

}  // namespace

Extent measure(std::string_view data) {
  if (const auto length = quick_length(data)) return {Extent::Kind::complete, *length};
  return Scanner(Scanner::Grammar::value).scan(data);
}

Extent measure_command(std::string_view data) {
  if (const auto command = quick_command(data)) return {Extent::Kind::complete, command->octets};
  return Scanner(Scanner::Grammar::command).scan(data);
}

std::optional<Type> type_of_marker(char octet) {
  switch (octet) {
    case '+':
    case '-':
    case ':':
    case '$':
    case '*':
    case '_':
    case '#':
    case ',':
    case '(':
    case '!':
    case '=':
    case '%':
    case '~':
    case '>':
    case '|':
      return Type{octet};
    default:
      return std::nullopt;
  }
}

std::string_view name_of(Type type) {
  switch (type) {
    case Type::simple:
      return "simple string";
    case Type::error:
      return "error";
    case Type::integer:
      return "integer";
    case Type::bulk:
      return "bulk string";
    case Type::array:
      return "array";
    case Type::null:
      return "null";
    case Type::boolean:
      return "boolean";
    case Type::real:
      return "double";
    case Type::big_number:
      return "big number";
    case Type::bulk_error:
      return "bulk error";
    case Type::verbatim:
      return "verbatim string";
    case Type::map:
      return "map";
    case Type::set:
      return "set";
    case Type::push:
      return "push";
    case Type::attribute:
      return "attribute";
  }
  return "unknown";
}

bool is_aggregate(Type type) {
  return type == Type::array || type == Type::map || type == Type::set || type == Type::push ||
         type == Type::attribute;
}

std::optional<Header> read_header(std::string_view data) {
  const auto type = data.empty() ? std::nullopt : type_of_marker(data.front());
  if (!type) return std::nullopt;
  std::size_t at = 0;
  std::uint32_t length = 0;
  if (has_length(*type) && take_length_line(data, data.front(), at, length)) {
    return Header{*type, data.substr(1, at - 3), length, at};
  }
  const std::size_t end = line_end(data);
  if (data.substr(end, kCrlf.size()) != kCrlf) return std::nullopt;
  Header header{*type, data.substr(1, end - 1), std::nullopt, end + kCrlf.size()};
  if (!is_well_formed(header)) return std::nullopt;
  if (has_length(*type)) header.length = length_in(header.line);
  return header;
}

Elements::Elements(std::string_view value) {
  const auto header = read_header(value);
  if (!header || !is_aggregate(header->type)) return;
  rest_ = value.substr(header->octets);
  if (!header->length) {
    left_ = UINT64_MAX;  // streamed: until its end marker, which is no header
  } else if (*header->length > 0) {
    const bool pairs = header->type == Type::map || header->type == Type::attribute;
    left_ = static_cast<std::uint64_t>(*header->length) * (pairs ? 2U : 1U);
  }
}

std::optional<Element> Elements::next() {
  const Extent extent = left_ > 0 ? measure(rest_) : Extent{};
  const auto header = read_header(rest_);
  if (extent.kind != Extent::Kind::complete || !header) {
    left_ = 0;
    return std::nullopt;
  }
  Element element{*header, {}};
  if (is_bulk_like(header->type) && header->length.value_or(0) > 0) {
    element.content = rest_.substr(header->octets, static_cast<std::size_t>(*header->length));
  }
  rest_.remove_prefix(extent.octets);
  --left_;
  return element;
}

std::string_view skip_attributes(std::string_view value) {
  while (!value.empty() && value.front() == static_cast<char>(Type::attribute)) {
    const auto header = read_header(value);
    if (!header) return {};
    Elements elements(value);
    std::int64_t seen = 0;
    while (elements.next()) ++seen;
    if (seen / 2 != header->length || seen % 2 != 0) return {};
    value = elements.rest();
  }
  return value;
}

std::optional<CommandView> view_command(std::string_view data) {
  std::size_t at = 0;
  std::uint32_t words = 0;
  if (!take_length_line(data, '*', at, words)) return std::nullopt;
  CommandView view;
  view.words = words;
  for (std::uint32_t i = 0; i < std::min<std::uint32_t>(words, kWordsViewed); ++i) {
    std::uint32_t length = 0;
    if (!take_length_line(data, '$', at, length)) break;
    const std::string_view word = data.substr(at, length);
    if (data.substr(at + word.size(), kCrlf.size()) != kCrlf) break;
    view.word[i] = word;
    at += length + kCrlf.size();
  }
  if (view.word[0].empty()) return std::nullopt;
  return view;
}

}  // namespace rstcause::resp
