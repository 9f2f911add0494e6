// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <stdexcept>
#include <string>
#include <vector>

#include "capture/descriptor.h"
#include "capture/event.h"

namespace rstcause::capture {

/// Why the kernel's word is not available, in a sentence for the user.
class NoWord : public std::runtime_error {
  using std::runtime_error::runtime_error;
};

/// A folder of tracefs that is ours alone (Documentation/trace/ftrace.rst, "Instances"), so that
/// nobody else's tracing is disturbed. Removed with its owner.
class TraceInstance {
 public:
  /// Finds tracefs, mounting it for this process alone where it is not mounted, makes the instance
  /// and enables the events. Throws NoWord.
  TraceInstance();
  TraceInstance(const TraceInstance&) = delete;
  TraceInstance& operator=(const TraceInstance&) = delete;
  ~TraceInstance();

  /// What the kernel tells. Its end of the pipe outlives privileges, but not this instance.
  Descriptor open_pipe() const;

  bool tells_reasons() const { return tells_reasons_; }
  /// Whether RSTs that were received are told.
  bool tells_received() const { return tells_received_; }
  /// The clock in which events are stamped, for clock_gettime(2).
  int clock() const { return clock_; }

 private:
  void make_folder();
  void set_up();
  bool enable(const std::string& event, const std::string& filter = {});

  std::string tracefs_, folder_;
  bool tells_reasons_ = false, tells_received_ = false;
  int clock_ = 0;
};

/// The events of a TraceInstance, line by line.
class TraceReader {
 public:
  TraceReader(Descriptor pipe, int clock) : pipe_(std::move(pipe)), clock_(clock) {}

  using TakeEvent = std::function<void(Event&&)>;

  /// Reads what is there by now, though no more than some thousand events at once, for packets
  /// must not wait long either. Returns how many events the kernel had to drop before they were
  /// read. Times are converted to the wall clock's.
  std::uint64_t drain(const TakeEvent& take);
  /// The last drain() left nothing.
  bool is_caught_up() const { return caught_up_; }
  /// Every event that the kernel told before this moment (wall clock) has been read.
  Nanos read_until() const { return read_until_; }

 private:
  void take_line(std::string_view line, const TakeEvent& take);

  static constexpr std::size_t kMostLine = 4096;

  Descriptor pipe_;
  int clock_;
  std::string rest_;  ///< The beginning of a line whose end is still to come.
  bool too_long_ = false, caught_up_ = true;
  std::uint64_t lost_ = 0;
  Nanos offset_ = 0;
  Nanos latest_ = 0;  ///< Of the events read.
  Nanos read_until_ = 0;
};

/// The wall clock now.
Nanos wall_clock();
/// What must be added to a reading of `clock` for the wall clock's. CLOCK_TAI is ahead of it by the
/// leap seconds where somebody (an NTP daemon) told the kernel of them, and by nothing where not.
Nanos offset_to_wall_clock(int clock);

/// The name of a thread by /proc, where the kernel's trace has forgotten it; empty: it is gone.
std::string name_of_task(std::uint32_t task);
/// The process of a thread; the thread's own number where it is gone.
std::uint32_t process_of_task(std::uint32_t task);

}  // namespace rstcause::capture
