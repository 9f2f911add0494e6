// SPDX-License-Identifier: GPL-2.0-or-later
// What is kept of a connection: roles, numbers, incarnations, windows, holes.
#include "engine/memory/flow.h"

#include <gtest/gtest.h>

#include "support/printers.h"
#include "support/trace.h"

namespace rstcause {
namespace {

using test::Trace;

const Flow& flow_of(Trace& trace) {
  return trace.engine().flow(1);
}

TEST(Roles, ComeFromTheSyn) {
  Trace trace("0ms -> S to 45000");

  EXPECT_EQ(flow_of(trace).role_basis(), RoleBasis::syn);
  EXPECT_TRUE(flow_of(trace).is_client(End::a));
  EXPECT_TRUE(flow_of(trace).is_server(End::b));
}

TEST(Roles, ComeFromTheSynAckWhereTheSynIsMissing) {
  Trace trace("0ms <- SA to 45000 rawack 7");

  EXPECT_EQ(flow_of(trace).role_basis(), RoleBasis::syn_ack);
  EXPECT_TRUE(flow_of(trace).is_server(End::a)) << "a is who spoke first here: the server";
}

TEST(Roles, ComeFromThePortsWhereNoHandshakeWasSeen) {
  Trace trace("0ms <- PA len 5 rawack 7");

  EXPECT_EQ(flow_of(trace).role_basis(), RoleBasis::ports);
  EXPECT_TRUE(flow_of(trace).is_server(End::a)) << "7000, the other end is 50000";
}

TEST(Roles, AreUnknownWhereBothPortsAreEphemeral) {
  Trace trace("0ms <- PA len 5 rawack 7 to 45000");

  EXPECT_EQ(flow_of(trace).role_basis(), RoleBasis::none);
  EXPECT_FALSE(flow_of(trace).is_client(End::a) || flow_of(trace).is_client(End::b));
}

TEST(Roles, AreCorrectedByASynThatContradictsThePorts) {
  Trace trace(R"(
    0ms <- S rawseq 5
    1ms -> SA
  )");

  EXPECT_TRUE(flow_of(trace).is_client(End::a)) << "port 7000 connected to port 50000";
}

TEST(Numbers, AdvanceBySynPayloadAndFin) {
  Trace trace(R"(
    0ms -> S
    1ms <- SA
    2ms -> A
    3ms -> PA len 10
    4ms <- A
    5ms -> FA
  )",
              1000, 500000);

  const Endpoint& x = flow_of(trace).at(End::a);
  EXPECT_EQ(x.snd_nxt, SeqNum(1012));
  EXPECT_EQ(x.fin_seq, SeqNum(1011));
  EXPECT_EQ(x.payload_sent(), 10U);
  EXPECT_EQ(flow_of(trace).at(End::b).rcv_nxt, SeqNum(1011));
}

TEST(Numbers, CrossTheWrap) {
  Trace trace(R"(
    0ms -> S
    1ms <- SA
    2ms -> A
    3ms -> PA len 10
    4ms <- A
    5ms -> PA len 10
    6ms <- PA len 20
    7ms -> A
  )",
              0xFFFFFFFAU, 0xFFFFFFFFU);

  EXPECT_EQ(flow_of(trace).at(End::a).snd_nxt, SeqNum(15));
  EXPECT_EQ(flow_of(trace).at(End::a).rcv_nxt, SeqNum(20));
  EXPECT_EQ(flow_of(trace).at(End::b).rcv_nxt, SeqNum(15));
  EXPECT_EQ(flow_of(trace).at(End::a).payload_sent(), 20U);
}

TEST(Numbers, DoNotGoBackForAnOldSegment) {
  Trace trace(R"(
      0ms -> S
      1ms <- SA
      2ms -> A
      3ms -> PA len 10
      4ms -> PA len 10
    300ms -> PA len 10 seq 1
  )");

  EXPECT_EQ(flow_of(trace).at(End::a).snd_nxt, SeqNum(1021));
}

TEST(Fin, IsAcknowledgedByTheSegmentThatCoversIt) {
  Trace trace(R"(
    0ms -> S
    1ms <- SA
    2ms -> A
    3ms -> PA len 10
    4ms -> FA
    5ms <- A ack 11
    6ms <- A ack 12
  )");

  EXPECT_EQ(flow_of(trace).at(End::a).fin, 5U);
  EXPECT_EQ(flow_of(trace).at(End::a).fin_acked, 7U);
}

TEST(Incarnations, BeginWithASynAfterAReset) {
  Trace trace(R"(
      0ms -> S
      1ms <- SA
      2ms -> A
      3ms -> RA
    100ms -> S isn 9000000
  )");

  ASSERT_EQ(trace.engine().flow_count(), 2U);
  EXPECT_EQ(trace.engine().flow(2).previous(), &trace.engine().flow(1));
  EXPECT_EQ(trace.engine().flow(2).at(End::a).isn, SeqNum(9000000));
}

TEST(Incarnations, BeginWithASynAfterBothFins) {
  Trace trace(R"(
       0ms -> S
       1ms <- SA
       2ms -> A
       3ms -> FA
       4ms <- FA
       5ms -> A
    5000ms -> S isn 9000000
  )");

  EXPECT_EQ(trace.engine().flow_count(), 2U);
}

TEST(Incarnations, DoNotBeginWithARepeatedSyn) {
  Trace trace(R"(
       0ms -> S
    1000ms -> S again
    3000ms -> S again
    3001ms <- SA
  )");

  EXPECT_EQ(trace.engine().flow_count(), 1U);
  EXPECT_EQ(flow_of(trace).trouble(End::a).syn_repeats.count, 2U);
  EXPECT_EQ(flow_of(trace).at(End::a).syn_time, 0) << "the first one counts";
}

TEST(Incarnations, DoNotBeginWithACrossingSyn) {
  Trace trace(R"(
    0ms -> S
    0ms <- S
    1ms -> SA
    1ms <- SA
  )");

  EXPECT_EQ(trace.engine().flow_count(), 1U);
}

TEST(SecondSyn, OpensNoOtherConnectionWhileTheFirstIsHalfOpen) {
  Trace trace(R"(
     0ms -> S
     1ms <- SA
    50ms -> S seq 500
  )");

  EXPECT_EQ(trace.engine().flow_count(), 1U);
}

TEST(Reaction, IsTheQuickestAcknowledgmentOfWhatWasSentOnce) {
  Trace trace(R"(
      0ms -> S
      1ms <- SA
    100ms -> A
    200ms <- PA len 10
    280ms -> A
  )");

  EXPECT_EQ(flow_of(trace).at(End::a).reaction_us, 80'000U);
}

TEST(Reaction, IsNotLearntFromWhatWasSentTwice) {
  Trace trace(R"(
      0ms -> S
      1ms <- SA
    100ms -> A
    200ms <- PA len 10
    290ms <- PA len 10 again
    300ms -> A
  )");

  EXPECT_EQ(flow_of(trace).at(End::a).reaction_us, 99'000U) << "the ACK may be the first one's";
}

TEST(SynAck, RepeatedAfterTheAckIsToldFromOneRepeatedBefore) {
  Trace ignored(R"(
       0ms -> S
       1ms <- SA
       2ms -> A
    1000ms <- SA
  )");
  Trace lost(R"(
       0ms -> S
       1ms <- SA
    1000ms <- SA
    1001ms -> A
  )");

  EXPECT_EQ(flow_of(ignored).trouble(End::b).syn_repeat_after_ack, 4U);
  EXPECT_EQ(flow_of(lost).trouble(End::b).syn_repeat_after_ack, 0U);
  EXPECT_EQ(flow_of(lost).trouble(End::b).syn_repeats.count, 1U);
}

TEST(ZeroWindow, LastsUntilTheWindowOpens) {
  Trace shut(R"(
    0ms -> S
    1ms <- SA
    2ms -> A
    3ms -> A win 0
    9ms -> A win 0
  )");
  Trace open(R"(
    0ms -> S
    1ms <- SA
    2ms -> A
    3ms -> A win 0
    9ms -> A win 10
  )");

  EXPECT_EQ(flow_of(shut).trouble(End::a).zero_window, 4U);
  EXPECT_EQ(flow_of(shut).trouble(End::a).zero_window_time, 3 * kMillisecond);
  EXPECT_EQ(flow_of(open).trouble(End::a).zero_window, 0U);
}

TEST(Unseen, IsToldByAHoleInTheNumbers) {
  Trace trace(R"(
    0ms -> S
    1ms <- SA
    2ms -> A
    3ms -> PA len 10 seq 1001
  )");

  EXPECT_EQ(flow_of(trace).at(End::a).unseen, 4U);
}

TEST(Unseen, IsToldByAnAckForWhatWasNotCaptured) {
  Trace trace(R"(
    0ms -> S
    1ms <- SA
    2ms -> A
    3ms <- A ack 501
  )");

  EXPECT_EQ(flow_of(trace).at(End::a).unseen, 4U);
}

TEST(Unseen, IsNothingInAWholeConversation) {
  Trace trace(R"(
    0ms -> S
    1ms <- SA
    2ms -> A
    3ms -> PA len 10
    4ms <- PA len 10
    5ms -> FA
    6ms <- FA
    7ms -> A
  )");

  EXPECT_EQ(flow_of(trace).at(End::a).unseen, 0U);
  EXPECT_EQ(flow_of(trace).at(End::b).unseen, 0U);
}

}  // namespace
}  // namespace rstcause
