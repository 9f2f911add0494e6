// SPDX-License-Identifier: GPL-2.0-or-later
//
// On the command line the statistics are taps of our own: the packet callback notes which
// resets passed the filter, the draw callback prints their last verdicts. stats_tree serves
// the GUI's window alone: in tshark it takes a bad filter for success and cannot take back a
// tick when a verdict is revised. It is registered after ours, so that ours gets "-z".
#include "glue/stats.h"

#include "glue/compat.h"

#include <epan/stat_tap_ui.h>
#include <epan/tap.h>

#include <cstdio>
#include <cstdlib>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "engine/engine_reports.h"
#include "engine/judge/failure.h"
#include "engine/tell/csv.h"
#include "engine/tell/json.h"
#include "glue/guard.h"
#include "glue/postdissector.h"
#include "glue/registration.h"
#include "glue/session.h"

namespace rstcause::glue {
namespace {

using Chosen = std::vector<std::size_t>;

/// One -z argument.
struct Listener {
  std::string filter;
  Chosen chosen;
  void (*print)(const Listener&, const Session&) = nullptr;
};

void print_text(const std::string& text) {
  std::fwrite(text.data(), 1, text.size(), stdout);
}

void print_tree(const Listener& listener, const Session& open) {
  print_text(tally(open.engine, listener.chosen, listener.filter));
}

/// A line for each reset; one that cannot be written is told as a failure of ours, and costs no
/// other.
void print_each(const Listener& listener, const Session& open, std::string_view end,
                std::string (*write)(const Report&, std::string_view)) {
  const auto print = [&](const Explained& reset) {
    print_text(write(report_on(open.engine, reset), preferences().source).append(end));
  };
  for (const std::size_t place : listener.chosen) {
    const Verdicts& all = open.engine.explained();
    if (!guarded([&] { print(all[place]); })) guarded([&] { print(told_as_failure(all[place])); });
  }
}

void print_json(const Listener& listener, const Session& open) {
  print_each(listener, open, "\n", to_json);
}

void print_csv(const Listener& listener, const Session& open) {
  print_text(csv_header() + "\r\n");
  print_each(listener, open, "\r\n", to_csv);
}

void forget(void* data) {
  static_cast<Listener*>(data)->chosen.clear();
}

tap_packet_status take(void* data, packet_info*, epan_dissect_t*, const void* record, tap_flags_t) {
  const auto* const resets = static_cast<const TapRecord*>(record);
  guarded([&] {
    for (std::size_t i = resets->first; i < resets->last; ++i)
      static_cast<Listener*>(data)->chosen.push_back(i);
  });
  return TAP_PACKET_REDRAW;
}

void draw(void* data) {
  const auto* const listener = static_cast<const Listener*>(data);
  const Session* const open = session();
  if (open == nullptr) return;
  guarded([&] { listener->print(*listener, *open); });
  std::fflush(stdout);
}

void finish(void* data) {
  delete static_cast<Listener*>(data);
}

[[noreturn]] void refuse(const char* argument, const char* why) {
  std::fprintf(stderr, "rstcause: -z %s: %s\n", argument, why);
  std::exit(1);
}

/// After the keyword only ",filter" or the end may come.
const char* filter_of(const char* argument, const char* keyword) {
  const std::size_t length = std::char_traits<char>::length(keyword);
  const char rest = argument[length];
  if (rest == '\0') return nullptr;
  if (rest != ',') refuse(argument, "only a comma and a display filter may follow the keyword");
  return argument[length + 1] == '\0' ? nullptr : argument + length + 1;
}

/// A listener for epan to keep; null if there is no memory for it.
Listener* new_listener(const char* filter, void (*print)(const Listener&, const Session&)) {
  std::unique_ptr<Listener> whole;
  guarded([&] {
    auto made = std::make_unique<Listener>();
    if (filter != nullptr) made->filter = filter;
    made->print = print;
    whole = std::move(made);
  });
  return whole.release();
}

void listen(const char* argument, const char* keyword,
            void (*print)(const Listener&, const Session&)) {
  const char* const filter = filter_of(argument, keyword);
  Listener* const listener = new_listener(filter, print);
  if (listener == nullptr) return;
  GString* const failure = register_tap_listener("rstcause", listener, filter, TL_REQUIRES_NOTHING,
                                                 forget, take, draw, finish);
  if (failure != nullptr) refuse(argument, failure->str);
}

// NOLINTBEGIN(readability-redundant-control-flow): before 4.6 there is nothing to return.
StatInitResult init_tree(const char* argument, void*) {
  listen(argument, "rstcause,tree", print_tree);
  return RSTCAUSE_STAT_INIT_DONE;
}
StatInitResult init_json(const char* argument, void*) {
  listen(argument, "rstcause,json", print_json);
  return RSTCAUSE_STAT_INIT_DONE;
}
StatInitResult init_csv(const char* argument, void*) {
  listen(argument, "rstcause,csv", print_csv);
  return RSTCAUSE_STAT_INIT_DONE;
}
// NOLINTEND(readability-redundant-control-flow)

// Epan keeps pointers to these.
stat_tap_ui tree_ui = {
    REGISTER_PACKET_STAT_GROUP_UNSORTED, nullptr, "rstcause,tree", init_tree, 0, nullptr};
stat_tap_ui json_ui = {
    REGISTER_PACKET_STAT_GROUP_UNSORTED, nullptr, "rstcause,json", init_json, 0, nullptr};
stat_tap_ui csv_ui = {
    REGISTER_PACKET_STAT_GROUP_UNSORTED, nullptr, "rstcause,csv", init_csv, 0, nullptr};

}  // namespace

void register_statistics() {
  register_stat_tap_ui(&tree_ui, nullptr);
  register_stat_tap_ui(&json_ui, nullptr);
  register_stat_tap_ui(&csv_ui, nullptr);
  register_window();
}

}  // namespace rstcause::glue
