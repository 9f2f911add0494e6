// SPDX-License-Identifier: GPL-2.0-or-later
// The command words of Redis: which exist, what is answered to them, what they change.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "resp/text.h"

namespace rstcause::resp {

/// The longest command word that is kept. Longer ones are no Redis command (but may be a renamed
/// one, whose name is then a secret).
inline constexpr std::size_t kMaxWord = 24;
using WordText = BoundedText<kMaxWord>;

/// A command word as a number: small enough to remember for each unanswered command.
using WordId = std::uint16_t;
inline constexpr WordId kNoWord = 0;
/// From here on ids are free for words that are not in the table.
inline constexpr WordId kFirstLocalWord = 0x8000;

/// What a command does to the conversation, where that matters for pairing.
enum class Part : std::uint8_t {
  ordinary,
  container,  ///< The second word is a subcommand (CONFIG GET).
  client,     ///< A container, whose REPLY OFF and SKIP silence the server.
  ping,
  auth,
  quit,       ///< POP3 has these words too and answers alike.
  blocking,   ///< The reply may take as long as it likes.
  subscribe,  ///< Answered once for each channel.
  unsubscribe,
  multi,
  exec,
  discard,
  reset,
  monitor,
  psync,
  sync,  ///< Turn the connection into a replication link.
  replconf,
};

/// The forms that a reply may take, errors excepted, which are always possible.
using Shapes = std::uint8_t;
inline constexpr Shapes kStatus = 1;  ///< `+`
inline constexpr Shapes kNumber = 2;  ///< `:` `#` `,` `(`
inline constexpr Shapes kString = 4;  ///< `$` `=` `,`
inline constexpr Shapes kGroup = 8;   ///< `*` `%` `~`
inline constexpr Shapes kAny = 15;

/// The id of a known command word in any case; kNoWord for others.
WordId find_word(std::string_view word);

/// True when a known word begins with these letters.
bool begins_a_word(std::string_view letters);

std::string_view spelling(WordId id);  ///< Upper case; empty for ids not in the table.
Part part_of(WordId id);               ///< `ordinary` for ids not in the table.
Shapes shapes_of(WordId id);           ///< kAny for ids not in the table.

/// True when `word` is made like a command word, known or not.
bool is_word(std::string_view word);

/// Compares `word` in any case with a spelling in upper case.
bool same_word(std::string_view upper_case, std::string_view word);

/// The word in upper case, cut to kMaxWord.
WordText to_upper(std::string_view word);

}  // namespace rstcause::resp
