// SPDX-License-Identifier: GPL-2.0-or-later
// HTTP/1 as a specification: what is complete, what is cut, what is not known.
#include <gtest/gtest.h>

#include "unit/app_talk.h"

namespace rstcause::app {
namespace {

using Progress = Http::Progress;

constexpr std::string_view kGet = "GET / HTTP/1.1\r\nHost: a.example\r\n\r\n";
constexpr std::string_view kOk5 = "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello";

TEST(Http, SeesARequestAndItsWholeResponse) {
  Conversation c;
  c.client(kGet);
  EXPECT_EQ(c.http().outstanding(), 1U);
  EXPECT_EQ(c.http().request(), Progress::complete);
  EXPECT_EQ(c.http().response(), Progress::none);

  c.server(kOk5);
  EXPECT_EQ(c.http().outstanding(), 0U);
  EXPECT_EQ(c.http().response(), Progress::complete);
  EXPECT_EQ(c.http().status(), 200);
  EXPECT_TRUE(c.http().keeps_alive());
  EXPECT_TRUE(c.http().sure());
}

TEST(Http, SeesAResponseThatLacksItsLastOctet) {
  Conversation c;
  c.client(kGet).server(kOk5.substr(0, kOk5.size() - 1));
  EXPECT_EQ(c.http().response(), Progress::in_body);
  EXPECT_EQ(c.http().body_octets(kServer), 4U);
  EXPECT_EQ(c.http().body_length(kServer), 5U);
  EXPECT_EQ(c.http().outstanding(), 1U);
}

TEST(Http, ReadsHeadsThatComeOctetByOctet) {
  Conversation c;
  c.client("GET / HTTP").client_in_octets("/1.1\r\ncontent-LENGTH:  3\r\n\r\nabc");
  EXPECT_EQ(c.http().request(), Progress::complete);
  c.server("HTTP/1.1 200 OK\r\nTransf").server_in_octets("er-Encoding: gzip, Chunked\r\n\r\n3\r\n");
  EXPECT_EQ(c.http().response(), Progress::in_body);
  c.server_in_octets("abc\r\n0\r\n\r\n");
  EXPECT_EQ(c.http().response(), Progress::complete);
}

TEST(Http, PairsPipelinedRequestsInTheirOrder) {
  Conversation c;
  c.client(std::string(kGet) + std::string(kGet) + std::string(kGet));
  EXPECT_EQ(c.http().outstanding(), 3U);
  c.server(std::string(kOk5) + std::string(kOk5));
  EXPECT_EQ(c.http().outstanding(), 1U);
  EXPECT_EQ(c.http().responses(), 2U);
}

TEST(Http, GivesNoBodyToTheAnswerOfAHead) {
  Conversation c;
  c.client("HEAD / HTTP/1.1\r\nHost: a\r\n\r\n")
      .server("HTTP/1.1 200 OK\r\nContent-Length: 900\r\n\r\n");
  EXPECT_EQ(c.http().response(), Progress::complete);
}

TEST(Http, ClaimsNothingOfABodyWhoseRequestWasNotSeen) {
  Conversation c;
  c.server("HTTP/1.1 200 OK\r\nContent-Length: 900\r\n\r\n");
  EXPECT_EQ(c.http().response(), Progress::unknown) << "it may be the answer to a HEAD";
}

TEST(Http, GivesNoBodyTo204And304AndInterimResponses) {
  for (const char* head : {"HTTP/1.1 204 No Content\r\n\r\n",
                           "HTTP/1.1 304 Not Modified\r\nContent-Length: 7\r\n\r\n"}) {
    Conversation c;
    c.client(kGet).server(head);
    EXPECT_EQ(c.http().response(), Progress::complete) << head;
    EXPECT_EQ(c.http().outstanding(), 0U);
  }
  Conversation c;
  c.client("PUT /x HTTP/1.1\r\nContent-Length: 3\r\nExpect: 100-continue\r\n\r\n");
  c.server("HTTP/1.1 100 Continue\r\n\r\n").client("abc");
  EXPECT_EQ(c.http().outstanding(), 1U) << "an interim response answers nothing";
}

TEST(Http, LetsABodyWithoutALengthLastToTheEnd) {
  Conversation c;
  c.client(kGet).server("HTTP/1.0 200 OK\r\n\r\nabc");
  EXPECT_EQ(c.http().response(), Progress::in_body);
  EXPECT_TRUE(c.http().response_ends_with_connection());
  EXPECT_EQ(c.http().body_octets(kServer), 3U);
  EXPECT_FALSE(c.http().keeps_alive());
}

TEST(Http, SeesAnAnswerThatComesBeforeTheBodyIsWhole) {
  Conversation c;
  c.client("POST /up HTTP/1.1\r\nContent-Length: 1000\r\n\r\nabc");
  c.server("HTTP/1.1 413 Content Too Large\r\nContent-Length: 0\r\n\r\n").client("more");
  EXPECT_TRUE(c.http().answered_early());
  EXPECT_EQ(c.http().status(), 413);
  EXPECT_EQ(c.http().body_octets(kClient), 7U);
  EXPECT_EQ(c.http().body_length(kClient), 1000U);
}

TEST(Http, DoesNotCallAnAnswerEarlyThatComesAfterTheWholeBody) {
  Conversation c;
  c.client("POST /up HTTP/1.1\r\nContent-Length: 3\r\n\r\nabc");
  c.server("HTTP/1.1 413 Content Too Large\r\nContent-Length: 0\r\n\r\n");
  EXPECT_FALSE(c.http().answered_early());
}

TEST(Http, CountsBodiesLongerThanTheSequenceSpace) {
  Conversation c;
  c.client(kGet).server("HTTP/1.1 200 OK\r\nContent-Length: 6000000000\r\n\r\n");
  for (int i = 0; i < 5; ++i) c.server_lost(1'000'000'000).server("x");
  EXPECT_EQ(c.http().body_octets(kServer), 5'000'000'005U);
  EXPECT_EQ(c.http().response(), Progress::in_body);
}

TEST(Http, NeedsNoOctetOfABodyButItsLast) {
  Conversation c;
  c.client(kGet).server("HTTP/1.1 200 OK\r\nContent-Length: 3000\r\n\r\n");
  c.server_lost(1000).server(std::string(2000, 'x'));
  EXPECT_EQ(c.http().response(), Progress::complete);
}

TEST(Http, DoesNotKnowWhatEndedUnseen) {
  Conversation c;
  c.client(kGet).server("HTTP/1.1 200 OK\r\nContent-Length: 3000\r\n\r\n").server_lost(3000);
  c.server("HTTP/1.1 200");
  EXPECT_NE(c.http().response(), Progress::complete);
}

TEST(Http, IgnoresWhatIsSentAgain) {
  Conversation c;
  c.client(kGet).client_again(static_cast<std::uint32_t>(kGet.size()), kGet);
  c.server(kOk5).server_again(5, "hello");
  EXPECT_EQ(c.http().outstanding(), 0U);
  EXPECT_EQ(c.http().responses(), 1U);
}

TEST(Http, TakesTheNewPartOfASegmentThatOverlaps) {
  Conversation c;
  c.client(kGet).server(kOk5.substr(0, 20)).server_again(10, kOk5.substr(10));
  EXPECT_EQ(c.http().response(), Progress::complete);
}

/// The second half of a head comes before the first: what passed is not read again.
TEST(Http, ClaimsNothingWhenAHeadIsOutOfOrder) {
  Conversation c;
  c.client(kGet);
  const auto head = kOk5.substr(0, 20), rest = kOk5.substr(20);
  c.server_lost(20).server(rest).server_again(static_cast<std::uint32_t>(kOk5.size()), head);
  EXPECT_EQ(c.http().response(), Progress::unknown);
  EXPECT_FALSE(c.http().sure());
}

TEST(Http, FindsItsWayAgainAtTheNextRequest) {
  Conversation c;
  c.client(kGet).client_lost(50).server(kOk5).client(kGet);
  c.server(kOk5);
  EXPECT_TRUE(c.http().sure());
  EXPECT_EQ(c.http().outstanding(), 0U);
}

TEST(Http, KnowsThatASegmentWasCutByTheCapture) {
  Conversation c;
  c.client(kGet).server_cut("HTTP/1.1 200 OK\r\nContent-Len", 400);
  EXPECT_EQ(c.http().response(), Progress::unknown);
}

TEST(Http, CountsABodyThatTheCaptureCut) {
  Conversation c;
  c.client(kGet).server_cut("HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n", 41 + 300);
  EXPECT_EQ(c.http().response(), Progress::in_body);
  EXPECT_EQ(c.http().body_octets(kServer), 300U);
}

TEST(Http, GivesUpWhereTwoLengthsAreGiven) {
  Conversation c;
  c.client(kGet).server("HTTP/1.1 200 OK\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\nhello");
  EXPECT_EQ(c.http().response(), Progress::unknown);
}

TEST(Http, SaysNothingOnceTheConnectionIsSomethingElse) {
  Conversation c;
  c.client("CONNECT a.example:443 HTTP/1.1\r\n\r\n").server("HTTP/1.1 200 Connected\r\n\r\n");
  EXPECT_FALSE(c.http().speaks_http());
  Conversation websocket;
  websocket.client(kGet).server("HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n\r\n");
  EXPECT_EQ(websocket.talk().protocol(), Protocol::websocket);
  Conversation other;
  other.client(kGet).server("HTTP/1.1 101 Switching Protocols\r\nUpgrade: other\r\n\r\n");
  EXPECT_FALSE(other.http().speaks_http());
}

TEST(Http, SeesThatThePortWantsTls) {
  Conversation c;
  c.client(kGet).server(std::string_view("\x15\x03\x03\x00\x02\x02\x46", 7));
  EXPECT_TRUE(c.http().wanted_tls());
}

TEST(Http, IsNotSeenInOtherTexts) {
  for (const char* text : {"GET key\r\n", "GET / RTSP/1.0\r\n\r\n", "INVITE sip:a SIP/2.0\r\n",
                           "SET x 1\r\n", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", "HTTP is a protocol",
                           "HTTP/1.1 999 no", "GETTING on", "+PONG\r\n", "get / HTTP/1.1\r\n"}) {
    Conversation c;
    c.client(text);
    EXPECT_FALSE(c.is_known() && c.talk().http() != nullptr) << text;
  }
}

}  // namespace
}  // namespace rstcause::app
