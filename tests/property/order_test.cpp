// SPDX-License-Identifier: GPL-2.0-or-later
// A segment that the capture shows late is put in its place: whatever came between, the connection
// is then as it would be had the capture shown the true order.
#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <string>
#include <vector>

#include "engine/engine.h"

namespace rstcause {
namespace {

/// One long conversation at random, its segments a tenth of a millisecond apart, of which none is
/// like another: nothing in it is a copy.
class Conversation {
 public:
  explicit Conversation(std::uint32_t seed) : random_(seed) {}

  std::vector<Segment> segments(std::size_t count) {
    std::vector<Segment> made;
    while (made.size() < count) made.push_back(next());
    return made;
  }

 private:
  std::uint32_t pick(std::uint32_t below) {
    return std::uniform_int_distribution<std::uint32_t>(0, below - 1)(random_);
  }

  Segment next() {
    const std::size_t me = number_ < 2 ? number_ : pick(2);
    Segment s;
    s.time = kSecond + number_ * kMillisecond / 10;
    s.tuple = {ends_[me], ends_[1 - me], ports_[me], ports_[1 - me]};
    s.ip = {.version = 4, .ttl = 64};
    s.ip_id = static_cast<std::uint16_t>(++number_);
    s.syn = number_ <= 2;
    s.ack_set = number_ != 1;
    s.fin = number_ > 20 && pick(40) == 0;
    s.rst = number_ > 20 && pick(40) == 0;
    s.flags = static_cast<std::uint8_t>((s.fin ? 1U : 0U) | (s.syn ? 2U : 0U) | (s.rst ? 4U : 0U) |
                                        (s.ack_set ? 16U : 0U));
    const bool repeats = pick(6) == 0;
    s.seq = next_[me] - (repeats ? pick(50) : 0U);
    s.ack = next_[1 - me];
    s.len = s.syn || pick(3) == 0 ? 0 : pick(100);
    s.wnd = pick(8) == 0 ? std::uint16_t{0} : std::uint16_t{500};
    s.option_octets = stamps_;
    s.options_len = static_cast<std::uint8_t>(stamps_.size());
    if (s.seq_end().after(next_[me])) next_[me] = s.seq_end();
    return s;
  }

  std::mt19937 random_;
  std::uint32_t number_ = 0;
  std::array<SeqNum, 2> next_{SeqNum(0xFFFFFF00U), SeqNum(7000)};
  const std::array<Address, 2> ends_{Address::ipv4(10, 0, 0, 1), Address::ipv4(10, 0, 0, 2)};
  const std::array<std::uint16_t, 2> ports_{50000, 7000};
  static constexpr std::array<std::uint8_t, 12> stamps_{1, 1, 8, 10, 0, 0, 1, 2, 0, 0, 3, 4};
};

/// Segments of other connections, of which some hundred stand between any two of this one.
void feed_others(Engine& engine, const Segment& beside, std::uint16_t count) {
  for (std::uint16_t i = 0; i < count; ++i) {
    Segment other;
    other.frame = beside.frame;
    other.time = beside.time;
    other.tuple = {Address::ipv4(10, 1, 0, 1), Address::ipv4(10, 1, 0, 2),
                   static_cast<std::uint16_t>(1000 + i), 7000};
    other.ack_set = true;
    other.flags = 16;
    other.seq = SeqNum(beside.frame);
    engine.observe(other);
  }
}

/// What the segments did to one end. Whether a reset was somebody else's follows from its verdict,
/// which looks at what was there when it was weighed.
Trouble of_segments(const Flow& flow, End end) {
  Trouble trouble = flow.trouble(end);
  trouble.forged = 0;
  return trouble;
}

/// All that is known of the connection.
void expect_alike(const Engine& shown_late, const Engine& in_order) {
  const Flow &late = shown_late.flow(1), &flow = in_order.flow(1);
  for (const End end : {End::a, End::b}) {
    EXPECT_EQ(late.at(end), flow.at(end));
    EXPECT_EQ(of_segments(late, end), of_segments(flow, end));
  }
  EXPECT_EQ(late.over(), flow.over());
  EXPECT_EQ(late.last_time(), flow.last_time());
  EXPECT_EQ(late.longest_silence(), flow.longest_silence());
  EXPECT_EQ(late.is_client(End::a), flow.is_client(End::a));
}

struct Exchange {
  std::size_t place, later;
};

/// The engines after such a capture: as it shows it, and in the true order.
void compare(const std::vector<Segment>& segments, Exchange exchange, std::uint16_t others) {
  std::vector<Segment> shown = segments;
  std::rotate(shown.begin() + static_cast<std::ptrdiff_t>(exchange.place),
              shown.begin() + static_cast<std::ptrdiff_t>(exchange.place) + 1,
              shown.begin() + static_cast<std::ptrdiff_t>(exchange.place + exchange.later) + 1);
  const auto feed = [others](Engine& engine, std::vector<Segment> all) {
    Frame frame = 0;
    for (Segment& s : all) {
      s.frame = ++frame;
      engine.observe(s);
      feed_others(engine, s, others);
    }
  };
  Engine late, in_order;
  feed(late, shown);
  feed(in_order, segments);
  SCOPED_TRACE("segment " + std::to_string(exchange.place) + " shown " +
               std::to_string(exchange.later) + " later");
  expect_alike(late, in_order);
}

class ShownLate : public ::testing::TestWithParam<std::uint32_t> {};
INSTANTIATE_TEST_SUITE_P(Seeds, ShownLate, ::testing::Range(0U, 12U));

TEST_P(ShownLate, IsPutInItsPlace) {
  Conversation conversation(GetParam());
  const std::vector<Segment> segments = conversation.segments(90);

  // Behind the handshake, whose segments another rule orders by their numbers.
  for (std::size_t place = 2; place + 16 < segments.size(); place += 3)
    compare(segments, {place, 1 + place % 15}, 0);
}

TEST_P(ShownLate, IsPutInItsPlaceAmongOtherConnections) {
  Conversation conversation(GetParam());
  const std::vector<Segment> segments = conversation.segments(60);

  for (std::size_t place = 4; place + 16 < segments.size(); place += 13)
    compare(segments, {place, 1 + place % 15}, 120);
}

}  // namespace
}  // namespace rstcause
