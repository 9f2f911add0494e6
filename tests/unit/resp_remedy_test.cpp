// SPDX-License-Identifier: GPL-2.0-or-later
// What an operator is told to change, by the words with which a Redis server ended a conversation.
#include "resp/remedy.h"

#include <gtest/gtest.h>

#include <string_view>

#include "unit/resp_talk.h"

namespace rstcause::resp {
namespace {

constexpr Ending kByServer{.by_server = true};
constexpr Ending kByClient{.by_server = false};

struct Refusal {
  std::string_view error;
  std::string_view names;  ///< What the remedy must name.
};

/// As Redis 7 and Valkey 8 write them.
constexpr Refusal kRefusals[] = {
    {"-ERR max number of clients reached\r\n", "maxclients"},
    {"-ERR max number of clients + cluster connections reached\r\n", "maxclients"},
    {"-DENIED Redis is running in protected mode because protected mode is enabled and no password "
     "is set for the default user.\r\n",
     "requirepass"},
    {"-DENIED Running in protected mode because protected mode is enabled and no password is set "
     "for the default user.\r\n",
     "protected-mode"},
    {"-NOAUTH Authentication required.\r\n", "AUTH"},
    {"-WRONGPASS invalid username-password pair or user is disabled.\r\n", "ACL LIST"},
    {"-ERR invalid password\r\n", "requirepass"},
    {"-LOADING Redis is loading the dataset in memory\r\n", "loading:0"},
    {"-OOM command not allowed when used memory > 'maxmemory'.\r\n", "maxmemory-policy"},
    {"-BUSY Redis is busy running a script. You can only call SCRIPT KILL or SHUTDOWN NOSAVE.\r\n",
     "SCRIPT KILL"},
    {"-MASTERDOWN Link with MASTER is down and replica-serve-stale-data is set to 'no'.\r\n",
     "replica-serve-stale-data"},
    {"-READONLY You can't write against a read only replica.\r\n", "failover"},
    {"-ERR Protocol error: invalid bulk length\r\n", "proto-max-bulk-len"},
};

class EveryRefusal : public ::testing::TestWithParam<Refusal> {};
INSTANTIATE_TEST_SUITE_P(Remedy, EveryRefusal, ::testing::ValuesIn(kRefusals));

TEST_P(EveryRefusal, IsAnsweredByWhatToChangeWhoeverResets) {
  Talk talk;
  talk.client(command({"GET", "k"})).server(GetParam().error);
  for (const Ending& ending : {kByServer, kByClient}) {
    EXPECT_NE(remedy(talk.tracker, ending).find(GetParam().names), std::string_view::npos)
        << remedy(talk.tracker, ending);
  }
}

TEST_P(EveryRefusal, IsNoMatterAnyMoreOnceTheServerServes) {
  Talk talk;
  talk.client(command({"GET", "k"})).server(GetParam().error);
  talk.client(command({"PING"})).server("+PONG\r\n");
  EXPECT_EQ(remedy(talk.tracker, kByServer), "");
}

TEST(Remedy, IsNotGivenForErrorsOfACommand) {
  for (const std::string_view error :
       {"-ERR wrong number of arguments for 'get' command\r\n",
        "-WRONGTYPE Operation against a key holding the wrong kind of value\r\n",
        "-DENIED by a script\r\n", "-BUSYGROUP Consumer Group name already exists\r\n",
        "-OOM in the script's own words\r\n"}) {
    Talk talk;
    talk.client(command({"PING"})).server("+PONG\r\n");
    talk.client(command({"GET", "k"})).server(error);
    EXPECT_EQ(remedy(talk.tracker, kByServer), "") << error;
  }
}

TEST(Remedy, IsTheOutputBufferWhereTheServerResetsInTheMiddleOfItsReply) {
  Talk talk;
  talk.client(command({"GET", "k"})).server("$100\r\nabc");
  EXPECT_NE(remedy(talk.tracker, kByServer).find("client-output-buffer-limit"),
            std::string_view::npos);
  EXPECT_EQ(remedy(talk.tracker, kByClient), "") << "a client that leaves meets no limit";
}

TEST(Remedy, IsTheOutputBufferWhereTheServerResetsASubscriber) {
  Talk talk;
  talk.client(command({"SUBSCRIBE", "a"}))
      .server(
          "*3\r\n$9\r\nsubscribe\r\n$1\r\na\r\n:1\r\n*3\r\n$7\r\nmessage\r\n$1\r\na\r\n$"
          "2\r\nhi\r\n");
  EXPECT_NE(remedy(talk.tracker, kByServer).find("client-output-buffer-limit"),
            std::string_view::npos);
  EXPECT_EQ(remedy(talk.tracker, kByClient), "");
}

TEST(Remedy, IsToCompareTimesWhereTheClientResetsBeforeTheAnswer) {
  Talk talk;
  talk.client(command({"PING"})).server("+PONG\r\n").client(command({"GET", "k"}));
  EXPECT_NE(remedy(talk.tracker, kByClient).find("SLOWLOG"), std::string_view::npos);
  EXPECT_EQ(remedy(talk.tracker, kByServer), "") << "the server's own end is no client's time-out";
}

TEST(Remedy, IsNotToCompareTimesWhereEverythingWasAnswered) {
  Talk talk;
  talk.client(command({"PING"})).server("+PONG\r\n");
  EXPECT_EQ(remedy(talk.tracker, kByClient), "");
}

TEST(Remedy, IsTheIdleTimeoutWhereTheCommandCameAfterTheServersClose) {
  Talk talk;
  talk.client(command({"PING"})).server("+PONG\r\n").client(command({"GET", "k"}));
  const std::int64_t asked = talk.tracker.oldest_outstanding()->time_ns;

  EXPECT_NE(remedy(talk.tracker, {.by_server = true, .closed_ns = asked - 1}).find("timeout"),
            std::string_view::npos);
  EXPECT_EQ(remedy(talk.tracker, {.by_server = true, .closed_ns = asked + 1}), "")
      << "it had closed over the command";
}

TEST(Remedy, IsNotTheOutputBufferWhereTheServerHadSaidAllItHadToSay) {
  Talk talk;
  talk.client(command({"GET", "k"})).server("$3\r\nabc\r\n");
  EXPECT_EQ(remedy(talk.tracker, kByServer), "");
}

TEST(Remedy, IsNotKnownForOtherTraffic) {
  Talk talk;
  talk.client("PING\r\n").server("PONG\r\n");
  EXPECT_EQ(remedy(talk.tracker, kByServer), "");
}

}  // namespace
}  // namespace rstcause::resp
