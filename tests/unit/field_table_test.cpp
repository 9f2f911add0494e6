// SPDX-License-Identifier: GPL-2.0-or-later
#include "engine/tell/field_table.h"

#include <gtest/gtest.h>

#include <set>

#include "engine/judge/cause.h"
#include "support/trace.h"

namespace rstcause {
namespace {

TEST(FieldTable, HasEachFilterAndEachKeyOnce) {
  std::set<std::string_view> filters, keys;
  for (const Field& field : kFields) {
    if (field.filter != nullptr) {
      EXPECT_TRUE(filters.insert(field.filter).second) << field.filter;
    }
    if (!field.key.empty()) {
      EXPECT_TRUE(keys.insert(field.key).second) << field.key;
    }
  }
}

TEST(FieldTable, SaysOfEachRowWhatItMeansAndWhereItStands) {
  for (const Field& field : kFields) {
    const std::string name(field.filter != nullptr ? field.filter : field.key);
    EXPECT_FALSE(name.empty());
    ASSERT_NE(field.meaning, nullptr) << name;
    EXPECT_NE(std::string_view(field.meaning).back(), '.') << name;
    EXPECT_EQ(field.filter == nullptr, field.name == nullptr) << name;
  }
}

/// Filters begin with the protocol's name, so that "rstcause" asks for any.
TEST(FieldTable, BeginsEachFilterWithTheProtocol) {
  for (const Field& field : kFields) {
    if (field.filter != nullptr) {
      EXPECT_TRUE(std::string_view(field.filter).starts_with("rstcause.")) << field.filter;
    }
  }
}

/// Who writes a line, or draws a part of the tree, asks the row for its value.
TEST(FieldTable, GivesAValueWhereOneIsWritten) {
  for (const Field& field : kFields)
    EXPECT_TRUE(field.value != nullptr ||
                (field.key.empty() && field.place == FieldPlace::by_hand));
}

/// A value of another type than its row's would be drawn as a number of that type.
TEST(FieldTable, TakesTextForTextAndNumbersForNumbers) {
  for (const Cause& cause : catalogue()) {
    const test::Trace trace(cause.example);  // the report points into it
    const Report report = trace.report();
    for (const Field& field : kFields) {
      if (field.value == nullptr || field.filter == nullptr) continue;
      const FieldValue value = field.value({report});
      if (std::holds_alternative<std::monostate>(value)) continue;
      EXPECT_EQ(std::holds_alternative<Span>(value), field.type == FieldType::span) << field.filter;
      EXPECT_EQ(std::holds_alternative<bool>(value), field.type == FieldType::flag) << field.filter;
      if (std::holds_alternative<std::uint64_t>(value)) {
        EXPECT_NE(field.type, FieldType::text) << field.filter;
      }
    }
  }
}

}  // namespace
}  // namespace rstcause
