// SPDX-License-Identifier: GPL-2.0-or-later
#include <gtest/gtest.h>

#include "explain/layers/carriers.h"
#include "explain/packets.h"

namespace rstcause::explain::test {
namespace {

const Bytes kInner4 = ipv4(tcp()), kInner6 = ipv6(tcp());

TEST(IpInIp, IsReadInEachOfItsFourForms) {
  EXPECT_EQ(segments_of(LinkType::raw_ip, ipv4(kInner4, 4)), 1U);
  EXPECT_EQ(segments_of(LinkType::raw_ip, ipv4(kInner6, 41)), 1U);
  EXPECT_EQ(segments_of(LinkType::raw_ip, ipv6(kInner4, 4)), 1U);
  EXPECT_EQ(segments_of(LinkType::raw_ip, ipv6(kInner6, 41)), 1U);
}

TEST(Gre, IsReadWithEveryFieldThatItMayHave) {
  EXPECT_EQ(segments_of(LinkType::raw_ip, ipv4(Bytes{0, 0, 8, 0} + kInner4, 47)), 1U);
  EXPECT_EQ(segments_of(LinkType::raw_ip, ipv4(Bytes{0x20, 0, 8, 0} + Bytes(4) + kInner4, 47)), 1U);
  EXPECT_EQ(
      segments_of(LinkType::raw_ip, ipv6(Bytes{0xB0, 0, 0x86, 0xDD} + Bytes(12) + kInner6, 47)),
      1U);
}

TEST(Gre, CarriesEthernetAndPpp) {
  EXPECT_EQ(
      segments_of(LinkType::raw_ip, ipv4(Bytes{0, 0, 0x65, 0x58} + ethernet(0x0800, kInner4), 47)),
      1U);
  EXPECT_EQ(segments_of(LinkType::raw_ip, ipv4(Bytes{0x30, 0x81, 0x88, 0x0B} + Bytes(12) +
                                                   Bytes{0xFF, 3, 0, 0x21} + kInner4,
                                               47)),
            1U);
}

TEST(Gre, OfAnUnknownProtocolIsNoted) {
  Reader reader;
  reader.read(LinkType::raw_ip, ipv4(Bytes{0x10, 0, 0x88, 0xBE} + Bytes(40), 47));
  EXPECT_EQ(reader.unread(), "GRE protocol 0x88be;");
}

TEST(Vxlan, IsReadByItsPort) {
  const Bytes packet = Bytes{8, 0, 0, 0, 0, 0, 7, 0} + ethernet(0x0800, kInner4);
  EXPECT_EQ(segments_of(LinkType::raw_ip, ipv4(udp(55000, 4789, packet), 17)), 1U);
}

TEST(Vxlan, FromALowerPortIsNotedForAnotherMayOwnThat) {
  Reader reader;
  const Bytes packet = Bytes{8, 0, 0, 0, 0, 0, 7, 0} + ethernet(0x0800, kInner4);
  EXPECT_TRUE(reader.read(LinkType::raw_ip, ipv4(udp(1900, 4789, packet), 17)).empty());
  EXPECT_EQ(reader.unread(), "UDP port 4789;");
}

TEST(Geneve, IsReadBehindItsOptions) {
  const Bytes options{1, 2, 0, 0};
  EXPECT_EQ(segments_of(LinkType::raw_ip, ipv4(udp(55000, 6081,
                                                   Bytes{1, 0, 0x65, 0x58, 0, 0, 7, 0} + options +
                                                       ethernet(0x86DD, kInner6)),
                                               17)),
            1U);
}

TEST(GtpU, IsReadBehindItsExtensionHeaders) {
  const Bytes plain = Bytes{0x30, 0xFF} + be16_of(kInner4.size()) + Bytes{0, 0, 0, 7} + kInner4;
  EXPECT_EQ(segments_of(LinkType::raw_ip, ipv4(udp(2152, 2152, plain), 17)), 1U);
  const Bytes extended = Bytes{0x34, 0xFF} + be16_of(8 + kInner6.size()) + Bytes{0, 0, 0, 7} +
                         Bytes{0, 0, 0, 0x85} + Bytes{1, 0x10, 7, 0} + kInner6;
  EXPECT_EQ(segments_of(LinkType::raw_ip, ipv4(udp(2152, 2152, extended), 17)), 1U);
}

TEST(Tunnels, GiveEachSegmentTheAddressesOfItsOwnDatagram) {
  Reader reader;
  const Collected& found = reader.read(LinkType::raw_ip, ipv6(kInner4, 4));
  ASSERT_EQ(found.segments().size(), 1U);
  EXPECT_EQ(found.segments()[0].tuple.src.kind, Address::Kind::ipv4);
  EXPECT_EQ(found.segments()[0].ip.ttl, 63);
}

TEST(Tunnels, NestedWithoutEndAreGivenUpAndNoted) {
  Bytes packet = kInner4;
  for (int i = 0; i < 200; ++i) packet = ipv4(packet, 4);
  Reader reader;
  EXPECT_TRUE(reader.read(LinkType::raw_ip, packet).empty());
  EXPECT_EQ(reader.unread(), "layers nested too deeply;");
}

TEST(TunnelPorts, AreNotedWhateverTheDirection) {
  for (const auto& [port, name] : udp_tunnels()) {
    Reader reader;
    reader.read(LinkType::raw_ip, ipv4(udp(60000, port, Bytes(20)), 17));
    reader.read(LinkType::raw_ip, ipv4(udp(port, 60000, Bytes(20)), 17));
    EXPECT_EQ(reader.unread(),
              "UDP port " + std::to_string(port) + " (" + std::string(name) + ");");
  }
}

TEST(TunnelPorts, OfTcpAreNotedWhereSomethingIsSaid) {
  Bytes said = tcp(kAck, {1}), silent = tcp(kAck);
  said[2] = silent[2] = 0x19;  // 6653, OpenFlow
  said[3] = silent[3] = 0xFD;
  Reader reader;
  reader.read(LinkType::raw_ip, ipv4(silent));
  EXPECT_EQ(reader.unread(), "");
  EXPECT_EQ(reader.read(LinkType::raw_ip, ipv4(said)).segments().size(), 1U);
  EXPECT_EQ(reader.unread(), "TCP port 6653 (openflow);");
}

TEST(OrdinaryDatagrams, AreNoLoss) {
  Reader reader;
  reader.read(LinkType::raw_ip, ipv4(udp(53000, 53, Bytes(20)), 17));
  EXPECT_EQ(reader.unread(), "");
}

}  // namespace
}  // namespace rstcause::explain::test
