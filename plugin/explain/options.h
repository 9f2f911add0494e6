// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "engine/wire/segment.h"

namespace rstcause::explain {

/// How the verdicts are printed; tshark's names for the first three are in keyword(). A story is
/// that of one reset; its segments are the same for programs. The catalogue asks for no capture.
enum class Form : std::uint8_t { json, csv, tree, story, segments, catalogue };

struct Options {
  Form form = Form::json;
  /// A capture that cannot be read whole here is given to tshark.
  bool exact = false;
  /// Each capture's lines end with one that tells their number.
  bool total = false;
  /// Of a story: the reset's frame, then others whose segments are wanted too.
  std::vector<Frame> frames;
  /// The folder into which each capture's lines go, as a file named by `numbers`, rather than to
  /// standard output; empty: none.
  std::string parts;
  std::vector<std::string> captures;
  std::vector<std::string> numbers;  ///< With `parts`, one for each of `captures`.
};

/// What the command line asks for. Nothing, and `status` is to be returned, where it was answered
/// here (--help, --version) or is wrong.
std::optional<Options> read_command_line(int count, char** arguments, int& status);

/// "rstcause,json": behind tshark's -z.
const char* keyword(Form form);

}  // namespace rstcause::explain
