// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <cstdio>
#include <string>

#include "engine/engine.h"
#include "explain/options.h"

namespace rstcause::explain {

/// Prints all resets that the engine has explained, as tshark's -z rstcause,... does. `path` is the
/// capture's name. The header line of CSV comes once, before the first capture.
void print(const Engine& engine, const std::string& path, const Options& options,
           std::FILE* to = stdout);

}  // namespace rstcause::explain
