// SPDX-License-Identifier: GPL-2.0-or-later
// Fifty cases that people reported in public, as their reports tell them: what the plugin would
// have answered. README.md lists them with their sources; the numbers are the same. What the
// cause turned out to be is the truth; where an observer of these packets cannot know it, it
// must be among what is not ruled out, and the verdict humble.
#pragma once

#include <gtest/gtest.h>

#include <string_view>

#include "support/printers.h"
#include "support/trace.h"

namespace rstcause::test {

/// A verdict that leaves room for others.
inline constexpr int kHumble = 70;

inline bool says(std::string_view text, std::string_view words) {
  return text.find(words) != std::string_view::npos;
}

}  // namespace rstcause::test
