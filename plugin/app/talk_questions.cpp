// SPDX-License-Identifier: GPL-2.0-or-later
// The questions that may be put to every protocol alike.
#include <string>

#include "app/talk.h"

namespace rstcause::app {
namespace {

std::optional<Farewell> farewell_of(const Http& http, Side from) {
  constexpr std::uint16_t kFirstError = 400, kTimeout = 408;
  if (from == http.client() || http.status() < kFirstError) return std::nullopt;
  const auto kind =
      http.status() == kTimeout ? Farewell::Kind::idle_timeout : Farewell::Kind::error;
  return Farewell{kind, resp::BoundedText<48>(std::to_string(http.status())), {}};
}

std::optional<Farewell> farewell_of(const Tls& tls, Side from) {
  const TlsRecords& records = tls.records(from);
  if (!tls.ends_with_alert(from) || records.alert_level() == 0) return std::nullopt;
  const bool fatal = tls.ends_with_fatal_alert(from);
  const auto kind = !fatal                 ? Farewell::Kind::goodbye
                    : tls.handshake_over() ? Farewell::Kind::error
                                           : Farewell::Kind::refusal;
  const std::string_view name = alert_name(records.alert_description());
  const std::string code =
      name.empty() ? "alert " + std::to_string(records.alert_description()) : std::string(name);
  return Farewell{kind, resp::BoundedText<48>(code), {}};
}

}  // namespace

Protocol Talk::name_of(const Protocols& protocol) {
  if (std::holds_alternative<Http>(protocol)) return Protocol::http;
  if (std::holds_alternative<Tls>(protocol)) return Protocol::tls;
  const auto* dialogue = std::get_if<std::unique_ptr<Dialogue>>(&protocol);
  return dialogue != nullptr ? (*dialogue)->protocol() : Protocol::none;
}

Protocol Talk::protocol() const {
  return name_of(protocol_);
}

std::optional<Side> Talk::client() const {
  if (http() != nullptr) return http()->client();
  if (tls() != nullptr) return tls()->client();
  const Dialogue* words = dialogue();
  if (words == nullptr || (!words->greeter_is_client() && !words->greeter_is_server()))
    return std::nullopt;
  return words->exchange().client;
}

std::optional<Farewell> Talk::farewell(Side from) const {
  if (plain_answer_ && from == stranger_side_) return *plain_answer_;
  if (http() != nullptr) return farewell_of(*http(), from);
  if (tls() != nullptr) return farewell_of(*tls(), from);
  const Farewell* said = dialogue() != nullptr ? dialogue()->exchange().farewell(from) : nullptr;
  return said != nullptr ? std::optional(*said) : std::nullopt;
}

unsigned Talk::outstanding() const {
  if (http() != nullptr) return http()->sure() ? http()->outstanding() : 0;
  if (dialogue() == nullptr || !dialogue()->sure()) return 0;
  return static_cast<unsigned>(dialogue()->exchange().asked().size());
}

std::optional<std::int64_t> Talk::outstanding_since() const {
  if (dialogue() == nullptr || outstanding() == 0) return std::nullopt;
  return dialogue()->exchange().asked().front().time;
}

bool Talk::client_has_left() const {
  return dialogue() != nullptr && dialogue()->exchange().left;
}

std::optional<std::int64_t> Talk::ping_unanswered_since(Side from) const {
  if (dialogue() == nullptr || !dialogue()->sure()) return std::nullopt;
  const Exchange& exchange = dialogue()->exchange();
  return exchange.pinged[index(from)] ? std::optional(exchange.ping_time[index(from)])
                                      : std::nullopt;
}

}  // namespace rstcause::app
