// SPDX-License-Identifier: GPL-2.0-or-later
// The one place where a Wireshark version is asked for. Include it before any epan header.
#pragma once

#include <glib.h>

#include <ws_version.h>

#include <epan/conversation.h>
#include <epan/packet.h>
#include <epan/stats_tree.h>

#define RSTCAUSE_WS_AT_LEAST(major, minor) \
  (WIRESHARK_VERSION_MAJOR > (major) ||    \
   (WIRESHARK_VERSION_MAJOR == (major) && WIRESHARK_VERSION_MINOR >= (minor)))

#if !RSTCAUSE_WS_AT_LEAST(4, 4)
#include <epan/ipv6.h>  // packet-ip.h needs it there
#endif

namespace rstcause::glue {

/// The type behind a boolean preference, and of what the check of a table's row answers.
#if RSTCAUSE_WS_AT_LEAST(4, 4)
using WsBool = bool;
#else
using WsBool = gboolean;
#endif

/// 4.6 lets the init callback of a -z argument say that it failed.
#if RSTCAUSE_WS_AT_LEAST(4, 6)
using StatInitResult = bool;
#define RSTCAUSE_STAT_INIT_DONE true
#else
using StatInitResult = void;
#define RSTCAUSE_STAT_INIT_DONE
#endif

/// The TCP conversation of these addresses where a preference of 4.4 and later keys conversations
/// by interface, VLAN or MAC address as well: find_conversation() does not know such.
inline const conversation_t* find_deinterlaced([[maybe_unused]] const packet_info& pinfo) {
#if RSTCAUSE_WS_AT_LEAST(4, 6)
  return find_conversation_strat(&pinfo, CONVERSATION_TCP, 0, false);
#elif RSTCAUSE_WS_AT_LEAST(4, 4)
  return find_conversation_strat(&pinfo, CONVERSATION_TCP, 0);
#else
  return nullptr;
#endif
}

}  // namespace rstcause::glue
