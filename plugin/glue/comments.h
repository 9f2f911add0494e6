// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <wiretap/wtap.h>

#include "engine/wire/word.h"

namespace rstcause::glue {

/// What the comments of a frame, as they stand in the file, tell as a kernel's word; `of_frame` is
/// what wiretap has read of it beside the packet, or nullptr.
Word word_of(wtap_block_t of_frame) noexcept;

}  // namespace rstcause::glue
