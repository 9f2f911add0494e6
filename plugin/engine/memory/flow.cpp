// SPDX-License-Identifier: GPL-2.0-or-later
#include "engine/memory/flow.h"

#include <algorithm>

#include "app/talk.h"
#include "engine/wire/bytes.h"
#include "resp/tracker.h"

namespace rstcause {
namespace {

/// Ports that an operating system hands out for outgoing connections: Linux from 32768, the
/// IANA range from 49152.
constexpr std::uint16_t kFirstEphemeral = 32768;
constexpr std::uint16_t kFirstUnprivileged = 1024;

/// RFC 9293, 3.8.4: one below SND.NXT, empty or with one octet that the peer has long had. While
/// the window is shut the octet may be one that the peer did not take (3.8.6.1).
bool is_probe(const Endpoint& x, const Endpoint& y, const Segment& s, bool shut) {
  if (!s.ack_set || s.syn || s.fin || s.seq + 1 != x.snd_nxt) return false;
  return s.len == 0 || (s.len == 1 && y.acks && (y.rcv_nxt == x.snd_nxt || shut));
}

/// RFC 9293, 3.8.6.1: a shut window is probed with the next octet (BSD; Linux sends none).
bool is_new_octet_probe(const Endpoint& x, const Endpoint& y, const Segment& s) {
  return s.len == 1 && !s.fin && s.seq == x.snd_nxt && y.acks && y.rcv_nxt == s.seq;
}

void note_shape(SynShape& shape, const Segment& s) {
  const Options o = options_of(s);
  shape.wnd = s.wnd;
  shape.shift = o.shift;
  shape.ttl = s.ip.ttl;
  shape.ip_id = s.ip_id;
  shape.may_fragment = s.ip.may_fragment;
  shape.mss = o.mss_octets;
  shape.window_scale = o.window_scale;
  shape.sack_permitted = o.sack_permitted;
  shape.timestamps = o.timestamps;
  shape.mp_join = o.mp_join;
  shape.mp_capable = o.mp_capable;
  shape.options_cut = o.cut;
  shape.order = o.order;
  shape.options_len = s.options_len;
  shape.ts_val = o.ts_val;
  shape.ts_ecr = o.ts_ecr;
}

/// A counter of the connection steps by one, one of the whole host by a few more.
void note_ip_id(std::uint16_t id, Endpoint& x) {
  if (x.ip_id == 0 || id == x.ip_id) return;
  const auto step = static_cast<std::uint16_t>(id - x.ip_id);
  std::uint8_t& count = step <= kLargestIpIdStep ? x.ip_id_steps : x.ip_id_jumps;
  if (count != UINT8_MAX) ++count;
}

void note_syn(Endpoint& x, const Segment& segment) {
  x.syn = segment.frame;
  x.syn_time = segment.time;
  x.isn = segment.seq;
  note_shape(x.shape, segment);
  x.timestamps = x.shape.timestamps;
  x.ts_val = x.shape.ts_val;
  if (!x.speaks) x.first_seq = segment.seq + 1;
  if (!x.speaks || segment.seq_end().after(x.snd_nxt)) x.snd_nxt = segment.seq_end();
  x.speaks = true;
  if (segment.len == 0) return;
  x.first_data = x.data = segment.frame;
  x.data_time = segment.time;
  x.data_seq = segment.seq + 1;
  x.data_len = segment.len;
}

[[gnu::always_inline]] inline void note_ack(Endpoint& x, Endpoint& y, const Segment& segment) {
  if (y.speaks && segment.ack.after(y.snd_nxt)) {
    // It owns to octets that we never saw go by.
    if (segment.ack.distance_from(y.snd_nxt) < kWidestWindow && y.unseen == 0)
      y.unseen = segment.frame;
    // In the handshake such an ACK is refused (RFC 9293, 3.10.7.3), not a receipt.
    if (y.last.syn) return;
  }
  if (!x.acks) {
    x.acks = true;
    x.rcv_nxt = x.first_ack = segment.ack;
  } else if (segment.ack.after(x.rcv_nxt)) {
    if (segment.ack.distance_from(x.rcv_nxt) < kWidestWindow) x.rcv_nxt = segment.ack;
  } else {
    return;
  }
  if (y.fin != 0 && y.fin_acked == 0 && segment.ack.after(y.fin_seq)) {
    y.fin_acked = segment.frame;
    y.fin_acked_time = segment.time;
  }
}

[[gnu::always_inline]] inline void note_new_octets(Endpoint& x, const Endpoint& y,
                                                   const Segment& segment) {
  if (segment.seq.after(x.snd_nxt) && x.unseen == 0) x.unseen = segment.frame;
  if (segment.len != 0) {
    if (x.first_data == 0) x.first_data = segment.frame;
    x.data = segment.frame;
    x.data_time = segment.time;
    x.data_seq = segment.seq;
    x.data_len = segment.len;
  }
  if (segment.fin && x.fin == 0) {
    x.fin = segment.frame;
    x.fin_time = segment.time;
    x.fin_seq = segment.seq + segment.len;
    x.closed_asking = x.data > y.data;
  }
  x.snd_nxt = segment.seq_end();
}

/// Paths change, and balanced ones differ: by a few routers.
[[gnu::noinline]] void note_other_ttl(Endpoint& x, std::uint8_t ttl) {
  const auto [less, more] = std::minmax(x.ttl, ttl);
  x.ttl_least = x.ttl_varies ? std::min(x.ttl_least, less) : less;
  x.ttl_most = x.ttl_varies ? std::max(x.ttl_most, more) : more;
  x.ttl_varies = true;
}

[[gnu::always_inline]] inline bool note_habits(Endpoint& x, const Segment& segment) {
  if (segment.ip_id != 0) {
    note_ip_id(segment.ip_id, x);
    x.ip_id = segment.ip_id;
  }
  if (segment.syn) return false;
  if (x.ttl != 0 && segment.ip.ttl != x.ttl) note_other_ttl(x, segment.ip.ttl);
  x.ttl = segment.ip.ttl;
  if (!has_usual_timestamps(segment)) return false;
  x.timestamps = true;
  x.ts_val = usual_ts_val(segment);
  return true;
}

/// How quickly it acknowledges the peer's latest segment.
[[gnu::always_inline]] inline void note_reaction(Endpoint& x, const Endpoint& y,
                                                 const Segment& segment) {
  if (x.acks && !segment.ack.after(x.rcv_nxt)) return;
  const SegmentHeader& cause = y.last;
  const std::uint32_t octets = cause.seq_len();
  if (!cause.seen() || octets == 0 || segment.ack != cause.seq + octets) return;
  const Nanos took = std::max<Nanos>(0, segment.time - cause.time);
  if (took >= Nanos{x.reaction_us} * kMicrosecond) return;
  // What was sent twice may be acknowledged for its first time (Karn's algorithm, RFC 6298, 3).
  if (cause.frame != y.data && cause.frame != y.fin && cause.frame != y.syn) return;
  x.reaction_us = static_cast<std::uint32_t>(took / kMicrosecond);
}

}  // namespace

void Series::add(Frame frame, Nanos time) {
  if (ended_by != 0) count = 0;
  ended_by = 0;
  if (count == 0) {
    first = frame;
    first_time = time;
  }
  if (total != 0 && time - last_time >= kTimerApart) gap = time - last_time;
  ++count;
  ++total;
  last = frame;
  last_time = time;
}

Flow::Flow(std::uint32_t id, const Segment& first, std::uint32_t previous)
    : addresses_{first.tuple.src, first.tuple.dst},
      ports_{first.tuple.sport, first.tuple.dport},
      previous_(previous),
      id_(id),
      first_frame_(first.frame) {
  learn_roles_by_ports();
}

void Flow::learn_roles_by_ports() {
  const bool a_privileged = ports_[0] < kFirstUnprivileged,
             b_privileged = ports_[1] < kFirstUnprivileged;
  const bool a_ephemeral = ports_[0] >= kFirstEphemeral, b_ephemeral = ports_[1] >= kFirstEphemeral;
  if (a_privileged != b_privileged) {
    role_basis_ = RoleBasis::ports;
    initiator_ = a_privileged ? End::b : End::a;
  } else if (a_ephemeral != b_ephemeral) {
    role_basis_ = RoleBasis::ports;
    initiator_ = a_ephemeral ? End::a : End::b;
  }
}

Flow::~Flow() = default;

const Trouble& Flow::trouble(End end) const {
  static const Trouble none;
  return troubles_ ? (*troubles_)[index(end)] : none;
}

Trouble& Flow::make_trouble(End end) {
  if (!troubles_) troubles_ = std::make_unique<std::array<Trouble, 2>>();
  return (*troubles_)[index(end)];
}

// What every segment passes through, hence dense: each step is called from one place and inlined,
// and what hardly ever comes stands in functions of its own.

bool Flow::note_segment(End from, Endpoint& x, Endpoint& y, const Segment& segment) {
  if (segment.ack_set) note_reaction(x, y, segment);
  if (segment.syn)
    note_syn_or_again(from, x, y, segment);
  else
    note_octets(from, x, y, segment);
  if (segment.ack_set) {
    note_ack(x, y, segment);
    if (!segment.syn) note_window(from, x, segment);
  }
  const bool stamped = note_habits(x, segment);
  if (troubles_) end_series_of(other(from), segment.frame);
  x.last = static_cast<const SegmentHeader&>(segment);
  copies_[index(from)] = 0;
  const Nanos last_time = last_time_, latest_silence = latest_silence_;
  last_time_ = segment.time;
  latest_silence_ = last_time == 0 ? 0 : segment.time - last_time;
  if (latest_silence > longest_silence_) longest_silence_ = latest_silence;
  return stamped;
}

void Flow::note_syn_or_again(End from, Endpoint& x, const Endpoint& y, const Segment& segment) {
  learn_roles(from, segment);
  // SYN and FIN together open nothing: scanners send that.
  if (segment.fin)
    note_octets(from, x, y, segment);
  else if (x.syn == 0)
    note_syn(x, segment);
  else
    note_repeated_syn(from, segment);
}

/// Whatever this end repeated, its peer has spoken.
void Flow::end_series_of(End end, Frame frame) {
  Trouble& trouble = make_trouble(end);
  trouble.probes.end(frame);
  trouble.window_probes.end(frame);
  trouble.syn_repeats.end(frame);
  trouble.retransmits.end(frame);
}

void Flow::learn_roles(End from, const Segment& segment) {
  const RoleBasis basis = segment.ack_set ? RoleBasis::syn_ack : RoleBasis::syn;
  if (role_basis_ >= basis) return;
  role_basis_ = basis;
  initiator_ = segment.ack_set ? other(from) : from;
}

void Flow::note_repeated_syn(End from, const Segment& segment) {
  const Endpoint& x = at(from);
  const Endpoint& y = at(other(from));
  if (segment.seq != x.isn) return;
  Trouble& trouble = make_trouble(from);
  trouble.syn_repeats.add(segment.frame, segment.time);
  const bool acked = y.acks && y.rcv_nxt.after(x.isn) && !y.last.syn;
  if (segment.ack_set && acked) trouble.syn_repeat_after_ack = segment.frame;
}

[[gnu::always_inline]] inline void Flow::note_octets(End from, Endpoint& x, const Endpoint& y,
                                                     const Segment& segment) {
  if (!x.speaks) {
    x.speaks = true;
    x.first_seq = segment.seq;
    x.snd_nxt = segment.seq;
  }
  const SeqNum end = segment.seq_end();
  if (!end.after(x.snd_nxt)) {
    const bool may_probe = segment.seq + 1 == x.snd_nxt;
    if (may_probe || (end != segment.seq && end != x.first_seq)) note_known_octets(from, segment);
    return;
  }
  if (troubles_ && trouble(other(from)).zero_window != 0 && is_new_octet_probe(x, y, segment)) {
    make_trouble(from).window_probes.add(segment.frame, segment.time);
    x.snd_nxt = end;
  } else if (end.distance_from(x.snd_nxt) < kWidestWindow) {
    note_new_octets(x, y, segment);
  }
}

/// Octets that had been sent before: a probe or a repetition.
void Flow::note_known_octets(End from, const Segment& segment) {
  const Endpoint& x = at(from);
  const Endpoint& y = at(other(from));
  const bool shut = trouble(other(from)).zero_window != 0;
  if (is_probe(x, y, segment, shut)) {
    Trouble& trouble = make_trouble(from);
    (shut ? trouble.window_probes : trouble.probes).add(segment.frame, segment.time);
  } else if (segment.seq_len() != 0 && segment.seq_end() != x.first_seq) {
    const bool acked = y.acks && !segment.seq_end().after(y.rcv_nxt);
    // Octets that the peer owns to have: a needless repetition, not a sign that it is silent. It
    // may not have heard of it, though.
    Trouble& trouble = make_trouble(from);
    (acked ? trouble.needless : trouble.retransmits).add(segment.frame, segment.time);
  }
}

[[gnu::always_inline]] inline void Flow::note_window(End from, Endpoint& x,
                                                     const Segment& segment) {
  // An ACK of new octets may bring a larger window, too: Linux lets it grow with the transfer
  // (tcp_grow_window()), whether anybody reads or not.
  if (segment.wnd > x.last.wnd && segment.len == 0 && !x.last.syn && x.last.seen() &&
      segment.ack == x.last.ack)
    x.window_update = segment.frame;
  if (segment.wnd > x.wnd_max) x.wnd_max = segment.wnd;
  if (segment.wnd == 0 || troubles_) note_shut_or_open(from, segment);
}

/// Its window is shut, or may be open again.
void Flow::note_shut_or_open(End from, const Segment& segment) {
  // Whoever has acknowledged the peer's FIN needs no window any more: it shuts nobody out.
  const Frame fin_acked = at(other(from)).fin_acked;
  if (segment.wnd == 0 && fin_acked != 0 && fin_acked <= segment.frame) return;
  Trouble& trouble = make_trouble(from);
  if (segment.wnd != 0) {
    trouble.zero_window = 0;
  } else if (trouble.zero_window == 0) {
    trouble.zero_window = segment.frame;
    trouble.zero_window_time = segment.time;
  }
}

void Flow::note_reset(End from, const Segment& segment, ResetNote what) {
  since_checkpoint = kCheckpointDue;
  Trouble& trouble = make_trouble(from);
  ++trouble.resets;
  if (what.foreign) {
    ++trouble.foreign_resets;
    trouble.last_foreign = segment.frame;
  }
  if (!what.ends || trouble.rst != 0) return;
  trouble.rst = segment.frame;
  trouble.rst_time = segment.time;
  trouble.rst_answered = what.answered;
  over_ = true;
}

void Flow::note_forgery(End from, Frame frame) {
  since_checkpoint = kCheckpointDue;
  Trouble& trouble = make_trouble(from);
  if (trouble.forged == 0) trouble.forged = frame;
}

void Flow::note_mere_probes(End from, const Series& probes, SeqNum snd_nxt) {
  since_checkpoint = kCheckpointDue;
  Endpoint& x = mine(from);
  const Endpoint& y = at(other(from));
  x.first_seq = x.snd_nxt = snd_nxt;
  if (y.acks && y.rcv_nxt == snd_nxt) x.unseen = 0;
  make_trouble(from).probes = probes;
}

void Flow::note_copy(End from) {
  std::uint8_t& copies = copies_[index(from)];
  if (copies < UINT8_MAX) ++copies;
  most_copies_ = std::max(most_copies_, copies);
}

bool Flow::starts_over(End from, const Segment& segment) const {
  if (!segment.syn || segment.ack_set || segment.fin) return false;
  const Endpoint& x = at(from);
  const Endpoint& y = at(other(from));
  if (!x.speaks && !y.speaks) return over_;
  if (x.syn != 0 && segment.seq == x.isn) {
    // Small stacks begin with the same number after each start: whoever connects while its octets
    // of before are acknowledged long since has begun anew.
    const bool anew = x.first_data != 0 && !x.last.syn && y.acks && y.rcv_nxt.after(x.isn + 1) &&
                      segment.time - x.last.time >= kSecond / 2;
    return over_ || anew;
  }
  if (over_) return true;
  if (!x.speaks) return y.syn == 0;  // a crossing SYN (simultaneous open) belongs to the flow
  const bool half_open = x.syn != 0 && y.syn != 0 && !(x.last.ack_set && x.last.frame > y.syn);
  return !(half_open && in_window(segment.seq, x.isn, y.shape.wnd));
}

bool Flow::keeps(End from, const Segment& segment, const Flow& newer) const {
  if (over_ || segment.syn) return false;
  const Endpoint& x = at(from);
  const Endpoint& fresh = newer.at(from);
  const auto near = [&](const Endpoint& end) {
    constexpr std::uint32_t kSlack = 1U << 20U;
    return end.speaks && in_window(segment.seq, end.snd_nxt - kSlack, 2 * kSlack);
  };
  const bool refuses_newer = segment.ack_set && segment.ack == newer.at(other(from)).snd_nxt;
  if (segment.rst) return !fresh.speaks && !refuses_newer && near(x);
  return newer.at(other(from)).syn == 0 && fresh.syn != 0 && near(x) && !near(fresh);
}

}  // namespace rstcause
