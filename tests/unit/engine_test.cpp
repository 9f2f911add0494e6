// SPDX-License-Identifier: GPL-2.0-or-later
// The capture as a whole: frames, copies, revisions, connections beside each other.
#include "engine/engine.h"

#include <gtest/gtest.h>

#include "support/printers.h"
#include "support/trace.h"

namespace rstcause {
namespace {

using test::Trace;

TEST(Engine, ExplainsSeveralResetsOfOneFrame) {
  Trace trace(R"(
    0ms -> S
    0ms -> S     port 50001
    1ms <- RA rawseq 0 ack 1 win 0 plain
    1ms <- RA rawseq 0 ack 1 win 0 plain port 50001 aboard
    5ms -> S     port 50002
    6ms <- reply port 50002
  )");

  const auto [first, last] = trace.engine().resets_in(3);
  ASSERT_EQ(last - first, 2U);
  EXPECT_NE(trace.engine().explained()[first].flow, trace.engine().explained()[first + 1].flow);
  EXPECT_EQ(trace.engine().explained()[first + 1].verdict.cause->token, "port_closed");
}

/// Only an attacker puts the same reset into one frame twice; a link to itself helps nobody.
TEST(Engine, TakesNoResetForACopyOfOneInItsOwnFrame) {
  const Trace same(R"(
    0ms -> S
    1ms <- SA
    2ms -> A
    3ms -> RA
    3ms -> RA copy aboard
  )");
  EXPECT_EQ(same.last().duplicate_of, 0U);

  const Trace earlier(R"(
    0ms -> S
    1ms <- SA
    2ms -> A
    90ms -> RA
    3ms -> RA copy aboard
  )");
  EXPECT_EQ(earlier.last().duplicate_of, 0U);

  const Trace next(R"(
    0ms -> S
    1ms <- SA
    2ms -> A
    3ms -> RA
    3ms -> RA copy
  )");
  EXPECT_EQ(next.last().duplicate_of, 4U);
}

TEST(Engine, KnowsFramesWithoutAReset) {
  Trace trace(R"(
    0ms -> S
    1ms <- reply
  )");

  const auto [first, last] = trace.engine().resets_in(1);
  EXPECT_EQ(first, last);
  const auto [none, behind] = trace.engine().resets_in(99);
  EXPECT_EQ(none, behind);
}

TEST(Engine, TellsTheFirstResetOfAConnectionFromEachOfItsFrames) {
  Trace trace(R"(
    0ms -> S
    1ms <- SA
    2ms -> A
    3ms -> RA
    4ms <- PA len 9 ack 1
    5ms -> reply
  )");
  const Tuple tuple = trace.segments().front().tuple;

  for (Frame frame = 1; frame <= 6; ++frame) {
    ASSERT_NE(trace.engine().reset_of(tuple, frame), nullptr) << frame;
    EXPECT_EQ(trace.engine().reset_of(tuple, frame)->frame(), 4U) << frame;
  }
}

TEST(Engine, TellsEachIncarnationItsOwnReset) {
  Trace trace(R"(
      0ms -> S
      1ms <- SA
      2ms -> A
      3ms -> RA
    100ms -> S isn 9000000
    101ms <- reply
    200ms -> S isn 19000000
    201ms <- SA isn 7000000
  )");
  const Tuple tuple = trace.segments().front().tuple;

  EXPECT_EQ(trace.engine().reset_of(tuple, 2)->frame(), 4U);
  EXPECT_EQ(trace.engine().reset_of(tuple, 5)->frame(), 6U);
  EXPECT_EQ(trace.engine().reset_of(tuple, 8), nullptr);
}

TEST(Copies, TakeTheVerdictOfTheirOriginal) {
  Trace trace(R"(
       0ms -> S
       1ms <- SA
       2ms -> A
       3ms -> RA
    3.01ms -> RA copy
  )");

  EXPECT_EQ(trace.in_frame(5).duplicate_of, 4U);
  EXPECT_EQ(trace.cause_in(5), trace.cause_in(4));
  EXPECT_EQ(trace.in_frame(4).duplicate_of, 0U);
}

TEST(Copies, AreAllOfTheFirst) {
  Trace trace(R"(
       0ms -> S
    0.01ms -> S copy
    0.02ms -> S copy
       1ms <- reply
    1.01ms <- reply copy
    1.02ms <- reply copy
  )");

  EXPECT_EQ(trace.in_frame(5).duplicate_of, 4U);
  EXPECT_EQ(trace.in_frame(6).duplicate_of, 4U);
}

/// A mirror port shows every packet again, not the reset alone.
TEST(Copies, AreNotEqualResetsWhereNothingElseWasShownTwice) {
  Trace trace(R"(
       0ms -> S
       1ms <- SA
       2ms -> A
      20ms -> PA len 10
    20.5ms <- R rawseq 500001 id 0
   20.52ms <- R rawseq 500001 id 0
  )");

  EXPECT_EQ(trace.in_frame(6).duplicate_of, 0U);
}

/// Replies of Linux carry IP ID 0, so only their triggers tell copies from resets of their own.
TEST(Copies, AreNotTwoEqualRepliesToTwoLateSegments) {
  Trace trace(R"(
       0ms -> S
       1ms <- SA
       2ms -> A
       3ms -> FA
       4ms <- PA len 1000 ack 1
    4.01ms <- PA len 1000 ack 1
     4.1ms -> R rawseq 1001
    4.15ms -> R rawseq 1001
  )");

  EXPECT_EQ(trace.in_frame(8).duplicate_of, 0U);
  EXPECT_EQ(trace.cause_in(7), "data_after_close");
  EXPECT_EQ(trace.cause_in(8), "late_segment");
  EXPECT_EQ(trace.in_frame(8).verdict.trigger, 6U);
}

TEST(Copies, AreNotResetsOfAnotherEnd) {
  Trace trace(R"(
       0ms -> S
       1ms <- SA
       2ms -> A
       3ms -> RA
    3.01ms <- RA
  )");

  EXPECT_EQ(trace.in_frame(5).duplicate_of, 0U);
}

TEST(Revision, FollowsTheNextSynThatIsAccepted) {
  Trace trace(R"(
       0ms -> S
       1ms <- SA
       2ms -> A
     2.1ms <- reply
      10ms -> S  port 50001
      11ms <- SA port 50001
  )");

  EXPECT_EQ(trace.in_frame(4).revised, 6U);
  EXPECT_EQ(trace.cause_in(4), "accept_queue_full");
}

TEST(Revision, FollowsTheNextSynThatIsRefused) {
  Trace trace(R"(
       0ms -> S
       1ms <- SA
       2ms -> A
     2.1ms <- reply
      10ms -> S     port 50001
      11ms <- reply port 50001
  )");

  EXPECT_EQ(trace.in_frame(4).revised, 6U);
  EXPECT_EQ(trace.cause_in(4), "listener_gone");
}

TEST(Revision, DoesNotHeedAnotherPort) {
  Trace trace(R"(
       0ms -> S
       1ms <- SA
       2ms -> A
     2.1ms <- reply
      10ms -> S     to 7001
      11ms <- reply to 7001
  )");

  EXPECT_EQ(trace.in_frame(4).revised, 0U);
}

TEST(Revision, DoesNotComeMinutesLater) {
  Trace trace(R"(
         0ms -> S
         1ms <- SA
         2ms -> A
       2.1ms <- reply
    180000ms -> S     port 50001
    180001ms <- reply port 50001
  )");

  EXPECT_EQ(trace.in_frame(4).revised, 0U);
}

TEST(Revision, KeepsTheTriggerAndTheFrameOfTheVerdict) {
  Trace trace(R"(
       0ms -> S
       1ms <- SA
       2ms -> A
     2.1ms <- reply
      10ms -> S  port 50001
      11ms <- SA port 50001
  )");

  EXPECT_EQ(trace.in_frame(4).frame(), 4U);
  EXPECT_EQ(trace.in_frame(4).verdict.trigger, 3U);
  EXPECT_EQ(trace.in_frame(4).verdict.idle, 1 * kMillisecond);
}

/// The same conversation alone, and woven into another one, line by line.
TEST(Engine, KeepsInterleavedConnectionsApart) {
  Trace alone(R"(
       0ms -> S
       1ms <- SA
       2ms -> A
       3ms -> PA len 40
       4ms <- PA len 300
       5ms -> A
    9000ms -> RA
  )");
  Trace woven(R"(
       0ms -> S
       0ms -> S          port 50001
       1ms <- SA
       1ms <- SA         port 50001
       2ms -> A
       2ms -> A          port 50001
       3ms -> PA len 40
       3ms -> PA len 500 port 50001
       4ms <- PA len 300
       4ms <- A          port 50001
       5ms -> A
    8000ms <- FA         port 50001
    8001ms -> PA len 9   port 50001
    8002ms <- reply      port 50001
    9000ms -> RA
  )");

  EXPECT_EQ(woven.cause_in(14), "data_after_close");
  EXPECT_EQ(woven.cause(), alone.cause());
  EXPECT_EQ(woven.last().verdict.confidence, alone.last().verdict.confidence);
  EXPECT_EQ(woven.last().verdict.idle, alone.last().verdict.idle);
  EXPECT_EQ(woven.last().verdict.bytes_lost, 0U);
}

TEST(Engine, GivesLateSegmentsOfTheOldConnectionToTheOldConnection) {
  Trace trace(R"(
      0ms -> S
      1ms <- SA
      2ms -> A
      3ms -> PA len 10
      4ms <- FA
      5ms -> A
      6ms -> S isn 2000000000
    6.5ms -> PA rawseq 1011 rawack 500002 len 10
      7ms <- R rawseq 500002
  )");

  EXPECT_EQ(trace.cause(), "data_after_close")
      << "frame 8 has the numbers of the older incarnation";
  EXPECT_EQ(trace.last().verdict.trigger, 8U);
}

TEST(Engine, LeavesRespOutWhereItIsSwitchedOff) {
  constexpr auto kPing = R"(
    0ms -> S
    1ms <- SA
    2ms -> A
    3ms -> PA data *1\r\n$4\r\nPING\r\n
    4ms <- PA data +PONG\r\n
    5ms -> A
    6ms -> RA
  )";
  Trace with(kPing), without(kPing, 1000, 500000, EngineOptions{.resp = false});

  EXPECT_EQ(with.last().last_ping, 4U);
  EXPECT_EQ(with.last().last_pong, 5U);
  EXPECT_EQ(with.last().outstanding, 0U);
  EXPECT_EQ(without.last().last_ping, 0U);
  EXPECT_TRUE(without.last().context.empty());
  EXPECT_EQ(without.cause(), with.cause());
}

TEST(Engine, TellsThePeriodOfTheHeartbeat) {
  constexpr std::string_view kBeat = "-> PA data *1\\r\\n$4\\r\\nPING\\r\\n\n";
  const auto story = [&](std::initializer_list<int> moments) {
    std::string text = "0ms -> S\n1ms <- SA\n2ms -> A\n";
    for (const int at : moments) {
      text += std::to_string(at) + "ms " + std::string(kBeat) + std::to_string(at + 1) +
              "ms <- PA data +PONG\\r\\n\n";
    }
    return text + "9000ms -> RA\n";
  };
  EXPECT_EQ(Trace(story({1000, 3000, 5000, 7000})).last().ping_period, 2 * kSecond);
  EXPECT_EQ(Trace(story({1000, 1700, 5000, 7000})).last().ping_period, 0) << "no rhythm";
  EXPECT_EQ(Trace(story({1000, 3000})).last().ping_period, 0) << "two make no rhythm";
}

TEST(Engine, TakesNoHttpBodyForResp) {
  Trace trace(R"(
    0ms -> S
    1ms <- SA
    2ms -> A
    3ms -> PA data GET / HTTP/1.1\r\nHost: a\r\n\r\n
    4ms <- PA data HTTP/1.1 200 OK\r\nContent-Length: 21\r\n\r\n
    5ms <- PA data +PONG\r\n*1\r\n$4\r\nPING\r\n
    6ms -> RA
  )");
  EXPECT_TRUE(trace.engine().resp_in(6).empty());
}

TEST(Engine, KnowsRedisByItsFirstWordToAClientOfAnotherProtocol) {
  Trace trace(R"(
    0ms -> S
    1ms <- SA
    2ms -> A
    3ms -> PA data GET / HTTP/1.1\r\nHost: a\r\n\r\n
    4ms <- PA data -ERR wrong number of arguments for 'get' command\r\n
    5ms -> RA
  )");
  ASSERT_EQ(trace.engine().resp_in(5).size(), 1U);
  EXPECT_TRUE(trace.engine().resp_in(5)[0].label.error);
}

TEST(Engine, TakesNoAnswerForRespWhenTheClientDidNotBeginWithIt) {
  constexpr std::string_view kAnswer = "4ms <- PA data +PONG\\r\\n\n5ms -> RA\n";
  const auto story = [&](std::string_view first) {
    return "0ms -> S\n1ms <- SA\n2ms -> A\n3ms -> PA data " + std::string(first) + "\n" +
           std::string(kAnswer);
  };
  EXPECT_TRUE(Trace(story("hello there\\r\\n")).engine().resp_in(5).empty());
  EXPECT_FALSE(Trace(story("*1\\r\\n$4\\r\\nPING\\r\\n")).engine().resp_in(5).empty());
  EXPECT_FALSE(
      Trace("0ms -> A\n1ms <- PA data +PONG\\r\\n\n2ms -> RA\n").engine().resp_in(2).empty())
      << "begun in mid-stream";
}

TEST(Engine, BelievesTheUserWhereRespIsSpoken) {
  constexpr auto kNumberFirst = R"(
    0ms -> S
    1ms <- SA
    2ms -> A
    3ms <- PA data +OK\r\n
    4ms -> A
    5ms -> RA
  )";
  Trace plain(kNumberFirst);
  EXPECT_TRUE(plain.engine().resp_in(4).empty()) << "POP3 says so too";
  Trace forced(kNumberFirst, 1000, 500000, EngineOptions{.resp_ports = {443, 6380, 7000, 40000}});
  EXPECT_EQ(forced.engine().resp_in(4).size(), 1U);
}

}  // namespace
}  // namespace rstcause
