// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <array>

#include "engine/tell/field_table.h"

namespace rstcause::glue {

/// A row of the table of fields, by its filter's name. What is no such name does not compile.
class FieldRow {
 public:
  consteval FieldRow(const char* filter) : index_(row_of(filter)) {}

  constexpr std::size_t index() const { return index_; }

 private:
  static consteval std::size_t row_of(std::string_view filter) {
    for (const Field& field : kFields)
      if (field.filter != nullptr && filter == field.filter)
        return static_cast<std::size_t>(&field - kFields);
    throw "no field has this filter";
  }

  std::size_t index_;
};

/// The number that epan gave a field; -1: not registered, or Wireshark has it by another name.
int id_of(FieldRow row);
int id_of(const Field& row);
/// That of one test of authenticity, in the order of forgery::tests().
int id_of_test(std::size_t test);

/// The numbers of our subtrees, by which epan remembers whether they are open.
struct Subtrees {
  int reset = -1, alternative = -1, evidence = -1, redis = -1, redis_message = -1;
  int authenticity = -1, test = -1, continued = -1, stack = -1, details = -1;
};
const Subtrees& subtrees();

/// Registers them all for our two protocols.
void register_fields(int proto, int proto_resp);

}  // namespace rstcause::glue
