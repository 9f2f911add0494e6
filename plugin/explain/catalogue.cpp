// SPDX-License-Identifier: GPL-2.0-or-later
#include "explain/catalogue.h"

#include <cstdio>

#include "engine/judge/cause.h"
#include "engine/judge/timers.h"
#include "engine/tell/json_text.h"
#include "explain/status.h"
#include "rstcause_version.h"

namespace rstcause::explain {
namespace {

std::string cause_json(const Cause& cause) {
  JsonObject o;
  o.string("token", cause.token);
  o.string("title", cause.title);
  o.string("meaning", cause.meaning);
  o.string("severity", to_string(cause.severity));
  o.boolean("benign", cause.benign);
  o.number("ceiling", static_cast<std::uint64_t>(cause.ceiling));
  return o.text();
}

template <typename Timer>
std::string timer_json(const Timer& timer) {
  JsonObject o;
  o.string("name", timer.name);
  o.number("seconds", timer.seconds);
  o.number("port", timer.port);
  return o.text();
}

}  // namespace

int print_catalogue() {
  JsonObject o;
  o.string("version", RSTCAUSE_VERSION);
  o.raw("causes", json_array(catalogue(), cause_json));
  o.raw("timers", json_array(shipped_timers(), timer_json<ShippedTimer>));
  o.raw("ages", json_array(age_limits(), timer_json<AgeLimit>));
  glue::CheckedStream out(stdout);
  out.write(o.text() + "\n");
  out.flush();
  return glue::write_failed() ? kCannotWrite : kAllRead;
}

}  // namespace rstcause::explain
