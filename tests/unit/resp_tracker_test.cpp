// SPDX-License-Identifier: GPL-2.0-or-later
// What is kept of a conversation, and what a tracker can be asked afterwards.
#include "resp/tracker.h"

#include <gtest/gtest.h>

#include "unit/resp_talk.h"

namespace rstcause::resp {
namespace {

TEST(RespSecrets, AreNeverKept) {
  Talk talk;
  talk.client(command({"AUTH", "hunter2"})).server("+OK\r\n");
  talk.client(command({"HELLO", "3", "AUTH", "me", "hunter2"})).server("-WRONGPASS no\r\n");
  talk.client(command({"ACL", "SETUSER", "me", ">hunter2"})).server("+OK\r\n");
  talk.client(command({"CONFIG", "hunter2 and more"}))
      .server("-ERR unknown command 'AUHT', with args beginning with: 'hunter2', \r\n");
  talk.client(command({"a-long-secret-name-of-a-renamed-command"})).server("+OK\r\n");

  for (const std::string& line : talk.lines()) {
    EXPECT_EQ(line.find("hunter2"), line.npos) << line;
    EXPECT_EQ(line.find("secret"), line.npos) << line;
  }
  EXPECT_EQ(talk.tracker.last_error()->text.view(), "ERR unknown command 'AUHT'");
  EXPECT_EQ(talk.lines()[8], "9.0 > ?");
}

/// The error that a Redis of that kind gives to a command of such arguments.
std::string error_to(std::vector<std::string_view> words, const std::string& reply) {
  Talk talk;
  talk.client(command({"PING"})).server("+PONG\r\n");
  talk.client(command(words)).server("-" + reply + "\r\n");
  return std::string(talk.labels.back().error_text.view());
}

// acl.c, networking.c and config.c of Redis 6 and 7.
TEST(RespSecrets, AreNotRepeatedFromErrors) {
  EXPECT_EQ(error_to({"ACL", "SETUSER", "u", "hunter2"},
                     "ERR Error in ACL SETUSER modifier 'hunter2': Syntax error"),
            "ERR Error in ACL SETUSER modifier '...");
  EXPECT_EQ(error_to({"HELLO", "3", "AUTH", "u", "my", "hunter2"},
                     "ERR Syntax error in HELLO option 'hunter2'"),
            "ERR Syntax error in HELLO option '...");
  EXPECT_EQ(error_to({"CONFIG", "SET", "requirepass", "it's' hunter2"},
                     "ERR Invalid argument 'it's' hunter2' for CONFIG SET 'requirepass'"),
            "ERR Invalid argument '...");
  EXPECT_EQ(error_to({"GET", "k"}, "ERR no key `hunter2"), "ERR no key `...");
}

TEST(RespText, OfAnErrorKeepsWhatIsNoArgument) {
  for (const std::string text :
       {"ERR wrong number of arguments for 'auth' command", "ERR unknown command 'AUHT'",
        "ERR wrong number of arguments for 'config|set' command",
        "ERR unknown subcommand 'NOSUCH'. Try CLIENT HELP.",
        "ERR Unknown subcommand or wrong number of arguments for 'NOSUCH'. Try CLIENT HELP.",
        "ERR Protocol error: expected '$', got 'x'", "ERR can't do that, it's late",
        "OOM command not allowed when used memory > 'maxmemory'.",
        "WRONGPASS invalid username-password pair or user is disabled."})
    EXPECT_EQ(error_to({"AUHT", "x"}, text), text);
}

TEST(RespText, IsPrintableAndBounded) {
  Talk talk;
  talk.client(command({"TYPE", "k"})).server("+a\x1b[31m\xff\\" + std::string(200, 'x') + "\r\n");
  const std::string_view text = talk.labels.back().text.view();
  EXPECT_TRUE(text.starts_with("a\\x1b[31m\\xff\\x5cxxx")) << text;
  EXPECT_TRUE(text.ends_with("x...")) << text;
  EXPECT_LE(text.size(), 64U);
}

TEST(RespText, OfAnUnknownCommandIsItsWord) {
  Talk talk;
  talk.client(command({"my.command", "x"})).server("+fine\r\n");
  EXPECT_EQ(talk.lines(), (Lines{"1.0 > MY.COMMAND", "2.0 < fine = 1.0"}));
  EXPECT_EQ(talk.labels.back().request_word.view(), "MY.COMMAND");
}

TEST(RespText, OfAnEmptyCommandIsAQuestionMark) {
  Talk talk;
  talk.client(command({"PING"}))
      .server("+PONG\r\n")
      .client(command({""}))
      .server("-ERR unknown command ''\r\n");
  EXPECT_EQ(talk.lines()[2], "3.0 > ?");
  EXPECT_EQ(talk.lines()[3], "4.0 < ERR unknown command = 3.0");
}

TEST(RespText, NamesTheTypeWhereThereIsNoLine) {
  Talk talk;
  for (const char* reply : {"$1\r\nx\r\n", "*0\r\n", "%0\r\n", "~0\r\n", "=5\r\ntxt:x\r\n", "_\r\n",
                            "#t\r\n", ",1.5\r\n", "(99\r\n", ":5\r\n"}) {
    talk.client(command({"EVAL", "x", "0"})).server(reply);
  }
  Lines texts;
  for (const Label& label : talk.labels) {
    if (label.kind == Label::Kind::reply) texts.emplace_back(label.text.view());
  }
  EXPECT_EQ(texts, (Lines{"bulk string", "array", "map", "set", "verbatim string", "null", "true",
                          "1.5", "99", "5"}));
}

TEST(RespText, IsThatOfTheValueBehindAnAttribute) {
  Talk talk;
  talk.client(command({"EVAL", "x", "0"})).server("|1\r\n+ttl\r\n:9\r\n+fine\r\n");
  EXPECT_EQ(talk.lines().back(), "2.0 < fine = 1.0");
  EXPECT_EQ(talk.labels.back().type, '+');
}

TEST(RespError, MayBeABulkString) {
  Talk talk;
  talk.client(command({"EVAL", "x", "0"})).server("!21\r\nSYNTAX invalid syntax\r\n");
  EXPECT_TRUE(talk.labels.back().error);
  EXPECT_EQ(talk.labels.back().error_text.view(), "SYNTAX invalid syntax");
}

TEST(RespQuestions, KnowAMessageCut) {
  Talk talk;
  talk.client(command({"GET", "a"})).server("$100\r\nabc");
  EXPECT_EQ(talk.tracker.mid_message(Direction::from_responder), true);
  EXPECT_EQ(talk.tracker.mid_message(Direction::from_initiator), false);
  EXPECT_EQ(talk.tracker.last_reply_complete(), false);
  EXPECT_EQ(talk.tracker.outstanding(), 1U);

  talk.server(std::string(97, 'x') + "\r\n");
  EXPECT_EQ(talk.tracker.mid_message(Direction::from_responder), false);
  EXPECT_EQ(talk.tracker.last_reply_complete(), true);
  EXPECT_EQ(talk.lines().back(), "3.0 < bulk string = 1.0");
  EXPECT_EQ(talk.labels.back().start_frame, 2U);
}

TEST(RespQuestions, AreNotAnsweredWhereNothingWasSeen) {
  Talk talk;
  EXPECT_EQ(talk.tracker.outstanding(), std::nullopt);
  talk.client(command({"GET", "a"}));
  EXPECT_EQ(talk.tracker.mid_message(Direction::from_responder), std::nullopt);
  EXPECT_EQ(talk.tracker.last_reply_complete(), std::nullopt);
  EXPECT_EQ(talk.tracker.last_error(), std::nullopt);
  EXPECT_EQ(talk.tracker.last_ping(), std::nullopt);
}

TEST(RespRhythm, IsToldOfEvenPings) {
  Talk talk;
  for (int i = 0; i < 4; ++i) talk.wait_ms(10'000).client(command({"PING"})).server("+PONG\r\n");
  ASSERT_TRUE(talk.tracker.ping_period_ns());
  EXPECT_NEAR(static_cast<double>(*talk.tracker.ping_period_ns()), 10.002e9, 0.01e9);
}

TEST(RespRhythm, IsNotToldOfTwoPingsOrUnevenOnes) {
  Talk two, uneven;
  for (int i = 0; i < 2; ++i) two.wait_ms(10'000).client(command({"PING"})).server("+PONG\r\n");
  for (std::int64_t i = 1; i < 6; ++i)
    uneven.wait_ms(1000 * i * i).client(command({"PING"})).server("+PONG\r\n");
  EXPECT_FALSE(two.tracker.ping_period_ns());
  EXPECT_FALSE(uneven.tracker.ping_period_ns());
}

TEST(RespMemory, OfAQuietConnectionIsSmall) {
  EXPECT_LE(sizeof(Tracker), 224U);
}

TEST(RespTracker, CountsTheRepliesSinceTheLastCommand) {
  Talk talk;
  EXPECT_EQ(talk.tracker.replies_since_command(), 0U);
  talk.client(command({"PING"}) + command({"PING"})).server("+PONG\r\n+PONG\r\n");
  EXPECT_EQ(talk.tracker.replies_since_command(), 2U);
  talk.client(command({"PING"}));
  EXPECT_EQ(talk.tracker.replies_since_command(), 0U);
  talk.server("+PONG\r\n");
  EXPECT_EQ(talk.tracker.replies_since_command(), 1U);
}

}  // namespace
}  // namespace rstcause::resp
