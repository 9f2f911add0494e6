// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

namespace rstcause::glue {

/// Registers -z rstcause,tree, -z rstcause,json, -z rstcause,csv, and the tree in the GUI.
void register_statistics();

/// The session is about to end: what the statistics chose of it is told now, for tshark may go on
/// with another (-M, -b).
void end_statistics_session() noexcept;

/// Registers Statistics > TCP Reset Causes of the GUI.
void register_window();

}  // namespace rstcause::glue
