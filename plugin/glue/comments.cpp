// SPDX-License-Identifier: GPL-2.0-or-later
#include "glue/comments.h"

#include <wiretap/wtap.h>

#include "glue/guard.h"

namespace rstcause::glue {

Word word_of(const packet_info* pinfo) noexcept {
  Word word;
  if (pinfo->rec == nullptr || pinfo->rec->block == nullptr) return word;
  constexpr unsigned kMostComments = 8;  // rstcause-capture writes two
  for (unsigned i = 0; i < kMostComments; ++i) {
    char* text = nullptr;
    const auto found =
        wtap_block_get_nth_string_option_value(pinfo->rec->block, OPT_COMMENT, i, &text);
    if (found != WTAP_OPTTYPE_SUCCESS || text == nullptr) break;
    guarded([&] { word = joined(word, parse_word(text)); });
  }
  return word;
}

}  // namespace rstcause::glue
