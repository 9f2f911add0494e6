// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <cstdint>
#include <deque>
#include <memory>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include "engine/engine.h"
#include "engine/engine_reports.h"

namespace rstcause::glue {

/// The engine for one open capture, and what the renderer of the frame at hand needs to stand
/// still while epan may longjmp. Knows no epan.
class Session {
 public:
  explicit Session(EngineOptions options) : engine(std::move(options)) {}

  /// The reports on a frame's resets, written out and kept until the next call. One that cannot
  /// be written is told as a failure of ours.
  const std::vector<Report>& reports_of(Frame frame);

  /// The RESP messages of a frame, kept until the next call.
  const std::vector<RespLabel>& resp_in(Frame frame) {
    messages_ = engine.resp_in(frame);
    return messages_;
  }

  Engine engine;
  std::string text;  ///< A place for one text while epan shows it.

  /// Is this frame, not visited before, still to be taken in? With a read filter (tshark -2 -R)
  /// a frame that fails it leaves its number to the next one, and what was said of it lapses;
  /// the place in the file tells that from the same frame dissected again.
  bool begin(Frame frame, std::int64_t offset) {
    if (frame <= observed_) return begin_again(frame, offset);
    observed_ = frame;
    offset_ = offset;
    return true;
  }
  /// The places in Engine::explained() of the resets of the last frame of this number.
  std::pair<std::size_t, std::size_t> resets_in(Frame frame) const;

 private:
  bool begin_again(Frame frame, std::int64_t offset);
  void add_report(const Explained& reset);

  Frame observed_ = 0;
  std::int64_t offset_ = -1;
  std::unordered_map<Frame, std::size_t> since_;  ///< Of numbers that came again.
  std::vector<Report> reports_;
  std::vector<RespLabel> messages_;
  std::deque<Explained> failed_;  ///< What reports on failures point to.
};

/// The session of the open capture; nullptr when there is none. Made by the init routine,
/// ended by the cleanup routine.
extern std::unique_ptr<Session> current_session;
inline Session* session() noexcept {
  return current_session.get();
}
void open_session(EngineOptions options) noexcept;
void close_session() noexcept;

}  // namespace rstcause::glue
