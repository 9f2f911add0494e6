// SPDX-License-Identifier: GPL-2.0-or-later
#include "capture/matcher.h"

#include <gtest/gtest.h>

#include "lines.h"

namespace rstcause::capture::test {
namespace {

constexpr Ownership kNobodys{}, kOurs{.of_source = true}, kForUs{.of_destination = true};

/// The packet that an event is about.
Headers packet_of(const Event& event) {
  Headers packet;
  packet.src = event.local;
  packet.dst = event.peer;
  packet.rst = true;
  return packet;
}

class MatcherTest : public testing::Test {
 protected:
  MatcherTest() { matcher.begin(kBegan); }

  /// The first word on a packet, or one of kind `none`.
  Word word_on(const Headers& asked, Nanos time, Ownership own = kOurs, bool heard_out = true) {
    const auto words = matcher.words_of(asked, time, own, heard_out);
    return words.empty() ? Word{} : words.front();
  }

  const Event unread = event_of(kUnreadClose);
  const Headers packet = packet_of(unread);
  const Nanos now = unread.time;
  static constexpr Nanos kBegan = 1796036000 * kSecond;
  Matcher matcher{true};
};

TEST_F(MatcherTest, GivesAPacketTheWordOfItsConnectionAndMoment) {
  matcher.add(Event(unread));
  const Word word = word_on(packet, now + kMillisecond);
  EXPECT_EQ(word.kind, Word::Kind::sent);
  EXPECT_EQ(word.reason.view(), "TCP_ABORT_ON_CLOSE");
  EXPECT_EQ(word.comm.view(), "python3");
}

TEST_F(MatcherTest, GivesAnEventToOnePacketOnly) {
  matcher.add(Event(unread));
  EXPECT_EQ(word_on(packet, now).kind, Word::Kind::sent);
  EXPECT_EQ(word_on(packet, now).kind, Word::Kind::without_tcp);
}

TEST_F(MatcherTest, GivesItToTheSamePacketOnAnotherInterfaceAsWell) {
  matcher.add(Event(unread));
  Headers copy = packet;
  copy.interface = 7;
  EXPECT_EQ(word_on(packet, now).kind, Word::Kind::sent);
  EXPECT_EQ(word_on(copy, now).kind, Word::Kind::sent);
}

TEST_F(MatcherTest, GivesTheNearestInTimeOfSeveral) {
  Event later = unread;
  later.time += 100 * kMillisecond;
  later.reason = "TCP_STATE";
  matcher.add(Event(unread));
  matcher.add(Event(later));
  EXPECT_EQ(word_on(packet, later.time - kMillisecond).reason.view(), "TCP_STATE");
}

TEST_F(MatcherTest, GivesNothingFromAnotherMomentOrConnection) {
  matcher.add(Event(unread));
  Headers other = packet;
  other.dst.port++;
  EXPECT_EQ(word_on(other, now, kNobodys).kind, Word::Kind::none);
  EXPECT_EQ(word_on(packet, now + kMostApart + kMillisecond, kNobodys).kind, Word::Kind::none);
}

TEST_F(MatcherTest, TellsOfAResetOfThisHostWithoutEventThatItsTcpDidNotSendIt) {
  EXPECT_EQ(word_on(packet, now).kind, Word::Kind::without_tcp);
}

TEST_F(MatcherTest, ConcludesNothingFromSilenceOfAPacketThatThisHostDidNotSend) {
  EXPECT_EQ(word_on(packet, now, kNobodys).kind, Word::Kind::none);
}

TEST_F(MatcherTest, ConcludesNothingFromSilenceBeforeEverythingWasHeard) {
  EXPECT_EQ(word_on(packet, now, kOurs, false).kind, Word::Kind::none);
}

TEST_F(MatcherTest, ConcludesNothingFromSilenceAroundLostEvents) {
  matcher.forget_before(now - kMillisecond);
  matcher.note_lost(12, now + kMillisecond);
  EXPECT_EQ(matcher.lost(), 12U);
  EXPECT_EQ(word_on(packet, now).kind, Word::Kind::none);
  EXPECT_EQ(word_on(packet, now + 2 * kSecond).kind, Word::Kind::without_tcp);
}

TEST_F(MatcherTest, ConcludesNothingFromSilenceBeforeItListened) {
  EXPECT_EQ(word_on(packet, kBegan + kMillisecond).kind, Word::Kind::none);
}

TEST_F(MatcherTest, ConcludesNothingFromTheSilenceOfAKernelThatDoesNotTellAll) {
  Matcher older(false);
  older.begin(kBegan);
  EXPECT_TRUE(older.words_of(packet, now, kOurs, true).empty());
}

TEST_F(MatcherTest, ConcludesNothingWhereANatMayHaveChangedTheAddressOfTheSender) {
  matcher.add(Event(unread));
  Headers translated = packet;
  translated.src = {Address::ipv4(198, 51, 100, 1), 61000};
  EXPECT_EQ(word_on(translated, now).kind, Word::Kind::none);
}

TEST_F(MatcherTest, FindsTheAnswerOfAListenerWhichHasNoPeer) {
  Event listener = event_of(kClosedPort);
  listener.local.address = Address::of(Address::Kind::ipv6, std::array<std::uint8_t, 16>{});
  listener.peer = {listener.local.address, 0};
  listener.reason = "TCP_FLAGS";
  matcher.add(Event(listener));
  Headers answer = packet_of(event_of(kClosedPort));
  EXPECT_EQ(word_on(answer, listener.time).reason.view(), "TCP_FLAGS");
}

TEST_F(MatcherTest, DoesNotTakeARstWithAWindowForAnAnswerOfTheKernels) {
  Event answer = event_of(kClosedPort);
  matcher.add(Event(answer));
  Headers other = packet_of(answer);
  other.window = 4096;
  EXPECT_EQ(word_on(other, answer.time, kNobodys).kind, Word::Kind::none);
  EXPECT_EQ(word_on(packet_of(answer), answer.time, kNobodys).kind, Word::Kind::sent);
}

TEST_F(MatcherTest, FindsTheAnswerOfAListenerOnOneAddressInAnotherNamespaceToo) {
  Event listener = unread;
  listener.peer = {Address::ipv4(0, 0, 0, 0), 0};
  listener.as_answer = true;
  matcher.add(Event(listener));
  EXPECT_EQ(word_on(packet, now, kNobodys).kind, Word::Kind::sent);
  listener.local.address = Address::ipv4(0, 0, 0, 0);
  matcher.add(Event(listener));
  EXPECT_EQ(word_on(packet, now, kNobodys).kind, Word::Kind::none) << "anybody's port";
  EXPECT_EQ(word_on(packet, now, kOurs).kind, Word::Kind::sent);
}

TEST_F(MatcherTest, TellsWhetherASocketTookAReset) {
  const Event taken = event_of(kReceived);
  Headers incoming;
  incoming.src = taken.peer;
  incoming.dst = taken.local;
  matcher.add(Event(taken));
  EXPECT_TRUE(word_on(incoming, taken.time, kForUs).taken);
  const Word refused = word_on(incoming, taken.time, kForUs);
  EXPECT_EQ(refused.kind, Word::Kind::received);
  EXPECT_FALSE(refused.taken);
}

TEST_F(MatcherTest, TellsThatWhoWaitedWasResetByTheEndOfTheListener) {
  matcher.add(event_of(kListenerClosed));
  const Event reset = event_of(kResetOfWaiting);
  matcher.add(Event(reset));
  EXPECT_TRUE(word_on(packet_of(reset), reset.time).listener_closed);
}

TEST_F(MatcherTest, DoesNotBlameTheListenerForACloseThatTheProcessMadeAfterIt) {
  matcher.add(event_of(kListenerClosed));
  Event reset = event_of(kResetOfWaiting);
  reset.softirqs_off = false;
  matcher.add(Event(reset));
  EXPECT_FALSE(word_on(packet_of(reset), reset.time).listener_closed);
}

TEST_F(MatcherTest, KeepsNoMoreEventsThanItsBoundAndConcludesNothingThen) {
  for (std::size_t i = 0; i <= Matcher::kMostEvents; ++i) {
    Event other = unread;
    other.peer.port = static_cast<std::uint16_t>(i);
    other.peer.address.octets[1] = static_cast<std::uint8_t>(i >> 16U);
    matcher.add(std::move(other));
  }
  EXPECT_EQ(matcher.lost(), 1U);
  EXPECT_EQ(matcher.unclaimed(), 1U);
  Headers silent = packet;
  silent.dst.address = Address::ipv4(192, 0, 2, 1);
  EXPECT_EQ(word_on(silent, now).kind, Word::Kind::none);
}

TEST_F(MatcherTest, ForgetsWhatNoLaterPacketCanWant) {
  matcher.add(Event(unread));
  matcher.forget_before(now + 2 * kMostApart);
  EXPECT_EQ(matcher.unclaimed(), 1U);
  EXPECT_EQ(word_on(packet, now, kNobodys).kind, Word::Kind::none);
}

}  // namespace
}  // namespace rstcause::capture::test
