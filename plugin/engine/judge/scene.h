// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <cstdint>

#include "engine/judge/answer_time.h"
#include "engine/judge/reset.h"
#include "engine/judge/stack.h"
#include "engine/judge/timers.h"
#include "engine/memory/flow.h"
#include "engine/memory/frame_order.h"
#include "engine/memory/hosts.h"

namespace rstcause {

/// What a scene may have nothing of at all. Whole families of questions ask for one of these.
enum class Matter : std::uint8_t {
  any,          ///< There is always something.
  application,  ///< A recognised protocol.
  icmp,         ///< An ICMP error.
  trouble,      ///< Repetitions, probes, a shut window or an earlier reset of this connection.
  sequel,       ///< Another reset of a volley, or later news of the reset itself.
  statement,    ///< A statement of the reset about its own cause.
  refusal,      ///< An answer to a SYN.
};

inline Ports ports_of(const Flow& flow) {
  return {flow.port(End::a), flow.port(End::b)};
}

/// A reset with everything that bears on it: what clues are asked about. Of hosts and ports it
/// shows what the reset's company had told, not what is known today.
class Scene {
 public:
  Scene(const Reset& reset, const Flow& its_flow, const Hosts& known_hosts,
        const FrameOrder& its_order)
      : rst(reset),
        flow(its_flow),
        hosts(known_hosts),
        order(its_order),
        trigger(reset.trigger),
        options(reset.options),
        form(reset.form),
        trigger_kind(reset.trigger_kind),
        state(reset.state),
        x_(its_flow.at(reset.x_end)),
        y_(its_flow.at(other(reset.x_end))),
        x_trouble_(its_flow.trouble(reset.x_end)),
        y_trouble_(its_flow.trouble(other(reset.x_end))) {}

  const Endpoint& x() const { return x_; }
  const Endpoint& y() const { return y_; }
  const Trouble& x_trouble() const { return x_trouble_; }
  const Trouble& y_trouble() const { return y_trouble_; }
  const Address& x_address() const { return flow.address(rst.x_end); }
  const Address& y_address() const { return flow.address(other(rst.x_end)); }
  std::uint16_t x_port() const { return flow.port(rst.x_end); }
  std::uint16_t y_port() const { return flow.port(other(rst.x_end)); }
  bool x_is_client() const { return flow.is_client(rst.x_end); }
  bool x_is_server() const { return flow.is_server(rst.x_end); }
  /// The listening port of this connection as other connections show it, if they do.
  const Service* service() const {
    return rst.company.knows_service ? &rst.company.service : nullptr;
  }
  /// The family of X's stack, by its handshake, which was captured at x().syn then.
  Stack stack() const {
    if (!stack_.looked_up) look_up_stack();
    return stack_.found;
  }
  /// X's stack is known, and another.
  bool is_of_another_stack() const {
    return stack() != Stack::unknown && stack() != Stack::linux_kernel;
  }
  /// Nothing shows that X is not Linux.
  bool may_be_linux() const;
  const Host* x_host() const { return rst.company.knows_x ? &rst.company.x : nullptr; }
  const Host* y_host() const { return rst.company.knows_y ? &rst.company.y : nullptr; }

  /// What there is of each Matter, a bit for each.
  std::uint8_t matters() const {
    const auto bit = [](Matter matter, bool there) {
      return static_cast<unsigned>(there) << static_cast<unsigned>(matter);
    };
    const bool spoken = flow.app || flow.resp || flow.heartbeat != 0;
    const bool sequel = (rst.went_on | rst.stayed_gone | rst.one_sided | rst.same_syn |
                         rst.ignored | rst.volley) != 0;
    const bool states =
        rst.declared.kind != Declared::Kind::none || options.mp_fastclose || options.mp_tcprst;
    return static_cast<std::uint8_t>(
        bit(Matter::any, true) | bit(Matter::application, spoken) |
        bit(Matter::icmp, rst.icmp != nullptr) |
        bit(Matter::trouble, &x_trouble_ != &y_trouble_ ||  // none is one for all
                                 rst.astray != Astray::none) |
        bit(Matter::sequel, sequel) | bit(Matter::statement, states) |
        bit(Matter::refusal, rst.trigger_kind == TriggerKind::syn));
  }

  bool is_reply() const { return rstcause::is_reply(form); }
  bool is_abort() const { return rstcause::is_abort(form); }
  /// The connection had another segment before this reset. Its frame need not tell: tunnels have
  /// several in one, and a read filter gives the frames that it drops the number of the next.
  bool had_company() const {
    return rst.habits.x_last != 0 || rst.habits.y_spoke || trigger.seen();
  }
  bool has_trigger() const { return trigger.seen(); }
  /// Time from the trigger to the reset.
  Nanos answered_after() const { return rst.time - trigger.time; }
  /// The answer came as quickly as this end is known to answer, or within 5 ms.
  bool prompt() const { return has_trigger() && is_quick_answer(answered_after(), x()); }

  const Reset& rst;
  const Flow& flow;
  const Hosts& hosts;
  const FrameOrder& order;
  const SegmentHeader& trigger;
  const Options& options;
  const Form form;
  const TriggerKind trigger_kind;
  const State state;

 private:
  void look_up_stack() const;
  /// X's SYN, all that it has sent, was not written by the stack that sent this reset.
  bool syn_is_of_another_hand() const;

  const Endpoint &x_, &y_;
  const Trouble &x_trouble_, &y_trouble_;
  mutable struct {
    Stack found = Stack::unknown;
    bool looked_up = false;
  } stack_;
};

}  // namespace rstcause
