// SPDX-License-Identifier: GPL-2.0-or-later
// What the RESP conversation was doing, in words for a reset's report.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "resp/label.h"
#include "resp/tracker.h"

namespace rstcause::resp {

/// One sentence about a paired reply: "PING answered by PONG", "GET answered by bulk string",
/// "AUTH answered by an error: WRONGPASS". For other labels what they are: "PING", "push".
std::string describe_exchange(const Label& label);

/// What to say of the conversation when the connection is reset, most telling first:
/// "RESP: PING answered by PONG", "RESP: 3 commands unanswered, the oldest GET of frame 12",
/// "RESP: -DENIED before the close", "RESP: the last reply was cut". Empty when the traffic is
/// not RESP.
///
/// `waited`: how long the oldest command had been unanswered, in words, where that is to be told.
std::vector<std::string> context_sentences(const Tracker& tracker, std::string_view waited = {});

}  // namespace rstcause::resp
