// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "engine/engine.h"

namespace rstcause {

/// A verdict in words: everything that any surface (tree, JSON, CSV, statistics) shows of one
/// reset, written out once.
struct Report {
  /// One frame with all that it proves, a sentence each.
  struct Evidence {
    Frame frame = 0;
    std::vector<std::string> sentences;
  };
  struct Alternative {
    std::string_view reason;
    std::uint8_t confidence = 0;
    std::string text;  ///< What would tell it apart.
  };

  const Explained* reset = nullptr;
  std::string src, dst;
  std::uint16_t sport = 0, dport = 0;
  std::string_view reason, stream_reason, basis, origin, mode, state, detail, kernel_reason,
      netstat;
  Severity severity = Severity::note;
  bool benign = false;
  std::string summary, advice;
  std::vector<std::string> timers;  ///< Known idle timers that the silence matches.
  std::vector<Evidence> evidence;
  std::vector<Alternative> alternatives;
};

/// Writes out one of the engine's verdicts.
Report report_on(const Engine& engine, const Explained& reset);

}  // namespace rstcause
