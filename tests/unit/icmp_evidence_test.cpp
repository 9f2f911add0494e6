// SPDX-License-Identifier: GPL-2.0-or-later
// What ICMP told before a reset, and what it does not tell.
#include <gtest/gtest.h>

#include <algorithm>

#include "support/printers.h"
#include "support/trace.h"

namespace rstcause {
namespace {

using test::Trace;

bool cites(const Trace& trace, Frame frame) {
  const std::vector<Frame> frames = trace.evidence();
  return std::find(frames.begin(), frames.end(), frame) != frames.end();
}

std::string context(const Trace& trace) {
  std::string all;
  for (const std::string& line : trace.last().context) all += line + "\n";
  return all;
}

const std::string kOpen =
    "0ms -> S\n 1ms <- SA\n 2ms -> A\n 3ms -> PA len 40\n 4ms <- A\n 5ms <- PA len 90\n 6ms -> A\n";

// ----- the client gave up connecting because of it ---------------------------------------------

TEST(ConnectCancelled, FollowsAnIcmpErrorAboutTheSyn) {
  Trace trace(R"(
       0ms -> S
     900ms -> S again
     901ms <- icmp host_unreachable
     950ms <- SA
     951ms -> reply
  )");
  EXPECT_EQ(trace.cause(), "connect_cancelled");
  EXPECT_GE(trace.confidence_in("connect_cancelled"), 85);
  EXPECT_TRUE(cites(trace, 3));
  EXPECT_NE(context(trace).find("192.0.2.1"), std::string::npos) << context(trace);
}

TEST(ConnectCancelled, DoesNotFollowFromAnIcmpErrorAboutAnotherSegment) {
  Trace trace(R"(
       0ms -> S
     900ms -> S again
     901ms <- icmp host_unreachable seq 5000
     950ms <- SA
     951ms -> reply
  )");
  EXPECT_FALSE(cites(trace, 3)) << "a number that the client never sent is no router's word";
  EXPECT_EQ(context(trace), "");
}

// ----- who answers the SYN ---------------------------------------------------------------------

const std::string kOthersAreForbidden =
    "0ms -> S port 50001 to 81\n 1ms <- icmp prohibited ttl 63 port 50001 to 81\n";

TEST(FirewallReject, ComesFromAsFarAsTheFilterThatForbidsOthers) {
  Trace trace(kOthersAreForbidden + "50ms -> S\n 51ms <- reply ttl 63\n");
  EXPECT_EQ(trace.cause(), "firewall_reject");
  EXPECT_TRUE(cites(trace, 2));
}

TEST(PortClosed, ComesFromBehindTheFilterThatForbidsOthers) {
  Trace trace(kOthersAreForbidden + "50ms -> S\n 51ms <- reply ttl 62\n");
  EXPECT_EQ(trace.cause(), "port_closed");
  EXPECT_LE(trace.confidence_in("firewall_reject"), 10);
}

TEST(PortClosed, IsNoFirewallsBecauseTheHostItselfForbidsOtherPorts) {
  Trace trace(
      "0ms -> S port 50001 to 81\n 1ms <- icmp prohibited itself port 50001 to 81\n"
      " 50ms -> S\n 51ms <- reply\n");
  EXPECT_EQ(trace.cause(), "port_closed");
  EXPECT_LE(trace.confidence_in("firewall_reject"), 20);
}

TEST(FirewallReject, AnswersASynThatARouterSaysItHasStopped) {
  Trace trace("0ms -> S\n 1ms <- icmp prohibited\n 2ms <- reply\n");
  EXPECT_EQ(trace.cause(), "firewall_reject");
}

TEST(PortClosed, MayAnswerTheSecondSynThoughTheFirstWasStopped) {
  Trace trace("0ms -> S\n 1ms <- icmp host_unreachable\n 1000ms -> S again\n 1001ms <- reply\n");
  EXPECT_EQ(trace.cause(), "port_closed") << "the way was open again";
}

// ----- an established connection ---------------------------------------------------------------

TEST(FirewallReset, AnswersASegmentThatARouterSaysItHasStopped) {
  Trace trace(kOpen + "100ms -> PA len 40\n 101ms <- icmp prohibited\n 102ms <- reply\n");
  EXPECT_EQ(trace.cause(), "firewall_reset");
  EXPECT_TRUE(cites(trace, 9));
}

TEST(FirewallReset, IsNotShownByAnErrorOfTheHostItself) {
  Trace trace(kOpen + "100ms -> PA len 40\n 101ms <- icmp prohibited itself\n 102ms <- reply\n");
  EXPECT_LE(trace.confidence_in("firewall_reset"), 50);
}

TEST(PeerRestarted, AnswersAfterAnOutageThatARouterReported) {
  Trace trace(kOpen + R"(
      2000ms -> PA len 40
      2300ms -> PA len 40 again
      3000ms <- icmp host_unreachable
     30000ms -> PA len 40 again
     30001ms <- reply
  )");
  EXPECT_EQ(trace.cause(), "peer_restarted");
  EXPECT_TRUE(cites(trace, 10));
}

TEST(PeerRestarted, IsNotSaidForATooLargeSegment) {
  Trace with(kOpen + R"(
      2000ms -> PA len 1400
      2001ms <- icmp too_big mtu 1300
      2300ms -> PA len 1200
      2301ms <- reply
  )");
  EXPECT_NE(with.cause(), "peer_restarted");
  EXPECT_NE(context(with).find("at most 1300 octets"), std::string::npos) << context(with);
}

TEST(RetransmitTimeout, IsTheLikelierWhereThePathIsTooNarrow) {
  const std::string tries = R"(
      2000ms -> PA len 1400
      2300ms -> PA len 1400 again
      2900ms -> PA len 1400 again
      4100ms -> PA len 1400 again
  )";
  const std::string open = "0ms -> S bare\n" + kOpen.substr(kOpen.find('\n') + 1);  // no Linux
  Trace trace(open + tries + "4101ms <- icmp too_big mtu 1300\n 9000ms -> RA\n");
  Trace silent(open + tries + "9000ms -> RA\n");
  EXPECT_TRUE(cites(trace, 12));
  EXPECT_GT(trace.confidence_in("retransmit_timeout"), silent.confidence_in("retransmit_timeout"));
}

TEST(Linger0, IsToldOfTheErrorThatMayHaveMovedTheProgram) {
  Trace trace(kOpen + R"(
      2000ms -> PA len 40
      2001ms <- icmp host_unreachable
      2100ms -> RA
  )");
  EXPECT_TRUE(cites(trace, 9));
  EXPECT_NE(context(trace).find("told the client that its segment had not arrived"),
            std::string::npos)
      << context(trace);
}

TEST(Linger0, HasNothingToDoWithAnErrorThatThePeerOutlived) {
  Trace trace(kOpen + R"(
      2000ms -> PA len 40
      2001ms <- icmp host_unreachable
      2300ms -> PA len 40 again
      2301ms <- A
      2302ms <- PA len 5
      2303ms -> A
      2400ms -> RA
  )");
  EXPECT_FALSE(cites(trace, 9)) << "the segment arrived after all";
}

// ----- proxies and route tracers ---------------------------------------------------------------

TEST(SynScan, IsATracedRouteWhereOtherSynsExpired) {
  Trace trace(R"(
       0ms -> S port 50001
       1ms <- icmp expired port 50001
       5ms -> S
       6ms <- SA
       7ms -> reply
  )");
  EXPECT_EQ(trace.cause(), "syn_scan");
  EXPECT_TRUE(cites(trace, 2));
}

TEST(ConnectCancelled, IsNoTracedRouteWithoutAnExpiredSyn) {
  Trace trace("0ms -> S port 50001\n 5ms -> S\n 6ms <- SA\n 7ms -> reply\n");
  EXPECT_NE(trace.cause(), "syn_scan");
}

// ----- revisions and copies --------------------------------------------------------------------

TEST(Icmp, SaysNothingOfAResetBeforeIt) {
  Trace trace("0ms -> S\n 1ms <- reply\n 2ms <- icmp prohibited\n");
  EXPECT_EQ(trace.cause(), "port_closed");
  EXPECT_EQ(context(trace), "");
}

TEST(Icmp, IsToldByItsFirstFrameWhereAMirrorShowsItTwice) {
  Trace trace(kOpen + R"(
      2000ms -> PA len 40
      2001ms <- icmp host_unreachable
      2001ms <- icmp host_unreachable
      2100ms -> RA
  )");
  EXPECT_TRUE(cites(trace, 9));
  EXPECT_FALSE(cites(trace, 10));
}

}  // namespace
}  // namespace rstcause
