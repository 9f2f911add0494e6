// SPDX-License-Identifier: GPL-2.0-or-later
#include "app/exchange.h"

#include <algorithm>
#include <initializer_list>

#include "app/cursor.h"

namespace rstcause::app {
namespace {

/// More requests under way than this are counted no more.
constexpr std::size_t kMostAsked = 16;

}  // namespace

bool speaks_of_idleness(std::string_view text) {
  const std::initializer_list<std::string_view> words = {"TIMEOUT", "TIMED OUT", "TIME-OUT",
                                                         "IDLE",    "INACTIV",   "STALE CONN"};
  return std::any_of(words.begin(), words.end(),
                     [&](std::string_view word) { return contains(text, word); });
}

void Exchange::ask(std::uint32_t id, std::int64_t time, std::string_view what) {
  if (asked_.size() == kMostAsked) {
    sure = false;
    return;
  }
  asked_.push_back({id, what, time});
}

bool Exchange::answer(std::uint32_t id) {
  const auto found = std::find_if(asked_.begin(), asked_.end(),
                                  [id](const Asked& asked) { return asked.id == id; });
  if (found == asked_.end()) return false;
  asked_.erase(found);
  count_answer();
  return true;
}

void Exchange::answer_oldest() {
  if (asked_.empty()) return;
  asked_.erase(asked_.begin());
  count_answer();
}

void Exchange::answer_all() {
  if (asked_.empty()) return;
  asked_.clear();
  sure = true;
  count_answer();
}

void Exchange::ping(Side from, std::int64_t time) {
  if (pinged[index(from)]) return;  // the oldest one counts
  pinged[index(from)] = true;
  ping_time[index(from)] = time;
}

void Exchange::introduce(Side from, std::string_view program) {
  programs_[index(from)] = std::make_unique<resp::BoundedText<60>>(program);
}

void Exchange::bid_farewell(Side from, Farewell::Kind kind, std::string_view code,
                            std::string_view text) {
  farewells_[index(from)] = std::make_unique<Farewell>(
      Farewell{kind, resp::BoundedText<48>(code), resp::BoundedText<120>(text)});
  answered_since_[index(from)] = false;
}

void Exchange::speak(Side from) {
  if (farewells_[index(from)] && answered_since_[index(from)]) farewells_[index(from)].reset();
  answered_since_[index(other(from))] = true;
}

void Exchange::lose_count() {
  asked_.clear();
  pinged = {};
  sure = false;
}

}  // namespace rstcause::app
