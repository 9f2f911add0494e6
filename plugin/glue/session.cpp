// SPDX-License-Identifier: GPL-2.0-or-later
#include "glue/session.h"

#include <memory>

#include "glue/guard.h"

namespace rstcause::glue {
namespace {

std::unique_ptr<Session>& current() {
  static std::unique_ptr<Session> open;
  return open;
}

}  // namespace

const std::vector<Report>& Session::reports_of(Frame frame) {
  reports_.clear();
  const auto [first, last] = engine.resets_in(frame);
  for (std::size_t i = first; i < last; ++i) {
    reports_.push_back(report_on(engine, engine.explained()[i]));
  }
  return reports_;
}

Session* session() noexcept {
  return current().get();
}

void open_session(EngineOptions options) noexcept {
  guarded([&] { current() = std::make_unique<Session>(options); });
}

void close_session() noexcept {
  current().reset();
}

}  // namespace rstcause::glue
