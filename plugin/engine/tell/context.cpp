// SPDX-License-Identifier: GPL-2.0-or-later
#include "engine/tell/context.h"

#include <algorithm>
#include <optional>

#include "app/remedy.h"
#include "engine/judge/clues/parting.h"
#include "engine/judge/clues/teardown.h"
#include "engine/memory/application.h"
#include "engine/tell/context_moment.h"
#include "engine/tell/words.h"
#include "resp/context.h"
#include "resp/remedy.h"
#include "resp/tracker.h"

namespace rstcause {
namespace {

constexpr std::string_view kWrongProtocol =
    "The two ends do not speak the same protocol on this port: compare the client's address, port "
    "and TLS with the server's.";

using tell::Moment;
using tell::Sentences;

void tell_heartbeat(const Flow& flow, const FrameOrder& order, Sentences& said) {
  if (flow.heartbeat == 0) return;
  const bool answered = flow.heartbeat_answer > flow.heartbeat;
  said.push_back("Heartbeat: length-prefixed PING in frame " +
                 order.text(order.shown(flow.heartbeat)) +
                 (answered ? ", answered in frame " + order.text(order.shown(flow.heartbeat_answer))
                           : std::string(", unanswered")));
}

std::string name_of(const Flow& flow, End end) {
  if (flow.is_client(end)) return "the client";
  if (flow.is_server(end)) return "the server";
  return to_string(flow.address(end), flow.port(end));
}

void tell_icmp(const Scene& scene, const FrameOrder& order, Sentences& said) {
  if (scene.rst.icmp == nullptr) return;
  const IcmpEvidence& told = *scene.rst.icmp;
  const std::string x = name_of(scene.flow, scene.rst.x_end);
  const std::string y = name_of(scene.flow, other(scene.rst.x_end));
  const auto tell = [&](IcmpEvidence::Role role, const std::string& what) {
    const IcmpError& error = told.of(role);
    if (error.frame == 0) return;
    said.push_back("ICMP: " + to_string(error.from) + what + " (frame " +
                   order.text(order.shown(error.frame)) + "): " + to_string(error));
  };
  tell(IcmpEvidence::x_stopped, " told " + x + " that its segment had not arrived");
  tell(IcmpEvidence::y_stopped, " told " + y + " that its segment had not arrived");
  tell(IcmpEvidence::x_too_big, " told " + x + " that its segment is too big");
  tell(IcmpEvidence::y_too_big, " told " + y + " that its segment is too big");
  tell(IcmpEvidence::x_guarded, " forbids others the way to " + x);
  tell(IcmpEvidence::x_elsewhere,
       " told " + x + " that its SYN to another port or host had not arrived");
  tell(IcmpEvidence::x_traces, " let a SYN of " + x + " expire");
}

/// What is text, or a form that somebody documented, states something: rstcause.declared.
void tell_payload_of_reset(const Reset& rst, Sentences& said) {
  if (rst.len == 0 || rst.declared.kind != Declared::Kind::none) return;
  said.push_back("TCP: " + octets_of(rst.len, 0) + " of payload in the RST itself, no statement");
}

void append(Sentences more, Sentences& said) {
  for (std::string& sentence : more) said.push_back(std::move(sentence));
}

/// Does the client's reset answer a reply that came when the client had given up and closed? QUIT
/// asks the server to close: nobody waits for the reply to that.
bool answers_a_late_reply(const resp::CommandMark& last, const Scene& s) {
  return clues::had_closed.ask(s).is_yes() && clues::data_came_after_the_fin.ask(s).is_yes() &&
         last.time_ns < s.x().fin_time && s.x().fin_time < s.trigger.time &&
         last.word.view() != "QUIT";
}

/// A client that resets had waited so long; a server's reset ends what it was to answer.
Sentences about(const resp::Tracker& tracker, const Scene& scene) {
  resp::Waits waits;
  const bool by_client = tracker.client() == direction_of(scene.flow, scene.rst.x_end);
  const auto oldest = tracker.oldest_outstanding();
  if (oldest && by_client)
    waits.oldest = rough_time_text(std::max(scene.rst.time - oldest->time_ns, Nanos{0}));
  const auto last = tracker.last_command();
  if (last && by_client && !tracker.streams() && answers_a_late_reply(*last, scene)) {
    waits.until_close = rough_time_text(scene.x().fin_time - last->time_ns);
    waits.until_reply = rough_time_text(scene.trigger.time - last->time_ns);
  }
  return resp::context_sentences(tracker, waits);
}

void tell_resp(const Flow& flow, Explained& into) {
  if (!flow.resp || flow.resp->recognition() != resp::Recognition::resp) return;
  into.last_ping = flow.resp->last_ping().value_or(0);
  into.last_pong = flow.resp->last_pong().value_or(0);
  into.outstanding = flow.resp->outstanding();
  into.ping_period = flow.resp->ping_period_ns().value_or(0);
  const Endpoint& x = flow.at(into.from());
  into.remedy = resp::remedy(*flow.resp,
                             {.by_server = direction_of(flow, into.from()) != flow.resp->client(),
                              .closed_ns = x.fin != 0 ? std::optional(x.fin_time) : std::nullopt});
}

/// Whose words tell why it ended, and what they ask to change. An HTTP answer that came too early
/// asks for it, too, whoever resets.
void tell_parting(const Scene& scene, Explained& into) {
  auto words = clues::parting_words(scene, scene.rst.x_end);
  if (!words) words = clues::parting_words(scene, other(scene.rst.x_end));
  const app::Talk* const talk = scene.flow.app.get();
  if (words) into.last_words = tell::quoted(into.protocol, *words);
  if (!into.remedy.empty() || talk == nullptr) return;
  const app::Http* const http = talk->http();
  const bool early = http != nullptr && http->answered_early();
  if (early && !words) words = talk->farewell(app::other(http->client()));
  if (words) into.remedy = app::remedy(into.protocol, *words);
  if (tell::wrong_protocol(*talk)) into.remedy = kWrongProtocol;
}

}  // namespace

std::vector<std::string> context_of(const Scene& scene, const Verdict& verdict,
                                    const FrameOrder& order) {
  Sentences said;
  const Flow& flow = scene.flow;
  tell_icmp(scene, order, said);
  tell_payload_of_reset(scene.rst, said);
  tell_heartbeat(flow, order, said);
  const bool is_resp = flow.resp && flow.resp->recognition() == resp::Recognition::resp;
  if (is_resp) append(about(*flow.resp, scene), said);
  if (flow.app && !is_resp) append(tell::about(*flow.app, Moment(scene, verdict)), said);
  return said;
}

std::string context_of_pace(Nanos period) {
  return "TCP: connection without a byte, every " + rough_time_text(period) + " from this host";
}

void tell_application(const Scene& scene, Explained& into) {
  if (!scene.flow.resp && !scene.flow.app) return;
  tell_resp(scene.flow, into);
  into.protocol = clues::protocol_of(scene.flow);
  const app::Http* const http = clues::http_of(scene);
  if (http != nullptr) into.web_server = http->server();
  tell_parting(scene, into);
}

}  // namespace rstcause
