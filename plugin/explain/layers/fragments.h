// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <utility>
#include <vector>

#include "engine/wire/address.h"
#include "engine/wire/bytes.h"

namespace rstcause::explain {

/// Puts fragmented IP datagrams together as Wireshark does (reassemble.c, fragment_add_check): the
/// fragment with which a datagram is complete brings it; of octets that come twice the first ones
/// count; what comes later under the same identification begins anew.
class Fragments {
 public:
  /// Whose fragment it is. Wireshark mixes further numbers into `id`.
  struct Key {
    Address src, dst;
    std::uint32_t id;
    bool operator<(const Key& other) const;
  };
  struct Fragment {
    std::uint32_t offset;  ///< Octets.
    Octets octets;
    bool more;  ///< It is not the last one.
  };

  /// The octets of the whole datagram, if this completes it. They stand until the frame is done.
  std::optional<Octets> add(const Key& key, const Fragment& fragment);

  /// What add() gave lapses.
  void begin_frame() {
    if (!whole_.empty()) whole_.clear();
  }

  /// True once since the last call if unfinished datagrams had to be given up, for there were more
  /// than kMostOctets of them.
  bool gave_up() { return std::exchange(gave_up_, false); }

  /// Kept of unfinished datagrams: more is for captures that lost most of their fragments.
  static constexpr std::size_t kMostOctets = std::size_t{64} << 20U;

 private:
  struct Piece {
    std::uint32_t offset;
    std::vector<std::uint8_t> octets;
  };
  struct Unfinished {
    std::vector<Piece> pieces;  ///< By offset; equal ones in the order in which they came.
    std::optional<std::uint32_t> length;
    std::uint64_t began = 0;
  };
  using Table = std::map<Key, Unfinished>;

  void make_room();
  static bool is_complete(const Unfinished& datagram);
  static std::vector<std::uint8_t> join(const Unfinished& datagram);

  Table unfinished_;
  std::map<std::uint64_t, Table::iterator> by_age_;
  std::uint64_t begun_ = 0;
  std::size_t octets_ = 0;
  std::deque<std::vector<std::uint8_t>> whole_;
  bool gave_up_ = false;
};

}  // namespace rstcause::explain
