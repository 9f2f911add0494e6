// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <string>
#include <string_view>

#include "engine/tell/report.h"

namespace rstcause {

/// The header line of the CSV form (RFC 4180), without the line's end.
std::string csv_header();

/// One reset as a line of CSV, without the line's end: lists joined by ";", evidence as frame
/// numbers, alternatives as token:confidence.
std::string to_csv(const Report& report, std::string_view file);

}  // namespace rstcause
