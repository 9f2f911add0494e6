// SPDX-License-Identifier: GPL-2.0-or-later
#include "engine/judge/verdict_cache.h"

#include <algorithm>
#include <utility>

namespace rstcause {

const CachedWeighing* VerdictCache::find(const Scene& scene, Answers& into) {
  const Node* node = first_[scene.matters()];
  while (node->question != nullptr) node = node->next[into.ask(node->place, node->question, scene)];
  if (node->found != nullptr) ++hits_;
  return node->found;
}

void VerdictCache::add(const Scene& scene, std::span<const Asked> in_turn, const Answers& answers,
                       CachedWeighing&& found) {
  if (nodes_.size() + in_turn.size() >= kMostNodes) cut_down();
  if (!pays_) return;
  Node** at = &first_[scene.matters()];
  for (const auto& [clue, place] : in_turn) {
    if (*at == &new_) {
      nodes_.push_back(Node{clue->ask, place, {&new_, &new_, &new_}});
      *at = &nodes_.back();
    }
    at = &(*at)->next[static_cast<std::size_t>(answers[place].kind)];
  }
  const CachedWeighing& kept = kept_.emplace_back(std::move(found));
  *at = &nodes_.emplace_back(Node{.found = &kept});
}

void VerdictCache::cut_down() {
  pays_ = hits_ > kept_.size();
  hits_ = 0;
  std::fill(first_.begin(), first_.end(), &new_);
  nodes_.clear();
  kept_.clear();
}

}  // namespace rstcause
