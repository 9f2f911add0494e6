// SPDX-License-Identifier: GPL-2.0-or-later
// The everyday values of RESP, measured at a glance.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

#include "resp/parser.h"

namespace rstcause::resp {

/// The length of a whole value of the plain kind that nearly all traffic is made of: a status, an
/// error, an integer, a bulk string, or an array of these. Nothing for all others, incomplete and
/// malformed ones included: a Scanner looks closer. Never says what a Scanner would not.
std::optional<std::size_t> quick_length(std::string_view data);

/// A whole command at a glance.
struct QuickCommand {
  std::size_t octets = 0;
  CommandView view;
};

/// The same for a command of at least one word, an array of bulk strings. Its words come along.
std::optional<QuickCommand> quick_command(std::string_view data);

/// Reads `<marker><length>CRLF` at `at`, which it moves behind it. False, and `at` where it was,
/// when this is not there, or the length has more than nine digits.
bool take_length_line(std::string_view data, char marker, std::size_t& at, std::uint32_t& length);

}  // namespace rstcause::resp
