// SPDX-License-Identifier: GPL-2.0-or-later
#include "engine/tell/tally.h"

#include <algorithm>
#include <cstdio>
#include <vector>

namespace rstcause {
namespace {

constexpr std::size_t kMostPairs = 5;
constexpr int kWidth = 80;

struct Counted {
  std::string name;
  std::uint64_t count = 0;
};

template <typename Map, typename Count>
std::vector<Counted> by_number(const Map& map, Count count) {
  std::vector<Counted> sorted;
  sorted.reserve(map.size());
  for (const auto& [name, value] : map) sorted.push_back({std::string(name), count(value)});
  std::stable_sort(sorted.begin(), sorted.end(), [](const Counted& left, const Counted& right) {
    return left.count > right.count;
  });
  return sorted;
}

std::string row(const std::string& name, std::uint64_t count, double share,
                const std::string& rate) {
  char text[192];
  std::snprintf(text, sizeof text, "%-52.52s %8llu %7.2f%% %9s\n", name.c_str(),
                static_cast<unsigned long long>(count), share, rate.c_str());
  return text;
}

double share(std::uint64_t part, std::uint64_t of) {
  return of == 0 ? 0.0 : 100.0 * static_cast<double>(part) / static_cast<double>(of);
}

std::string rate_text(std::uint64_t count, Nanos span) {
  if (span <= 0) return "-";
  char text[32];
  std::snprintf(text, sizeof text, "%.4f",
                static_cast<double>(count) / (static_cast<double>(span) / 1e9));
  return text;
}

}  // namespace

std::string pair_of(const Flow& flow, const Explained& reset) {
  const auto text = [&](End end) {
    return flow.is_client(end) ? to_string(flow.address(end))
                               : to_string(flow.address(end), flow.port(end));
  };
  return text(reset.from()) + " -> " + text(other(reset.from()));
}

void Tally::count(const Flow& flow, const Explained& reset) {
  if (reset.duplicate_of != 0) return;
  if (total_++ == 0) first_ = last_ = reset.time();
  first_ = std::min(first_, reset.time());
  last_ = std::max(last_, reset.time());
  Group& group = causes_[reset.verdict.cause->token];
  ++group.count;
  ++group.pairs[pair_of(flow, reset)];
}

std::string Tally::rows_of(std::string_view cause, const Group& group) const {
  std::string text = row(" " + std::string(cause), group.count, share(group.count, total_),
                         rate_text(group.count, last_ - first_));
  const std::vector<Counted> pairs = by_number(group.pairs, [](std::uint64_t n) { return n; });
  for (std::size_t i = 0; i < std::min(pairs.size(), kMostPairs); ++i)
    text += row("  " + pairs[i].name, pairs[i].count, share(pairs[i].count, group.count), "");
  if (pairs.size() > kMostPairs)
    text += "  ... and " + std::to_string(pairs.size() - kMostPairs) + " more pairs\n";
  return text;
}

std::string Tally::text(const std::string& filter) const {
  const std::string rule(kWidth, '=');
  std::string text = rule + "\nTCP Reset Causes" + (filter.empty() ? "" : ": " + filter) + "\n";
  char head[192];
  std::snprintf(head, sizeof head, "%-52s %8s %8s %9s\n", "Cause / sender -> receiver", "Count",
                "Share", "Rate (/s)");
  text += head + std::string(kWidth, '-') + "\n";
  text += row("Resets", total_, share(total_, total_), rate_text(total_, last_ - first_));
  for (const Counted& cause : by_number(causes_, [](const Group& g) { return g.count; }))
    text += rows_of(cause.name, causes_.at(cause.name));
  return text + rule + "\n";
}

}  // namespace rstcause
