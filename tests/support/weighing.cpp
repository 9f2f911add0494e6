// SPDX-License-Identifier: GPL-2.0-or-later
#include "support/weighing.h"

#include <cstdio>

#include "engine/classify.h"
#include "engine/json.h"

namespace rstcause {
namespace {

std::string number(double value) {
  char text[32];
  std::snprintf(text, sizeof text, "%.6g", value);
  return text;
}

std::string_view word(const Answer& answer) {
  if (answer.is_yes()) return "yes";
  return answer.is_no() ? "no" : "unknown";
}

std::string clue_json(const Weight& weight, const Scene& scene) {
  return R"({"name":)" + json_string(weight.clue->name) + R"(,"answer":")" +
         std::string(word(weight.clue->ask(scene))) + R"(","if_yes":)" + number(weight.if_yes) +
         R"(,"if_no":)" + number(weight.if_no) + "}";
}

std::string row_json(const Cause& cause, const Scene& scene) {
  std::string row = R"({"reason":)" + json_string(cause.token);
  const auto odds = weigh(cause, scene);
  if (!odds) return row + R"(,"odds":null})";
  row += R"(,"odds":)" + number(*odds) + R"(,"prior":)" + number(cause.prior) + R"(,"clues":[)";
  std::string_view comma;
  for (const Weight& weight : cause.favours) {
    row += std::string(comma) + clue_json(weight, scene);
    comma = ",";
  }
  return row + "]}";
}

}  // namespace

void Weighings::note(const Scene& scene) {
  std::string rows;
  for (const Cause& cause : catalogue()) rows += (rows.empty() ? "" : ",") + row_json(cause, scene);
  rows_[scene.rst.frame] = std::move(rows);
}

std::string Weighings::to_json(const Explained& reset, std::string_view file) const {
  std::string line =
      R"({"file":)" + json_string(file) + R"(,"frame":)" + std::to_string(reset.frame());
  if (reset.duplicate_of != 0)
    return line + R"(,"duplicate_of":)" + std::to_string(reset.duplicate_of) + "}";
  return line + R"(,"rows":[)" + rows_.at(reset.reset.frame) + "]}";
}

}  // namespace rstcause
