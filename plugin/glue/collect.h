// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include "engine/wire/collected.h"
#include "engine/wire/file_clock.h"
#include "glue/compat.h"

namespace rstcause::glue {

/// Makes the thin handles that stand before TCP and ICMP. For a handoff routine.
void make_collector();

/// Puts them into the table ip.proto: they copy what the headers say as they pass, and then call
/// the dissector as if they were not there. Works in every pass, in sharkd and inside tunnels, and
/// asks for no protocol tree. For the init routine of each capture: by then scripts and Decode As
/// have put there what they want, and whoever only lists the table (tshark -G decodes) sees it as
/// it is without us.
void install_collector();

/// Stands another dissector than TCP behind us in its place, as a script's? Then what passed by
/// need be no TCP.
bool another_stands_for_tcp();

/// TCP read this frame without us: another dissector called it by name. Quotes of ICMP are not
/// meant.
bool tcp_was_called_directly(const packet_info* pinfo);

/// What passed by in the frame that is being dissected.
extern Collected collected;
/// Counts the time stamps of the open capture.
extern FileClock file_clock;
void renumber_collected(Frame number);

/// What the frame being dissected brought, under the number that it has with the engine, or nullptr
/// where that is nothing. To be taken once: the same frame number may come twice in a row.
inline const Collected* take_collected(const packet_info* pinfo, Frame number) {
  if (collected.frame != pinfo->num) return nullptr;
  collected.frame = 0;
  if (number != pinfo->num) renumber_collected(number);
  return collected.empty() ? nullptr : &collected;
}

}  // namespace rstcause::glue
