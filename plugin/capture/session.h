// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <cstdint>
#include <deque>
#include <memory>
#include <string>
#include <vector>

#include "capture/interface.h"
#include "capture/matcher.h"
#include "capture/output.h"
#include "capture/trace_instance.h"

namespace rstcause::capture {

/// Set by a signal: the session comes to its end in good order.
extern volatile bool stop_asked;

/// What was counted, for the last line that a user sees.
struct Counts {
  std::uint64_t packets = 0, resets = 0;
  std::uint64_t sent = 0;         ///< Resets with the kernel's word on their sending.
  std::uint64_t without_tcp = 0;  ///< Resets of this host that its TCP knew nothing of.
  std::uint64_t received = 0;     ///< Resets with its word on their receiving.
  std::uint64_t hurried = 0;      ///< Written before everything about them was heard.
};

/// One capture from its first packet to its last: reads packets and events, brings them together,
/// and writes. A reset is held back, with all that came after it, until everything that the kernel
/// may have to tell of it has been heard.
class Session {
 public:
  /// `reader`: nullptr where the kernel's word is not available. `complete`: as in Matcher.
  Session(const Options& options, std::vector<std::unique_ptr<LiveInterface>> interfaces,
          std::unique_ptr<TraceReader> reader, bool complete);

  /// Until a limit is reached or a signal came. Throws std::runtime_error; whatever can still be
  /// written is written before.
  void run();

  const Counts& counts() const { return counts_; }
  const Matcher& matcher() const { return matcher_; }
  pcapng::Statistics statistics();

 private:
  struct Held {
    std::uint32_t interface;
    Nanos time;
    std::uint32_t original;
    bool rst;
    std::string octets;
  };
  /// Packets that wait, in octets.
  static constexpr std::size_t kMostHeld = 64U << 20U;

  void hear_out();
  void finish();
  void wait();
  void read_packets();
  void take(std::uint32_t interface, Nanos time, Octets octets, std::uint32_t original);
  void listen();
  void release(bool all);
  void write(std::uint32_t interface, Nanos time, Octets octets, std::uint32_t original, bool rst,
             bool heard_out);
  std::vector<std::string> comments_on(std::uint32_t interface, Nanos time, Octets octets,
                                       bool heard_out);
  bool is_done() const;
  std::string closing_blocks();

  const Options& options_;
  std::vector<std::unique_ptr<LiveInterface>> interfaces_;
  std::unique_ptr<TraceReader> reader_;
  Matcher matcher_;
  Output output_;
  std::deque<Held> held_;
  std::size_t held_octets_ = 0;
  std::string block_;
  Counts counts_;
  Nanos began_ = 0;
  Nanos ends_ = INT64_MAX;  ///< Later packets are none of this capture's.
};

}  // namespace rstcause::capture
