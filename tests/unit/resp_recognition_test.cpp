// SPDX-License-Identifier: GPL-2.0-or-later
// What is RESP and what only looks like it; who is the client.
#include "resp/recognise.h"

#include <gtest/gtest.h>

#include <random>

#include "resp/heartbeat.h"
#include "resp/inline.h"
#include "unit/resp_talk.h"

namespace rstcause::resp {
namespace {

using namespace std::string_view_literals;

class RespBeginning : public ::testing::TestWithParam<std::string_view> {};
INSTANTIATE_TEST_SUITE_P(
    Every, RespBeginning,
    ::testing::Values("*1\r\n$4\r\nPING\r\n", "*1\r\n", "*",
                      "*3\r\n$3\r\nSET\r\n$1\r\na\r\n$900\r\nxxx", "$5\r\nhello\r\n", "$500\r\nhel",
                      "%7\r\n$6\r\nserver\r\n", "~1\r\n:1\r\n", ">3\r\n$7\r\nmessage\r\n",
                      "|1\r\n+a\r\n", "=5\r\ntxt:x\r\n", "+PONG\r\n", "+PONG\r\n+PONG\r\n",
                      "+FULLRESYNC 8d 0\r\n", "-NOAUTH Authentication required.\r\n",
                      "-DENIED Redis is running in protected mode\r\n",
                      "-LOADING Redis is loading\r\n", "-ERR max number of clients reached\r\n",
                      "-MOVED 1 127.0.0.1:1\r\n", "PING\r\n", "ping hello\r\n", "PING\n",
                      "\r\nPING\r\n", "\n\n*1\r\n", "PI", "GET key\r\n", "INFO\r\n",
                      "SET a \"x y\"\r\n"));

TEST_P(RespBeginning, IsWorthATracker) {
  EXPECT_TRUE(looks_like_resp(GetParam()));
}

class OtherBeginning : public ::testing::TestWithParam<std::string_view> {};
INSTANTIATE_TEST_SUITE_P(
    Every, OtherBeginning,
    ::testing::Values(""sv, "GET / HTTP/1.1\r\nHost: a\r\n\r\n", "GET /index.html",
                      "GET http://a/ HTTP/1.0\r\n\r\n", "HTTP/1.1 200 OK\r\n\r\n",
                      "POST / HTTP/1.1\r\n", "COPY /a HTTP/1.1\r\n", "PUBLISH sip:a@b SIP/2.0\r\n",
                      "SUBSCRIBE sip:a@b SIP/2.0\r\n", "MOVE x HTTP/1.1\r\n",
                      "\x16\x03\x01\x02\x00"sv, "\x80\x2e\x01"sv,
                      "+OK POP3 ready <1896.697170952@a>\r\n", "+OK\r\n", "+OK 2 320\r\n",
                      "-ERR no such message\r\n", "-ERR [AUTH] invalid login\r\n",
                      "* OK IMAP4rev1 ready\r\n", "*** please wait\r\n", "220 smtp ESMTP\r\n",
                      "EHLO a\r\n", "HELO a\r\n", "MAIL FROM:<a>\r\n", "NICK a\r\nUSER a\r\n",
                      "PING :irc.example.org\r\n", ":irc.example.org 001 a\r\n",
                      "INFO {\"server_id\":\"N\"}\r\n", "PONG\r\n", "PONG :a\r\n", "+PON G\r\n",
                      "he said +PONG\r\n", " +PONG\r\n", "+PONGS\r\n", "+PONG\r\nHello", ":1\r\n",
                      "_\r\n", "#t\r\n", ",1.5\r\n", "$GPGGA,123519,4807.038\r\n", "$ ls\r\n",
                      "$5.00 for this\r\n", "=====\r\n", "!help\r\n", "> quoted\r\n", "%PDF-1.4\n",
                      "~/.ssh\r\n", "|a|b|\r\n", "*2\r\nfoo\r\n", "*1\r\n*", "$3\r\nabcd\r\n",
                      "$3\r\nabc\r\nHello", "SSH-2.0-OpenSSH_9.2\r\n", "\x04PING"sv, "PINGPONG\r\n",
                      "PING\x01\r\n", "CONNECT {\"verbose\":false}\r\n", "STAT\r\n", "USER a\r\n",
                      "version\r\n", "stats\r\n", "ruok", "hello world\r\n"));

TEST_P(OtherBeginning, IsNotWorthATracker) {
  if (GetParam() == "*1\r\n*") return;          // a nested array: RESP as far as it goes
  if (GetParam() == "hello world\r\n") return;  // HELLO is a command: the tracker asks for more
  EXPECT_FALSE(looks_like_resp(GetParam()));
}

TEST(RespBeginningOfRandomOctets, IsAlmostNeverWorthATracker) {
  std::mt19937 random(7);
  int hits = 0;
  for (int i = 0; i < 200'000; ++i) {
    std::string octets(32, '\0');
    for (char& octet : octets) octet = static_cast<char>(random());
    hits += looks_like_resp(octets) ? 1 : 0;
  }
  EXPECT_EQ(hits, 0);
}

/// What two ends say in turn, and whether the tracker may label any of it.
struct Dialogue {
  const char* name;
  std::vector<std::pair<char, std::string>> turns;  // 'c' client (initiator), 's' server
};

Labels listen(const Dialogue& dialogue, TrackerOptions options) {
  Talk talk(options);
  for (const auto& [end, octets] : dialogue.turns)
    end == 'c' ? talk.client(octets) : talk.server(octets);
  talk.tracker.settle(talk.labels);
  std::vector<LabelId> withdrawn;
  for (const Label& label : talk.labels) {
    if (label.kind == Label::Kind::withdrawn) withdrawn.push_back(label.id);
  }
  std::erase_if(talk.labels, [&](const Label& label) {
    return std::find(withdrawn.begin(), withdrawn.end(), label.id) != withdrawn.end();
  });
  return talk.labels;
}

void PrintTo(const Dialogue& dialogue, std::ostream* out) {
  *out << dialogue.name;
}

class OtherProtocol : public ::testing::TestWithParam<Dialogue> {};
INSTANTIATE_TEST_SUITE_P(
    Every, OtherProtocol,
    ::testing::Values(
        Dialogue{"http",
                 {{'c', "GET / HTTP/1.1\r\n\r\n"}, {'s', "HTTP/1.1 200 OK\r\n\r\n+PONG\r\n"}}},
        Dialogue{"pop3",
                 {{'s', "+OK ready\r\n"},
                  {'c', "USER a\r\n"},
                  {'s', "+OK\r\n"},
                  {'c', "QUIT\r\n"},
                  {'s', "+OK bye\r\n"}}},
        Dialogue{"pop3_late", {{'c', "QUIT\r\n"}, {'s', "+OK\r\n"}}},
        Dialogue{
            "pop3_auth",
            {{'c', "AUTH PLAIN\r\n"}, {'s', "+OK\r\n"}, {'c', "STAT\r\n"}, {'s', "+OK 2 320\r\n"}}},
        Dialogue{"smtp",
                 {{'s', "220 a\r\n"}, {'c', "AUTH LOGIN\r\n"}, {'s', "334 VXNlcm5hbWU6\r\n"}}},
        Dialogue{"ftp", {{'s', "220 a\r\n"}, {'c', "TYPE I\r\n"}, {'s', "200 ok\r\n"}}},
        Dialogue{"ftp_late", {{'c', "TYPE I\r\n"}, {'s', "200 Switching to Binary mode.\r\n"}}},
        Dialogue{"memcached",
                 {{'c', "get k\r\n"},
                  {'s', "VALUE k 0 1\r\nx\r\nEND\r\n"},
                  {'c', "incr n 1\r\n"},
                  {'s', "5\r\n"}}},
        Dialogue{"memcached_set", {{'c', "set k 0 0 5\r\nhello\r\n"}, {'s', "STORED\r\n"}}},
        Dialogue{"nats",
                 {{'s', "INFO {\"server_id\":\"N\"}\r\n"},
                  {'c', "CONNECT {}\r\nPING\r\n"},
                  {'s', "PONG\r\n"},
                  {'s', "PING\r\n"},
                  {'c', "PONG\r\n"}}},
        Dialogue{"nats_late",
                 {{'s', "PING\r\n"}, {'c', "PONG\r\n"}, {'c', "PING\r\n"}, {'s', "PONG\r\n"}}},
        Dialogue{"nats_later", {{'c', "PING\r\n"}, {'s', "PONG\r\n"}}},
        Dialogue{"irc", {{'c', "PING LAG123\r\n"}, {'s', ":a PONG a :LAG123\r\n"}}},
        Dialogue{"clamd", {{'c', "PING\n"}, {'s', "PONG\n"}}},
        Dialogue{"text", {{'c', "PING\r\n"}, {'s', "+PONG is my answer\r\n"}}},
        Dialogue{"shell", {{'c', "echo hello\r\n"}, {'s', "hello\r\n"}}},
        Dialogue{"words", {{'c', "type something\r\nmove on\r\n"}, {'s', "sort of\r\n"}}},
        Dialogue{"tls",
                 {{'c', std::string("\x16\x03\x01\x00\x04\x01\x00\x00\x00", 9)},
                  {'s', "\x16\x03\x03 *1\r\n"}}},
        Dialogue{"initiator_replies", {{'c', "$5\r\nhello\r\n"}, {'s', "$5\r\nhello\r\n"}}}),
    [](const auto& row) { return std::string(row.param.name); });

TEST_P(OtherProtocol, IsNotLabelledFromItsStart) {
  EXPECT_EQ(listen(GetParam(), kFromHandshake), Labels{});
}

TEST_P(OtherProtocol, IsNotLabelledFromItsMiddle) {
  if (std::string_view(GetParam().name) == "initiator_replies")
    return;  // no roles known: it may be RESP
  EXPECT_EQ(listen(GetParam(), kMidStream), Labels{});
}

}  // namespace

bool operator==(const Label& a, const Label& b) {
  return written(a) == written(b);
}

namespace {

TEST(RespInline, PingIsLabelledAtOnceOnANewConnection) {
  Talk talk;
  talk.client("PING\r\n");
  EXPECT_EQ(talk.lines(), Lines{"1.0 > PING"});
  EXPECT_EQ(talk.labels[0].type, 0);
  EXPECT_EQ(talk.tracker.last_ping(), 1U);
  EXPECT_EQ(talk.tracker.outstanding(), 1U);
  EXPECT_EQ(talk.tracker.recognition(), Recognition::undecided);

  talk.server("+PONG\r\n");
  EXPECT_EQ(talk.lines(), (Lines{"1.0 > PING", "2.0 < PONG = 1.0"}));
  EXPECT_EQ(talk.tracker.recognition(), Recognition::resp);
}

TEST(RespInline, PingIsWithdrawnWhenTheAnswerIsNotRedis) {
  Talk talk;
  talk.client("PING\r\n").server("PONG\r\n");
  EXPECT_EQ(talk.lines(), (Lines{"1.0 > PING", "1.0 withdrawn"}));
  EXPECT_EQ(talk.tracker.recognition(), Recognition::not_resp);
  EXPECT_EQ(talk.tracker.last_ping(), std::nullopt);
}

TEST(RespInline, OthersAreLabelledOnceTheReplyConfirmsThem) {
  Talk talk;
  talk.client("SET k v\r\nGET k\r\n");
  EXPECT_TRUE(talk.labels.empty());

  talk.server("+OK\r\n$1\r\nv\r\n");
  EXPECT_EQ(talk.lines(),
            (Lines{"1.0 > SET", "1.1 > GET", "2.0 < OK = 1.0", "2.1 < bulk string = 1.1"}));
}

TEST(RespInline, IsConfirmedByACommandInFull) {
  Talk talk;
  talk.client("SET k v\r\n").client(command({"PING"}));
  EXPECT_EQ(talk.lines(), (Lines{"1.0 > SET", "2.0 > PING"}));
}

TEST(RespInline, FollowsCommandsInFull) {
  Talk talk;
  talk.client(command({"PING"}))
      .server("+PONG\r\n")
      .client("\r\nPING hello\n")
      .server("$5\r\nhello\r\n");
  EXPECT_EQ(talk.lines().back(), "4.0 < bulk string = 3.0");
  EXPECT_TRUE(talk.labels.back().pong);
}

TEST(RespInline, MayFollowEmptyLines) {
  Talk talk;
  talk.client("\r\n\r\nPING\r\nPING\n\n\n").server("+PONG\r\n+PONG\r\n");
  EXPECT_EQ(talk.lines().back(), "2.1 < PONG = 1.1");
}

TEST(RespInline, ThatNobodyKnowsIsPairedButNotShown) {
  Talk talk;
  talk.client(command({"PING"}))
      .server("+PONG\r\n")
      .client("hunter2 more\r\n")
      .server("-ERR unknown command 'hunter2', with args beginning with: 'more' \r\n")
      .client("PING\r\n")
      .server("+PONG\r\n");
  EXPECT_EQ(talk.lines(),
            (Lines{"1.0 > PING", "2.0 < PONG = 1.0", "3.0 > ?", "4.0 < ERR unknown command = 3.0",
                   "5.0 > PING", "6.0 < PONG = 5.0"}));
  EXPECT_EQ(talk.labels[3].error_text.view(), "ERR unknown command");
}

TEST(RespInline, OfUnknownWordsProvesNothing) {
  Talk talk;
  talk.client("hunter2\r\n").server("+PONG\r\n");
  EXPECT_TRUE(talk.lines().empty());
}

TEST(RespInline, OfUnknownWordsMayComeInPieces) {
  Talk talk;
  talk.client(command({"PING"})).server("+PONG\r\n").client("h").client("unter2\r").client("\n");
  EXPECT_EQ(talk.lines().back(), "5.0 > ?");
}

TEST(RespInline, OfAnotherProtocolIsNotBelievedEvenThen) {
  Talk talk;
  talk.client(command({"PING"})).server("+PONG\r\n").client("POST / HTTP/1.1\r\n");
  EXPECT_EQ(talk.lines(), (Lines{"1.0 > PING", "2.0 < PONG = 1.0"}));
}

TEST(RespInline, IsReadWithItsWords) {
  const auto read = read_inline_command("  ");
  EXPECT_FALSE(read);
  const auto set = read_inline_command("set  k\tv w\r\nGET k\r\n");
  ASSERT_TRUE(set);
  EXPECT_EQ(set->octets, 12U);
  EXPECT_EQ(set->view.words, 4);
  EXPECT_EQ(set->view.word[0], "set");
  EXPECT_EQ(set->view.word[2], "v");
  EXPECT_FALSE(read_inline_command("GET k"));
  EXPECT_TRUE(may_become_inline_command("GET k"));
  EXPECT_TRUE(may_become_inline_command("GE"));
  EXPECT_FALSE(may_become_inline_command("GEX"));
  EXPECT_FALSE(may_become_inline_command("GET k\r\n"));
}

TEST(RespRoles, ClientIsWhoSendsCommands) {
  Talk talk(kMidStream);
  talk.server(command({"PING"})).client("+PONG\r\n");
  EXPECT_EQ(talk.tracker.client(), Direction::from_responder);
  EXPECT_EQ(talk.lines(), (Lines{"1.0 > PING", "2.0 < PONG = 1.0"}));
}

TEST(RespRoles, ServerIsWhoReplies) {
  Talk talk(kMidStream);
  talk.server("$5\r\nhello\r\n").client(command({"PING"})).server("+PONG\r\n");
  EXPECT_EQ(talk.tracker.client(), Direction::from_initiator);
  EXPECT_EQ(talk.lines(), (Lines{"1.0 < bulk string", "2.0 > PING", "3.0 < PONG"}));
}

TEST(RespRoles, AreNotGuessedFromAListOfStrings) {
  Talk talk(kMidStream);
  talk.server("*2\r\n$3\r\nfoo\r\n$3\r\nbar\r\n");
  EXPECT_EQ(talk.tracker.client(), std::nullopt);
  EXPECT_TRUE(talk.labels.empty());

  talk.client(command({"PING"})).server("+PONG\r\n");
  EXPECT_EQ(talk.lines(), (Lines{"2.0 > PING", "3.0 < PONG = 2.0"}));
}

TEST(RespRoles, AreTurnedRoundWhenAListOfCommandWordsMisled) {
  Talk talk(kMidStream);
  talk.server("*2\r\n$3\r\nget\r\n$3\r\nset\r\n").server("$5\r\nhello\r\n");
  EXPECT_EQ(talk.tracker.client(), Direction::from_initiator);
}

TEST(RespRoles, OfAForcedConnectionNeedNoProof) {
  Talk talk({.initiator_known = true, .from_start = true, .forced = true});
  talk.server("+OK\r\n").client("QUIT\r\n").server("+OK\r\n");
  EXPECT_EQ(talk.lines(), (Lines{"1.0 < OK", "2.0 > QUIT", "3.0 < OK"}));
}

TEST(RespOneSided, CommandsAreLabelledAlone) {
  Talk talk;
  talk.without_acks();
  for (int i = 0; i < 3; ++i) talk.client(command({"PING"}));
  EXPECT_EQ(talk.lines(), (Lines{"1.0 > PING", "2.0 > PING", "3.0 > PING"}));
  EXPECT_EQ(talk.tracker.outstanding(), 3U);
}

TEST(RespOneSided, RepliesAreLabelledAlone) {
  Talk talk(kMidStream);
  talk.without_acks();
  for (int i = 0; i < 3; ++i) talk.server("+PONG\r\n");
  EXPECT_EQ(talk.lines(), (Lines{"1.0 < PONG", "2.0 < PONG", "3.0 < PONG"}));
  EXPECT_FALSE(talk.labels[0].pong) << "nobody was seen to ask";
}

TEST(RespOneSided, AListFromWhoAcceptedTheConnectionIsAReply) {
  Talk talk({.initiator_known = true, .from_start = true, .forced = false});
  talk.without_acks().server("*2\r\n$4\r\nsave\r\n$0\r\n\r\n");
  EXPECT_EQ(talk.lines(), Lines{"1.0 < array"});
}

TEST(LengthPrefixedHeartbeat, IsALengthAndAWord) {
  using Word = Heartbeat::Word;
  EXPECT_EQ(length_prefixed_heartbeat("\x04PING"), (Heartbeat{Word::ping, 1}));
  EXPECT_EQ(length_prefixed_heartbeat("\0\x04pong"sv), (Heartbeat{Word::pong, 2}));
  EXPECT_EQ(length_prefixed_heartbeat("\0\0\0\x04Ping"sv), (Heartbeat{Word::ping, 4}));
}

TEST(LengthPrefixedHeartbeat, IsNothingMoreOrLess) {
  for (const std::string_view other :
       {""sv, "PING"sv, "\x04PIN"sv, "\x05PING"sv, "\x04PINGS"sv, "\0\0\x04PING"sv, "\x04\0PING"sv,
        "\x04PANG"sv, "\x04PING\r\n"sv, "\x04PING\x04PING"sv, "\0\0\0\0\x04PING"sv,
        "\x01\x04PING"sv, "*1\r\n$4\r\nPING\r\n"sv}) {
    EXPECT_FALSE(length_prefixed_heartbeat(other)) << ::testing::PrintToString(other);
  }
}

TEST(LengthPrefixedHeartbeat, IsNotResp) {
  EXPECT_FALSE(looks_like_resp("\x04PING"));
  EXPECT_FALSE(looks_like_resp("\0\0\0\x04PING"sv));
}

}  // namespace
}  // namespace rstcause::resp
