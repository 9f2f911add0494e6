// SPDX-License-Identifier: GPL-2.0-or-later
// Segments sent again: probes, retransmissions, and copies that a mirror port made.
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

TEST(KeepaliveProbes, AreCountedApartFromRetransmissions) {
  Trace trace(R"(
        0ms -> S
        1ms <- SA
        2ms -> A
        3ms -> PA len 5
        4ms <- A
    10000ms -> probe
    15000ms -> probe
  )");

  const Trouble& trouble = flow_of(trace).trouble(End::a);
  EXPECT_EQ(trouble.probes.count, 2U);
  EXPECT_EQ(trouble.probes.first, 6U);
  EXPECT_EQ(trouble.probes.gap, 5 * kSecond);
  EXPECT_TRUE(trouble.probes.going_on());
  EXPECT_EQ(trouble.retransmits.count, 0U);
}

TEST(KeepaliveProbes, EndWithTheirAnswerAndBeginAnew) {
  Trace trace(R"(
        0ms -> S
        1ms <- SA
        2ms -> A
    10000ms -> probe
    10001ms <- A
    20000ms -> probe
  )");

  EXPECT_EQ(flow_of(trace).trouble(End::a).probes.count, 1U);
  EXPECT_EQ(flow_of(trace).trouble(End::a).probes.first, 6U);
}

TEST(Retransmissions, AreTheSameOctetsAgainUnacknowledged) {
  Trace trace(R"(
      0ms -> S
      1ms <- SA
      2ms -> A
      3ms -> PA len 30
    300ms -> PA len 30 again
    900ms -> PA len 30 again
  )");

  EXPECT_EQ(flow_of(trace).trouble(End::a).retransmits.count, 2U);
  EXPECT_EQ(flow_of(trace).trouble(End::a).retransmits.gap, 600 * kMillisecond);
  EXPECT_EQ(flow_of(trace).trouble(End::a).probes.count, 0U);
}

/// One octet in flight sent again has a probe's number, but it waits for its own first ACK.
TEST(Retransmissions, OfASingleOctetAreNoProbes) {
  Trace trace(R"(
      0ms -> S
      1ms <- SA
      2ms -> A
      3ms -> PA len 1
    300ms -> PA len 1 again
    900ms -> PA len 1 again
  )");

  EXPECT_EQ(flow_of(trace).trouble(End::a).retransmits.count, 2U);
  EXPECT_EQ(flow_of(trace).trouble(End::a).probes.count, 0U);
}

TEST(Retransmissions, OfAcknowledgedOctetsAreNoTrouble) {
  Trace trace(R"(
      0ms -> S
      1ms <- SA
      2ms -> A
      3ms -> PA len 30
      4ms <- A
    300ms -> PA len 30 again
  )");

  EXPECT_EQ(flow_of(trace).trouble(End::a).retransmits.count, 0U);
}

TEST(Copies, OfAMirrorPortAreNoRetransmissions) {
  Trace trace(R"(
       0ms -> S
       1ms <- SA
       2ms -> A
       3ms -> PA len 30
    3.02ms -> PA len 30 copy
  )");

  EXPECT_EQ(flow_of(trace).trouble(End::a).retransmits.count, 0U);
  EXPECT_EQ(flow_of(trace).at(End::a).data, 4U);
}

TEST(Copies, AreKnownByTheirIpIdThoughTheyTookADetour) {
  Trace trace(R"(
      0ms -> S
      1ms <- SA
      2ms -> A
      3ms -> PA len 30
    200ms -> PA len 30 copy
  )");

  EXPECT_EQ(flow_of(trace).trouble(End::a).retransmits.count, 0U);
}

TEST(Copies, AreNotSeenInARetransmissionWithAnIpIdOfItsOwn) {
  Trace trace(R"(
      0ms -> S
      1ms <- SA
      2ms -> A
      3ms -> PA len 30
    3.2ms -> PA len 30 again
  )");

  EXPECT_EQ(flow_of(trace).trouble(End::a).retransmits.count, 1U);
}

}  // namespace
}  // namespace rstcause
