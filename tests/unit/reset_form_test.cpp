// SPDX-License-Identifier: GPL-2.0-or-later
// The table of forms: its rows, and of each that tests/unit/scene_test.cpp does not show one
// conversation beside its nearest twin.
#include "engine/judge/reset_form.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>

#include "support/printers.h"
#include "unit/stage.h"

namespace rstcause {
namespace {

using test::Stage;

Form form_of(const char* conversation) {
  return Stage(conversation).scene().form;
}

TEST(FormRows, SayInWordsWhenTheyHoldAndWhereThatIsWritten) {
  std::set<std::string_view> names;
  for (const FormRow& row : form_rows()) {
    EXPECT_FALSE(row.name.empty());
    EXPECT_FALSE(row.source.empty()) << row.name;
    EXPECT_TRUE(names.insert(row.name).second) << row.name;
  }
}

TEST(FormRows, HoldEveryForm) {
  for (int form = 0; form <= static_cast<int>(Form::foreign); ++form) {
    EXPECT_TRUE(std::any_of(form_rows().begin(), form_rows().end(), [&](const FormRow& row) {
      return row.form == static_cast<Form>(form);
    })) << form;
  }
}

TEST(FormRows, NameTheRowOfAResetThatNothingElseWasCapturedOf) {
  const Stage alone("0ms <- RA rawseq 7000 rawack 9000");

  EXPECT_EQ(&form_row_of(alone.scene().rst, alone.scene().flow), &form_rows().back());
}

TEST(FormRows, TakeSeqZeroOfAnUnseenConnectionForTheAnswerToASyn) {
  EXPECT_EQ(form_of("0ms <- RA rawseq 0 rawack 9000 win 0 plain"), Form::reply_to_no_ack);
  EXPECT_EQ(form_of("0ms <- RA rawseq 1 rawack 9000 win 0 plain"), Form::foreign);
}

TEST(FormRows, TellLwipsAnswerFromAnAbortByItsWindow) {
  EXPECT_EQ(form_of(R"(
       0ms -> S
       1ms <- SA bare
       2ms -> A plain
       3ms -> PA len 5 plain
       4ms <- A win 4000 plain
       5ms -> PA len 5 plain
       6ms <- RA win 5000 plain
  )"),
            Form::reply_with_ack);
  EXPECT_EQ(form_of(R"(
       0ms -> S
       1ms <- SA bare
       2ms -> A plain
       3ms -> PA len 5 plain
       4ms <- A win 4000 plain
       5ms -> PA len 5 plain
       6ms <- RA win 4000 plain
  )"),
            Form::abort);
}

TEST(FormRows, TakeABareResetOfAPeerThatWasNotCapturedForNobodys) {
  EXPECT_EQ(form_of(R"(
       0ms <- A
      50ms <- R
  )"),
            Form::foreign);
}

TEST(FormRows, TakeBothNumbersOfASegmentForAnAnswer) {
  EXPECT_EQ(form_of(R"(
       0ms -> S
       1ms <- SA
       2ms -> A
       3ms <- PA len 100
       4ms -> A
    9000ms -> PA len 5 ack 1
    9001ms <- RA seq 1 win 0 plain
  )"),
            Form::reply_with_ack);
}

}  // namespace
}  // namespace rstcause
