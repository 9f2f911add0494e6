// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <vector>

#include "engine/memory/flow.h"
#include "engine/memory/recent.h"

namespace rstcause {

/// A flow as it was before it took in a certain segment. From here on the later ones, which
/// RecentSegments holds, can be taken in once more.
struct Checkpoint {
  std::uint32_t flow = 0;
  std::uint32_t before = 0;  ///< The serial number of this flow's checkpoint before, 0: none.
  Flow::Memento memento;
  // Of a reset, which RecentSegments does not hold; every one has a checkpoint.
  bool is_reset = false;
  bool drawn = false;         ///< The segment that drew it was found.
  std::uint32_t verdict = 0;  ///< One more than its place among the verdicts.
  End from = End::a;
  Segment segment;  ///< Without views; its options are kept in `options`.
  RecentSegments::KeptOptions options;
};

/// One segment as its flow had taken it in, until it was taken back.
struct TakenBack {
  bool is_reset = false;
  std::uint32_t verdict = 0;  ///< As in Checkpoint.
  End from = End::a;
  Segment segment;  ///< Its options stand in `options`.
  RecentSegments::KeptOptions options;
};

/// Takes segments of a flow back when the capture turns out to show an earlier one later. Captures
/// from several queues or interfaces swap segments that are a few milliseconds apart, no more.
///
/// What a segment does to its flow follows from the flow and the segment: a checkpoint every few
/// segments is enough, and most connections that end well need none at all.
class Checkpoints {
 public:
  explicit Checkpoints(RecentSegments& recent) : recent_(recent) {}

  /// To be told before the flow takes in this segment, which is no RST. `unseen` is what
  /// RecentSegments::acks_unseen() says of it.
  [[gnu::always_inline]] void begin(Flow& flow, const Segment& segment, bool unseen) {
    if (is_due(flow)) make_checkpoint(flow);
    ++flow.since_checkpoint;
    flow.maybe_disordered |= unseen || segment.time < flow.last_time();
  }
  /// The same of a RST.
  Checkpoint& begin_reset(Flow& flow, End from, const Segment& segment);

  /// The flow as it was when that one of its resets came, by one more than its verdict's place;
  /// nullptr where that is gone.
  const Checkpoint* of_reset(const Flow& flow, std::uint32_t verdict);

  /// How many of the flow's latest segments truly came behind this one; 0 where it stands in its
  /// place.
  int overtaken(Flow& flow, End from, const Segment& segment) {
    if (!flow.maybe_disordered && segment.time >= flow.last_time()) return 0;  // nearly always
    return count_overtaken(flow, from, segment);
  }

  /// So many of the flow's latest segments, oldest first; the flow is as it was before them.
  std::vector<TakenBack> take_back(Flow& flow, int count);

 private:
  /// Of one connection so many segments can be taken back.
  static constexpr int kDepth = 16;
  static constexpr std::uint32_t kCheckpoints = 1024;
  /// Between two checkpoints of a flow. As many segments as this, and so far from each other, are
  /// still in RecentSegments together.
  static constexpr std::uint8_t kEvery = 16;
  static constexpr std::uint32_t kGap = RecentSegments::kSize / (kEvery + 2);

  /// What a flow took in at one time, found on the way back.
  struct Item {
    const RecentSegments::Entry* entry = nullptr;  ///< One of these two.
    Checkpoint* reset = nullptr;
    Checkpoint* saved = nullptr;  ///< The flow before it, where that was kept.
  };
  /// A place on the way back.
  struct Cursor {
    std::uint32_t recent, checkpoint;
  };
  /// How the state before some segment comes back.
  struct Base {
    const Checkpoint* saved = nullptr;  ///< nullptr: the flow before its first segment.
    std::vector<const RecentSegments::Entry*> since;  ///< To be taken in again, latest first.
  };

  bool is_due(const Flow& flow) const {
    return flow.since_checkpoint >= kEvery ||
           (flow.latest_recent != 0 && recent_.newest() - flow.latest_recent >= kGap);
  }
  [[gnu::noinline]] Checkpoint& make_checkpoint(Flow& flow);

  static Nanos time_of(const Item& item) {
    return item.reset != nullptr ? item.reset->segment.time : item.entry->header.time;
  }
  static bool fits_before(const Segment& early, End from, const Checkpoint& reset);
  bool was_held_up(const Segment& early, End from, const Item& item, Cursor at, const Flow& flow);
  bool came_before(const Segment& early, End from, const Item& item, Cursor at, const Flow& flow);
  int count_overtaken(Flow& flow, End from, const Segment& segment);
  Checkpoint* find(std::uint32_t serial, const Flow& flow);
  std::optional<Item> go_back(Cursor& at, const Flow& flow);
  std::optional<Base> base_of(const Item& item, Cursor at, const Flow& flow);
  TakenBack taken_back(const Item& item) const;

  RecentSegments& recent_;
  std::vector<Checkpoint> checkpoints_;
  std::uint32_t newest_ = 0;
};

}  // namespace rstcause
