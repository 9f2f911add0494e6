// SPDX-License-Identifier: GPL-2.0-or-later
//
// The form of a reset: its numbers held against those of both ends, by a table.
#pragma once

#include <span>
#include <string_view>

#include "engine/judge/reset.h"

namespace rstcause {

struct ResetNumbers;

/// One row: the first whose condition holds names the form.
struct FormRow {
  std::string_view name;    ///< The condition in words.
  std::string_view source;  ///< Where it is written that stacks do so.
  Form form;
  bool (*holds)(const ResetNumbers&);
};

/// In their order; the last one holds always.
std::span<const FormRow> form_rows();

/// The row of this reset, whose trigger has been looked for.
const FormRow& form_row_of(const Reset& reset, const Flow& flow);

}  // namespace rstcause
