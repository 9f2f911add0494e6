// SPDX-License-Identifier: GPL-2.0-or-later
// Which reply belongs to which command.
#include "resp/tracker.h"

#include <gtest/gtest.h>

#include "unit/resp_talk.h"

namespace rstcause::resp {
namespace {

TEST(RespPairing, PairsThePongWithThePing) {
  Talk talk;
  talk.client(command({"PING"})).server("+PONG\r\n");

  EXPECT_EQ(talk.lines(), (Lines{"1.0 > PING", "2.0 < PONG = 1.0"}));
  EXPECT_TRUE(talk.labels[0].ping);
  EXPECT_FALSE(talk.labels[0].pong);
  EXPECT_TRUE(talk.labels[1].pong);
  EXPECT_FALSE(talk.labels[1].ping);
  EXPECT_EQ(talk.labels[1].since_request_ns, 1'000'000);
  EXPECT_EQ(talk.labels[1].request_word.view(), "PING");
  EXPECT_EQ(talk.tracker.last_ping(), 1U);
  EXPECT_EQ(talk.tracker.last_pong(), 2U);
  EXPECT_EQ(talk.tracker.outstanding(), 0U);
}

TEST(RespPairing, TakesAnyReplyToAPingForAPongButAnError) {
  Talk message, refused;
  message.client(command({"ping", "hello"})).server("$5\r\nhello\r\n");
  refused.client(command({"PING"})).server("-NOAUTH Authentication required.\r\n");

  EXPECT_TRUE(message.labels[1].pong);
  EXPECT_EQ(message.labels[1].text.view(), "bulk string");
  EXPECT_FALSE(refused.labels[1].pong);
  EXPECT_TRUE(refused.labels[1].error);
  EXPECT_EQ(refused.labels[1].error_text.view(), "NOAUTH Authentication required.");
  EXPECT_EQ(refused.tracker.last_pong(), std::nullopt);
}

TEST(RespPairing, DoesNotTakeAPongThatAnswersSomethingElse) {
  Talk talk;
  talk.client(command({"ECHO", "PONG"})).server("$4\r\nPONG\r\n");

  EXPECT_FALSE(talk.labels[1].pong);
  EXPECT_EQ(talk.tracker.last_pong(), std::nullopt);
}

TEST(RespPairing, GoesThroughPipelinesInOrder) {
  Talk talk;
  talk.client(command({"SET", "a", "1"}) + command({"INCR", "a"}) + command({"GET", "a"}))
      .server("+OK\r\n:2\r\n")
      .server("$1\r\n2\r\n");

  EXPECT_EQ(talk.lines(), (Lines{"1.0 > SET", "1.1 > INCR", "1.2 > GET", "2.0 < OK = 1.0",
                                 "2.1 < 2 = 1.1", "3.0 < bulk string = 1.2"}));
}

TEST(RespPairing, CountsWhatIsUnanswered) {
  Talk talk;
  talk.client(command({"GET", "a"})).client(command({"GET", "b"})).server("$-1\r\n");

  EXPECT_EQ(talk.tracker.outstanding(), 1U);
  EXPECT_EQ(talk.tracker.oldest_outstanding()->id.frame, 2U);
  EXPECT_EQ(talk.tracker.oldest_outstanding()->word.view(), "GET");
}

TEST(RespPairing, CountsBeyondWhatItCanName) {
  constexpr int kMany = Queue::kMaxKept + 100;
  Talk talk;
  std::string many;
  for (int i = 0; i < kMany; ++i) many += command({"GET", "k"});
  talk.client(many);
  EXPECT_EQ(talk.tracker.outstanding(), static_cast<std::uint32_t>(kMany));
  talk.labels.clear();

  for (int i = 0; i < kMany; ++i) talk.server("$-1\r\n");
  EXPECT_EQ(talk.tracker.outstanding(), 0U);
  EXPECT_EQ(talk.lines()[0], "2.0 < null = 1.0");
  EXPECT_EQ(talk.lines()[1023], "1025.0 < null = 1.1023");
  EXPECT_EQ(talk.lines()[1024], "1026.0 < null");

  talk.client(command({"PING"})).server("+PONG\r\n");
  EXPECT_EQ(talk.lines().back(), "1127.0 < PONG = 1126.0");
}

TEST(RespPairing, IsGivenUpWhenAReplyDoesNotFitItsCommand) {
  Talk talk;
  talk.client(command({"INCR", "a"})).server("$5\r\nhello\r\n");

  EXPECT_EQ(talk.lines().back(), "2.0 < bulk string");
  EXPECT_EQ(talk.tracker.outstanding(), std::nullopt);
}

TEST(RespPairing, BeginsAnewAfterAPause) {
  Talk talk;
  talk.client(command({"INCR", "a"})).server("$5\r\nhello\r\n");
  talk.wait_ms(500).client(command({"PING"})).server("+PONG\r\n");
  EXPECT_EQ(talk.lines().back(), "4.0 < PONG");

  talk.wait_ms(2000).client(command({"PING"})).server("+PONG\r\n");
  EXPECT_EQ(talk.lines().back(), "6.0 < PONG = 5.0");
}

TEST(RespPairing, DoesNotBeginAnewWhileACommandMayBlock) {
  Talk talk;
  talk.client(command({"INCR", "a"})).server("$5\r\nhello\r\n");
  talk.client(command({"BLPOP", "q", "0"}));
  talk.wait_ms(5000).client(command({"PING"})).server("*2\r\n$1\r\nq\r\n$1\r\nx\r\n");

  EXPECT_EQ(talk.lines().back(), "5.0 < array");
}

TEST(RespPairing, TakesAnUnaskedErrorForTheServersLastWord) {
  Talk talk;
  talk.server("-ERR max number of clients reached\r\n");

  EXPECT_EQ(talk.lines(), Lines{"1.0 < ERR max number of clients reached"});
  EXPECT_EQ(talk.tracker.last_error()->text.view(), "ERR max number of clients reached");
  EXPECT_EQ(talk.tracker.outstanding(), 0U);
}

TEST(RespPairing, WaitsForABlockingCommand) {
  Talk talk;
  talk.client(command({"BLPOP", "q", "0"}));
  talk.wait_ms(60'000).server("*2\r\n$1\r\nq\r\n$1\r\nx\r\n");

  EXPECT_EQ(talk.lines().back(), "2.0 < array = 1.0");
  EXPECT_EQ(talk.labels.back().since_request_ns, 60'001'000'000);
}

TEST(RespPairing, FollowsATransaction) {
  Talk talk;
  talk.client(command({"MULTI"}) + command({"SET", "a", "1"}) + command({"PING"}) +
              command({"EXEC"}))
      .server("+OK\r\n+QUEUED\r\n+QUEUED\r\n*2\r\n+OK\r\n+PONG\r\n");

  EXPECT_EQ(talk.lines().back(), "2.3 < array = 1.3");
  EXPECT_FALSE(talk.labels[6].pong) << "QUEUED is no PONG";
}

TEST(RespPairing, SurvivesATransactionRefusedOrAborted) {
  Talk talk;
  talk.client(command({"MULTI"})).server("-NOAUTH Authentication required.\r\n");
  talk.client(command({"AUTH", "x"})).server("+OK\r\n");
  talk.client(command({"MULTI"}) + command({"GET"}) + command({"EXEC"}))
      .server("+OK\r\n-ERR wrong number of arguments for 'get' command\r\n-EXECABORT no\r\n");
  talk.client(command({"GET", "a"})).server("$-1\r\n");

  EXPECT_EQ(talk.lines().back(), "8.0 < null = 7.0");
}

TEST(RespPairing, ExpectsNothingWhileRepliesAreOff) {
  Talk talk;
  talk.client(command({"CLIENT", "REPLY", "OFF"}) + command({"SET", "a", "1"}));
  talk.client(command({"CLIENT", "REPLY", "ON"})).server("+OK\r\n");
  talk.client(command({"PING"})).server("+PONG\r\n");

  EXPECT_EQ(talk.lines(), (Lines{"1.0 > CLIENT REPLY", "1.1 > SET", "2.0 > CLIENT REPLY",
                                 "3.0 < OK = 2.0", "4.0 > PING", "5.0 < PONG = 4.0"}));
  EXPECT_FALSE(talk.labels[0].awaits_reply);
  EXPECT_FALSE(talk.labels[1].awaits_reply);
  EXPECT_TRUE(talk.labels[2].awaits_reply);
}

TEST(RespPairing, SkipsOneReplyAfterClientReplySkip) {
  Talk talk;
  talk.client(command({"client", "reply", "skip"}) + command({"INCR", "a"}) + command({"GET", "a"}))
      .server("$1\r\n1\r\n");

  EXPECT_EQ(talk.lines().back(), "2.0 < bulk string = 1.2");
  EXPECT_EQ(talk.tracker.outstanding(), 0U);
}

TEST(RespPairing, TellsMonitorLinesFromReplies) {
  Talk talk;
  talk.client(command({"MONITOR"})).server("+OK\r\n");
  talk.server("+1339518083.107412 [0 127.0.0.1:60866] \"auth\" \"secret\"\r\n");
  talk.client(command({"PING"})).server("+1339518084.1 [0 127.0.0.1:60866] \"ping\"\r\n+PONG\r\n");

  EXPECT_EQ(talk.lines(), (Lines{"1.0 > MONITOR", "2.0 < OK = 1.0", "3.0 ! MONITOR line",
                                 "4.0 > PING", "5.0 ! MONITOR line", "5.1 < PONG = 4.0"}));
  EXPECT_TRUE(talk.tracker.streams());
}

TEST(RespPairing, EndsMonitorAndSubscriptionsWithReset) {
  Talk talk;
  talk.client(command({"MONITOR"}))
      .server("+OK\r\n")
      .client(command({"RESET"}))
      .server("+RESET\r\n");
  EXPECT_FALSE(talk.tracker.streams());
}

}  // namespace
}  // namespace rstcause::resp
