// SPDX-License-Identifier: GPL-2.0-or-later
#include "engine/tell/csv.h"

#include <algorithm>
#include <iterator>

#include "engine/tell/clock.h"
#include "engine/tell/field_table.h"

namespace rstcause {
namespace {

/// RFC 4180, 2: quoted where it holds a comma, a quote or a line's end.
std::string field_of(std::string_view text) {
  if (text.find_first_of("\",\r\n") == text.npos) return std::string(text);
  std::string quoted = "\"";
  for (const char c : text) {
    if (c == '"') quoted += '"';
    quoted += c;
  }
  return quoted + "\"";
}

/// A spreadsheet takes what begins so for a formula and computes it, whoever wrote it: an
/// apostrophe makes text of it.
std::string inert(std::string_view text) {
  const bool formula = !text.empty() && std::string_view("=+-@").find(text.front()) != text.npos;
  return (formula ? "'" : "") + std::string(text);
}

template <typename Items, typename Write>
std::string joined(const Items& items, Write write) {
  std::string text;
  for (const auto& item : items) {
    if (!text.empty()) text += ";";
    text += write(item);
  }
  return text;
}

/// The words of the tests of authenticity, "ttl:against;ip_id:unknown;...".
std::string words_of_tests(const forgery::Testimonies& told) {
  std::string text;
  for (std::size_t i = 0; i < forgery::kTests; ++i) {
    if (i != 0) text += ";";
    text += forgery::tests()[i].name;
    text += ":";
    text += forgery::to_string(told[i].word);
  }
  return text;
}

/// A value in one column; none stays empty.
struct Cell {
  std::string operator()(std::monostate) const { return {}; }
  std::string operator()(std::string_view text) const { return std::string(text); }
  std::string operator()(Quoted quoted) const { return inert(quoted.text); }
  std::string operator()(const NamedToken& named) const { return std::string(named.token); }
  std::string operator()(std::uint64_t number) const { return std::to_string(number); }
  std::string operator()(bool flag) const { return flag ? "true" : "false"; }
  std::string operator()(Span span) const { return seconds_text(span.nanoseconds); }
  std::string operator()(FileTime time) const { return iso_time(time); }
  std::string operator()(std::span<const std::string> texts) const {
    return joined(texts, [](const std::string& text) { return text; });
  }
  std::string operator()(std::span<const Report::Evidence> pieces) const {
    return joined(pieces, [](const Report::Evidence& e) { return std::to_string(e.frame); });
  }
  std::string operator()(std::span<const Report::Alternative> others) const {
    return joined(others, [](const Report::Alternative& other) {
      return std::string(other.reason) + ":" + std::to_string(other.confidence);
    });
  }
  std::string operator()(const forgery::Testimonies* told) const { return words_of_tests(*told); }
};

constexpr bool is_column(const Field& field) {
  return !field.key.empty();
}

template <typename Write>
std::string line(Write write) {
  std::string text;
  for (const Field& field : kFields) {
    if (!is_column(field)) continue;
    if (&field != kFields) text += ",";
    text += field_of(write(field));
  }
  return text;
}
static_assert(is_column(kFields[0]), "no comma stands before the first column");

}  // namespace

std::string csv_header() {
  return line([](const Field& field) { return std::string(field.key); });
}

std::string to_csv(const Report& report, std::string_view file) {
  const Told told{report, file};
  return line([&](const Field& field) { return std::visit(Cell{}, field.value(told)); });
}

std::string csv_total(std::uint64_t resets) {
  const auto columns = std::count_if(std::begin(kFields), std::end(kFields), is_column);
  return "total," + std::to_string(resets) +
         std::string(static_cast<std::size_t>(columns) - 2, ',');
}

}  // namespace rstcause
