// SPDX-License-Identifier: GPL-2.0-or-later
#include "glue/session.h"

#include <memory>
#include <utility>

#include "engine/judge/failure.h"
#include "glue/guard.h"

namespace rstcause::glue {

std::unique_ptr<Session> current_session;

void Session::begin_again(Frame number) {
  if (number == observed_) {
    settle_last(true);
  } else if (!is_last_known_ && engine.order().has_left_out()) {
    settle_last(false);
  }
}

void Session::settle_last(bool is_there) {
  is_last_known_ = true;
  if (is_there != is_last_left_out_) return;
  if (is_there) {
    engine.order().take_back();
  } else {
    engine.order().leave_out(engines(observed_));
  }
  is_last_left_out_ = !is_there;
}

void Session::add_report(const Explained& reset) {
  Report made = report_on(engine, reset);
  write_out_testimonies(engine, made);
  if (engine.order().has_left_out()) {
    told_.push_back(as_read(reset, engine.order()));
    made.reset = &told_.back();
  }
  reports_.push_back(std::move(made));
}

const std::vector<Report>& Session::reports_of(Frame frame) {
  reports_.clear();
  told_.clear();
  const auto [first, last] = engine.resets_in(frame);
  for (std::size_t i = first; i < last; ++i) {
    if (guarded([&] { add_report(engine.explained()[i]); })) continue;
    told_.push_back(told_as_failure(engine.explained()[i]));
    add_report(told_.back());
  }
  return reports_;
}

const std::vector<RespLabel>& Session::resp_in(Frame frame) {
  messages_ = engine.resp_in(frame);
  for (RespLabel& message : messages_) {
    message.request_in = engine.order().number_of(message.request_in);
    message.response_in = engine.order().number_of(message.response_in);
  }
  return messages_;
}

void open_session(EngineOptions options, bool switched_on) noexcept {
  guarded([&] { current_session = std::make_unique<Session>(std::move(options), switched_on); });
}

void close_session() noexcept {
  current_session.reset();
}

}  // namespace rstcause::glue
