// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <string>

#include "engine/wire/file_clock.h"
#include "engine/wire/segment.h"

namespace rstcause {

/// What the file stated where FileClock counted `since_epoch`.
FileTime time_in_file(Nanos since_epoch, std::int64_t epoch);

/// A point in time as ISO 8601 in UTC with nanoseconds: "2022-05-20T05:23:20.375408000Z". Empty
/// outside of the years 0 to 9999, which alone that can write.
std::string iso_time(FileTime time);

/// A span in seconds as a JSON number: "4.083269", trailing zeros left out.
std::string seconds_text(Nanos span);

}  // namespace rstcause
