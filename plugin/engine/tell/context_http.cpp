// SPDX-License-Identifier: GPL-2.0-or-later
// What rstcause.context tells of HTTP/1.
#include "engine/tell/context_moment.h"
#include "engine/tell/words.h"

namespace rstcause::tell {
namespace {

using app::Http;

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
    said.push_back(
        "HTTP: " + std::to_string(http.status()) +
        (http.request() == Http::Progress::in_head
             ? " sent while the request's head was arriving"
             : " sent while the request body was arriving (" + body_octets(http, client) + ")"));
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
  said.push_back("HTTP: " + moment.used_late("request"));
  return true;
}

void tell_response(const Http& http, const Moment& moment, Sentences& said) {
  const Side server = other(http.client());
  if (http.response() == Http::Progress::in_head) {
    said.emplace_back("HTTP: response cut in its head");
  } else if (http.response() == Http::Progress::in_body) {
    if (http.response_ends_with_connection() && http.body_octets(server) == 0) return;
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
  if (moment.answer_was_left) {
    said.push_back("HTTP: the answer " + std::to_string(http.status()) +
                   " was sent whole, and not read to its end");
    return;
  }
  const Nanos idle = moment.since_spoke(other(http.client()));
  said.push_back("HTTP: every request answered, the last one with " +
                 std::to_string(http.status()));
  if (idle >= kSecond)
    said.push_back("HTTP: idle for " + rough_time_text(idle) + " since the last complete exchange");
}

}  // namespace

Sentences about(const Http& http, const Moment& moment) {
  Sentences said;
  if (!http.speaks_http()) return {"HTTP: the connection was turned over to another protocol"};
  if (moment.waited != 0) {
    const std::string status = http.status() != 0 ? ", " + std::to_string(http.status()) + "," : "";
    return {"HTTP: " + moment.given_up("request", status)};
  }
  const bool raced = tell_race(http, moment, said);
  tell_request(http, said);
  tell_response(http, moment, said);
  if (!raced) tell_outstanding(http, moment, said);
  tell_complete(http, moment, said);
  return said;
}

}  // namespace rstcause::tell
