// SPDX-License-Identifier: GPL-2.0-or-later
#include "engine/judge/reset.h"

#include <algorithm>
#include <optional>

#include "engine/judge/answer_time.h"
#include "engine/judge/astray.h"
#include "engine/judge/reset_form.h"
#include "engine/judge/reset_trigger.h"

namespace rstcause {
namespace {

/// Octets of `from` that the other end never owned to have received, the FIN left out.
std::uint32_t unacknowledged(const Endpoint& from, std::optional<SeqNum> acked) {
  if (from.first_data == 0) return 0;
  const SeqNum end = from.fin != 0 ? from.fin_seq : from.snd_nxt;
  const SeqNum start = acked && acked->after(from.first_seq) ? *acked : from.first_seq;
  return end.after(start) ? end.distance_from(start) : 0;
}

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
    r_.payload_cut = segment.payload.size() < segment.len;
    r_.timed = segment.timed;
    r_.header_cut = !segment.wnd_captured || r_.options.cut;
    r_.declared = read_declared(segment);
    if (segment.word != nullptr) r_.word = *segment.word;
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

  void read(RecentSegments& recent, const Reset* last) {
    find_habits();
    find_progress();
    const TriggerFound drew = find_trigger(r_, flow_, recent, last);
    r_.form = form_row_of(r_, flow_).form;
    const bool reply = is_reply(r_.form);
    if (!reply)
      forget_trigger(r_);
    else if (drew.entry != nullptr && drew.entry->answered == 0)
      drew.entry->answered = r_.frame;
    r_.trigger_kind = kind_of_trigger(r_.trigger);
    find_what_it_heard();
    find_life_after_the_trigger();
    find_full_window(recent);
    find_talk_without_answers(recent);
    find_crossed_words(recent);
    find_former_self(r_, flow_, recent);
    find_former_try(r_, flow_);
    find_idle(drew.before_time);
    find_lost();
    r_.state = apparent_state(x_, y_, flow_.is_server(r_.x_end));
    if (!reply && handshake_was_over()) r_.state = State::established;
  }

 private:
  bool handshake_was_over() const;
  void find_habits();
  void find_progress();
  void find_what_it_heard();
  void find_life_after_the_trigger();
  void find_full_window(RecentSegments& recent);
  void find_talk_without_answers(RecentSegments& recent);
  void find_crossed_words(RecentSegments& recent);
  void find_idle(Nanos before_trigger);
  void find_lost();

  const Flow& flow_;
  const Endpoint& x_;
  const Endpoint& y_;
  Reset& r_;
};

void Reader::find_habits() {
  Habits& h = r_.habits;
  h.x_last = x_.last.frame;
  h.x_fin = x_.fin;
  h.y_data = y_.data;
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
  const bool unanswered = x_.fin != 0 ? x_.closed_asking : x_.data > y_.data;
  if (unanswered) h.waited = (x_.fin != 0 ? x_.fin_time : r_.time) - x_.data_time;
  h.x_was_ahead = x_.last.seen() && x_.last.time - r_.time > kExchanged;
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
  const SegmentHeader& t = r_.trigger;
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
  const bool took_it = r_.trigger.len != 0 && was_taken(r_.trigger, x_);
  const bool had_met_it = took_it || (after > kSurelyAfter && !is_quick_answer(after, x_));
  r_.habits.x_lived_on = spoke && had_met_it;
}

/// Whether the last ACK of Y's before the trigger had left X no room for more than X then sent.
void Reader::find_full_window(RecentSegments& recent) {
  constexpr int kDepth = 8;
  if (!r_.trigger.seen() || x_.data == 0) return;
  std::uint32_t serial = flow_.latest_recent;
  for (int depth = 0; depth < kDepth; ++depth) {
    const RecentSegments::Entry* const entry = recent.find(serial, flow_);
    if (entry == nullptr) return;
    serial = entry->before;
    const SegmentHeader& told = entry->header;
    if (entry->from == r_.x_end || !told.ack_set || told.frame >= r_.trigger.frame) continue;
    // A probe of a shut window may stand beyond it (RFC 9293, 3.8.6.1).
    const SeqNum edge = told.ack + y_.in_octets(told.wnd, x_);
    const bool beyond = told.wnd == 0 && x_.snd_nxt == edge + 1;
    r_.habits.x_filled_window = beyond || x_.snd_nxt == edge;
    return;
  }
}

/// Who asks waits for an answer; a log, a metric or an event is sent whenever there is one. A large
/// request in many segments is none of that: they follow each other, not their acknowledgments.
void Reader::find_talk_without_answers(RecentSegments& recent) {
  constexpr int kDepth = 32, kPieces = 3;  // behind the first
  if (x_.data != 0 || y_.data == y_.first_data) return;
  int pieces = 0;
  SeqNum sent_at;
  bool awaits_ack = false;  // of the entry looked at before, which came later
  std::uint32_t serial = flow_.latest_recent;
  for (int depth = 0; depth < kDepth && pieces < kPieces; ++depth) {
    const RecentSegments::Entry* const entry = recent.find(serial, flow_);
    if (entry == nullptr) break;
    serial = entry->before;
    const SegmentHeader& one = entry->header;
    const bool of_y = entry->from != r_.x_end;
    if (awaits_ack && !of_y && one.ack_set && one.ack == sent_at) ++pieces;
    awaits_ack = of_y && one.len != 0;
    sent_at = one.seq;
  }
  r_.habits.y_needs_no_answer = pieces >= kPieces;
}

/// Seen from Y, a payload of X's that comes last may have left before X had Y's latest: X's
/// acknowledgment in it tells.
void Reader::find_crossed_words(RecentSegments& recent) {
  constexpr int kDepth = 32;
  if (y_.data == 0 || x_.data <= y_.data) return;
  std::uint32_t serial = flow_.latest_recent;
  for (int depth = 0; depth < kDepth; ++depth) {
    const RecentSegments::Entry* const entry = recent.find(serial, flow_);
    if (entry == nullptr || entry->header.frame < x_.data) return;
    serial = entry->before;
    if (entry->header.frame != x_.data || entry->from != r_.x_end) continue;
    const SeqNum end = y_.data_seq + y_.data_len;
    r_.habits.x_data_crossed = entry->header.ack_set && entry->header.ack.before(end);
    return;
  }
}

/// A socket that decides by itself had its handshake behind it if the last ACK was on its way:
/// the peer's that acknowledges the SYN-ACK, or this very reset's.
bool Reader::handshake_was_over() const {
  if (r_.state == State::syn_received) return y_.acks && y_.rcv_nxt.after(x_.isn);
  return r_.state == State::syn_sent && y_.syn != 0 && r_.ack_set && r_.ack == y_.isn + 1;
}

void Reader::find_idle(Nanos before_trigger) {
  const SegmentHeader& t = r_.trigger;
  if (!t.seen()) {
    r_.idle = flow_.last_time() == 0 ? 0 : r_.time - flow_.last_time();
  } else if (r_.before_trigger != 0) {
    r_.idle = t.time - before_trigger;
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

Reset read_reset(const Segment& segment, const Flow& flow, End from, RecentSegments& recent,
                 const Reset* last) {
  Reset reset;
  Reader(segment, flow, from, reset).read(recent, last);
  return reset;
}

}  // namespace rstcause
