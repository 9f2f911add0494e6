// SPDX-License-Identifier: GPL-2.0-or-later
// Messages over any segments: split, repeated, late, lost.
#include <gtest/gtest.h>

#include <random>

#include "resp/ordering.h"
#include "unit/resp_talk.h"

namespace rstcause::resp {
namespace {

const std::string kBulk = "$3000\r\n" + std::string(3000, 'x') + "\r\n";

struct Spoken {
  Direction from;
  std::string octets;
};

/// A conversation with something of everything.
const std::vector<Spoken>& conversation() {
  static const std::vector<Spoken> kTurns{
      {Direction::from_initiator, command({"PING"}) + command({"GET", "k"})},
      {Direction::from_responder, "+PONG\r\n$5\r\nhel\r\n\r\n"},
      {Direction::from_initiator, "PING hello\r\n"},
      {Direction::from_responder, "$5\r\nhello\r\n"},
      {Direction::from_initiator, command({"HELLO", "3"})},
      {Direction::from_responder, "%1\r\n+server\r\n|1\r\n+a\r\n:1\r\n$5\r\nredis\r\n"},
      {Direction::from_initiator, command({"CLIENT", "REPLY", "SKIP"}) + command({"INCR", "a"})},
      {Direction::from_initiator, command({"SUBSCRIBE", "news"})},
      {Direction::from_responder, ">3\r\n$9\r\nsubscribe\r\n$4\r\nnews\r\n:1\r\n"},
      {Direction::from_responder, ">3\r\n$7\r\nmessage\r\n$4\r\nnews\r\n$2\r\nhi\r\n"},
      {Direction::from_initiator, command({"NOSUCH"})},
      {Direction::from_responder, "-ERR unknown command 'NOSUCH', with args beginning with: \r\n"},
  };
  return kTurns;
}

/// Texts and pairs, without the frames, which splitting changes.
Lines meaning(const Labels& labels) {
  Lines lines;
  for (const Label& label : labels) {
    lines.push_back(std::string(label.text.view()) +
                    (label.kind == Label::Kind::push ? " pushed" : "") +
                    (label.request ? " to " + std::string(label.request_word.view()) : ""));
  }
  return lines;
}

TEST(RespStream, TellsTheSameWhereverTheSegmentsAreCut) {
  Talk whole;
  for (const Spoken& turn : conversation()) {
    turn.from == Direction::from_initiator ? whole.client(turn.octets) : whole.server(turn.octets);
  }
  ASSERT_EQ(whole.labels.size(), 15U);

  for (std::size_t step = 1; step < 40; ++step) {
    Talk split;
    for (const Spoken& turn : conversation()) {
      for (std::size_t at = 0; at < turn.octets.size(); at += step) {
        const std::string piece = turn.octets.substr(at, step);
        turn.from == Direction::from_initiator ? split.client(piece) : split.server(piece);
      }
    }
    ASSERT_EQ(meaning(split.labels), meaning(whole.labels)) << "pieces of " << step;
  }
}

TEST(RespStream, LabelsTheFrameThatBringsTheLastOctet) {
  Talk talk;
  talk.client("*1\r\n$4\r\nPI").client("NG\r\n").server("+PO").server("NG\r\n");

  EXPECT_EQ(talk.lines(), (Lines{"2.0 > PING", "4.0 < PONG = 2.0"}));
  EXPECT_EQ(talk.labels[0].start_frame, 1U);
  EXPECT_EQ(talk.labels[1].start_frame, 3U);
}

TEST(RespStream, CountsMessagesOfAFrameInTheirOrder) {
  Talk talk;
  talk.client("*1\r\n$4\r\nPI")
      .client("NG\r\n" + command({"GET", "a"}) + "*1\r\n")
      .client("$4\r\nPING\r\n");
  EXPECT_EQ(talk.lines(), (Lines{"2.0 > PING", "2.1 > GET", "3.0 > PING"}));
}

TEST(RespStream, DoesNotCountARetransmissionTwice) {
  Talk talk;
  talk.client(command({"PING"})).client_again(14, command({"PING"})).server("+PONG\r\n");
  talk.server_again(7, "+PONG\r\n").client_again(1, "\n");

  EXPECT_EQ(talk.lines(), (Lines{"1.0 > PING", "3.0 < PONG = 1.0"}));
}

TEST(RespStream, TakesFromAnOverlapWhatIsNew) {
  Talk talk;
  talk.client(command({"PING"}).substr(0, 10)).client_again(2, "PING\r\n");
  EXPECT_EQ(talk.lines(), Lines{"2.0 > PING"});
}

TEST(RespStream, PutsLateSegmentsBackIntoOrder) {
  const std::string get = command({"GET", "k"});
  Talk talk;
  talk.client(command({"PING"})).client_lost(get.size()).client(command({"ECHO", "x"}));
  EXPECT_EQ(talk.labels.size(), 1U);

  talk.client_again(get.size() + command({"ECHO", "x"}).size(), get);
  talk.server("+PONG\r\n$1\r\nv\r\n$1\r\nx\r\n");

  EXPECT_EQ(talk.lines(), (Lines{"1.0 > PING", "3.0 > GET", "2.0 > ECHO", "4.0 < PONG = 1.0",
                                 "4.1 < bulk string = 3.0", "4.2 < bulk string = 2.0"}));
}

TEST(RespStream, NamesTheFrameThatFilledTheHoleOfAMessage) {
  Talk talk;
  talk.client("*1\r\n").client_lost(4).client("PING\r\n").client_again(10, "$4\r\n");
  EXPECT_EQ(talk.lines(), Lines{"3.0 > PING"});
}

TEST(RespStream, SkipsALongStringByItsLengthEvenWithHoles) {
  Talk talk;
  talk.client(command({"GET", "k"}))
      .server(kBulk.substr(0, 1000))
      .server_lost(1500)
      .server(kBulk.substr(2500));
  talk.client(command({"PING"})).server("+PONG\r\n");

  EXPECT_EQ(talk.lines(),
            (Lines{"1.0 > GET", "3.0 < bulk string = 1.0", "4.0 > PING", "5.0 < PONG = 4.0"}));
}

TEST(RespStream, GivesUpPairingWhereALossMayHideAMessage) {
  Talk talk;
  talk.client(command({"GET", "a"})).client_lost(20).client(command({"PING"}));
  talk.server("$-1\r\n").server("+PONG\r\n");

  // The server acknowledged what the capture lacks: the segment is lost, not late.
  EXPECT_EQ(talk.lines(), (Lines{"1.0 > GET", "2.0 > PING", "3.0 < null", "4.0 < PONG"}));
  EXPECT_EQ(talk.tracker.outstanding(), std::nullopt);
}

TEST(RespStream, GivesUpPairingWhenTheLostSegmentWasTheLast) {
  Talk talk;
  talk.client(command({"INCR", "a"})).client_lost(20).server(":1\r\n:2\r\n");
  talk.tracker.settle(talk.labels);  // the question might still come
  EXPECT_EQ(talk.lines(), (Lines{"1.0 > INCR", "2.0 < 1", "2.1 < 2"}));
}

TEST(RespStream, GivesUpPairingWhenTheFirstReplyWasLost) {
  Talk talk;
  talk.client(command({"SET", "a", "1"}))
      .server_lost(5)
      .client(command({"GET", "a"}))
      .server("$1\r\n1\r\n");
  EXPECT_EQ(talk.lines(), (Lines{"1.0 > SET", "2.0 > GET", "3.0 < bulk string"}));
}

TEST(RespStream, PairsAnAnswerShownBeforeItsQuestion) {
  Tracker tracker(kFromHandshake);
  Labels labels;
  const std::string ping = command({"PING"});
  const std::uint32_t asked = 100 + static_cast<std::uint32_t>(ping.size());
  tracker.expect(Direction::from_initiator, 100);
  tracker.expect(Direction::from_responder, 500);
  tracker.feed(Direction::from_responder,
               {.frame = 1, .time_ns = 2, .seq = 500, .payload = "+PONG\r\n", .ack = asked},
               labels);
  tracker.feed(Direction::from_initiator,
               {.frame = 2, .time_ns = 1, .seq = 100, .payload = ping, .ack = 500}, labels);

  ASSERT_EQ(labels.size(), 2U);
  EXPECT_EQ(written(labels[0]), "2.0 > PING");
  EXPECT_EQ(written(labels[1]), "1.0 < PONG = 2.0");
}

TEST(RespStream, WaitsForNoQuestionWhereTheOtherEndWasNeverCaptured) {
  Talk talk(kMidStream);
  talk.client_lost(20).server("+PONG\r\n").client_lost(20).server("+PONG\r\n");
  EXPECT_EQ(talk.lines().back(), "2.0 < PONG");
}

TEST(RespStream, DoesNotMistakeAFinForALoss) {
  Talk talk;
  talk.client(command({"INCR", "a"})).client_lost(1).server(":1\r\n");
  EXPECT_EQ(talk.lines().back(), "2.0 < 1 = 1.0");
}

TEST(RespStream, TakesUpAServerThatWasLost) {
  Talk talk;
  talk.without_acks().client(command({"GET", "a"})).server("$4000\r\n" + std::string(100, 'x'));
  talk.server_lost(4000).server("xxx\r\n+not the start of a message\r\n");
  talk.wait_ms(4000).client(command({"PING"})).server("+PONG\r\n");

  EXPECT_EQ(talk.lines().back(), "5.0 < PONG = 4.0");
}

TEST(RespStream, PairsNothingWhenTheCaptureBeganInTheMiddleOfAReply) {
  Talk talk(kMidStream);
  talk.client(command({"GET", "k"})).server("rest of a long string\r\n").server("$-1\r\n");
  EXPECT_EQ(talk.lines(), (Lines{"1.0 > GET"})) << "it may be inside what began before";
  talk.client(command({"PING"})).server("+PONG\r\n");
  EXPECT_EQ(talk.lines(), (Lines{"1.0 > GET", "4.0 > PING", "5.0 < PONG"}));
}

TEST(RespStream, DoesNotTakeUpTheTailOfACommandForAnInlineOne) {
  Talk full, lines;
  full.client(command({"GET", "k"})).client_lost(8).client("PING\r\n").server("$-1\r\n+PONG\r\n");
  lines.client("GET k\r\n").server("$-1\r\n").client_lost(8).client("PING\r\n").server("+PONG\r\n");
  EXPECT_EQ(full.lines(), (Lines{"1.0 > GET", "3.0 < null", "3.1 < PONG"}));
  EXPECT_EQ(lines.lines(), (Lines{"1.0 > GET", "2.0 < null = 1.0", "3.0 > PING", "4.0 < PONG"}));
}

TEST(RespStream, GivesUpAHoleAfterSomeSeconds) {
  Talk talk;
  talk.without_acks().client(command({"PING"})).client_lost(20);
  for (int i = 0; i < 3; ++i) talk.client(command({"GET", "k"}));
  EXPECT_EQ(talk.labels.size(), 1U);

  talk.wait_ms(3500).client(command({"GET", "k"}));

  EXPECT_EQ(talk.labels.size(), 5U);
}

TEST(RespStream, GivesUpAHoleWhenTooMuchWaitsForIt) {
  Talk talk;
  talk.without_acks().client(command({"PING"})).client_lost(20);
  for (std::size_t i = 0; i <= Ordering::kMaxHeldPieces; ++i) talk.client(command({"GET", "k"}));
  EXPECT_EQ(talk.labels.size(), 2 + Ordering::kMaxHeldPieces);
  EXPECT_EQ(talk.tracker.outstanding(), std::nullopt);
}

TEST(RespStream, SettlesWhatStillWaits) {
  Talk talk;
  talk.without_acks().client(command({"PING"})).client_lost(20).client(command({"GET", "k"}));
  talk.tracker.settle(talk.labels);
  EXPECT_EQ(talk.lines(), (Lines{"1.0 > PING", "2.0 > GET"}));
}

TEST(RespStream, SaysNothingOfAMessageBeforeItsHoleIsFilled) {
  Talk talk;
  talk.without_acks().client(command({"GET", "k"})).server("+O").server_lost(3).server("x");
  EXPECT_EQ(talk.tracker.mid_message(Direction::from_responder), std::nullopt);
}

TEST(RespStream, LosesItsPlaceOnOctetsThatAreNoMessage) {
  Talk talk;
  talk.client(command({"GET", "a"})).server("\x16\x03\x01 what is this").server("+OK\r\n");
  EXPECT_EQ(talk.lines(), (Lines{"1.0 > GET"})) << "nobody knows what goes on here";
  talk.client(command({"PING"})).server("+PONG\r\n");
  EXPECT_EQ(talk.lines(), (Lines{"1.0 > GET", "4.0 > PING", "5.0 < PONG"}));
}

TEST(RespStream, WaitsForTheFirstSegmentWhenItsNumberIsKnown) {
  Talk talk(kFromHandshake, 100, 200);
  talk.tracker.expect(Direction::from_initiator, 86);
  talk.client(command({"GET", "k"}));
  EXPECT_TRUE(talk.labels.empty());

  talk.client_again(20 + 14, command({"PING"}));
  EXPECT_EQ(talk.lines(), (Lines{"2.0 > PING", "1.0 > GET"}));
}

TEST(RespStream, PassesOverWhatTheSnapLengthCutOff) {
  Tracker tracker(kFromHandshake);
  Labels labels;
  const std::string get = command({"GET", "k"});
  const auto at = [&](std::uint32_t frame, std::uint32_t seq, std::string_view payload,
                      std::uint32_t cut) {
    return Piece{.frame = frame, .time_ns = frame, .seq = seq, .payload = payload, .cut_off = cut};
  };
  tracker.feed(Direction::from_initiator, at(1, 0, get, 0), labels);
  tracker.feed(Direction::from_responder, at(2, 0, "$100\r\nabc", 97), labels);
  tracker.feed(Direction::from_responder, at(3, 106, "\r\n", 0), labels);
  ASSERT_EQ(labels.size(), 2U);
  EXPECT_EQ(written(labels[1]), "3.0 < bulk string = 1.0");

  tracker.feed(Direction::from_responder, at(4, 108, "*2\r\n$1", 50), labels);
  tracker.feed(Direction::from_responder, at(5, 164, "+OK\r\n", 0), labels);
  EXPECT_EQ(labels.size(), 2U) << "it may be an element of the array";
  EXPECT_EQ(tracker.outstanding(), std::nullopt);
}

/// Whatever the network does to a conversation short of losing it, the labels stay the same.
TEST(RespStream, IsNotMovedByDisorderAndRepetition) {
  std::mt19937 random(20240607);
  Talk calm;
  for (int i = 0; i < 6; ++i) calm.client(command({"GET", "key"}) + command({"PING"}));
  calm.server("$2\r\nab\r\n+PONG\r\n");

  for (int round = 0; round < 500; ++round) {
    struct Part {
      std::uint32_t seq;
      std::string octets;
    };
    std::string all;
    for (int i = 0; i < 6; ++i) all += command({"GET", "key"}) + command({"PING"});
    std::vector<Part> parts;
    for (std::size_t at = 0; at < all.size();) {
      const std::size_t size = 1 + random() % 60;
      parts.push_back({static_cast<std::uint32_t>(at - 100), all.substr(at, size)});
      at += size;
    }
    for (std::size_t i = 0; i + 1 < parts.size(); ++i) {
      if (random() % 4 == 0) std::swap(parts[i], parts[i + 1]);
      if (random() % 4 == 0) parts.insert(parts.begin() + static_cast<std::ptrdiff_t>(i), parts[i]);
    }
    Tracker tracker(kFromHandshake);
    tracker.expect(Direction::from_initiator, static_cast<std::uint32_t>(-100));
    Labels labels;
    std::uint32_t frame = 0;
    for (const Part& part : parts) {
      ++frame;
      tracker.feed(Direction::from_initiator,
                   {.frame = frame, .time_ns = frame, .seq = part.seq, .payload = part.octets},
                   labels);
    }
    tracker.feed(Direction::from_responder,
                 {.frame = ++frame, .time_ns = frame, .seq = 7, .payload = "$2\r\nab\r\n+PONG\r\n"},
                 labels);
    ASSERT_EQ(meaning(labels), meaning(calm.labels)) << "round " << round;
    ASSERT_EQ(tracker.outstanding(), 10U);
  }
}

}  // namespace
}  // namespace rstcause::resp
