// SPDX-License-Identifier: GPL-2.0-or-later
// Captures from several queues or interfaces show frames in another order than they were sent.
#include <gtest/gtest.h>

#include "support/trace.h"

namespace rstcause::test {
namespace {

TEST(Order, ARefusalBeforeItsSynIsReadAgain) {
  const Trace trace(R"(
     1ms <- RA rawseq 0 rawack 1001 plain win 0
     0ms -> S
  )");

  EXPECT_EQ(trace.cause_in(1), "port_closed");
  EXPECT_EQ(trace.in_frame(1).verdict.trigger, 2U) << "frames are reported as the reader has them";
  EXPECT_EQ(trace.in_frame(1).revised, 2U);
}

/// Written with the time of writing, the numbers alone tell: only that SYN has this ACK.
TEST(Order, TheNumbersTellWhereTheClockDoesNot) {
  const Trace trace(R"(
       0ms <- RA rawseq 0 rawack 1001 plain win 0
     0.1ms -> S
  )");

  EXPECT_EQ(trace.cause_in(1), "port_closed");
}

TEST(Order, ASynOfOtherNumbersIsAnotherAttempt) {
  const Trace trace(R"(
       0ms <- RA rawseq 0 rawack 7777 plain win 0
     0.1ms -> S
  )");

  EXPECT_EQ(trace.cause_in(1), "capture_incomplete");
}

/// Data that crossed an abort drew nothing: it came later, and the abort does not answer it.
TEST(Order, SegmentsThatCrossedStayWhereTheyAre) {
  const Trace trace(R"(
      0ms -> S
      1ms <- SA
      2ms -> A
      3ms -> PA len 30
      4ms <- PA len 40
      5ms -> A
      9ms -> RA
    9.1ms <- PA len 10 ack 31
  )");

  EXPECT_EQ(trace.in_frame(7).verdict.mode, Mode::abort);
  EXPECT_EQ(trace.in_frame(7).revised, 0U);
}

TEST(Order, DataBehindTheResetThatItDrewIsPutBeforeIt) {
  const Trace trace(R"(
       0ms -> S
       1ms <- SA
       2ms -> A
       3ms -> PA len 30
       4ms <- PA len 40
       5ms -> A
    5000ms <- FA
    5001ms -> A
    5502ms <- R rawseq 500042
    5501ms -> PA len 30 ack 42
  )");

  EXPECT_EQ(trace.cause_in(9), "data_after_close");
  EXPECT_EQ(trace.in_frame(9).verdict.trigger, 10U);
}

/// The handshake's SYN-ACK before its SYN: who opened the connection is known all the same.
TEST(Order, TheRolesFollowFromTheTrueOrder) {
  const Trace trace(R"(
     1ms <- SA rawack 1001
     0ms -> S
     2ms -> A
     3ms -> RA
  )");

  EXPECT_EQ(trace.cause(), "connect_probe");
  EXPECT_EQ(trace.last().verdict.origin, Origin::client);
}

/// A clock that was set back by seconds swaps nothing.
TEST(Order, AClockSetBackMovesNoSegment) {
  const Trace trace(R"(
    5000ms -> S
    5001ms <- SA
    5002ms -> A
    5003ms -> PA len 5
    2004ms <- A
    2005ms <- RA
  )");

  EXPECT_EQ(trace.last().verdict.mode, Mode::abort);
  EXPECT_EQ(trace.last().revised, 0U);
}

/// The first reset of its connection, sent before what the capture shows before it.
TEST(Order, AResetShownBehindALaterAnswerIsTold) {
  const Trace trace(R"(
       0ms -> S
     1.5ms <- SA
       3ms -> A
     4.5ms -> PA len 18
       6ms <- PA len 1
     3.5ms -> RA
  )");

  EXPECT_EQ(trace.report().stream_reason, trace.cause()) << "it is its connection's first";
}

TEST(Copies, ASynShownAgainBehindItsRefusalOpensNothing) {
  Trace trace(R"(
        0ms -> S ttl 40 id 7
     0.01ms <- reply ttl 64
    0.015ms -> S again ttl 39 id 7
     0.02ms <- RA rawseq 0 rawack 1001 plain win 0 id 0 ttl 63
  )");

  EXPECT_EQ(trace.engine().flow_count(), 1U);
  EXPECT_EQ(trace.cause_in(2), "port_closed");
  EXPECT_EQ(trace.in_frame(4).duplicate_of, 2U);
}

}  // namespace
}  // namespace rstcause::test
