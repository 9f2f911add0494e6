// SPDX-License-Identifier: GPL-2.0-or-later
// Puts the payload of one direction into order, and tells what was sent twice or is missing.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace rstcause::resp {

/// Octets that follow, without a hole, those handed on before.
struct Run {
  std::string_view octets;
  std::uint32_t frame = 0;
  std::int64_t time_ns = 0;
};

/// The order of one direction's octets, by sequence numbers on the 2^32 circle. Late pieces are
/// waited for within bounds; every octet is handed on once.
class Ordering {
 public:
  /// What may be held back while an earlier piece is missing.
  static constexpr std::size_t kMaxHeldPieces = 8;
  static constexpr std::size_t kMaxHeldOctets = 16'384;

  /// A piece that is late by more than this will not come.
  static constexpr std::int64_t kMaxWaitNs = 3'000'000'000;

  /// Where a piece stands.
  enum class Place : std::uint8_t {
    next,   ///< The run goes on with it.
    old,    ///< Nothing new in it: sent again.
    early,  ///< Something before it is missing.
  };

  /// The number of the first octet, if it is known beforehand. Later calls change nothing.
  void expect(std::uint32_t first_seq);

  /// Finds the place of `run`, whose first octet has number `seq`, and counts its octets as
  /// handed on when it is `next`. Takes from its front what was seen before.
  Place place(std::uint32_t seq, Run& run);

  /// Keeps a copy of an early piece. False when there is no room for it.
  bool hold(std::uint32_t seq, const Run& run);

  /// A piece held back, taken out in the order of the octets.
  struct Held {
    std::uint32_t seq = 0;
    std::uint32_t frame = 0;
    std::int64_t time_ns = 0;
    std::string octets;

    Run run() const { return {octets, frame, time_ns}; }
  };

  /// The first piece held back, if its place has come.
  std::optional<Held> take_held();

  /// Octets missing before the first piece held back; 0 when none is.
  std::uint32_t hole() const;

  /// How far ahead of the next octet `seq` lies; 0 when it does not.
  std::uint32_t ahead(std::uint32_t seq) const;

  /// The other end has everything before `ack`. Known before the first octet, it tells its number.
  void heed(std::uint32_t ack);

  /// True when the other end has everything before `seq`: what is missing there was lost by the
  /// capture, not late.
  bool is_acknowledged(std::uint32_t seq) const;

  /// Goes on behind `octets` that will not come.
  void skip(std::uint32_t octets) { next_ += octets; }

  /// True when pieces wait for a missing one.
  bool has_hole() const { return held_ != nullptr; }

  /// True when pieces wait for a missing one, and have for longer than a retransmission takes.
  bool has_old_hole(std::int64_t now_ns) const;

  /// True when `seq` is the number of the next octet.
  bool stands_at(std::uint32_t seq) const { return known_ && seq == next_; }

  /// True once octets were handed on.
  bool has_begun() const { return begun_; }

 private:
  struct Hold {
    std::vector<Held> pieces;  // by sequence number
    std::size_t octets = 0;
  };

  std::uint32_t next_ = 0;
  std::uint32_t acknowledged_ = 0;  ///< By the other end; meaningful once known_.
  bool known_ = false;
  bool begun_ = false;
  std::unique_ptr<Hold> held_;
};

}  // namespace rstcause::resp
