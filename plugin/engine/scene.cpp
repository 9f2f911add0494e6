// SPDX-License-Identifier: GPL-2.0-or-later
#include "engine/scene.h"

#include <algorithm>

namespace rstcause {
namespace {

/// How far back in one flow a trigger is looked for: more late segments than this in flight
/// at a time are told apart no longer.
constexpr int kTriggerDepth = 64;

/// Within this time any reply counts as prompt, whatever the path (taxonomy: prompt(R)).
constexpr Nanos kAlwaysPrompt = 5 * kMillisecond;

bool is_odd(const Glimpse& t) {
  // RFC 9293, 3.10.7: every segment of a connection but the first SYN carries an ACK, and a
  // SYN carries no FIN.
  return (t.syn && t.fin) || (!t.syn && !t.ack_set);
}

}  // namespace

std::string_view to_string(State state) {
  switch (state) {
    case State::unknown: return "unknown";
    case State::closed: return "CLOSED";
    case State::listen: return "LISTEN";
    case State::syn_sent: return "SYN-SENT";
    case State::syn_received: return "SYN-RECEIVED";
    case State::established: return "ESTABLISHED";
    case State::fin_wait_1: return "FIN-WAIT-1";
    case State::fin_wait_2: return "FIN-WAIT-2";
    case State::close_wait: return "CLOSE-WAIT";
    case State::closing: return "CLOSING";
    case State::last_ack: return "LAST-ACK";
    case State::time_wait: return "TIME-WAIT";
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

Scene::Scene(const Segment& rst_, const Flow& flow_, End from, const Hosts& hosts_, Recent& recent)
    : rst(rst_), flow(flow_), hosts(hosts_), x_end(from), options(options_of(rst_)) {
  Recent::Entry* const drew = find_trigger(recent);
  find_form();
  if (!is_reply()) trigger = {};
  else if (drew != nullptr) drew->answered = true;
  classify_trigger();
  find_idle();
  state = apparent_state(x(), y(), x_is_server());
}

const Service* Scene::service() const {
  const End server = flow.is_server(End::a) ? End::a : End::b;
  if (flow.role_basis() == RoleBasis::none) return nullptr;
  return hosts.find_service(flow.address(server), flow.port(server));
}

bool Scene::prompt() const {
  if (!has_trigger()) return false;
  const Nanos usual = x().reaction_us == Endpoint::kNoReaction
                          ? 0
                          : static_cast<Nanos>(x().reaction_us) * kMicrosecond * 3 / 2;
  return answered_after() <= std::max(kAlwaysPrompt, usual);
}

/// True when the reset's numbers are those that an answer to `t` has (RFC 9293, 3.5.2).
bool Scene::quotes(const Glimpse& t) const {
  if (!rst.ack_set) return t.ack_set && t.ack == rst.seq;
  if (!t.ack_set) return t.seq_end() == rst.ack || t.seq + 1 == rst.ack;
  return t.ack == rst.seq && (t.seq_end() == rst.ack || t.seq_end() + 1 == rst.ack);
}

/// The segment that drew this reset: the newest that it quotes, unless a burst was answered
/// one by one: then the oldest of that burst which has no answer yet.
Recent::Entry* Scene::find_trigger(Recent& recent) {
  Recent::Entry* best = nullptr;
  std::uint32_t serial = flow.latest_recent;
  for (int depth = 0; depth < kTriggerDepth; ++depth) {
    Recent::Entry* entry = recent.find(serial, flow);
    if (entry == nullptr) break;
    serial = entry->before;
    if (entry->from == x_end || !quotes(entry->glimpse)) continue;
    if (best == nullptr) {
      best = entry;
      continue;
    }
    const Nanos spread = rst.time - best->glimpse.time;
    if (best->glimpse.time - entry->glimpse.time > spread) break;
    if (!entry->answered) best = entry;
  }
  if (best != nullptr) {
    trigger = best->glimpse;
    fresh_trigger = !best->answered;
    if (const Recent::Entry* before = recent.find(best->before, flow)) before_trigger = before->glimpse;
  } else if (y().last.seen() && quotes(y().last)) {
    trigger = y().last;  // long ago: the window has moved on
  }
  return best;
}

/// SND.NXT, or SND.UNA, or the edge of the peer's window: where a socket's own abort stands
/// (tcp_send_active_reset uses tcp_acceptable_seq, which never passes a retracted window).
bool Scene::at_own_edge() const {
  if (!x().speaks) return false;
  if (rst.seq == x().snd_nxt) return true;
  if (!y().acks) return false;
  const std::uint32_t window = static_cast<std::uint32_t>(y().last.wnd) << y().shape.shift;
  return rst.seq == y().rcv_nxt || rst.seq == y().rcv_nxt + window;
}

bool Scene::acknowledges_plausibly() const {
  if (!rst.ack_set) return true;
  const bool not_below = !x().acks || !rst.ack.before(x().rcv_nxt);
  const bool not_above = !y().speaks || !rst.ack.after(y().snd_nxt) || y().unseen != 0;
  return not_below && not_above;
}

/// X had already acknowledged all of the trigger, so it had not refused it.
bool Scene::trigger_was_taken() const {
  return trigger.seq_len() != 0 && x().acks && !trigger.seq_end().after(x().rcv_nxt) &&
         x().last.frame > trigger.frame;
}

void Scene::find_form() {
  const bool live = rst.wnd != 0 || options.timestamps;
  if (rst.ack_set && has_trigger() && !trigger.ack_set && (rst.seq.raw() == 0 || !x().speaks)) {
    form = Form::reply_to_no_ack;
  } else if (rst.ack_set && at_own_edge() && acknowledges_plausibly()) {
    const bool refuses = has_trigger() && trigger.seq_len() != 0 && !trigger_was_taken() && prompt();
    form = live ? Form::abort : refuses ? Form::reply_with_ack : Form::abort_no_window;
  } else if (has_trigger() && !rst.ack_set) {
    const bool spontaneous = at_own_edge() && (trigger_was_taken() || !prompt()) &&
                             x().last.frame > trigger.frame;
    form = spontaneous ? Form::abort_bare : Form::reply;
  } else if (has_trigger()) {
    form = Form::reply_with_ack;
  } else if (at_own_edge() && acknowledges_plausibly()) {
    form = Form::abort_bare;
  }
}

void Scene::classify_trigger() {
  if (!has_trigger()) return;
  const Glimpse& t = trigger;
  if (is_odd(t)) trigger_kind = TriggerKind::odd;
  else if (t.syn) trigger_kind = t.ack_set ? TriggerKind::syn_ack : TriggerKind::syn;
  else if (t.len != 0) trigger_kind = TriggerKind::data;
  else trigger_kind = t.fin ? TriggerKind::fin : TriggerKind::pure_ack;
}

void Scene::find_idle() {
  if (!has_trigger()) {
    idle = flow.last_time() == 0 ? 0 : rst.time - flow.last_time();
  } else if (before_trigger.seen()) {
    idle = trigger.time - before_trigger.time;
  } else if (x().last.seen() && x().last.frame < trigger.frame) {
    idle = trigger.time - x().last.time;
  }
  idle = std::max<Nanos>(idle, 0);
}

}  // namespace rstcause
