// SPDX-License-Identifier: GPL-2.0-or-later
#include "resp/inline.h"

#include <algorithm>
#include <array>

#include "resp/words.h"

namespace rstcause::resp {
namespace {

constexpr bool is_blank(char octet) {
  return octet == ' ' || octet == '\t';
}

bool is_line_octet(char octet) {
  const auto value = static_cast<unsigned char>(octet);
  return octet == '\t' || (value >= 0x20 && value != 0x7f);
}

std::string_view next_word(std::string_view& line) {
  while (!line.empty() && is_blank(line.front())) line.remove_prefix(1);
  const std::size_t end = std::min(line.find_first_of(" \t"), line.size());
  const std::string_view word = line.substr(0, end);
  line.remove_prefix(end);
  return word;
}

bool begins_with_letter(std::string_view word) {
  return !word.empty() && ((word.front() >= 'a' && word.front() <= 'z') ||
                           (word.front() >= 'A' && word.front() <= 'Z'));
}

bool admits(Words words, std::string_view word) {
  return words == Words::any ? begins_with_letter(word) : find_word(word) != kNoWord;
}

bool may_begin(Words words, std::string_view letters) {
  return words == Words::any ? begins_with_letter(letters)
                             : !letters.empty() && begins_a_word(letters);
}

/// True for what other line protocols put after a word that Redis knows too.
bool is_of_another_protocol(std::string_view first_argument, std::string_view line) {
  constexpr std::array<std::string_view, 3> kVersions{" HTTP/", " SIP/2.0", " RTSP/"};
  if (!first_argument.empty() &&
      std::string_view("/:{").find(first_argument.front()) != std::string_view::npos) {
    return true;  // a path, IRC's last argument, NATS's JSON
  }
  if (first_argument.find("://") != first_argument.npos || first_argument.starts_with("sip:")) {
    return true;
  }
  return std::any_of(kVersions.begin(), kVersions.end(),
                     [line](std::string_view version) { return line.find(version) != line.npos; });
}

}  // namespace

std::optional<CommandView> view_inline_line(std::string_view line, Words words) {
  const std::string_view whole = line;
  if (line.empty() || is_blank(line.front())) return std::nullopt;
  if (!std::all_of(line.begin(), line.end(), is_line_octet)) return std::nullopt;
  CommandView view;
  for (std::string_view word = next_word(line); !word.empty(); word = next_word(line)) {
    if (view.words < std::ssize(view.word)) view.word[static_cast<std::size_t>(view.words)] = word;
    ++view.words;
  }
  if (!admits(words, view.word[0])) return std::nullopt;
  if (is_of_another_protocol(view.word[1], whole)) return std::nullopt;
  return view;
}

std::optional<InlineCommand> read_inline_command(std::string_view data, Words words) {
  const std::size_t end = data.substr(0, kMaxInlineLine).find('\n');
  if (end == data.npos) return std::nullopt;
  std::string_view line = data.substr(0, end);
  if (line.ends_with('\r')) line.remove_suffix(1);
  const auto view = view_inline_line(line, words);
  if (!view) return std::nullopt;
  return InlineCommand{end + 1, *view};
}

bool may_become_inline_command(std::string_view data, Words words) {
  if (data.size() >= kMaxInlineLine || data.find('\n') != data.npos) return false;
  if (data.ends_with('\r')) data.remove_suffix(1);
  std::string_view rest = data;
  const std::string_view word = next_word(rest);
  if (word.size() == data.size()) return may_begin(words, word);
  return view_inline_line(data, words).has_value();
}

}  // namespace rstcause::resp
