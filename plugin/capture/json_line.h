// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace rstcause::capture {

/// One line of NDJSON that holds one flat object: strings, numbers, true and false, and lists of
/// strings. What a number is stays with its reader.
class JsonLine {
 public:
  /// Nothing where the line is no such object (RFC 8259).
  static std::optional<JsonLine> parse(std::string_view line);

  /// A string, a number's digits, or "true" and "false"; empty: there is none.
  std::string_view value(const std::string& key) const;
  const std::vector<std::string>& list(const std::string& key) const;

 private:
  std::map<std::string, std::string> values_;
  std::map<std::string, std::vector<std::string>> lists_;
};

}  // namespace rstcause::capture
