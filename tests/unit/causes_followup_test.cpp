// SPDX-License-Identifier: GPL-2.0-or-later
// Follow-ups of an earlier reset, lost state, and captures that lack what is needed.
#include <gtest/gtest.h>

#include "support/printers.h"
#include "support/trace.h"

namespace rstcause {
namespace {

using test::Trace;

TEST(LateSegment, AnswersEachSegmentThatComesAfterTheOwnReset) {
  const Trace trace(R"(
      0ms -> S
      1ms <- SA
      2ms -> A
      3ms -> RA
      4ms <- PA len 1000 ack 1
    4.1ms -> reply
    4.2ms <- PA len 1000 ack 1
    4.3ms -> reply
  )");

  EXPECT_EQ(trace.cause_in(4), "connect_probe");
  EXPECT_EQ(trace.cause_in(6), "late_segment");
  EXPECT_EQ(trace.cause_in(8), "late_segment");
  EXPECT_EQ(trace.in_frame(6).verdict.trigger, 5U);
  EXPECT_EQ(trace.in_frame(8).verdict.trigger, 7U);
  EXPECT_EQ(trace.in_frame(8).verdict.root, 4U) << "the first reset explains them all";
  EXPECT_EQ(trace.in_frame(8).verdict.basis, Basis::proved);
}

TEST(LateSegment, AnswersARepeatedFinAfterBothHadClosed) {
  const Trace trace(R"(
      0ms -> S
      1ms <- SA
      2ms -> A
      3ms -> FA
      4ms <- FA
      5ms -> A
    900ms <- FA again
    901ms -> reply
  )");

  EXPECT_EQ(trace.cause(), "late_segment");
  EXPECT_EQ(trace.last().verdict.root, 5U) << "the last FIN";
}

TEST(LateSegment, IsNotBlamedWhereOnlyOneEndHadClosed) {
  const Trace trace(R"(
      0ms -> S
      1ms <- SA
      2ms -> A
      3ms -> FA
      4ms <- A
    500ms <- PA len 5
    501ms -> reply
  )");

  EXPECT_EQ(trace.cause(), "data_after_close");
  EXPECT_EQ(trace.confidence_in("late_segment"), 0);
}

/// A reset out of SYN-SENT does not end the attempt (RFC 9293, 3.10.7.3, first: the segment is
/// discarded, and that is all).
TEST(LateSegment, IsNotBlamedForTheConnectionThatFollowsAResetOutOfSynSent) {
  const Trace trace(R"(
      0ms -> S
      1ms <- A rawseq 77777 rawack 88888
    1.1ms -> R rawseq 88888
     10ms -> S again
     11ms <- SA
     12ms -> A
     13ms -> PA len 10
     14ms <- PA len 10
     15ms -> A
     20ms -> RA
  )");

  EXPECT_EQ(trace.cause_in(10), "linger0");
  EXPECT_EQ(trace.in_frame(3).verdict.state, State::syn_sent)
      << "its SYN still waits for an answer";
}

TEST(LateSegment, IsNotBlamedForTheNextConnectionOnTheSamePorts) {
  const Trace trace(R"(
      0ms -> S
      1ms <- SA
      2ms -> A
      3ms -> RA
    100ms -> S isn 9000000
    101ms <- SA isn 7000000
    102ms -> A
    103ms -> PA len 5
    104ms <- PA len 5
    105ms -> A
    106ms -> RA
  )");

  EXPECT_EQ(trace.cause(), "linger0");
}

TEST(ResetEcho, AnswersWhatItsPeerSendsAfterItsOwnReset) {
  const Trace trace(R"(
     0ms -> S
     1ms <- SA
     2ms -> A
     3ms -> PA len 5
     4ms <- A
    10ms <- RA
    20ms <- PA len 5
    21ms -> reply
  )");

  EXPECT_EQ(trace.cause(), "reset_echo");
  EXPECT_EQ(trace.last().verdict.root, 6U);
  EXPECT_EQ(trace.last().verdict.trigger, 7U);
}

/// Packets that overtake each other on the way: the answer to the octets of frame 6 comes after the
/// client's reset, and at frame 8 the server did not have them yet.
TEST(ResetEcho, AnswersOctetsThatTheResetHadOvertaken) {
  const Trace trace(R"(
      0ms -> S
      1ms <- SA
      2ms -> A
      3ms -> PA len 5
      4ms <- A
     10ms -> PA len 5
     30ms -> RA
     31ms <- A ack 6
    240ms <- R seq 1
  )");

  EXPECT_EQ(trace.cause(), "reset_echo");
  EXPECT_EQ(trace.last().verdict.trigger, 6U);
  EXPECT_EQ(trace.last().verdict.root, 7U);
}

/// The server's last word may have crossed them.
TEST(ResetEcho, IsNotSaidWhereItsSenderMayHaveHadThemByThen) {
  const Trace trace(R"(
      0ms -> S
      1ms <- SA
      2ms -> A
      3ms -> PA len 5
      4ms <- A
     10ms -> PA len 5
     11ms <- A ack 6
     30ms -> RA
    240ms <- R seq 1
  )");

  EXPECT_NE(trace.cause(), "reset_echo");
}

TEST(ResetEcho, GivesWayToLateSegmentWhereTheResetterHadResetFirst) {
  const Trace trace(R"(
     0ms -> S
     1ms <- SA
     2ms -> A
     3ms -> PA len 5
     4ms <- RA
    20ms -> PA len 5
    21ms <- reply
  )");

  EXPECT_EQ(trace.cause(), "late_segment");
  EXPECT_EQ(trace.last().verdict.root, 5U);
}

/// A reset never draws a reset: window and timestamps show a live socket's own decision.
TEST(ResetEcho, IsNotBlamedForAnAbortThatCrossesTheOther) {
  const Trace trace(R"(
      0ms -> S
      1ms <- SA
      2ms -> A
      3ms -> PA len 5
      4ms <- PA len 5
      5ms -> A
      6ms -> RA
    6.1ms <- RA
  )");

  EXPECT_NE(trace.cause(), "reset_echo");
  EXPECT_EQ(trace.last().verdict.mode, Mode::abort);
}

TEST(ConnectionUnknown, IsBlamedWhenDataMeetsAHostThatForgot) {
  const Trace trace(R"(
       0ms -> S
       1ms <- SA
       2ms -> A
       3ms -> PA len 5
       4ms <- A
    9000ms -> PA len 5
    9001ms <- reply
  )");

  EXPECT_EQ(trace.cause(), "connection_unknown");
  EXPECT_EQ(trace.last().verdict.trigger, 6U);
  EXPECT_EQ(trace.last().verdict.idle, 8'996 * kMillisecond);
  EXPECT_EQ(trace.last().verdict.bytes_lost, 5U);
  EXPECT_LE(trace.last().verdict.confidence, 60) << "many causes look like this";
}

TEST(CaptureIncomplete, IsSaidOfALoneReset) {
  const Trace trace("0ms <- RA rawseq 55 rawack 77");

  EXPECT_EQ(trace.cause(), "capture_incomplete");
  EXPECT_EQ(trace.last().verdict.basis, Basis::unknown);
  EXPECT_EQ(trace.evidence(), (std::vector<Frame>{1}));
}

TEST(CaptureIncomplete, IsSaidWhereThePeersDirectionIsMissing) {
  EXPECT_EQ(Trace(R"(
     0ms -> A rawseq 50 rawack 70
     9ms -> PA rawseq 50 rawack 70 len 5
    20ms -> R rawseq 70
  )")
                .cause(),
            "capture_incomplete");
}

TEST(CaptureIncomplete, IsNotSaidOfAConnectionSeenFromItsStart) {
  const Trace trace(R"(
    0ms -> S
    1ms <- SA
    2ms -> A
    3ms -> PA len 10
    4ms <- PA len 10
    5ms -> A
    6ms <- RA seq 70000
  )");

  EXPECT_EQ(trace.cause(), "unknown");
  EXPECT_EQ(trace.last().verdict.mode, Mode::unknown);
  EXPECT_EQ(trace.last().verdict.basis, Basis::unknown);
  EXPECT_LE(trace.last().verdict.confidence, 50);
}

TEST(CaptureIncomplete, GainsWeightWhereAFrameShowsThatOthersAreMissing) {
  const Trace whole(R"(
    0ms -> S
    1ms <- SA
    2ms -> A
    3ms -> PA len 10
    4ms <- PA len 10
    5ms -> A
    6ms <- RA seq 70000
  )");
  const Trace torn(R"(
    0ms -> S
    1ms <- SA
    2ms -> A
    3ms -> PA len 10
    4ms <- PA len 10 seq 3001
    5ms -> A
    6ms <- RA seq 70000
  )");

  EXPECT_GT(torn.confidence_in("capture_incomplete"), whole.confidence_in("capture_incomplete"));
}

}  // namespace
}  // namespace rstcause
