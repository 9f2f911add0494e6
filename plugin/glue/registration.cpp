// SPDX-License-Identifier: GPL-2.0-or-later
#include "glue/registration.h"

#include <algorithm>
#include <cstdint>
#include <deque>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include <epan/prefs.h>
#include <epan/tap.h>

#include "glue/collect.h"
#include "glue/fields.h"
#include "glue/guard.h"
#include "glue/postdissector.h"
#include "glue/session.h"
#include "glue/stats.h"
#include "glue/timers_table.h"

namespace rstcause::glue {
namespace {

Registered ids;
Preferences settings;

/// Epan keeps strings and ids for the life of the process: these containers never move them.
struct ExpertInfos {
  std::deque<std::string> names;
  std::deque<expert_field> fields;
  std::deque<ei_register_info> rows;
  std::unordered_map<const Cause*, expert_field*> by_cause;
};

ExpertInfos& expert_infos() {
  static ExpertInfos infos;
  return infos;
}

int epan_severity(Severity severity) {
  switch (severity) {
    case Severity::chat:
      return PI_CHAT;
    case Severity::note:
      return PI_NOTE;
    case Severity::warning:
      return PI_WARN;
    case Severity::error:
      return PI_ERROR;
  }
  return PI_NOTE;
}

int epan_group(const Cause& cause) {
  return cause.sender == Sender::third_party ? PI_SECURITY : PI_SEQUENCE;
}

expert_field belied EI_INIT;
ei_register_info belied_row[] = {
    {&belied,
     {"rstcause.expert.belied", PI_SECURITY, PI_WARN,
      "The sender of a reset goes on as if it had not sent it", EXPFILL}}};

expert_field unwatched EI_INIT;
ei_register_info unwatched_row[] = {
    {&unwatched,
     {"rstcause.expert.unwatched", PI_UNDECODED, PI_NOTE,
      "TCP was called by another than IP, so its resets are not judged", EXPFILL}}};

/// One expert info for each row of the catalogue. Never plain "rstcause.<token>": tokens and
/// fields share words, and epan takes two of one name in silence.
void register_expert_infos() {
  ExpertInfos& infos = expert_infos();
  expert_module_t* const module = expert_register_protocol(ids.proto);
  for (const Cause& cause : catalogue()) {
    const std::string& name =
        infos.names.emplace_back("rstcause.expert." + std::string(cause.token));
    const std::string& title = infos.names.emplace_back(cause.title);
    expert_field& field = infos.fields.emplace_back(expert_field EI_INIT);
    ei_register_info& row = infos.rows.emplace_back(ei_register_info{
        &field,
        {name.c_str(), epan_group(cause), epan_severity(cause.severity), title.c_str(), EXPFILL}});
    expert_register_field_array(module, &row, 1);
    infos.by_cause[&cause] = &field;
  }
  expert_register_field_array(module, belied_row, array_length(belied_row));
  expert_register_field_array(module, unwatched_row, array_length(unwatched_row));
}

void register_preferences() {
  module_t* const module = prefs_register_protocol(ids.proto, fill_timers_table);
  prefs_register_bool_preference(module, "info_column", "Show the cause in the Info column",
                                 "Show the most probable cause and its confidence at the head of "
                                 "every TCP reset's Info column.",
                                 &settings.info_column);
  prefs_register_bool_preference(module, "resp", "Recognise RESP (Redis) on any port",
                                 "Follow RESP conversations, recognised by their traffic, and "
                                 "label PING, PONG, commands and replies.",
                                 &settings.resp);
  prefs_register_string_preference(
      module, "source", "Name of the capture in JSON and CSV",
      "What the key \"file\" says in the output of -z rstcause,json and -z rstcause,csv. A plugin "
      "cannot learn the capture's name itself.",
      &settings.source);
  prefs_register_bool_preference(
      module, "total", "Close JSON and CSV with the number of their resets",
      "Let -z rstcause,json and -z rstcause,csv end with a line that says how many resets they "
      "told, so that a file which was cut short is known for one.",
      &settings.total);
  register_timers_table(module);
}

dissector_handle_t decode_as_resp;

/// Stands for the user's choice in Decode As, which open_capture() reads. The labels come after
/// all dissectors, from the octets that passed before TCP.
int dissect_decoded_as_resp(tvbuff_t* tvb, packet_info*, proto_tree*, void*) {
  return static_cast<int>(tvb_captured_length(tvb));
}

void note_resp_port(const gchar* table, ftenum_t, gpointer key, gpointer value, gpointer ports) {
  if (std::string_view(table) != "tcp.port") return;
  if (dtbl_entry_get_handle(static_cast<dtbl_entry_t*>(value)) != decode_as_resp) return;
  guarded([&] {
    static_cast<std::vector<std::uint16_t>*>(ports)->push_back(
        static_cast<std::uint16_t>(GPOINTER_TO_UINT(key)));
  });
}

void open_capture() {
  install_collector();
  fill_timers_table();
  static std::vector<std::uint16_t> resp_ports;
  resp_ports.clear();
  dissector_all_tables_foreach_changed(note_resp_port, &resp_ports);
  std::sort(resp_ports.begin(), resp_ports.end());
  // Who switches us on or off has the capture dissected anew, which comes by here.
  const bool switched_on = proto_is_protocol_enabled(find_protocol_by_id(ids.proto)) != 0;
  guarded([switched_on] {
    open_session(
        {.resp = settings.resp != 0, .resp_ports = resp_ports, .timers = timers_in_table()},
        switched_on);
  });
}
void close_capture() {
  end_statistics_session();
  close_session();
}

}  // namespace

const Registered& registered() {
  return ids;
}
const Preferences& preferences() {
  return settings;
}
expert_field* expert_of(const Cause& cause) {
  const auto& by_cause = expert_infos().by_cause;
  const auto found = by_cause.find(&cause);
  return found == by_cause.end() ? nullptr : found->second;
}

expert_field* belied_expert() {
  return &belied;
}

expert_field* unwatched_expert() {
  return &unwatched;
}

void register_everything() {
  ids.proto = proto_register_protocol("TCP Reset Cause", "RSTCAUSE", "rstcause");
  ids.proto_resp =
      proto_register_protocol("Redis Exchange (TCP Reset Cause)", "RSTCAUSE_RESP", "rstcause_resp");
  register_fields(ids.proto, ids.proto_resp);
  register_expert_infos();
  register_preferences();
  ids.tap = register_tap("rstcause");
  // Of no protocol: epan would look at each frame whether that is switched on, and keep a layer of
  // it, which costs more than all that we do with most frames.
  constexpr int kNoProtocol = -1;
  register_postdissector(create_dissector_handle(dissect_after_all, kNoProtocol));
  register_init_routine(open_capture);
  register_cleanup_routine(close_capture);
  register_statistics();
}

void offer_decode_as() {
  decode_as_resp = create_dissector_handle(dissect_decoded_as_resp, ids.proto_resp);
  dissector_add_for_decode_as("tcp.port", decode_as_resp);
}

}  // namespace rstcause::glue
