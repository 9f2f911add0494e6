// SPDX-License-Identifier: GPL-2.0-or-later
#include "engine/wire/word.h"

#include <algorithm>
#include <charconv>
#include <optional>

namespace rstcause {
namespace {

constexpr std::string_view kOurs = "rstcause: ";
constexpr std::string_view kSent = "sent";
constexpr std::string_view kWithoutTcp = "sent without its TCP: firewall or raw socket";
constexpr std::string_view kReceived = "received";
/// No line of ours is longer; what a comment holds beyond it is not read.
constexpr std::size_t kMostLine = 512;

bool take_prefix(std::string_view& text, std::string_view prefix) {
  if (!text.starts_with(prefix)) return false;
  text.remove_prefix(prefix.size());
  return true;
}

/// The next word of the line, which one space ends.
std::string_view take_item(std::string_view& line) {
  const std::size_t end = std::min(line.find(' '), line.size());
  const std::string_view item = line.substr(0, end);
  line.remove_prefix(std::min(end + 1, line.size()));
  return item;
}

/// Names of the kernel: A-Z, 0-9 and the underscore.
bool is_name(std::string_view text) {
  const auto fits = [](char c) {
    return (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
  };
  return !text.empty() && text.size() <= Word::kMostName &&
         std::all_of(text.begin(), text.end(), fits);
}

std::optional<std::uint32_t> number(std::string_view text) {
  std::uint32_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return value;
}

bool is_plain(char c) {
  return c > ' ' && c < '\x7f';
}

/// A process names itself as it likes: whatever is not plain ASCII is written as %XX.
std::string escaped(std::string_view text) {
  constexpr std::string_view kDigits = "0123456789ABCDEF";
  std::string made;
  for (const char c : text) {
    if (is_plain(c) && c != '%') {
      made += c;
      continue;
    }
    const auto octet = static_cast<unsigned char>(c);
    made += {'%', kDigits[octet >> 4U], kDigits[octet & 0xFU]};
  }
  return made;
}

/// Back to a text that can be shown: of what was escaped only the space comes back, for anything
/// else may steer a terminal or hide what stands beside it.
std::string shown(std::string_view text) {
  std::string made;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text.substr(i, 3) == "%20") {
      made += ' ';
      i += 2;
    } else if (text.substr(i, 3) == "%25") {
      made += '%';
      i += 2;
    } else {
      made += is_plain(text[i]) ? text[i] : '?';
    }
  }
  return made;
}

/// One `key=value`. False where a key that we know has a value that it cannot have.
bool take_pair(std::string_view key, std::string_view value, Word& into) {
  if (key == "reason" || key == "state") {
    if (!is_name(value)) return false;
    (key == "reason" ? into.reason : into.state) = ShortText<Word::kMostName>::of(value);
  } else if (key == "as") {
    into.as_answer = value == "answer";
    return into.as_answer || value == "abort";
  } else if (key == "taken") {
    into.taken = value == "yes";
    return into.taken || value == "no";
  } else if (key == "listener") {
    into.listener_closed = value == "closed";
    return into.listener_closed;
  } else if (key == "pid") {
    const auto pid = number(value);
    into.pid = pid.value_or(0);
    return pid.has_value();
  } else if (key == "comm") {
    into.comm = ShortText<Word::kMostProcess>::of(shown(value));
  }
  return true;
}

bool take_pairs(std::string_view rest, Word& into) {
  while (!rest.empty()) {
    const std::string_view item = take_item(rest);
    const std::size_t equals = item.find('=');
    if (equals == std::string_view::npos) return item.empty();
    if (!take_pair(item.substr(0, equals), item.substr(equals + 1), into)) return false;
  }
  return true;
}

/// A line of one kind may hold keys of another: somebody else's, who knew no better. They state
/// nothing.
void forget_what_is_not_its_own(Word& word) {
  if (word.kind != Word::Kind::sent) {
    word.reason = word.state = {};
    word.as_answer = word.listener_closed = false;
  }
  if (word.kind != Word::Kind::received) word.taken = false;
}

Word parse_ours(std::string_view line) {
  Word word;
  if (take_prefix(line, kWithoutTcp))
    word.kind = Word::Kind::without_tcp;
  else if (take_prefix(line, kSent))
    word.kind = Word::Kind::sent;
  else if (take_prefix(line, kReceived))
    word.kind = Word::Kind::received;
  if (!word.is_told() || (!line.empty() && !take_prefix(line, " "))) return {};
  if (!take_pairs(line, word)) return {};
  forget_what_is_not_its_own(word);
  // A sending of which nothing is told tells nothing.
  const bool says_nothing =
      word.kind == Word::Kind::sent && word.reason.empty() && word.state.empty();
  return says_nothing ? Word{} : word;
}

/// ptcpdump's comment: a line for each matter, `Key: value`. As far as we know it shows
///
///     PID: 10158
///     Cmd: /usr/bin/wget
///     Args: wget kernel.org
///
/// with more lines for the container and the pod, and in newer versions `ParentPID:` and others.
Word parse_ptcpdump(std::string_view text) {
  Word word;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    std::string_view line = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    if (line.ends_with('\r')) line.remove_suffix(1);
    if (take_prefix(line, "PID: ")) {
      const auto pid = number(line);
      if (!pid || *pid == 0) return {};
      word.pid = *pid;
    } else if (take_prefix(line, "Cmd: ")) {
      line = line.substr(line.rfind('/') + 1);
      word.comm = ShortText<Word::kMostProcess>::of(shown(line));
    }
  }
  if (word.pid == 0 || word.comm.empty()) return {};
  word.kind = Word::Kind::process;
  return word;
}

int rank_of(Word::Kind kind) {
  switch (kind) {
    case Word::Kind::sent:
      return 4;
    case Word::Kind::without_tcp:
      return 3;
    case Word::Kind::received:
      return 2;
    case Word::Kind::process:
      return 1;
    case Word::Kind::none:
      break;
  }
  return 0;
}

}  // namespace

Word parse_word(std::string_view comment) {
  std::string_view line = comment.substr(0, kMostLine);
  if (take_prefix(line, kOurs)) return parse_ours(line.substr(0, line.find('\n')));
  if (line.find("PID: ") != std::string_view::npos) return parse_ptcpdump(line);
  return {};
}

Word joined(const Word& left, const Word& right) {
  const bool left_first = rank_of(left.kind) >= rank_of(right.kind);
  Word word = left_first ? left : right;
  const Word& other = left_first ? right : left;
  if (word.pid == 0 && other.kind == Word::Kind::process) {
    word.pid = other.pid;
    word.comm = other.comm;
  }
  return word;
}

std::string to_comment(const Word& word, std::uint64_t netns) {
  std::string line(kOurs);
  const auto add = [&](std::string_view key, std::string_view value) {
    line += ' ';
    line += key;
    line += '=';
    line += value;
  };
  switch (word.kind) {
    case Word::Kind::sent:
      line += kSent;
      if (!word.reason.empty()) add("reason", word.reason.view());
      if (!word.state.empty()) add("state", word.state.view());
      add("as", word.as_answer ? "answer" : "abort");
      if (word.listener_closed) add("listener", "closed");
      break;
    case Word::Kind::without_tcp:
      line += kWithoutTcp;
      break;
    case Word::Kind::received:
      line += kReceived;
      add("taken", word.taken ? "yes" : "no");
      break;
    case Word::Kind::process:
    case Word::Kind::none:
      return {};
  }
  if (word.pid != 0) {
    add("pid", std::to_string(word.pid));
    add("comm", escaped(word.comm.view()));
  }
  if (netns != 0) add("netns", std::to_string(netns));
  return line;
}

}  // namespace rstcause
