// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include "engine/wire/collected.h"
#include "glue/compat.h"

namespace rstcause::glue {

/// Puts thin handles before TCP and ICMP in the table ip.proto: they copy what the headers say
/// as they pass, and then call the dissector as if they were not there. Works in every pass, in
/// sharkd and inside tunnels, and asks for no protocol tree.
void install_collector();

/// What passed by in the frame that is being dissected.
extern Collected collected;
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
