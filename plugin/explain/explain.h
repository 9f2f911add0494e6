// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <string>

#include "explain/options.h"

namespace rstcause::explain {

/// Explains one capture on standard output, says on standard error what was not read, and returns
/// the status (status.h).
int explain(const std::string& path, const Options& options);

}  // namespace rstcause::explain
