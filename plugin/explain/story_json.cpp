// SPDX-License-Identifier: GPL-2.0-or-later
#include "engine/tell/clock.h"
#include "engine/tell/json_text.h"
#include "explain/story.h"
#include "explain/story_words.h"

namespace rstcause::explain {
namespace {

std::string rung_json(const Rung& rung, const Story& story) {
  JsonObject o;
  o.number("frame", rung.frame);
  o.raw("time", seconds_text(rung.time - story.rungs.front().time));
  o.string("from", is_from_client(rung, story) ? "client" : "server");
  o.string("flags", flag_names(rung.flags));
  o.raw("seq", std::to_string(rung.seq));
  if (rung.ack_set) o.raw("ack", std::to_string(rung.ack));
  if (rung.len != 0) o.number("len", rung.len);
  o.number("win", rung.wnd);
  o.string("words", rung.words);
  if (rung.skipped != 0) o.number("skipped", rung.skipped);
  return o.text();
}

}  // namespace

std::string to_json(const Story& story, Frame reset) {
  JsonObject o;
  o.number("reset", reset);
  o.string("client", story.client);
  o.string("server", story.server);
  o.boolean("opening", story.saw_opening);
  o.raw("segments",
        json_array(story.rungs, [&](const Rung& rung) { return rung_json(rung, story); }));
  if (story.more != 0) o.number("more", story.more);
  return o.text();
}

}  // namespace rstcause::explain
