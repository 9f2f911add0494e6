// SPDX-License-Identifier: GPL-2.0-or-later
//
// What shows that octets lay unread, and what only looks so.
#include <gtest/gtest.h>

#include <string>

#include "support/trace.h"

namespace rstcause {
namespace {

using test::Trace;

constexpr std::string_view kAsked = R"(
     0ms -> S noscale win 64240
     1ms <- SA noscale win 65160
     2ms -> A win 64240
     3ms -> PA len 3 win 64240
)";

/// close() empties the queue before it builds the RST.
TEST(UnreadData, IsBlamedWhereTheWindowGrowsThoughNothingCame) {
  const Trace grown(std::string(kAsked) + R"(
     4ms <- PA len 1400
     5ms -> A win 63000
   300ms -> RA win 64240
  )");
  const Trace same(std::string(kAsked) + R"(
     4ms <- PA len 1400
     5ms -> A win 64240
   300ms -> RA win 64240
  )");

  EXPECT_EQ(grown.cause(), "unread_data");
  EXPECT_EQ(same.cause(), "linger0");
}

/// A young socket's window grows with each segment that arrives.
TEST(UnreadData, IsNotBlamedForAWindowThatGrewWithANewSegment) {
  const Trace trace(std::string(kAsked) + R"(
     4ms <- PA len 100
     5ms -> A win 62780
     6ms <- PA len 100
     7ms -> RA win 64240
  )");

  EXPECT_EQ(trace.cause(), "linger0");
}

TEST(UnreadData, IsLikelierAfterALongAnswerThanAfterAShortOne) {
  const Trace shorter(std::string(kAsked) + "4ms <- PA len 100\n5ms -> A\n300ms -> RA\n");
  const Trace longer(std::string(kAsked) +
                     "4ms <- A len 1460\n4.1ms <- PA len 500\n5ms -> A\n300ms -> RA\n");

  EXPECT_GT(longer.confidence_in("unread_data"), shorter.confidence_in("unread_data"));
}

/// An abort acknowledges all that had arrived: what was on its way cannot have lain unread.
TEST(UnreadData, IsNoLikelierForALongAnswerThatHadNotArrived) {
  const Trace trace(std::string(kAsked) + R"(
     4ms <- PA len 100
     5ms -> A
   300ms <- A len 1460
   301ms -> RA ack 101
  )");

  for (const Finding& finding : trace.last().verdict.evidence)
    EXPECT_NE(finding.clue->name, "long-answer-was-last");
}

constexpr std::string_view kRefusedUpload = R"(
     0ms -> S
     1ms <- SA
     2ms -> A
     3ms -> PA data POST /up HTTP/1.1\r\nHost: a\r\nContent-Length: 40000\r\n\r\n
     4ms -> A len 1400
     5ms <- PA data HTTP/1.1 413 Too Large\r\nContent-Length: 0\r\nConnection: close\r\n\r\n
     6ms <- FA
)";

TEST(UnreadData, IsBlamedOnAnUploaderThatGoesOnAfterTheAnswer) {
  const Trace trace(std::string(kRefusedUpload) + R"(
    50ms -> A len 1400
    51ms -> A len 1400
   100ms -> RA
  )");

  EXPECT_EQ(trace.cause(), "unread_data");
}

TEST(UnreadData, IsNotBlamedOnAnUploaderThatStopsAtTheAnswer) {
  const Trace stopped(std::string(kRefusedUpload) + "7ms -> A\n100ms -> RA\n");
  const Trace went_on(std::string(kRefusedUpload) + "50ms -> A len 1400\n100ms -> RA\n");

  EXPECT_LT(stopped.confidence_in("unread_data"), went_on.confidence_in("unread_data"));
}

constexpr std::string_view kSubscribed = R"(
     0ms -> S
     1ms <- SA
     2ms -> A
     3ms -> PA data *2\r\n$9\r\nSUBSCRIBE\r\n$4\r\nnews\r\n
     4ms <- PA data *3\r\n$9\r\nsubscribe\r\n$4\r\nnews\r\n:1\r\n
     5ms -> A
)";

/// In subscribed mode PONG is an array: a reply nevertheless.
TEST(UnreadData, IsNotBlamedForThePongOfASubscriber) {
  const Trace replied(std::string(kSubscribed) + R"(
   100ms -> PA data *1\r\n$4\r\nPING\r\n
   101ms <- PA data *2\r\n$4\r\npong\r\n$0\r\n\r\n
   102ms -> A
   103ms -> RA
  )");
  const Trace pushed(std::string(kSubscribed) + R"(
   101ms <- PA data *3\r\n$7\r\nmessage\r\n$4\r\nnews\r\n$2\r\nhi\r\n
   102ms -> A
   103ms -> RA
  )");

  EXPECT_EQ(replied.cause(), "linger0");
  EXPECT_GT(pushed.confidence_in("unread_data"), replied.confidence_in("unread_data"));
}

}  // namespace
}  // namespace rstcause
