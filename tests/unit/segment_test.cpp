// SPDX-License-Identifier: GPL-2.0-or-later
#include "engine/wire/segment.h"

#include <gtest/gtest.h>

#include <vector>

namespace rstcause {
namespace {

using Octets = std::vector<std::uint8_t>;

// 50000 > 6379, seq 0x01020304, ack 0x05060708, header 24, PSH ACK, window 501, MSS, "PING".
const Octets kSegment = {0xc3, 0x50, 0x18, 0xeb, 1, 2, 3,    4, 5, 6,    7,   8,   0x60, 0x18,
                         0x01, 0xf5, 0,    0,    0, 0, 0x02, 4, 5, 0xb4, 'P', 'I', 'N',  'G'};
constexpr std::uint32_t kReported = 28;
constexpr std::uint32_t kHeader = 24;

TEST(DecodeTcp, ReadsEveryFieldOfAWholeSegment) {
  Segment s;

  ASSERT_TRUE(decode_tcp(kSegment, kReported, s));

  EXPECT_EQ(s.tuple.sport, 50000);
  EXPECT_EQ(s.tuple.dport, 6379);
  EXPECT_EQ(s.seq.raw(), 0x01020304U);
  EXPECT_EQ(s.ack.raw(), 0x05060708U);
  EXPECT_TRUE(s.ack_set);
  EXPECT_FALSE(s.fin || s.syn || s.rst);
  EXPECT_EQ(s.flags, 0x18);
  EXPECT_EQ(s.wnd, 501);
  EXPECT_EQ(s.options_len, 4);
  EXPECT_EQ(options_of(s).mss_octets, 1460);
  EXPECT_EQ(s.len, 4U);
  EXPECT_EQ(s.payload, "PING");
}

TEST(DecodeTcp, KeepsEachFlagBitApart) {
  for (int bit = 0; bit < 8; ++bit) {
    Octets octets = kSegment;
    octets[13] = static_cast<std::uint8_t>(1U << static_cast<unsigned>(bit));
    Segment s;

    ASSERT_TRUE(decode_tcp(octets, kReported, s));

    EXPECT_EQ(s.flags, octets[13]);
    EXPECT_EQ(s.fin, bit == 0);
    EXPECT_EQ(s.syn, bit == 1);
    EXPECT_EQ(s.rst, bit == 2);
    EXPECT_EQ(s.ack_set, bit == 4);
  }
}

TEST(DecodeTcp, TellsWhateverWasCapturedAtEveryLength) {
  for (std::size_t captured = 0; captured <= kSegment.size(); ++captured) {
    const Octets octets(kSegment.begin(), kSegment.begin() + static_cast<std::ptrdiff_t>(captured));
    Segment s;

    const bool told = decode_tcp(octets, kReported, s);

    ASSERT_EQ(told, captured >= kLeastHeader) << captured;
    if (!told) continue;
    EXPECT_EQ(s.seq.raw(), 0x01020304U);
    EXPECT_EQ(s.len, 4U) << "the true length, whatever was captured";
    EXPECT_EQ(s.wnd, captured >= 16 ? 501 : 0) << captured;
    EXPECT_EQ(options_of(s).cut, captured < kHeader) << captured;
    EXPECT_EQ(s.payload.size(), captured > kHeader ? captured - kHeader : 0) << captured;
  }
}

TEST(DecodeTcp, RefusesADataOffsetBelowTheFixedHeader) {
  for (unsigned words = 0; words < 5; ++words) {
    Octets octets = kSegment;
    octets[12] = static_cast<std::uint8_t>(words << 4U);
    Segment s;

    EXPECT_FALSE(decode_tcp(octets, kReported, s)) << words;
  }
}

TEST(DecodeTcp, RefusesAHeaderLongerThanTheSegment) {
  Octets octets = kSegment;
  octets[12] = 0x80;
  Segment s;

  EXPECT_FALSE(decode_tcp(octets, kReported, s));
  EXPECT_FALSE(decode_tcp(kSegment, kHeader - 1, s));
  EXPECT_TRUE(decode_tcp(kSegment, kHeader, s));
}

/// Ethernet pads short frames: what the IP header does not count is no payload.
TEST(DecodeTcp, LeavesPaddingBehindTheSegmentOut) {
  Segment s;

  ASSERT_TRUE(decode_tcp(kSegment, kHeader, s));

  EXPECT_EQ(s.len, 0U);
  EXPECT_TRUE(s.payload.empty());
}

TEST(DecodeTcp, LeavesWhatTheIpHeaderToldAlone) {
  Segment s;
  s.frame = 7;
  s.time = 42;
  s.ip.ttl = 63;
  s.tuple.src = Address::ipv4(10, 0, 0, 1);

  ASSERT_TRUE(decode_tcp(kSegment, kReported, s));

  EXPECT_EQ(s.frame, 7U);
  EXPECT_EQ(s.time, 42);
  EXPECT_EQ(s.ip.ttl, 63);
  EXPECT_EQ(s.tuple.src, Address::ipv4(10, 0, 0, 1));
}

TEST(Segment, CountsSynAndFinAsOneOctetEach) {
  Segment s;
  s.seq = SeqNum(0xFFFFFFFFU);
  s.syn = s.fin = true;
  s.len = 3;

  EXPECT_EQ(s.seq_len(), 5U);
  EXPECT_EQ(s.seq_end(), SeqNum(4));
}

}  // namespace
}  // namespace rstcause
