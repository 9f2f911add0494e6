// SPDX-License-Identifier: GPL-2.0-or-later
#include "engine/tell/lines.h"

namespace rstcause {
namespace {

bool continues_utf8(char octet) {
  return (static_cast<unsigned char>(octet) & 0xC0U) == 0x80U;
}

}  // namespace

std::size_t first_line_of(std::string_view text, std::size_t longest) {
  if (text.size() <= longest) return text.size();
  constexpr std::string_view kEnds[] = {". ", "? ", ": ", ", ", " "};
  for (const std::string_view end : kEnds) {
    const std::size_t found = text.rfind(end, longest - end.size());
    if (found != std::string_view::npos && found != 0) return found + end.size() - 1;
  }
  std::size_t cut = longest;
  while (cut > 1 && continues_utf8(text[cut])) --cut;
  return cut;
}

}  // namespace rstcause
