// SPDX-License-Identifier: GPL-2.0-or-later
// What rstcause.context tells of TLS.
#include "engine/tell/context_moment.h"
#include "engine/tell/words.h"

namespace rstcause::tell {
namespace {

using app::Tls;
using app::TlsRecords;

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
  const std::string closer = role(tls, other(from));
  if (late && moment.late_octets_crossed)
    said.push_back("TLS: " + what + " of the " + role(tls, from) + ", sent as the " + closer +
                   " closed");
  else if (late)
    said.push_back("TLS: " + what + " of the " + role(tls, from) + " after the " + closer +
                   " had closed");
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

}  // namespace

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

}  // namespace rstcause::tell
