// SPDX-License-Identifier: GPL-2.0-or-later
#include "glue/session.h"

#include <algorithm>
#include <memory>
#include <utility>

#include "engine/judge/failure.h"
#include "glue/guard.h"

namespace rstcause::glue {

std::unique_ptr<Session> current_session;

/// A number that is not above all before it.
bool Session::begin_again(Frame frame, std::int64_t offset) {
  if (frame < observed_ || offset == offset_) return false;
  since_[frame] = engine.explained().size();
  engine.forget_labels(frame);
  offset_ = offset;
  return true;
}

std::pair<std::size_t, std::size_t> Session::resets_in(Frame frame) const {
  auto [first, last] = engine.resets_in(frame);
  if (since_.empty()) return {first, last};
  const auto again = since_.find(frame);
  if (again != since_.end()) first = std::min(std::max(first, again->second), last);
  return {first, last};
}

void Session::add_report(const Explained& reset) {
  Report made = report_on(engine, reset);
  write_out_testimonies(engine, made);
  reports_.push_back(std::move(made));
}

const std::vector<Report>& Session::reports_of(Frame frame) {
  reports_.clear();
  failed_.clear();
  const auto [first, last] = resets_in(frame);
  for (std::size_t i = first; i < last; ++i) {
    if (guarded([&] { add_report(engine.explained()[i]); })) continue;
    failed_.push_back(told_as_failure(engine.explained()[i]));
    add_report(failed_.back());
  }
  return reports_;
}

void open_session(EngineOptions options) noexcept {
  guarded([&] { current_session = std::make_unique<Session>(std::move(options)); });
}

void close_session() noexcept {
  current_session.reset();
}

}  // namespace rstcause::glue
