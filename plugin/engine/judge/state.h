// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <cstdint>
#include <string_view>

#include "engine/memory/flow.h"

namespace rstcause {

/// RFC 9293, 3.3.2, as far as an observer can tell.
enum class State : std::uint8_t {
  unknown,
  closed,
  listen,
  syn_sent,
  syn_received,
  established,
  fin_wait_1,
  fin_wait_2,
  close_wait,
  closing,
  last_ack,
  time_wait,
};
std::string_view to_string(State state);

/// The state of `x` by what was seen of both ends, resets left out.
State apparent_state(const Endpoint& x, const Endpoint& y, bool x_is_server);

}  // namespace rstcause
