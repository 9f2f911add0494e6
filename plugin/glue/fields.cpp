// SPDX-License-Identifier: GPL-2.0-or-later
#include "glue/fields.h"

#include <array>
#include <iterator>
#include <string>

#include "glue/compat.h"

namespace rstcause::glue {
namespace {

// Epan writes the numbers it gives into these, and keeps rows and names for the life of the
// process.
std::array<int, std::size(kFields)> ids;
std::array<hf_register_info, std::size(kFields)> rows;
std::array<int, forgery::kTests> test_ids;
Subtrees subtree_ids;

struct EpanType {
  ftenum type;
  int display;
};

EpanType epan_type(FieldType type) {
  switch (type) {
    case FieldType::flag:
      return {FT_BOOLEAN, BASE_NONE};
    case FieldType::mark:
      return {FT_NONE, BASE_NONE};
    case FieldType::percent:
      return {FT_UINT8, BASE_DEC};
    case FieldType::number:
      return {FT_UINT32, BASE_DEC};
    case FieldType::octets:
      return {FT_UINT64, BASE_DEC};
    case FieldType::frame:
    case FieldType::request:
    case FieldType::response:
      return {FT_FRAMENUM, BASE_NONE};
    case FieldType::span:
      return {FT_RELATIVE_TIME, BASE_NONE};
    case FieldType::text:
    case FieldType::tests:
      break;
  }
  return {FT_STRING, BASE_NONE};
}

const void* link_of(FieldType type) {
  if (type == FieldType::request) return FRAMENUM_TYPE(FT_FRAMENUM_REQUEST);
  if (type == FieldType::response) return FRAMENUM_TYPE(FT_FRAMENUM_RESPONSE);
  return nullptr;
}

void register_row(int proto, std::size_t row) {
  const Field& field = kFields[row];
  const EpanType as = epan_type(field.type);
  rows[row] = {&ids[row],
               {field.name, field.filter, as.type, as.display, link_of(field.type), 0,
                field.meaning, HFILL}};
  proto_register_field_array(proto, &rows[row], 1);
}

/// One field for each test of authenticity.
void register_tests(int proto) {
  static std::array<std::string, forgery::kTests> filters;
  static std::array<hf_register_info, forgery::kTests> test_rows;
  test_ids.fill(-1);
  for (std::size_t i = 0; i < test_rows.size(); ++i) {
    const forgery::Test& test = forgery::tests()[i];
    filters[i] = "rstcause.forged." + std::string(test.name);
    test_rows[i] = {&test_ids[i],
                    {test.title.data(), filters[i].c_str(), FT_STRING, BASE_NONE, nullptr, 0,
                     "for (forged), against, or unknown and why", HFILL}};
  }
  proto_register_field_array(proto, test_rows.data(), static_cast<int>(test_rows.size()));
}

void register_subtrees() {
  Subtrees& s = subtree_ids;
  static int* all[] = {&s.reset,        &s.alternative, &s.evidence,  &s.redis, &s.redis_message,
                       &s.authenticity, &s.test,        &s.continued, &s.stack, &s.details};
  proto_register_subtree_array(all, array_length(all));
}

}  // namespace

int id_of(FieldRow row) {
  return ids[row.index()];
}
int id_of(const Field& row) {
  return ids[static_cast<std::size_t>(&row - kFields)];
}
int id_of_test(std::size_t test) {
  return test_ids[test];
}
const Subtrees& subtrees() {
  return subtree_ids;
}

void register_fields(int proto, int proto_resp) {
  ids.fill(-1);
  for (std::size_t row = 0; row < std::size(kFields); ++row) {
    const bool of_redis = kFields[row].on == FieldOn::redis;
    if (kFields[row].filter != nullptr) register_row(of_redis ? proto_resp : proto, row);
  }
  register_tests(proto);
  register_subtrees();
}

}  // namespace rstcause::glue
