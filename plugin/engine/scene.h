// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <cstdint>
#include <string_view>

#include "engine/flow.h"
#include "engine/hosts.h"
#include "engine/recent.h"

namespace rstcause {

/// What a reset looks like against its connection. The numbers decide: flags alone do not.
enum class Form : std::uint8_t {
  abort,           ///< RST,ACK at SND.NXT with a live window or timestamps: a socket's own abort.
  abort_no_window, ///< The same without window and options: Windows, proxies, appliances.
  abort_bare,      ///< RST without ACK at SND.NXT that nothing drew.
  reply,           ///< RST without ACK, SEQ = the trigger's ACK (RFC 9293, 3.5.2, group 2 and 3).
  reply_to_no_ack, ///< RST,ACK to a segment without ACK (RFC 9293, 3.5.2, group 1).
  reply_with_ack,  ///< RST,ACK that repeats both numbers of the trigger: older gVisor, firewalls.
  foreign,         ///< Numbers that neither rule explains.
};

/// RFC 9293, 3.3.2, as far as an observer can tell.
enum class State : std::uint8_t {
  unknown, closed, listen, syn_sent, syn_received, established, fin_wait_1, fin_wait_2,
  close_wait, closing, last_ack, time_wait,
};
std::string_view to_string(State state);

/// What kind of segment drew a reply.
enum class TriggerKind : std::uint8_t { none, syn, syn_ack, odd, data, fin, pure_ack };

/// One reset with everything that bears on it, as it stood when the reset passed. X is the
/// end that the reset names as its sender, Y the other.
class Scene {
 public:
  /// `recent` is searched for the trigger, which is marked as answered there.
  Scene(const Segment& rst, const Flow& flow, End from, const Hosts& hosts, Recent& recent);

  const Endpoint& x() const { return flow.at(x_end); }
  const Endpoint& y() const { return flow.at(other(x_end)); }
  const Trouble& x_trouble() const { return flow.trouble(x_end); }
  const Trouble& y_trouble() const { return flow.trouble(other(x_end)); }
  bool x_is_client() const { return flow.is_client(x_end); }
  bool x_is_server() const { return flow.is_server(x_end); }
  /// The listening port of this connection as other connections show it, if they do.
  const Service* service() const;
  const Host* x_host() const { return hosts.find_host(rst.tuple.src); }
  const Host* y_host() const { return hosts.find_host(rst.tuple.dst); }

  bool is_reply() const {
    return form == Form::reply || form == Form::reply_to_no_ack || form == Form::reply_with_ack;
  }
  bool is_abort() const {
    return form == Form::abort || form == Form::abort_no_window || form == Form::abort_bare;
  }
  bool has_trigger() const { return trigger.seen(); }
  /// Time from the trigger to the reset.
  Nanos answered_after() const { return rst.time - trigger.time; }
  /// The answer came as quickly as this end is known to answer, or within 5 ms.
  bool prompt() const;

  Segment rst;  ///< Its views (options, payload) hold only while the frame is being read.
  const Flow& flow;
  const Hosts& hosts;
  End x_end;
  Options options;
  Glimpse trigger;           ///< The segment that drew the reset, if one did.
  Glimpse before_trigger;    ///< The segment of the connection before that.
  Form form = Form::foreign;
  TriggerKind trigger_kind = TriggerKind::none;
  State state = State::unknown;  ///< X's, when the trigger arrived or X decided.
  Nanos idle = 0;            ///< Silence before the trigger, or before the reset if none drew it.
  bool fresh_trigger = false;    ///< No earlier reset was an answer to that trigger.

 private:
  bool quotes(const Glimpse& segment) const;
  Recent::Entry* find_trigger(Recent& recent);
  void find_form();
  void classify_trigger();
  void find_idle();
  bool at_own_edge() const;
  bool acknowledges_plausibly() const;
  bool trigger_was_taken() const;
};

/// The state of `x` by what was seen of both ends, resets left out.
State apparent_state(const Endpoint& x, const Endpoint& y, bool x_is_server);

}  // namespace rstcause
