// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <string>
#include <utility>
#include <vector>

#include "engine/wire/segment.h"
#include "engine/wire/seq.h"

namespace rstcause::explain {

/// One segment of a connection as a ladder shows it.
struct Rung {
  Frame frame = 0;
  Nanos time = 0;
  Tuple tuple;
  std::uint8_t flags = 0;
  bool ack_set = false;
  bool rst = false;
  std::int64_t seq = 0;  ///< From its end's first number on, as Wireshark shows it.
  std::int64_t ack = 0;  ///< From the other end's; meaningless unless ack_set.
  std::uint32_t len = 0;
  std::uint16_t wnd = 0;      ///< As sent.
  std::string words;          ///< payload_words().
  std::uint64_t skipped = 0;  ///< Segments of the connection left out since the rung before.
};

/// Picks out of a connection's segments, in their order, those that tell how it came to a reset:
/// the first one, the last dozen up to the reset, frames that are asked for, and a few behind it.
/// What it holds is bounded, however long the connection is.
class Rungs {
 public:
  static constexpr std::size_t kBefore = 12;  ///< The reset among them.
  static constexpr std::size_t kBehind = 4;
  static constexpr std::size_t kMostAsked = 24;

  Rungs(Frame reset, std::vector<Frame> asked);

  void take(const Segment& segment);

  /// The rungs, in order. It is the last that is asked of it.
  std::vector<Rung> all() &&;
  /// Segments of the connection behind the last rung.
  std::uint64_t more() const { return more_; }
  /// The end that opened the connection, as far as a SYN or a SYN-ACK told it; else the one with
  /// the higher port.
  std::pair<Address, std::uint16_t> client() const;
  std::pair<Address, std::uint16_t> server() const;
  bool saw_opening() const { return opening_seen_; }

 private:
  /// What is known of one end's numbers.
  struct Numbers {
    SeqNum base;
    bool known = false;
    bool opened = false;  ///< It has sent more than a SYN.
  };

  Numbers& numbers_of(const Segment& segment, bool backward);
  void learn(const Segment& segment);
  void learn_ends(const Segment& segment);
  Rung made_of(const Segment& segment);
  bool is_asked_for(Frame frame) const;
  void make_room();

  Frame reset_;
  std::vector<Frame> asked_;
  std::vector<Rung> kept_;     ///< For good.
  std::deque<Rung> latest_;    ///< The last dozen so far.
  std::size_t behind_ = 0;     ///< Rungs behind the reset.
  std::uint64_t skipped_ = 0;  ///< Since the last of kept_, before the first of latest_.
  std::uint64_t more_ = 0;
  bool past_reset_ = false;
  Tuple from_client_;
  bool any_ = false, opening_seen_ = false;
  Numbers clients_, servers_;
};

}  // namespace rstcause::explain
