// SPDX-License-Identifier: GPL-2.0-or-later
// How a protocol is read: where its messages end, and what they say.
#pragma once

#include <cstdint>
#include <string_view>

#include "app/exchange.h"
#include "app/piece.h"
#include "app/protocol.h"

namespace rstcause::app {

/// A message's first octets, at most kLongestKept of them.
struct Message {
  Side from = Side::a;
  std::string_view octets;
  std::uint64_t length = 0;  ///< All of its octets.
  std::int64_t time = 0;     ///< When the last of those that were read passed, ns.
};
inline constexpr std::size_t kLongestKept = 512;

/// Answers of Grammar::measure beside a length.
inline constexpr std::uint64_t kMoreWanted = 0, kNoMessage = ~std::uint64_t{0};

/// A protocol, as Dialogue reads it. Its functions keep no state but the Exchange's.
struct Grammar {
  Protocol protocol = Protocol::none;
  /// What a request is called ("query", "request", "command").
  std::string_view request;
  /// The octets of the message that begins so, at least 1; kMoreWanted; or kNoMessage. Null: the
  /// messages are lines.
  std::uint64_t (*measure)(const Exchange&, Side from, std::string_view octets) = nullptr;
  /// Takes a message. Returns how many octets follow that are none (a block behind a line).
  std::uint64_t (*read)(Exchange&, const Message&) = nullptr;
  /// An end that is silent for so many tenths of the agreed interval has missed it.
  std::uint8_t patience_tenths = 0;
};

/// What a first payload says of its protocol and sender.
struct FirstWords {
  const Grammar* grammar = nullptr;  ///< Null where it is none that is known.
  bool by_server = false;            ///< Only a server says this...
  bool by_client = false;            ///< ... only a client. Neither: both begin alike (SSH, IRC).
};

/// Reads an end's first payload, of any protocol that has a Grammar.
FirstWords read_first_words(std::string_view payload);

// One recogniser for each protocol, asked by the first octet (recognise.cpp), and the sources of
// its format.

/// Memory of "VALUE ...", "END" and the like: words by which a Memcached server is known anywhere.
FirstWords begin_memcached_answer(std::string_view payload);
/// RFC 4253, 4.2; sshd's own words in place of its identification (OpenSSH, sshd.c).
FirstWords begin_ssh(std::string_view payload);
/// RFC 5321, 4.2; RFC 959, 4.2; RFC 1939, 3; RFC 9051, 7.1.
FirstWords begin_mail(std::string_view payload);
/// MySQL's "Protocol Basics", MariaDB's "Clientserver Protocol".
FirstWords begin_mysql(std::string_view payload);
/// PostgreSQL's manual, "Message Formats".
FirstWords begin_postgresql(std::string_view payload);
/// MongoDB's manual, "Wire Protocol".
FirstWords begin_mongodb(std::string_view payload);
/// Apache Kafka, "Protocol Guide".
FirstWords begin_kafka(std::string_view payload);
/// Memcached, doc/protocol.txt.
FirstWords begin_memcached(std::string_view payload);
/// OASIS, MQTT 3.1.1 and 5.0, chapter 3.
FirstWords begin_mqtt(std::string_view payload);
/// AMQP 0-9-1, 4.2.2.
FirstWords begin_amqp(std::string_view payload);
/// NATS's documentation, "Client Protocol".
FirstWords begin_nats(std::string_view payload);
/// RFC 4511, 4 and 5.1.
FirstWords begin_ldap(std::string_view payload);
/// RFC 1035, 4.2.2; RFC 7766.
FirstWords begin_dns(std::string_view payload);
/// RFC 2812; RFC 1459, 4.6.4 (ERROR).
FirstWords begin_irc(std::string_view payload);
/// RFC 3261, 7 and 18.3.
FirstWords begin_sip(std::string_view payload);
/// rsync's clientserver.c.
FirstWords begin_rsync(std::string_view payload);
/// RFC 9113, 3.4.
FirstWords begin_http2(std::string_view payload);

/// What an HTTP/1 connection becomes by 101 (RFC 9110, 7.8): RFC 6455; RFC 7540, 3.2.
extern const Grammar kWebSocket;
extern const Grammar kHttp2;

}  // namespace rstcause::app
