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

// The recognisers, and the sources of their formats: protocols.def.
#define RECOGNISER(begin, octets) FirstWords begin(std::string_view payload);
#include "app/protocols.def"

/// Memory of "VALUE ...", "END" and the like: words by which a Memcached server is known anywhere.
FirstWords begin_memcached_answer(std::string_view payload);

/// What an HTTP/1 connection becomes by 101 (RFC 9110, 7.8): RFC 6455; RFC 7540, 3.2.
extern const Grammar kWebSocket;
extern const Grammar kHttp2;

}  // namespace rstcause::app
