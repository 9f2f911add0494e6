// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <string>

#include "engine/judge/verdict.h"

namespace rstcause {

/// A kernel's word on a sending, for the middle of a sentence.
std::string text_of(const Word& word);

/// What a summary says of the word behind it, from a space on: that it is one, and what the packets
/// alone would have told where that is something else. Empty where the verdict does not rest on it.
std::string remark_on_word(const Verdict& verdict, const Word& word);

}  // namespace rstcause
