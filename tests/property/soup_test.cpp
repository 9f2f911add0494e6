// SPDX-License-Identifier: GPL-2.0-or-later
// Segments that no sane TCP would send: the engine must stand, and must always have an answer.
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <random>

#include "engine/engine.h"
#include "engine/json.h"
#include "engine/report.h"

namespace rstcause {
namespace {

/// Random flags and numbers over few ports, so that segments meet; numbers mostly near each
/// other, sometimes anywhere on the circle.
class Soup {
 public:
  explicit Soup(std::uint32_t seed) : random_(seed) {}

  Segment next() {
    Segment s;
    s.frame = ++frame_;
    s.time = time_ += pick(kSecond);
    const bool forth = pick(2) == 0;
    const Address a = Address::ipv4(10, 0, 0, 1), b = Address::ipv4(10, 0, 0, 2);
    const auto client = static_cast<std::uint16_t>(50000 + pick(4)),
               server = static_cast<std::uint16_t>(7000 + pick(2));
    s.tuple = forth ? Tuple{a, b, client, server} : Tuple{b, a, server, client};
    set_flags(s);
    s.seq = number();
    s.ack = s.ack_set || pick(4) == 0 ? number() : SeqNum(0);
    s.len = pick(3) == 0 ? static_cast<std::uint32_t>(pick(1500)) : 0;
    s.wnd = pick(5) == 0 ? std::uint16_t{0} : static_cast<std::uint16_t>(pick(65536));
    s.ip = {.version = 4,
            .ttl = static_cast<std::uint8_t>(pick(256)),
            .id = static_cast<std::uint16_t>(pick(3))};
    for (std::uint8_t& octet : octets_) octet = static_cast<std::uint8_t>(pick(40));
    s.options_len = static_cast<std::uint8_t>(4 * pick(11));
    s.option_octets = std::span(octets_).first(static_cast<std::size_t>(pick(s.options_len + 1)));
    s.payload = std::string_view("*1\r\n$4\r\nPING\r\n+PONG\r\n")
                    .substr(0, std::min<std::uint32_t>(s.len, 20));
    return s;
  }

 private:
  std::int64_t pick(std::int64_t below) {
    return std::uniform_int_distribution<std::int64_t>(0, below - 1)(random_);
  }

  SeqNum number() {
    if (pick(20) == 0) return SeqNum(static_cast<std::uint32_t>(random_()));
    return SeqNum(0xFFFFFF00U) + static_cast<std::uint32_t>(pick(600));
  }

  void set_flags(Segment& s) {
    constexpr std::array<std::uint8_t, 12> kUsual = {0x02, 0x12, 0x10, 0x10, 0x18, 0x18,
                                                     0x11, 0x04, 0x14, 0x14, 0x10, 0x19};
    s.flags = pick(10) == 0 ? static_cast<std::uint8_t>(pick(256))
                            : kUsual[static_cast<std::size_t>(pick(12))];
    s.fin = (s.flags & 0x01U) != 0;
    s.syn = (s.flags & 0x02U) != 0;
    s.rst = (s.flags & 0x04U) != 0;
    s.psh = (s.flags & 0x08U) != 0;
    s.ack_set = (s.flags & 0x10U) != 0;
    s.urg = (s.flags & 0x20U) != 0;
  }

  std::mt19937 random_;
  std::array<std::uint8_t, 40> octets_{};
  Frame frame_ = 0;
  Nanos time_ = 0;
};

class SegmentSoup : public ::testing::TestWithParam<std::uint32_t> {};
INSTANTIATE_TEST_SUITE_P(Seeds, SegmentSoup, ::testing::Values(1U, 5961U, 9293U));

TEST_P(SegmentSoup, HasAVerdictWithEvidenceForEveryReset) {
  Soup soup(GetParam());
  Engine engine;
  std::size_t resets = 0;

  for (int i = 0; i < 20'000; ++i) {
    const Segment s = soup.next();
    engine.observe(s);
    resets += s.rst ? 1U : 0U;
  }

  ASSERT_EQ(engine.explained().size(), resets);
  ASSERT_GT(resets, 1000U);
  for (const Explained& e : engine.explained()) {
    ASSERT_NE(e.verdict.cause, nullptr);
    ASSERT_FALSE(e.verdict.evidence.empty()) << e.verdict.cause->token << " in frame " << e.frame();
    int sum = e.verdict.confidence;
    for (const Alternative& other : e.verdict.alternatives) sum += other.confidence;
    ASSERT_LE(sum, 100);
    ASSERT_GE(e.verdict.confidence, 1);
    ASSERT_GE(e.verdict.idle, 0);
    ASSERT_LT(e.verdict.trigger, e.frame());
    ASSERT_LT(e.duplicate_of, e.frame());
  }
}

TEST_P(SegmentSoup, CitesNoFrameOfTheFutureUnlessRevised) {
  Soup soup(GetParam());
  Engine engine;

  for (int i = 0; i < 20'000; ++i) engine.observe(soup.next());

  for (const Explained& e : engine.explained()) {
    for (const Finding& f : e.verdict.evidence) {
      ASSERT_LE(f.frame, std::max(e.frame(), e.revised))
          << e.verdict.cause->token << ": " << f.clue->name;
    }
  }
}

TEST_P(SegmentSoup, CanBeToldInWordsWithoutAHole) {
  Soup soup(GetParam());
  Engine engine;

  for (int i = 0; i < 5'000; ++i) engine.observe(soup.next());

  for (const Explained& e : engine.explained()) {
    const Report report = report_on(engine, e);
    ASSERT_EQ(report.summary.find('{'), std::string::npos) << report.summary;
    ASSERT_FALSE(to_json(report, "soup").empty());
  }
}

TEST_P(SegmentSoup, IsJudgedTheSameTwice) {
  const auto tokens = [](std::uint32_t seed) {
    Soup soup(seed);
    Engine engine;
    for (int i = 0; i < 5'000; ++i) engine.observe(soup.next());
    std::vector<std::string_view> all;
    for (const Explained& e : engine.explained()) all.push_back(e.verdict.cause->token);
    return all;
  };

  EXPECT_EQ(tokens(GetParam()), tokens(GetParam()));
}

}  // namespace
}  // namespace rstcause
