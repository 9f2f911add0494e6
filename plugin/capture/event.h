// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <cstdint>
#include <string>

#include "engine/wire/address.h"
#include "engine/wire/segment.h"

namespace rstcause::capture {

/// An address with a port. An IPv4 address that a socket of IPv6 uses (::ffff:a.b.c.d) is the
/// IPv4 address, as on the wire.
struct Endpoint {
  Address address;
  std::uint16_t port = 0;

  friend bool operator==(const Endpoint&, const Endpoint&) = default;
};

/// One thing that the kernel told about TCP.
struct Event {
  enum class Kind : std::uint8_t {
    sent,            ///< tcp:tcp_send_reset: it sent a RST from `local` to `peer`.
    received,        ///< tcp:tcp_receive_reset: the socket at `local` took one of `peer`'s.
    listener_closed  ///< sock:inet_sock_set_state: nobody listens on `local` any more.
  };

  Kind kind = Kind::sent;
  Nanos time = 0;             ///< Of the wall clock; the kernel tells microseconds.
  Endpoint local, peer;       ///< Unspecified address and port 0: the kernel does not tell.
  std::string reason;         ///< Of enum sk_rst_reason; empty before Linux 6.10.
  std::string state;          ///< Of the socket: TCP_ESTABLISHED, ..., UNKNOWN without a socket.
  bool as_answer = false;     ///< A segment drew it.
  bool in_process = false;    ///< The kernel ran for the task below, in no interrupt.
  bool softirqs_off = false;  ///< Nor could one come: so a listener's end resets those who wait.
  std::uint32_t task = 0;     ///< The thread's number in the first PID namespace.
  std::string comm;           ///< Its name; empty: the kernel has forgotten it.

  /// Whether the task is the one whose doing this is: it called, and no segment drew the RST.
  bool names_a_process() const { return in_process && !as_answer && task != 0; }
};

}  // namespace rstcause::capture
