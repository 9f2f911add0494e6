// SPDX-License-Identifier: GPL-2.0-or-later
#include "app/protocol.h"

#include <array>
#include <cstddef>

namespace rstcause::app {

std::string_view to_string(Protocol protocol) {
  constexpr auto kNames = std::to_array<std::string_view>({
      "",
#define PROTOCOL(token, name) name,
#include "app/protocols.def"
  });
  return kNames[static_cast<std::size_t>(protocol)];
}

}  // namespace rstcause::app
