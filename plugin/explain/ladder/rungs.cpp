// SPDX-License-Identifier: GPL-2.0-or-later
#include "explain/ladder/rungs.h"

#include <algorithm>
#include <iterator>

#include "explain/ladder/payload_words.h"

namespace rstcause::explain {
namespace {

Tuple reversed(const Tuple& tuple) {
  return {.src = tuple.dst, .dst = tuple.src, .sport = tuple.dport, .dport = tuple.sport};
}

bool is_from(const Tuple& end, const Tuple& tuple) {
  return tuple.sport == end.sport && tuple.src == end.src;
}

/// How far `to` lies ahead of `from`, negative where it lies behind.
std::int64_t distance(SeqNum from, SeqNum to) {
  return static_cast<std::int32_t>(to.distance_from(from));
}

}  // namespace

Rungs::Rungs(Frame reset, std::vector<Frame> asked) : reset_(reset), asked_(std::move(asked)) {
  if (asked_.size() > kMostAsked) asked_.resize(kMostAsked);
}

bool Rungs::is_asked_for(Frame frame) const {
  return std::find(asked_.begin(), asked_.end(), frame) != asked_.end();
}

/// The end that opens: who sends the first SYN, or is answered by SYN-ACK.
void Rungs::learn_ends(const Segment& segment) {
  const bool opens = segment.syn && !segment.ack_set;
  if (any_ && (opening_seen_ || !segment.syn)) return;
  opening_seen_ = segment.syn;
  const bool client_speaks = segment.syn ? opens : segment.tuple.sport >= segment.tuple.dport;
  const Tuple ends = client_speaks ? segment.tuple : reversed(segment.tuple);
  if (any_ && !is_from(from_client_, ends)) std::swap(clients_, servers_);
  from_client_ = ends;
  any_ = true;
}

Rungs::Numbers& Rungs::numbers_of(const Segment& segment, bool backward) {
  return is_from(from_client_, segment.tuple) != backward ? clients_ : servers_;
}

/// Each end's first number, by its SYN or, where that was not captured, by the first segment that
/// tells it: then one less, as the SYN had it.
void Rungs::learn(const Segment& segment) {
  Numbers& own = numbers_of(segment, false);
  Numbers& peer = numbers_of(segment, true);
  const bool opens_anew = segment.syn && (own.opened || !own.known);
  const bool says_nothing = segment.rst && segment.seq == SeqNum(0);
  if (opens_anew) {
    own = {.base = segment.seq, .known = true, .opened = false};
  } else if (!own.known && !says_nothing) {
    own.base = segment.seq - 1U;
    own.known = true;
  }
  if (!segment.syn && !segment.rst) own.opened = true;
  if (segment.ack_set && !peer.known) {
    peer.base = segment.ack - 1U;
    peer.known = true;
  }
}

Rung Rungs::made_of(const Segment& segment) {
  const Numbers& own = numbers_of(segment, false);
  const Numbers& peer = numbers_of(segment, true);
  return {.frame = segment.frame,
          .time = segment.time,
          .tuple = segment.tuple,
          .flags = segment.flags,
          .ack_set = segment.ack_set,
          .rst = segment.rst,
          // Of a RST that answers a segment without ACK the number is 0 as sent (RFC 9293, 3.10.7).
          .seq = segment.rst && segment.seq == SeqNum(0) ? 0 : distance(own.base, segment.seq),
          .ack = segment.ack_set ? distance(peer.base, segment.ack) : 0,
          .len = segment.len,
          .wnd = segment.wnd,
          .words = payload_words(segment.payload)};
}

/// The oldest of the dozen goes: for good where it is the first or was asked for, else out of
/// sight.
void Rungs::make_room() {
  Rung& oldest = latest_.front();
  if (kept_.empty() || is_asked_for(oldest.frame)) {
    oldest.skipped = std::exchange(skipped_, 0);
    kept_.push_back(std::move(oldest));
  } else {
    ++skipped_;
  }
  latest_.pop_front();
}

void Rungs::take(const Segment& segment) {
  learn_ends(segment);
  learn(segment);
  if (past_reset_) {
    if (behind_ < kBehind || (behind_ < kBehind + kMostAsked && is_asked_for(segment.frame))) {
      latest_.push_back(made_of(segment));
      latest_.back().skipped = std::exchange(more_, 0);
      ++behind_;
    } else {
      ++more_;
    }
    return;
  }
  if (latest_.size() == kBefore) make_room();
  latest_.push_back(made_of(segment));
  past_reset_ = segment.frame == reset_ && segment.rst;
}

std::vector<Rung> Rungs::all() && {
  if (!latest_.empty()) latest_.front().skipped = skipped_;
  std::move(latest_.begin(), latest_.end(), std::back_inserter(kept_));
  return std::move(kept_);
}

std::pair<Address, std::uint16_t> Rungs::client() const {
  return {from_client_.src, from_client_.sport};
}
std::pair<Address, std::uint16_t> Rungs::server() const {
  return {from_client_.dst, from_client_.dport};
}

}  // namespace rstcause::explain
