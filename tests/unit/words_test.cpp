// SPDX-License-Identifier: GPL-2.0-or-later
#include "engine/tell/words.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "support/trace.h"

namespace rstcause {
namespace {

using test::Trace;

TEST(TimeText, PicksTheUnitThatPeopleWouldSay) {
  EXPECT_EQ(time_text(0), "0 us");
  EXPECT_EQ(time_text(45 * kMicrosecond), "45 us");
  EXPECT_EQ(time_text(12'300 * kMicrosecond), "12.3 ms");
  EXPECT_EQ(time_text(250 * kMillisecond), "250 ms");
  EXPECT_EQ(time_text(4'083 * kMillisecond), "4.083 s");
  EXPECT_EQ(time_text(125 * kSecond), "2 min 5 s");
  EXPECT_EQ(time_text(7'380 * kSecond), "2 h 3 min");
  EXPECT_EQ(time_text(90'000 * kSecond), "1 d 1 h");
}

TEST(TimeText, LeavesAnEmptySmallerUnitOut) {
  EXPECT_EQ(time_text(60 * kSecond), "1 min");
  EXPECT_EQ(time_text(7'200 * kSecond), "2 h");
}

TEST(Summary, CallsTheEndsByTheirRolesWithTheirAddresses) {
  const Trace trace(R"(
    0ms -> S
    1ms <- reply
  )");

  EXPECT_EQ(trace.report().summary,
            "The server (10.0.0.2:7000) refused the SYN (frame 1) of the client (10.0.0.1:50000): "
            "nothing listens on port 7000.");
}

TEST(Summary, NamesTheTriggerWithItsLengthAndFrame) {
  const Trace trace(R"(
       0ms -> S
       1ms <- SA
       2ms -> A
       3ms <- FA
       4ms -> A
    1000ms -> PA len 1
    1001ms <- reply
  )");

  EXPECT_NE(trace.report().summary.find(
                "closed in frame 4 without a word to the client; the data (1 octet, frame 6)"),
            std::string::npos)
      << trace.report().summary;
}

TEST(Summary, NotesThatThePortsToldTheRoles) {
  const Trace trace(R"(
    0ms -> PA seq 100 len 5
    1ms <- A
    9ms -> RA
  )");

  EXPECT_EQ(trace.report().notes,
            (std::vector<std::string>{
                "The handshake was not captured: the ports tell who is the client."}));
}

TEST(Summary, SaysNoRolesWhereNothingTellsThem) {
  const Trace trace(R"(
    0ms -> PA seq 100 len 5 to 45000
    1ms <- A to 45000
    9ms -> RA to 45000
  )");

  EXPECT_EQ(trace.report().summary.find("client"), std::string::npos) << trace.report().summary;
  EXPECT_NE(trace.report().summary.find("10.0.0.1:50000"), std::string::npos);
}

TEST(Summary, SaysThatItIsACopy) {
  const Trace trace(R"(
      0ms -> S
    0.1ms -> S copy
      1ms <- reply
    1.1ms <- reply copy
  )");

  EXPECT_EQ(trace.report().notes, (std::vector<std::string>{"A copy of frame 3."}));
}

TEST(Summary, TellsWhatTheApplicationHadJustDone) {
  const Trace trace(R"(
    0ms -> S
    1ms <- SA
    2ms -> A
    3ms -> PA data *1\r\n$4\r\nPING\r\n
    4ms <- PA data +PONG\r\n
    5ms -> A
    6ms -> RA
  )");

  EXPECT_NE(trace.report().summary.find("right after its PING was answered by PONG"),
            std::string::npos);
}

TEST(Summary, DoesNotTellOfAPingThatIsNotAnswered) {
  const Trace trace(R"(
    0ms -> S
    1ms <- SA
    2ms -> A
    3ms -> PA data *1\r\n$4\r\nPING\r\n
    4ms <- A
    6ms -> RA
  )");

  EXPECT_EQ(trace.report().summary.find("PONG"), std::string::npos) << trace.report().summary;
}

TEST(Summary, TellsWhichDirectionTheCaptureLacks) {
  const Trace trace(R"(
    0ms -> A seq 50 ack 70
    1ms -> PA len 5 ack 70
    2ms -> R
  )");

  EXPECT_EQ(trace.cause(), "capture_incomplete");
  EXPECT_NE(trace.report().summary.find("only the direction of the client was captured"),
            std::string::npos)
      << trace.report().summary;
}

TEST(EvidenceSentences, AreGatheredByFrameInTheOrderOfTheCapture) {
  const Report report = Trace(R"(
     0ms -> S
     1ms <- SA
     2ms -> A
     3ms -> RA
  )")
                            .report();

  Frame before = 0;
  for (const auto& piece : report.evidence) {
    EXPECT_GT(piece.frame, before);
    EXPECT_FALSE(piece.sentences.empty());
    before = piece.frame;
  }
}

TEST(Alternatives, NameTheEndThatWouldTellThemApart) {
  const Report report = Trace(R"(
      0ms -> S
      1ms <- SA
      2ms -> A
      3ms -> PA len 5
      4ms <- A
    100ms <- PA len 3
    101ms -> reply
  )")
                            .report();
  const auto echo = std::find_if(report.alternatives.begin(), report.alternatives.end(),
                                 [](const auto& other) { return other.reason == "reset_echo"; });

  ASSERT_NE(echo, report.alternatives.end());
  EXPECT_NE(echo->text.find("a capture beside the client."), std::string::npos) << echo->text;
}

TEST(EvidenceSentences, FillInTheNumbersOfTheirAnswer) {
  const Report report = Trace(R"(
       0ms -> S
       1ms <- SA
       2ms -> A
       3ms <- FA
       4ms -> A
    1000ms -> PA len 30
    1001ms <- reply
  )")
                            .report();

  const auto& sentences = report.evidence.back().sentences;
  EXPECT_NE(std::find(sentences.begin(), sentences.end(), "It came 996 ms after the close."),
            sentences.end());
}

bool has_sentence(const Report& report, std::string_view sentence) {
  return std::any_of(report.evidence.begin(), report.evidence.end(), [&](const auto& piece) {
    return std::find(piece.sentences.begin(), piece.sentences.end(), sentence) !=
           piece.sentences.end();
  });
}

/// Of a forged RST its own header tells most: that comes first, and no filler.
TEST(EvidenceSentences, SayThatAFrameIsTheResetOnlyWhereNothingElseIsToBeSaid) {
  const Report told = Trace(R"(
      0ms -> S
     10ms <- SA ttl 52
     11ms -> A
     12ms -> PA len 20
     15ms <- RA win 0 plain ttl 240 id 0
  )")
                          .report();
  const Report alone = Trace("0ms -> R\n").report();

  ASSERT_EQ(told.reason, "injected");
  ASSERT_FALSE(told.evidence.empty());
  for (const auto& piece : told.evidence) {
    for (const std::string& sentence : piece.sentences)
      EXPECT_NE(sentence, "This is the RST itself.") << told.reason;
  }
  ASSERT_FALSE(alone.evidence.empty());
}

TEST(EvidenceSentences, CountOnceAndTwiceInWords) {
  constexpr std::string_view kOnce =
      "The client probed the connection (once, first here); no answer of the server was seen.";
  constexpr std::string_view kThrice =
      "The client probed the connection (3 times, first here); no answer of the server was seen.";
  const std::string idle = " 0ms -> S\n 1ms <- SA\n 2ms -> A\n 3ms <- PA len 5\n 4ms -> A\n";

  EXPECT_TRUE(has_sentence(Trace(idle + " 10s -> probe\n 15s -> RA\n").report(), kOnce));
  EXPECT_TRUE(has_sentence(
      Trace(idle + " 10s -> probe\n 15s -> probe\n 20s -> probe\n 25s -> RA\n").report(), kThrice));
}

/// The RST says so itself; the frames that it speaks of are not there.
TEST(Summary, NamesNoFrameThatIsNotThere) {
  const Report report = Trace(R"(
      0ms -> S
      1ms <- SA
      2ms -> A
      3ms -> PA len 30
      4ms <- A
    500ms <- RA win 0 plain data \x33\xaa\x00\x03\x00\x00\x00\x00
  )")
                            .report();

  EXPECT_EQ(report.summary.find("frame 0"), std::string::npos) << report.summary;
  EXPECT_NE(report.summary.find("its FIN was not captured"), std::string::npos);
}

/// Octets that are no text state nothing, and are octets all the same.
TEST(Summary, DoesNotSayWithoutAByteOfAResetThatCarriesSome) {
  constexpr std::string_view kHandshake = " 0ms -> S\n 1ms <- SA\n 2ms -> A\n";
  const Trace bare(std::string(kHandshake) + " 3ms -> RA\n");
  const Trace loaded(std::string(kHandshake) + " 3ms -> RA data \\x00\\x01\\xfe\n");

  EXPECT_EQ(bare.cause(), "connect_probe");
  EXPECT_TRUE(bare.report().summary.ends_with("aborted without a byte."));
  EXPECT_EQ(loaded.cause(), "connect_probe");
  EXPECT_TRUE(loaded.report().summary.ends_with(
      "aborted without a byte but the 3 that the RST itself carries."))
      << loaded.report().summary;
}

/// As seen a round trip away from the end that closed.
TEST(EvidenceSentences, KnowNoTimeBelowZero) {
  const Report report = Trace(R"(
      0ms -> S
      1ms <- SA
      2ms -> A
      3ms -> PA len 30
      4ms <- FA
     50ms <- reply
  )")
                            .report();

  for (const auto& piece : report.evidence) {
    for (const std::string& sentence : piece.sentences)
      EXPECT_EQ(sentence.find("came -"), std::string::npos) << sentence;
  }
}

}  // namespace
}  // namespace rstcause
