// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <string>
#include <string_view>

#include "engine/report.h"

namespace rstcause {

/// One reset as a JSON object on one line, without the line's end. Keys whose value is absent
/// are left out; each key has one type always. `file` is what the user calls the capture.
std::string to_json(const Report& report, std::string_view file);

/// A JSON string (RFC 8259, 7) of any octets: what is no UTF-8 becomes U+FFFD.
std::string json_string(std::string_view octets);

}  // namespace rstcause
