// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <string>
#include <string_view>

namespace rstcause::manual {

/// Free text for roff: a hyphen of ours is a hyphen to be copied, no line begins a request. What
/// stands in backticks is printed bold.
inline std::string roff(std::string_view text) {
  std::string safe;
  bool bold = false;
  for (const char letter : text) {
    if (safe.empty() && (letter == '.' || letter == '\'')) safe += "\\&";
    if (letter == '\\')
      safe += "\\e";
    else if (letter == '-')
      safe += "\\-";
    else if (letter == '`')
      safe += (bold = !bold) ? "\\fB" : "\\fR";
    else
      safe += letter;
  }
  return safe;
}

}  // namespace rstcause::manual
