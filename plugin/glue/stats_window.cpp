// SPDX-License-Identifier: GPL-2.0-or-later
// Statistics > TCP Reset Causes: the same numbers as -z rstcause,tree, in the GUI's window.
// stats_tree has columns of its own and lets nobody choose among them (4.0 to 4.6), so "Average",
// "Min Val" and "Max Val", which stay empty where nodes are only ticked, tell of the confidence.
#include <cstdio>

#include "engine/tell/tally.h"
#include "glue/compat.h"
#include "glue/guard.h"
#include "glue/postdissector.h"
#include "glue/registration.h"
#include "glue/session.h"
#include "glue/stats.h"

namespace rstcause::glue {
namespace {

int st_node = -1;
constexpr const char* kNode = "Resets";

void init_window(stats_tree* tree) {
  st_node = stats_tree_create_node(tree, kNode, 0, STAT_DT_INT, TRUE);
}

/// What the tree needs of one reset, as plain text that epan may jump over.
struct Ticked {
  const char* cause = nullptr;
  const char* root = nullptr;  ///< Of a follow-up: the cause of the reset that it follows from.
  int confidence = 0;          ///< Percent.
  char pair[160] = {};
};
static_assert(JumpSafe<Ticked>);

void read_reset(const Session& open, std::size_t place, Ticked& into) {
  const Explained& reset = open.engine.explained()[place];
  if (reset.duplicate_of != 0) return;
  std::snprintf(into.pair, sizeof into.pair, "%s",
                pair_of(open.engine.flow(reset.flow), reset).c_str());
  into.cause = reset.verdict.cause->token.data();
  into.confidence = reset.verdict.confidence;
  const auto [first, last] = open.engine.resets_in(reset.verdict.root);
  if (reset.verdict.root != 0 && first != last)
    into.root = open.engine.explained()[first].verdict.cause->token.data();
}

/// One more reset below that node; the node's number.
int tick(stats_tree* tree, const char* name, int above, bool has_more, const Ticked& reset) {
  return avg_stat_node_add_value_int(tree, name, above, has_more, reset.confidence);
}

tap_packet_status tick_window(stats_tree* tree, packet_info*, epan_dissect_t*, const void* record,
                              tap_flags_t) {
  const auto* const resets = static_cast<const TapRecord*>(record);
  const Session* const open = session();
  if (open == nullptr) return TAP_PACKET_DONT_REDRAW;
  for (std::size_t i = resets->first; i < resets->last; ++i) {
    Ticked reset;
    guarded([&] { read_reset(*open, i, reset); });
    if (reset.cause == nullptr) continue;
    tick(tree, kNode, 0, true, reset);
    // A follow-up stands below its root, which it does not make more.
    const int above =
        reset.root == nullptr ? st_node : increase_stat_node(tree, reset.root, st_node, TRUE, 0);
    const int cause = tick(tree, reset.cause, above, true, reset);
    tick(tree, reset.pair, cause, false, reset);
  }
  return TAP_PACKET_REDRAW;
}

}  // namespace

void register_window() {
  // Only 4.6 opens the window so; before, by name, until somebody clicks on "Count".
  constexpr unsigned kMostFirst = ST_FLG_SORT_DESC | ST_SORT_COL_COUNT << ST_FLG_SRTCOL_SHIFT;
  stats_tree_register_plugin("rstcause", "rstcause", "TCP Reset Causes", kMostFirst, tick_window,
                             init_window, nullptr);
}

}  // namespace rstcause::glue
