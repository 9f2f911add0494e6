// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <string>
#include <vector>

#include "app/piece.h"
#include "engine/judge/scene.h"
#include "engine/memory/frame_order.h"
#include "resp/label.h"

namespace rstcause {

/// The ends of a flow, as the application protocols name them.
constexpr app::Side side_of(End end) {
  return end == End::a ? app::Side::a : app::Side::b;
}
constexpr End end_of(app::Side side) {
  return side == app::Side::a ? End::a : End::b;
}
resp::Direction direction_of(const Flow& flow, End from);

/// What ICMP had told, and what the application was doing, when the connection was reset, most
/// telling first: for rstcause.context. Printable, each sentence bounded; frames are told by the
/// numbers that `order` shows.
std::vector<std::string> context_of(const Scene& scene, const Order& order);

}  // namespace rstcause
