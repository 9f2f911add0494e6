// SPDX-License-Identifier: GPL-2.0-or-later
// What a reset looks like: each form with its nearest twin, the trigger, promptness, states.
#include "engine/scene.h"

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
  )").scene().form, Form::abort);
}

TEST(Form, IsAnAbortWithoutWindowWhereNothingLiveIsLeftInIt) {
  EXPECT_EQ(Stage(R"(
     0ms -> S
     1ms <- SA
     2ms -> A
    50ms -> RA win 0 plain
  )").scene().form, Form::abort_no_window);
}

/// The peer's window was drawn back: the abort stands at the window's edge (taxonomy 1.2).
TEST(Form, IsAnAbortAtTheUnacknowledgedEdge) {
  EXPECT_EQ(Stage(R"(
     0ms -> S
     1ms <- SA
     2ms -> A
     3ms -> PA len 500
     4ms <- A ack 151 win 0
    50ms -> RA seq 151
  )").scene().form, Form::abort);
}

TEST(Form, IsForeignWhereTheNumberIsNobodys) {
  EXPECT_EQ(Stage(R"(
     0ms -> S
     1ms <- SA
     2ms -> A
    50ms -> RA seq 70000
  )").scene().form, Form::foreign);
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

TEST(Form, IsAReplyWithAckWhereBothNumbersAreTheTriggersAndNothingLives) {
  const Stage stage(R"(
       0ms -> S
       1ms <- SA
       2ms -> A
    9000ms -> PA len 5
    9001ms <- RA win 0 plain
  )");

  EXPECT_EQ(stage.scene().form, Form::reply_with_ack);
  EXPECT_EQ(stage.scene().trigger.frame, 4U);
}

TEST(Form, IsAnAbortAndNoReplyWithAckWhereTheSocketLives) {
  EXPECT_EQ(Stage(R"(
       0ms -> S
       1ms <- SA
       2ms -> A
    9000ms -> PA len 5
    9001ms <- RA
  )").scene().form, Form::abort);
}

/// taxonomy 10.2: the acknowledgment field of a plain RST is a zero and no number.
TEST(Form, DoesNotHeedTheAckFieldOfAPlainReset) {
  for (const char* ack : {"0", "1", "4294967295"}) {
    EXPECT_EQ(Stage(" 0ms -> S\n 1ms <- SA\n 2ms -> A\n 9000ms -> PA len 5\n 9001ms <- R rawseq 500001 rawack " +
                    std::string(ack)).scene().form, Form::reply) << ack;
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

/// taxonomy 10.4: one RST for each segment of a burst, in their order.
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

TEST(Prompt, AllowsFiveMillisecondsWhateverThePath) {
  const auto scene_after = [](const char* time) {
    return " 0ms -> S\n 0.1ms <- SA\n 0.2ms -> A\n 9000ms -> PA len 5\n " + std::string(time) + " <- reply\n";
  };

  EXPECT_TRUE(Stage(scene_after("9005ms")).scene().prompt());
  EXPECT_FALSE(Stage(scene_after("9006ms")).scene().prompt());
}

TEST(Prompt, AllowsHalfAsMuchAgainAsTheQuickestAnswer) {
  const auto scene_after = [](const char* time) {
    return " 0ms -> S\n 100ms <- SA\n 100.1ms -> A\n 9000ms -> PA len 5\n " + std::string(time) + " <- reply\n";
  };

  EXPECT_TRUE(Stage(scene_after("9150ms")).scene().prompt());
  EXPECT_FALSE(Stage(scene_after("9151ms")).scene().prompt());
}

TEST(Idle, IsTheSilenceBeforeTheTrigger) {
  const Stage stage(R"(
       0ms -> S
       1ms <- SA
       2ms -> A
    5002ms -> PA len 5
    5003ms <- reply
  )");

  EXPECT_EQ(stage.scene().rst.idle, 5 * kSecond);
}

TEST(Idle, IsTheSilenceBeforeAnAbort) {
  const Stage stage(R"(
       0ms -> S
       1ms <- SA
       2ms -> A
    5002ms -> RA
  )");

  EXPECT_EQ(stage.scene().rst.idle, 5 * kSecond);
}

struct StateCase {
  State state;
  const char* conversation;
};

/// The state of the end that sends the reset at the end of each.
TEST(ApparentState, FollowsRfc9293) {
  const std::vector<StateCase> rows = {
      {State::closed, "0ms -> S\n 1ms <- reply"},
      {State::syn_sent, "0ms -> S\n 1ms <- A rawseq 7 rawack 8\n 1.1ms -> R rawseq 8"},
      {State::syn_received, "0ms -> S\n 1ms <- SA\n 2ms -> A ack 99\n 3ms <- reply"},
      {State::established, "0ms -> S\n 1ms <- SA\n 2ms -> A\n 3ms -> RA"},
      {State::established, "0ms -> S\n 1ms <- SA\n 2ms -> A\n 9ms <- RA"},
      {State::close_wait, "0ms -> S\n 1ms <- SA\n 2ms -> A\n 3ms <- FA\n 4ms -> A\n 5ms -> RA"},
      {State::fin_wait_1, "0ms -> S\n 1ms <- SA\n 2ms -> A\n 3ms -> FA\n 9ms -> RA"},
      {State::fin_wait_2, "0ms -> S\n 1ms <- SA\n 2ms -> A\n 3ms -> FA\n 4ms <- A\n 9ms -> RA"},
      {State::last_ack, "0ms -> S\n 1ms <- SA\n 2ms -> A\n 3ms <- FA\n 4ms -> FA\n 9ms -> RA"},
      {State::closing, "0ms -> S\n 1ms <- SA\n 2ms -> A\n 3ms -> FA\n 4ms <- FA ack 1\n 5ms -> A\n 9ms -> RA"},
      {State::time_wait,
       "0ms -> S\n 1ms <- SA\n 2ms -> A\n 3ms -> FA\n 4ms <- FA\n 5ms -> A\n 6ms <- FA again\n 7ms -> reply"},
  };

  for (const StateCase& row : rows) EXPECT_EQ(Stage(row.conversation).scene().state, row.state) << row.conversation;
}

}  // namespace
}  // namespace rstcause
