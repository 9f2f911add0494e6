// SPDX-License-Identifier: GPL-2.0-or-later
#include "engine/judge/reset_form.h"

#include <algorithm>

#include "engine/judge/answer_time.h"
#include "engine/judge/reset_trigger.h"
#include "engine/judge/stack.h"

namespace rstcause {

/// What the rows ask about. X is the end that the reset names as its sender, Y the other.
struct ResetNumbers {
  const Reset& r;
  const Endpoint &x, &y;
  bool drawn;      ///< A segment has the numbers that the reset would answer.
  bool refusable;  ///< That segment wanted something, and X had not taken it.
  bool prompt;     ///< It came no longer before the reset than X needs to answer.
  bool too_late;  ///< It is data that came after X's FIN, X is not known to be Linux, and the reset
                  ///< came soon, if not promptly: X's host may have had to look for the way first.
  bool live;      ///< A socket's own window or timestamps, as far as was captured.
  bool own;       ///< SEQ and ACK are those of X's own socket.
  bool had_reset;  ///< X has sent a reset before.
  bool repeated;   ///< X had sent its SYN again, and nobody had answered.
  bool awaited;    ///< What it answers, and soon, Y had sent again and again, and nobody came.
  bool is_linux;   ///< X's handshake is written as Linux writes it.

  bool is_drawn_with_ack() const { return drawn && r.ack_set; }
  bool is_drawn_without_ack() const { return drawn && !r.ack_set; }
};

namespace {

/// A retransmission timer sets SND.NXT back (BSD tcp_timer_rexmt(), Windows alike): who gives up
/// then stands behind what it repeated, not behind all that it had sent. smoltcp counts that twice.
bool is_behind_what_it_repeats(const Reset& r, const Endpoint& x, const Series& again) {
  if (!again.going_on() || x.last.frame != again.last) return false;
  return r.seq == x.last.seq_end() || r.seq == x.snd_nxt + x.last.len;
}

/// SND.NXT, or SND.UNA, or the edge of the peer's window: where a socket's own abort stands
/// (tcp_send_active_reset uses tcp_acceptable_seq, which never passes a retracted window).
bool is_at_own_edge(const Reset& r, const Endpoint& x, const Endpoint& y, const Series& again) {
  if (!x.speaks) return false;
  if (r.seq == x.snd_nxt || is_behind_what_it_repeats(r, x, again)) return true;
  // Its SYN is unacknowledged still.
  if (x.syn != 0 && x.last.syn && r.seq == x.isn) return true;
  // Linux's SYN proxy, whose SYN-ACK has no window, sets a RST of its server's back to the first
  // number (nf_synproxy_core.c, TCP_CONNTRACK_CLOSE).
  if (x.syn != 0 && x.shape.wnd == 0 && r.seq == x.isn + 1) return true;
  if (!y.acks) return false;
  const std::uint32_t window = y.in_octets(y.last.wnd, x);
  const SeqNum edge = y.rcv_nxt + window;
  return r.seq == y.rcv_nxt || (r.seq == edge && x.snd_nxt.after(edge));
}

bool acknowledges_plausibly(const Reset& r, const Endpoint& x, const Endpoint& y) {
  if (!r.ack_set) return true;
  const bool not_below = !x.acks || !r.ack.before(x.rcv_nxt);
  const bool not_above = !y.speaks || !r.ack.after(y.snd_nxt) || y.unseen != 0;
  return not_below && not_above;
}

bool refuses_without_ack(const ResetNumbers& n) {
  const SegmentHeader& t = n.r.trigger;
  if (n.is_drawn_without_ack()) return t.syn && !t.ack_set;
  return n.is_drawn_with_ack() && !n.r.trigger.ack_set && (n.r.seq.raw() == 0 || !n.x.speaks);
}

/// SEQ 0 is chosen where the segment answered had no ACK, and by nobody else. That segment, the
/// SYN, is then what the capture lacks.
bool refuses_something_unseen(const ResetNumbers& n) {
  return !n.x.speaks && !n.y.speaks && n.r.ack_set && n.r.seq.raw() == 0 && n.r.wnd == 0 &&
         !n.r.header_cut && !n.r.options.timestamps;
}

/// The whole of lwIP's buffer, more than a socket that had received anything offers.
bool has_no_sockets_window(const ResetNumbers& n) {
  return n.r.ack_set && n.own && n.refusable && n.prompt && !n.x.timestamps &&
         !n.r.options.timestamps && n.x.wnd_max != 0 && n.r.wnd > n.x.wnd_max;
}

bool has_a_sockets_window(const ResetNumbers& n) {
  return n.r.ack_set && n.own && n.live;
}

/// Only after a close is RST,ACK at once the answer to what came too late: of a socket that lives
/// on, too, where Linux aborts by it.
bool refuses_too_late(const ResetNumbers& n) {
  const bool at_once = n.prompt && !n.live;
  return n.r.ack_set && n.own && n.refusable && n.x.fin != 0 && (at_once || n.too_late);
}

/// No socket has such a number: only a listener that knows nothing of the connection.
bool refuses_one_above_the_ack(const ResetNumbers& n) {
  return n.prompt && is_one_above_the_ack(n.r, n.x);
}

/// A host that was away for several tries answers the first that reaches it: a socket would take
/// it, and its program need time to abort. Only where the handshake shows that it is no Linux, and
/// no socket's timestamps show that it is one's.
bool refuses_after_an_outage(const ResetNumbers& n) {
  const SegmentHeader& t = n.r.trigger;
  return n.is_drawn_with_ack() && n.own && n.refusable && n.awaited && n.x.syn != 0 &&
         !n.is_linux && !n.r.options.timestamps && n.r.seq == t.ack && n.r.ack == t.seq_end();
}

/// By the number of its own SYN-ACK instead of that ACK's.
bool refuses_a_wrong_ack(const ResetNumbers& n) {
  return n.is_drawn_without_ack() && n.x.syn != 0 && n.x.last.syn && n.r.seq == n.x.isn &&
         n.r.trigger.ack_set && n.r.trigger.ack != n.x.isn + 1;
}

/// Half open, no program is there to abort when the ACK comes at last.
bool refuses_a_late_handshake(const ResetNumbers& n) {
  const bool repeated = n.x.syn != 0 && n.x.last.syn && n.x.last.frame != n.x.syn;
  return n.is_drawn_with_ack() && n.own && n.prompt && repeated && !n.is_linux;
}

/// The socket's window, and the acknowledgment without its bit: nobody fills in both for an answer,
/// unless he hands on that of somebody behind him.
bool has_all_but_the_ack_bit(const ResetNumbers& n) {
  return !n.too_late && !n.r.ack_set && n.own && n.r.wnd != 0 && n.x.acks &&
         n.r.ack == n.x.rcv_nxt && n.r.ack.raw() != 0;
}

/// uIP turns the segment around in its buffer, and acknowledges one octet of it.
bool is_written_into_the_segment(const ResetNumbers& n) {
  const SegmentHeader& t = n.r.trigger;
  return n.is_drawn_with_ack() && n.refusable && n.prompt && t.len > 1 && n.r.seq == t.ack &&
         n.r.ack == t.seq + 1 && n.r.wnd == t.wnd;
}

bool has_own_numbers_and_no_window(const ResetNumbers& n) {
  return n.r.ack_set && n.own;
}

/// Stacks abort by RST,ACK; half open, nobody but the kernel is there to abort. The bare ACK of a
/// FIN draws a bare RST however long the path has become since (Linux, linger2 < 0).
bool comes_by_itself(const ResetNumbers& n) {
  const SegmentHeader& t = n.r.trigger;
  const bool of_fin = n.x.fin != 0 && t.frame == n.x.fin_acked && n.r.time - t.time <= kSlowestPath;
  // Where both have closed nobody is left to abort.
  const bool over = n.x.fin != 0 && n.y.fin != 0 && n.x.fin_acked != 0;
  return n.is_drawn_without_ack() && n.own && !over && !n.refusable && !n.prompt && !n.x.last.syn &&
         !of_fin && n.x.reaction_us != Endpoint::kNoReaction;
}

bool answers_a_segment(const ResetNumbers& n) {
  return n.is_drawn_without_ack();
}

bool repeats_both_numbers(const ResetNumbers& n) {
  return n.is_drawn_with_ack();
}

/// What it answers, most likely, was not captured. A SYN that was sent again had no answer, and
/// what has its number is none either.
bool is_bare_and_its_peer_unseen(const ResetNumbers& n) {
  const bool gives_up = n.repeated && n.r.seq == n.x.isn;
  return !n.r.ack_set && !n.y.speaks && !gives_up;
}

bool has_own_number(const ResetNumbers& n) {
  return n.own;
}

/// Within the peer's window, but past all that was captured: X had sent more than we saw.
bool runs_ahead(const ResetNumbers& n) {
  if (!n.x.speaks || n.had_reset) return false;
  const std::uint32_t window = std::max<std::uint32_t>(65535U, n.y.in_octets(n.y.last.wnd, n.x));
  return n.r.seq != n.x.snd_nxt && in_window(n.r.seq, n.x.snd_nxt, window);
}

/// As quickly as it can, or as one that has to look for the way first (ARP).
bool answers_soon(const Reset& r, const Endpoint& x) {
  constexpr Nanos kSoon = 50 * kMillisecond;
  const Nanos after = r.time - r.trigger.time;
  return after <= kSoon || is_quick_answer(after, x);
}

/// Whoever has closed and is sent more data answers that before it does anything else. Linux's
/// sockets are known to abort in another form than they answer in.
bool answers_late_data(const Reset& r, const Endpoint& x, bool is_linux) {
  const SegmentHeader& t = r.trigger;
  const bool late = t.seen() && t.len != 0 && x.fin != 0 && t.frame > x.fin;
  return late && !is_linux && answers_soon(r, x);
}

/// What X answers was sent again and again, and nobody came.
bool was_awaited(const Reset& r, const Endpoint& x, const Series& again) {
  return r.trigger.seen() && again.count >= 2 && again.last == r.trigger.frame &&
         answers_soon(r, x);
}

bool always(const ResetNumbers&) {
  return true;
}

// RFC 9293, 3.5.2 answers a segment with ACK by a RST without: Windows' own aborts have no window
// either, so that RST,ACK at the own edge is taken for an abort before it is taken for an answer.
constexpr FormRow kRows[] = {
    {"It answers a segment without ACK", "RFC 9293, 3.5.2, group 1", Form::reply_to_no_ack,
     &refuses_without_ack},
    {"SEQ 0 in a connection of which nothing else was captured", "RFC 9293, 3.5.2, group 1",
     Form::reply_to_no_ack, &refuses_something_unseen},
    {"Own numbers, drawn, with more window than any socket of its sender had", "lwIP, tcp_rst()",
     Form::reply_with_ack, &has_no_sockets_window},
    {"The ACK of a segment as SEQ, one octet of it acknowledged, and its window", "uIP 1.0",
     Form::reply_with_ack, &is_written_into_the_segment},
    {"One above the ACK of a segment, at once upon it",
     "LWIPv6 1.5a, lwIP of old, tcp_listen_input()", Form::reply_with_ack,
     &refuses_one_above_the_ack},
    {"Own numbers, at once upon a segment that had been sent in vain several times",
     "LWIPv6 1.5a, as captured", Form::reply_with_ack, &refuses_after_an_outage},
    {"The SYN-ACK's number again, at once upon an ACK of what was never sent", "ns-3 3.37",
     Form::reply, &refuses_a_wrong_ack},
    {"Own numbers, at once upon the ACK of a SYN-ACK that had been repeated", "lwIP, as captured",
     Form::reply_with_ack, &refuses_a_late_handshake},
    {"Own numbers, at once upon data that came after the own FIN",
     "lwIP, gVisor, libslirp, Windows, as captured", Form::reply_with_ack, &refuses_too_late},
    {"Own numbers, and a socket's window or timestamps",
     "RFC 9293, 3.10.5; Linux, tcp_send_active_reset()", Form::abort, &has_a_sockets_window},
    {"Own numbers, without window and options", "Windows, proxies and appliances, as captured",
     Form::abort_no_window, &has_own_numbers_and_no_window},
    {"Own numbers and a socket's window, but no ACK bit", "pasta 2023-03", Form::abort,
     &has_all_but_the_ack_bit},
    {"A bare RST at the own edge, too late for an answer", "RFC 9293, 3.10.5", Form::abort_bare,
     &comes_by_itself},
    {"A bare RST with the ACK of a segment as SEQ", "RFC 9293, 3.5.2, groups 2 and 3", Form::reply,
     &answers_a_segment},
    {"RST,ACK with both numbers of a segment", "older gVisor; firewalls, as captured",
     Form::reply_with_ack, &repeats_both_numbers},
    {"A bare RST that nothing captured drew, of a peer of which nothing was captured",
     "RFC 9293, 3.5.2, groups 2 and 3", Form::foreign, &is_bare_and_its_peer_unseen},
    {"A bare RST at the own edge that nothing drew", "RFC 9293, 3.10.5", Form::abort_bare,
     &has_own_number},
    {"In the peer's window, ahead of all that was captured of its sender", "RFC 9293, 3.10.5",
     Form::abort_ahead, &runs_ahead},
    {"Numbers that no rule explains", "RFC 5961, 3", Form::foreign, &always},
};

}  // namespace

std::span<const FormRow> form_rows() {
  return kRows;
}

const FormRow& form_row_of(const Reset& r, const Flow& flow) {
  const Endpoint &x = flow.at(r.x_end), &y = flow.at(other(r.x_end));
  const SegmentHeader& t = r.trigger;
  const Trouble& trouble = flow.trouble(r.x_end);
  const bool shut = x.last.seen() && x.last.ack_set && x.last.wnd == 0;
  const bool is_linux = stack_by_handshake(x, y, flow.is_server(r.x_end)) == Stack::linux_kernel;
  const ResetNumbers numbers{
      .r = r,
      .x = x,
      .y = y,
      .drawn = t.seen(),
      .refusable = t.seen() && t.seq_len() != 0 && !was_taken(t, x),
      .prompt = t.seen() && is_quick_answer(r.time - t.time, x),
      .too_late = answers_late_data(r, x, is_linux),
      .live = r.wnd != 0 || shut || r.options.timestamps || r.header_cut,
      .own = is_at_own_edge(r, x, y, trouble.retransmits) && acknowledges_plausibly(r, x, y),
      .had_reset = trouble.resets != 0,
      .repeated = x.last.syn && !x.last.ack_set && trouble.syn_repeats.total != 0,
      .awaited = was_awaited(r, x, flow.trouble(other(r.x_end)).retransmits),
      .is_linux = is_linux};
  return *std::find_if(std::begin(kRows), std::end(kRows),
                       [&](const FormRow& row) { return row.holds(numbers); });
}

}  // namespace rstcause
