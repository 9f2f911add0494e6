// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <string_view>

#include "engine/wire/segment.h"
#include "glue/compat.h"

namespace rstcause::glue {

/// Where items are added. All of ours are generated: they stand for no octets of the packet.
///
/// Each function returns its item (null: nothing was added), and may longjmp, as epan does.
struct Canvas {
  proto_tree* tree;
  tvbuff_t* tvb;

  /// The canvas below `item`, which `kind` (an ett) remembers as open or shut.
  Canvas below(proto_item* item, int kind) const {
    return {proto_item_add_subtree(item, kind), tvb};
  }
};

inline proto_item* generated(proto_item* item) {
  proto_item_set_generated(item);
  return item;
}

/// Filters, columns and lists of fields find a hidden item; the tree does not show it, unless
/// Wireshark is asked to (preference protocols.display_hidden_proto_items).
inline void hide_if(bool says_nothing, proto_item* item) {
  if (says_nothing) proto_item_set_hidden(item);
}

/// A text in as many lines as it takes, which epan would else cut; returns the first, which has all
/// of it for its value. `text` ends in a NUL, as no text of the catalogue is a view into a longer
/// one.
proto_item* add_text(Canvas on, int field, std::string_view text);

/// A frame number, which a double click follows; 0: none.
inline proto_item* add_frame(Canvas on, int field, Frame frame) {
  if (frame == 0) return nullptr;
  return generated(proto_tree_add_uint(on.tree, field, on.tvb, 0, 0, frame));
}

inline proto_item* add_number(Canvas on, int field, std::uint32_t number) {
  return generated(proto_tree_add_uint(on.tree, field, on.tvb, 0, 0, number));
}

inline proto_item* add_span(Canvas on, int field, Nanos span) {
  nstime_t time;
  time.secs = static_cast<time_t>(span / kSecond);
  time.nsecs = static_cast<int>(span % kSecond);
  return generated(proto_tree_add_time(on.tree, field, on.tvb, 0, 0, &time));
}

}  // namespace rstcause::glue
