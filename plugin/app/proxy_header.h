// SPDX-License-Identifier: GPL-2.0-or-later
// The header by which a proxy tells its client's address. HAProxy, doc/proxy-protocol.txt.
#pragma once

#include <cstddef>
#include <string_view>

namespace rstcause::app {

/// The octets of a PROXY header, version 1 or 2, at the beginning of these; 0 where there is none
/// or not all of it.
std::size_t proxy_header_length(std::string_view octets);

}  // namespace rstcause::app
