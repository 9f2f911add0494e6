// SPDX-License-Identifier: GPL-2.0-or-later
#include "engine/judge/reset.h"

#include <algorithm>

namespace rstcause {
namespace {

/// How far back in one flow a trigger is looked for: more late segments than this in flight
/// at a time are told apart no longer.
constexpr int kTriggerDepth = 64;

/// Within this time any reply counts as prompt, whatever the path.
constexpr Nanos kAlwaysPrompt = 5 * kMillisecond;
/// Before a retransmission timer could end (RFC 6298, 2.4, asks for a second; Linux takes 200 ms).
constexpr Nanos kLongFlight = 100 * kMillisecond;
/// Nothing known of this end's path: a round trip on the worst of them.
constexpr Nanos kSlowestPath = 500 * kMillisecond;

/// Octets of `from` that the other end never owned to have received, the FIN left out.
std::uint32_t unacknowledged(const Endpoint& from, std::optional<SeqNum> acked) {
  if (from.first_data == 0) return 0;
  const SeqNum end = from.fin != 0 ? from.fin_seq : from.snd_nxt;
  const SeqNum start = acked && acked->after(from.first_seq) ? *acked : from.first_seq;
  return end.after(start) ? end.distance_from(start) : 0;
}

bool is_odd(const Glimpse& t) {
  // RFC 9293, 3.10.7: every segment of a connection but the first SYN carries an ACK, and a
  // SYN carries no FIN.
  return (t.syn && t.fin) || (!t.syn && !t.ack_set);
}

}  // namespace

std::string_view to_string(State state) {
  switch (state) {
    case State::unknown:
      return "unknown";
    case State::closed:
      return "CLOSED";
    case State::listen:
      return "LISTEN";
    case State::syn_sent:
      return "SYN-SENT";
    case State::syn_received:
      return "SYN-RECEIVED";
    case State::established:
      return "ESTABLISHED";
    case State::fin_wait_1:
      return "FIN-WAIT-1";
    case State::fin_wait_2:
      return "FIN-WAIT-2";
    case State::close_wait:
      return "CLOSE-WAIT";
    case State::closing:
      return "CLOSING";
    case State::last_ack:
      return "LAST-ACK";
    case State::time_wait:
      return "TIME-WAIT";
  }
  return "unknown";
}

State apparent_state(const Endpoint& x, const Endpoint& y, bool x_is_server) {
  if (!x.speaks) return y.speaks ? State::closed : State::unknown;
  const bool only_syn = x.syn != 0 && x.last.syn;
  if (only_syn && !x.last.ack_set) return State::syn_sent;
  if (only_syn) return State::syn_received;
  const bool fin_arrived = y.fin != 0 && x.acks && x.rcv_nxt.after(y.fin_seq);
  if (x.fin == 0) return fin_arrived ? State::close_wait : State::established;
  const bool own_acked = x.fin_acked != 0;
  if (!fin_arrived) return own_acked ? State::fin_wait_2 : State::fin_wait_1;
  if (own_acked) return y.fin < x.fin && x_is_server ? State::closed : State::time_wait;
  return y.fin < x.fin ? State::last_ack : State::closing;
}

bool is_quick_answer(Nanos after, const Endpoint& x) {
  const Nanos usual = x.reaction_us == Endpoint::kNoReaction
                          ? kSlowestPath
                          : static_cast<Nanos>(x.reaction_us) * kMicrosecond * 3 / 2;
  return after <= std::max(kAlwaysPrompt, usual);
}

bool is_as_quick_as_ever(Nanos after, const Endpoint& x) {
  return x.reaction_us != Endpoint::kNoReaction && is_quick_answer(after, x);
}

namespace {

/// The guards for a code in the window: NetScaler's RSTs have no options, and the window is
/// none that the sender was using.
bool may_be_netscaler(const Segment& s, const Endpoint& x, const Options& options) {
  return s.options_len == 0 && !options.timestamps && x.last.seen() && s.wnd != x.last.wnd &&
         s.wnd != x.wnd_max;
}

/// Reads one reset against its flow, fact by fact.
class Reader {
 public:
  Reader(const Segment& segment, const Flow& flow, End from, Reset& into)
      : flow_(flow), x_(flow.at(from)), y_(flow.at(other(from))), r_(into) {
    r_.frame = segment.frame;
    r_.time = segment.time;
    r_.x_end = from;
    r_.ip = segment.ip;
    r_.ip_id = segment.ip_id;
    r_.seq = segment.seq;
    r_.ack = segment.ack;
    r_.len = segment.len;
    r_.wnd = segment.wnd;
    r_.ack_set = segment.ack_set;
    r_.options = options_of(segment);
    r_.header_cut = !segment.wnd_captured || r_.options.cut;
    r_.declared = read_declared(segment);
  }

  Declared read_declared(const Segment& segment) const {
    if (r_.options.mp_fastclose || r_.options.mp_tcprst) return declared_by_options(r_.options);
    if (!segment.payload.empty()) {
      Declared by_payload = declared_by_payload(segment.payload, segment.len);
      if (by_payload.kind != Declared::Kind::none) return by_payload;
    }
    if (!segment.behind.empty()) {
      Declared by_trailer = declared_by_trailer(segment.behind);
      if (by_trailer.kind != Declared::Kind::none) return by_trailer;
    }
    if (!may_be_netscaler(segment, x_, r_.options)) return {};
    return netscaler_code(segment.wnd).value_or(Declared{});
  }

  void read(Recent& recent) {
    find_habits();
    find_progress();
    Recent::Entry* const drew = find_trigger(recent);
    if (!r_.trigger.seen()) find_ghosts_answer();
    find_form();
    const bool reply = is_reply(r_.form);
    if (!reply)
      forget_trigger();
    else if (drew != nullptr && drew->answered == 0)
      drew->answered = r_.frame;
    classify_trigger();
    find_what_it_heard();
    find_life_after_the_trigger();
    find_full_window(recent);
    find_former_self(recent);
    find_idle();
    find_lost();
    r_.state = apparent_state(x_, y_, flow_.is_server(r_.x_end));
    if (!reply && handshake_was_over()) r_.state = State::established;
  }

 private:
  bool refuses_after_close(const Glimpse& segment) const;
  bool quotes(const Glimpse& segment) const;
  bool may_have_drawn(const Recent::Entry& entry) const;
  Recent::Entry* find_trigger(Recent& recent);
  void find_ghosts_answer();
  void forget_trigger();
  bool handshake_was_over() const;
  void find_habits();
  void find_progress();
  void find_what_it_heard();
  void find_life_after_the_trigger();
  void find_full_window(Recent& recent);
  void find_form();
  void classify_trigger();
  void find_former_self(const Recent& recent);
  void find_idle();
  void find_lost();
  bool at_own_edge() const;
  bool runs_ahead() const;
  bool window_is_no_sockets() const;
  bool acknowledges_plausibly() const;
  bool refuses_something_unseen() const;
  bool was_taken(const Glimpse& segment) const;

  const Flow& flow_;
  const Endpoint& x_;
  const Endpoint& y_;
  Reset& r_;
  Nanos before_trigger_time_ = 0;
};

/// Windows answers data that comes after its close by RST,ACK at its own SND.NXT, behind the FIN,
/// which the sender of the data had not seen; it acknowledges the data (and not a FIN with it).
bool Reader::refuses_after_close(const Glimpse& t) const {
  const bool bare = r_.wnd == 0 && !r_.options.timestamps && !r_.header_cut;
  if (!bare || x_.fin == 0 || t.len == 0 || r_.seq != x_.snd_nxt) return false;
  return r_.ack == t.seq + t.len || r_.ack == t.seq_end();
}

/// True when the reset's numbers are those that an answer to `t` has (RFC 9293, 3.5.2).
bool Reader::quotes(const Glimpse& t) const {
  if (!r_.ack_set) return t.ack_set && t.ack == r_.seq;
  if (!t.ack_set) return t.seq_end() == r_.ack || t.seq + 1 == r_.ack;
  if (refuses_after_close(t)) return true;
  return t.ack == r_.seq && (t.seq_end() == r_.ack || t.seq_end() + 1 == r_.ack);
}

/// X had already acknowledged all of that segment, so it did not refuse it.
bool Reader::was_taken(const Glimpse& t) const {
  return t.seq_len() != 0 && x_.acks && !t.seq_end().after(x_.rcv_nxt) && x_.last.frame > t.frame;
}

/// In a burst, a segment that a living socket takes without a word is none that was reset: a
/// bare ACK once X had sent more than its SYN-ACK, or what X acknowledged.
bool Reader::may_have_drawn(const Recent::Entry& entry) const {
  if (entry.answered != 0 || was_taken(entry.glimpse)) return false;
  const bool half_open = !x_.speaks || x_.last.syn;
  return entry.glimpse.seq_len() != 0 || half_open;
}

/// The segment that drew this reset: the newest that it quotes, unless a burst was answered
/// one by one: then the oldest of that burst which has no answer yet.
Recent::Entry* Reader::find_trigger(Recent& recent) {
  Recent::Entry* newest = nullptr;
  Recent::Entry* best = nullptr;
  std::uint32_t serial = flow_.latest_recent;
  for (int depth = 0; depth < kTriggerDepth; ++depth) {
    Recent::Entry* entry = recent.find(serial, flow_);
    if (entry == nullptr) break;
    serial = entry->before;
    if (entry->from == r_.x_end || !quotes(entry->glimpse)) continue;
    if (newest == nullptr) {
      newest = best = entry;
      continue;
    }
    const Nanos spread = std::max(kAlwaysPrompt, r_.time - newest->glimpse.time);
    const Nanos apart = newest->glimpse.time - entry->glimpse.time;
    // Data that nobody acknowledged was on its way for longer, too.
    if (apart > (entry->glimpse.len != 0 ? std::max(spread, kLongFlight) : spread)) break;
    if (may_have_drawn(*entry)) best = entry;
  }
  if (best != nullptr) {
    r_.trigger = best->glimpse;
    r_.fresh_trigger = best->answered == 0;
    r_.trigger_passed_on = best->passed_on;
    r_.quotes_anew = best->quoted == 0;
    if (r_.quotes_anew) best->quoted = r_.frame;
    if (const Recent::Entry* before = recent.find(best->before, flow_)) {
      r_.before_trigger = before->glimpse.frame;
      before_trigger_time_ = before->glimpse.time;
    }
  } else if (y_.last.seen() && quotes(y_.last)) {
    r_.trigger = y_.last;  // long ago: the window has moved on
  }
  return best;
}

/// An old connection's answer to a new SYN (RFC 9293, 3.5.1) that the capture shows before that
/// SYN: it stands with the old connection.
void Reader::find_ghosts_answer() {
  const Flow* const older = flow_.previous();
  if (older == nullptr || !x_.last.syn || x_.last.ack_set || y_.speaks) return;
  const Glimpse& t =
      older->at(older->at(End::a).last.frame > older->at(End::b).last.frame ? End::a : End::b).last;
  const Nanos before_syn = x_.syn_time - t.time;
  if (!t.syn && quotes(t) && before_syn >= 0 && before_syn <= kAlwaysPrompt) r_.trigger = t;
}

void Reader::find_habits() {
  Habits& h = r_.habits;
  h.x_last = x_.last.frame;
  h.x_rcv_nxt = x_.rcv_nxt;
  h.x_acked = x_.acks;
  h.y_snd_nxt = y_.snd_nxt;
  h.y_spoke = y_.speaks;
  h.x_ts_val = x_.timestamps ? x_.ts_val : 0;
  h.x_ip_id = x_.ip_id;
  h.y_ip_id = y_.ip_id;
  h.x_wnd = x_.last.wnd;
  h.x_wnd_max = x_.wnd_max;
  h.y_wnd = y_.last.wnd;
  h.ip_id_steps = x_.ip_id_steps;
  h.ip_id_jumps = x_.ip_id_jumps;
  const Nanos quiet = x_.last.seen() ? (r_.time - x_.last.time) / kSecond : 0;
  h.x_quiet_s = static_cast<std::uint8_t>(std::clamp<Nanos>(quiet, 0, UINT8_MAX));
}

void Reader::find_progress() {
  if (flow_.role_basis() != RoleBasis::syn || x_.fin != 0 || y_.fin != 0) return;
  const Endpoint& client = flow_.is_client(r_.x_end) ? x_ : y_;
  if (client.last.syn)
    r_.progress = Progress::syn;
  else if (client.first_data == 0)
    r_.progress = Progress::ack;
  else
    r_.progress = client.data == client.first_data ? Progress::first_data : Progress::more_data;
}

/// What the true sender must have had in its hands before it could write these numbers.
void Reader::find_what_it_heard() {
  const Glimpse& t = r_.trigger;
  const bool first_to_acknowledge = r_.ack_set && y_.data != 0 &&
                                    r_.ack == y_.data_seq + y_.data_len &&
                                    !(x_.acks && !r_.ack.after(x_.rcv_nxt));
  if (!t.seen() && !first_to_acknowledge) return;
  r_.habits.heard = t.seen() ? t.frame : y_.data;
  r_.habits.heard_after = r_.time - (t.seen() ? t.time : y_.data_time);
}

/// What X says long after a segment of Y's came, with its socket's own numbers, shows that the
/// socket had taken that segment: no RST of X's answers it any more.
void Reader::find_life_after_the_trigger() {
  constexpr Nanos kSurelyAfter = 200 * kMillisecond;
  const Nanos after = x_.last.time - r_.trigger.time;
  const bool spoke = r_.trigger.seen() && x_.last.frame > r_.trigger.frame;
  const bool took_it = r_.trigger.len != 0 && was_taken(r_.trigger);
  const bool had_met_it = took_it || (after > kSurelyAfter && !is_quick_answer(after, x_));
  r_.habits.x_lived_on = spoke && had_met_it;
}

/// Whether the last ACK of Y's before the trigger had left X no room for more than X then sent.
void Reader::find_full_window(Recent& recent) {
  constexpr int kDepth = 8;
  if (!r_.trigger.seen() || x_.data == 0) return;
  std::uint32_t serial = flow_.latest_recent;
  for (int depth = 0; depth < kDepth; ++depth) {
    const Recent::Entry* const entry = recent.find(serial, flow_);
    if (entry == nullptr) return;
    serial = entry->before;
    const Glimpse& told = entry->glimpse;
    if (entry->from == r_.x_end || !told.ack_set || told.frame >= r_.trigger.frame) continue;
    const std::uint32_t window = y_.in_octets(told.wnd, x_);
    r_.habits.x_filled_window = window != 0 && x_.snd_nxt == told.ack + window;
    return;
  }
}

/// A segment that is the first of its 4-tuple, yet goes on from one of another: a NAT has given the
/// connection other addresses or ports.
void Reader::find_former_self(const Recent& recent) {
  const Glimpse& t = r_.trigger;
  if (!t.seen() || t.syn || !t.ack_set || t.frame != flow_.first_frame()) return;
  if (t.seq.raw() == 0 || t.ack.raw() == 0) return;
  if (const Recent::Entry* const before = recent.gone_on_from(t, flow_))
    r_.continues = before->glimpse.frame;
}

void Reader::forget_trigger() {
  r_.trigger = {};
  r_.before_trigger = 0;
  r_.fresh_trigger = false;
}

/// SND.NXT, or SND.UNA, or the edge of the peer's window: where a socket's own abort stands
/// (tcp_send_active_reset uses tcp_acceptable_seq, which never passes a retracted window).
bool Reader::at_own_edge() const {
  if (!x_.speaks) return false;
  if (r_.seq == x_.snd_nxt) return true;
  if (x_.syn != 0 && x_.last.syn && r_.seq == x_.isn)
    return true;  // its SYN is unacknowledged still
  // Linux's SYN proxy, whose SYN-ACK has no window, sets a RST of its server's back to the first
  // number (nf_synproxy_core.c, TCP_CONNTRACK_CLOSE).
  if (x_.syn != 0 && x_.shape.wnd == 0 && r_.seq == x_.isn + 1) return true;
  if (!y_.acks) return false;
  const std::uint32_t window = y_.in_octets(y_.last.wnd, x_);
  const SeqNum edge = y_.rcv_nxt + window;
  return r_.seq == y_.rcv_nxt || (r_.seq == edge && x_.snd_nxt.after(edge));
}

/// Within the peer's window, but past all that was captured: X had sent more than we saw.
bool Reader::runs_ahead() const {
  if (!x_.speaks || flow_.trouble(r_.x_end).resets != 0) return false;
  const std::uint32_t window = std::max<std::uint32_t>(65535U, y_.in_octets(y_.last.wnd, x_));
  return r_.seq != x_.snd_nxt && in_window(r_.seq, x_.snd_nxt, window);
}

bool Reader::acknowledges_plausibly() const {
  if (!r_.ack_set) return true;
  const bool not_below = !x_.acks || !r_.ack.before(x_.rcv_nxt);
  const bool not_above = !y_.speaks || !r_.ack.after(y_.snd_nxt) || y_.unseen != 0;
  return not_below && not_above;
}

/// RFC 9293, 3.5.2, group 1: SEQ 0 is chosen where the segment answered had no ACK, and by nobody
/// else. That segment, the SYN, is then what the capture lacks.
bool Reader::refuses_something_unseen() const {
  return !x_.speaks && !y_.speaks && r_.ack_set && r_.seq.raw() == 0 && r_.wnd == 0 &&
         !r_.header_cut && !r_.options.timestamps;
}

/// A socket that decides by itself had its handshake behind it if the last ACK was on its way:
/// the peer's that acknowledges the SYN-ACK, or this very reset's.
bool Reader::handshake_was_over() const {
  if (r_.state == State::syn_received) return y_.acks && y_.rcv_nxt.after(x_.isn);
  return r_.state == State::syn_sent && y_.syn != 0 && r_.ack_set && r_.ack == y_.isn + 1;
}

/// lwIP (tcp_rst()) answers by RST,ACK with both numbers of the segment and the whole of its
/// buffer as window, more than a socket that had received anything offers.
bool Reader::window_is_no_sockets() const {
  return !x_.timestamps && !r_.options.timestamps && x_.wnd_max != 0 && r_.wnd > x_.wnd_max;
}

void Reader::find_form() {
  const Glimpse& t = r_.trigger;
  const bool drawn = t.seen();
  const bool refusable = drawn && t.seq_len() != 0 && !was_taken(t);
  const bool prompt = drawn && is_quick_answer(r_.time - t.time, x_);
  const bool shut = x_.last.seen() && x_.last.ack_set && x_.last.wnd == 0;
  const bool live = r_.wnd != 0 || shut || r_.options.timestamps || r_.header_cut;
  const bool refuses = r_.ack_set && drawn && !t.ack_set && (r_.seq.raw() == 0 || !x_.speaks);
  if (refuses || refuses_something_unseen()) {
    r_.form = Form::reply_to_no_ack;
  } else if (r_.ack_set && at_own_edge() && acknowledges_plausibly()) {
    // RFC 9293, 3.5.2 answers a segment with ACK by a RST without: Windows' own aborts have no
    // window either. Only after a close is RST,ACK at once the answer to what came too late.
    const bool too_late = refusable && prompt && x_.fin != 0;
    const bool no_sockets = refusable && prompt && window_is_no_sockets();
    if (live && !no_sockets)
      r_.form = Form::abort;
    else
      r_.form = too_late || no_sockets ? Form::reply_with_ack : Form::abort_no_window;
  } else if (drawn && !r_.ack_set) {
    // Stacks abort by RST,ACK; half open, nobody but the kernel is there to abort. The bare ACK of
    // a FIN draws a bare RST however long the path has become since (Linux, linger2 < 0).
    const bool of_fin = x_.fin != 0 && t.frame == x_.fin_acked && r_.time - t.time <= kSlowestPath;
    const bool spontaneous = at_own_edge() && !refusable && !prompt && !x_.last.syn && !of_fin &&
                             x_.reaction_us != Endpoint::kNoReaction;
    r_.form = spontaneous ? Form::abort_bare : Form::reply;
  } else if (drawn) {
    r_.form = Form::reply_with_ack;
  } else if (!r_.ack_set && !y_.speaks) {
    r_.form = Form::foreign;  // an answer, most likely; what it answers was not captured
  } else if (at_own_edge() && acknowledges_plausibly()) {
    r_.form = Form::abort_bare;
  } else if (runs_ahead()) {
    r_.form = Form::abort_ahead;
  }
}

void Reader::classify_trigger() {
  const Glimpse& t = r_.trigger;
  if (!t.seen()) return;
  if (is_odd(t))
    r_.trigger_kind = TriggerKind::odd;
  else if (t.syn)
    r_.trigger_kind = t.ack_set ? TriggerKind::syn_ack : TriggerKind::syn;
  else if (t.len != 0)
    r_.trigger_kind = TriggerKind::data;
  else
    r_.trigger_kind = t.fin ? TriggerKind::fin : TriggerKind::pure_ack;
}

void Reader::find_idle() {
  const Glimpse& t = r_.trigger;
  if (!t.seen()) {
    r_.idle = flow_.last_time() == 0 ? 0 : r_.time - flow_.last_time();
  } else if (r_.before_trigger != 0) {
    r_.idle = t.time - before_trigger_time_;
  } else if (x_.last.seen() && x_.last.frame < t.frame) {
    r_.idle = t.time - x_.last.time;
  }
  r_.idle = std::max<Nanos>(r_.idle, 0);
}

void Reader::find_lost() {
  const auto told = [](const Endpoint& e) {
    return e.acks ? std::optional(e.rcv_nxt) : std::nullopt;
  };
  std::optional<SeqNum> by_x = told(x_);
  const bool receipt = is_abort(r_.form) && r_.ack_set;  // a reply's ACK is none
  if (receipt && (!by_x || r_.ack.after(*by_x))) by_x = r_.ack;
  r_.lost = unacknowledged(x_, told(y_)) + unacknowledged(y_, by_x);
}

}  // namespace

Reset read_reset(const Segment& segment, const Flow& flow, End from, Recent& recent) {
  Reset reset;
  Reader(segment, flow, from, reset).read(recent);
  return reset;
}

}  // namespace rstcause
