// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include "engine/judge/cause.h"
#include "glue/compat.h"

#include <epan/expert.h>

namespace rstcause::glue {

/// What epan knows of us: protocols, preferences and the tap.
struct Registered {
  int proto = -1;       ///< "rstcause"
  int proto_resp = -1;  ///< "rstcause_resp"
  int tap = -1;
};
const Registered& registered();

struct Preferences {
  WsBool info_column = 1;   ///< Show the cause at the head of a RST's Info column.
  WsBool resp = 1;          ///< Recognise RESP by the traffic, on any port.
  WsBool total = 0;         ///< Close JSON and CSV with the number of their resets.
  const char* source = "";  ///< What "file" says in JSON and CSV.
};
const Preferences& preferences();

/// The expert info that goes with a cause.
expert_field* expert_of(const Cause& cause);

/// The expert info on a frame that shows an earlier reset not to have been its sender's word.
expert_field* belied_expert();

/// The expert info on the first frame whose TCP did not pass by us.
expert_field* unwatched_expert();

/// Registers protocols, fields, expert infos, preferences, taps: what a register routine may.
void register_everything();

/// Lets the user choose our protocol in Decode As. For a handoff routine.
void offer_decode_as();

}  // namespace rstcause::glue
