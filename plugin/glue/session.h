// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <string>
#include <vector>

#include "engine/engine.h"
#include "engine/report.h"

namespace rstcause::glue {

/// The engine for one open capture, and what the renderer of the frame at hand needs to stand
/// still while epan may longjmp. Knows no epan.
class Session {
 public:
  explicit Session(EngineOptions options) : engine(options) {}

  /// The reports on a frame's resets, written out and kept until the next call.
  const std::vector<Report>& reports_of(Frame frame);

  Engine engine;
  std::string text;    ///< A place for one text while epan shows it.
  Frame observed = 0;  ///< The latest frame that was taken in: each is, once.

 private:
  std::vector<Report> reports_;
};

/// The session of the open capture; nullptr when there is none. Made by the init routine,
/// ended by the cleanup routine.
Session* session() noexcept;
void open_session(EngineOptions options) noexcept;
void close_session() noexcept;

}  // namespace rstcause::glue
