// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <new>
#include <type_traits>

#include "engine/flow.h"

namespace rstcause {

/// The latest segments of all flows together, each linked to the one before it in its flow.
///
/// A reset is nearly always drawn by one of the last few segments, so this bounded window
/// spares every connection a history of its own: its size does not grow with the capture.
class Recent {
 public:
  struct Entry {
    Glimpse glimpse;
    std::uint32_t flow = 0;
    std::uint32_t before = 0;  ///< The serial number of this flow's entry before, 0: none.
    End from = End::a;
    Frame answered = 0;      ///< The reset that was already explained as the answer to it.
    bool passed_on = false;  ///< It was captured again behind a router.
    Frame quoted = 0;  ///< The reset that had its numbers first, whether it answers it or not.
  };

  /// Adds the segment that the flow has just taken in from that end; returns its serial number, to
  /// be kept in Flow::latest_recent.
  std::uint32_t add(const Flow& flow, End from) {
    if (!entries_) entries_ = std::make_unique_for_overwrite<Room[]>(kSize);
    if (++newest_ == 0)
      newest_ = 1;  // the serial number itself wraps in a capture of 2^32 segments
    new (entries_[slot(newest_)].octets)
        Entry{flow.at(from).last, flow.id(), flow.latest_recent, from};
    return newest_;
  }

  /// The latest resets are read anew: the segments that they answered are free again.
  void forget_answers(const Flow& flow, Frame since, int depth) {
    Entry* entry = find(flow.latest_recent, flow);
    for (int back = 0; entry != nullptr && back < depth; ++back) {
      if (entry->answered >= since) entry->answered = 0;
      if (entry->quoted >= since) entry->quoted = 0;
      entry = find(entry->before, flow);
    }
  }

  /// The latest segment of another flow that these numbers go on from, its sender's or its peer's:
  /// both together are no accident. Not the same packet, as before and behind a NAT; nullptr if
  /// none.
  const Entry* gone_on_from(const Glimpse& next, const Flow& flow) const {
    constexpr std::uint32_t kFarBack = 4096;
    for (std::uint32_t back = 0; back < std::min(kFarBack, newest_); ++back) {
      const Entry& former = *entry(newest_ - back);
      const Glimpse& g = former.glimpse;
      if (former.flow == flow.id() || !g.ack_set || g.frame >= next.frame) continue;
      const bool same = g.seq == next.seq && g.len == next.len && g.ip_id == next.ip_id;
      const bool own = g.seq_end() == next.seq && g.ack == next.ack && !same;
      const bool peers = g.ack == next.seq && g.seq_end() == next.ack;
      if ((own || peers) && was_answered(former)) return &former;
    }
    return nullptr;
  }

  /// The entry of that serial number if the window still holds it for that flow.
  Entry* find(std::uint32_t serial, const Flow& flow) {
    if (serial == 0 || newest_ - serial >= kSize) return nullptr;
    Entry* const found = entry(serial);
    return found->flow == flow.id() ? found : nullptr;
  }

 private:
  /// Both ends have spoken: scanners write the same numbers into probes of no connection.
  bool was_answered(const Entry& latest) const {
    std::uint32_t serial = latest.before;
    for (int back = 0; back < 64; ++back) {
      if (serial == 0 || newest_ - serial >= kSize) return false;
      const Entry& before = *entry(serial);
      if (before.flow != latest.flow) return false;
      if (before.from != latest.from) return true;
      serial = before.before;
    }
    return false;
  }

  static constexpr std::uint32_t kSize = 1U << 14U;

  /// Room for one entry: the ring is there at once, but a page of it only once it is used.
  struct Room {
    alignas(Entry) std::byte octets[sizeof(Entry)];
  };
  static_assert(std::is_trivially_destructible_v<Entry>);

  static std::uint32_t slot(std::uint32_t serial) { return (serial - 1) % kSize; }
  /// That of a serial number, which was given out already.
  Entry* entry(std::uint32_t serial) {
    return std::launder(reinterpret_cast<Entry*>(entries_[slot(serial)].octets));
  }
  const Entry* entry(std::uint32_t serial) const {
    return std::launder(reinterpret_cast<const Entry*>(entries_[slot(serial)].octets));
  }

  std::unique_ptr<Room[]> entries_;
  std::uint32_t newest_ = 0;
};

}  // namespace rstcause
