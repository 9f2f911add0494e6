// SPDX-License-Identifier: GPL-2.0-or-later
// When a reset came, and in which state its sender stood.
#include "engine/judge/scene.h"

#include <gtest/gtest.h>

#include "support/printers.h"
#include "unit/stage.h"

namespace rstcause {
namespace {

using test::Stage;

TEST(Prompt, AllowsFiveMillisecondsWhateverThePath) {
  const auto scene_after = [](const char* time) {
    return " 0ms -> S\n 0.1ms <- SA\n 0.2ms -> A\n 9000ms -> PA len 5\n " + std::string(time) +
           " <- reply\n";
  };

  EXPECT_TRUE(Stage(scene_after("9005ms")).scene().prompt());
  EXPECT_FALSE(Stage(scene_after("9006ms")).scene().prompt());
}

TEST(Prompt, AllowsHalfAsMuchAgainAsTheQuickestAnswer) {
  const auto scene_after = [](const char* time) {
    return " 0ms -> S\n 100ms <- SA\n 100.1ms -> A\n 9000ms -> PA len 5\n " + std::string(time) +
           " <- reply\n";
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
      {State::closing,
       "0ms -> S\n 1ms <- SA\n 2ms -> A\n 3ms -> FA\n 4ms <- FA ack 1\n 5ms -> A\n 9ms -> RA"},
      {State::time_wait,
       "0ms -> S\n 1ms <- SA\n 2ms -> A\n 3ms -> FA\n 4ms <- FA\n 5ms -> A\n 6ms <- FA again\n 7ms "
       "-> reply"},
  };

  for (const StateCase& row : rows)
    EXPECT_EQ(Stage(row.conversation).scene().state, row.state) << row.conversation;
}

}  // namespace
}  // namespace rstcause
