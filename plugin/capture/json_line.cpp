// SPDX-License-Identifier: GPL-2.0-or-later
#include "capture/json_line.h"

#include <charconv>

namespace rstcause::capture {
namespace {

/// Takes the line apart from its front; every take_...() fails on what does not belong there.
class Scanner {
 public:
  explicit Scanner(std::string_view text) : rest_(text) {}

  bool take(char wanted) {
    skip_space();
    if (rest_.empty() || rest_.front() != wanted) return false;
    rest_.remove_prefix(1);
    return true;
  }
  bool at_end() {
    skip_space();
    return rest_.empty();
  }
  std::optional<std::string> take_string() {
    if (!take('"')) return {};
    std::string made;
    while (!rest_.empty()) {
      const char c = rest_.front();
      rest_.remove_prefix(1);
      if (c == '"') return made;
      if (c == '\\' && !take_escape(made)) return {};
      if (c != '\\') made += c;
    }
    return {};
  }
  /// A number, true, false or null, as it stands.
  std::optional<std::string> take_word() {
    skip_space();
    const std::size_t end = std::min(rest_.find_first_of(",]} \t"), rest_.size());
    std::string word(rest_.substr(0, end));
    rest_.remove_prefix(end);
    if (word.empty() || word.find('"') != std::string::npos) return {};
    return word;
  }
  bool is_next(char wanted) {
    skip_space();
    return !rest_.empty() && rest_.front() == wanted;
  }

 private:
  void skip_space() {
    rest_.remove_prefix(std::min(rest_.find_first_not_of(" \t\r"), rest_.size()));
  }

  /// A task's name may hold any octet but NUL, and is written as UTF-8; our own lines hold \u for
  /// control characters alone.
  bool take_escape(std::string& into) {
    if (rest_.empty()) return false;
    const char c = rest_.front();
    rest_.remove_prefix(1);
    constexpr std::string_view kFrom = "\"\\/bfnrt", kTo = "\"\\/\b\f\n\r\t";
    if (const std::size_t at = kFrom.find(c); at != std::string_view::npos) {
      into += kTo[at];
      return true;
    }
    constexpr std::size_t kDigits = 4;
    unsigned code = 0;
    if (c != 'u' || rest_.size() < kDigits) return false;
    const auto [end, error] = std::from_chars(rest_.data(), rest_.data() + kDigits, code, 16);
    if (error != std::errc{} || end != rest_.data() + kDigits) return false;
    rest_.remove_prefix(kDigits);
    into += code < 0x80 ? static_cast<char>(code) : '?';
    return true;
  }

  std::string_view rest_;
};

std::optional<std::vector<std::string>> take_list(Scanner& scanner) {
  std::vector<std::string> made;
  if (!scanner.take('[')) return {};
  if (scanner.take(']')) return made;
  do {
    auto item = scanner.take_string();
    if (!item) return {};
    made.push_back(std::move(*item));
  } while (scanner.take(','));
  if (!scanner.take(']')) return {};
  return made;
}

}  // namespace

std::optional<JsonLine> JsonLine::parse(std::string_view line) {
  Scanner scanner(line);
  JsonLine made;
  if (!scanner.take('{')) return {};
  if (scanner.take('}')) return scanner.at_end() ? std::optional(made) : std::nullopt;
  do {
    auto key = scanner.take_string();
    if (!key || !scanner.take(':')) return {};
    if (scanner.is_next('[')) {
      auto list = take_list(scanner);
      if (!list) return {};
      made.lists_[*key] = std::move(*list);
    } else {
      auto value = scanner.is_next('"') ? scanner.take_string() : scanner.take_word();
      if (!value) return {};
      made.values_[*key] = std::move(*value);
    }
  } while (scanner.take(','));
  if (!scanner.take('}') || !scanner.at_end()) return {};
  return made;
}

std::string_view JsonLine::value(const std::string& key) const {
  const auto found = values_.find(key);
  return found == values_.end() ? std::string_view{} : std::string_view(found->second);
}

const std::vector<std::string>& JsonLine::list(const std::string& key) const {
  static const std::vector<std::string> none;
  const auto found = lists_.find(key);
  return found == lists_.end() ? none : found->second;
}

}  // namespace rstcause::capture
