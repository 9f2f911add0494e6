// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>

#include "engine/judge/verdicts.h"

namespace rstcause {

/// "sender -> receiver" with the server's port alone: the client's would tell every connection
/// apart.
std::string pair_of(const Flow& flow, const Explained& reset);

/// Causes by number, and below each the pairs of hosts with most of it. Resets of several engines
/// may be counted together: it keeps nothing of them but numbers and names.
class Tally {
 public:
  /// Counts a reset of that connection; a copy of one is counted with the first, so not here.
  void count(const Flow& flow, const Explained& reset);

  /// The text of -z rstcause,tree, with share and rate.
  std::string text(const std::string& filter) const;

 private:
  struct Group {
    std::uint64_t count = 0;
    std::map<std::string, std::uint64_t> pairs;
  };
  std::string rows_of(std::string_view cause, const Group& group) const;

  std::map<std::string_view, Group> causes_;
  std::uint64_t total_ = 0;
  Nanos first_ = 0, last_ = 0;
};

}  // namespace rstcause
