// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include "app/piece.h"
#include "engine/memory/flow.h"
#include "resp/label.h"

namespace rstcause {

/// The ends of a flow, as the application protocols name them.
constexpr app::Side side_of(End end) {
  return end == End::a ? app::Side::a : app::Side::b;
}
constexpr End end_of(app::Side side) {
  return side == app::Side::a ? End::a : End::b;
}
/// As `flow.resp` names its ends, whoever proves to be the client later.
inline resp::Direction direction_of(const Flow& flow, End from) {
  return from == flow.resp_initiator ? resp::Direction::from_initiator
                                     : resp::Direction::from_responder;
}

}  // namespace rstcause
