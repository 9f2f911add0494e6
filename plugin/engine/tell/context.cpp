// SPDX-License-Identifier: GPL-2.0-or-later
#include "engine/tell/context.h"

#include <algorithm>
#include <optional>

#include "app/talk.h"
#include "engine/judge/clues/teardown.h"
#include "engine/memory/application.h"
#include "engine/tell/words.h"
#include "resp/context.h"
#include "resp/remedy.h"
#include "resp/tracker.h"

namespace rstcause {
namespace {

using app::Greeted;
using app::Http;
using app::Side;
using app::Tls;
using app::TlsRecords;
using Sentences = std::vector<std::string>;

/// The reset, as far as the words need it.
struct Moment {
  explicit Moment(const Scene& scene);

  Side resetter;
  std::optional<Side> client;  ///< By the handshake or the ports.
  /// The resetter had closed, and the reset answers octets of its peer that came after that.
  bool answers_late_octets;
  bool late_octets_crossed;  ///< ... sent before the peer could know of the close.
  Nanos before_late_octets;  ///< The resetter's silence before they came.
  const Scene& scene;

  Nanos since_spoke(Side side) const {
    const Endpoint& end = scene.flow.at(end_of(side));
    return end.data == 0 ? 0 : scene.rst.time - end.data_time;
  }
};

Moment::Moment(const Scene& s)
    : resetter(side_of(s.rst.x_end)),
      answers_late_octets(clues::had_closed.ask(s).is_yes() &&
                          clues::data_came_after_the_fin.ask(s).is_yes()),
      late_octets_crossed(clues::sent_before_the_fin_could_arrive.ask(s).is_yes()),
      before_late_octets(s.trigger.time - s.x().data_time),
      scene(s) {
  if (s.flow.role_basis() != RoleBasis::none)
    client = side_of(s.x_is_client() ? s.rst.x_end : other(s.rst.x_end));
}

/// "N of M octets", or what can be said without M.
std::string octets_of(std::uint64_t octets, std::uint64_t all) {
  std::string said = std::to_string(octets);
  if (all != 0) return said + " of " + std::to_string(all) + " octets";
  return said + (octets == 1 ? " octet" : " octets");
}

std::string body_octets(const Http& http, Side from) {
  return octets_of(http.body_octets(from), http.body_length(from));
}

void tell_request(const Http& http, Sentences& said) {
  const Side client = http.client();
  if (http.wanted_tls()) {
    said.emplace_back("HTTP: request in clear, answered by a TLS record: the port wants TLS");
    return;
  }
  if (http.answered_early()) {
    said.push_back("HTTP: " + std::to_string(http.status()) +
                   " sent while the request body was arriving (" + body_octets(http, client) + ")");
  } else if (http.request() == Http::Progress::in_body) {
    said.push_back("HTTP: request body cut after " + body_octets(http, client));
  } else if (http.request() == Http::Progress::in_head) {
    said.emplace_back("HTTP: request cut in its head");
  }
}

/// A kept connection that one end used just when, or after, the other had closed it.
bool tell_race(const Http& http, const Moment& moment, Sentences& said) {
  if (!moment.answers_late_octets || moment.resetter == http.client()) return false;
  const bool asks = http.outstanding() != 0 || http.request() == Http::Progress::in_head ||
                    http.request() == Http::Progress::in_body;
  if (!asks || http.answered_early()) return false;
  if (http.responses() == 0) {
    said.emplace_back("HTTP: the rest of the request came after the server had closed");
    return true;
  }
  const std::string idle = rough_time_text(moment.before_late_octets);
  if (moment.late_octets_crossed)
    said.push_back("HTTP: keep-alive race: request sent after " + idle +
                   " of idle, as the server closed");
  else
    said.push_back("HTTP: request sent after " + idle +
                   " of idle, on a connection that the server had closed");
  return true;
}

void tell_response(const Http& http, const Moment& moment, Sentences& said) {
  const Side server = other(http.client());
  if (http.response() == Http::Progress::in_head) {
    said.emplace_back("HTTP: response cut in its head");
  } else if (http.response() == Http::Progress::in_body) {
    const std::string octets = body_octets(http, server);
    const Endpoint& sender = moment.scene.flow.at(end_of(server));
    if (http.response_ends_with_connection() && sender.fin != 0)
      said.push_back("HTTP: response of " + octets + ", ended by the server's close");
    else if (http.response_ends_with_connection())
      said.push_back("HTTP: response of unknown length, " + octets + " so far");
    else
      said.push_back("HTTP: response cut after " + octets);
  }
}

void tell_outstanding(const Http& http, const Moment& moment, Sentences& said) {
  const unsigned open = http.outstanding();
  if (open == 0 || !http.sure() || http.wanted_tls()) return;
  if (http.response() == Http::Progress::in_body || http.response() == Http::Progress::in_head)
    return;
  said.push_back("HTTP: " + (open == 1 ? "request" : std::to_string(open) + " requests") +
                 " outstanding for " + rough_time_text(moment.since_spoke(http.client())));
}

void tell_complete(const Http& http, const Moment& moment, Sentences& said) {
  const bool all = http.sure() && http.outstanding() == 0 && http.responses() != 0 &&
                   http.response() == Http::Progress::complete &&
                   http.request() == Http::Progress::complete;
  if (!all) return;
  const Nanos idle = moment.since_spoke(other(http.client()));
  said.push_back("HTTP: every request answered, the last one with " +
                 std::to_string(http.status()));
  if (idle >= kSecond)
    said.push_back("HTTP: idle for " + rough_time_text(idle) + " since the last complete exchange");
}

Sentences about(const Http& http, const Moment& moment) {
  Sentences said;
  if (!http.speaks_http()) return {"HTTP: the connection was turned over to another protocol"};
  const bool raced = tell_race(http, moment, said);
  tell_request(http, said);
  tell_response(http, moment, said);
  if (!raced) tell_outstanding(http, moment, said);
  tell_complete(http, moment, said);
  return said;
}

std::string role(const Tls& tls, Side side) {
  return side == tls.client() ? "client" : "server";
}

std::string alert_text(const TlsRecords& records) {
  const std::string_view name = app::alert_name(records.alert_description());
  if (!name.empty()) return std::string(name);
  return "number " + std::to_string(records.alert_description());
}

void tell_alert(const Tls& tls, Side from, const Moment& moment, Sentences& said) {
  if (!tls.ends_with_alert(from)) return;
  const TlsRecords& records = tls.records(from);
  const bool clear = records.alert_level() != 0 && records.last_length() == 2;
  if (tls.ends_with_fatal_alert(from)) {
    said.push_back("TLS: fatal alert " + alert_text(records) + " by the " + role(tls, from) +
                   " before the reset");
    return;
  }
  // In TLS 1.3 a server says so late, too, that it refuses the client's certificate.
  const bool first_word = tls.is_tls13() && from != tls.client() && tls.handshake_over() &&
                          tls.server_records_since() == 1;
  const std::string what = clear        ? alert_text(records)
                           : first_word ? "encrypted: close_notify, or that it refuses the client"
                                        : "close_notify (presumably: encrypted)";
  const bool late = moment.answers_late_octets && from != moment.resetter;
  if (late)
    said.push_back("TLS: " + what + " of the " + role(tls, from) + " after the " +
                   role(tls, other(from)) + " had closed");
  else
    said.push_back("TLS: the " + role(tls, from) + "'s last record was an alert, " + what);
}

std::string for_name(const Tls& tls) {
  return tls.server_name().empty() ? "" : " for " + std::string(tls.server_name());
}

void tell_cut(const Tls& tls, Side from, Sentences& said) {
  const TlsRecords& records = tls.records(from);
  if (!records.in_step || !records.in_record()) return;
  if (from == tls.client() && !tls.client_hello() && !tls.server_hello()) {
    if (!tls.hello_begun()) return;  // too little to be sure that it is TLS
    said.push_back("TLS: ClientHello" + for_name(tls) + " cut after " +
                   octets_of(records.record_octets(), records.record_length()));
    return;
  }
  said.push_back("TLS: record of the " + role(tls, from) + " cut after " +
                 octets_of(records.record_octets(), records.record_length()));
}

void tell_progress(const Tls& tls, Sentences& said) {
  const Side client = tls.client(), server = other(client);
  if (!tls.is_followed(client)) return;
  const bool server_silent = tls.records(server).next == 0;
  if (tls.client_hello() && server_silent) {
    said.push_back("TLS: ClientHello" + for_name(tls) + " unanswered");
    return;
  }
  if (!tls.is_followed(server)) return;
  if (tls.server_hello() && tls.client_hello() && !tls.handshake_over()) {
    said.emplace_back("TLS: the handshake was not over, the server's hello had passed");
  } else if (tls.handshake_over() && tls.client_records() == 0) {
    said.emplace_back("TLS: the client said nothing after the handshake");
    if (tls.is_tls13() && tls.server_records_since() != 0 && !tls.ends_with_alert(server))
      said.emplace_back("TLS: session tickets (presumably) came after the handshake");
  }
}

Sentences about(const Tls& tls, const Moment& moment) {
  Sentences said;
  tell_alert(tls, moment.resetter, moment, said);
  tell_alert(tls, other(moment.resetter), moment, said);
  tell_cut(tls, Side::a, said);
  tell_cut(tls, Side::b, said);
  tell_progress(tls, said);
  const std::string_view name = tls.server_name();
  const bool told = !said.empty() && said.back().find(name) != std::string::npos;
  if (!name.empty() && !told) said.push_back("TLS: server name " + std::string(name));
  if (!tls.before().empty()) said.push_back(std::string(tls.before()) + ": turned over to TLS");
  return said;
}

Sentences about(const Greeted& greeted, const Moment& moment) {
  const std::string name = std::string(to_string(greeted.protocol())) + ": ";
  if (greeted.error() >= 100)
    return {name + "the server refused with " + std::to_string(greeted.error()) +
            " in place of a greeting"};
  if (greeted.error() != 0) return {name + "the server refused in place of a greeting"};
  const bool by_server =
      greeted.greeter_is_server() || (moment.client && *moment.client != greeted.greeter());
  const bool by_client =
      greeted.greeter_is_client() || (moment.client && *moment.client == greeted.greeter());
  if (greeted.answered()) return {name + "both ends had spoken"};
  if (by_server && !greeted.greeter_is_client())
    return {name + "the server greeted, the client never answered"};
  if (by_client) return {name + "the client spoke first, the server never answered"};
  return {name + "one end spoke, the other never answered"};
}

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

Sentences about(const app::Talk& talk, const Moment& moment) {
  if (const Http* http = talk.http()) return about(*http, moment);
  if (const Tls* tls = talk.tls()) return about(*tls, moment);
  if (const Greeted* greeted = talk.greeted()) return about(*greeted, moment);
  return {};
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

}  // namespace

std::vector<std::string> context_of(const Scene& scene, const FrameOrder& order) {
  Sentences said;
  const Flow& flow = scene.flow;
  tell_icmp(scene, order, said);
  tell_payload_of_reset(scene.rst, said);
  tell_heartbeat(flow, order, said);
  const bool is_resp = flow.resp && flow.resp->recognition() == resp::Recognition::resp;
  if (is_resp) append(about(*flow.resp, scene), said);
  if (flow.app && !is_resp) append(about(*flow.app, Moment(scene)), said);
  return said;
}

std::string context_of_pace(Nanos period) {
  return "TCP: connection without a byte, every " + rough_time_text(period) + " from this host";
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

}  // namespace rstcause
