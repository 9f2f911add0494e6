// SPDX-License-Identifier: GPL-2.0-or-later
// What an end said of why it would not go on.
#pragma once

#include <cstdint>

#include "resp/text.h"

namespace rstcause::app {

/// The latest words of an end, where they are an error or a goodbye. Gone once it says something
/// else after its peer spoke.
struct Farewell {
  enum class Kind : std::uint8_t {
    refusal,       ///< Before it served anything: a limit, an ACL, a login that failed.
    error,         ///< In answer to a request; the connection may go on.
    goodbye,       ///< It says that the connection ends.
    idle_timeout,  ///< ... for having been idle.
  };
  Kind kind = Kind::error;
  /// The protocol's number or word: "1040 (08004)", "FATAL 57P01", "421"; may be empty.
  resp::BoundedText<48> code;
  /// Its own words; empty where it used none, or where they may repeat a request's arguments.
  resp::BoundedText<120> text;
};

/// A text that speaks of time-outs or idleness.
bool speaks_of_idleness(std::string_view text);

}  // namespace rstcause::app
