// SPDX-License-Identifier: GPL-2.0-or-later
// The data set that a Redis master sends to a new replica between replies and commands.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "resp/parser.h"

namespace rstcause::resp {

/// Passes over a snapshot (RDB) as SYNC and PSYNC announce it: `$<octets>` CRLF and that many
/// octets, or `$EOF:` with a mark of 40 octets, CRLF, octets, and the mark again. No CRLF ends
/// it, so it is no RESP value. Newlines before it keep the link alive while the master saves.
class Snapshot {
 public:
  /// Reads on; outcomes as Scanner::scan() gives them.
  Extent scan(std::string_view input);

  /// The octets to come that need not be seen, as their number was announced.
  std::uint64_t skippable() const { return state_ == State::counted ? left_ : 0; }
  void skip(std::uint64_t octets);

 private:
  static constexpr std::size_t kMark = 40;
  enum class State : std::uint8_t { before, header, header_lf, counted, marked, done };

  bool step(char octet);
  bool finish_header();
  std::size_t pass_counted(std::size_t available);
  std::size_t pass_marked(std::string_view input);

  State state_ = State::before;
  std::uint8_t header_size_ = 0;
  std::uint8_t tail_size_ = 0;
  std::uint64_t left_ = 0;
  std::array<char, 4 + kMark> header_{};  ///< "EOF:" and the mark, or digits.
  std::array<char, kMark> tail_{};        ///< The last octets seen while looking for the mark.
};

}  // namespace rstcause::resp
