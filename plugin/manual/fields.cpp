// SPDX-License-Identifier: GPL-2.0-or-later
// fields [lines]: the table of fields as the roff text of rstcause(7), on standard output; with the
// word, the keys of JSON and CSV that no field of Wireshark's has.
#include <iostream>
#include <string>
#include <string_view>

#include "engine/tell/field_table.h"
#include "roff.h"

namespace {

using rstcause::Field;
using rstcause::FieldOn;
using rstcause::FieldType;
using rstcause::manual::roff;

struct Words {
  std::string_view in_wireshark, in_json;
};

Words words_for(FieldType type) {
  switch (type) {
    case FieldType::text:
      return {"string", "string"};
    case FieldType::flag:
      return {"boolean", "boolean"};
    case FieldType::mark:
      return {"no value", ""};
    case FieldType::percent:
    case FieldType::number:
    case FieldType::octets:
      return {"unsigned integer", "number"};
    case FieldType::frame:
    case FieldType::request:
    case FieldType::response:
      return {"frame number", "number"};
    case FieldType::span:
      return {"relative time", "seconds"};
    case FieldType::tests:
      return {"string", "object"};
  }
  return {};
}

std::string type_in_json(const Field& field) {
  return std::string(field.repeated ? "list" : words_for(field.type).in_json);
}

/// `names` already in the form of roff's .BR: bold and plain by turns.
void print_head(const std::string& names, const std::string& kind) {
  std::cout << ".TP\n.BR " << names << " \" (" << kind << ")\"\n";
}

void print_text(const Field& field) {
  std::cout << roff(field.meaning) << ".\n";
  if (!field.more.empty()) std::cout << roff(field.more) << '\n';
}

/// The tests of authenticity have a field each.
std::string names_of_tests() {
  std::string names;
  for (const auto& test : rstcause::forgery::tests())
    names.append(names.empty() ? "" : " \", \" ").append("rstcause.forged.").append(test.name);
  return names;
}

void print_field(const Field& field) {
  std::string kind(words_for(field.type).in_wireshark);
  if (field.repeated) kind += ", repeated";
  if (!field.key.empty()) kind += "; JSON " + std::string(field.key) + ": " + type_in_json(field);
  print_head(field.type == FieldType::tests ? names_of_tests() : field.filter, kind);
  print_text(field);
}

bool is_of_wireshark(const Field& field) {
  return field.filter != nullptr || field.type == FieldType::tests;
}

void print_fields_on(FieldOn on) {
  for (const Field& field : rstcause::kFields)
    if (field.on == on && is_of_wireshark(field)) print_field(field);
}

void print_all_fields() {
  print_fields_on(FieldOn::reset);
  std::cout << ".PP\nOn every frame of a connection that was reset, once that is known:\n";
  print_fields_on(FieldOn::connection);
  std::cout << ".PP\nOn a frame that shows an earlier reset not to be its sender's word:\n";
  print_fields_on(FieldOn::belying);
  std::cout << ".SS Redis\nRESP is recognised on any port by its traffic, as the protocol\n"
               ".BR rstcause_resp :\n";
  print_fields_on(FieldOn::redis);
  std::cout << ".PP\nOn a RST:\n";
  print_fields_on(FieldOn::redis_reset);
}

void print_other_keys() {
  for (const Field& field : rstcause::kFields) {
    if (is_of_wireshark(field)) continue;
    print_head(std::string(field.key), "JSON: " + type_in_json(field));
    print_text(field);
  }
}

}  // namespace

int main(int count, char** words) {
  if (count > 1 && std::string_view(words[1]) == "lines")
    print_other_keys();
  else
    print_all_fields();
  return std::cout.flush().good() ? 0 : 1;
}
