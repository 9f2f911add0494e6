// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <cstdint>
#include <string_view>

#include "engine/memory/flow.h"

namespace rstcause {

/// The families of TCP stacks that are told apart: by how they abort, answer and give up.
enum class Stack : std::uint8_t {
  unknown,
  linux_kernel,
  windows,
  bsd,           ///< FreeBSD, OpenBSD, NetBSD and what is built on them.
  apple,         ///< macOS and iOS.
  embedded,      ///< lwIP, uIP, smoltcp, picoTCP.
  usermode_nat,  ///< slirp (QEMU, VirtualBox), pasta, gVisor's netstack.
  proxy_f5,      ///< F5 BIG-IP and what is like it.
};

/// The value of rstcause.stack; empty where it is unknown.
std::string_view to_string(Stack stack);
/// For a sentence: "those of ...".
std::string_view name_of(Stack stack);

/// By the SYN or SYN-ACK of `x`, which answers that of `y`: the order of the options, the initial
/// TTL, the window, IP ID and "don't fragment". Unknown where these fit several families: a wrong
/// family would be worse than none.
Stack stack_by_handshake(const Endpoint& x, const Endpoint& y, bool is_server);

}  // namespace rstcause
