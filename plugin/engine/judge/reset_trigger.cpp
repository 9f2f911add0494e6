// SPDX-License-Identifier: GPL-2.0-or-later
#include "engine/judge/reset_trigger.h"

#include <algorithm>

#include "engine/judge/answer_time.h"
#include "engine/judge/astray.h"

namespace rstcause {
namespace {

/// How far back in one flow a trigger is looked for: more late segments than this in flight
/// at a time are told apart no longer.
constexpr int kTriggerDepth = 64;

/// Before a retransmission timer could end (RFC 6298, 2.4, asks for a second; Linux takes 200 ms).
constexpr Nanos kLongFlight = 100 * kMillisecond;

bool is_odd(const SegmentHeader& t) {
  // RFC 9293, 3.10.7: every segment of a connection but the first SYN carries an ACK, and a
  // SYN carries no FIN.
  return (t.syn && t.fin) || (!t.syn && !t.ack_set);
}

/// Windows, lwIP and gVisor answer data that comes after their close at their own SND.NXT, behind
/// the FIN, which the sender of the data had not seen. They acknowledge the data (and not a FIN
/// with it), or what had come before it; without an ACK bit the field says nothing.
bool refuses_after_close(const Reset& r, const SegmentHeader& t, const Endpoint& x) {
  if (x.fin == 0 || t.len == 0 || t.frame < x.fin || r.seq != x.snd_nxt) return false;
  const SeqNum least = x.acks && x.rcv_nxt.before(t.seq) ? x.rcv_nxt : t.seq;
  return !r.ack_set || in_window(r.ack, least, t.seq_end().distance_from(least) + 1);
}

/// ns-3 refuses an ACK of what it never sent by its SYN-ACK's number, and not by that ACK's (RFC
/// 9293, 3.10.7.4).
bool refuses_from_its_isn(const Reset& r, const SegmentHeader& t, const Endpoint& x) {
  const bool half_open = x.syn != 0 && x.last.syn && x.last.ack_set;
  return half_open && !r.ack_set && r.seq == x.isn && t.ack_set && !t.syn && t.ack != x.isn + 1;
}

/// The listener of LWIPv6 adds one to the ACK of a segment of no connection (lwIP of old,
/// tcp_listen_input(): tcp_rst(ackno + 1, ...)): of one forgotten since, or of before a restart.
bool refuses_one_too_high(const Reset& r, const SegmentHeader& t, const Endpoint& x) {
  const bool behind_it = !x.speaks || r.seq == x.snd_nxt + 1;
  return behind_it && t.ack + 1 == r.seq && t.seq_end() == r.ack;
}

/// pasta refuses a SYN by a RST of its own number, whose field acknowledges it without the ACK bit.
bool refuses_beside_the_ack_bit(const Reset& r, const SegmentHeader& t, const Endpoint& x) {
  return t.syn && !t.ack_set && !x.speaks && r.ack == t.seq + 1;
}

constexpr std::uint8_t kResetFlag = 0x04, kAckFlag = 0x10;

/// A reset as a segment that may itself be answered.
SegmentHeader header_of(const Reset& reset) {
  SegmentHeader g;
  g.frame = reset.frame;
  g.seq = reset.seq;
  g.ack = reset.ack;
  g.len = reset.len;
  g.time = reset.time;
  g.ack_set = reset.ack_set;
  g.flags = static_cast<std::uint8_t>(kResetFlag | (reset.ack_set ? kAckFlag : 0U));
  g.wnd = reset.wnd;
  g.ip_id = reset.ip_id;
  return g;
}

/// RFC 9293, 3.5.2 forbids it, and user-mode NATs do it: they answer a RST by a RST.
void find_reset_answered(Reset& r, const Flow& flow, const Reset* last) {
  if (last == nullptr || last->x_end == r.x_end) return;
  const Endpoint& x = flow.at(r.x_end);
  const SegmentHeader t = header_of(*last);
  const bool at_zero = r.ack_set && r.seq.raw() == 0 && t.seq_end() == r.ack;
  if ((at_zero || quotes(r, t, x)) && is_quick_answer(r.time - t.time, x)) r.trigger = t;
}

/// In a burst, a segment that a living socket takes without a word is none that was reset: a
/// bare ACK once X had sent more than its SYN-ACK, or what X acknowledged.
bool may_have_drawn(const RecentSegments::Entry& entry, const Endpoint& x) {
  if (entry.answered != 0 || was_taken(entry.header, x)) return false;
  const bool half_open = !x.speaks || x.last.syn;
  return entry.header.seq_len() != 0 || half_open;
}

/// The newest segment that the reset quotes, unless a burst was answered one by one: then the
/// oldest of that burst which has no answer yet.
RecentSegments::Entry* find_quoted(const Reset& r, const Flow& flow, RecentSegments& recent) {
  const Endpoint& x = flow.at(r.x_end);
  RecentSegments::Entry* newest = nullptr;
  RecentSegments::Entry* best = nullptr;
  std::uint32_t serial = flow.latest_recent;
  for (int depth = 0; depth < kTriggerDepth; ++depth) {
    RecentSegments::Entry* entry = recent.find(serial, flow);
    if (entry == nullptr) break;
    serial = entry->before;
    if (entry->from == r.x_end || !quotes(r, entry->header, x)) continue;
    if (newest == nullptr) {
      newest = best = entry;
      continue;
    }
    const Nanos spread = std::max(kAlwaysPrompt, r.time - newest->header.time);
    const Nanos apart = newest->header.time - entry->header.time;
    // Data that nobody acknowledged was on its way for longer, too.
    if (apart > (entry->header.len != 0 ? std::max(spread, kLongFlight) : spread)) break;
    // A router passed the older ones on and held this one back: whoever stopped it answers it.
    const bool held_back = entry->passed_on && !newest->passed_on;
    if (!held_back && may_have_drawn(*entry, x)) best = entry;
  }
  return best;
}

/// An old connection's answer to a new SYN (RFC 9293, 3.5.1) that the capture shows before that
/// SYN: it stands with the old connection.
void find_ghosts_answer(Reset& r, const Flow& flow) {
  const Endpoint &x = flow.at(r.x_end), &y = flow.at(other(r.x_end));
  const Flow* const older = flow.previous();
  if (older == nullptr || !x.last.syn || x.last.ack_set || y.speaks) return;
  const SegmentHeader& t =
      older->at(older->at(End::a).last.frame > older->at(End::b).last.frame ? End::a : End::b).last;
  const Nanos before_syn = x.syn_time - t.time;
  if (!t.syn && quotes(r, t, x) && before_syn >= 0 && before_syn <= kAlwaysPrompt) r.trigger = t;
}

}  // namespace

bool quotes(const Reset& r, const SegmentHeader& t, const Endpoint& x) {
  if (!r.ack_set) return t.ack_set ? t.ack == r.seq : refuses_beside_the_ack_bit(r, t, x);
  // uIP counts one octet, whatever came; and small stacks are seen to be wrong by one, or refuse a
  // SYN without counting it.
  const bool by_one = t.seq + 1 == r.ack || t.seq_end() + 1 == r.ack;
  if (!t.ack_set) return t.seq_end() == r.ack || by_one || (t.syn && r.ack == t.seq);
  return (t.ack == r.seq && (t.seq_end() == r.ack || by_one)) || refuses_after_close(r, t, x) ||
         refuses_one_too_high(r, t, x);
}

bool is_one_above_the_ack(const Reset& r, const Endpoint& x) {
  return r.ack_set && r.trigger.seen() && x.speaks && r.seq == x.snd_nxt + 1 &&
         r.seq == r.trigger.ack + 1;
}

bool was_taken(const SegmentHeader& t, const Endpoint& x) {
  return t.seq_len() != 0 && x.acks && !t.seq_end().after(x.rcv_nxt) && x.last.frame > t.frame;
}

TriggerFound find_trigger(Reset& r, const Flow& flow, RecentSegments& recent, const Reset* last) {
  const Endpoint &x = flow.at(r.x_end), &y = flow.at(other(r.x_end));
  TriggerFound found{.entry = find_quoted(r, flow, recent)};
  if (found.entry != nullptr) {
    r.trigger = found.entry->header;
    r.fresh_trigger = found.entry->answered == 0;
    r.trigger_passed_on = found.entry->passed_on;
    r.quotes_anew = found.entry->quoted == 0;
    if (r.quotes_anew) found.entry->quoted = r.frame;
    if (const RecentSegments::Entry* before = recent.find(found.entry->before, flow)) {
      r.before_trigger = before->header.frame;
      found.before_time = before->header.time;
    }
  } else if (y.last.seen() && quotes(r, y.last, x)) {
    r.trigger = y.last;  // long ago: the window has moved on
  }
  const bool at_once = y.last.seen() && is_quick_answer(r.time - y.last.time, x);
  const bool fits = refuses_after_close(r, y.last, x) || refuses_from_its_isn(r, y.last, x);
  if (!r.trigger.seen() && at_once && fits) r.trigger = y.last;
  if (!r.trigger.seen()) find_ghosts_answer(r, flow);
  if (!r.trigger.seen()) find_reset_answered(r, flow, last);
  if (!r.trigger.seen()) find_segment_elsewhere(r, flow, recent);
  return found;
}

void forget_trigger(Reset& r) {
  r.trigger = {};
  r.before_trigger = 0;
  r.fresh_trigger = false;
}

TriggerKind kind_of_trigger(const SegmentHeader& t) {
  if (!t.seen()) return TriggerKind::none;
  if ((t.flags & kResetFlag) != 0) return TriggerKind::reset;
  if (is_odd(t)) return TriggerKind::odd;
  if (t.syn) return t.ack_set ? TriggerKind::syn_ack : TriggerKind::syn;
  if (t.len != 0) return TriggerKind::data;
  return t.fin ? TriggerKind::fin : TriggerKind::pure_ack;
}

}  // namespace rstcause
