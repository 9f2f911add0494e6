// SPDX-License-Identifier: GPL-2.0-or-later
// The tests of authenticity, each with its false friends: what must stay silent.
#include <gtest/gtest.h>

#include "support/printers.h"
#include "support/trace.h"

namespace rstcause {
namespace {

using test::Trace;

/// The word of one test about the reset in that frame, or the last one.
std::string word(Trace& trace, std::string_view test, Frame frame = 0) {
  const Explained& reset = frame == 0 ? trace.last() : trace.in_frame(frame);
  const Report report = report_on(trace.engine(), reset);
  for (std::size_t i = 0; i < forgery::kTests; ++i) {
    if (forgery::tests()[i].name == test)
      return std::string(forgery::to_string(report.testimonies[i].word));
  }
  return "no such test";
}

/// Nobody is accused: neither by name nor as the most probable of the rest.
void expect_no_accusation(const Trace& trace) {
  const Verdict& v = trace.last().verdict;
  EXPECT_NE(v.mode, Mode::forged) << v.cause->token;
  EXPECT_LE(trace.confidence_in("injected"), 10);
  EXPECT_LE(trace.confidence_in("blind_reset_attack"), 10);
}

const std::string kOpen =
    "0ms -> S\n 10ms <- SA ttl 55 id 0\n 11ms -> A\n 12ms -> PA len 40\n"
    " 22ms <- A ttl 55 id 500\n 30ms <- PA len 90 ttl 55 id 501\n 31ms -> A\n";

TEST(Ttl, SpeaksForAForgedResetWhereItDiffersFromTheSendersOwn) {
  Trace trace(kOpen + "40ms <- RA ttl 60 id 9000 win 0 notime\n");
  EXPECT_EQ(word(trace, "ttl"), "for");
}

TEST(Ttl, SpeaksAgainstWhereItIsTheSendersOwn) {
  Trace trace(kOpen + "40ms <- RA ttl 55 id 502\n");
  EXPECT_EQ(word(trace, "ttl"), "against");
}

TEST(Ttl, IsUnknownWhereTheSocketsOtherMarksGoOn) {
  Trace trace(kOpen + "40ms <- RA ttl 33 id 502\n");
  EXPECT_EQ(word(trace, "ttl"), "unknown") << "a program may change the TTL of its socket";
  expect_no_accusation(trace);
}

TEST(Ttl, IsUnknownForTheKernelsAnswerOfAHostThatSpeaksBgp) {
  Trace trace(R"(
       0ms -> S        ttl 1
       1ms <- SA       ttl 1 id 0
       2ms -> A        ttl 1
       3ms -> PA len 9 ttl 1
       4ms <- FA       ttl 1
       5ms -> PA len 9 ttl 1
       6ms <- reply    ttl 64
  )");
  EXPECT_EQ(word(trace, "ttl"), "unknown") << "the socket has TTL 1, the kernel answers with 64";
  expect_no_accusation(trace);
}

TEST(Ttl, IsUnknownWhereOnlyTheInitialValueDiffersNotTheDistance) {
  Trace trace(R"(
       0ms -> S
       1ms <- SA       ttl 254 id 0
       2ms -> A
       3ms -> PA len 9
       4ms <- PA len 3 ttl 254
       5ms <- FA       ttl 254
       6ms -> PA len 9
       7ms <- reply    ttl 63
  )");
  EXPECT_EQ(word(trace, "ttl"), "unknown") << "one router away, both of them";
  expect_no_accusation(trace);
}

TEST(Ttl, IsNotAskedOfAScannersOwnKernel) {
  Trace trace(R"(
       0ms -> S bare win 1024 ttl 47
       1ms <- SA
       2ms -> reply ttl 64
  )");
  EXPECT_EQ(word(trace, "ttl"), "unknown") << "nmap writes the SYN by hand, with any TTL";
  EXPECT_EQ(trace.cause(), "syn_scan");
}

TEST(Ttl, IsUnknownWhereTheSendersOwnDiffer) {
  Trace trace(R"(
       0ms -> S
       1ms <- SA       ttl 55 id 0
       2ms -> A
       3ms -> PA len 9
       4ms <- PA len 3 ttl 55
       5ms <- PA len 3 ttl 57
       6ms -> A
       7ms <- RA       ttl 56 notime win 0
  )");
  EXPECT_EQ(word(trace, "ttl"), "unknown") << "two ways, or two machines behind one address";
  expect_no_accusation(trace);
}

TEST(IpId, SpeaksForAForgedAbortFarFromTheSendersCounter) {
  Trace trace(kOpen + "40ms <- RA ttl 55 id 30000 notime win 0\n");
  EXPECT_EQ(word(trace, "ip_id"), "for");
}

TEST(IpId, SpeaksAgainstWhereTheCounterGoesOn) {
  Trace trace(kOpen + "40ms <- RA ttl 55 id 502\n");
  EXPECT_EQ(word(trace, "ip_id"), "against");
}

TEST(IpId, IsUnknownForTheZeroOfLinuxAnswers) {
  Trace trace(kOpen + "40ms -> PA len 4\n 50ms <- reply ttl 55\n");
  EXPECT_EQ(word(trace, "ip_id"), "unknown");
  expect_no_accusation(trace);
}

TEST(IpId, IsUnknownForAnswersWithACounterOfTheirOwn) {
  Trace trace(kOpen +
              "40ms <- FA ttl 55 id 502\n 41ms -> PA len 4\n 50ms <- reply ttl 55 id 31000\n");
  EXPECT_EQ(word(trace, "ip_id"), "unknown") << "older Linux and macOS count answers apart";
  EXPECT_EQ(trace.cause(), "data_after_close");
}

TEST(IpId, IsUnknownWhereTheSendersOwnAreRandom) {
  Trace trace(R"(
       0ms -> S
       1ms <- SA       id 40000
       2ms -> A
       3ms -> PA len 9
       4ms <- PA len 3 id 7000
       5ms -> A
       7ms <- RA       id 22222
  )");
  EXPECT_EQ(word(trace, "ip_id"), "unknown") << "OpenBSD draws them by lot";
  expect_no_accusation(trace);
}

TEST(IpId, AllowsForACounterOfTheWholeHostAfterAPause) {
  const std::string open =
      "0ms -> S noscale\n 10ms <- SA noscale ttl 55 id 499\n 11ms -> A\n 12ms -> PA len 40\n"
      " 22ms <- A ttl 55 id 500\n 30ms <- PA len 90 ttl 55 id 501\n 31ms -> A\n";
  Trace trace(open + "90s <- RA ttl 55 id 9000\n");
  EXPECT_EQ(word(trace, "ip_id"), "against") << "a busy host counts on in the connection's silence";
}

/// net/ipv4/ip_output.c, ip_select_ident_segs(): each of its sockets counts by itself.
TEST(IpId, DoesNotAllowForThatInLinux) {
  Trace trace(kOpen + "90s <- RA ttl 55 id 9000\n");
  EXPECT_EQ(word(trace, "ip_id"), "for");
}

TEST(Seq, SpeaksForANumberThatTheSenderNeverReached) {
  Trace trace(kOpen + "40ms <- R ttl 55 seq 90000\n");
  EXPECT_EQ(word(trace, "seq"), "for");
}

TEST(Seq, SpeaksAgainstTheSendersNextNumber) {
  Trace trace(kOpen + "40ms <- RA ttl 55\n");
  EXPECT_EQ(word(trace, "seq"), "against");
}

TEST(Ack, SpeaksForAcknowledgingWhatWasNeverSent) {
  Trace trace(kOpen + "40ms <- RA ttl 55 ack 5000\n");
  EXPECT_EQ(word(trace, "ack"), "for");
}

TEST(Ack, SpeaksForGoingBack) {
  Trace trace(kOpen + "40ms <- RA ttl 55 ack 11\n");
  EXPECT_EQ(word(trace, "ack"), "for");
}

TEST(Ack, IsUnknownWhereTheOtherEndsSegmentsAreMissing) {
  Trace trace("0ms <- PA len 90\n 1ms <- PA len 90\n 2ms <- RA\n");
  EXPECT_EQ(word(trace, "ack"), "unknown");
}

TEST(Window, SpeaksForAnAnswerWithAWindowOfItsOwn) {
  Trace trace(kOpen + "40ms -> PA len 4\n 50ms <- R ttl 55 win 8192 seq 91\n");
  EXPECT_EQ(word(trace, "window"), "for");
}

TEST(Window, IsUnknownForAnAbortWithoutOne) {
  Trace trace(kOpen + "40ms <- RA ttl 55 win 0 notime\n");
  EXPECT_EQ(word(trace, "window"), "unknown") << "Windows aborts so";
}

TEST(Window, IsUnknownWhereTheProgramsLastReadOpenedIt) {
  Trace trace(kOpen + "40ms <- RA ttl 55 win 900\n");
  EXPECT_EQ(word(trace, "window"), "unknown");
}

TEST(Timing, SpeaksForAnAnswerQuickerThanThePath) {
  Trace trace(kOpen + "40ms -> PA len 4\n 41ms <- reply ttl 55\n");
  EXPECT_EQ(word(trace, "timing"), "for") << "this server never answered within 10 ms";
}

TEST(Timing, SpeaksAgainstAnAnswerThatTakesItsTime) {
  Trace trace(kOpen + "40ms -> PA len 4\n 50ms <- reply ttl 55\n");
  EXPECT_EQ(word(trace, "timing"), "against");
}

TEST(Timing, IsUnknownBesideTheSender) {
  Trace trace(R"(
       0ms -> S
      10ms <- SA
      11ms -> A
      12ms -> PA len 40
      13ms <- reply
  )");
  EXPECT_EQ(word(trace, "timing"), "unknown") << "TTL 64: no router between";
}

TEST(Timing, IsUnknownWhereTheSegmentMayHaveBeenHeardBefore) {
  Trace trace(kOpen + "40ms -> PA len 4\n 300ms -> PA len 4 again\n 301ms <- reply ttl 55\n");
  EXPECT_EQ(word(trace, "timing"), "unknown") << "it may answer the first copy";
}

TEST(DataAfter, SpeaksForAndNamesTheFrameThatBeliesIt) {
  Trace trace(kOpen + "40ms <- RA ttl 60 notime win 0\n 80ms <- PA len 20 ttl 55\n");
  EXPECT_EQ(word(trace, "data_after"), "for");
  EXPECT_EQ(trace.last().reset.went_on, 9U);
  EXPECT_EQ(trace.cause(), "injected");
}

TEST(DataAfter, SpeaksAgainstWhereTheSendersHostAnswersByResetLater) {
  Trace trace(kOpen + "40ms <- RA ttl 55\n 41ms -> PA len 4\n 51ms <- reply ttl 55\n");
  EXPECT_EQ(word(trace, "data_after", 8), "against");
}

TEST(DataAfter, IsUnknownWhereNothingFollows) {
  Trace trace(kOpen + "40ms <- RA ttl 55\n");
  EXPECT_EQ(word(trace, "data_after"), "unknown");
}

TEST(DataAfter, IsProvedByASynAckToTheSynThatWasRefused) {
  const Trace trace(
      "0ms -> S\n 2ms <- RA rawseq 0 ack 1 win 0 plain ttl 57 id 4711\n 9ms <- SA ttl 50\n");
  EXPECT_EQ(trace.cause(), "injected");
  EXPECT_EQ(trace.last().revised, 3U);
}

TEST(DataAfter, IsNotProvedByASynAckToTheNextTry) {
  const Trace trace("0ms -> S\n 2ms <- reply\n 500ms -> S again\n 502ms <- SA\n");
  EXPECT_EQ(trace.last().reset.went_on, 0U) << "Windows tries again, and the server came up";
}

TEST(Options, SpeakForAnAbortWithoutTheTimestampsOfItsConnection) {
  Trace trace(kOpen + "40ms <- RA ttl 55 notime\n");
  EXPECT_EQ(word(trace, "options"), "for");
}

TEST(Options, SpeakAgainstWhereTimestampsGoOn) {
  Trace trace(kOpen + "40ms <- RA ttl 55\n");
  EXPECT_EQ(word(trace, "options"), "against");
}

TEST(Options, AreUnknownForAnAnswer) {
  Trace trace(kOpen + "40ms -> PA len 4\n 50ms <- reply ttl 55\n");
  EXPECT_EQ(word(trace, "options"), "unknown");
}

TEST(Volley, SpeaksForResetsThatNothingDrew) {
  Trace trace(kOpen +
              "40ms <- RA ttl 60 id 1 win 0 notime\n"
              " 41ms <- RA ttl 60 id 9 win 0 notime seq 1551\n"
              " 42ms <- RA ttl 60 id 7 win 0 notime seq 4471\n");
  EXPECT_EQ(word(trace, "volley", 8), "for") << "revised by the next";
  EXPECT_EQ(word(trace, "volley", 10), "for");
  EXPECT_EQ(trace.cause_in(8), "injected");
}

TEST(Volley, IsNoneOfAnswersEachWithItsOwnSegment) {
  Trace trace(kOpen +
              "40ms <- RA ttl 55\n 41ms -> PA len 4\n 42ms -> PA len 4\n"
              " 51ms <- reply ttl 55\n 52ms <- reply ttl 55\n");
  EXPECT_EQ(word(trace, "volley", 11), "against");
  expect_no_accusation(trace);
}

TEST(Volley, IsNoneOfAResetCapturedTwice) {
  Trace trace(kOpen + "40ms <- RA ttl 55 id 502\n 40.2ms <- RA copy\n");
  EXPECT_EQ(word(trace, "volley", 8), "unknown");
  EXPECT_EQ(trace.last().duplicate_of, 8U);
}

TEST(Volley, IsNoneOfAnswersToWhatTheCaptureLost) {
  Trace trace(kOpen + "40ms <- RA ttl 55\n 60ms <- R ttl 55 win 0 seq 91 id 0\n");
  EXPECT_EQ(word(trace, "volley", 9), "unknown");
  expect_no_accusation(trace);
}

TEST(BothSides, SpeaksForTwoResetsInOneInstantThatAnswerNothing) {
  Trace trace(kOpen +
              "40ms <- RA ttl 60 id 1 win 0 notime\n 40.1ms -> RA ttl 60 id 2 win 0 notime\n");
  EXPECT_EQ(word(trace, "both_sides", 8), "for");
  EXPECT_EQ(word(trace, "both_sides", 9), "for");
}

TEST(BothSides, IsUnknownWhereOneOfThemIsAnAnswer) {
  Trace trace(kOpen +
              "40ms <- FA ttl 55\n 41ms -> PA len 4\n 41.1ms -> RA\n 51ms <- reply ttl 55\n");
  EXPECT_EQ(word(trace, "both_sides"), "unknown");
  expect_no_accusation(trace);
}

TEST(Reflected, SpeaksForTheIpIdOfThePacketTurnedAround) {
  Trace trace(kOpen + "40ms -> PA len 4 id 7777\n 41ms <- RA ttl 60 id 7777 notime win 0\n");
  EXPECT_EQ(word(trace, "reflected"), "for");
}

TEST(Reflected, SpeaksAgainstAnotherIpId) {
  Trace trace(kOpen + "40ms -> PA len 4 id 7777\n 50ms <- RA ttl 55 id 502\n");
  EXPECT_EQ(word(trace, "reflected"), "against");
}

TEST(Reflected, IsUnknownWhereAToolWritesOneIpIdIntoAll) {
  Trace trace("0ms -> S id 1\n 1ms <- SA id 1\n 2ms -> A id 1\n 3ms <- R id 1 seq 1 win 0\n");
  EXPECT_EQ(word(trace, "reflected"), "unknown");
}

/// Both ends' segments, each captured on both sides of a router.
const std::string kTwoPoints =
    "0ms -> S ttl 64\n 5ms -> S copy ttl 63\n 6ms <- SA ttl 64 id 0\n 11ms <- SA copy ttl 63\n"
    " 12ms -> A\n 13ms -> PA len 40\n 17ms -> PA copy ttl 63\n 18ms <- A\n 19ms <- PA len 9\n"
    " 23ms <- PA copy ttl 63\n 24ms -> A\n 29ms -> A copy ttl 63\n 30ms -> PA len 4\n"
    " 35ms -> PA copy ttl 63\n 36ms <- PA len 9\n 41ms <- PA copy ttl 63\n";

TEST(TwoCapturePoints, ShowThatTheSegmentNeverReachedWhoIsSaidToAnswer) {
  const Trace trace(kTwoPoints + "50ms -> PA len 7\n 51ms <- reply ttl 64\n");
  EXPECT_EQ(trace.cause(), "firewall_reset");
}

TEST(TwoCapturePoints, DoNotAccuseWhereTheSegmentWasPassedOn) {
  const Trace trace(kTwoPoints +
                    "50ms -> PA len 7\n 55ms -> PA copy ttl 63\n 56ms <- reply ttl 64\n");
  EXPECT_EQ(trace.cause(), "connection_unknown");
}

TEST(TwoCapturePoints, ShowAResetThatOneSideAloneSaw) {
  const Trace trace(kTwoPoints + "50ms <- RA ttl 64 notime win 0\n 700ms -> PA len 4\n");
  EXPECT_EQ(trace.last().verdict.cause->sender == Sender::third_party ||
                trace.last().verdict.cause->sender == Sender::middlebox,
            true)
      << trace.cause();
  EXPECT_NE(trace.last().reset.one_sided, 0U);
}

/// Who does not know the numbers has the peer tell them, by its challenge ACK.
TEST(AnAskedForChallenge, MakesTheResetThatUsesItAForgery) {
  const Trace trace(R"(
        0ms -> S
        1ms <- SA
        2ms -> A
        3ms -> PA len 100
        4ms <- PA len 50
        5ms -> A
      117ms -> S isn 777000 bare ttl 57
    117.1ms <- A rawack 1101
      150ms -> reply ttl 57
  )");

  EXPECT_EQ(trace.cause(), "injected");
}

/// The twin: the host itself, which has lost its connection and comes back.
TEST(AnAskedForChallenge, IsTheHostsOwnWhereTheSynIs) {
  const Trace trace(R"(
        0ms -> S
        1ms <- SA
        2ms -> A
        3ms -> PA len 100
        4ms <- PA len 50
        5ms -> A
      117ms -> S isn 777000
    117.1ms <- A rawack 1101
      150ms -> reply
  )");

  EXPECT_EQ(trace.cause(), "half_open_recovery");
}

TEST(TwoCapturePoints, TakeTheSecondSightOfAResetForACopy) {
  const Trace trace(kTwoPoints + "50ms <- RA id 0\n 55ms <- RA copy ttl 63\n");
  EXPECT_EQ(trace.last().duplicate_of, 17U);
}

TEST(TwoCapturePoints, KeepTheOrderOfResetsThatLookAlike) {
  const Trace trace(kTwoPoints + R"(
      50ms <- FA ttl 64
      51ms <- FA copy ttl 63
      60ms -> PA len 7
      61ms -> PA copy ttl 63
      62ms <- reply ttl 64
      70ms -> PA len 7
      71ms -> PA copy ttl 63
      72ms <- reply ttl 64
      80ms <- R copy ttl 63
  )");
  EXPECT_EQ(trace.last().duplicate_of, 21U) << "the first of the two arrives first";
}

TEST(TwoCapturePoints, AcquitAResetThatIsSeenBehindTheRouterToo) {
  const std::string lost = "50ms -> PA len 7\n 51ms <- reply ttl 64\n";
  const Trace made_between(kTwoPoints + lost);
  const Trace passed_on(kTwoPoints + lost + "55ms <- R copy ttl 63\n");
  EXPECT_EQ(made_between.cause(), "firewall_reset");
  EXPECT_NE(passed_on.in_frame(18).verdict.cause->sender, Sender::middlebox)
      << "a copy of the segment was lost by the capture";
}

/// The same with two clocks: the capture at the server (TTL 63 of the client's segments, 64 of its
/// own) is 700 ms ahead of the one at the client.
const std::string kTwoClocks =
    "0ms -> S ttl 64\n 6ms <- SA ttl 63 id 0\n 7ms -> A ttl 64\n 8ms -> PA len 40 ttl 64\n"
    " 14ms <- PA len 9 ttl 63\n 15ms -> A ttl 64\n"
    " 703ms -> S copy of 1 ttl 63\n 704ms <- SA copy of 2 ttl 64\n 710ms -> A copy of 3 ttl 63\n"
    " 711ms -> PA copy of 4 ttl 63\n 712ms <- PA copy of 5 ttl 64\n 718ms -> A copy of 6 ttl 63\n";

TEST(TwoClocks, ShowCopiesAndNoRepetitions) {
  Trace trace(kTwoClocks + "800ms -> PA len 7 ttl 64\n 806ms <- reply ttl 63\n");
  const Flow& flow = trace.engine().flow(1);
  for (const End end : {End::a, End::b}) {
    EXPECT_EQ(flow.trouble(end).syn_repeats.count, 0U);
    EXPECT_EQ(flow.trouble(end).retransmits.count, 0U);
    EXPECT_EQ(flow.trouble(end).needless.count, 0U);
  }
}

TEST(TwoClocks, DoNotTellWhatWasNotPassedOn) {
  const Trace trace(kTwoClocks + "800ms -> PA len 7 ttl 64\n 806ms <- reply ttl 63\n");
  EXPECT_EQ(trace.cause(), "connection_unknown")
      << "the segment's copy may come still, and be the earlier sight";
}

TEST(TwoClocks, TakeTheSecondSightOfAResetForACopy) {
  const Trace trace(kTwoClocks + "800ms <- RA ttl 63 id 0\n 1498ms <- RA copy of 13 ttl 64\n");
  EXPECT_EQ(trace.last().duplicate_of, 13U);
}

TEST(TwoClocks, DoNotMakeOneResetOfTwo) {
  const Trace trace(kTwoClocks + R"(
      800ms -> PA len 7 ttl 64
      806ms <- reply ttl 63
     1100ms -> PA len 7 ttl 64
     1106ms <- reply ttl 63
  )");
  EXPECT_EQ(trace.last().duplicate_of, 0U) << "as far as the first one";
}

TEST(TwoCapturePoints, OnEitherSideOfANatMatchNothingAndAccuseNobody) {
  std::string both;
  for (const char* line :
       {"0ms -> S", "2ms <- SA", "4ms -> A", "6ms -> PA len 9", "8ms <- A", "10ms <- RA"}) {
    const std::string text(line);
    both +=
        text + "\n" + text + " port 61000" + (text.find("->") != text.npos ? " ttl 63\n" : "\n");
  }
  const Trace trace(both);
  EXPECT_EQ(trace.last().duplicate_of, 0U);
  expect_no_accusation(trace);
}

TEST(Volley, SpeaksForNumbersThatStepAhead) {
  const Trace trace(kOpen + R"(
      40ms <- RA ttl 55 id 9000 notime win 0
      41ms <- RA ttl 55 id 9001 notime win 0 seq 1551
      42ms <- RA ttl 55 id 9002 notime win 0 seq 3011
  )");
  EXPECT_EQ(trace.cause(), "injected");
  EXPECT_EQ(trace.cause_in(8), "injected") << "the first of them looked like an abort";
}

TEST(Volley, AccusesNobodyWhereASynProxySpeaksInTheServersName) {
  const Trace trace(R"(
       0ms -> S
       1ms <- SA win 0
       2ms -> A
       3ms -> S again ttl 63
       4ms <- RA rawseq 0 ack 1 notime win 0
       5ms <- RA notime win 0
  )");
  expect_no_accusation(trace);
}

/// A RST that quotes a segment which the sender answered long ago, and has spoken on since.
TEST(Seq, OfASegmentThatTheSenderHasLongAnsweredSpeaksForAForgery) {
  const std::string asked = "40ms -> PA len 10\n";
  const std::string answered =
      " 50ms <- PA len 10 ttl 55 id 502\n 400ms -> PA len 10\n"
      " 410ms <- PA len 10 ttl 55 id 503\n 411ms -> A\n 800ms <- PA len 10 ttl 55 id 504\n";
  const Trace late(kOpen + asked + answered + "801ms <- R ack 0 ttl 55 id 7000 seq 91\n");
  const Trace prompt(kOpen + asked + "50ms <- R ack 0 ttl 55 id 7000 seq 91\n");
  EXPECT_GE(late.confidence_in("injected"), 5);
  EXPECT_EQ(prompt.confidence_in("injected"), 0);
}

TEST(OneOfManyGuesses, IsNoneWhereTheNumbersAreThoseOfSegmentsPast) {
  std::string late = kOpen;
  for (int i = 0; i < 6; ++i) {
    late += std::to_string(100 + 10 * i) + "ms <- PA len 500 ttl 55 id " + std::to_string(502 + i) +
            "\n";
  }
  for (int i = 0; i < 4; ++i) {
    late += std::to_string(400 + i) + "ms <- R ttl 60 id " + std::to_string(9000 + 700 * i) +
            " seq " + std::to_string(591 + 500 * i) + "\n";
  }
  const Trace trace(late + "600ms <- PA len 500 ttl 55 id 508\n");
  EXPECT_EQ(trace.last().verdict.mode, Mode::forged);
  EXPECT_NE(trace.cause(), "blind_reset_attack") << "who uses them has seen them";
}

TEST(DataAfter, BeliesAllOfAVolleyNotItsLastAlone) {
  Trace trace(kOpen + R"(
      40ms <- R ttl 60 id 9000
      41ms <- R ttl 60 id 9100 seq 600
      42ms <- R ttl 60 id 9200 seq 1100
      90ms <- PA len 20 ttl 55 id 502
  )");
  for (const Frame frame : {8U, 9U, 10U}) EXPECT_EQ(word(trace, "data_after", frame), "for");
}

TEST(FalseFriends, ALoadBalancerThatAnswersFromNearerAfterItsOwnHandshakeIsNoForger) {
  const Trace trace(R"(
       0ms -> S
       1ms <- SA       ttl 251 id 0
       2ms -> A
       3ms -> PA len 9
       4ms <- PA len 3 ttl 124
       5ms <- PA len 3 ttl 251
     181s  <- RA       ttl 251 win 0 plain
  )");
  expect_no_accusation(trace);
}

TEST(FalseFriends, AnAsymmetricPathShowsOneDirectionOnly) {
  const Trace trace(
      "0ms <- PA len 90 ttl 55\n 1ms <- PA len 90 ttl 55\n 40ms <- RA ttl 57 notime\n");
  expect_no_accusation(trace);
}

TEST(FalseFriends, AWindowsHostAbortsWithoutWindowAndTimestamps) {
  const Trace trace(R"(
       0ms -> S noscale
       1ms <- SA noscale ttl 118 id 20
       2ms -> A
       3ms -> PA len 9
       4ms <- PA len 3 ttl 118 id 21
       5ms <- A        ttl 118 id 23
     500ms <- RA       ttl 118 id 29 win 0
  )");
  expect_no_accusation(trace);
}

/// Off the path nobody can acknowledge what was sent a moment ago: not even with a number that no
/// socket of X had.
TEST(BlindResetAttack, IsNotSaidOfWhoKnowsWhatThePeerSent) {
  const std::string opened =
      "0ms -> S\n 1ms <- SA\n 2ms -> A\n 3ms -> PA len 30\n 4ms <- A\n 5ms <- PA len 200\n 6ms -> "
      "A\n ";
  const std::string again = "900ms -> PA len 13\n ";
  const Trace knows(opened + again +
                    "1000ms <- RA seq 9001 ack 44 plain\n 1100ms <- RA seq 9001 ack 44 plain\n "
                    "1200ms <- RA seq 9001 ack 44 plain\n");
  const Trace guesses(
      opened + again +
      "1000ms <- RA seq 90001 ack 770 plain\n 1100ms <- RA seq 180001 ack 770 plain\n "
      "1200ms <- RA seq 270001 ack 770 plain\n");

  EXPECT_LT(knows.confidence_in("blind_reset_attack"), 30);
  EXPECT_GT(guesses.confidence_in("blind_reset_attack"), 50);
}

}  // namespace
}  // namespace rstcause
