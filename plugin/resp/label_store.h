// SPDX-License-Identifier: GPL-2.0-or-later
// The labels of a whole capture, by frame.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <string>
#include <unordered_map>
#include <vector>

#include "resp/label.h"

namespace rstcause::resp {

/// Keeps what trackers said, for lookups by frame number in any order. A label costs 16 octets:
/// what it says is said by thousands of others too and kept once for all of them.
///
/// Of a Label everything comes back but start_frame and time_ns (those of the frame itself are
/// given), and index, which counts anew. Times between request and reply are kept up to 4.8
/// hours. When a capture holds more than kMaxMeanings different texts, later ones give way to the
/// name of their type.
class LabelStore {
 public:
  static constexpr std::size_t kMaxMeanings = 1U << 16U;

  /// A label as it is found again.
  struct Stored {
    Label label;
    std::uint32_t request_in = 0;   ///< Replies: the command's frame, or 0.
    std::uint32_t response_in = 0;  ///< Commands: the frame of the (first) reply, or 0.
  };

  /// Adds labels in the order in which a tracker gave them; removes those withdrawn.
  void take(const Labels& labels);

  /// The labels of a frame in their order; none for other frames.
  std::vector<Stored> in(std::uint32_t frame) const;
  bool has(std::uint32_t frame) const {
    return frame <= latest_ && holds(frame);  // as they come, most frames have none
  }

  std::size_t size() const { return records_.size(); }

 private:
  static constexpr unsigned kMeaningBits = 20;
  static constexpr unsigned kTimeBits = 44;

  struct Record {
    std::uint32_t frame = 0;
    std::uint32_t partner = 0;  ///< Frame of the reply to a command, of the command to a reply.
    std::uint64_t meaning : kMeaningBits = 0;
    std::uint64_t since_ns : kTimeBits = 0;
  };
  using Records = std::deque<Record>;

  bool holds(std::uint32_t frame) const;
  void add(const Label& label);
  void withdraw(const Label& label);
  void answer(const LabelId& request, std::uint32_t reply_frame);
  std::uint32_t meaning_of(const Label& label);
  std::uint32_t find_or_add(const Label& label);
  Records::const_iterator first_of(std::uint32_t frame) const;
  bool is_open_command(const Record& record) const;

  Records records_;              ///< By frame.
  std::uint32_t latest_ = 0;     ///< No label is of a later frame.
  std::vector<Label> meanings_;  ///< Labels without what differs from frame to frame.
  std::unordered_map<std::string, std::uint32_t> ids_;
  std::array<std::uint32_t, 4> recent_{};  ///< Meanings found last: most labels repeat one.
  std::size_t next_recent_ = 0;
};

}  // namespace rstcause::resp
