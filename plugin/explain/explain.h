// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <string>

#include "explain/options.h"

namespace rstcause::explain {

/// Explains one capture on standard output, says on standard error what was not read, and returns
/// the status (status.h).
int explain(const std::string& path, const Options& options);

/// Writes what a capture gives to the file `part`, the line of --total last. False, without a word
/// and without that file, where the capture cannot be read whole here: whoever reads it again will
/// tell why.
bool explain_apart(const std::string& path, const std::string& part);

}  // namespace rstcause::explain
