// SPDX-License-Identifier: GPL-2.0-or-later
// What rstcause.context tells of protocols in messages, and of every protocol alike: who speaks
// what, whose words were the last, what was owed.
#include <algorithm>

#include "engine/tell/context_moment.h"
#include "engine/tell/words.h"

namespace rstcause::tell {
namespace {

using app::Dialogue;
using app::Exchange;
using app::Farewell;
using app::Protocol;
using app::Talk;

std::string start(Protocol protocol) {
  return std::string(to_string(protocol)) + ": ";
}

/// The client by what was said; else by the handshake or the ports.
std::optional<Side> client_of(const Talk& talk, const Moment& moment) {
  const auto client = talk.client();
  return client ? client : moment.client;
}

std::string name_of(const Talk& talk, const Moment& moment, Side side) {
  const auto client = client_of(talk, moment);
  if (!client) return side == moment.resetter ? "the end that reset" : "the other end";
  return side == *client ? "the client" : "the server";
}

std::string since(const Moment& moment, std::int64_t time) {
  return rough_time_text(std::max(moment.scene.rst.time - time, Nanos{0}));
}

/// Its code, and its own words in quotes, `most` octets of them.
std::string words_of(const Farewell& farewell, std::size_t most = std::string::npos) {
  std::string said(farewell.code.view());
  if (farewell.text.empty()) return said;
  if (!said.empty()) said += ": ";
  const std::string_view text = farewell.text.view();
  const std::string_view cut = text.size() > most ? "..." : "";
  return said + '"' + std::string(text.substr(0, most)) + std::string(cut) + '"';
}

void tell_farewell(const Talk& talk, const Moment& moment, Side from, Sentences& said) {
  const auto farewell = talk.farewell(from);
  if (!farewell) return;
  const std::string who = name_of(talk, moment, from);
  const std::string words = words_of(*farewell);
  const std::string name = start(talk.protocol());
  switch (farewell->kind) {
    case Farewell::Kind::refusal:
      said.push_back(name + who + " refused, " + words);
      break;
    case Farewell::Kind::error:
      said.push_back(name + who + "'s last words were an error, " + words);
      break;
    case Farewell::Kind::goodbye:
      said.push_back(name + who + " said that it closes, " + words);
      break;
    case Farewell::Kind::idle_timeout:
      said.push_back(name + who + " closed for idleness, " + words);
      break;
  }
}

/// One end speaks another protocol than the port's.
void tell_stranger(const Talk& talk, const Moment& moment, Sentences& said) {
  const Protocol stranger = talk.stranger();
  if (stranger == Protocol::none) return;
  const std::string mine(to_string(talk.protocol()));
  const std::string theirs(to_string(stranger));
  const auto client = client_of(talk, moment);
  if (!client || talk.stranger_side() != *client) {
    said.push_back(mine + ": answered in " + theirs + ": the wrong protocol for this port");
    return;
  }
  said.push_back(mine + ": the client spoke " + theirs +
                 " to it: the wrong protocol for this port");
}

/// What the client sent when the server had closed already: nobody was to answer it.
bool tell_late_request(const Talk& talk, const Moment& moment, Sentences& said) {
  const Dialogue& dialogue = *talk.dialogue();
  if (!moment.answers_late_octets || client_of(talk, moment) != other(moment.resetter))
    return false;
  const std::string name = start(dialogue.protocol());
  const bool left = dialogue.exchange().left;
  const std::string what(left ? "the client's goodbye" : dialogue.grammar().request);
  if (left || dialogue.exchange().answers() != 0)
    said.push_back(name + moment.used_late(what));
  else if (!talk.farewell(moment.resetter))
    said.push_back(name + "the client spoke when the server had closed");
  return true;
}

void tell_outstanding(const Dialogue& dialogue, const Moment& moment, Sentences& said) {
  const Exchange& exchange = dialogue.exchange();
  if (exchange.asked().empty() || !dialogue.sure() || exchange.left) return;
  const app::Asked& oldest = exchange.asked().front();
  const std::size_t count = exchange.asked().size();
  std::string what(dialogue.grammar().request);
  if (!oldest.what.empty()) what = std::string(oldest.what) + ' ' + what;
  if (count != 1) what = std::to_string(count) + " requests";
  const bool under_way = count == 1 && dialogue.is_cut(other(exchange.client));
  const std::string unanswered = under_way    ? "the answer to a " + what + " under way for "
                                 : count == 1 ? what + " unanswered for "
                                              : what + " unanswered, the oldest for ";
  said.push_back(start(dialogue.protocol()) + unanswered + since(moment, oldest.time));
}

void tell_pings(const Talk& talk, const Moment& moment, Sentences& said) {
  for (const Side side : {Side::a, Side::b}) {
    const auto time = talk.ping_unanswered_since(side);
    if (!time || talk.farewell(other(side))) continue;  // it answered in other words
    said.push_back(start(talk.protocol()) + "ping of " + name_of(talk, moment, side) +
                   " unanswered for " + since(moment, *time));
  }
}

/// MQTT's keep alive and AMQP's heartbeat: an end that has been silent for too long.
void tell_missed_interval(const Talk& talk, const Moment& moment, Sentences& said) {
  const Dialogue& dialogue = *talk.dialogue();
  const Exchange& exchange = dialogue.exchange();
  const unsigned tenths = dialogue.grammar().patience_tenths;
  if (exchange.interval_s == 0 || tenths == 0) return;
  const Nanos patience = Nanos{exchange.interval_s} * kSecond / 10 * tenths;
  const bool heartbeat = dialogue.protocol() == Protocol::amqp;
  for (const Side side : {Side::a, Side::b}) {
    if (!heartbeat && side != exchange.client) continue;
    const Nanos silence = moment.since_spoke(side);
    if (silence < patience) continue;
    said.push_back(start(dialogue.protocol()) + name_of(talk, moment, side) + " was silent for " +
                   rough_time_text(silence) + ", with a " +
                   (heartbeat ? "heartbeat" : "keep alive") + " of " +
                   std::to_string(exchange.interval_s) + " s");
  }
}

void tell_leaving(const Dialogue& dialogue, Sentences& said) {
  if (dialogue.exchange().left)
    said.push_back(start(dialogue.protocol()) + "the client had said that it leaves");
}

/// All that was asked is answered: since when nothing was said.
void tell_idle(const Dialogue& dialogue, const Moment& moment, Sentences& said) {
  const Exchange& exchange = dialogue.exchange();
  const bool served = exchange.answers() != 0 && exchange.asked().empty() && dialogue.sure();
  if (!served || dialogue.is_cut(Side::a) || dialogue.is_cut(Side::b)) return;
  const Nanos idle = std::min(moment.since_spoke(Side::a), moment.since_spoke(Side::b));
  const std::string request(dialogue.grammar().request);
  if (idle >= kSecond)
    said.push_back(start(dialogue.protocol()) + "every " + request + " answered, then idle for " +
                   rough_time_text(idle));
  else
    said.push_back(start(dialogue.protocol()) + "every " + request + " answered");
}

void tell_cut(const Talk& talk, const Moment& moment, Sentences& said) {
  for (const Side side : {Side::a, Side::b})
    if (talk.dialogue()->is_cut(side))
      said.push_back(start(talk.protocol()) + "a message of " + name_of(talk, moment, side) +
                     " was cut");
}

/// SIP's latest request and its response; HTTP/2 without any request.
void tell_last_words(const Dialogue& dialogue, Sentences& said) {
  const Exchange& exchange = dialogue.exchange();
  const std::string name = start(dialogue.protocol());
  if (dialogue.protocol() == Protocol::sip && !exchange.subject.empty() && exchange.status != 0)
    said.push_back(name + "the latest request was " + std::string(exchange.subject) +
                   ", the latest response " + std::to_string(exchange.status));
  if (dialogue.protocol() == Protocol::http2 && exchange.number == 0)
    said.push_back(name + "no request was sent on this connection");
}

void tell_programs(const Talk& talk, const Moment& moment, Sentences& said) {
  std::string known;
  for (const Side side : {moment.resetter, other(moment.resetter)}) {
    const std::string_view program = talk.dialogue()->exchange().program(side);
    if (program.empty()) continue;
    if (!known.empty()) known += ", ";
    known += name_of(talk, moment, side) + " is " + std::string(program);
  }
  if (!known.empty()) said.push_back(start(talk.protocol()) + known);
}

/// Only one end has said anything.
void tell_unanswered_greeting(const Talk& talk, const Moment& moment, Sentences& said) {
  const Dialogue& dialogue = *talk.dialogue();
  const std::string name = start(dialogue.protocol());
  const auto client = client_of(talk, moment);
  if (talk.farewell(dialogue.greeter())) return;
  if (dialogue.protocol() == Protocol::websocket) {  // what came first was HTTP's
    said.push_back(name + "the server has sent nothing since HTTP's upgrade");
    return;
  }
  if (!client)
    said.push_back(name + "one end spoke, the other never answered");
  else if (*client == dialogue.greeter())
    said.push_back(name + "the client spoke first, the server never answered");
  else
    said.push_back(name + "the server greeted, the client never answered");
}

void tell_dialogue(const Talk& talk, const Moment& moment, Sentences& said) {
  const Dialogue& dialogue = *talk.dialogue();
  tell_pings(talk, moment, said);
  tell_missed_interval(talk, moment, said);
  if (talk.stranger() == Protocol::none && !dialogue.answered()) {
    tell_unanswered_greeting(talk, moment, said);
    tell_programs(talk, moment, said);
    return;
  }
  if (moment.waited != 0) {
    said.push_back(start(dialogue.protocol()) +
                   moment.given_up(std::string(dialogue.grammar().request)));
    tell_programs(talk, moment, said);
    return;
  }
  const bool late = tell_late_request(talk, moment, said);
  if (!late) tell_outstanding(dialogue, moment, said);
  if (!late) tell_leaving(dialogue, said);
  tell_cut(talk, moment, said);
  tell_last_words(dialogue, said);
  if (!late) tell_idle(dialogue, moment, said);
  tell_programs(talk, moment, said);
}

void append(Sentences more, Sentences& said) {
  for (std::string& sentence : more) said.push_back(std::move(sentence));
}

}  // namespace

std::string quoted(Protocol protocol, const Farewell& farewell) {
  constexpr std::size_t kMostInASummary = 52;
  const std::string said = words_of(farewell, kMostInASummary);
  if (protocol == Protocol::http) return "HTTP " + said;
  return protocol == Protocol::tls && farewell.text.empty() ? "TLS alert " + said : said;
}

bool wrong_protocol(const Talk& talk) {
  return talk.stranger() != Protocol::none || (talk.http() != nullptr && talk.http()->wanted_tls());
}

Sentences about(const Talk& talk, const Moment& moment) {
  Sentences said;
  tell_stranger(talk, moment, said);
  const bool own_words = talk.dialogue() != nullptr || talk.stranger() != Protocol::none;
  if (own_words) {
    tell_farewell(talk, moment, other(moment.resetter), said);
    tell_farewell(talk, moment, moment.resetter, said);
  }
  if (talk.stranger() == Protocol::none) {
    if (const app::Http* http = talk.http()) append(about(*http, moment), said);
    if (const app::Tls* tls = talk.tls()) append(about(*tls, moment), said);
    if (talk.dialogue() != nullptr) tell_dialogue(talk, moment, said);
  } else if (talk.dialogue() != nullptr) {
    tell_programs(talk, moment, said);
  }
  if (talk.has_proxy_header()) said.emplace_back("TCP: the connection began with a PROXY header");
  return said;
}

}  // namespace rstcause::tell
