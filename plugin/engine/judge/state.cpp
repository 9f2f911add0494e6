// SPDX-License-Identifier: GPL-2.0-or-later
#include "engine/judge/state.h"

namespace rstcause {

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

}  // namespace rstcause
