// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <cstddef>
#include <string_view>

namespace rstcause {

/// How many octets of a text stand in its first line, where a line has room for `longest` (4 or
/// more): all of them if they fit, else up to the end of a sentence, of a part of one or of a word,
/// in this order, and never a part of a UTF-8 sequence. 0 for no text alone.
std::size_t first_line_of(std::string_view text, std::size_t longest);

}  // namespace rstcause
