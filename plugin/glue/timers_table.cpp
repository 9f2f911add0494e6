// SPDX-License-Identifier: GPL-2.0-or-later
#include "glue/timers_table.h"

#include "glue/compat.h"

#include <epan/uat-int.h>

#include "glue/guard.h"

namespace rstcause::glue {
namespace {

/// One row. Epan copies and frees it through the callbacks below.
struct Row {
  char* name;
  guint seconds;
  guint tolerance;
  char* note;
};
static_assert(JumpSafe<Row>);

Row* rows = nullptr;
guint row_count = 0;
uat_t* table = nullptr;

void* copy_row(void* into, const void* from, std::size_t) {
  auto* const copy = static_cast<Row*>(into);
  const auto* const row = static_cast<const Row*>(from);
  *copy = *row;
  copy->name = g_strdup(row->name);
  copy->note = g_strdup(row->note);
  return into;
}

void free_row(void* record) {
  auto* const row = static_cast<Row*>(record);
  g_free(row->name);
  g_free(row->note);
}

WsBool check_row(void* record, char** error) {
  const auto* const row = static_cast<const Row*>(record);
  const bool named = row->name != nullptr && row->name[0] != '\0';
  *error = named ? nullptr : g_strdup("A timer needs a name.");
  return named;
}

UAT_CSTRING_CB_DEF(row, name, Row)
UAT_DEC_CB_DEF(row, seconds, Row)
UAT_DEC_CB_DEF(row, tolerance, Row)
UAT_CSTRING_CB_DEF(row, note, Row)

uat_field_t columns[] = {
    UAT_FLD_CSTRING(row, name, "Name", "Whose timer it is, as rstcause.timer shows it"),
    UAT_FLD_DEC(row, seconds, "Seconds", "After how long a silence it acts; 0: never"),
    UAT_FLD_DEC(row, tolerance, "Tolerance",
                "How many seconds later it may act: many timers are only looked at now and then"),
    UAT_FLD_CSTRING(row, note, "Note", "Where the value comes from; for you alone"),
    UAT_END_FIELDS};

}  // namespace

void register_timers_table(module_t* module) {
  table = uat_new("Known idle timers", sizeof(Row), "rstcause_timers", TRUE, &rows, &row_count,
                  UAT_AFFECTS_DISSECTION, nullptr, copy_row, check_row, free_row, nullptr, nullptr,
                  columns);
  prefs_register_uat_preference(
      module, "timers", "Known idle timers",
      "After how long a silence devices, services and programs give up a connection. "
      "rstcause.timer names those that the silence before a reset matches. An emptied table "
      "brings the shipped one back.",
      table);
}

void fill_timers_table() {
  if (table == nullptr || row_count != 0) return;
  for (const ShippedTimer& shipped : shipped_timers()) {
    // Copied by copy_row: the texts of the catalogue end in a NUL.
    const Row row = {const_cast<char*>(shipped.name.data()), shipped.seconds, shipped.tolerance,
                     const_cast<char*>(shipped.note.data())};
    uat_add_record(table, &row, TRUE);
  }
}

IdleTimers timers_in_table() {
  IdleTimers timers;
  for (guint i = 0; i < row_count; ++i)
    timers.push_back({rows[i].name, rows[i].seconds, rows[i].tolerance,
                      port_of_timer(rows[i].name, rows[i].seconds)});
  return timers;
}

}  // namespace rstcause::glue
