// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "resp/tracker.h"

namespace rstcause::resp {

/// How a connection ends.
struct Ending {
  bool by_server = false;                                ///< The server resets.
  std::optional<std::int64_t> closed_ns = std::nullopt;  ///< When the resetting end had closed.
};

/// What an error of Redis's own asks to change; empty where it asks nothing that is known here.
/// Such errors repeat no argument of a command.
std::string_view remedy_of_error(std::string_view error);

/// What to change in Redis, or in its client, when the connection is reset: where the server's last
/// word was an error of its own, where it was still writing, had not begun, or had closed before it
/// was asked. Text that lives as long as the program; empty where the conversation suggests
/// nothing.
std::string_view remedy(const Tracker& tracker, const Ending& ending);

/// All that it may answer, for those who translate it.
std::vector<std::string_view> remedies();

}  // namespace rstcause::resp
