// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include "glue/stats_output.h"

namespace rstcause::explain {

/// What rstcause-explain returns; of several captures the highest.
inline constexpr int kAllRead = 0;
inline constexpr int kNotAllRead = 1;  ///< Packets that may hold TCP were left out, and told.
inline constexpr int kBroken = 2;      ///< A capture was not read to its end, or tshark failed.
inline constexpr int kWrongUse = 3;
using glue::kCannotWrite;  ///< Nothing follows it.

}  // namespace rstcause::explain
