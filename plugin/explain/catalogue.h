// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

namespace rstcause::explain {

/// Prints as one JSON object what the program knows without any capture: each cause with its words,
/// and the known idle timers and age limits, for those who show them (rstcause-report). Returns the
/// status (status.h).
int print_catalogue();

}  // namespace rstcause::explain
