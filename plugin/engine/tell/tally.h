// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <cstddef>
#include <functional>
#include <span>
#include <string>

#include "engine/judge/verdicts.h"

namespace rstcause {

/// "sender -> receiver" with the server's port alone: the client's would tell every connection
/// apart.
std::string pair_of(const Flow& flow, const Explained& reset);

/// The text of -z rstcause,tree: causes by number, with share and rate; below each the pairs
/// of hosts with most of it. `chosen` are places in `all`, in the order of the capture;
/// copies of a reset are counted once, with the first.
std::string tally(const Verdicts& all, const std::function<const Flow&(std::uint32_t)>& flow,
                  std::span<const std::size_t> chosen, const std::string& filter);

}  // namespace rstcause
