// SPDX-License-Identifier: GPL-2.0-or-later
// The application protocols that are told apart.
#pragma once

#include <cstdint>
#include <string_view>

namespace rstcause::app {

/// One for each row of the table.
enum class Protocol : std::uint8_t {
  none,
#define PROTOCOL(token, name) token,
#include "app/protocols.def"
};

/// The name to show: "SSH", "SMTP", ...; empty for `none`.
std::string_view to_string(Protocol protocol);

}  // namespace rstcause::app
