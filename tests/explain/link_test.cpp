// SPDX-License-Identifier: GPL-2.0-or-later
#include <gtest/gtest.h>

#include "explain/packets.h"

namespace rstcause::explain::test {
namespace {

TEST(Ethernet, LeadsToTheSegmentWithWhatIpSaysOfIt) {
  Reader reader;
  const Collected& found = reader.read(LinkType::ethernet, ethernet(0x0800, ipv4(tcp())));
  ASSERT_EQ(found.segments().size(), 1U);
  const Segment& segment = found.segments()[0];
  EXPECT_TRUE(segment.rst);
  EXPECT_EQ(segment.frame, 1U);
  EXPECT_EQ(segment.tuple.src, Address::of(Address::Kind::ipv4, kClient));
  EXPECT_EQ(segment.tuple.dst, Address::of(Address::Kind::ipv4, kServer));
  EXPECT_EQ(segment.tuple.sport, 50001);
  EXPECT_EQ(segment.tuple.dport, 6379);
  EXPECT_EQ(segment.ip.ttl, 63);
  EXPECT_FALSE(segment.ip.may_fragment);
  EXPECT_EQ(segment.ip_id, 0x1234);
}

TEST(Ethernet, ShowsWhatStandsBehindTheDatagramOfAReset) {
  Reader reader;
  const Bytes trailer{0xAA, 0xBB, 0xCC};
  const Collected& found = reader.read(LinkType::ethernet, ethernet(0x0800, ipv4(tcp())) + trailer);
  ASSERT_EQ(found.segments().size(), 1U);
  EXPECT_EQ(Bytes(found.segments()[0].behind.begin(), found.segments()[0].behind.end()), trailer);
  EXPECT_EQ(found.segments()[0].len, 0U) << "padding is no payload";
}

TEST(Ethernet, CountsTheCheckSequenceToNoDatagram) {
  // A length of zero, as segmentation offload leaves it, means all that there is.
  Bytes packet = ipv4(tcp(kAck, {1, 2, 3}));
  packet[2] = packet[3] = 0;
  Reader reader;
  const Bytes frame = ethernet(0x0800, packet) + Bytes{9, 9, 9, 9};
  EXPECT_EQ(reader.read({LinkType::ethernet, 1, 4}, frame).segments()[0].len, 3U);
  EXPECT_EQ(reader.read({LinkType::ethernet, 1, 0}, frame).segments()[0].len, 7U);
}

TEST(Ethernet, IsReadThroughTagsOfEveryKind) {
  const Bytes tagged = Bytes{0x20, 5} + be16_of(0x0800) + ipv4(tcp());
  for (const std::uint16_t type : std::initializer_list<std::uint16_t>{0x8100, 0x88A8, 0x9100}) {
    EXPECT_EQ(segments_of(LinkType::ethernet, ethernet(type, tagged)), 1U);
    EXPECT_EQ(
        segments_of(LinkType::ethernet, ethernet(type, Bytes{0, 7} + be16_of(0x8100) + tagged)),
        1U);
  }
}

TEST(Ethernet, WithALengthIsNotedWhereItMayHoldIp) {
  Reader reader;
  const Bytes snap = Bytes{0xAA, 0xAA, 3, 0, 0, 0} + be16_of(0x0800) + ipv4(tcp());
  reader.read(LinkType::ethernet, ethernet(static_cast<std::uint16_t>(snap.size()), snap));
  EXPECT_EQ(reader.unread(), "LLC 0x00aa;");
}

TEST(Ethernet, OfASpanningTreeOrArpIsNoLoss) {
  Reader reader;
  reader.read(LinkType::ethernet, ethernet(3, {0x42, 0x42, 3}));
  reader.read(LinkType::ethernet, ethernet(0x0806, Bytes(28)));
  EXPECT_EQ(reader.unread(), "");
}

TEST(Ethernet, OfAnUnknownTypeIsNoted) {
  Reader reader;
  reader.read(LinkType::ethernet, ethernet(0x88E5, Bytes(28)));
  reader.read(LinkType::ethernet, ethernet(0x88E5, Bytes(28)));
  EXPECT_EQ(reader.unread(), "ethertype 0x88e5;");
  EXPECT_EQ(reader.walk().unread.total(), 2U);
}

TEST(Loopback, IsReadInBothOrdersOfItsFamily) {
  for (const Bytes& family : {Bytes{2, 0, 0, 0}, Bytes{0, 0, 0, 2}, Bytes{0, 0, 8, 0}})
    EXPECT_EQ(segments_of(LinkType::null, family + ipv4(tcp())), 1U);
  for (const std::uint8_t family : std::initializer_list<std::uint8_t>{24, 28, 30})
    EXPECT_EQ(segments_of(LinkType::null, Bytes{family, 0, 0, 0} + ipv6(tcp())), 1U);
  EXPECT_EQ(segments_of(LinkType::loop, Bytes{0, 0, 0, 2} + ipv4(tcp())), 1U);
}

TEST(RawIp, IsReadByItsVersion) {
  EXPECT_EQ(segments_of(LinkType::raw_ip, ipv4(tcp())), 1U);
  EXPECT_EQ(segments_of(LinkType::raw_ip, ipv6(tcp())), 1U);
  EXPECT_EQ(segments_of(LinkType::raw_ip4, ipv4(tcp())), 1U);
  EXPECT_EQ(segments_of(LinkType::raw_ip6, ipv6(tcp())), 1U);
}

TEST(CookedFrames, AreReadInBothVersions) {
  EXPECT_EQ(segments_of(LinkType::sll, Bytes(14) + be16_of(0x0800) + ipv4(tcp())), 1U);
  EXPECT_EQ(segments_of(LinkType::sll2, be16_of(0x86DD) + Bytes(18) + ipv6(tcp())), 1U);
}

TEST(CookedFrames, OfWirelessAreNoted) {
  Reader reader;
  reader.read(LinkType::sll, Bytes{0, 0} + be16_of(803) + Bytes(10) + be16_of(4) + Bytes(40));
  EXPECT_EQ(reader.unread(), "cooked frame's type 0x0323;");
}

TEST(Ppp, IsReadWithAndWithoutItsAddress) {
  EXPECT_EQ(segments_of(LinkType::ppp, Bytes{0xFF, 3, 0, 0x21} + ipv4(tcp())), 1U);
  EXPECT_EQ(segments_of(LinkType::ppp, Bytes{0x21} + ipv4(tcp())), 1U);
  EXPECT_EQ(segments_of(LinkType::ppp, Bytes{0, 0x57} + ipv6(tcp())), 1U);
}

TEST(Ppp, ThatCompressesTcpIsNoted) {
  Reader reader;
  reader.read(LinkType::ppp, Bytes{0xFF, 3, 0, 0x2D, 1, 2, 3});
  EXPECT_EQ(reader.unread(), "PPP protocol 0x002d;");
}

TEST(Pppoe, CutsOffWhatEthernetPadded) {
  Reader reader;
  const Bytes packet = Bytes{0, 0x21} + ipv4(tcp());
  const Bytes session = Bytes{0x11, 0, 0, 1} + be16_of(packet.size()) + packet + Bytes{7, 7};
  const Collected& found = reader.read(LinkType::ethernet, ethernet(0x8864, session));
  ASSERT_EQ(found.segments().size(), 1U);
  EXPECT_EQ(found.segments()[0].behind.size(), 2U);
}

TEST(Mpls, IsReadBelowTheBottomLabel) {
  const Bytes labels{0, 1, 0, 64, 0, 2, 1, 64};
  EXPECT_EQ(segments_of(LinkType::ethernet, ethernet(0x8847, labels + ipv4(tcp()))), 1U);
  EXPECT_EQ(segments_of(LinkType::ethernet, ethernet(0x8848, labels + ipv6(tcp()))), 1U);
}

TEST(Mpls, ThatCarriesAPseudowireIsNoted) {
  Reader reader;
  reader.read(LinkType::ethernet, ethernet(0x8847, Bytes{0, 1, 1, 64} + Bytes(40)));
  EXPECT_EQ(reader.unread(), "MPLS pseudowire;");
}

TEST(AnotherLinkType, IsNotedByItsName) {
  Reader reader;
  reader.read(LinkType::other, Bytes(40));
  EXPECT_EQ(reader.unread(), "link type 147;");
}

}  // namespace
}  // namespace rstcause::explain::test
