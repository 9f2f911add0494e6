// SPDX-License-Identifier: GPL-2.0-or-later
#include "engine/wire/address.h"

#include <gtest/gtest.h>

#include <vector>

namespace rstcause {
namespace {

Address ipv6(const std::vector<unsigned>& groups) {
  std::vector<std::uint8_t> octets;
  for (const unsigned group : groups) {
    octets.push_back(static_cast<std::uint8_t>(group >> 8U));
    octets.push_back(static_cast<std::uint8_t>(group & 0xFFU));
  }
  return Address::of(Address::Kind::ipv6, octets);
}

TEST(AddressText, WritesIpv4AsDottedQuad) {
  EXPECT_EQ(to_string(Address::ipv4(192, 0, 2, 1)), "192.0.2.1");
  EXPECT_EQ(to_string(Address::ipv4(0, 0, 0, 0)), "0.0.0.0");
  EXPECT_EQ(to_string(Address::ipv4(255, 255, 255, 255)), "255.255.255.255");
}

struct Rfc5952 {
  const char* rule;
  std::vector<unsigned> groups;
  const char* text;
};

TEST(AddressText, FollowsRfc5952ForIpv6) {
  const std::vector<Rfc5952> rows = {
      {"2.1: no leading zeros", {0x2001, 0xdb8, 1, 2, 3, 4, 5, 6}, "2001:db8:1:2:3:4:5:6"},
      {"4.2.1: shortened as much as possible", {0x2001, 0xdb8, 0, 0, 0, 0, 2, 1}, "2001:db8::2:1"},
      {"4.2.2: a single group of 0 stays",
       {0x2001, 0xdb8, 0, 1, 1, 1, 1, 1},
       "2001:db8:0:1:1:1:1:1"},
      {"4.2.3: the longest run", {0x2001, 0, 0, 1, 0, 0, 0, 1}, "2001:0:0:1::1"},
      {"4.2.3: the first of equal runs", {0x2001, 0xdb8, 0, 0, 1, 0, 0, 1}, "2001:db8::1:0:0:1"},
      {"4.3: lower case", {0xABCD, 0xEF, 1, 1, 1, 1, 1, 1}, "abcd:ef:1:1:1:1:1:1"},
      {"all zero", {0, 0, 0, 0, 0, 0, 0, 0}, "::"},
      {"loopback", {0, 0, 0, 0, 0, 0, 0, 1}, "::1"},
      {"zeros at the end", {0xfe80, 0, 0, 0, 0, 0, 0, 0}, "fe80::"},
      {"zeros at both ends", {0, 0, 1, 0, 0, 0, 0, 0}, "0:0:1::"},
  };

  for (const Rfc5952& row : rows) EXPECT_EQ(to_string(ipv6(row.groups)), row.text) << row.rule;
}

TEST(AddressText, WritesOtherKindsAsHexadecimalAndNoneAsAQuestion) {
  const std::vector<std::uint8_t> octets = {0x00, 0x0a, 0xff};

  EXPECT_EQ(to_string(Address::of(Address::Kind::other, octets)),
            "000aff00000000000000000000000000");
  EXPECT_EQ(to_string(Address{}), "?");
}

/// RFC 3986, 3.2.2: a colon of the address must not be taken for the port's.
TEST(AddressText, PutsBracketsRoundIpv6BeforeAPort) {
  EXPECT_EQ(to_string(Address::ipv4(10, 0, 0, 1), 80), "10.0.0.1:80");
  EXPECT_EQ(to_string(ipv6({0xfd00, 0, 0, 0, 0, 0, 0, 2}), 6379), "[fd00::2]:6379");
}

TEST(Address, TakesNoMoreThanSixteenOctets) {
  const std::vector<std::uint8_t> many(40, 7);

  EXPECT_EQ(Address::of(Address::Kind::other, many).octets.back(), 7);
}

TEST(Address, IsAnotherOneWhereTheKindDiffers) {
  const std::vector<std::uint8_t> four = {10, 0, 0, 1};

  EXPECT_EQ(Address::of(Address::Kind::ipv4, four), Address::ipv4(10, 0, 0, 1));
  EXPECT_FALSE(Address::of(Address::Kind::other, four) == Address::ipv4(10, 0, 0, 1));
}

}  // namespace
}  // namespace rstcause
