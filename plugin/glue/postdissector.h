// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include "glue/compat.h"

namespace rstcause::glue {

/// What a tap listener on "rstcause" gets: the resets of one frame, as places in
/// Engine::explained().
struct TapRecord {
  std::size_t first, last;
};

/// The post-dissector: collect, judge, render. Only the first visit of a frame feeds the
/// engine; later ones come in any order and find their answer by frame number.
int dissect_after_all(tvbuff_t* tvb, packet_info* pinfo, proto_tree* tree, void* data);

}  // namespace rstcause::glue
