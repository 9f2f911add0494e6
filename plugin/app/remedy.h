// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <string_view>
#include <vector>

#include "app/farewell.h"
#include "app/protocol.h"

namespace rstcause::app {

/// What to change where an end ended the connection with those words: the setting, the limit or
/// the account that they speak of. Text that lives as long as the program; empty where the words
/// tell nothing that is known here. `protocol` is what the speaker speaks; names of settings are
/// those of its usual servers' documentation.
std::string_view remedy(Protocol protocol, const Farewell& farewell);

/// All that it may answer, for those who translate it.
std::vector<std::string_view> remedies();

}  // namespace rstcause::app
