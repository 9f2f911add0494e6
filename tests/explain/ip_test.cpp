// SPDX-License-Identifier: GPL-2.0-or-later
#include <gtest/gtest.h>

#include "explain/packets.h"

namespace rstcause::explain::test {
namespace {

constexpr std::uint16_t kMore = 0x2000;

TEST(Ipv4, OfAnotherVersionOrAShortHeaderHoldsNothing) {
  Bytes packet = ipv4(tcp());
  packet[0] = 0x55;
  EXPECT_EQ(segments_of(LinkType::ethernet, ethernet(0x0800, packet)), 0U);
  packet[0] = 0x44;
  EXPECT_EQ(segments_of(LinkType::ethernet, ethernet(0x0800, packet)), 0U);
}

TEST(Ipv4, ThatStatesMoreThanTheFrameHoldsIsCutToTheFrame) {
  Bytes packet = ipv4(tcp(kAck, {1, 2, 3}));
  packet[2] = 9;
  Reader reader;
  EXPECT_EQ(reader.read(LinkType::raw_ip, packet).segments()[0].len, 3U);
}

TEST(Ipv4, WithASourceRouteIsSentToItsEnd) {
  Bytes packet = ipv4({});
  packet[0] = 0x47;
  packet[3] = 20 + 8 + 20;
  const Bytes route{131, 7, 4, 192, 0, 2, 77, 0};
  Reader reader;
  const Collected& found = reader.read(LinkType::raw_ip, packet + route + tcp());
  ASSERT_EQ(found.segments().size(), 1U);
  EXPECT_EQ(found.segments()[0].tuple.dst, Address::ipv4(192, 0, 2, 77));
}

TEST(Ipv4, CutBehindTheFlagsStillTellsOfTheReset) {
  Reader reader;
  const Collected& found = reader.read(LinkType::raw_ip, ipv4(tcp()), 34);
  ASSERT_EQ(found.segments().size(), 1U);
  EXPECT_TRUE(found.segments()[0].rst);
  EXPECT_EQ(reader.walk().streams.of(found.segments()[0].tuple), std::nullopt)
      << "Wireshark gives no number before it has seen the window";
  EXPECT_TRUE(reader.read(LinkType::raw_ip, ipv4(tcp()), 33).empty());
}

TEST(Fragments, MakeTheirDatagramInAnyOrder) {
  const Bytes whole = tcp(kAck, {1, 2, 3, 4, 5, 6});
  const Bytes first(whole.begin(), whole.begin() + 16), last(whole.begin() + 16, whole.end());
  for (const bool backwards : {false, true}) {
    Reader reader;
    const Bytes one = ipv4(first, 6, kMore), two = ipv4(last, 6, 2);
    EXPECT_TRUE(reader.read(LinkType::raw_ip, backwards ? two : one).empty());
    const Collected& found = reader.read(LinkType::raw_ip, backwards ? one : two);
    ASSERT_EQ(found.segments().size(), 1U);
    EXPECT_EQ(found.segments()[0].frame, 2U) << "the frame that completes it brings it";
    EXPECT_EQ(found.segments()[0].payload, std::string("\1\2\3\4\5\6"));
    EXPECT_TRUE(found.segments()[0].behind.empty());
  }
}

TEST(Fragments, ThatComeTwiceBeginAnewBehindTheirDatagram) {
  const Bytes whole = tcp(kAck, {1, 2, 3, 4, 5, 6});
  const Bytes one = ipv4({whole.begin(), whole.begin() + 16}, 6, kMore);
  const Bytes two = ipv4({whole.begin() + 16, whole.end()}, 6, 2);
  Reader reader;
  std::size_t segments = 0;
  for (const Bytes& packet : {one, one, two, two, one})
    segments += reader.read(LinkType::raw_ip, packet).segments().size();
  EXPECT_EQ(segments, 2U);
}

TEST(Fragments, OfWhichTheFirstIsCutAreReadAsFarAsItGoes) {
  const Bytes whole = tcp(kRst, Bytes(20));
  Reader reader;
  const Collected& found =
      reader.read(LinkType::raw_ip, ipv4({whole.begin(), whole.begin() + 32}, 6, kMore), 44);
  ASSERT_EQ(found.segments().size(), 1U);
  EXPECT_EQ(found.segments()[0].len, 12U);
}

TEST(Fragments, OfHostileNumberAreGivenUpAndNoted) {
  Reader reader;
  // All of one datagram, whose end never comes.
  for (int i = 0; i < 9000; ++i) reader.read(LinkType::raw_ip, ipv4(Bytes(8), 6, kMore | 1));
  EXPECT_EQ(reader.unread(), "fragments beyond what is kept;");
}

TEST(Ipv6, IsReadBehindItsExtensionHeaders) {
  const Bytes headers = Bytes{60, 0, 1, 4, 0, 0, 0, 0} + Bytes{43, 0, 1, 4, 0, 0, 0, 0} +
                        Bytes{44, 0, 0, 0, 0, 0, 0, 0} + Bytes{6, 0, 0, 0, 0, 0, 0, 9};
  Reader reader;
  const Collected& found = reader.read(LinkType::raw_ip, ipv6(headers + tcp(), 0));
  ASSERT_EQ(found.segments().size(), 1U);
  EXPECT_EQ(found.segments()[0].ip.version, 6);
  EXPECT_EQ(found.segments()[0].ip.ttl, 62);
}

TEST(Ipv6, FragmentsMakeTheirDatagram) {
  const Bytes whole = tcp(kRst, Bytes(12));
  Reader reader;
  reader.read(LinkType::raw_ip,
              ipv6(Bytes{6, 0, 0, 1, 0, 0, 0, 7} + Bytes(whole.begin(), whole.begin() + 16), 44));
  const Collected& found = reader.read(
      LinkType::raw_ip,
      ipv6(Bytes{6, 0, 0, 16, 0, 0, 0, 7} + Bytes(whole.begin() + 16, whole.end()), 44));
  ASSERT_EQ(found.segments().size(), 1U);
  EXPECT_EQ(found.segments()[0].len, 12U);
}

TEST(Ipv6, ThatHasSegmentsLeftIsNoted) {
  Reader reader;
  const Bytes routing = Bytes{6, 2, 4, 1, 0, 0, 0, 0} + kClient6;
  EXPECT_TRUE(reader.read(LinkType::raw_ip, ipv6(routing + tcp(), 43)).empty());
  EXPECT_EQ(reader.unread(), "IPv6 routing header of type 4;");
}

TEST(IpProtocols, ThatMayHideTcpAreNoted) {
  Reader reader;
  reader.read(LinkType::raw_ip, ipv4(Bytes(40), 50));
  reader.read(LinkType::raw_ip, ipv6(Bytes(40), 51));
  reader.read(LinkType::raw_ip, ipv4(Bytes(40), 132));  // SCTP
  EXPECT_EQ(reader.unread(), "IP protocol 50;IP protocol 51;");
}

TEST(IcmpErrors, AreTakenAndWhatTheyQuoteIsNoSegment) {
  Reader reader;
  const Collected& found =
      reader.read(LinkType::raw_ip, ipv4(Bytes{3, 1, 0, 0, 0, 0, 0, 0} + ipv4(tcp(kSyn)), 1));
  EXPECT_TRUE(found.segments().empty());
  ASSERT_EQ(found.errors().size(), 1U);
  EXPECT_EQ(found.errors()[0].quoted.dport, 6379);
  EXPECT_EQ(found.errors()[0].from, Address::of(Address::Kind::ipv4, kClient));
}

TEST(IcmpErrors, AreTakenInIpv6) {
  Reader reader;
  const Collected& found =
      reader.read(LinkType::raw_ip, ipv6(Bytes{1, 0, 0, 0, 0, 0, 0, 0} + ipv6(tcp(kSyn)), 58));
  EXPECT_TRUE(found.segments().empty());
  ASSERT_EQ(found.errors().size(), 1U);
}

TEST(IcmpErrors, InsideAnotherErrorAreNotTaken) {
  Reader reader;
  const Bytes error = ipv4(Bytes{3, 1, 0, 0, 0, 0, 0, 0} + ipv4(tcp(kSyn)), 1);
  EXPECT_TRUE(
      reader.read(LinkType::raw_ip, ipv4(Bytes{11, 0, 0, 0, 0, 0, 0, 0} + error, 1)).empty());
}

}  // namespace
}  // namespace rstcause::explain::test
