// SPDX-License-Identifier: GPL-2.0-or-later
// Memcached's text and meta commands: its doc/protocol.txt.
#include <algorithm>
#include <array>

#include "app/cursor.h"
#include "app/grammar.h"

namespace rstcause::app {
namespace {

constexpr std::uint64_t kEndOfBlock = 2;
constexpr auto kStores =
    std::to_array<std::string_view>({"set", "add", "replace", "append", "prepend", "cas"});
constexpr auto kErrors = std::to_array<std::string_view>({"ERROR", "CLIENT_ERROR", "SERVER_ERROR"});

template <std::size_t N>
bool is_one_of(const std::array<std::string_view, N>& all, std::string_view word) {
  return std::find(all.begin(), all.end(), word) != all.end();
}

/// The word number `at` of a line, from 0 on.
std::string_view word_at(std::string_view line, unsigned at) {
  for (; at != 0; --at) line = behind_word(line);
  return word_of(line);
}

/// The block behind a command or a value, by the word of its line that says its length.
std::uint64_t block(std::string_view line, unsigned at) {
  return decimal(word_at(line, at)) + kEndOfBlock;
}

/// A flag "q" of a meta command: no answer where all went well.
bool is_quiet(std::string_view line) {
  const std::string_view flags = behind_word(behind_word(line));
  return flags.starts_with('q') || flags.ends_with(" q") || contains(flags, " Q ");
}

std::uint64_t read_command(Exchange& exchange, const Message& m, std::string_view line) {
  const std::string_view word = word_of(line);
  const bool meta = word.size() == 2 && word[0] == 'm';
  if (word == "quit") exchange.left = true;
  const bool silent = word == "quit" || line.ends_with(" noreply") || (meta && is_quiet(line));
  if (!silent && !word.empty()) exchange.ask(0, m.time);
  if (is_one_of(kStores, word)) return block(line, 4);
  return word == "ms" ? block(line, 2) : 0;
}

std::uint64_t read_answer(Exchange& exchange, const Message& m, std::string_view line) {
  const std::string_view word = word_of(line);
  if (word == "VALUE") return block(line, 3);
  if (word == "STAT" || word.empty()) return 0;
  if (is_one_of(kErrors, word)) {
    const std::string_view text = behind_word(line);
    const bool refused = exchange.answers() == 0 && exchange.asked().empty();
    exchange.bid_farewell(m.from, refused ? Farewell::Kind::refusal : Farewell::Kind::error, word,
                          text);
  }
  exchange.answer_oldest();
  return word == "VA" ? block(line, 1) : 0;
}

std::uint64_t read(Exchange& exchange, const Message& m) {
  const std::string_view line = line_of(m.octets);
  return m.from == exchange.client ? read_command(exchange, m, line)
                                   : read_answer(exchange, m, line);
}

constexpr Grammar kMemcached{Protocol::memcached, "command", nullptr, read};

bool is_number(std::string_view word) {
  return !word.empty() &&
         std::all_of(word.begin(), word.end(), [](char o) { return o >= '0' && o <= '9'; });
}

/// Commands that a Redis server would not take in the same form: "get KEY" is not among them.
bool is_command(std::string_view line) {
  constexpr auto kAlone = std::to_array<std::string_view>({"version", "stats", "mn"});
  constexpr auto kOfAKey = std::to_array<std::string_view>({"gets", "mg", "md", "ma", "me", "gat"});
  const std::string_view word = word_of(line);
  if (is_one_of(kStores, word))
    return is_number(word_at(line, 2)) && is_number(word_at(line, 3)) &&
           is_number(word_at(line, 4));
  if (word == "ms") return is_number(word_at(line, 2));
  return is_one_of(kAlone, line) || (is_one_of(kOfAKey, word) && word.size() < line.size());
}

}  // namespace

FirstWords begin_memcached(std::string_view payload) {
  if (payload.empty() || payload[0] < 'a' || payload[0] > 'v')
    return begin_memcached_answer(payload);
  const std::string_view line = line_of(payload.substr(0, kLongestKept));
  const bool whole = line.size() < payload.size();
  return whole && is_command(line) ? FirstWords{&kMemcached, false, true} : FirstWords{};
}

FirstWords begin_memcached_answer(std::string_view payload) {
  if (payload.size() < 4 || payload[0] < 'C' || payload[0] > 'V') return {};
  const std::string_view line = line_of(payload.substr(0, kLongestKept));
  if (payload.size() < line.size() + 2) return {};
  const std::string_view word = word_of(line);
  const bool value = word == "VALUE" && is_number(word_at(line, 2)) && is_number(word_at(line, 3));
  const bool error = word == "CLIENT_ERROR" || word == "SERVER_ERROR";
  const bool known = value || error || line == "STORED" || line == "NOT_STORED" ||
                     (line == "END" && payload.size() == 5) || line.starts_with("VERSION 1.") ||
                     line == "ERROR Too many open connections";
  return known ? FirstWords{&kMemcached, true} : FirstWords{};
}

}  // namespace rstcause::app
