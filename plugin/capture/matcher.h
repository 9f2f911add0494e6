// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <optional>
#include <unordered_map>
#include <vector>

#include "capture/event.h"
#include "capture/headers.h"
#include "engine/wire/word.h"

namespace rstcause::capture {

/// How far an event may lie from its packet, either way. TCP tells of an answer before it sends it
/// and of an abort after, and on a busy machine the task may have to wait in between.
inline constexpr Nanos kMostApart = 200 * kMillisecond;

/// What is known of the host that captured, when a packet is asked about.
struct Ownership {
  bool of_source = false;       ///< This host sent it: its own address, on its way out.
  bool of_destination = false;  ///< It is for this host.
};

/// Which event belongs to which packet, by addresses, ports and time.
///
/// Bounded: no more than kMostEvents are kept, and none for longer than matters.
class Matcher {
 public:
  static constexpr std::size_t kMostEvents = 1U << 17U;

  /// `complete`: the kernel tells of every RST that its TCP sends (Linux 6.10 and later), so that
  /// silence means something.
  explicit Matcher(bool complete) : complete_(complete) {}

  /// Events come nearly in the order of their times. What is told twice counts twice.
  void add(Event&& event);
  /// The kernel overwrote events, read at that moment; of packets around it silence means nothing.
  void note_lost(std::uint64_t count, Nanos now);
  /// Silence means something of packets later than this.
  void begin(Nanos now) { listening_since_ = now; }

  /// Everything that is told of this RST, what is told of its sending first. `time`: the packet's.
  /// `heard_out`: every event up to kMostApart behind it has been added.
  std::vector<Word> words_of(const Headers& packet, Nanos time, Ownership own, bool heard_out);

  /// Drops events that no packet later than this can want.
  void forget_before(Nanos time);

  std::uint64_t lost() const { return lost_; }
  std::uint64_t events() const { return told_; }
  /// Events of RSTs sent which had no packet; of those that are forgotten by now.
  std::uint64_t unclaimed() const { return unclaimed_; }

 private:
  struct Kept {
    Event event;
    std::optional<Headers> claimed_by;
  };
  using Place = std::uint64_t;  ///< Counted from the first event of all.
  using Index = std::unordered_multimap<std::uint64_t, Place>;

  Kept& at(Place place) { return kept_[static_cast<std::size_t>(place - first_)]; }
  std::optional<Word> sent(const Headers& packet, Nanos time, Ownership own, bool heard_out);
  std::optional<Word> received(const Headers& packet, Nanos time, Ownership own, bool heard_out);
  Kept* nearest(std::uint64_t key, const Headers& packet, Nanos time, Event::Kind kind,
                bool own = false);
  bool has_translated(const Headers& packet, Nanos time);
  bool silence_counts(Nanos time, bool heard_out) const;
  bool listener_was_closed(const Event& event) const;
  Word word_of(const Event& event) const;
  void drop_first();

  bool complete_;
  std::deque<Kept> kept_;
  Place first_ = 0;
  Index by_tuple_;  ///< By both ends; by the local port alone where a listener answered.
  Index by_peer_;   ///< Of RSTs sent: what a NAT leaves alone most often.
  std::deque<Event> listeners_closed_;
  std::uint64_t lost_ = 0, told_ = 0, unclaimed_ = 0;
  Nanos listening_since_ = INT64_MAX;
  Nanos lost_from_ = INT64_MAX, lost_to_ = INT64_MIN;
  Nanos last_heard_ = 0;
};

}  // namespace rstcause::capture
