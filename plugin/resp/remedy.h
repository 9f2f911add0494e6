// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <string_view>

#include "resp/tracker.h"

namespace rstcause::resp {

/// What to change in Redis, or in its client, when the connection is reset: where the server's last
/// word was an error of its own, where it was still writing, or had not begun. Text that lives as
/// long as the program; empty where the conversation suggests nothing.
///
/// `by_server`: the server resets.
std::string_view remedy(const Tracker& tracker, bool by_server);

}  // namespace rstcause::resp
