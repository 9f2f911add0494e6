// SPDX-License-Identifier: GPL-2.0-or-later
// Inline commands: RESP's line mode, as typed into telnet.
#pragma once

#include <optional>
#include <string_view>

#include "resp/parser.h"

namespace rstcause::resp {

/// An inline command line.
struct InlineCommand {
  std::size_t octets = 0;  ///< The whole line with its line end.
  CommandView view;        ///< Its words.
};

/// Reads the line at the start of `data` as an inline command. Only words that Redis knows are
/// taken, and only in lines that no other protocol would send: `GET / HTTP/1.1`,
/// `SUBSCRIBE sip:...`, IRC's `PING :server` and NATS's `INFO {...}` are not. Nothing when the
/// line has no end yet.
std::optional<InlineCommand> read_inline_command(std::string_view data);

/// The same for a line whose end was taken off, or of which only the beginning was kept.
std::optional<CommandView> view_inline_line(std::string_view line);

/// True when `data`, a line without its end yet, may still become an inline command.
bool may_become_inline_command(std::string_view data);

}  // namespace rstcause::resp
