// SPDX-License-Identifier: GPL-2.0-or-later
#include "resp/words.h"

#include <algorithm>
#include <array>

namespace rstcause::resp {
namespace {

struct Row {
  std::string_view word;
  Shapes shapes = kAny;
  Part part = Part::ordinary;
};

// The commands of Redis up to 8, of Valkey, and the common ones of modules, in order of their
// octets. The shapes are those of every version and option; where these differ too much: kAny.
constexpr auto kRows = std::to_array<Row>({
    {"ACL", kAny, Part::container},
    {"APPEND", kNumber},
    {"ASKING", kStatus},
    {"AUTH", kStatus, Part::auth},
    {"BF.ADD", kAny},
    {"BF.EXISTS", kAny},
    {"BF.MADD", kAny},
    {"BF.RESERVE", kAny},
    {"BGREWRITEAOF", kAny},
    {"BGSAVE", kAny},
    {"BITCOUNT", kNumber},
    {"BITFIELD", kAny},
    {"BITFIELD_RO", kAny},
    {"BITOP", kNumber},
    {"BITPOS", kNumber},
    {"BLMOVE", kString, Part::blocking},
    {"BLMPOP", kAny, Part::blocking},
    {"BLPOP", kGroup, Part::blocking},
    {"BRPOP", kGroup, Part::blocking},
    {"BRPOPLPUSH", kString, Part::blocking},
    {"BZMPOP", kAny, Part::blocking},
    {"BZPOPMAX", kGroup, Part::blocking},
    {"BZPOPMIN", kGroup, Part::blocking},
    {"CF.ADD", kAny},
    {"CF.EXISTS", kAny},
    {"CLIENT", kAny, Part::client},
    {"CLUSTER", kAny, Part::container},
    {"CLUSTERSCAN", kAny},
    {"CMS.INCRBY", kAny},
    {"COMMAND", kAny, Part::container},
    {"COMMANDLOG", kAny, Part::container},
    {"CONFIG", kAny, Part::container},
    {"COPY", kNumber},
    {"DBSIZE", kNumber},
    {"DEBUG", kAny, Part::container},
    {"DECR", kNumber},
    {"DECRBY", kNumber},
    {"DEL", kNumber},
    {"DELIFEQ", kAny},
    {"DISCARD", kStatus, Part::discard},
    {"DUMP", kString},
    {"ECHO", kString},
    {"EVAL", kAny},
    {"EVALSHA", kAny},
    {"EVALSHA_RO", kAny},
    {"EVAL_RO", kAny},
    {"EXEC", kGroup, Part::exec},
    {"EXISTS", kNumber},
    {"EXPIRE", kNumber},
    {"EXPIREAT", kNumber},
    {"EXPIRETIME", kAny},
    {"FAILOVER", kAny},
    {"FCALL", kAny},
    {"FCALL_RO", kAny},
    {"FLUSHALL", kStatus},
    {"FLUSHDB", kStatus},
    {"FT.AGGREGATE", kAny},
    {"FT.CREATE", kAny},
    {"FT.DROPINDEX", kAny},
    {"FT.INFO", kAny},
    {"FT.SEARCH", kAny},
    {"FT._LIST", kAny},
    {"FUNCTION", kAny, Part::container},
    {"GEOADD", kNumber},
    {"GEODIST", kString},
    {"GEOHASH", kGroup},
    {"GEOPOS", kGroup},
    {"GEORADIUS", kAny},
    {"GEORADIUSBYMEMBER", kAny},
    {"GEORADIUSBYMEMBER_RO", kAny},
    {"GEORADIUS_RO", kAny},
    {"GEOSEARCH", kAny},
    {"GEOSEARCHSTORE", kAny},
    {"GET", kString},
    {"GETBIT", kNumber},
    {"GETDEL", kString},
    {"GETEX", kString},
    {"GETRANGE", kString},
    {"GETSET", kString},
    {"GRAPH.QUERY", kAny},
    {"GRAPH.RO_QUERY", kAny},
    {"HDEL", kNumber},
    {"HELLO", kGroup},
    {"HEXISTS", kNumber},
    {"HEXPIRE", kAny},
    {"HEXPIREAT", kAny},
    {"HEXPIRETIME", kAny},
    {"HGET", kString},
    {"HGETALL", kGroup},
    {"HGETDEL", kAny},
    {"HGETEX", kAny},
    {"HINCRBY", kNumber},
    {"HINCRBYFLOAT", kString},
    {"HKEYS", kGroup},
    {"HLEN", kNumber},
    {"HMGET", kGroup},
    {"HMSET", kStatus},
    {"HPERSIST", kAny},
    {"HPEXPIRE", kAny},
    {"HPEXPIREAT", kAny},
    {"HPEXPIRETIME", kAny},
    {"HPTTL", kAny},
    {"HRANDFIELD", kString | kGroup},
    {"HSCAN", kGroup},
    {"HSET", kNumber},
    {"HSETEX", kAny},
    {"HSETNX", kNumber},
    {"HSTRLEN", kNumber},
    {"HTTL", kAny},
    {"HVALS", kGroup},
    {"INCR", kNumber},
    {"INCRBY", kNumber},
    {"INCRBYFLOAT", kString},
    {"INFO", kString},
    {"JSON.ARRAPPEND", kAny},
    {"JSON.ARRLEN", kAny},
    {"JSON.DEL", kAny},
    {"JSON.GET", kAny},
    {"JSON.MGET", kAny},
    {"JSON.MSET", kAny},
    {"JSON.NUMINCRBY", kAny},
    {"JSON.OBJKEYS", kAny},
    {"JSON.SET", kAny},
    {"JSON.TYPE", kAny},
    {"KEYS", kGroup},
    {"LASTSAVE", kNumber},
    {"LATENCY", kAny, Part::container},
    {"LCS", kAny},
    {"LINDEX", kString},
    {"LINSERT", kNumber},
    {"LLEN", kNumber},
    {"LMOVE", kString},
    {"LMPOP", kAny},
    {"LOLWUT", kAny},
    {"LPOP", kString | kGroup},
    {"LPOS", kNumber | kGroup | kString},
    {"LPUSH", kNumber},
    {"LPUSHX", kNumber},
    {"LRANGE", kGroup},
    {"LREM", kNumber},
    {"LSET", kStatus},
    {"LTRIM", kStatus},
    {"MEMORY", kAny, Part::container},
    {"MGET", kGroup},
    {"MIGRATE", kAny},
    {"MODULE", kAny, Part::container},
    {"MONITOR", kAny, Part::monitor},
    {"MOVE", kNumber},
    {"MSET", kStatus},
    {"MSETEX", kAny},
    {"MSETNX", kNumber},
    {"MULTI", kStatus, Part::multi},
    {"OBJECT", kAny, Part::container},
    {"PERSIST", kNumber},
    {"PEXPIRE", kNumber},
    {"PEXPIREAT", kNumber},
    {"PEXPIRETIME", kAny},
    {"PFADD", kNumber},
    {"PFCOUNT", kNumber},
    {"PFDEBUG", kAny},
    {"PFMERGE", kStatus},
    {"PFSELFTEST", kAny},
    {"PING", kStatus | kString | kGroup, Part::ping},
    {"PSETEX", kStatus},
    {"PSUBSCRIBE", kAny, Part::subscribe},
    {"PSYNC", kAny, Part::psync},
    {"PTTL", kNumber},
    {"PUBLISH", kNumber},
    {"PUBSUB", kAny, Part::container},
    {"PUNSUBSCRIBE", kAny, Part::unsubscribe},
    {"QUIT", kStatus, Part::quit},
    {"RANDOMKEY", kString},
    {"READONLY", kStatus},
    {"READWRITE", kStatus},
    {"RENAME", kStatus},
    {"RENAMENX", kNumber},
    {"REPLCONF", kAny, Part::replconf},
    {"REPLICAOF", kAny},
    {"RESET", kStatus, Part::reset},
    {"RESTORE", kStatus},
    {"RESTORE-ASKING", kAny},
    {"ROLE", kGroup},
    {"RPOP", kString | kGroup},
    {"RPOPLPUSH", kString},
    {"RPUSH", kNumber},
    {"RPUSHX", kNumber},
    {"SADD", kNumber},
    {"SAVE", kStatus},
    {"SCAN", kGroup},
    {"SCARD", kNumber},
    {"SCRIPT", kAny, Part::container},
    {"SDIFF", kGroup},
    {"SDIFFSTORE", kNumber},
    {"SELECT", kStatus},
    {"SENTINEL", kAny, Part::container},
    {"SET", kStatus | kString},
    {"SETBIT", kNumber},
    {"SETEX", kStatus},
    {"SETNX", kNumber},
    {"SETRANGE", kNumber},
    {"SHUTDOWN", kAny},
    {"SINTER", kGroup},
    {"SINTERCARD", kAny},
    {"SINTERSTORE", kNumber},
    {"SISMEMBER", kNumber},
    {"SLAVEOF", kAny},
    {"SLOWLOG", kAny, Part::container},
    {"SMEMBERS", kGroup},
    {"SMISMEMBER", kGroup},
    {"SMOVE", kNumber},
    {"SORT", kAny},
    {"SORT_RO", kAny},
    {"SPOP", kString | kGroup},
    {"SPUBLISH", kNumber},
    {"SRANDMEMBER", kString | kGroup},
    {"SREM", kNumber},
    {"SSCAN", kGroup},
    {"SSUBSCRIBE", kAny, Part::subscribe},
    {"STRLEN", kNumber},
    {"SUBSCRIBE", kAny, Part::subscribe},
    {"SUBSTR", kString},
    {"SUNION", kGroup},
    {"SUNIONSTORE", kNumber},
    {"SUNSUBSCRIBE", kAny, Part::unsubscribe},
    {"SWAPDB", kAny},
    {"SYNC", kAny, Part::sync},
    {"TDIGEST.ADD", kAny},
    {"TIME", kGroup},
    {"TOPK.ADD", kAny},
    {"TOUCH", kNumber},
    {"TS.ADD", kAny},
    {"TS.CREATE", kAny},
    {"TS.GET", kAny},
    {"TS.INFO", kAny},
    {"TS.MADD", kAny},
    {"TS.MGET", kAny},
    {"TS.MRANGE", kAny},
    {"TS.RANGE", kAny},
    {"TTL", kNumber},
    {"TYPE", kStatus},
    {"UNLINK", kNumber},
    {"UNSUBSCRIBE", kAny, Part::unsubscribe},
    {"UNWATCH", kStatus},
    {"VADD", kAny},
    {"VCARD", kAny},
    {"VDIM", kAny},
    {"VEMB", kAny},
    {"VGETATTR", kAny},
    {"VINFO", kAny},
    {"VLINKS", kAny},
    {"VRANDMEMBER", kAny},
    {"VREM", kAny},
    {"VSETATTR", kAny},
    {"VSIM", kAny},
    {"WAIT", kNumber, Part::blocking},
    {"WAITAOF", kAny, Part::blocking},
    {"WATCH", kStatus},
    {"XACK", kNumber},
    {"XACKDEL", kAny},
    {"XADD", kString},
    {"XAUTOCLAIM", kAny},
    {"XCLAIM", kAny},
    {"XDEL", kNumber},
    {"XDELEX", kAny},
    {"XGROUP", kAny, Part::container},
    {"XINFO", kAny, Part::container},
    {"XLEN", kNumber},
    {"XPENDING", kAny},
    {"XRANGE", kGroup},
    {"XREAD", kGroup, Part::blocking},
    {"XREADGROUP", kGroup, Part::blocking},
    {"XREVRANGE", kGroup},
    {"XSETID", kAny},
    {"XTRIM", kNumber},
    {"ZADD", kNumber | kString},
    {"ZCARD", kNumber},
    {"ZCOUNT", kNumber},
    {"ZDIFF", kAny},
    {"ZDIFFSTORE", kAny},
    {"ZINCRBY", kString},
    {"ZINTER", kAny},
    {"ZINTERCARD", kAny},
    {"ZINTERSTORE", kNumber},
    {"ZLEXCOUNT", kNumber},
    {"ZMPOP", kAny},
    {"ZMSCORE", kAny},
    {"ZPOPMAX", kGroup},
    {"ZPOPMIN", kGroup},
    {"ZRANDMEMBER", kString | kGroup},
    {"ZRANGE", kGroup},
    {"ZRANGEBYLEX", kGroup},
    {"ZRANGEBYSCORE", kGroup},
    {"ZRANGESTORE", kAny},
    {"ZRANK", kNumber | kGroup | kString},
    {"ZREM", kNumber},
    {"ZREMRANGEBYLEX", kNumber},
    {"ZREMRANGEBYRANK", kNumber},
    {"ZREMRANGEBYSCORE", kNumber},
    {"ZREVRANGE", kGroup},
    {"ZREVRANGEBYLEX", kGroup},
    {"ZREVRANGEBYSCORE", kGroup},
    {"ZREVRANK", kNumber | kGroup | kString},
    {"ZSCAN", kGroup},
    {"ZSCORE", kString},
    {"ZUNION", kAny},
    {"ZUNIONSTORE", kNumber},
});

static_assert(std::is_sorted(kRows.begin(), kRows.end(),
                             [](const Row& a, const Row& b) { return a.word < b.word; }),
              "words are found by binary search");
static_assert(std::all_of(kRows.begin(), kRows.end(),
                          [](const Row& row) { return row.word.size() <= kMaxWord; }),
              "no word may be longer than the place for it");
static_assert(kRows.size() < kFirstLocalWord, "ids of known words and others must not meet");

constexpr char upper(char octet) {
  return octet >= 'a' && octet <= 'z' ? static_cast<char>(octet - 'a' + 'A') : octet;
}

/// Orders like std::string_view after `word` is put into upper case, without the copy.
int compare_upper(std::string_view row, std::string_view word) {
  const std::size_t common = std::min(row.size(), word.size());
  for (std::size_t i = 0; i < common; ++i) {
    const char octet = upper(word[i]);
    if (row[i] != octet) return row[i] < octet ? -1 : 1;
  }
  return row.size() == word.size() ? 0 : (row.size() < word.size() ? -1 : 1);
}

/// The first eight octets in upper case as a number: in the order of the words, and quick to
/// compare.
constexpr std::uint64_t key_of(std::string_view word) {
  std::uint64_t key = 0;
  for (std::size_t i = 0; i < sizeof(key); ++i) {
    const char octet = i < word.size() ? upper(word[i]) : '\0';
    key = key << 8U | static_cast<unsigned char>(octet);
  }
  return key;
}

constexpr auto kKeys = [] {
  std::array<std::uint64_t, kRows.size()> keys{};
  for (std::size_t row = 0; row < keys.size(); ++row) keys[row] = key_of(kRows[row].word);
  return keys;
}();

const Row* end_of_rows() {
  return kRows.data() + kRows.size();
}

/// The first row that is not before `word`.
const Row* first_row_from(std::string_view word) {
  const std::uint64_t key = key_of(word);
  auto at =
      static_cast<std::size_t>(std::lower_bound(kKeys.begin(), kKeys.end(), key) - kKeys.begin());
  while (at < kRows.size() && kKeys[at] == key && compare_upper(kRows[at].word, word) < 0) ++at;
  return kRows.data() + at;
}

const Row* row_of(WordId id) {
  return id == kNoWord || id > kRows.size() ? nullptr : &kRows[id - 1U];
}

}  // namespace

WordId find_word(std::string_view word) {
  const Row* row = first_row_from(word);
  if (row == end_of_rows() || compare_upper(row->word, word) != 0) return kNoWord;
  return static_cast<WordId>(row - kRows.data() + 1);
}

bool begins_a_word(std::string_view letters) {
  const Row* row = first_row_from(letters);
  return row != end_of_rows() && compare_upper(row->word.substr(0, letters.size()), letters) == 0;
}

std::string_view spelling(WordId id) {
  const Row* row = row_of(id);
  return row ? row->word : std::string_view{};
}

Part part_of(WordId id) {
  const Row* row = row_of(id);
  return row ? row->part : Part::ordinary;
}

Shapes shapes_of(WordId id) {
  const Row* row = row_of(id);
  return row ? row->shapes : kAny;
}

bool is_word(std::string_view word) {
  const auto fits = [](char octet) {
    const char letter = upper(octet);
    return (letter >= 'A' && letter <= 'Z') || (letter >= '0' && letter <= '9') || letter == '.' ||
           letter == '_' || letter == '-' || letter == ':';
  };
  return !word.empty() && word.size() <= kMaxWord && std::all_of(word.begin(), word.end(), fits);
}

bool same_word(std::string_view upper_case, std::string_view word) {
  return compare_upper(upper_case, word) == 0;
}

WordText to_upper(std::string_view word) {
  std::array<char, kMaxWord> letters{};
  const std::size_t size = std::min(word.size(), letters.size());
  std::transform(word.begin(), word.begin() + static_cast<std::ptrdiff_t>(size), letters.begin(),
                 upper);
  return WordText(std::string_view(letters.data(), size));
}

}  // namespace rstcause::resp
