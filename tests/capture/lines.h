// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <string>
#include <variant>

#include "capture/trace_line.h"

namespace rstcause::capture::test {

/// Lines of trace_pipe as Linux 6.18 wrote them.
inline constexpr std::string_view kUnreadClose =
    "         python3-25245   [001] ..... 1796037000.422467: tcp_send_reset: "
    "skbaddr=0000000000000000 skaddr=0000000071084e38 src=127.0.0.1:7002 dest=127.0.0.1:49114 "
    "state=TCP_CLOSE reason=TCP_ABORT_ON_CLOSE";
inline constexpr std::string_view kClosedPort =
    "         python3-25245   [001] ..s1. 1796037000.439006: tcp_send_reset: "
    "skbaddr=0000000062298eee skaddr=0000000000000000 src=[::1]:7999 dest=[::1]:38660 "
    "state=UNKNOWN reason=NO_SOCKET";
inline constexpr std::string_view kMapped =
    "         python3-25245   [001] ..... 1796037000.454470: tcp_send_reset: "
    "skbaddr=0000000000000000 skaddr=00000000a63b99f9 src=[::ffff:127.0.0.1]:7005 "
    "dest=[::ffff:127.0.0.1]:57612 state=TCP_CLOSE reason=TCP_ABORT_ON_CLOSE";
inline constexpr std::string_view kReceived =
    "         python3-25245   [001] ..s2. 1796037000.407330: tcp_receive_reset: family=AF_INET "
    "sport=7001 dport=50950 saddr=127.0.0.1 daddr=127.0.0.1 saddrv6=::ffff:127.0.0.1 "
    "daddrv6=::ffff:127.0.0.1 sock_cookie=1081";
inline constexpr std::string_view kListenerClosed =
    "         python3-25245   [001] ..... 1796037000.439178: inet_sock_set_state: family=AF_INET "
    "protocol=IPPROTO_TCP sport=7004 dport=0 saddr=127.0.0.1 daddr=0.0.0.0 "
    "saddrv6=::ffff:127.0.0.1 daddrv6=::ffff:0.0.0.0 oldstate=TCP_LISTEN newstate=TCP_CLOSE";
inline constexpr std::string_view kResetOfWaiting =
    "         python3-25245   [001] b..1. 1796037000.439182: tcp_send_reset: "
    "skbaddr=0000000000000000 skaddr=00000000bc739284 src=127.0.0.1:7004 dest=127.0.0.1:59114 "
    "state=TCP_CLOSE reason=TCP_STATE";

/// The event of a line that is one.
inline Event event_of(std::string_view line) {
  TraceLine told = parse_trace_line(line);
  return std::holds_alternative<Event>(told) ? std::get<Event>(std::move(told)) : Event{};
}

}  // namespace rstcause::capture::test
