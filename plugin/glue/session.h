// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <cstdint>
#include <deque>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "engine/engine.h"
#include "engine/engine_reports.h"

namespace rstcause::glue {

/// The engine for one open capture, and what the renderer of the frame at hand needs to stand
/// still while epan may longjmp. Knows no epan.
class Session {
 public:
  Session(EngineOptions options, bool is_switched_on)
      : engine(std::move(options)), switched_on(is_switched_on) {}

  /// The reports on a frame's resets, written out and kept until the next call. One that cannot
  /// be written is reported as a failure of ours.
  const std::vector<Report>& reports_of(Frame frame);

  /// The RESP messages of a frame, kept until the next call.
  const std::vector<RespLabel>& resp_in(Frame frame);

  Engine engine;
  const bool switched_on;     ///< The user wants resets to be explained.
  Frame first_unwatched = 0;  ///< The first whose TCP did not pass by us.
  std::string text;           ///< A place for one text while epan shows it.

  // With a read filter (tshark -2 -R) a frame that fails it leaves its number to the next one. Each
  // has a number of its own with the engine all the same, or what is told would name other frames;
  // Engine::order() turns it into the one that the reader has.

  /// Is this frame, not visited before, still to be taken in? To be asked of each, with or without
  /// TCP. The place in the file tells another frame of the same number from the same one dissected
  /// again.
  bool begin(Frame number, std::int64_t offset) {
    if (number < observed_ || (number == observed_ && offset == offset_)) return false;
    if (number == observed_) settle_last(false);
    observed_ = number;
    offset_ = offset;
    is_last_known_ = is_last_left_out_ = false;
    return true;
  }
  /// The engine's number of the frame that has this number now.
  Frame engines(Frame number) const { return engine.order().numbered(number); }
  /// That frame is visited again. So each was kept that comes by; the last one is taken for left
  /// out until then where others were, for no frame behind it tells.
  void begin_again(Frame number);

 private:
  void settle_last(bool is_there);
  void add_report(const Explained& reset);

  Frame observed_ = 0;
  std::int64_t offset_ = -1;
  bool is_last_known_ = true, is_last_left_out_ = false;
  std::vector<Report> reports_;
  std::vector<RespLabel> messages_;
  std::deque<Explained> told_;  ///< What reports point to where the engine has it otherwise.
};

/// The session of the open capture; nullptr when there is none. Made by the init routine,
/// ended by the cleanup routine.
extern std::unique_ptr<Session> current_session;
inline Session* session() noexcept {
  return current_session.get();
}
void open_session(EngineOptions options, bool switched_on) noexcept;
void close_session() noexcept;

}  // namespace rstcause::glue
