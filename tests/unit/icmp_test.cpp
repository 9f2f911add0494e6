// SPDX-License-Identifier: GPL-2.0-or-later
#include "engine/wire/icmp.h"

#include <gtest/gtest.h>

#include <vector>

namespace rstcause {
namespace {

using Octets = std::vector<std::uint8_t>;

/// An ICMP message about 198.51.100.10:50000 -> 203.0.113.20:80, sequence number 0x01020304.
Octets about_tcp(std::uint8_t type, std::uint8_t code, Octets rest = {0, 0, 0, 0}) {
  Octets made = {type, code, 0, 0};
  made.insert(made.end(), rest.begin(), rest.end());
  const Octets quote = {0x45, 0,  0,   60, 0,   1,  0x40, 0,    64, 6,  0, 0, 198, 51,
                        100,  10, 203, 0,  113, 20, 0xC3, 0x50, 0,  80, 1, 2, 3,   4};
  made.insert(made.end(), quote.begin(), quote.end());
  return made;
}

Octets about_tcp6(std::uint8_t type, std::uint8_t code, Octets extension = {}) {
  Octets made = {type, code, 0, 0, 0, 0, 0x05, 0x00};
  Octets ip(40, 0);
  ip[0] = 0x60;
  ip[6] = extension.empty() ? 6 : 0;
  ip[23] = 1;
  ip[39] = 2;
  made.insert(made.end(), ip.begin(), ip.end());
  made.insert(made.end(), extension.begin(), extension.end());
  const Octets tcp = {0xC3, 0x50, 0, 80, 1, 2, 3, 4};
  made.insert(made.end(), tcp.begin(), tcp.end());
  return made;
}

TEST(Icmp, NamesTheSegmentThatItQuotes) {
  IcmpError error;
  ASSERT_TRUE(decode_icmp(about_tcp(3, 1), false, error));
  EXPECT_EQ(error.quoted.src, Address::ipv4(198, 51, 100, 10));
  EXPECT_EQ(error.quoted.dst, Address::ipv4(203, 0, 113, 20));
  EXPECT_EQ(error.quoted.sport, 50000);
  EXPECT_EQ(error.quoted.dport, 80);
  EXPECT_EQ(error.seq.raw(), 0x01020304U);
  EXPECT_EQ(hindrance_of(error), Hindrance::unreachable);
  EXPECT_EQ(to_string(error), "host unreachable");
}

TEST(Icmp, IsReadInIpv6BehindAnExtensionHeader) {
  IcmpError error;
  ASSERT_TRUE(decode_icmp(about_tcp6(1, 1, {6, 0, 0, 0, 0, 0, 0, 0}), true, error));
  EXPECT_EQ(error.quoted.dport, 80);
  EXPECT_EQ(hindrance_of(error), Hindrance::prohibited);
}

TEST(Icmp, TellsWhatFits) {
  IcmpError v4, v6;
  ASSERT_TRUE(decode_icmp(about_tcp(3, 4, {0, 0, 0x05, 0x78}), false, v4));
  EXPECT_EQ(v4.mtu, 1400U);
  EXPECT_EQ(to_string(v4), "fragmentation needed, at most 1400 octets fit");
  ASSERT_TRUE(decode_icmp(about_tcp6(2, 0), true, v6));
  EXPECT_EQ(v6.mtu, 1280U);
}

TEST(Icmp, IsNoErrorWhereItAnswersAPing) {
  IcmpError error;
  EXPECT_FALSE(decode_icmp(about_tcp(0, 0), false, error));
  EXPECT_FALSE(decode_icmp(about_tcp(3, 16), false, error)) << "a code that nobody defined";
  EXPECT_FALSE(decode_icmp(about_tcp(1, 3), false, error)) << "type 1 is ICMPv6's";
}

TEST(Icmp, SaysNothingOfUdpNorOfALaterFragment) {
  IcmpError error;
  Octets udp = about_tcp(3, 3);
  udp[8 + 9] = 17;
  EXPECT_FALSE(decode_icmp(udp, false, error));
  Octets fragment = about_tcp(3, 3);
  fragment[8 + 7] = 100;
  EXPECT_FALSE(decode_icmp(fragment, false, error));
}

TEST(Icmp, IsNotReadFromFewerOctetsThanRfc792Quotes) {
  for (const bool v6 : {false, true}) {
    const Octets whole = v6 ? about_tcp6(1, 0) : about_tcp(3, 1);
    for (std::size_t length = 0; length < whole.size(); ++length) {
      IcmpError error;
      EXPECT_FALSE(decode_icmp({whole.data(), length}, v6, error)) << length;
    }
  }
}

}  // namespace
}  // namespace rstcause
