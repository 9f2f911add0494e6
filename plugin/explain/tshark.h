// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <string>

#include "explain/options.h"

namespace rstcause::explain {

/// Has tshark (RSTCAUSE_TSHARK names another) explain the capture on the same standard output, with
/// the plugin and the configuration that the environment names. Returns the status (status.h).
int explain_by_tshark(const std::string& path, const Options& options);

}  // namespace rstcause::explain
