// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <cstdint>

#include "engine/judge/state.h"
#include "engine/memory/company.h"
#include "engine/memory/flow.h"
#include "engine/memory/icmp_reports.h"
#include "engine/memory/recent.h"
#include "engine/wire/declared.h"

namespace rstcause {

/// What a reset looks like against its connection. The numbers decide: flags alone do not.
enum class Form : std::uint8_t {
  abort,            ///< RST,ACK at SND.NXT with a live window or timestamps: a socket's own abort.
  abort_no_window,  ///< The same without window and options: Windows, proxies, appliances.
  abort_bare,       ///< RST without ACK at SND.NXT that nothing drew.
  abort_ahead,      ///< Like an abort, but ahead of all that was captured of its sender.
  reply,            ///< RST without ACK, SEQ = the trigger's ACK (RFC 9293, 3.5.2, group 2 and 3).
  reply_to_no_ack,  ///< RST,ACK to a segment without ACK (RFC 9293, 3.5.2, group 1).
  reply_with_ack,   ///< RST,ACK that repeats both numbers of the trigger: older gVisor, firewalls.
  foreign,          ///< Numbers that neither rule explains.
};
constexpr bool is_abort(Form form) {
  return form <= Form::abort_ahead;
}
constexpr bool is_reply(Form form) {
  return form >= Form::reply && form <= Form::reply_with_ack;
}

/// What kind of segment drew a reply.
enum class TriggerKind : std::uint8_t { none, syn, syn_ack, odd, data, fin, pure_ack, reset };

/// How a reset or its trigger belongs to a connection of other addresses or ports.
enum class Astray : std::uint8_t {
  none,
  goes_on,         ///< The trigger goes on from a segment of that connection, by both its numbers.
  acks_its_syn,    ///< The trigger is a SYN-ACK that acknowledges the SYN of that connection.
  untranslated,    ///< The trigger passed a NAT as it was; those before it were translated.
  has_its_numbers  ///< The reset itself has the numbers of that connection, which lives.
};

/// How far a client had come when the reset came; unknown where its SYN was not captured or an
/// end had closed.
enum class Progress : std::uint8_t { unknown, syn, ack, first_data, more_data };

/// What both ends had shown of themselves when the reset came: later segments change that, and
/// the reset must be held against the habits of its own moment.
struct Habits {
  Frame x_last = 0;       ///< X's latest segment.
  Frame x_fin = 0;        ///< X's FIN.
  Frame y_data = 0;       ///< Y's latest payload.
  SeqNum x_rcv_nxt;       ///< The highest acknowledgment of X's, if `x_acked`.
  SeqNum y_snd_nxt;       ///< Where Y's octets ended, if `y_spoke`.
  Frame heard = 0;        ///< The segment of Y that the RST answers or is the first to acknowledge.
  Nanos heard_after = 0;  ///< Time from that one to the RST.
  Nanos waited = 0;       ///< From X's latest payload, unanswered then, to its FIN or to this.
  std::uint32_t x_ts_val = 0;                     ///< X's latest timestamp, 0: none known.
  std::uint16_t x_ip_id = 0, y_ip_id = 0;         ///< The latest that were not 0.
  std::uint16_t x_wnd = 0, x_wnd_max = 0;         ///< X's latest window and its largest, unscaled.
  std::uint16_t y_wnd = 0;                        ///< Y's latest window, unscaled.
  std::uint8_t ip_id_steps = 0, ip_id_jumps = 0;  ///< Of X.
  std::uint8_t x_quiet_s = 0;  ///< Whole seconds since X's latest segment, at most 255.
  bool x_acked = false, y_spoke = false;
  bool x_filled_window = false;  ///< X had sent all that Y's window allowed before the trigger.
  bool x_lived_on = false;       ///< X had taken the trigger, and spoken since.
  bool x_data_crossed = false;   ///< X's latest payload went out before Y's latest had come to it.
  bool y_needs_no_answer = false;  ///< Y had sent piece after piece, each acknowledged, to no word.
  /// X's latest segment has a later time than the reset, by more than queues exchange: another
  /// capture begins here, taken at another place, or a clock was set back.
  bool x_was_ahead = false;
};

/// One reset as plain data: its header and what its connection told at that moment. X is the
/// end that the reset names as its sender, Y the other. Kept with the verdict, so that a later
/// frame can have it weighed again.
struct Reset {
  Frame frame = 0;
  Nanos time = 0;
  End x_end = End::a;
  IpFacts ip;
  std::uint16_t ip_id = 0;  ///< As in Segment.
  SeqNum seq, ack;
  std::uint32_t len = 0;
  std::uint16_t wnd = 0;
  bool ack_set = false;
  bool header_cut = false;   ///< Its window or options were not captured.
  bool payload_cut = false;  ///< Of the octets that it carries some were not.
  bool timed = true;         ///< As in Segment.
  Options options;
  Declared declared;         ///< What the RST states about its own cause, if it does.
  SegmentHeader trigger;     ///< The segment that drew the reset, if one did.
  Frame before_trigger = 0;  ///< The connection's segment before that.
  Astray astray = Astray::none;
  Frame continues = 0;       ///< Of the other connection: the segment that shows it...
  std::uint32_t fellow = 0;  ///< ... and its flow.
  Form form = Form::foreign;
  TriggerKind trigger_kind = TriggerKind::none;
  State state = State::unknown;  ///< X's, when the trigger arrived or X decided.
  Nanos idle = 0;              ///< Silence before the trigger, or before the reset if none drew it.
  bool known_silence = false;  ///< `idle` matches a known idle timer.
  bool fresh_trigger = false;  ///< No earlier reset was an answer to that trigger.
  bool trigger_passed_on = false;  ///< The trigger was captured again behind a router.
  bool passed_on = false;          ///< The reset itself was.
  bool quotes_anew = false;        ///< The same, whatever the form: it quotes a segment.
  Habits habits;
  Frame went_on = 0;      ///< Later: a segment of X that its own reset would have made impossible.
  Frame stayed_gone = 0;  ///< Later: a reset by which X answers a segment as if without socket.
  Frame one_sided = 0;    ///< Later: by now it should have been captured again, as its like is.
  Frame same_syn = 0;     ///< Later: X's own SYN once more, so that its socket was alive.
  Frame ignored = 0;      ///< Later: a segment of Y, which did not take this for the end.
  Frame volley = 0;       ///< Another reset in X's name beside this one that nothing drew...
  SeqNum volley_seq, volley_ack;  ///< ... and its numbers.
  bool volley_ack_set = false;
  Progress progress = Progress::unknown;
  std::uint32_t lost = 0;       ///< Payload octets, either way, unacknowledged when it came...
  std::uint32_t lost_told = 0;  ///< ... and how many of them earlier resets have told.
  const IcmpEvidence* icmp =
      nullptr;      ///< What ICMP had told by then, kept by IcmpReports; nullptr: nothing.
  Company company;  ///< What other connections had.
  Word word;        ///< What the capture states that a kernel said of it.

  /// What this reset adds to the connection's loss: a sum over its resets counts no octet twice.
  std::uint32_t newly_lost() const { return lost > lost_told ? lost - lost_told : 0; }
  /// The same header again: on a longer way through several interfaces rather than sent twice.
  /// `that`: a Reset or the Segment of one.
  template <typename Packet>
  bool has_header_of(const Packet& that) const {
    return seq == that.seq && ack == that.ack && ack_set == that.ack_set && wnd == that.wnd &&
           ip_id == that.ip_id;
  }
  /// The same header in another frame: what a copy and its original have.
  template <typename Packet>
  bool has_header_of_another_frame(const Packet& that) const {
    return frame != that.frame && has_header_of(that);
  }
};

/// Reads a reset against its flow. `recent` is searched for the trigger, which is marked as
/// answered there; `last` is the flow's reset before this one, if it had one.
Reset read_reset(const Segment& segment, const Flow& flow, End from, RecentSegments& recent,
                 const Reset* last = nullptr);

}  // namespace rstcause
