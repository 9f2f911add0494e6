// SPDX-License-Identifier: GPL-2.0-or-later
#include "engine/wire/options.h"

#include <gtest/gtest.h>

#include <vector>

namespace rstcause {
namespace {

using Octets = std::vector<std::uint8_t>;

Options parsed(const Octets& octets) {
  return parse_options(octets, octets.size());
}

// MSS 1460, SACK permitted, timestamps 1/2, NOP, window scale 7: what Linux puts into a SYN.
const Octets kLinuxSyn = {2, 4, 5, 0xb4, 4, 2, 8, 10, 0, 0, 0, 1, 0, 0, 0, 2, 1, 3, 3, 7};

TEST(Options, ReadTheSetOfAnOperatingSystem) {
  const Options o = parsed(kLinuxSyn);

  EXPECT_TRUE(o.mss && o.sack_permitted && o.timestamps && o.window_scale);
  EXPECT_EQ(o.mss_octets, 1460);
  EXPECT_EQ(o.ts_val, 1U);
  EXPECT_EQ(o.ts_ecr, 2U);
  EXPECT_EQ(o.shift, 7);
  EXPECT_FALSE(o.cut);
}

TEST(Options, AreAllAbsentWhereThereAreNone) {
  const Options o = parsed({});

  EXPECT_FALSE(o.mss || o.sack_permitted || o.timestamps || o.window_scale || o.sack || o.md5 ||
               o.cut);
}

TEST(Options, EndAtTheEndOfOptionList) {
  EXPECT_FALSE(parsed({0, 2, 4, 5, 0xb4}).mss);
}

TEST(Options, KnowSackMd5AuthenticationAndFastOpen) {
  const Options o = parsed({5,  10, 0, 0, 0, 1, 0, 0, 0, 2, 34, 2, 29, 4, 1, 1, 19,
                            18, 0,  0, 0, 0, 0, 0, 0, 0, 0, 0,  0, 0,  0, 0, 0, 0});

  EXPECT_TRUE(o.sack && o.fast_open && o.tcp_ao && o.md5);
}

TEST(Options, StepOverKindsTheyDoNotKnow) {
  EXPECT_TRUE(parsed({253, 4, 0xab, 0xcd, 4, 2}).sack_permitted);
}

/// RFC 7323, 2.2: a shift above 14 is used as 14.
TEST(Options, LimitTheWindowShiftToFourteen) {
  EXPECT_EQ(parsed({3, 3, 14}).shift, 14);
  EXPECT_EQ(parsed({3, 3, 15}).shift, 14);
  EXPECT_EQ(parsed({3, 3, 255}).shift, 14);
}

TEST(Options, StopAtALengthThatCannotBe) {
  for (const std::uint8_t length : std::initializer_list<std::uint8_t>{0, 1, 200}) {
    const Options o = parsed({4, 2, 253, length, 2, 4, 5, 0xb4});

    EXPECT_TRUE(o.sack_permitted) << int(length);
    EXPECT_FALSE(o.mss) << "nothing behind it can be trusted, length " << int(length);
  }
}

TEST(Options, StopAtAKindWithoutItsLength) {
  EXPECT_TRUE(parsed({4, 2, 8}).sack_permitted);
  EXPECT_FALSE(parsed({4, 2, 8}).timestamps);
}

TEST(Options, DoNotReadAnOptionOfTheWrongLength) {
  EXPECT_FALSE(parsed({2, 3, 5}).mss);
  EXPECT_FALSE(parsed({3, 2}).window_scale);
  EXPECT_FALSE(parsed({3, 4, 7, 7}).window_scale);
  EXPECT_FALSE(parsed({8, 6, 0, 0, 0, 1}).timestamps);
}

/// One that nobody could read must not take back one that was read.
TEST(Options, AreNotTakenBackByOneOfTheWrongLength) {
  const Options o = parsed({2, 4, 5, 0xb4, 3, 3, 7, 2, 2, 3, 2, 8, 2, 0});

  EXPECT_TRUE(o.mss && o.window_scale);
  EXPECT_EQ(o.mss_octets, 1460);
  EXPECT_EQ(o.shift, 7);
}

TEST(Options, SayThatTheCaptureCutThem) {
  for (std::size_t captured = 0; captured < kLinuxSyn.size(); ++captured) {
    const Options o = parse_options(std::span(kLinuxSyn).first(captured), kLinuxSyn.size());

    EXPECT_TRUE(o.cut) << captured;
    EXPECT_EQ(o.mss, captured >= 4) << captured;
    EXPECT_EQ(o.sack_permitted, captured >= 6) << captured;
    EXPECT_EQ(o.timestamps, captured >= 16) << captured;
  }
}

TEST(Options, DoNotReachIntoThePayload) {
  EXPECT_FALSE(parse_options(kLinuxSyn, 4).sack_permitted);
}

TEST(MptcpOptions, AreToldApartByTheirSubtype) {
  EXPECT_TRUE(parsed({30, 4, 0x01, 0}).mp_capable);
  EXPECT_TRUE(parsed({30, 12, 0x10, 1, 0, 0, 0, 0, 0, 0, 0, 0}).mp_join);
  EXPECT_TRUE(parsed({30, 12, 0x70, 0, 0, 0, 0, 0, 0, 0, 0, 0}).mp_fastclose);
}

/// RFC 8684, 3.6: subtype 8, flags U V W T, a reason code.
TEST(MptcpOptions, TellTheReasonOfAReset) {
  const Options o = parsed({30, 4, 0x81, 0x06});

  EXPECT_TRUE(o.mp_tcprst);
  EXPECT_EQ(o.mp_tcprst_flags, 1);
  EXPECT_EQ(o.mp_tcprst_reason, 6);
}

TEST(MptcpOptions, TellNothingWhereTheyAreTooShort) {
  EXPECT_FALSE(parsed({30, 3, 0x80}).mp_tcprst);
  const Options o = parsed({30, 2});
  EXPECT_FALSE(o.mp_capable || o.mp_join || o.mp_fastclose || o.mp_tcprst);
}

}  // namespace
}  // namespace rstcause
