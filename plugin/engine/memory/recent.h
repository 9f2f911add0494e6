// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <memory>
#include <new>
#include <type_traits>

#include "engine/memory/flow.h"

namespace rstcause {

/// The latest segments of all flows together, each linked to the one before it in its flow.
///
/// A reset is nearly always drawn by one of the last few segments, so this bounded window
/// spares every connection a history of its own: its size does not grow with the capture.
class RecentSegments {
 public:
  static constexpr std::uint32_t kSize = 1U << 14U;

  struct Entry {
    SegmentHeader header;
    std::uint32_t flow = 0;
    std::uint32_t before = 0;  ///< The serial number of this flow's entry before, 0: none.
    std::uint32_t ts_val = 0;  ///< Where `timestamps`.
    Frame answered = 0;        ///< The reset that was already explained as the answer to it.
    Frame quoted = 0;  ///< The reset that had its numbers first, whether it answers it or not.
    std::uint8_t ttl = 0;
    End from = End::a;
    bool timestamps = false;   ///< It had them in the usual layout.
    bool acks_unseen = false;  ///< It acknowledged what the peer had not been seen to send.
    bool shares_frame = false;
    bool passed_on = false;  ///< It was captured again behind a router.
  };

  /// Adds the segment that the flow has just taken in from that end. `unseen` is what acks_unseen()
  /// said before, `stamped` what Flow::note() said. Inlined for every segment.
  [[gnu::always_inline]] void add(Flow& flow, End from, const Segment& segment, bool unseen,
                                  bool stamped) {
    const std::uint32_t place = slot(++newest_);  // as with frames, there are fewer than 2^32
    new (entries_[place].octets) Entry{.header = static_cast<const SegmentHeader&>(segment),
                                       .flow = flow.id(),
                                       .before = flow.latest_recent,
                                       .ts_val = flow.at(from).ts_val,
                                       .ttl = segment.ip.ttl,
                                       .from = from,
                                       .timestamps = stamped,
                                       .acks_unseen = unseen,
                                       .shares_frame = segment.shares_frame};
    if (segment.syn) options_[place].keep(segment);
    flow.latest_recent = newest_;
  }

  /// Does it acknowledge what the peer has not been seen to send?
  static bool acks_unseen(const Flow& flow, End from, const Segment& segment) {
    const Endpoint& peer = flow.at(other(from));
    return segment.ack_set && (!peer.speaks || segment.ack.after(peer.snd_nxt));
  }

  /// The options of a segment that has passed.
  struct KeptOptions {
    std::array<std::uint8_t, 40> octets;
    std::uint8_t captured, told;

    void keep(const Segment& segment) {
      captured = static_cast<std::uint8_t>(std::min(segment.option_octets.size(), octets.size()));
      told = segment.options_len;
      constexpr std::size_t kUsual = 20;  // copied without a call
      if (captured == kUsual)
        std::memcpy(octets.data(), segment.option_octets.data(), kUsual);
      else
        std::copy_n(segment.option_octets.begin(), captured, octets.begin());
    }
  };

  /// The segment once more, as Flow::note() wants it: without addresses and payload, and but for
  /// a SYN with no other options than timestamps, which stand in `room`.
  Segment segment_of(const Entry& entry, KeptOptions& room) const;

  /// The serial number of the latest segment of all.
  std::uint32_t newest() const { return newest_; }

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
  const Entry* gone_on_from(const SegmentHeader& next, const Flow& flow) {
    return latest_of_others(flow, next.frame, [&](const Entry& former) {
      const SegmentHeader& g = former.header;
      if (!g.ack_set) return false;
      const bool same = g.seq == next.seq && g.len == next.len && g.ip_id == next.ip_id;
      const auto goes_on_at = [&](SeqNum end) {
        // A keepalive probe stands one below what its sender has sent (RFC 9293, 3.8.4).
        return end == next.seq || (next.len <= 1 && end == next.seq + 1);
      };
      const bool own = goes_on_at(g.seq_end()) && g.ack == next.ack && !same;
      const bool peers = goes_on_at(g.ack) && g.seq_end() == next.ack;
      return (own || peers) && was_answered(former);
    });
  }

  /// The latest segment of another flow, before that frame, of which `fits` holds; nullptr if none
  /// of the last few thousand is one, or where looks() would come to more than may_look().
  template <typename Fits>
  const Entry* latest_of_others(const Flow& flow, Frame before, Fits&& fits) {
    constexpr std::uint32_t kFarBack = 4096;
    const std::uint32_t far = std::min(kFarBack, newest_);
    for (std::uint32_t back = 0; back < far && looks_ < may_look(); ++back) {
      const Entry& one = *entry(newest_ - back);
      ++looks_;
      if (one.flow != flow.id() && one.header.frame < before && fits(one)) return &one;
    }
    return nullptr;
  }

  /// At how many segments of other flows it was looked, and at how many it may be by now: anybody
  /// can write a capture full of resets that belong nowhere, and each would have thousands looked
  /// through. So there is an allowance, which every segment that comes adds to: enough for the
  /// strays of any honest capture, and a capture's cost grows with its length alone.
  std::uint64_t looks() const { return looks_; }
  std::uint64_t may_look() const { return kLooksAtFirst + kLooksForEach * newest_; }
  static constexpr std::uint64_t kLooksAtFirst = 262'144, kLooksForEach = 64;

  /// The entry of that serial number if the window still holds it for that flow.
  Entry* find(std::uint32_t serial, const Flow& flow) {
    if (serial == 0 || newest_ - serial >= kSize) return nullptr;
    Entry* const found = entry(serial);
    return found->flow == flow.id() ? found : nullptr;
  }

 private:
  /// Both ends have spoken: scanners write the same numbers into probes of no connection.
  bool was_answered(const Entry& latest) {
    std::uint32_t serial = latest.before;
    for (int back = 0; back < 64; ++back) {
      ++looks_;
      if (serial == 0 || newest_ - serial >= kSize) return false;
      const Entry& before = *entry(serial);
      if (before.flow != latest.flow) return false;
      if (before.from != latest.from) return true;
      serial = before.before;
    }
    return false;
  }

  /// Room for one entry: the ring is there at once, but a page of it only once it is used.
  struct Storage {
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

  std::size_t place_of(const Entry& entry) const {
    const auto* const octets = reinterpret_cast<const std::byte*>(&entry);
    return static_cast<std::size_t>(octets - entries_[0].octets) / sizeof(Storage);
  }

  std::unique_ptr<Storage[]> entries_ = std::make_unique_for_overwrite<Storage[]>(kSize);
  /// Of SYNs, in the places of their entries.
  std::unique_ptr<KeptOptions[]> options_ = std::make_unique_for_overwrite<KeptOptions[]>(kSize);
  std::uint32_t newest_ = 0;
  std::uint64_t looks_ = 0;
};

}  // namespace rstcause
