// SPDX-License-Identifier: GPL-2.0-or-later
#include "app/proxy_header.h"

#include "app/cursor.h"

namespace rstcause::app {

std::size_t proxy_header_length(std::string_view octets) {
  constexpr std::string_view kSignature("\r\n\r\n\0\r\nQUIT\n", 12);
  constexpr std::size_t kLongestLine = 107;
  if (octets.starts_with(kSignature)) {
    Cursor head(octets);
    head.take(kSignature.size() + 2);  // ... version and command, family and transport
    head.field(2);
    return head.is_short() ? 0 : octets.size() - head.rest().size();
  }
  if (!octets.starts_with("PROXY TCP4 ") && !octets.starts_with("PROXY TCP6 ") &&
      !octets.starts_with("PROXY UNKNOWN"))
    return 0;
  const std::size_t end = octets.substr(0, kLongestLine).find("\r\n");
  return end == std::string_view::npos ? 0 : end + 2;
}

}  // namespace rstcause::app
