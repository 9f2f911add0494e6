// SPDX-License-Identifier: GPL-2.0-or-later
#include "engine/memory/frame_order.h"

#include <gtest/gtest.h>

#include <iterator>

namespace rstcause {
namespace {

/// Of seven frames the second, the third and the last were left out.
FrameOrder three_of_seven() {
  FrameOrder order;
  for (const Frame gone : {2U, 3U, 7U}) order.leave_out(gone);
  return order;
}

TEST(FrameOrder, GivesTheNumbersThatAReadFilterLeaves) {
  const FrameOrder order = three_of_seven();
  const Frame expected[] = {0, 1, 0, 0, 2, 3, 4, 0, 5};
  for (Frame frame = 0; frame < std::size(expected); ++frame)
    EXPECT_EQ(order.number_of(frame), expected[frame]) << frame;
}

TEST(FrameOrder, FindsTheFrameOfANumberAgain) {
  const FrameOrder order = three_of_seven();
  for (Frame number = 1; number < 6; ++number)
    EXPECT_EQ(order.number_of(order.numbered(number)), number);
}

TEST(FrameOrder, SaysOfAFrameThatItWasLeftOut) {
  FrameOrder order = three_of_seven();
  EXPECT_EQ(order.text(4), "2");
  EXPECT_EQ(order.text(7), "left out by the read filter");
  order.take_back();
  EXPECT_EQ(order.text(7), "5");
}

TEST(FrameOrder, LeavesNumbersAloneWhereNothingIsMissing) {
  const FrameOrder order;
  EXPECT_EQ(order.number_of(12), 12U);
  EXPECT_EQ(order.numbered(12), 12U);
  EXPECT_FALSE(order.has_left_out());
}

}  // namespace
}  // namespace rstcause
