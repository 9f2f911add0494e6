// SPDX-License-Identifier: GPL-2.0-or-later
#include "engine/judge/verdict_cache.h"

#include <algorithm>
#include <utility>

namespace rstcause {

const Precedent* Precedents::find(const Scene& scene, Answers& into) {
  const Step* step = first_[scene.matters()];
  while (step->question != nullptr) step = step->next[into.ask(step->place, step->question, scene)];
  if (step->found != nullptr) ++hits_;
  return step->found;
}

void Precedents::add(const Scene& scene, std::span<const Asked> in_turn, const Answers& answers,
                     Precedent&& found) {
  if (steps_.size() + in_turn.size() >= kMostSteps) cut_down();
  if (!pays_) return;
  Step** at = &first_[scene.matters()];
  for (const auto& [clue, place] : in_turn) {
    if (*at == &new_) {
      steps_.push_back(Step{clue->ask, place, {&new_, &new_, &new_}});
      *at = &steps_.back();
    }
    at = &(*at)->next[static_cast<std::size_t>(answers[place].kind)];
  }
  const Precedent& kept = kept_.emplace_back(std::move(found));
  *at = &steps_.emplace_back(Step{.found = &kept});
}

void Precedents::cut_down() {
  pays_ = hits_ > kept_.size();
  hits_ = 0;
  std::fill(first_.begin(), first_.end(), &new_);
  steps_.clear();
  kept_.clear();
}

}  // namespace rstcause
