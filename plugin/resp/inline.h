// SPDX-License-Identifier: GPL-2.0-or-later
// Inline commands: RESP's line mode, as typed into telnet.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

#include "resp/parser.h"

namespace rstcause::resp {

/// The longest line that Redis takes for a command (PROTO_INLINE_MAX_SIZE), in octets.
inline constexpr std::size_t kMaxInlineLine = 65'536;

/// An inline command line.
struct InlineCommand {
  std::size_t octets = 0;  ///< The whole line with its line end.
  CommandView view;        ///< Its words.
};

/// Which first words are taken for a command's.
enum class Words : std::uint8_t {
  known,  ///< Those that Redis knows: nothing else tells that this is RESP.
  any,    ///< Any that begins with a letter: the connection is known to be RESP.
};

/// Reads the line at the start of `data` as an inline command, but for lines that other protocols
/// send: `GET / HTTP/1.1`, `SUBSCRIBE sip:...`, IRC's `PING :server` and NATS's `INFO {...}`.
/// Nothing when the line has no end yet.
std::optional<InlineCommand> read_inline_command(std::string_view data, Words words = Words::known);

/// The same for a line whose end was taken off, or of which only the beginning was kept.
std::optional<CommandView> view_inline_line(std::string_view line, Words words = Words::known);

/// True when `data`, a line without its end yet, may still become an inline command.
bool may_become_inline_command(std::string_view data, Words words = Words::known);

}  // namespace rstcause::resp
