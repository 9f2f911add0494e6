// SPDX-License-Identifier: GPL-2.0-or-later
// LDAP: BER of RFC 4511, 5.1; messages by 4.1.1, the notice of disconnection by 4.4.1.
#include <array>
#include <string>

#include "app/cursor.h"
#include "app/grammar.h"

namespace rstcause::app {
namespace {

constexpr std::uint64_t kSequence = 0x30, kInteger = 0x02, kEnumerated = 0x0A;
constexpr std::uint64_t kBind = 0x60, kUnbind = 0x42, kSearch = 0x63, kAbandon = 0x50,
                        kExtended = 0x77;
constexpr std::uint64_t kSearchEntry = 0x64, kSearchReference = 0x73, kIntermediate = 0x79;

/// RFC 4511, appendix A.1, the low numbers.
constexpr auto kResults = std::to_array<std::string_view>(
    {"success", "operationsError", "protocolError", "timeLimitExceeded", "sizeLimitExceeded",
     "compareFalse", "compareTrue", "authMethodNotSupported", "strongerAuthRequired", "",
     "referral", "adminLimitExceeded", "unavailableCriticalExtension", "confidentialityRequired",
     "saslBindInProgress"});
constexpr std::uint64_t kInvalidCredentials = 49, kBusy = 51, kUnavailable = 52, kUnwilling = 53;

std::string result_name(std::uint64_t code) {
  std::string_view name;
  if (code < kResults.size()) name = kResults[code];
  if (code == kInvalidCredentials) name = "invalidCredentials";
  if (code == kBusy) name = "busy";
  if (code == kUnavailable) name = "unavailable";
  if (code == kUnwilling) name = "unwillingToPerform";
  const std::string number = std::to_string(code);
  return name.empty() ? number : number + " (" + std::string(name) + ")";
}

/// A length of definite form.
std::uint64_t length_of(Cursor& ber) {
  constexpr std::uint64_t kLongForm = 0x80, kMostOctets = 4;
  const std::uint64_t first = ber.number(1);
  if (first < kLongForm) return first;
  const std::uint64_t octets = first - kLongForm;
  return octets == 0 || octets > kMostOctets ? kNoMessage : ber.number(octets);
}

struct Element {
  std::uint64_t tag = 0;
  std::string_view value;
};

Element next_element(Cursor& ber) {
  const std::uint64_t tag = ber.number(1);
  return {tag, ber.take(length_of(ber))};
}

std::uint64_t number_of(std::string_view value) {
  return value.size() > 4 ? kNoMessage : Cursor(value).number(value.size());
}

std::uint64_t measure(const Exchange&, Side, std::string_view octets) {
  Cursor ber(octets);
  const std::uint64_t tag = ber.number(1);
  const std::uint64_t length = length_of(ber);
  if (tag != kSequence && !octets.empty()) return kNoMessage;
  if (ber.is_short()) return kMoreWanted;
  return length == kNoMessage ? kNoMessage : octets.size() - ber.rest().size() + length;
}

void read_request(Exchange& exchange, std::uint32_t id, std::uint64_t operation,
                  std::int64_t time) {
  if (operation == kUnbind) {
    exchange.left = true;
  } else if (operation != kAbandon) {
    const std::string_view what = operation == kBind     ? "bind"
                                  : operation == kSearch ? "search"
                                                         : "";
    exchange.ask(id, time, what);
  }
}

/// LDAPResult: a code, the matched name, a text for humans.
void read_result(Exchange& exchange, Side from, bool unasked, std::string_view body) {
  Cursor ber(body);
  const Element code = next_element(ber);
  if (code.tag != kEnumerated) return;
  next_element(ber);
  const std::string_view text = next_element(ber).value;
  const std::uint64_t number = number_of(code.value);
  constexpr std::uint64_t kSaslUnderWay = 14, kLastOfNoError = 6, kFirstOfNoError = 5;
  const bool fine = number == 0 || number == kSaslUnderWay ||
                    (number >= kFirstOfNoError && number <= kLastOfNoError);
  if (unasked)
    exchange.bid_farewell(
        from, speaks_of_idleness(text) ? Farewell::Kind::idle_timeout : Farewell::Kind::goodbye,
        "notice of disconnection, " + result_name(number), text);
  else if (!fine)
    exchange.bid_farewell(from, Farewell::Kind::error, result_name(number), text);
}

std::uint64_t read(Exchange& exchange, const Message& m) {
  Cursor ber(m.octets);
  ber.take(1);
  length_of(ber);
  const Element id = next_element(ber);
  const std::uint64_t operation = ber.number(1);
  length_of(ber);
  const auto number = static_cast<std::uint32_t>(number_of(id.value));
  if (m.from == exchange.client) {
    read_request(exchange, number, operation, m.time);
    return 0;
  }
  const bool last =
      operation != kSearchEntry && operation != kSearchReference && operation != kIntermediate;
  if (!last) return 0;
  if (number != 0) exchange.answer(number);
  read_result(exchange, m.from, number == 0, ber.rest());
  return 0;
}

constexpr Grammar kLdap{Protocol::ldap, "request", measure, read};

}  // namespace

FirstWords begin_ldap(std::string_view payload) {
  if (payload.size() < 7 || payload[0] != static_cast<char>(kSequence)) return {};
  Cursor ber(payload.substr(1));
  const std::uint64_t length = length_of(ber);
  if (length != ber.rest().size()) return {};
  const Element id = next_element(ber);
  const std::uint64_t operation = ber.number(1);
  const bool asks = operation == kBind || operation == kSearch || operation == kExtended;
  const bool known = id.tag == kInteger && !id.value.empty() && id.value.size() <= 4 && asks;
  return known ? FirstWords{&kLdap, false, true} : FirstWords{};
}

}  // namespace rstcause::app
