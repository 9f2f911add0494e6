// SPDX-License-Identifier: GPL-2.0-or-later
//
// As packet-tcp.c of Wireshark 4.0 numbers them; equal.py asks the real one.
#include "explain/layers/streams.h"

#include <gtest/gtest.h>

namespace rstcause::explain {
namespace {

constexpr bool kSyn = true, kAck = true;

class StreamsTest : public testing::Test {
 protected:
  static Tuple forward(std::uint16_t port = 50001) {
    return {Address::ipv4(192, 0, 2, 1), Address::ipv4(192, 0, 2, 9), port, 80};
  }
  static Tuple back(std::uint16_t port = 50001) {
    return {Address::ipv4(192, 0, 2, 9), Address::ipv4(192, 0, 2, 1), 80, port};
  }
  /// The number after that segment.
  std::uint32_t after(const Tuple& tuple, std::uint32_t seq, std::uint32_t ack, bool syn,
                      bool has_ack, bool is_whole = true) {
    streams_.note({tuple, SeqNum(seq), SeqNum(ack), syn, has_ack, is_whole});
    return streams_.of(tuple).value();
  }

  Streams streams_;
};

TEST_F(StreamsTest, CountsConversationsInBothDirectionsAsOne) {
  EXPECT_EQ(after(forward(), 100, 0, kSyn, !kAck), 0U);
  EXPECT_EQ(after(back(), 500, 101, kSyn, kAck), 0U);
  EXPECT_EQ(after(forward(50002), 100, 0, kSyn, !kAck), 1U);
  EXPECT_EQ(after(forward(), 101, 501, !kSyn, kAck), 0U);
}

TEST_F(StreamsTest, CountsIpv4AndIpv6Together) {
  Tuple v6 = forward();
  v6.src.kind = v6.dst.kind = Address::Kind::ipv6;
  EXPECT_EQ(after(forward(), 1, 0, kSyn, !kAck), 0U);
  EXPECT_EQ(after(v6, 1, 0, kSyn, !kAck), 1U);
  EXPECT_EQ(after(forward(7), 1, 0, kSyn, !kAck), 2U);
}

TEST_F(StreamsTest, BeginsAnewWithASynOfAnotherNumber) {
  after(forward(), 100, 0, kSyn, !kAck);
  EXPECT_EQ(after(forward(), 100, 0, kSyn, !kAck), 0U) << "the same one again";
  EXPECT_EQ(after(forward(), 7777, 0, kSyn, !kAck), 1U);
  EXPECT_EQ(after(back(), 500, 7778, kSyn, kAck), 1U);
}

TEST_F(StreamsTest, TakesASynAckOfAnotherNumberForTheSame) {
  after(forward(), 100, 0, kSyn, !kAck);
  after(back(), 500, 101, kSyn, kAck);
  EXPECT_EQ(after(back(), 900, 101, kSyn, kAck), 0U);
}

TEST_F(StreamsTest, GuessesTheNumberOfAConversationThatBeganBefore) {
  after(forward(), 1000, 2000, !kSyn, kAck);
  EXPECT_EQ(after(forward(), 999, 0, kSyn, !kAck), 0U) << "one before the first that was seen";
  EXPECT_EQ(after(back(), 1999, 0, kSyn, !kAck), 0U) << "one before what was acknowledged";
  EXPECT_EQ(after(forward(), 5, 0, kSyn, !kAck), 1U);
}

TEST_F(StreamsTest, LearnsNoNumberFromAQuotationButCountsIt) {
  EXPECT_EQ(after(forward(), 100, 0, kSyn, !kAck, false), 0U);
  EXPECT_EQ(after(forward(), 7777, 0, kSyn, !kAck), 0U);
  EXPECT_EQ(after(forward(), 100, 0, kSyn, !kAck, false), 1U) << "it tells of another number";
}

TEST_F(StreamsTest, KnowsNothingOfWhatItHasNotSeen) {
  EXPECT_EQ(streams_.of(forward()), std::nullopt);
  after(forward(), 100, 0, kSyn, !kAck);
  EXPECT_EQ(streams_.of(forward(2)), std::nullopt);
}

TEST_F(StreamsTest, TellsManyApart) {
  for (std::uint32_t i = 0; i < 50000; ++i)
    ASSERT_EQ(after(forward(static_cast<std::uint16_t>(i)), 1, 0, kSyn, !kAck), i);
  for (std::uint32_t i = 0; i < 50000; ++i)
    ASSERT_EQ(streams_.of(back(static_cast<std::uint16_t>(i))), i);
}

}  // namespace
}  // namespace rstcause::explain
