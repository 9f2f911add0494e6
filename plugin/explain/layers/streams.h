// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <array>
#include <cstdint>
#include <cstring>
#include <optional>
#include <tuple>
#include <utility>
#include <vector>

#include "engine/memory/open_table.h"
#include "engine/wire/address.h"
#include "engine/wire/seq.h"

namespace rstcause::explain {

/// Numbers TCP conversations as Wireshark's tcp.stream does (packet-tcp.c, dissect_tcp): from 0 in
/// the order in which each 4-tuple is first seen, in quotations of ICMP errors too, and anew where
/// a SYN brings another initial number.
class Streams {
 public:
  /// In what versions of Wireshark differ.
  struct Habits {
    /// Octets of a header that must be there for its conversation to be looked up.
    std::size_t least_header = 16;
    /// A SYN-ACK with another initial number begins a conversation anew, as a SYN does.
    bool syn_ack_begins_anew = false;
  };
  Habits habits;

  /// What Wireshark looks at of one segment.
  struct Seen {
    const Tuple& tuple;
    SeqNum seq, ack;
    bool syn, ack_set;
    /// False in fragments and quotations, and where the header does not fit: Wireshark then learns
    /// no initial number.
    bool is_whole;
  };

  void note(const Seen& seen) {
    if (seen.tuple.src.kind == Address::Kind::ipv4)
      note_in(v4_, seen);
    else
      note_in(v6_, seen);
  }
  /// The number by now of the conversation that has this tuple.
  std::optional<std::uint32_t> of(const Tuple& tuple) {
    return tuple.src.kind == Address::Kind::ipv4 ? of_in(v4_, tuple) : of_in(v6_, tuple);
  }

 private:
  /// A conversation by its two ends, the lower one first.
  template <std::size_t kAddress>
  struct Conversation {
    std::array<std::uint8_t, kAddress> low, high;
    std::uint16_t low_port, high_port;
    std::uint32_t stream;
    SeqNum low_base, high_base;
    bool low_is_set = false, high_is_set = false;
  };

  template <std::size_t kAddress>
  struct Table {
    OpenTable<256> slots;
    std::vector<Conversation<kAddress>> all;
    std::size_t latest = 0;  ///< Of the segment before: the next one is often of the same.
  };

  /// A tuple as a conversation is kept.
  template <std::size_t kAddress>
  struct Ends {
    explicit Ends(const Tuple& tuple) {
      const auto order = std::memcmp(tuple.src.octets.data(), tuple.dst.octets.data(), kAddress);
      src_is_low = order != 0 ? order < 0 : tuple.sport <= tuple.dport;
      low = src_is_low ? &tuple.src : &tuple.dst;
      high = src_is_low ? &tuple.dst : &tuple.src;
      std::tie(low_port, high_port) =
          src_is_low ? std::pair(tuple.sport, tuple.dport) : std::pair(tuple.dport, tuple.sport);
    }
    bool are_of(const Conversation<kAddress>& made) const {
      return made.low_port == low_port && made.high_port == high_port &&
             std::memcmp(made.low.data(), low->octets.data(), kAddress) == 0 &&
             std::memcmp(made.high.data(), high->octets.data(), kAddress) == 0;
    }
    const Address *low, *high;
    std::uint16_t low_port, high_port;
    bool src_is_low;
  };

  template <std::size_t kAddress>
  void note_in(Table<kAddress>& table, const Seen& seen);
  template <std::size_t kAddress>
  std::optional<std::uint32_t> of_in(Table<kAddress>& table, const Tuple& tuple);
  template <std::size_t kAddress>
  Conversation<kAddress>& find_or_add(Table<kAddress>& table, const Ends<kAddress>& ends);

  Table<4> v4_;
  Table<16> v6_;
  std::uint32_t next_ = 0;
};

}  // namespace rstcause::explain
