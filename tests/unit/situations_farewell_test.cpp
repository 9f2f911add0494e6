// SPDX-License-Identifier: GPL-2.0-or-later
// Where an end had said why the connection ends, and where a server ended it for a reason that can
// be seen, summary and advice speak of that; each beside its nearest twin.
#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <string_view>

#include "support/trace.h"
#include "unit/tls_octets.h"

namespace rstcause {
namespace {

using test::Trace;

struct Told {
  std::string token, summary, advice, context;
  bool benign = false;

  bool says(std::string_view word) const { return summary.find(word) != std::string::npos; }
  bool advises(std::string_view word) const { return advice.find(word) != std::string::npos; }
  bool tells(std::string_view word) const { return context.find(word) != std::string::npos; }
};

Told told(const std::string& lines) {
  const Trace trace("0ms -> S\n 1ms <- SA\n 2ms -> A\n" + lines);
  const Report report = trace.report();
  std::string context;
  for (const std::string& sentence : trace.last().context) context += sentence + "\n";
  return {std::string(trace.cause()), report.summary, report.advice, context, report.benign};
}

/// Octets as a trace writes them.
std::string hex(std::string_view octets) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  std::string text;
  for (const char octet : octets) {
    const auto value = static_cast<unsigned char>(octet);
    text.append("\\x") += kDigits[value >> 4U];
    text += kDigits[value & 15U];
  }
  return text;
}

/// What MariaDB says in place of its greeting.
std::string mysql_error(unsigned number, std::string_view text) {
  std::string body{'\xff', static_cast<char>(number & 255U), static_cast<char>(number >> 8U)};
  body += text;
  return hex(std::string{static_cast<char>(body.size()), '\0', '\0', '\0'} + body);
}

constexpr std::string_view kPost =
    "data POST /up HTTP/1.1\\r\\nHost: a\\r\\nContent-Length: 9000\\r\\n\\r\\n0123456789\n";

// ----- last words ------------------------------------------------------------------------

TEST(AServerThatSaidWhy, IsQuotedAndItsSettingNamed) {
  const Told full = told("3ms <- PA data " + mysql_error(1040, "Too many connections") +
                         "\n 3.1ms <- FA\n 4ms -> A\n 60ms -> PA len 64\n 61ms <- reply\n");

  EXPECT_EQ(full.token, "data_after_close");
  EXPECT_TRUE(full.says("said 1040: \"Too many connections\" and closed")) << full.summary;
  EXPECT_TRUE(full.advises("max_connections")) << full.advice;
  EXPECT_FALSE(full.advises("did not look"));
  EXPECT_LE(full.summary.size(), 160U);
}

/// The twin: a server that only greeted, and closed when nobody logged in, said nothing of a limit.
TEST(AServerThatSaidWhy, IsNoneWhereItOnlyGreeted) {
  const Told greeted = told(
      "3ms <- PA data SSH-2.0-OpenSSH_9.2\\r\\n\n 4ms -> A\n 2004ms <- FA\n 2005ms -> A\n"
      " 3000ms -> PA data SSH-2.0-late\\r\\n\n 3001ms <- reply\n");

  EXPECT_TRUE(greeted.says("having waited 2.001 s")) << greeted.summary;
  EXPECT_TRUE(greeted.advises("LoginGraceTime")) << greeted.advice;
  EXPECT_FALSE(greeted.says("said"));
}

TEST(AServerThatSaidWhy, MayLoseItsWordsWhereItLeavesDataUnread) {
  const Told refused = told(
      "3ms <- PA data INFO {\"server_id\":\"N\"}\\r\\n\n 4ms -> A\n"
      " 5ms -> PA data CONNECT {}\\r\\nPING\\r\\n\n 6ms <- PA data PONG\\r\\n\n 7ms -> A\n"
      " 8ms -> PA data PUB a 2000000\\r\\n0123456789\n 9ms <- A\n"
      " 10ms <- PA data -ERR 'Maximum Payload Violation'\\r\\n\n 10.1ms -> A len 1000\n"
      " 11ms <- RA\n");

  EXPECT_EQ(refused.token, "unread_data");
  EXPECT_TRUE(refused.says("said -ERR: \"Maximum Payload Violation\"")) << refused.summary;
  EXPECT_TRUE(refused.advises("max_payload"));
  EXPECT_TRUE(refused.advises("the RST may cost the client them"));
}

/// An error that was answered by a next request, long before the close, is no reason for it.
TEST(AServerThatSaidWhy, IsNoneWhereItsErrorIsLongPast) {
  const std::string query = "PA data " + hex(std::string_view("\x09\0\0\0\x03SELECT 1", 13)) + "\n";
  const std::string failed = "PA data " + mysql_error(1205, "Lock wait timeout") + "\n";
  const Told idle =
      told("3ms -> " + query + "4ms <- " + failed +
           "5ms -> A\n 30s <- FA\n 30.001s -> A\n 40s -> " + query + "40.001s <- reply\n");

  EXPECT_FALSE(idle.says("said")) << idle.summary;
  EXPECT_TRUE(idle.says("had closed 10.000 s before")) << idle.summary;
  EXPECT_TRUE(idle.advises("wait_timeout")) << idle.advice;
}

TEST(AnEndThatRefusedTls, IsQuotedWhoeverItIs) {
  const std::string hello = "3ms -> PA data " + hex(app::client_hello("")) + "\n";
  const Told distrusted =
      told(hello + "4ms <- PA data " + hex(app::server_hello(false)) + "\n 5ms -> PA data " +
           hex(app::record(21, app::be(0x0230, 2))) + "\n 5.1ms -> RA\n");

  EXPECT_TRUE(distrusted.says("said TLS alert unknown_ca")) << distrusted.summary;
  EXPECT_TRUE(distrusted.advises("authority that signed it"));
}

TEST(AClientThatWasRefused, IsToldSoWhereItLeavesTheWordsUnread) {
  const Told left = told("3ms <- PA data " + mysql_error(1130, "Host 'a' is not allowed") +
                         "\n 4ms -> A\n 60ms -> RA win 0\n");

  EXPECT_TRUE(left.says("1130")) << left.token << ": " << left.summary;
  EXPECT_TRUE(left.advises("mysql.user"));
  EXPECT_FALSE(left.benign) << "what it was refused for is to be fixed";
}

TEST(ARedisClient, IsNotBenignWhereItsLastAnswerWasARefusal) {
  const std::string ask = "3ms -> PA data *1\\r\\n$4\\r\\nPING\\r\\n\n 4ms <- A\n 5ms <- PA data ";
  const Told refused =
      told(ask + "-NOAUTH Authentication required.\\r\\n\n 6ms -> A\n 7ms -> RA\n");
  const Told failed = told(ask + "-ERR unknown command\\r\\n\n 6ms -> A\n 7ms -> RA\n");

  EXPECT_TRUE(refused.says("NOAUTH")) << refused.summary;
  EXPECT_FALSE(refused.benign);
  EXPECT_TRUE(failed.benign) << "an error of the command's own is an answer like any other";
}

TEST(AGoodbyeThatCameLate, IsNothingToMend) {
  const std::string query = "PA data " + hex(std::string_view("\x09\0\0\0\x03SELECT 1", 13)) + "\n";
  const std::string ok = "PA data " + hex(std::string_view("\x01\0\0\1\0", 5)) + "\n";
  const std::string idled =
      "3ms -> " + query + "4ms <- " + ok + "5ms -> A\n 30s <- FA\n 30.001s -> A\n 40s -> ";
  const Told quit = told(idled + "PA data " + hex(std::string_view("\x01\0\0\0\x01", 5)) +
                         "\n 40.001s <- reply\n");
  const Told asked = told(idled + query + "40.001s <- reply\n");

  EXPECT_EQ(quit.token, "data_after_close");
  EXPECT_TRUE(quit.benign) << quit.context;
  EXPECT_FALSE(asked.benign);
}

// ----- servers that served nothing -------------------------------------------------------

TEST(AnUploadWithoutAnAnswer, IsToldHowFarItCame) {
  const Told upload = told("3ms -> PA " + std::string(kPost) + "4ms <- A\n 40ms <- RA\n");

  EXPECT_EQ(upload.token, "unread_data");
  EXPECT_TRUE(upload.says("(10 of 9000 octets), without an answer")) << upload.summary;
  EXPECT_TRUE(upload.advises("client_max_body_size"));
  EXPECT_FALSE(upload.advises("access rule"));
}

TEST(ARequestThatWasHeld, IsNoCaseForAccessRules) {
  const std::string ask = "3ms -> PA data GET / HTTP/1.1\\r\\nHost: a\\r\\n\\r\\n\n 4ms <- A\n ";
  const Told held = told(ask + "2004ms <- RA\n");
  const Told refused = told(ask + "40ms <- RA\n");

  EXPECT_TRUE(held.advises("worker")) << held.summary;
  EXPECT_FALSE(held.advises("access rule"));
  EXPECT_TRUE(refused.advises("access rule")) << refused.summary;
}

TEST(AProxyHeader, IsAskedForWhereNothingWasServed) {
  const std::string header = "PROXY TCP4 10.0.0.9 10.0.0.2 5000 7000\\r\\n";
  const Told proxied = told("3ms -> PA data " + header +
                            "GET / HTTP/1.1\\r\\nHost: a\\r\\n\\r\\n\n"
                            " 4ms <- A\n 40ms <- RA\n");
  const Told served = told("3ms -> PA data " + header +
                           "GET / HTTP/1.1\\r\\nHost: a\\r\\n\\r\\n\n"
                           " 4ms <- PA data HTTP/1.1 200 OK\\r\\nContent-Length: 2\\r\\n\\r\\nok\n"
                           " 5ms -> A\n 60s <- RA\n");

  EXPECT_TRUE(proxied.says("begins with a PROXY header")) << proxied.summary;
  EXPECT_TRUE(proxied.advises("proxy_protocol"));
  EXPECT_FALSE(served.says("PROXY"));
}

TEST(AHelloToWhoSpeaksNoTls, IsToldApartFromARefusal) {
  const Told hello = told("3ms -> PA data " + hex(app::client_hello("")) +
                          "\n 4ms <- A\n"
                          " 5ms <- RA\n");

  EXPECT_TRUE(hello.says("TLS ClientHello")) << hello.summary;
  EXPECT_TRUE(hello.advises("Does the server speak TLS on that port"));
}

TEST(AHeadThatIsTooLong, IsNoBody) {
  const Told head = told(
      "3ms -> PA data GET / HTTP/1.1\\r\\nCookie: 0123456789\n 4ms <- A\n"
      " 5ms <- PA data HTTP/1.1 431 Too Large\\r\\nConnection: close\\r\\n\\r\\n\n"
      " 5.1ms -> A len 1000\n 6ms <- RA\n");

  EXPECT_TRUE(head.says("answered 431")) << head.summary;
  EXPECT_FALSE(head.says("body")) << head.summary;
  EXPECT_FALSE(head.tells("body")) << head.context;
  EXPECT_TRUE(head.advises("max-http-header-size"));
}

// ----- servers that abort ----------------------------------------------------------------

TEST(AServerThatAborts, IsNotToldToSpareLogNoise) {
  const std::string exchange =
      "3ms -> PA data GET / HTTP/1.1\\r\\nHost: a\\r\\n\\r\\n\n"
      " 4ms <- PA data HTTP/1.1 200 OK\\r\\nContent-Length: 5000\\r\\n\\r\\n0123456789\n 5ms -> "
      "A\n";
  const Told cut = told(exchange + "6ms <- RA\n");

  EXPECT_TRUE(cut.says("in the middle of its response, after 10 of 5000 octets")) << cut.summary;
  EXPECT_FALSE(cut.advises("Java"));
  EXPECT_FALSE(cut.advises("TIME_WAIT"));
}

TEST(AResponseWithoutALength, IsNotCalledBrokenOff) {
  const Told open_ended = told(
      "3ms -> PA data GET / HTTP/1.0\\r\\n\\r\\n\n"
      " 4ms <- PA data HTTP/1.0 200 OK\\r\\n\\r\\nhello\n 5ms -> A\n 6ms -> RA\n");

  EXPECT_EQ(open_ended.token, "linger0");
  EXPECT_TRUE(open_ended.says("5 octets of a response that has no length")) << open_ended.summary;
  EXPECT_FALSE(open_ended.says("in the middle"));
}

// ----- what the client closed ------------------------------------------------------------

TEST(AGivenUpRequest, IsNotCalledAnswered) {
  const Told late = told(
      "3ms -> PA data GET / HTTP/1.1\\r\\nHost: a\\r\\n\\r\\n\n 4ms <- A\n 504ms -> FA\n 505ms <- "
      "A\n"
      " 845ms <- PA data HTTP/1.1 200 OK\\r\\nContent-Length: 2\\r\\n\\r\\nok\n 846ms -> reply\n");

  EXPECT_EQ(late.context,
            "HTTP: request unanswered for 501 ms when the client closed; the answer, 200, came "
            "341 ms later\n");
  EXPECT_FALSE(late.tells("every request answered"));
}

TEST(ASessionThatAskedForNothing, DidNotGiveUpWaiting) {
  using namespace app;
  const std::string tls = "3ms -> PA data " + hex(client_hello("")) + "\n 4ms <- PA data " +
                          hex(server_hello(true) + record(20, be(1, 1)) + hidden(900)) +
                          "\n 5ms -> PA data " + hex(record(20, be(1, 1)) + hidden(53)) +
                          "\n 6ms <- A\n";
  const Told idle = told(tls + "900ms -> RA\n");
  const Told asked =
      told(tls + "7ms -> PA data " + hex(hidden(99)) + "\n 8ms <- A\n 900ms -> RA\n");

  EXPECT_FALSE(idle.says("gave up")) << idle.summary;
  EXPECT_TRUE(asked.says("gave up")) << asked.summary;
}

TEST(APortCheck, IsOneWhereTheGreetingFoundNobody) {
  const Told late = told(
      "3ms -> FA\n 4ms <- A\n 40ms <- PA data SSH-2.0-OpenSSH_9.2\\r\\n\n"
      " 40.1ms -> reply\n");
  const Told unread =
      told("3ms <- PA data SSH-2.0-OpenSSH_9.2\\r\\n\n 4ms -> A\n 5ms -> RA win 0\n");
  const Told talked = told(
      "3ms <- PA data SSH-2.0-OpenSSH_9.2\\r\\n\n"
      " 4ms -> PA data SSH-2.0-x\\r\\n\n 5ms <- PA len 900\n 6ms -> A\n"
      " 7ms -> RA\n");

  EXPECT_TRUE(late.says("a port check, it seems")) << late.summary;
  EXPECT_TRUE(late.advises("health check"));
  EXPECT_FALSE(talked.says("port check")) << talked.summary;
  EXPECT_EQ(unread.token, "unread_data");
  EXPECT_TRUE(unread.says("port check")) << unread.summary;
}

TEST(AClientInTheMiddleOfAnAnswer, IsToldToHaveBrokenItOff) {
  const std::string ask = "3ms -> PA data *2\\r\\n$3\\r\\nGET\\r\\n$1\\r\\nk\\r\\n\n 4ms <- A\n";
  const Told cut = told(ask + "5ms <- PA data $5000\\r\\n0123456789\n 6ms -> A\n 7ms -> RA\n");
  const Told whole = told(ask + "5ms <- PA data $2\\r\\nok\\r\\n\n 6ms -> A\n 7ms -> RA\n");

  EXPECT_TRUE(cut.says("in the middle of an answer")) << cut.summary;
  EXPECT_TRUE(cut.advises("broke the answer off"));
  EXPECT_FALSE(whole.says("in the middle"));
}

TEST(AReusedConnection, IsOneHoweverSoonAfterTheClose) {
  const std::string exchange = "3ms -> PA len 30\n 4ms <- PA len 30\n 5ms -> A\n";
  const Told reused = told(exchange +
                           "3000ms <- FA\n 3001ms -> A\n 3300ms -> PA len 30\n"
                           " 3301ms <- reply\n");
  const Told at_once = told(exchange +
                            "5.1ms <- FA\n 5.2ms -> A\n 9ms -> PA len 30\n"
                            " 10ms <- reply\n");

  EXPECT_TRUE(reused.says("had closed 300 ms before")) << reused.summary;
  EXPECT_TRUE(reused.advises("did not look"));
  EXPECT_FALSE(at_once.says("before, in")) << at_once.summary;
}

}  // namespace
}  // namespace rstcause
