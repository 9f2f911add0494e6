// SPDX-License-Identifier: GPL-2.0-or-later
// Connections on which the server speaks unasked: subscriptions, pushes, replication.
#include "resp/tracker.h"

#include <gtest/gtest.h>

#include <string>
#include <string_view>

#include "unit/resp_talk.h"

namespace rstcause::resp {
namespace {

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

}  // namespace
}  // namespace rstcause::resp
