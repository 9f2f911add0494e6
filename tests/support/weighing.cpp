// SPDX-License-Identifier: GPL-2.0-or-later
#include "support/weighing.h"

#include <cstdio>

#include "engine/judge/ranking.h"
#include "engine/tell/json_text.h"

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
  JsonObject o;
  o.string("name", weight.clue->name);
  o.string("answer", word(weight.clue->ask(scene)));
  o.raw("if_yes", number(weight.if_yes));
  o.raw("if_no", number(weight.if_no));
  return o.text();
}

std::string row_json(const Cause& cause, const Scene& scene) {
  JsonObject o;
  o.string("reason", cause.token);
  const auto odds = weigh(cause, scene);
  o.raw("odds", odds ? number(*odds) : "null");
  if (!odds) return o.text();
  o.raw("prior", number(cause.prior));
  o.raw("clues",
        json_array(cause.favours, [&](const Weight& weight) { return clue_json(weight, scene); }));
  return o.text();
}

}  // namespace

void Weighings::note(const Scene& scene) {
  std::string rows;
  for (const Cause& cause : catalogue()) rows += (rows.empty() ? "" : ",") + row_json(cause, scene);
  rows_[scene.rst.frame] = std::move(rows);
}

std::string Weighings::to_json(const Explained& reset, std::string_view file) const {
  JsonObject o;
  o.string("file", file);
  o.number("frame", reset.frame());
  o.frame("duplicate_of", reset.duplicate_of);
  if (reset.duplicate_of == 0) o.raw("rows", "[" + rows_.at(reset.reset.frame) + "]");
  return o.text();
}

}  // namespace rstcause
