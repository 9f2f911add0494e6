// SPDX-License-Identifier: GPL-2.0-or-later
#include "resp/parser.h"

#include "resp/scanner.h"

namespace rstcause::resp {
namespace {

constexpr std::string_view kCrlf = "\r\n";

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

}  // namespace

Extent measure(std::string_view data) {
  return Scanner(Scanner::Grammar::value).scan(data);
}

Extent measure_command(std::string_view data) {
  return Scanner(Scanner::Grammar::command).scan(data);
}

std::optional<Type> type_of_marker(char octet) {
  constexpr std::string_view kMarkers = "+-:$*_#,(!=%~>|";
  if (octet == '\0' || kMarkers.find(octet) == kMarkers.npos) return std::nullopt;
  return Type{octet};
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
  if (data.empty()) return std::nullopt;
  const auto type = type_of_marker(data.front());
  const std::size_t end = type ? data.find(kCrlf) : data.npos;
  if (end == data.npos) return std::nullopt;
  Header header{*type, data.substr(1, end - 1), std::nullopt, end + kCrlf.size()};
  if (measure(data.substr(0, header.octets)).kind == Extent::Kind::malformed) return std::nullopt;
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
  const auto header = read_header(data);
  if (!header || header->type != Type::array || header->length.value_or(0) < 1) return {};
  CommandView view;
  view.words = *header->length;
  Elements elements(data);
  for (std::string_view& word : view.word) {
    const auto element = elements.next();
    if (!element) break;
    if (element->header.type != Type::bulk || element->header.is_null()) return {};
    word = element->content;
  }
  if (view.word[0].empty()) return {};
  return view;
}

}  // namespace rstcause::resp
