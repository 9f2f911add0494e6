// SPDX-License-Identifier: GPL-2.0-or-later
// What a reset looks like: each form with its nearest twin, and its trigger.
#include "engine/judge/scene.h"

#include <gtest/gtest.h>

#include "support/printers.h"
#include "unit/stage.h"

namespace rstcause {
namespace {

using test::Stage;

TEST(Form, IsAnAbortAtSndNxtWithALiveWindow) {
  const Stage stage(R"(
     0ms -> S
     1ms <- SA
     2ms -> A
    50ms -> RA
  )");

  EXPECT_EQ(stage.scene().form, Form::abort);
  EXPECT_FALSE(stage.scene().has_trigger());
}

TEST(Form, IsAnAbortWithTimestampsThoughTheWindowIsShut) {
  EXPECT_EQ(Stage(R"(
     0ms -> S
     1ms <- SA
     2ms -> A
    50ms -> RA win 0
  )")
                .scene()
                .form,
            Form::abort);
}

TEST(Form, IsAnAbortWithoutWindowWhereNothingLiveIsLeftInIt) {
  EXPECT_EQ(Stage(R"(
     0ms -> S
     1ms <- SA
     2ms -> A
    50ms -> RA win 0 plain
  )")
                .scene()
                .form,
            Form::abort_no_window);
}

/// The peer's window was drawn back: the abort stands at the window's edge (Linux
/// tcp_acceptable_seq()).
TEST(Form, IsAnAbortAtTheUnacknowledgedEdge) {
  EXPECT_EQ(Stage(R"(
     0ms -> S
     1ms <- SA
     2ms -> A
     3ms -> PA len 500
     4ms <- A ack 151 win 0
    50ms -> RA seq 151
  )")
                .scene()
                .form,
            Form::abort);
}

TEST(Form, IsForeignWhereTheNumberIsNobodys) {
  EXPECT_EQ(Stage(R"(
     0ms -> S
     1ms <- SA
     2ms -> A
    50ms -> RA seq 70000000
  )")
                .scene()
                .form,
            Form::foreign);
}

TEST(Form, IsAReplyAtTheAckOfTheTrigger) {
  const Stage stage(R"(
       0ms -> S
       1ms <- SA
       2ms -> A
    9000ms -> PA len 5
    9001ms <- reply
  )");

  EXPECT_EQ(stage.scene().form, Form::reply);
  EXPECT_EQ(stage.scene().trigger.frame, 4U);
  EXPECT_EQ(stage.scene().trigger_kind, TriggerKind::data);
}

TEST(Form, IsABareAbortWhereTheSegmentThatItQuotesWasTakenLongAgo) {
  const Stage stage(R"(
       0ms -> S
       1ms <- SA
       2ms -> A
       3ms -> PA len 5
       4ms <- A
    9000ms <- R
  )");

  EXPECT_EQ(stage.scene().form, Form::abort_bare);
  EXPECT_FALSE(stage.scene().has_trigger());
}

TEST(Form, IsAReplyToNoAckForASynAndItsRawZero) {
  const Stage stage(R"(
    0ms -> S
    1ms <- reply
  )");

  EXPECT_EQ(stage.scene().form, Form::reply_to_no_ack);
  EXPECT_EQ(stage.scene().trigger_kind, TriggerKind::syn);
}

TEST(Form, IsAReplyWithAckWhereItMeetsDataAfterACloseAndNothingLives) {
  const Stage stage(R"(
       0ms -> S
       1ms <- SA
       2ms -> A
     500ms <- FA
     501ms -> A
    9000ms -> PA len 5
    9001ms <- RA win 0 plain
  )");

  EXPECT_EQ(stage.scene().form, Form::reply_with_ack);
  EXPECT_EQ(stage.scene().trigger.frame, 6U);
}

/// Windows aborts without window and options; an answer to a segment with ACK has no ACK
/// (RFC 9293, 3.5.2).
TEST(Form, IsAnAbortWithoutWindowWhereTheConnectionWasOpen) {
  const Stage stage(R"(
       0ms -> S
       1ms <- SA
       2ms -> A
    9000ms -> PA len 5
    9001ms <- RA win 0 plain
  )");

  EXPECT_EQ(stage.scene().form, Form::abort_no_window);
}

/// RFC 9293, 3.10.4: what X sent last may be missing from the capture.
TEST(Form, IsAnAbortAheadWithinThePeersWindow) {
  EXPECT_EQ(Stage(R"(
     0ms -> S
     1ms <- SA
     2ms -> A
    50ms -> RA seq 600
  )")
                .scene()
                .form,
            Form::abort_ahead);
}

TEST(Form, IsAnAbortAndNoReplyWithAckWhereTheSocketLives) {
  EXPECT_EQ(Stage(R"(
       0ms -> S
       1ms <- SA
       2ms -> A
    9000ms -> PA len 5
    9001ms <- RA
  )")
                .scene()
                .form,
            Form::abort);
}

/// The acknowledgment field of a plain RST says nothing (RFC 9293, 3.1: significant with ACK only).
TEST(Form, DoesNotHeedTheAckFieldOfAPlainReset) {
  for (const char* ack : {"0", "1", "4294967295"}) {
    EXPECT_EQ(Stage(" 0ms -> S\n 1ms <- SA\n 2ms -> A\n 9000ms -> PA len 5\n 9001ms <- R rawseq "
                    "500001 rawack " +
                    std::string(ack))
                  .scene()
                  .form,
              Form::reply)
        << ack;
  }
}

/// The whole exchange lies across 2^32 for both ends.
TEST(Form, DoesNotCareForTheWrap) {
  const Stage stage(R"(
       0ms -> S isn 4294967290
       1ms <- SA isn 4294967293
       2ms -> A
       3ms -> PA len 10
       4ms <- PA len 10
       5ms -> A
    3000ms -> RA
  )");

  EXPECT_EQ(stage.scene().form, Form::abort);
}

TEST(Trigger, IsTheNewestSegmentThatTheResetQuotes) {
  const Stage stage(R"(
       0ms -> S
       1ms <- SA
       2ms -> A
       3ms -> PA len 5
    9000ms -> PA len 5
    9001ms <- reply
  )");

  EXPECT_EQ(stage.scene().trigger.frame, 5U);
  EXPECT_EQ(stage.scene().rst.before_trigger, 4U);
}

/// One RST for each segment of a burst, in their order (RFC 9293, 3.5.2).
TEST(Trigger, IsTheOldestUnansweredSegmentOfABurst) {
  const Stage second(R"(
        0ms -> S
        1ms <- SA
        2ms -> A
     5000ms -> PA len 5
    5000.01ms -> PA len 5
    5000.02ms -> PA len 5
    5001ms <- R rawseq 500001
    5001.01ms <- R rawseq 500001
  )");

  EXPECT_EQ(second.scene().trigger.frame, 5U);
  EXPECT_TRUE(second.scene().rst.fresh_trigger);
}

TEST(Trigger, IsNotFreshOnceAllOfABurstIsAnswered) {
  const Stage stage(R"(
        0ms -> S
        1ms <- SA
        2ms -> A
     5000ms -> PA len 5
     5001ms <- R rawseq 500001
    5001.01ms <- R rawseq 500001
  )");

  EXPECT_FALSE(stage.scene().rst.fresh_trigger);
}

TEST(Trigger, IsNoSegmentOfTheResetterItself) {
  const Stage stage(R"(
    0ms -> S
    1ms <- SA
    2ms -> A
    3ms <- A
    9ms <- R rawseq 500001
  )");

  EXPECT_NE(stage.scene().trigger.frame, 4U);
}

}  // namespace
}  // namespace rstcause
