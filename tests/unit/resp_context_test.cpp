// SPDX-License-Identifier: GPL-2.0-or-later
// The words in which a reset's report speaks of RESP.
#include "resp/context.h"

#include <gtest/gtest.h>

#include "unit/resp_talk.h"

namespace rstcause::resp {
namespace {

TEST(RespContext, SaysThatThePingWasAnswered) {
  Talk talk;
  talk.client(command({"PING"})).server("+PONG\r\n");
  EXPECT_EQ(describe_exchange(talk.labels[0]), "PING");
  EXPECT_EQ(describe_exchange(talk.labels[1]), "PING answered by PONG");
  EXPECT_EQ(context_sentences(talk.tracker), Lines{"RESP: PING answered by PONG"});
}

TEST(RespContext, SaysThatThePingWasNotAnswered) {
  Talk talk;
  talk.client(command({"PING"}));
  EXPECT_EQ(context_sentences(talk.tracker), Lines{"RESP: PING unanswered"});
}

TEST(RespContext, CountsUnansweredCommands) {
  Talk talk;
  talk.client(command({"GET", "a"}) + command({"PING"}) + command({"PING"}));
  EXPECT_EQ(context_sentences(talk.tracker),
            Lines{"RESP: 3 commands unanswered, the oldest GET of frame 1"});
}

TEST(RespContext, TellsHowLongTheOldestCommandHadWaitedWhereItIsAsked) {
  Talk talk;
  talk.client(command({"GET", "a"}));
  EXPECT_EQ(context_sentences(talk.tracker, {.oldest = "2.0 s"}),
            Lines{"RESP: GET unanswered for 2.0 s"});
  talk.client(command({"PING"}));
  EXPECT_EQ(context_sentences(talk.tracker, {.oldest = "2.0 s"}),
            Lines{"RESP: 2 commands unanswered, the oldest GET of frame 1 for 2.0 s"});
}

TEST(RespContext, TellsThatTheClientClosedBeforeTheReplyWhereItIsAsked) {
  Talk talk;
  const Waits waits{.until_close = "1.0 s", .until_reply = "3.0 s"};
  talk.client(command({"GET", "a"}));
  EXPECT_EQ(context_sentences(talk.tracker, waits), Lines{"RESP: GET unanswered"});
  talk.server("$1\r\nv\r\n");
  EXPECT_EQ(context_sentences(talk.tracker, waits),
            Lines{"RESP: the client closed before the reply to GET, having waited for 1.0 s; it "
                  "took 3.0 s"});
}

TEST(RespContext, NamesTheErrorBeforeTheClose) {
  Talk talk;
  talk.server("-DENIED Redis is running in protected mode because ...\r\n");
  EXPECT_EQ(context_sentences(talk.tracker), Lines{"RESP: -DENIED before the close"});
}

TEST(RespContext, NamesTheErrorEvenWhenACommandCameTooLate) {
  Talk talk;
  talk.server("-ERR max number of clients reached\r\n").client(command({"PING"}));
  EXPECT_EQ(context_sentences(talk.tracker),
            (Lines{"RESP: -ERR max number of clients reached before the close",
                   "RESP: PING unanswered"}));
}

TEST(RespContext, TakesARefusalForNoAnswer) {
  Talk talk;
  talk.client(command({"PING"})).server("-ERR max number of clients reached\r\n");
  EXPECT_EQ(talk.lines().back(), "2.0 < ERR max number of clients reached");
  EXPECT_EQ(talk.tracker.outstanding(), 1U);
  EXPECT_EQ(context_sentences(talk.tracker),
            (Lines{"RESP: -ERR max number of clients reached before the close",
                   "RESP: PING unanswered"}));
}

TEST(RespContext, TakesTheSameTextForAnAnswerOnceTheServerServes) {
  Talk talk;
  talk.client(command({"PING"})).server("+PONG\r\n");
  talk.client(command({"EVAL", "x", "0"})).server("-DENIED by a script\r\n");
  EXPECT_EQ(talk.lines().back(), "4.0 < DENIED by a script = 3.0");
  EXPECT_EQ(talk.tracker.outstanding(), 0U);
}

TEST(RespContext, DoesNotNameAnErrorLongPast) {
  Talk talk;
  talk.client(command({"GET"})).server("-ERR wrong number of arguments for 'get' command\r\n");
  talk.client(command({"GET", "k"})).server("$-1\r\n");
  EXPECT_EQ(context_sentences(talk.tracker),
            Lines{"RESP: every command answered, the last one GET"});
}

TEST(RespContext, SaysThatAReplyWasCut) {
  Talk talk;
  talk.client(command({"GET", "k"})).server("$100\r\nabc");
  EXPECT_EQ(context_sentences(talk.tracker),
            (Lines{"RESP: GET unanswered", "RESP: the last reply was cut"}));
}

TEST(RespContext, SaysNothingOfOtherTraffic) {
  Talk talk;
  talk.client("PING\r\n").server("PONG\r\n");
  EXPECT_TRUE(context_sentences(talk.tracker).empty());
}

TEST(RespExchange, TellsWhatAnsweredWhat) {
  Talk talk;
  talk.client(command({"GET", "k"})).server("$1\r\nv\r\n");
  talk.client(command({"AUTH", "x"})).server("-WRONGPASS invalid username-password pair\r\n");
  EXPECT_EQ(describe_exchange(talk.labels[1]), "GET answered by bulk string");
  EXPECT_EQ(describe_exchange(talk.labels[3]),
            "AUTH answered by an error: WRONGPASS invalid username-password pair");
}

}  // namespace
}  // namespace rstcause::resp
