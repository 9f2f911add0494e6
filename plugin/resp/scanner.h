// SPDX-License-Identifier: GPL-2.0-or-later
// Follows one RESP value through any number of pieces without keeping its octets.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

#include "resp/parser.h"
#include "resp/token.h"

namespace rstcause::resp {

/// Measures one value piece by piece. What measure() is for a buffer that holds everything, a
/// scanner is for a stream: its whole memory is where it stands (a few hundred octets, whatever
/// the value's size), so a string of gigabytes costs nothing but counting.
class Scanner {
 public:
  enum class Grammar : std::uint8_t {
    value,    ///< Any value of RESP2 or RESP3.
    command,  ///< What clients send: an array of bulk strings.
  };

  explicit Scanner(Grammar grammar = Grammar::value) : grammar_(grammar) {}

  /// Reads on. complete: the value ends after `octets` of this input, the rest is not touched.
  /// malformed: at that offset of this input. After either, the scanner is spent.
  Extent scan(std::string_view input);

  /// How many of the octets that come next cannot matter for where the value ends: those of a
  /// string whose length was announced.
  std::uint64_t skippable() const { return state_ == State::content ? content_left_ : 0; }

  /// Passes over `octets`, at most skippable(), that were never captured.
  void skip(std::uint64_t octets);

  /// The marker of the value itself, attributes before it passed over; 0 while not seen.
  char marker() const { return marker_; }

 private:
  enum class State : std::uint8_t {
    marker,
    text,
    text_lf,
    token,
    token_lf,
    content,
    content_cr,
    content_lf,
    done,
  };

  /// What an open aggregate still waits for.
  struct Level {
    enum class Kind : std::uint8_t { counted, attribute, streamed, streamed_map };
    Kind kind;
    bool odd;  ///< streamed_map: a key is waiting for its value.
  };

  bool step(char octet);
  bool take_marker(char octet);
  bool fits_here(Type type) const;
  bool is_too_short_for_verbatim() const;
  bool take_chunk_marker(char octet);
  bool take_stream_end();
  void start_line(Type type);
  void finish_line();
  void finish_length();
  void open_aggregate();
  void finish_value();
  std::size_t pass_content(std::string_view input);

  Grammar grammar_;
  State state_ = State::marker;
  char marker_ = 0;
  char current_ = 0;  ///< Marker of the line being read; ';' and '.' included.
  bool in_streamed_string_ = false;
  bool attribute_waits_ = false;  ///< An attribute's value is still to come.
  std::uint8_t until_colon_ = 0;  ///< Octets up to and with a verbatim string's ':'.
  std::uint8_t depth_ = 0;
  Token token_;
  std::uint64_t content_left_ = 0;
  // Only the first depth_ entries mean anything: writing the others would cost more than the
  // rest of a short value's scan.
  std::array<std::uint64_t, kMaxDepth> left_;
  std::array<Level, kMaxDepth> levels_;
};

}  // namespace rstcause::resp
