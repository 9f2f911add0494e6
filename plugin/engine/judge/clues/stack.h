// SPDX-License-Identifier: GPL-2.0-or-later
// Questions about the sender's stack. Their weights are modest: a family may be mistaken.
#pragma once

#include "engine/judge/clue.h"

namespace rstcause::clues {

inline bool is_small_stack(const Scene& s) {
  return s.stack() == Stack::embedded || s.stack() == Stack::usermode_nat;
}

/// Nobody but the program reaches the connections of such a stack: there is no ss -K, no tcpdrop.
inline constexpr Clue sender_is_a_small_stack{
    "sender-is-a-small-stack",
    [](const Scene& s) {
      return s.stack() == Stack::unknown ? Answer::unknown()
                                         : Answer::when(is_small_stack(s), s.x().syn);
    },
    ""};

/// Linux ends its repetitions and keeps silent (tcp_write_err()), but for want of memory: a RST is
/// its program's then. No program can have a RST sent before the handshake is over.
inline constexpr Clue linux_would_be_silent{"linux-would-be-silent",
                                            [](const Scene& s) {
                                              if (s.stack() == Stack::unknown || s.x().last.syn)
                                                return Answer::unknown();
                                              return Answer::when(s.stack() == Stack::linux_kernel,
                                                                  s.x().syn);
                                            },
                                            ""};

/// lwIP's and gVisor's sockets answer what comes after their close by RST,ACK; a bare RST is the
/// answer of a host that has no socket any more.
inline constexpr Clue answers_without_a_socket{
    "answers-without-a-socket",
    [](const Scene& s) {
      if (!is_small_stack(s) || s.form != Form::reply || s.rst.habits.x_lived_on)
        return Answer::unknown();
      return Answer::when(s.x().fin_acked != 0 && s.x().fin_acked < s.trigger.frame,
                          s.trigger.frame);
    },
    ""};

}  // namespace rstcause::clues
