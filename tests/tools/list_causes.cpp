// SPDX-License-Identifier: GPL-2.0-or-later
//
// list_causes
//
// The catalogue as JSON, one object a row, for the pages that are written from it
// (tests/lint/cause_pages.py). Beside the row's own words: what the engine says of the row's
// example, and which other causes it ranks beside it there.
#include <iostream>
#include <string>
#include <string_view>

#include "engine/cause.h"
#include "engine/json.h"
#include "support/trace.h"

namespace {

using rstcause::Cause;
using rstcause::Sender;
using rstcause::Severity;

std::string_view name_of(Severity severity) {
  switch (severity) {
    case Severity::chat:
      return "Chat";
    case Severity::note:
      return "Note";
    case Severity::warning:
      return "Warning";
    case Severity::error:
      return "Error";
  }
  return "";
}

std::string_view name_of(Sender sender) {
  switch (sender) {
    case Sender::endpoint:
      return "endpoint";
    case Sender::middlebox:
      return "middlebox";
    case Sender::third_party:
      return "third_party";
    case Sender::unknown:
      return "unknown";
  }
  return "";
}

/// The members of one JSON object.
class Members {
 public:
  void add(std::string_view key, std::string_view value) {
    add_raw(key, rstcause::json_string(value));
  }
  void add_raw(std::string_view key, std::string_view json) {
    text_ += text_.empty() ? "{" : ", ";
    text_ += rstcause::json_string(key);
    text_ += ": ";
    text_ += json;
  }
  std::string object() const { return text_ + "}"; }

 private:
  std::string text_;
};

template <typename Items, typename ToJson>
std::string list(const Items& items, ToJson to_json) {
  std::string text = "[";
  for (const auto& item : items) {
    if (text.size() > 1) text += ", ";
    text += to_json(item);
  }
  return text + "]";
}

std::string variant(const rstcause::Variant& form) {
  Members members;
  members.add("detail", form.detail);
  members.add("kernel_reason", form.kernel_reason);
  members.add("netstat", form.netstat);
  return members.object();
}

std::string row(const Cause& cause) {
  const rstcause::test::Trace example(cause.example);
  const rstcause::Report report = example.report();
  Members members;
  members.add("token", cause.token);
  members.add("title", cause.title);
  members.add("meaning", cause.meaning);
  members.add("says", report.summary);
  members.add("advice", report.advice);
  members.add("apart", cause.apart);
  members.add("source", cause.source);
  members.add("severity", name_of(cause.severity));
  members.add("sender", name_of(cause.sender));
  members.add_raw("benign", cause.benign ? "true" : "false");
  members.add_raw("listener_replies", cause.listener_replies ? "true" : "false");
  members.add("kernel_reason", cause.kernel_reason);
  members.add("netstat", cause.netstat);
  members.add_raw("ceiling", std::to_string(cause.ceiling));
  members.add_raw("variants", list(cause.variants, variant));
  members.add_raw("beside", list(report.alternatives, [](const auto& other) {
                    return rstcause::json_string(other.reason);
                  }));
  return members.object();
}

}  // namespace

int main() {
  for (const Cause& cause : rstcause::catalogue()) std::cout << row(cause) << '\n';
  return std::cout.flush().good() ? 0 : 1;
}
