// SPDX-License-Identifier: GPL-2.0-or-later
//
// On the command line the statistics are taps of our own: the packet callback notes which
// resets passed the filter, the draw callback prints their last verdicts. stats_tree serves
// the GUI's window alone: in tshark it takes a bad filter for success and cannot take back a
// tick when a verdict is revised. It is registered after ours, so that ours gets "-z".
#include "glue/stats.h"

#include "glue/compat.h"

#include <epan/packet.h>
#include <epan/stat_tap_ui.h>
#include <epan/tap.h>

#include <cstdio>
#include <cstdlib>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "glue/guard.h"
#include "glue/postdissector.h"
#include "glue/registration.h"
#include "glue/session.h"
#include "glue/stats_listeners.h"
#include "glue/stats_output.h"

namespace rstcause::glue {
namespace {

/// Those that epan holds: it makes and ends them.
std::vector<Listener*> listeners;

Listener& listener_of(void* data) {
  return *static_cast<Listener*>(data);
}

void forget(void* data) {
  guarded([&] { listener_of(data).forget(); });
}

tap_packet_status take(void* data, packet_info*, epan_dissect_t*, const void* record, tap_flags_t) {
  const auto* const resets = static_cast<const TapRecord*>(record);
  guarded([&] { listener_of(data).take(resets->first, resets->last); });
  return TAP_PACKET_REDRAW;
}

void draw(void* data) {
  guarded([&] { listener_of(data).print(session(), stdout); });
}

void finish(void* data) {
  std::erase(listeners, static_cast<Listener*>(data));
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

using Make = std::unique_ptr<Listener> (*)(std::string filter);

/// A listener for epan to keep; null if there is no memory for it.
Listener* new_listener(const char* filter, Make make) {
  std::unique_ptr<Listener> whole;
  guarded([&] {
    auto made = make(filter != nullptr ? filter : "");
    listeners.push_back(made.get());
    whole = std::move(made);
  });
  return whole.release();
}

void listen(const char* argument, const char* keyword, Make make) {
  const char* const filter = filter_of(argument, keyword);
  Listener* const listener = new_listener(filter, make);
  if (listener == nullptr) return;
  GString* const failure = register_tap_listener("rstcause", listener, filter, TL_REQUIRES_NOTHING,
                                                 forget, take, draw, finish);
  if (failure != nullptr) refuse(argument, failure->str);
}

LineSettings line_settings() {
  return {.source = preferences().source, .total = preferences().total != 0};
}
std::unique_ptr<Listener> new_json(std::string filter) {
  return json_listener(std::move(filter), line_settings);
}
std::unique_ptr<Listener> new_csv(std::string filter) {
  return csv_listener(std::move(filter), line_settings);
}

// NOLINTBEGIN(readability-redundant-control-flow): before 4.6 there is nothing to return.
StatInitResult init_tree(const char* argument, void*) {
  listen(argument, "rstcause,tree", tree_listener);
  return RSTCAUSE_STAT_INIT_DONE;
}
StatInitResult init_json(const char* argument, void*) {
  listen(argument, "rstcause,json", new_json);
  return RSTCAUSE_STAT_INIT_DONE;
}
StatInitResult init_csv(const char* argument, void*) {
  listen(argument, "rstcause,csv", new_csv);
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

void end_statistics_session() noexcept {
  const Session* const ending = session();
  if (ending == nullptr) return;
  for (Listener* const listener : listeners) guarded([&] { listener->end(*ending); });
}

void register_statistics() {
  register_shutdown_routine(exit_if_write_failed);
  register_stat_tap_ui(&tree_ui, nullptr);
  register_stat_tap_ui(&json_ui, nullptr);
  register_stat_tap_ui(&csv_ui, nullptr);
  register_window();
}

}  // namespace rstcause::glue
