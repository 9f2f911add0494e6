// SPDX-License-Identifier: GPL-2.0-or-later
// What is said and advised of a reset follows what the application was doing, each beside its
// nearest twin.
#include <gtest/gtest.h>

#include <string>
#include <string_view>

#include "support/trace.h"

namespace rstcause {
namespace {

using test::Trace;

constexpr std::string_view kOpened = "0ms -> S\n 1ms <- SA\n 2ms -> A\n";
constexpr std::string_view kRequest = "data GET / HTTP/1.1\\r\\nHost: a\\r\\n\\r\\n\n";
constexpr std::string_view kAnswer = "data HTTP/1.1 200 OK\\r\\nContent-Length: 2\\r\\n\\r\\nok\n";

struct Told {
  std::string token, summary, advice;
  bool benign = false;

  bool says(std::string_view word) const { return summary.find(word) != std::string::npos; }
  bool advises(std::string_view word) const { return advice.find(word) != std::string::npos; }
};

Told told(const std::string& lines) {
  const Trace trace(std::string(kOpened) + lines);
  const Report report = trace.report();
  return {std::string(trace.cause()), report.summary, report.advice, report.benign};
}

std::string line(std::string_view start, std::string_view rest) {
  return std::string(start) + " " + std::string(rest);
}

TEST(AClientThatClosedUnanswered, IsToldToHaveGivenUp) {
  const Told given_up = told(line("3ms -> PA", kRequest) + "4ms <- A\n 504ms -> FA\n 505ms <- A\n" +
                             line("845ms <- PA", kAnswer) + "846ms -> reply\n");

  EXPECT_EQ(given_up.token, "data_after_close");
  EXPECT_TRUE(given_up.says("unanswered for 501 ms")) << given_up.summary;
  EXPECT_TRUE(given_up.says("came 341 ms later")) << given_up.summary;
  EXPECT_TRUE(given_up.advises("was slow"));
  EXPECT_FALSE(given_up.advises("idle connections"));
}

/// The twin: whoever closes its half right behind its request waits for the answer still.
TEST(AClientThatClosedUnanswered, HasNotGivenUpWhereItClosedAtOnce) {
  const Told half_closed = told(line("3ms -> PA", kRequest) + "3.1ms -> FA\n 4ms <- A\n" +
                                line("845ms <- PA", kAnswer) + "846ms -> reply\n");

  EXPECT_FALSE(half_closed.says("gave up")) << half_closed.summary;
}

/// Nor does one round trip of a long path show that the server was slow.
TEST(AClientThatClosedUnanswered, HasNotGivenUpBeforeTheServerCouldBeSlow) {
  const Told soon = told(line("3ms -> PA", kRequest) + "50ms <- A\n 58ms -> FA\n 105ms <- A\n" +
                         line("535ms <- PA", kAnswer) + "535.1ms -> reply\n");

  EXPECT_FALSE(soon.says("gave up")) << soon.summary;
  EXPECT_FALSE(soon.advises("was slow"));
}

TEST(AClientThatAbortedUnanswered, IsToldToHaveGivenUp) {
  const Told given_up = told(
      "3ms -> PA len 40\n 4ms <- PA len 40\n 5ms -> A\n 6ms -> PA len 40\n 7ms <- A\n"
      " 5006ms -> RA\n");

  EXPECT_EQ(given_up.token, "linger0");
  EXPECT_TRUE(given_up.says("unanswered for 5.000 s")) << given_up.summary;
  EXPECT_FALSE(given_up.benign);
}

TEST(AClientInTheMiddleOfAResponse, IsToldToHaveBrokenItOff) {
  const std::string head = line("4ms <- PA",
                                "data HTTP/1.1 200 OK\\r\\nContent-Length: 5000\\r\\n"
                                "\\r\\n0123456789\n");
  const Told left = told(line("3ms -> PA", kRequest) + head +
                         "5ms -> A\n 300ms -> FA\n 400ms <- A len 1000\n 401ms -> reply\n");

  EXPECT_EQ(left.token, "data_after_close");
  EXPECT_TRUE(left.says("of 5000 octets")) << left.summary;
  EXPECT_TRUE(left.advises("broke the download off"));
  EXPECT_FALSE(left.advises("lingering_close"));
}

TEST(AServerThatAnswersEarly, IsAdvisedToReadOn) {
  const Told early =
      told(line("3ms -> PA",
                "data POST /up HTTP/1.1\\r\\nHost: a\\r\\nContent-Length: "
                "90000\\r\\n\\r\\n0123456789\n") +
           "4ms <- A\n" +
           line("50ms <- PA", "data HTTP/1.1 413 Too Large\\r\\nContent-Length: 0\\r\\n\\r\\n\n") +
           "50.1ms <- FA\n 51ms -> A len 1000\n 51.1ms <- reply\n");

  EXPECT_EQ(early.token, "data_after_close");
  EXPECT_TRUE(early.says("answered 413")) << early.summary;
  EXPECT_TRUE(early.advises("lingering_close"));
}

TEST(AReusedConnection, IsARaceWhereTheCloseCrossedTheRequest) {
  const std::string exchange =
      line("3ms -> PA", kRequest) + line("4ms <- PA", kAnswer) + "5ms -> A\n";
  const Told raced = told(exchange + "5000ms <- FA\n" + line("5000.2ms -> PA ack 62", kRequest) +
                          "5001ms <- reply\n");
  const Told ignored = told(exchange + "5000ms <- FA\n 5001ms -> A\n" +
                            line("7000ms -> PA", kRequest) + "7001ms <- reply\n");

  EXPECT_TRUE(ignored.says("had closed 2.000 s before")) << ignored.summary;
  EXPECT_TRUE(ignored.advises("did not look"));
  EXPECT_EQ(raced.token, "data_after_close");
}

TEST(AServerThatSaysNothing, IsAskedWhyItDidNotServe) {
  const Told unserved = told("3ms -> PA len 100\n 4ms <- A\n 40ms <- RA\n");
  const Told served = told(
      "3ms -> PA len 100\n 4ms <- PA len 10\n 5ms -> PA len 100\n 6ms <- A\n"
      " 40ms <- RA\n");

  EXPECT_EQ(unserved.token, "unread_data");
  EXPECT_TRUE(unserved.says("without a word")) << unserved.summary;
  EXPECT_TRUE(unserved.advises("a limit of connections"));
  EXPECT_FALSE(served.says("without a word"));
}

TEST(AServerThatEndsAnIdleConnectionByReset, IsToldToHaveATimeOut) {
  const Told idle = told("3ms -> PA len 100\n 4ms <- PA len 10\n 5ms -> A\n 47s <- RA\n");

  EXPECT_EQ(idle.token, "linger0");
  EXPECT_TRUE(idle.says("after 46.996 s of idling")) << idle.summary;
  EXPECT_FALSE(idle.advises("Java"));
}

/// The article's own case: nothing to fix, and no button says so.
TEST(AResetAfterAWholeExchange, IsBenign) {
  const Told jedis = told(
      "3ms -> PA data *1\\r\\n$4\\r\\nPING\\r\\n\n 4ms <- A\n"
      " 5ms <- PA data +PONG\\r\\n\n 6ms -> A\n 7ms -> RA\n");
  const Told asking = told(
      "3ms -> PA data *1\\r\\n$4\\r\\nPING\\r\\n\n 4ms <- A\n"
      " 5ms <- PA data +PONG\\r\\n\n 6ms -> A\n"
      " 7ms -> PA data *1\\r\\n$4\\r\\nPING\\r\\n\n 8ms <- A\n 9ms -> RA\n");

  EXPECT_EQ(jedis.token, "linger0");
  EXPECT_TRUE(jedis.benign);
  EXPECT_TRUE(jedis.advises("Nothing was lost"));
  EXPECT_FALSE(asking.benign);
}

TEST(AFullAcceptQueue, TeachesThatAConnectionProvesNothing) {
  const Told full = told(
      "1002ms <- SA\n 3002ms <- SA\n 7002ms <- SA\n 20s -> PA len 10\n"
      " 20.001s <- reply\n");

  EXPECT_EQ(full.token, "accept_queue_full");
  EXPECT_TRUE(full.advises("heartbeat"));
}

}  // namespace
}  // namespace rstcause
