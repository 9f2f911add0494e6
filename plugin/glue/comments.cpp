// SPDX-License-Identifier: GPL-2.0-or-later
#include "glue/comments.h"

#include "glue/guard.h"

namespace rstcause::glue {

Word word_of(wtap_block_t of_frame) noexcept {
  Word word;
  if (of_frame == nullptr) return word;
  constexpr unsigned kMostComments = 8;  // rstcause-capture writes two
  for (unsigned i = 0; i < kMostComments; ++i) {
    char* text = nullptr;
    const auto found = wtap_block_get_nth_string_option_value(of_frame, OPT_COMMENT, i, &text);
    if (found != WTAP_OPTTYPE_SUCCESS || text == nullptr) break;
    guarded([&] { word = joined(word, parse_word(text)); });
  }
  return word;
}

}  // namespace rstcause::glue
