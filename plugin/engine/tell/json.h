// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "engine/tell/report.h"

namespace rstcause {

/// One reset as a JSON object on one line, without the line's end. Keys whose value is absent
/// are left out; each key has one type always. `file` is what the user calls the capture.
std::string to_json(const Report& report, std::string_view file);

/// The line that may close the lines of a capture: {"schema":1,"total":3}. Where it is missing, or
/// tells another number than there are lines, some are lost.
std::string json_total(std::uint64_t resets);

}  // namespace rstcause
