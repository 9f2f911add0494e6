// SPDX-License-Identifier: GPL-2.0-or-later
// The one-line tokens of RESP, octet by octet: lengths, numbers, booleans.
#pragma once

#include <cstdint>

#include "resp/parser.h"

namespace rstcause::resp {

/// Reads what stands between a marker and its CRLF, where that is not free text. Refuses an
/// octet as soon as no valid token could go on with it, so the first bad octet is known exactly.
///
/// Lengths follow Redis: no sign, no leading zero, at most 2^63-1; `-1` for null bulk strings and
/// arrays only; `?` for streamed values where RESP3 has them.
class Token {
 public:
  enum class Grammar : std::uint8_t { length, integer, digits, real, truth, nothing };

  void start(Grammar grammar, bool null_allowed = false, bool stream_allowed = false);

  /// Begins the line of a value of this type. False for free text (`+`, `-`), which has no grammar.
  bool start_line_of(Type type);

  /// True when the token can go on with `octet`.
  bool take(char octet);

  /// True when the token is whole as it stands.
  bool is_whole() const;

  std::uint64_t number() const { return number_; }  ///< Of a length.
  bool is_null() const { return state_ == State::null; }
  bool is_streamed() const { return state_ == State::streamed; }

 private:
  enum class State : std::uint8_t {
    empty,
    sign,
    zero,
    digits,
    null,
    streamed,
    point,
    fraction,
    exponent_mark,
    exponent_sign,
    exponent,
    word,
    word_end,
    truth,
  };

  bool go_to(State state);
  bool take_length(char octet);
  bool take_integer(char octet);
  bool take_real(char octet);
  bool take_word(char octet);
  bool add_digit(char octet, std::uint64_t limit);

  Grammar grammar_ = Grammar::nothing;
  State state_ = State::empty;
  bool null_allowed_ = false;
  bool stream_allowed_ = false;
  bool negative_ = false;
  const char* word_rest_ = "";  ///< What must follow of "inf" or "nan".
  std::uint64_t number_ = 0;
};

}  // namespace rstcause::resp
