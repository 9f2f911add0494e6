// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "engine/tell/report.h"

namespace rstcause {

/// The header line of the CSV form (RFC 4180), without the line's end.
std::string csv_header();

/// One reset as a line of CSV, without the line's end: lists joined by ";", evidence as frame
/// numbers, alternatives as token:confidence.
std::string to_csv(const Report& report, std::string_view file);

/// The line that may close the lines of a capture: "total" where the others have `schema`, then
/// their number where they have `file`.
std::string csv_total(std::uint64_t resets);

}  // namespace rstcause
