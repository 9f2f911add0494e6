// SPDX-License-Identifier: GPL-2.0-or-later
#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>

#include "app/cursor.h"
#include "app/grammar.h"

namespace rstcause::app {
namespace {

struct Recogniser {
  FirstWords (*begin)(std::string_view payload);
  std::string_view first_octets;  ///< One of these stands first. Empty: any may.
};

// Kafka and DNS come last: what marks them is little more than a length.
constexpr std::array kRecognisers = {
    Recogniser{begin_ssh, "SENIP"},
    Recogniser{begin_mail, "+*EHL245"},
    Recogniser{begin_mysql, {}},
    Recogniser{begin_postgresql, {"\0EQ", 3}},
    Recogniser{begin_http2, "P"},
    Recogniser{begin_amqp, "A"},
    Recogniser{begin_mqtt, "\x10"},
    Recogniser{begin_nats, "I"},
    Recogniser{begin_sip, "ABCDEFGHIJKLMNOPQRSTU"},
    Recogniser{begin_irc, ":NCUE"},
    Recogniser{begin_rsync, "@"},
    Recogniser{begin_memcached, "CDEFGHIJKLMNOPQRSTUVabcdefghijklmnopqrstuv"},
    Recogniser{begin_ldap, "0"},
    Recogniser{begin_mongodb, {}},
    Recogniser{begin_kafka, {}},
    Recogniser{begin_dns, {}},
};

/// Whom to ask, by the first octet: a bit for each of the above.
using Places = std::uint16_t;
static_assert(kRecognisers.size() <= 16);

constexpr std::array<Places, 256> places_by_octet() {
  std::array<Places, 256> table = {};
  for (std::size_t place = 0; place < kRecognisers.size(); ++place) {
    const auto bit = static_cast<Places>(1U << place);
    const std::string_view octets = kRecognisers[place].first_octets;
    for (const char octet : octets) table[static_cast<std::uint8_t>(octet)] |= bit;
    for (Places& places : table) places |= octets.empty() ? bit : Places{0};
  }
  return table;
}

constexpr std::array<Places, 256> kToBeAsked = places_by_octet();

}  // namespace

FirstWords read_first_words(std::string_view payload) {
  if (payload.empty()) return {};
  // Most payloads are of none, and the few that are asked look no farther than at the next octets.
  unsigned left = kToBeAsked[static_cast<std::uint8_t>(payload.front())];
  for (; left != 0; left &= left - 1) {
    const auto place = static_cast<std::size_t>(std::countr_zero(left));
    const FirstWords words = kRecognisers[place].begin(payload);
    if (words.grammar != nullptr) return words;
  }
  return {};
}

}  // namespace rstcause::app
