// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include "engine/tell/report.h"
#include "glue/canvas.h"

namespace rstcause::glue {

/// The subtree of one reset, and its expert info. As all that calls epan, it may longjmp.
void add_reset(Canvas root, packet_info* pinfo, const Report& report);

/// The expert info of the report's cause, by the cause's title and so without this reset's frames
/// and hosts: tshark -z expert counts as one what reads alike, as the GUI does with what is of one
/// kind. `item`: where it stands, or null, for without a tree Wireshark's window of expert infos is
/// served all the same.
void add_expert(packet_info* pinfo, proto_item* item, const Report& report);

}  // namespace rstcause::glue
