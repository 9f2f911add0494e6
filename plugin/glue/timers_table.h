// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <epan/prefs.h>

#include "engine/judge/timers.h"

namespace rstcause::glue {

/// Registers the table of known idle timers (file "rstcause_timers" of the profile).
void register_timers_table(module_t* module);

/// Where the table is empty, as without a file of the user's: puts the shipped timers in, for
/// the user to see and to edit.
void fill_timers_table();

/// The table as the engine takes it.
IdleTimers timers_in_table();

}  // namespace rstcause::glue
