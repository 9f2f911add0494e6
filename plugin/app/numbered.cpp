// SPDX-License-Identifier: GPL-2.0-or-later
// Protocols whose answers carry the number of their request: MongoDB, Kafka, DNS over TCP.
#include <algorithm>
#include <array>

#include "app/cursor.h"
#include "app/grammar.h"

namespace rstcause::app {
namespace {

// ----- MongoDB: header of four numbers, the lowest octet first ("Wire Protocol") -----------------

constexpr std::size_t kMongoHead = 16;
constexpr std::uint64_t kLongestMongo = 48'000'000;
constexpr std::uint64_t kReply = 1, kUpdate = 2001, kQuery = 2004, kGetMore = 2005,
                        kCompressed = 2012, kMsg = 2013;

bool is_mongo_opcode(std::uint64_t opcode) {
  return opcode == kReply || (opcode >= kUpdate && opcode <= kMsg);
}

std::uint64_t measure_mongo(const Exchange&, Side, std::string_view octets) {
  if (octets.size() < kMongoHead) return kMoreWanted;
  Cursor head(octets);
  const std::uint64_t length = head.little(4);
  head.take(8);
  return length < kMongoHead || length > kLongestMongo || !is_mongo_opcode(head.little(4))
             ? kNoMessage
             : length;
}

/// A reply that says {ok: 0, ..., codeName: "..."}. Its errmsg may repeat a command's values.
void read_mongo_error(Exchange& exchange, const Message& m) {
  constexpr std::string_view kCodeName(
      "\x02"
      "codeName\0",
      10);
  const std::size_t at = m.octets.find(kCodeName);
  if (at == std::string_view::npos) return;
  Cursor value(m.octets.substr(at + kCodeName.size()));
  const std::uint64_t length = value.little(4);
  if (length < 2 || length > 64) return;
  exchange.bid_farewell(m.from, Farewell::Kind::error, value.take(length - 1), {});
}

std::uint64_t read_mongo(Exchange& exchange, const Message& m) {
  Cursor head(m.octets);
  head.take(4);
  const auto id = static_cast<std::uint32_t>(head.little(4));
  const auto to = static_cast<std::uint32_t>(head.little(4));
  const std::uint64_t opcode = head.little(4);
  const std::uint64_t flags = head.little(4);
  if (m.from != exchange.client) {
    exchange.answer(to);
    read_mongo_error(exchange, m);
    return 0;
  }
  constexpr std::uint64_t kMoreToCome = 2;
  const bool silent = opcode == kMsg && (flags & kMoreToCome) != 0;
  const bool wants_answer =
      opcode == kMsg || opcode == kQuery || opcode == kGetMore || opcode == kCompressed;
  if (wants_answer && !silent) exchange.ask(id, m.time);
  return 0;
}

constexpr Grammar kMongoDb{Protocol::mongodb, "command", measure_mongo, read_mongo};

// ----- Kafka: a length, then its number of the API and of the request ("Protocol Guide") ---------

constexpr std::uint64_t kLongestKafka = 1U << 30U;
constexpr auto kApis = std::to_array<std::string_view>({"Produce",
                                                        "Fetch",
                                                        "ListOffsets",
                                                        "Metadata",
                                                        "LeaderAndIsr",
                                                        "StopReplica",
                                                        "UpdateMetadata",
                                                        "ControlledShutdown",
                                                        "OffsetCommit",
                                                        "OffsetFetch",
                                                        "FindCoordinator",
                                                        "JoinGroup",
                                                        "Heartbeat",
                                                        "LeaveGroup",
                                                        "SyncGroup",
                                                        "DescribeGroups",
                                                        "ListGroups",
                                                        "SaslHandshake",
                                                        "ApiVersions",
                                                        "CreateTopics",
                                                        "DeleteTopics",
                                                        "DeleteRecords",
                                                        "InitProducerId",
                                                        "OffsetForLeaderEpoch",
                                                        "AddPartitionsToTxn",
                                                        "AddOffsetsToTxn",
                                                        "EndTxn",
                                                        "WriteTxnMarkers",
                                                        "TxnOffsetCommit",
                                                        "DescribeAcls",
                                                        "CreateAcls",
                                                        "DeleteAcls",
                                                        "DescribeConfigs",
                                                        "AlterConfigs",
                                                        "AlterReplicaLogDirs",
                                                        "DescribeLogDirs",
                                                        "SaslAuthenticate",
                                                        "CreatePartitions"});
constexpr std::uint64_t kLastApi = 100, kLastVersion = 20;

std::uint64_t measure_kafka(const Exchange&, Side, std::string_view octets) {
  if (octets.size() < 4) return kMoreWanted;
  const std::uint64_t length = Cursor(octets).number(4);
  return length < 4 || length > kLongestKafka ? kNoMessage : length + 4;
}

/// A producer that asked for no acknowledgement (acks 0) gets none.
bool wants_no_answer(std::uint64_t api, std::uint64_t version, Cursor rest) {
  if (api != 0) return false;
  constexpr std::uint64_t kFirstWithTransactions = 3, kFirstFlexible = 9;
  if (version >= kFirstFlexible) {
    rest.take(1);  // no tagged fields
    const std::uint64_t length = rest.number(1);
    if (length > 1) rest.take(length - 1);
  } else if (version >= kFirstWithTransactions) {
    const std::uint64_t length = rest.number(2);
    if (length != 0xFFFF) rest.take(length);
  }
  return rest.number(2) == 0 && !rest.is_short();
}

std::uint64_t read_kafka(Exchange& exchange, const Message& m) {
  Cursor head(m.octets);
  head.take(4);
  if (m.from != exchange.client) {
    exchange.answer(static_cast<std::uint32_t>(head.number(4)));
    return 0;
  }
  const std::uint64_t api = head.number(2), version = head.number(2);
  const auto id = static_cast<std::uint32_t>(head.number(4));
  const std::uint64_t client_id = head.number(2);
  if (client_id != 0xFFFF) head.take(client_id);
  exchange.subject = api < kApis.size() ? kApis[api] : std::string_view{};
  if (!wants_no_answer(api, version, head)) exchange.ask(id, m.time, exchange.subject);
  return 0;
}

constexpr Grammar kKafka{Protocol::kafka, "request", measure_kafka, read_kafka};

// ----- DNS: a length of two octets, then the message (RFC 1035, 4.2.2) ---------------------------

constexpr std::uint64_t kDnsHead = 12;
constexpr auto kRcodes = std::to_array<std::string_view>(
    {"NOERROR", "FORMERR", "SERVFAIL", "NXDOMAIN", "NOTIMP", "REFUSED"});

std::uint64_t measure_dns(const Exchange&, Side, std::string_view octets) {
  if (octets.size() < 2) return kMoreWanted;
  const std::uint64_t length = Cursor(octets).number(2);
  return length < kDnsHead ? kNoMessage : length + 2;
}

std::uint64_t read_dns(Exchange& exchange, const Message& m) {
  Cursor head(m.octets);
  head.take(2);
  const auto id = static_cast<std::uint32_t>(head.number(2));
  const std::uint64_t flags = head.number(2);
  if (m.from == exchange.client) {
    exchange.ask(id, m.time);
    return 0;
  }
  exchange.answer(id);
  constexpr std::uint64_t kNxDomain = 3;  // an answer like any other
  const std::uint64_t code = flags & 15U;
  if (code != 0 && code != kNxDomain && code < kRcodes.size())
    exchange.bid_farewell(m.from, Farewell::Kind::error, kRcodes[code], {});
  return 0;
}

constexpr Grammar kDns{Protocol::dns, "query", measure_dns, read_dns};

bool is_plain(std::string_view text) {
  return std::all_of(text.begin(), text.end(),
                     [](char octet) { return octet >= ' ' && octet <= '~'; });
}

}  // namespace

FirstWords begin_mongodb(std::string_view payload) {
  Cursor head(payload);
  if (head.little(4) != payload.size()) return {};
  head.take(4);
  const bool asks = head.little(4) == 0;
  const std::uint64_t opcode = head.little(4);
  const bool known = opcode == kQuery || opcode == kCompressed || opcode == kMsg;
  return asks && known && !head.is_short() ? FirstWords{&kMongoDb, false, true} : FirstWords{};
}

FirstWords begin_kafka(std::string_view payload) {
  Cursor head(payload);
  if (payload.size() < 14 || head.number(4) + 4 != payload.size()) return {};
  const std::uint64_t api = head.number(2), version = head.number(2);
  head.take(4);
  const std::uint64_t length = head.number(2);
  if (api > kLastApi || version > kLastVersion) return {};
  const bool named = length != 0 && length < 256 && is_plain(head.take(length)) && !head.is_short();
  return named ? FirstWords{&kKafka, false, true} : FirstWords{};
}

FirstWords begin_dns(std::string_view payload) {
  Cursor head(payload);
  if (payload.size() < 19 || head.number(2) + 2 != payload.size()) return {};
  head.take(2);
  const std::uint64_t flags = head.number(2);
  const std::uint64_t questions = head.number(2), answers = head.number(2);
  const std::uint64_t authorities = head.number(2), others = head.number(2);
  constexpr std::uint64_t kNotInQueries = 0xFECF;  // all but RD, AD and CD
  const bool query = (flags & kNotInQueries) == 0 && questions == 1 && answers == 0 &&
                     authorities <= 1 && others <= 2;
  const std::uint64_t label = head.number(1);
  return query && label < 64 ? FirstWords{&kDns, false, true} : FirstWords{};
}

}  // namespace rstcause::app
