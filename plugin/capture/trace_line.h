// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <variant>

#include "capture/event.h"

namespace rstcause::capture {

/// The kernel overwrote that many events before they were read.
struct LostEvents {
  std::uint64_t count = 0;
};

using TraceLine = std::variant<std::monostate, Event, LostEvents>;

/// Reads one line of trace_pipe (Documentation/trace/ftrace.rst of Linux), `time` as the trace's
/// clock has it. Nothing (std::monostate) for a line of another kind, and for one that a task's
/// hostile name has broken: from the task's name on a line is read backwards, since a name may hold
/// anything but NUL.
TraceLine parse_trace_line(std::string_view line);

/// `a.b.c.d:80` or `[a:b::c]:80`, as the kernel's %pISpc writes it.
std::optional<Endpoint> parse_endpoint(std::string_view text);

/// An IPv4-mapped address (RFC 4291, 2.5.5.2) as IPv4. Nothing where it is no address.
std::optional<Address> parse_address(std::string_view text);

}  // namespace rstcause::capture
