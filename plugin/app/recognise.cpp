// SPDX-License-Identifier: GPL-2.0-or-later
#include "app/cursor.h"
#include "app/grammar.h"

namespace rstcause::app {

FirstWords read_first_words(std::string_view payload) {
  // Each looks at the first octets and mostly no farther. Kafka and DNS come last: what marks
  // them is little more than a length.
  for (const auto begin : {begin_ssh, begin_mail, begin_mysql, begin_postgresql, begin_http2,
                           begin_amqp, begin_mqtt, begin_nats, begin_sip, begin_irc, begin_rsync,
                           begin_memcached, begin_ldap, begin_mongodb, begin_kafka, begin_dns})
    if (const FirstWords words = begin(payload); words.grammar != nullptr) return words;
  return {};
}

}  // namespace rstcause::app
