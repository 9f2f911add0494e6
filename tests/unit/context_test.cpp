// SPDX-License-Identifier: GPL-2.0-or-later
// What a reset's report says of the application, and what that does to the verdict.
#include "engine/tell/context.h"

#include <gtest/gtest.h>

#include "support/printers.h"
#include "support/trace.h"

namespace rstcause {
namespace {

using test::Trace;
using Sentences = std::vector<std::string>;

constexpr std::string_view kOpen = "0ms -> S\n 1ms <- SA\n 2ms -> A\n";

Trace after_handshake(std::string_view lines) {
  return Trace(std::string(kOpen) + std::string(lines));
}

TEST(Context, TellsThatARequestIsOutstanding) {
  const Trace t =
      after_handshake("3ms -> PA data GET / HTTP/1.1\\r\\n\\r\\n\n 4ms <- A\n 1203ms -> RA\n");
  EXPECT_EQ(t.last().context, Sentences{"HTTP: request outstanding for 1.2 s"});
}

TEST(Context, TellsThatTheResetCarriesOctetsThatStateNothing) {
  EXPECT_EQ(after_handshake("9ms -> RA data \\x00\\x01\\xfe\n").last().context,
            Sentences{"TCP: 3 octets of payload in the RST itself, no statement"});
  EXPECT_EQ(after_handshake("9ms -> RA data Connection limit reached\n").last().context,
            Sentences{});
  EXPECT_EQ(after_handshake("9ms -> RA\n").last().context, Sentences{});
}

constexpr std::string_view kServedGet =
    "3ms -> PA data *1\\r\\n$4\\r\\nPING\\r\\n\n 4ms <- PA data +PONG\\r\\n\n"
    "5ms -> PA data *2\\r\\n$3\\r\\nGET\\r\\n$1\\r\\nk\\r\\n\n 6ms <- A\n";

TEST(Context, TellsHowLongARedisClientHadWaitedBeforeItReset) {
  const Trace t = after_handshake(std::string(kServedGet) + "2005ms -> RA\n");
  EXPECT_EQ(t.last().context, Sentences{"RESP: GET unanswered for 2.0 s"});
}

/// A time-out of the client's: it closes in good order, and the reply that came at last is refused.
TEST(Context, TellsThatARedisClientHadClosedBeforeTheReplyCame) {
  const std::string asked = std::string(kServedGet) + "1005ms -> FA\n 1006ms <- A\n";
  const Trace late =
      after_handshake(asked + "3005ms <- PA data $1\\r\\nv\\r\\n\n 3006ms -> reply\n");
  EXPECT_EQ(late.last().context, Sentences{"RESP: the client closed before the reply to GET, "
                                           "having waited for 1.0 s; it took 3.0 s"});
}

TEST(Context, DoesNotSayThatARedisClientClosedTooSoonWhereItHadTheReply) {
  const Trace t = after_handshake(std::string(kServedGet) +
                                  "7ms <- PA data $1\\r\\nv\\r\\n\n 8ms -> A\n 1005ms -> FA\n"
                                  "1006ms <- A\n 1007ms -> RA\n");
  EXPECT_EQ(t.last().context, Sentences{"RESP: every command answered, the last one GET"});
}

/// A SYN that comes behind the first words may turn the roles that were guessed. Whose words were
/// whose does not turn with them, wherever the two ends' numbers lie.
TEST(Context, KeepsTheWordsOfTwoRedisEndsApartWhenTheirRolesAreLearntLate) {
  for (const std::uint32_t client : {1000U, 0x8000'1000U}) {
    const Trace trace(R"(
      0ms <- P to 40000 data $3\r\nSET\r\n$
      1ms -> SFP to 40000 data $1\r\nv\r\n
      2ms -> R to 40000
    )",
                      client, 0x2000'0000U);
    EXPECT_EQ(trace.confidence_in("unread_data"), 68) << client;
  }
}

/// What the server resets it would not have answered, however long that took.
TEST(Context, DoesNotTellHowLongWhereTheRedisServerResets) {
  const Trace t = after_handshake(std::string(kServedGet) + "2005ms <- RA\n");
  EXPECT_EQ(t.last().context, Sentences{"RESP: GET unanswered"});
}

constexpr std::string_view kRefusal =
    "3ms <- PA data -ERR max number of clients reached\\r\\n\n 4ms -> A\n"
    "5ms -> PA data *1\\r\\n$4\\r\\nPING\\r\\n\n";

TEST(Advice, BeginsWithWhatTheRedisServerSaid) {
  const Trace t = after_handshake(std::string(kRefusal) + "5.2ms <- RA\n");
  const std::string advice = t.report().advice;
  EXPECT_TRUE(advice.starts_with("Redis had as many clients as it takes")) << advice;
  EXPECT_NE(advice.find("These words tell why the server ended"), std::string::npos) << advice;
}

TEST(Advice, DoesNotTurnToRedisWhereSomebodyElseReset) {
  Trace t = after_handshake(std::string(kRefusal) + R"(
      110ms <- R ttl 110 win 0 plain id 4000
      110ms <- R ttl 110 win 0 plain id 4001
      110ms <- R ttl 110 win 0 plain id 4002
      202ms <- PA data +PONG\r\n
  )");
  ASSERT_EQ(t.in_frame(7).verdict.origin, Origin::middlebox);
  EXPECT_EQ(report_on(t.engine(), t.in_frame(7)).advice.find("maxclients"), std::string::npos);
}

TEST(Advice, IsGivenOnceAndNotWithEachFollowUp) {
  const Trace t =
      after_handshake(std::string(kRefusal) + "5.2ms <- RA\n 5.3ms -> PA len 5\n 5.5ms <- reply\n");
  ASSERT_NE(t.last().verdict.root, 0U);
  EXPECT_EQ(t.report().advice.find("maxclients"), std::string::npos);
}

TEST(Context, TellsThatAllWasAnsweredAndHowLongAgo) {
  const Trace t = after_handshake(
      "3ms -> PA data GET / HTTP/1.1\\r\\n\\r\\n\n"
      "4ms <- PA data HTTP/1.1 200 OK\\r\\nContent-Length: 2\\r\\n\\r\\nhi\n 5ms -> A\n"
      "2004ms -> RA\n");
  EXPECT_EQ(t.last().context, (Sentences{"HTTP: every request answered, the last one with 200",
                                         "HTTP: idle for 2.0 s since the last complete exchange"}));
  EXPECT_EQ(t.cause(), "linger0");
}

TEST(Context, TellsHowFarAResponseCame) {
  const Trace t = after_handshake(
      "3ms -> PA data GET / HTTP/1.1\\r\\n\\r\\n\n"
      "4ms <- PA data HTTP/1.1 200 OK\\r\\nContent-Length: 20\\r\\n\\r\\nhi\n 5ms -> A\n"
      "6ms -> RA\n");
  EXPECT_EQ(t.last().context, Sentences{"HTTP: response cut after 2 of 20 octets"});
  EXPECT_EQ(t.cause(), "unread_data");
}

TEST(Context, TellsOfAnEarlyAnswer) {
  const Trace t = after_handshake(
      "3ms -> PA data POST / HTTP/1.1\\r\\nContent-Length: 9000\\r\\n\\r\\nbody\n 4ms <- A\n"
      "5ms <- PA data HTTP/1.1 413 Too Large\\r\\nContent-Length: 0\\r\\n\\r\\n\n 6ms -> A\n"
      "90ms <- RA\n");
  EXPECT_EQ(t.last().context, Sentences{"HTTP: 413 sent while the request body was arriving (4 of "
                                        "9000 octets)"});
  EXPECT_EQ(t.cause(), "unread_data");
}

/// A whole answer of 40,000 octets that fills two thirds of the client's window, and what came of
/// it.
Trace whole_answer(const std::string& rest) {
  return Trace(
      "0ms -> S noscale win 64240\n 1ms <- SA noscale win 65160\n 2ms -> A win 64240\n"
      "3ms -> PA win 64240 data GET / HTTP/1.1\\r\\n\\r\\n\n"
      "4ms <- PA data HTTP/1.1 200 OK\\r\\nContent-Length: 40000\\r\\n\\r\\n\n"
      "4ms <- PA len 40000\n 5ms -> A win 24200\n" +
      rest);
}

TEST(Context, TellsThatAWholeAnswerWasNotReadWhereTheVerdictSaysSo) {
  // The window is wide open in the RST alone: close() threw the answer away.
  const Trace t = whole_answer("300ms -> RA win 64240\n");
  ASSERT_EQ(t.cause(), "unread_data");
  EXPECT_EQ(t.last().context,
            Sentences{"HTTP: the answer 200 was sent whole, and not read to its end"});
}

TEST(Context, DoesNotTellSoOfAnAnswerThatTheWindowShowsWasRead) {
  const Trace t = whole_answer("6ms -> A win 64240\n 300ms -> RA win 64240\n");
  ASSERT_EQ(t.cause(), "linger0");
  EXPECT_EQ(t.last().context, Sentences{"HTTP: every request answered, the last one with 200"});
}

TEST(Advice, NamesTheSettingsOfTheServerThatAnswered) {
  const std::string head =
      "3ms -> PA data GET / HTTP/1.1\\r\\n\\r\\n\n4ms <- PA data HTTP/1.1 200 OK\\r\\n";
  const std::string rest =
      "Content-Length: 2\\r\\n\\r\\nhi\n 5ms -> A\n"
      "5004ms <- FA\n 5005ms -> PA data GET / HTTP/1.1\\r\\n\\r\\n\n 5006ms <- reply\n";
  const std::string known =
      after_handshake(head + "Server: nginx/1.22.1\\r\\n" + rest).report().advice;
  EXPECT_NE(known.find("(nginx keepalive_timeout, or that of a proxy before it)"), known.npos)
      << known;
  const std::string other = after_handshake(head + "Server: example\\r\\n" + rest).report().advice;
  EXPECT_NE(other.find("Apache KeepAliveTimeout"), other.npos) << other;
}

TEST(Context, DoesNotCallAnAnswerEarlyWhenTheBodyWasWhole) {
  const Trace t = after_handshake(
      "3ms -> PA data POST / HTTP/1.1\\r\\nContent-Length: 4\\r\\n\\r\\nbody\n 4ms <- A\n"
      "5ms <- PA data HTTP/1.1 413 Too Large\\r\\nContent-Length: 0\\r\\n\\r\\n\n 6ms -> A\n"
      "90ms <- RA\n");
  EXPECT_EQ(t.last().context, Sentences{"HTTP: every request answered, the last one with 413"});
}

TEST(Context, TellsOfAKeepAliveRace) {
  const Trace raced = after_handshake(
      "3ms -> PA data GET / HTTP/1.1\\r\\n\\r\\n\n"
      "4ms <- PA data HTTP/1.1 200 OK\\r\\nContent-Length: 2\\r\\n\\r\\nhi\n 5ms -> A\n"
      "65003ms <- FA\n 65004ms -> PA ack 41 data GET / HTTP/1.1\\r\\n\\r\\n\n 65005ms <- reply\n");
  ASSERT_EQ(raced.cause(), "data_after_close");
  EXPECT_EQ(raced.last().context,
            Sentences{"HTTP: keep-alive race: request sent after 1 min 5 s of idle, as the server "
                      "closed"});
}

TEST(Context, DoesNotCallItARaceWhenTheCloseWasKnown) {
  const Trace t = after_handshake(
      "3ms -> PA data GET / HTTP/1.1\\r\\n\\r\\n\n"
      "4ms <- PA data HTTP/1.1 200 OK\\r\\nContent-Length: 2\\r\\n\\r\\nhi\n 5ms -> A\n"
      "5000ms <- FA\n 5001ms -> A\n 9004ms -> PA data GET / HTTP/1.1\\r\\n\\r\\n\n"
      "9005ms <- reply\n");
  EXPECT_EQ(t.last().context,
            Sentences{"HTTP: request sent after 9.0 s of idle, on a connection that the server had "
                      "closed"});
}

TEST(Context, SaysNothingWhereOctetsOfAHeadAreMissing) {
  const Trace t = after_handshake(
      "3ms -> PA data GET / HTTP/1.1\\r\\n\\r\\n\n"
      "4ms <- PA seq 41 data ength: 9\\r\\n\\r\\n\n 5ms -> A\n 6ms -> RA\n");
  EXPECT_TRUE(t.last().context.empty());
}

TEST(Context, NamesAFatalAlert) {
  const Trace t = after_handshake(
      "3ms -> PA data \\x16\\x03\\x01\\x00\\x04\\x01\\x00\\x00\\x00\n"
      "4ms <- PA data \\x15\\x03\\x03\\x00\\x02\\x02\\x28\n 5ms <- RA\n");
  ASSERT_FALSE(t.last().context.empty());
  EXPECT_EQ(t.last().context.front(),
            "TLS: fatal alert handshake_failure by the server before the reset");
}

TEST(Context, TellsThatAGreetingWasNeverAnswered) {
  const Trace t =
      after_handshake("3ms <- PA data 220 mail.example.com ESMTP\\r\\n\n 4ms -> A\n 5ms -> RA\n");
  EXPECT_EQ(t.last().context, Sentences{"SMTP: the server greeted, the client never answered"});
  EXPECT_EQ(t.cause(), "unread_data");
}

std::string probes(const std::vector<int>& at_ms) {
  std::string lines;
  int port = 50001;
  for (const int at : at_ms) {
    const std::string behind = " port " + std::to_string(port++) + "\n";
    lines += std::to_string(at) + "ms -> S" + behind + std::to_string(at + 1) + "ms <- SA" +
             behind + std::to_string(at + 2) + "ms -> RA" + behind;
  }
  return lines;
}

TEST(Context, TellsThePaceOfAHealthCheck) {
  const Trace t(probes({0, 5000, 10010}));
  EXPECT_EQ(t.cause(), "connect_probe");
  EXPECT_EQ(t.last().context,
            Sentences{"TCP: connection without a byte, every 5.0 s from this host"});
}

TEST(Context, TellsNoPaceWhereThereIsNone) {
  EXPECT_TRUE(Trace(probes({0, 5000})).last().context.empty()) << "two make no rhythm";
  EXPECT_TRUE(Trace(probes({0, 5000, 7000})).last().context.empty());
}

/// A close_notify that meets a closed connection takes nothing with it; a request does.
TEST(DataAfterClose, IsBenignWhenOnlyATlsAlertCameTooLate) {
  const std::string hello =
      "3ms -> PA data \\x16\\x03\\x01\\x00\\x04\\x01\\x00\\x00\\x00\n"
      "4ms <- PA data \\x16\\x03\\x03\\x00\\x04\\x02\\x00\\x00\\x00\n 5ms -> A\n"
      "500ms <- FA\n 501ms -> A\n";
  const Trace alert = after_handshake(
      hello + "600ms -> PA data \\x15\\x03\\x03\\x00\\x02\\x01\\x00\n 601ms <- reply\n");
  EXPECT_EQ(alert.cause(), "data_after_close");
  EXPECT_TRUE(alert.report().benign);
  EXPECT_NE(alert.report().advice.find("Nothing was lost"), std::string::npos);
  const Trace data = after_handshake(
      hello + "600ms -> PA data \\x17\\x03\\x03\\x00\\x02\\x01\\x00\n 601ms <- reply\n");
  EXPECT_EQ(data.cause(), "data_after_close");
  EXPECT_FALSE(data.report().benign);
  EXPECT_EQ(data.report().advice.find("Nothing was lost"), std::string::npos);
}

TEST(UnreadData, IsImpossibleWhereNothingHadArrivedInOrder) {
  const Trace t = after_handshake("3ms -> PA seq 51 len 50\n 4ms <- A ack 1\n 50ms <- RA ack 1\n");
  EXPECT_EQ(t.confidence_in("unread_data"), 0);
}

TEST(UnreadData, IsLikelierThanATurnedAwayConnectionOnceOctetsHadArrived) {
  const Trace t = after_handshake("3ms -> PA len 50\n 4ms <- A\n 5ms <- RA\n");
  EXPECT_EQ(t.cause(), "unread_data");
  EXPECT_LT(t.confidence_in("accept_then_abort"), 10);
}

/// Linux lets the window grow while a transfer runs, whether anybody reads or not.
TEST(UnreadData, IsNotDoubtedForAWindowThatGrewWithAnAck) {
  const char* talk =
      "3ms -> PA len 1000\n 4ms <- A win %s\n 5ms -> PA len 1000\n 6ms <- A win 600\n"
      "7ms <- PA len 16 win 600\n 8ms -> A\n 300ms <- RA win 600\n";
  const auto with = [&](const std::string& window) {
    std::string lines = talk;
    return after_handshake(lines.replace(lines.find("%s"), 2, window)).confidence_in("unread_data");
  };
  EXPECT_EQ(with("600"), with("500"));
}

}  // namespace
}  // namespace rstcause
