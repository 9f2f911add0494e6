// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "engine/wire/segment.h"
#include "explain/ladder/rungs.h"
#include "explain/options.h"

namespace rstcause::explain {

/// How a connection came to one reset, as far as its segments tell.
struct Story {
  std::string client, server;  ///< Address and port.
  bool saw_opening = false;    ///< A SYN or SYN-ACK told which is which; else the ports did.
  std::vector<Rung> rungs;     ///< In the capture's order.
  std::uint64_t more = 0;      ///< Segments behind the last of them.
  std::string error;           ///< Why there is none; empty: here it is.
};

/// Reads the connection of the reset in that frame, and of its segments also those in the `asked`
/// frames. Reads the capture twice: memory does not grow with it.
Story read_story(const std::string& path, Frame reset, std::vector<Frame> asked);

/// One JSON object, for programs (rstcause-report): --segments.
std::string to_json(const Story& story, Frame reset);
/// A ladder of 80 columns. `evidence` frames are marked.
std::string to_text(const Story& story, Frame reset, const std::vector<Frame>& evidence);

/// Prints what the options ask of one capture's reset: the verdict and its ladder (--story), or the
/// segments alone (--segments). Returns the status (status.h).
int tell_story(const std::string& path, const Options& options);

}  // namespace rstcause::explain
