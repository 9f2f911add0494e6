// SPDX-License-Identifier: GPL-2.0-or-later
// F5's notes behind a frame, in both formats, as Wireshark's packet-f5ethtrailer.c describes them.
// tests/surface/carriers.py holds what they say against that dissector.
#include "engine/wire/f5_trailer.h"

#include <gtest/gtest.h>

#include <cstdint>
#include <string>
#include <vector>

#include "engine/wire/declared.h"

namespace rstcause {
namespace {

using namespace std::string_literals;
using Kind = Declared::Kind;

std::string number(std::uint64_t value, int octets) {
  std::string text;
  for (int i = octets; i > 0; --i) text += static_cast<char>(value >> (8 * (i - 1)));
  return text;
}

/// Length, version and side, build and line, text.
std::string cause(const std::string& text, bool peer = false, int version = 0) {
  const std::string body = number(static_cast<std::uint64_t>(version << 1) | (peer ? 1U : 0U), 1) +
                           number(0x2FB1B0E, 6) + number(1131, 2) + text;
  return number(body.size(), 1) + body;
}

std::string old_block(int type, int version, const std::string& content) {
  return number(static_cast<std::uint64_t>(type), 1) + number(content.size() + 1, 1) +
         number(static_cast<std::uint64_t>(version), 1) + content;
}
const std::string kOldLow = old_block(1, 1, "\1\0\0"s + number(7, 1) + "/Common"s);
const std::string kOldHigh = old_block(3, 0, std::string(39, '\0'));

/// The octets between the header of a medium block and the cause, by the block's version.
std::string medium(int version) {
  return std::string(version == 1 ? 26 : version == 2 ? 27 : version == 3 ? 31 : 31, '\x05');
}
std::string old_trailer(int version, const std::string& its_cause) {
  return kOldLow + old_block(2, version, medium(version) + its_cause) + kOldHigh;
}

std::string new_block(int provider, int type, int version, const std::string& content) {
  return number(static_cast<std::uint64_t>(provider), 2) +
         number(static_cast<std::uint64_t>(type), 2) + number(content.size() + 8, 2) +
         number(static_cast<std::uint64_t>(version), 2) + content;
}
std::string new_trailer(const std::string& its_cause, int provider = 1) {
  const std::string blocks = new_block(1, 1, 3, "\1\0\0\0"s) +
                             new_block(provider, 2, 4, medium(4) + its_cause) +
                             new_block(1, 3, 1, std::string(39, '\0'));
  return "\xF5\xDE\xB0\xF5"s + number(blocks.size() + 8, 2) + number(1, 2) + blocks;
}

Declared told(const std::string& behind) {
  return declared_by_trailer({reinterpret_cast<const std::uint8_t*>(behind.data()), behind.size()});
}

class F5Trailer : public ::testing::TestWithParam<int> {};

TEST_P(F5Trailer, TellsItsCauseInEachOfTheOldVersions) {
  const Declared d = told(old_trailer(GetParam(), cause("Flow expired (sweeper)")));

  EXPECT_EQ(d.kind, Kind::f5);
  EXPECT_EQ(d.text, "BIG-IP: [0x2fb1b0e:1131] Flow expired (sweeper)");
  EXPECT_EQ(d.token, "idle_timeout");
}
INSTANTIATE_TEST_SUITE_P(Versions, F5Trailer, ::testing::Values(1, 2, 3));

TEST(F5Trailer, TellsItsCauseBehindTheMagicNumber) {
  const Declared d = told(new_trailer(cause("No pool member available", true)));

  EXPECT_EQ(d.text, "BIG-IP: [0x2fb1b0e:1131] {peer} No pool member available");
}

TEST(F5Trailer, IsFoundBehindThePaddingOfAShortFrame) {
  EXPECT_EQ(told(std::string(6, '\0') + old_trailer(3, cause("Policy action"))).kind, Kind::f5);
  EXPECT_EQ(told(std::string(6, '\0') + new_trailer(cause("Policy action"))).kind, Kind::f5);
}

TEST(F5Trailer, IsNotToldWithoutACause) {
  EXPECT_EQ(told(old_trailer(3, number(0, 1))).kind, Kind::none);
  EXPECT_EQ(told(new_trailer(number(0, 1))).kind, Kind::none);
}

TEST(F5Trailer, IsNotReadWhereItsCauseHasAVersionOfTomorrow) {
  EXPECT_EQ(told(old_trailer(3, cause("Policy action", false, 1))).kind, Kind::none);
}

TEST(F5Trailer, IsNotReadFromAnotherProvidersBlock) {
  EXPECT_EQ(told(new_trailer(cause("Policy action"), 2)).kind, Kind::none);
}

TEST(F5Trailer, IsNotSeenInPaddingNorInAChecksum) {
  EXPECT_EQ(told("").kind, Kind::none);
  EXPECT_EQ(told(std::string(46, '\0')).kind, Kind::none);
  EXPECT_EQ(told(std::string(6, '\0') + "\x12\x34\x56\x78").kind, Kind::none);
  EXPECT_EQ(told("Policy action").kind, Kind::none);
}

TEST(F5Trailer, IsNoTrailerWhereItsFirstBlockHasAnImpossibleLength) {
  std::string trailer = old_trailer(3, cause("Policy action"));
  ++trailer[6];  // the length of the virtual server's name

  EXPECT_EQ(told(trailer).kind, Kind::none);
}

TEST(F5Trailer, IsToldAsFarAsItWasCaptured) {
  const std::string whole = new_trailer(cause("Flow expired (sweeper)"));
  const std::size_t text = whole.find("Flow");

  const Declared d = told(whole.substr(0, text + 6));
  EXPECT_EQ(d.text, "BIG-IP: [0x2fb1b0e:1131] Flow e...");
  EXPECT_EQ(d.token, "");
  for (std::size_t size = 0; size <= text; ++size)
    EXPECT_EQ(told(whole.substr(0, size)).kind, Kind::none) << size;
}

TEST(F5Trailer, IsMadePrintable) {
  EXPECT_EQ(told(new_trailer(cause("a\x1b[2Jb"))).text, "BIG-IP: [0x2fb1b0e:1131] a\\x1b[2Jb");
}

}  // namespace
}  // namespace rstcause
