// SPDX-License-Identifier: GPL-2.0-or-later
// Which reply belongs to which command, and what a tracker can be asked afterwards.
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

std::string confirmation(std::string_view what, std::string_view channel, int count,
                         char marker = '*') {
  return std::string(1, marker) + "3\r\n$" + std::to_string(what.size()) + "\r\n" +
         std::string(what) + "\r\n$" + std::to_string(channel.size()) + "\r\n" +
         std::string(channel) + "\r\n:" + std::to_string(count) + "\r\n";
}

constexpr std::string_view kMessage = "*3\r\n$7\r\nmessage\r\n$1\r\na\r\n$2\r\nhi\r\n";

TEST(RespSubscribedMode, ConfirmsEachChannelAndPublishes) {
  Talk talk;
  talk.client(command({"SUBSCRIBE", "a", "b"}));
  talk.server(confirmation("subscribe", "a", 1) + confirmation("subscribe", "b", 2));
  talk.server(kMessage);
  talk.client(command({"PING"})).server("*2\r\n$4\r\npong\r\n$0\r\n\r\n");

  EXPECT_EQ(talk.lines(), (Lines{"1.0 > SUBSCRIBE", "2.0 < array = 1.0", "2.1 < array = 1.0",
                                 "3.0 ! array", "4.0 > PING", "5.0 < array = 4.0"}));
  EXPECT_TRUE(talk.labels.back().pong);
  EXPECT_TRUE(talk.tracker.streams());
  EXPECT_EQ(talk.tracker.outstanding(), 0U);
}

TEST(RespSubscribedMode, DoesNotTakeAListForAPublishedMessage) {
  Talk talk;
  talk.client(command({"LRANGE", "l", "0", "-1"})).server(kMessage);
  talk.client(command({"LRANGE", "l", "0", "-1"}))
      .server("*3\r\n$9\r\nsubscribe\r\n$1\r\na\r\n$1\r\n1\r\n");

  EXPECT_EQ(talk.lines(),
            (Lines{"1.0 > LRANGE", "2.0 < array = 1.0", "3.0 > LRANGE", "4.0 < array = 3.0"}));
}

TEST(RespSubscribedMode, PairsAPublishedMessageBetweenPingAndPongWithNeither) {
  Talk talk;
  talk.client(command({"PSUBSCRIBE", "*"})).server(confirmation("psubscribe", "*", 1));
  talk.client(command({"PING"}));
  talk.server("*4\r\n$8\r\npmessage\r\n$1\r\n*\r\n$1\r\na\r\n$2\r\nhi\r\n");
  talk.server("*2\r\n$4\r\npong\r\n$0\r\n\r\n");

  EXPECT_EQ(talk.lines().back(), "5.0 < array = 3.0");
  EXPECT_EQ(talk.lines()[3], "4.0 ! array");
}

TEST(RespSubscribedMode, EndsAnUnsubscribeOfUnknownMany) {
  Talk talk;
  talk.client(command({"SUBSCRIBE", "a", "b"}));
  talk.server(confirmation("subscribe", "a", 1) + confirmation("subscribe", "b", 2));
  talk.client(command({"UNSUBSCRIBE"}));
  talk.server(confirmation("unsubscribe", "a", 1) + confirmation("unsubscribe", "b", 0));
  EXPECT_EQ(talk.tracker.outstanding(), 0U);
  EXPECT_FALSE(talk.tracker.streams());

  talk.client(command({"GET", "k"})).server("$-1\r\n");

  EXPECT_EQ(talk.lines()[5], "4.1 < array = 3.0");
  EXPECT_EQ(talk.lines().back(), "6.0 < null = 5.0");
}

TEST(RespSubscribedMode, TellsUnsubscribesOfManyKindsApart) {
  Talk talk;
  talk.client(command({"SUBSCRIBE", "a"}) + command({"PSUBSCRIBE", "b*"}));
  talk.server(confirmation("subscribe", "a", 1) + confirmation("psubscribe", "b*", 2));
  talk.client(command({"UNSUBSCRIBE"}) + command({"UNSUBSCRIBE"}) + command({"PUNSUBSCRIBE"}) +
              command({"PING"}));
  talk.server(confirmation("unsubscribe", "a", 1) + "*3\r\n$11\r\nunsubscribe\r\n$-1\r\n:1\r\n" +
              confirmation("punsubscribe", "b*", 0) + "+PONG\r\n");

  EXPECT_EQ(talk.lines()[8], "4.0 < array = 3.0");
  EXPECT_EQ(talk.lines()[9], "4.1 < array = 3.1");
  EXPECT_EQ(talk.lines()[10], "4.2 < array = 3.2");
  EXPECT_EQ(talk.lines()[11], "4.3 < PONG = 3.3");
}

TEST(RespSubscribedMode, KnowsAnUnsubscribeThatNobodySent) {
  Talk talk;
  talk.client(command({"SSUBSCRIBE", "a"})).server(confirmation("ssubscribe", "a", 1));
  talk.client(command({"PING"}));
  talk.server(confirmation("sunsubscribe", "a", 0)).server("*2\r\n$4\r\npong\r\n$0\r\n\r\n");

  EXPECT_EQ(talk.lines()[3], "4.0 ! array");
  EXPECT_EQ(talk.lines().back(), "5.0 < array = 3.0");
}

TEST(RespSubscribedMode, IsRefusedByAnError) {
  Talk talk;
  talk.client(command({"SUBSCRIBE", "a", "b"})).server("-NOPERM no\r\n");
  talk.client(command({"GET", "k"})).server("$-1\r\n");

  EXPECT_EQ(talk.lines().back(), "4.0 < null = 3.0");
}

TEST(RespSubscribedMode, IsUnderstoodByACaptureThatStartsLate) {
  Talk talk(kMidStream);
  talk.server(kMessage)
      .client(command({"PING"}))
      .server(kMessage)
      .server("*2\r\n$4\r\npong\r\n$0\r\n\r\n");

  EXPECT_EQ(talk.lines(), (Lines{"1.0 ! array", "2.0 > PING", "3.0 ! array", "4.0 < array = 2.0"}));
}

TEST(RespPush, AnswersNothing) {
  Talk talk;
  talk.client(command({"HELLO", "3"})).server("%1\r\n$6\r\nserver\r\n$5\r\nredis\r\n");
  talk.client(command({"GET", "k"}));
  talk.server(">2\r\n$10\r\ninvalidate\r\n*1\r\n$1\r\nk\r\n$1\r\nv\r\n");

  EXPECT_EQ(talk.lines(), (Lines{"1.0 > HELLO", "2.0 < map = 1.0", "3.0 > GET", "4.0 ! push",
                                 "4.1 < bulk string = 3.0"}));
}

TEST(RespPush, ConfirmsASubscription) {
  Talk talk;
  talk.client(command({"SUBSCRIBE", "a"}) + command({"PING"}));
  talk.server(confirmation("subscribe", "a", 1, '>') + "+PONG\r\n");

  EXPECT_EQ(talk.lines(),
            (Lines{"1.0 > SUBSCRIBE", "1.1 > PING", "2.0 < push = 1.0", "2.1 < PONG = 1.1"}));
}

TEST(RespReplication, StopsPairingAndFollowsTheStream) {
  Talk talk;
  talk.client(command({"PING"})).server("+PONG\r\n");
  talk.client(command({"REPLCONF", "listening-port", "6380"})).server("+OK\r\n");
  talk.client(command({"PSYNC", "?", "-1"}));
  talk.server("\n").server("+FULLRESYNC 8de1 0\r\n");
  talk.server("\n\n$10\r\nREDIS").server("00+9\n" + command({"PING"}));
  talk.client(command({"REPLCONF", "ACK", "14"}));
  talk.server(command({"SET", "a", "1"}));

  EXPECT_EQ(talk.lines(), (Lines{"1.0 > PING", "2.0 < PONG = 1.0", "3.0 > REPLCONF",
                                 "4.0 < OK = 3.0", "5.0 > PSYNC", "7.0 < FULLRESYNC 8de1 0 = 5.0",
                                 "9.0 ! snapshot", "9.1 > PING", "10.0 > REPLCONF", "11.0 > SET"}));
  EXPECT_EQ(talk.tracker.outstanding(), std::nullopt);
  EXPECT_EQ(talk.tracker.last_ping(), 1U) << "the master's PING is not the client's";
  EXPECT_TRUE(talk.tracker.streams());
  EXPECT_FALSE(talk.labels.back().awaits_reply);
  EXPECT_EQ(talk.labels.back().from, Direction::from_responder);
}

TEST(RespReplication, KnowsTheEndOfASnapshotByItsMark) {
  const std::string mark(40, 'm');
  for (std::size_t cut = 1; cut < 90; ++cut) {
    Talk talk;
    talk.client(command({"PSYNC", "x", "1"})).server("+FULLRESYNC 8de1 0\r\n");
    const std::string sent =
        "$EOF:" + mark + "\r\nREDIS" + mark.substr(0, 20) + "-" + mark + command({"PING"});
    talk.server(sent.substr(0, cut)).server(sent.substr(cut));
    ASSERT_EQ(talk.lines().back().substr(1), ".1 > PING") << "cut at " << cut;
  }
}

TEST(RespReplication, GoesOnAfterContinue) {
  Talk talk;
  talk.client(command({"PSYNC", "x", "1"})).server("+CONTINUE\r\n" + command({"SELECT", "0"}));
  EXPECT_EQ(talk.lines(), (Lines{"1.0 > PSYNC", "2.0 < CONTINUE = 1.0", "2.1 > SELECT"}));
}

TEST(RespReplication, TakesTheSnapshotForTheReplyToSync) {
  Talk talk;
  talk.client(command({"SYNC"})).server("\n$5\r\nREDIS" + command({"PING"}));
  EXPECT_EQ(talk.lines(), (Lines{"1.0 > SYNC", "2.0 < snapshot = 1.0", "2.1 > PING"}));
}

TEST(RespReplication, IsKnownByItsAcknowledgmentsInTheMiddle) {
  Talk talk(kMidStream);
  talk.server(command({"PING"}))
      .client(command({"REPLCONF", "ACK", "14"}))
      .server(command({"SET", "a", "1"}));
  EXPECT_EQ(talk.lines(), (Lines{"1.0 > PING", "2.0 > REPLCONF", "3.0 > SET"}));
  EXPECT_EQ(talk.tracker.client(), Direction::from_initiator);
  EXPECT_TRUE(talk.tracker.streams());
}

TEST(RespReplication, IsKnownByItsAcknowledgmentsWhenPsyncWasLost) {
  Talk talk;
  talk.client(command({"PING"})).server("+PONG\r\n").client_lost(30).server_lost(30);
  talk.client(command({"REPLCONF", "ACK", "0"})).server(command({"PING"}));
  EXPECT_EQ(talk.lines().back(), "4.0 > PING");
  EXPECT_FALSE(talk.labels.back().awaits_reply);
}

TEST(RespReplication, IsNotBelievedWhenRefused) {
  Talk talk;
  talk.client(command({"SYNC"})).server("-NOAUTH Authentication required.\r\n");
  talk.client(command({"PSYNC", "x", "1"})).server("-NOAUTH Authentication required.\r\n");
  talk.client(command({"PING"})).server("+PONG\r\n");
  EXPECT_EQ(talk.lines().back(), "6.0 < PONG = 5.0");
}

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
