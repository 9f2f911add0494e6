// SPDX-License-Identifier: GPL-2.0-or-later
#include "capture/headers.h"

#include <gtest/gtest.h>

#include <string>

#include "capture/host.h"

namespace rstcause::capture::test {
namespace {

using namespace std::string_literals;

std::string ipv4(const std::string& fragment = "\0\0"s) {
  return "\x45\0\0\x28\0\x07"s + fragment + "\x40\x06\0\0\xC6\x33\x64\x01\xCB\0\x71\x09"s;
}
std::string ipv6(char next) {
  return "\x60\0\0\0\0\x14"s + next + "\x40"s + "\x20\x01\x0d\xb8"s + std::string(11, '\0') +
         "\x01"s + "\x20\x01\x0d\xb8"s + std::string(11, '\0') + "\x02"s;
}
const std::string kTcp = "\0\x50\x12\x67\0\0\0\x01\0\0\0\x02\x50\x04\0\0\0\0\0\0"s;
const std::string kMac = "\x02\0\0\0\0\x0A\x02\0\0\0\0\x0B"s;
constexpr int kEthernet = 1, kSll = 113, kSll2 = 276, kRaw = 101;

std::optional<Headers> read(int type, const std::string& packet) {
  return read_headers(type, {reinterpret_cast<const std::uint8_t*>(packet.data()), packet.size()});
}

TEST(Headers, AreReadBehindEthernetWithAndWithoutVlanTags) {
  for (const std::string& tags : {""s, "\x81\0\0\x05"s, "\x88\xA8\0\x01\x81\0\0\x05"s}) {
    const auto packet = read(kEthernet, kMac + tags + "\x08\0"s + ipv4() + kTcp);
    ASSERT_TRUE(packet);
    EXPECT_EQ(to_string(packet->src.address, packet->src.port), "198.51.100.1:80");
    EXPECT_EQ(to_string(packet->dst.address, packet->dst.port), "203.0.113.9:4711");
    EXPECT_TRUE(packet->rst);
    EXPECT_EQ(packet->seq, 1U);
    EXPECT_EQ(packet->ack, 2U);
    EXPECT_EQ(packet->ip_id, 7);
    EXPECT_EQ(packet->sender->back(), 0x0B);
    EXPECT_EQ(packet->direction, Direction::unknown);
  }
}

TEST(Headers, TellTheDirectionAndTheInterfaceOfACaptureOnAllInterfaces) {
  const auto in = read(kSll, "\0\0\0\x01\0\x06\x02\0\0\0\0\x0B\0\0\x08\0"s + ipv4() + kTcp);
  const auto out =
      read(kSll2, "\x08\0\0\0\0\0\0\x09\0\x01\x04\x06\x02\0\0\0\0\x0B\0\0"s + ipv4() + kTcp);
  ASSERT_TRUE(in && out);
  EXPECT_EQ(in->direction, Direction::incoming);
  EXPECT_EQ(out->direction, Direction::outgoing);
  EXPECT_EQ(out->interface, 9U);
}

TEST(Headers, AreReadBehindExtensionHeadersOfIpv6) {
  const std::string hop = "\x06\0\0\0\0\0\0\0"s, fragment = "\x06\0\0\0\0\0\0\x01"s;
  EXPECT_TRUE(read(kRaw, ipv6('\x06') + kTcp));
  EXPECT_TRUE(read(kRaw, ipv6('\0') + hop + kTcp));
  EXPECT_TRUE(read(kRaw, ipv6('\x2C') + fragment + kTcp));
  EXPECT_FALSE(read(kRaw, ipv6('\x2C') + "\x06\0\x10\0\0\0\0\x01"s + kTcp)) << "a later fragment";
  EXPECT_FALSE(read(kRaw, ipv6('\x11') + kTcp)) << "UDP";
}

TEST(Headers, AreNoneOfWhatIsCutOrIsNoFirstFragment) {
  const std::string whole = kMac + "\x08\0"s + ipv4() + kTcp;
  constexpr std::size_t kThroughFlags = 14 + 20 + 14;
  for (std::size_t size = 0; size < kThroughFlags; ++size)
    EXPECT_FALSE(read(kEthernet, whole.substr(0, size))) << size;
  EXPECT_TRUE(read(kEthernet, whole.substr(0, kThroughFlags)));
  EXPECT_FALSE(read(kEthernet, kMac + "\x08\0"s + ipv4("\0\x10"s) + kTcp));
  EXPECT_FALSE(read(147, whole)) << "a link type that nobody knows";
}

TEST(Host, SentOnlyWhatLeftItByAddressAndByLink) {
  Host host;
  host.addresses = {Address::ipv4(198, 51, 100, 1)};
  const auto packet = *read(kEthernet, kMac + "\x08\0"s + ipv4() + kTcp);
  EXPECT_FALSE(host.ownership_of(packet).of_source) << "from another station: forged or bridged";
  host.macs = {*packet.sender};
  EXPECT_TRUE(host.ownership_of(packet).of_source);
  host.addresses = {Address::ipv4(203, 0, 113, 9)};
  EXPECT_FALSE(host.ownership_of(packet).of_source) << "passed on by this router";
  EXPECT_TRUE(host.ownership_of(packet).of_destination);
}

TEST(Host, SentWhateverPassesTheLoopback) {
  const auto packet = read(kEthernet, std::string(12, '\0') + "\x08\0"s + ipv4() + kTcp);
  Host host;
  host.addresses = {Address::ipv4(198, 51, 100, 1)};
  EXPECT_EQ(packet->direction, Direction::loopback);
  EXPECT_TRUE(host.ownership_of(*packet).of_source);
}

}  // namespace
}  // namespace rstcause::capture::test
