// SPDX-License-Identifier: GPL-2.0-or-later
#include "engine/memory/checkpoints.h"

#include <algorithm>

namespace rstcause {
namespace {

/// Without a word from the clock only what stands as close as this is put before.
constexpr Nanos kByNumbers = 2 * kMillisecond;
/// By clock and numbers together a segment is of the time before a reset however long that was: but
/// a clock that is set back goes by more than any path takes.
constexpr Nanos kHeldUp = kPointsApart;

/// The later segment acknowledges the earlier one, which nobody had seen then.
bool acknowledges_unseen(SeqNum ack, bool unseen, const Segment& early) {
  return unseen && early.seq_len() != 0 && ack == early.seq_end();
}

/// A reset that nothing had drawn has the numbers of an answer to this one (RFC 9293, 3.5.2).
bool is_answer_to(const Checkpoint& reset, const Segment& early) {
  const Segment& rst = reset.segment;
  if (reset.drawn || early.rst) return false;
  // Some stacks give an answer to a segment with ACK both numbers.
  if (rst.ack_set) return rst.ack == early.seq_end() && (!early.ack_set || early.ack == rst.seq);
  if (!early.ack_set || early.ack != rst.seq) return false;
  const Endpoint& x = reset.memento.ends[static_cast<std::size_t>(reset.from)];
  return early.seq_len() != 0 || !x.speaks || x.last.syn || x.fin != 0;
}

/// The reset's acknowledgment number was news when it came.
bool acks_unseen(const Checkpoint& reset) {
  const Endpoint& y = reset.memento.ends[static_cast<std::size_t>(other(reset.from))];
  return reset.segment.ack_set && (!y.speaks || reset.segment.ack.after(y.snd_nxt));
}

}  // namespace

Checkpoint& Checkpoints::make_checkpoint(Flow& flow) {
  if (checkpoints_.empty()) checkpoints_.resize(kCheckpoints);  // never again: views into them
  if (++newest_ == 0) newest_ = 1;
  Checkpoint& made = checkpoints_[(newest_ - 1) % kCheckpoints];
  made.flow = flow.id();
  made.before = flow.latest_checkpoint;
  made.is_reset = false;
  flow.save(made.memento);
  flow.latest_checkpoint = newest_;
  flow.since_checkpoint = 0;
  return made;
}

Checkpoint& Checkpoints::begin_reset(Flow& flow, End from, const Segment& segment) {
  Checkpoint& made = make_checkpoint(flow);
  made.is_reset = true;
  made.drawn = false;
  made.verdict = 0;
  made.from = from;
  made.options.keep(segment);
  made.segment = segment;
  made.segment.payload = {};
  made.segment.behind = {};
  made.segment.option_octets = {made.options.octets.data(), made.options.captured};
  flow.maybe_disordered = true;
  return made;
}

Checkpoint* Checkpoints::find(std::uint32_t serial, const Flow& flow) {
  if (serial == 0 || newest_ - serial >= kCheckpoints) return nullptr;
  Checkpoint& found = checkpoints_[(serial - 1) % kCheckpoints];
  return found.flow == flow.id() ? &found : nullptr;
}

const Checkpoint* Checkpoints::of_reset(const Flow& flow, std::uint32_t verdict) {
  constexpr int kFarBack = 64;
  const Checkpoint* found = find(flow.latest_checkpoint, flow);
  for (int back = 0; found != nullptr && back < kFarBack; ++back) {
    if (found->is_reset && found->verdict == verdict) return found;
    found = find(found->before, flow);
  }
  return nullptr;
}

/// The latest thing before this place, which moves there.
std::optional<Checkpoints::Item> Checkpoints::go_back(Cursor& at, const Flow& flow) {
  Checkpoint* saved = find(at.checkpoint, flow);
  // Of a segment whose taking in failed nothing came but the checkpoint.
  while (saved != nullptr && !saved->is_reset && saved->memento.latest_recent == at.recent) {
    at.checkpoint = saved->before;
    saved = find(at.checkpoint, flow);
  }
  if (saved != nullptr && saved->is_reset && saved->memento.latest_recent == at.recent) {
    at.checkpoint = saved->before;
    return Item{.reset = saved, .saved = saved};
  }
  Item item{.entry = recent_.find(at.recent, flow)};
  if (item.entry == nullptr) return std::nullopt;
  at.recent = item.entry->before;
  if (saved != nullptr && !saved->is_reset && saved->memento.latest_recent == at.recent) {
    at.checkpoint = saved->before;
    item.saved = saved;
  }
  return item;
}

/// How to come to the state before this item, with the cursor before it; nothing where what would
/// be needed is gone.
std::optional<Checkpoints::Base> Checkpoints::base_of(const Item& item, Cursor at,
                                                      const Flow& flow) {
  Base base{.saved = item.saved, .since = {}};
  while (base.saved == nullptr) {
    const std::optional<Item> before = go_back(at, flow);
    if (!before && at.recent == 0 && at.checkpoint == 0) return base;
    if (!before || before->reset != nullptr) return std::nullopt;
    base.since.push_back(before->entry);
    base.saved = before->saved;
  }
  return base;
}

/// Nothing that the sender of this reset says with such numbers came after it. A bare one that was
/// drawn has its number from what drew it, and tells nothing of its sender's own.
bool Checkpoints::fits_before(const Segment& early, End from, const Checkpoint& reset) {
  const bool tells_own = reset.segment.ack_set || !reset.drawn;
  if (from == reset.from) return !tells_own || !early.seq_end().after(reset.segment.seq);
  return reset.segment.ack_set || !early.ack_set || !early.ack.after(reset.segment.seq);
}

/// By its time it stands between a reset and the connection's segment before that, and its numbers
/// do not gainsay it. A clock that was set back shows nothing between: only in a pause it may.
bool Checkpoints::was_held_up(const Segment& early, End from, const Item& item, Cursor at,
                              const Flow& flow) {
  if (item.reset == nullptr || item.reset->segment.time - early.time > kHeldUp) return false;
  if (!fits_before(early, from, *item.reset)) return false;
  std::optional<Item> before = go_back(at, flow);
  while (before && before->reset != nullptr) before = go_back(at, flow);
  if (!before) return is_answer_to(*item.reset, early);
  return before->entry->header.time <= early.time;
}

bool Checkpoints::came_before(const Segment& early, End from, const Item& item, Cursor at,
                              const Flow& flow) {
  const Checkpoint* const reset = item.reset;
  const Nanos ahead = time_of(item) - early.time;
  // Among copies, what only the second of two captures has stands by its time.
  if (ahead > 0 && flow.most_copies() != 0) return ahead <= kHeldUp;
  if (ahead > 0) return ahead <= kExchanged || was_held_up(early, from, item, at, flow);
  if (-ahead > kByNumbers || from == (reset ? reset->from : item.entry->from)) return false;
  if (reset == nullptr)
    return acknowledges_unseen(item.entry->header.ack, item.entry->acks_unseen, early);
  return acknowledges_unseen(reset->segment.ack, acks_unseen(*reset), early) ||
         is_answer_to(*reset, early);
}

int Checkpoints::count_overtaken(Flow& flow, End from, const Segment& segment) {
  // A frame's number can only be exchanged if it is that of one segment.
  if (segment.shares_frame) return 0;
  int count = 0;
  Cursor at{flow.latest_recent, flow.latest_checkpoint};
  for (int depth = 1; depth <= kDepth; ++depth) {
    const std::optional<Item> item = go_back(at, flow);
    const bool lately = item && segment.time - time_of(*item) <= kExchanged;
    if (depth == 1 && !lately) flow.maybe_disordered = false;
    if (!lately) break;
    if (item->reset ? item->reset->segment.shares_frame : item->entry->shares_frame) break;
    if (came_before(segment, from, *item, at, flow) && base_of(*item, at, flow)) count = depth;
  }
  if (count < kDepth || flow.most_copies() == 0 || segment.rst) return count;
  // Of what only the second of two captures shows the place may be farther back than anything can
  // be taken back. Before the last few it is wrong as well, though for a reset, which is told in
  // any case, less so.
  const std::optional<Item> before = go_back(at, flow);
  return before && time_of(*before) - segment.time > kExchanged ? 0 : count;
}

TakenBack Checkpoints::taken_back(const Item& item) const {
  TakenBack again;
  if (item.reset == nullptr) {
    again.from = item.entry->from;
    again.segment = recent_.segment_of(*item.entry, again.options);
    return again;
  }
  again.is_reset = true;
  again.verdict = item.reset->verdict;
  again.from = item.reset->from;
  again.segment = item.reset->segment;
  again.options = item.reset->options;
  return again;
}

std::vector<TakenBack> Checkpoints::take_back(Flow& flow, int count) {
  std::vector<TakenBack> taken;
  Cursor at{flow.latest_recent, flow.latest_checkpoint};
  std::optional<Item> first;
  for (int i = 0; i < count; ++i) {
    first = go_back(at, flow);
    taken.push_back(taken_back(*first));
  }
  std::reverse(taken.begin(), taken.end());
  for (TakenBack& again : taken) {
    again.segment.tuple = flow.tuple_of(again.from);
    again.segment.option_octets = {again.options.octets.data(), again.options.captured};
  }

  const Base base = *base_of(*first, at, flow);
  if (base.saved != nullptr)
    flow.restore(base.saved->memento);
  else
    flow.restore_first();
  for (std::size_t i = base.since.size(); i-- > 0;) {
    const RecentSegments::Entry& entry = *base.since[i];
    RecentSegments::KeptOptions options;
    flow.note_again(entry.from, recent_.segment_of(entry, options));
  }
  flow.latest_recent = at.recent;
  flow.latest_checkpoint = at.checkpoint;
  flow.since_checkpoint = Flow::kCheckpointDue;
  return taken;
}

}  // namespace rstcause
