// SPDX-License-Identifier: GPL-2.0-or-later
#include "engine/memory/archive.h"

#include <gtest/gtest.h>

#include <string>

namespace rstcause {
namespace {

/// A number and a text, and how many of them stand as objects.
struct Thing {
  explicit Thing(std::uint32_t made = 0) : number(made), text(made % 7, 'x') { ++standing; }
  Thing(const Thing&) = delete;
  Thing& operator=(const Thing&) = delete;
  ~Thing() { --standing; }

  std::uint32_t number;
  std::string text;
  static inline int standing = 0;
};

struct PackedThing {
  static void pack(Thing& thing, Packer& into) {
    into(thing.number);
    into.text(thing.text);
  }
  static void unpack(Thing* where, Unpacker& from) {
    Thing& made = *new (where) Thing;
    from(made.number);
    made.text = from.text();
  }
  static void let_go(Thing&) {}
  static bool owns(const std::uint8_t*) { return false; }
};

constexpr std::uint32_t kWarm = 64;
using Things = Archive<Thing, PackedThing, kWarm>;

TEST(Archive, GivesBackWhatWasPackedAwayWhole) {
  Things things;
  for (std::uint32_t i = 0; i < 1000; ++i) things.emplace_back(i);

  for (std::uint32_t i = 0; i < 1000; ++i) {
    EXPECT_EQ(things[i].number, i);
    EXPECT_EQ(things[i].text, std::string(i % 7, 'x'));
  }
}

TEST(Archive, KeepsWhatIsChangedAfterItCameBack) {
  Things things;
  for (std::uint32_t i = 0; i < 1000; ++i) things.emplace_back(i);

  things[3].text = std::string(5000, 'y');
  things.put_all_away();

  EXPECT_EQ(things[3].text, std::string(5000, 'y'));
  EXPECT_EQ(things[4].text, "xxxx");
}

TEST(Archive, HasNoMoreObjectsStandingThanItMay) {
  {
    Things things;
    for (std::uint32_t i = 0; i < 1000; ++i) things.emplace_back(i);
    EXPECT_LE(Thing::standing, static_cast<int>(kWarm));
  }
  EXPECT_EQ(Thing::standing, 0);
}

TEST(Archive, GetsMoreSlotsWhereMoreAreAtWorkThanItHas) {
  Things things;
  for (std::uint32_t i = 0; i < 1000; ++i) things.emplace_back(i);
  for (int round = 0; round < 20; ++round) {
    for (std::uint32_t i = 0; i < 2 * kWarm; ++i) EXPECT_EQ(things[i].number, i);
  }
  EXPECT_GE(Thing::standing, static_cast<int>(2 * kWarm));
  EXPECT_LE(Thing::standing, static_cast<int>(8 * kWarm));
}

TEST(Archive, GetsNoMoreSlotsForBeingWalkedThroughOnce) {
  Things things;
  for (std::uint32_t i = 0; i < 1000; ++i) things.emplace_back(i);
  for (std::uint32_t i = 0; i < 1000; ++i) EXPECT_EQ(things[i].number, i);
  EXPECT_LE(Thing::standing, static_cast<int>(kWarm));
}

TEST(Archive, KeepsAReferenceWhileFewOthersAreAskedFor) {
  Things things;
  for (std::uint32_t i = 0; i < 1000; ++i) things.emplace_back(i);

  const Thing& first = things[0];
  for (std::uint32_t i = 1; i < kWarm / 2; ++i) EXPECT_EQ(things[i].number, i);

  EXPECT_EQ(&things[0], &first);
}

TEST(Archive, KeepsWhatIsHeldHoweverManyOthersAreAskedFor) {
  Things things;
  for (std::uint32_t i = 0; i < 1000; ++i) things.emplace_back(i);

  const Thing& held = things[0];
  things.hold(0);
  for (std::uint32_t i = 1; i < 1000; ++i) EXPECT_EQ(things[i].number, i);

  EXPECT_EQ(&things[0], &held);
}

TEST(Packing, TakesOneBitForWhatIsAsExpected) {
  Packer packer;
  for (int i = 0; i < 8; ++i) packer(std::uint32_t{123456789}, std::uint32_t{123456789});

  EXPECT_EQ(packer.made().size(), 1U);
}

TEST(Packing, BringsEveryNumberBackFromBothSidesOfTheExpectedOne) {
  for (const std::uint32_t expected : {0U, 1U, 0x7FFFFFFFU, 0x80000000U, 0xFFFFFFFFU}) {
    for (const std::uint32_t number : {0U, 1U, 63U, 64U, 0x7FFFFFFFU, 0x80000000U, 0xFFFFFFFFU}) {
      Packer packer;
      packer(number, expected);
      std::uint32_t back = 0;
      Unpacker(packer.made().data(), 0)(back, expected);
      EXPECT_EQ(back, number) << "beside " << expected;
    }
  }
}

TEST(Packing, BringsTimesBackThatGoBeforeTheEpoch) {
  for (const Nanos time : {INT64_MIN, Nanos{-1}, Nanos{0}, Nanos{1}, INT64_MAX}) {
    Packer packer;
    packer.clear(1'700'000'000 * kSecond);
    packer(time, packer.epoch());
    Nanos back = 0;
    Unpacker unpacker(packer.made().data(), packer.epoch());
    unpacker(back, unpacker.epoch());
    EXPECT_EQ(back, time);
  }
}

}  // namespace
}  // namespace rstcause
