// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

namespace rstcause::glue {

/// Registers -z rstcause,tree, -z rstcause,json, -z rstcause,csv, and the tree in the GUI.
void register_statistics();

/// Registers Statistics > TCP Reset Causes of the GUI.
void register_window();

}  // namespace rstcause::glue
