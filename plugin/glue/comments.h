// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include "engine/wire/word.h"
#include "glue/compat.h"

namespace rstcause::glue {

/// What the comments of a frame, as they stand in the file, tell as a kernel's word.
Word word_of(const packet_info* pinfo) noexcept;

}  // namespace rstcause::glue
