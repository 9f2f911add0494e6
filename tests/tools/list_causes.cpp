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

#include "engine/judge/cause.h"
#include "engine/tell/json_text.h"
#include "support/trace.h"

namespace {

using rstcause::Cause;
using rstcause::json_array;
using rstcause::JsonObject;
using rstcause::Sender;

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

std::string variant(const rstcause::Variant& form) {
  JsonObject o;
  o.string("detail", form.detail);
  o.string("words", form.words);
  o.string("kernel_reason", form.kernel_reason);
  o.string("netstat", form.netstat);
  return o.text();
}

std::string row(const Cause& cause) {
  const rstcause::test::Trace example(cause.example);
  const rstcause::Report report = example.report();
  JsonObject o;
  o.string("token", cause.token);
  o.string("title", cause.title);
  o.string("meaning", cause.meaning);
  o.string("says", report.summary);
  o.string("advice", report.advice);
  o.string("apart", cause.apart);
  o.string("source", cause.source);
  o.string("severity", to_string(cause.severity));
  o.string("sender", name_of(cause.sender));
  o.boolean("benign", cause.benign);
  o.boolean("listener_replies", cause.listener_replies);
  o.string("kernel_reason", cause.kernel_reason);
  o.string("netstat", cause.netstat);
  o.number("ceiling", cause.ceiling);
  o.raw("variants", json_array(cause.variants, variant));
  o.raw("beside", json_array(report.alternatives, [](const auto& other) {
          return rstcause::json_string(other.reason);
        }));
  return o.text();
}

}  // namespace

int main() {
  for (const Cause& cause : rstcause::catalogue()) std::cout << row(cause) << '\n';
  return std::cout.flush().good() ? 0 : 1;
}
