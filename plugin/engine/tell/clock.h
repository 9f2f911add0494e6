// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <string>

#include "engine/wire/segment.h"

namespace rstcause {

/// A point in time as ISO 8601 in UTC with nanoseconds: "2022-05-20T05:23:20.375408000Z".
/// Times before 1970 and beyond the calendar's year 9999 keep their sense.
std::string iso_time(Nanos since_epoch);

/// A span in seconds as a JSON number: "4.083269", trailing zeros left out.
std::string seconds_text(Nanos span);

}  // namespace rstcause
