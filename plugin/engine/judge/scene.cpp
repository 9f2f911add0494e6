// SPDX-License-Identifier: GPL-2.0-or-later
#include "engine/judge/scene.h"

namespace rstcause {

void Scene::look_up_stack() const {
  stack_ = {stack_by_handshake(x_, y_, x_is_server()), true};
  if (syn_is_of_another_hand()) stack_.found = Stack::unknown;
}

bool Scene::syn_is_of_another_hand() const {
  // A raw socket writes its SYN as it likes, and the kernel below it resets the SYN-ACK: they are
  // one only where both came the same way.
  const bool only_syn = state == State::syn_sent && trigger.syn;
  return only_syn && x_.shape.ttl != rst.ip.ttl;
}

bool Scene::may_be_linux() const {
  // tcp_send_active_reset() always acknowledges and carries a window; tcp_v4_send_reset() never
  // acknowledges what had an ACK, and has no window.
  if (form == Form::abort_no_window || form == Form::abort_bare || form == Form::reply_with_ack)
    return false;
  if (form == Form::abort && !rst.ack_set) return false;
  if (is_reply() && rst.wnd != 0 && !rst.header_cut) return false;
  if (stack() != Stack::unknown) return stack() == Stack::linux_kernel;
  constexpr std::uint8_t kLinuxTtl = 64;
  if (syn_is_of_another_hand()) return rst.ip.ttl <= kLinuxTtl && !rst.ip.may_fragment;
  // Linux lets none of its packets be fragmented unless it is told to (ip_no_pmtu_disc).
  const bool other_order =
      x_.shape.timestamps && x_.shape.sack_permitted && !x_.shape.has_linux_order();
  const bool other_ttl = rst.ip.ttl > kLinuxTtl && (x_.syn == 0 || x_.shape.ttl > kLinuxTtl);
  return !other_order && !other_ttl && !rst.ip.may_fragment;
}

}  // namespace rstcause
