// SPDX-License-Identifier: GPL-2.0-or-later
//
// The functions here call epan, which may longjmp: nothing that owns memory lives on their stack.
#include "glue/canvas.h"

#include "engine/tell/lines.h"
#include "glue/fields.h"

namespace rstcause::glue {
namespace {

/// Epan cuts a line of the tree at ITEM_LABEL_LENGTH octets, the NUL behind it included.
constexpr std::size_t kLongestLine = ITEM_LABEL_LENGTH - 1;
constexpr std::string_view kContinued = " (continued)", kColon = ": ";

/// Lines without a value: the field's first line has it whole.
void add_continued(Canvas on, std::string_view name, std::string_view text) {
  const std::size_t room = kLongestLine - name.size() - kContinued.size() - kColon.size();
  while (!text.empty()) {
    if (text.front() == ' ') text.remove_prefix(1);
    const std::size_t line = first_line_of(text, room);
    proto_item* item = nullptr;
    proto_tree_add_subtree_format(on.tree, on.tvb, 0, 0, subtrees().continued, &item, "%s%s: %.*s",
                                  name.data(), kContinued.data(), static_cast<int>(line),
                                  text.data());
    generated(item);
    text.remove_prefix(line);
  }
}

}  // namespace

proto_item* add_text(Canvas on, int field, std::string_view text) {
  if (text.empty()) return nullptr;
  const std::string_view name = proto_registrar_get_nth(static_cast<guint>(field))->name;
  const std::size_t line = first_line_of(text, kLongestLine - name.size() - kColon.size());
  if (line == text.size())
    return generated(proto_tree_add_string(on.tree, field, on.tvb, 0, 0, text.data()));
  proto_item* const item =
      generated(proto_tree_add_string_format(on.tree, field, on.tvb, 0, 0, text.data(), "%s: %.*s",
                                             name.data(), static_cast<int>(line), text.data()));
  add_continued(on, name, text.substr(line));
  return item;
}

}  // namespace rstcause::glue
