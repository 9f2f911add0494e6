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

/// How long things took, in words; what is not to be told is empty.
struct Waits {
  std::string oldest = {};       ///< The oldest command had been unanswered so long.
  std::string until_close = {};  ///< So long after the last command its client closed, and ...
  std::string until_reply = {};  ///< ... so long did the reply take, which came after that.
};

/// What to say of the conversation when the connection is reset, most telling first:
/// "RESP: PING answered by PONG", "RESP: 3 commands unanswered, the oldest GET of frame 12",
/// "RESP: -DENIED before the close", "RESP: the last reply was cut". Empty when the traffic is
/// not RESP.
std::vector<std::string> context_sentences(const Tracker& tracker, const Waits& waits = {});

}  // namespace rstcause::resp
