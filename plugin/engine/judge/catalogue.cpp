// SPDX-License-Identifier: GPL-2.0-or-later
//
// THE TABLE: every cause of a TCP reset that the plugin can name. Start reading here; the rows
// stand in causes/, a file for each family.
//
// A row is complete: words for humans, what Linux calls it, the clues that it needs, that
// favour it and that rule it out, and an example. Nothing else in the project knows a cause
// by name. How to add one: .github/CONTRIBUTING.md.
//
// About the numbers. `prior` and weights are natural logarithms of odds against `unknown`,
// whose odds are 1 (0). A row whose needs are met stands near 5, so `unknown` keeps under one
// percent; rows that no capture can tell apart (linger0 and a close with unread data, say)
// stand close together and share the probability. `ceiling` is the honest maximum from one
// capture without a word from the host.
#include <algorithm>
#include <array>

#include "engine/judge/cause.h"
#include "engine/judge/causes/aborts.h"
#include "engine/judge/causes/after_close.h"
#include "engine/judge/causes/declared.h"
#include "engine/judge/causes/follow_ups.h"
#include "engine/judge/causes/forged.h"
#include "engine/judge/causes/forgotten.h"
#include "engine/judge/causes/giving_up.h"
#include "engine/judge/causes/no_cause.h"
#include "engine/judge/causes/refused.h"
#include "engine/judge/causes/refused_answer.h"

namespace rstcause {
namespace {

template <std::size_t... N>
constexpr auto joined(const Cause (&... families)[N]) {
  std::array<Cause, (N + ...)> rows{};
  Cause* end = rows.data();
  ((end = std::copy(std::begin(families), std::end(families), end)), ...);
  return rows;
}

/// In the order of the documentation.
constexpr auto kCatalogue =
    joined(causes::kFollowUps, causes::kRefused, causes::kRefusedAnswer, causes::kAfterClose,
           causes::kGivingUp, causes::kAborts, causes::kForgotten, causes::kForged,
           causes::kDeclared, causes::kNoCause);

// classify() keeps the rows that are left as the bits of one word.
static_assert(std::size(kCatalogue) <= 64, "more rows than bits");

constexpr bool well_formed(std::span<const Cause> causes) {
  for (std::size_t i = 0; i < causes.size(); ++i) {
    const Cause& c = causes[i];
    if (c.token.empty() || c.summary.empty() || c.advice.empty() || c.example.empty()) return false;
    if (c.needs.empty() || c.ceiling < 1 || c.ceiling > 99) return false;
    for (const char letter : c.token) {
      if (letter != '_' && !(letter >= 'a' && letter <= 'z') && !(letter >= '0' && letter <= '9'))
        return false;
    }
    for (std::size_t j = 0; j < i; ++j) {
      if (causes[j].token == c.token) return false;
    }
  }
  return true;
}
static_assert(well_formed(kCatalogue),
              "every cause needs a unique token, words, a clue that it needs and an example");

std::span<const Cause> rows_in_place = kCatalogue;

}  // namespace

std::string_view to_string(Severity severity) {
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

std::span<const Cause> catalogue() {
  return rows_in_place;
}

CatalogueInPlace::CatalogueInPlace(std::span<const Cause> rows) {
  rows_in_place = rows;
}

CatalogueInPlace::~CatalogueInPlace() {
  rows_in_place = kCatalogue;
}

const Cause* find_cause(std::string_view token) {
  for (const Cause& cause : catalogue()) {
    if (cause.token == token) return &cause;
  }
  return nullptr;
}

}  // namespace rstcause
