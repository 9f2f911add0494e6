// SPDX-License-Identifier: GPL-2.0-or-later
//
// list_causes [--texts]
//
// The catalogue as JSON, one object a row, for the pages that are written from it
// (tests/lint/cause_pages.py). Beside the row's own words: what the engine says of the row's
// example, and which other causes it ranks beside it there.
//
// --texts: every text that is filled for one reset, as a template, one object a line, for its
// translations (tests/lint/sentences.py).
#include <iostream>
#include <set>
#include <string>
#include <string_view>
#include <utility>

#include "app/remedy.h"
#include "engine/judge/cause.h"
#include "engine/judge/clues/form.h"
#include "engine/judge/witness.h"
#include "engine/tell/json_text.h"
#include "resp/remedy.h"
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

/// Prints each text once, whatever uses it.
class Texts {
 public:
  void print(std::string_view kind, std::string_view text) {
    if (text.empty() || !printed_.emplace(kind, text).second) return;
    JsonObject o;
    o.string("kind", kind);
    o.string("text", text);
    std::cout << o.text() << '\n';
  }
  void print(const rstcause::Clue* clue) {
    if (clue != nullptr) print("evidence", clue->sentence);
  }
  template <typename Clues>
  void print_all(const Clues& clues) {
    for (const rstcause::Clue* clue : clues) print(clue);
  }

 private:
  std::set<std::pair<std::string_view, std::string_view>> printed_;
};

void print_clues(const Cause& cause, Texts& texts) {
  texts.print_all(cause.needs);
  for (const rstcause::Weight& weight : cause.favours) texts.print(weight.clue);
  texts.print_all(cause.proved_by);
  texts.print_all(cause.only_sure_by);
  texts.print(cause.root);
  texts.print(cause.benign_if);
  for (const rstcause::Variant& form : cause.variants) texts.print(form.clue);
  for (const rstcause::Situation& situation : cause.situations) texts.print(situation.clue);
}

void print_texts(const Cause& cause, Texts& texts) {
  for (const std::string_view summary : {cause.summary, cause.elsewhere})
    texts.print("summary", summary);
  for (const std::string_view advice : {cause.advice, cause.elsewhere_advice, cause.benign_advice})
    texts.print("advice", advice);
  for (const rstcause::Variant& form : cause.variants) {
    texts.print("summary", form.summary);
    texts.print("advice", form.advice);
  }
  for (const rstcause::Situation& situation : cause.situations) {
    texts.print("summary", situation.summary);
    texts.print("advice", situation.advice);
  }
  print_clues(cause, texts);
}

void print_all_texts() {
  Texts texts;
  for (const Cause& cause : rstcause::catalogue()) print_texts(cause, texts);
  // What is cited whatever the cause (judge/classify.cpp).
  texts.print(&rstcause::clues::the_kernel_said_so);
  texts.print(&rstcause::clues::follows_its_senders_segments);
  texts.print(&rstcause::clues::is_of_a_known_connection);
  for (const std::string_view remedy : rstcause::app::remedies()) texts.print("remedy", remedy);
  for (const std::string_view remedy : rstcause::resp::remedies()) texts.print("remedy", remedy);
}

}  // namespace

int main(int count, char** words) {
  if (count > 1 && std::string_view(words[1]) == "--texts") {
    print_all_texts();
    return std::cout.flush().good() ? 0 : 1;
  }
  for (const Cause& cause : rstcause::catalogue()) std::cout << row(cause) << '\n';
  return std::cout.flush().good() ? 0 : 1;
}
