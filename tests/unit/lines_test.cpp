// SPDX-License-Identifier: GPL-2.0-or-later
#include "engine/tell/lines.h"

#include <gtest/gtest.h>

namespace rstcause {
namespace {

TEST(FirstLine, HasAllOfATextThatFits) {
  EXPECT_EQ(first_line_of("Four", 4), 4U);
  EXPECT_EQ(first_line_of("", 4), 0U);
}

TEST(FirstLine, EndsWithASentenceRatherThanLaterWithinOne) {
  EXPECT_EQ(first_line_of("One. Two, three four five", 20), 4U);
}

TEST(FirstLine, EndsWithAPartOfASentenceRatherThanWithAWord) {
  EXPECT_EQ(first_line_of("One, two three four", 12), 4U);
}

TEST(FirstLine, EndsWithAWordWhereThereIsNothingElse) {
  EXPECT_EQ(first_line_of("one two three", 9), 7U);
}

TEST(FirstLine, IsFullWhereAWordIsLongerThanIt) {
  EXPECT_EQ(first_line_of("aaaaaaaaaa", 8), 8U);
}

TEST(FirstLine, BreaksNoUtf8Sequence) {
  EXPECT_EQ(first_line_of("aaa\xE2\x82\xAC\xE2\x82\xAC", 8), 6U);
}

/// Whatever the text: who takes line for line comes to its end.
TEST(FirstLine, AlwaysTakesSomething) {
  for (const std::string_view text : {" aaaaaaaaaa", ". aaaaaaaaa", "\x80\x80\x80\x80\x80\x80"})
    EXPECT_GT(first_line_of(text, 4), 0U) << text;
}

}  // namespace
}  // namespace rstcause
