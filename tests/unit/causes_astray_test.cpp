// SPDX-License-Identifier: GPL-2.0-or-later
// What other addresses, other distances and later segments tell: NATs that do not translate back,
// devices nearer than the host, scanners of whom one direction was captured, and resets that the
// peer did not heed. Each with its nearest negative twin.
#include <gtest/gtest.h>

#include <string>

#include "support/printers.h"
#include "support/trace.h"

namespace rstcause {
namespace {

using test::Trace;

std::string_view detail_in(const Trace& trace, Frame frame) {
  const Variant* const variant = trace.in_frame(frame).verdict.variant;
  return variant == nullptr ? std::string_view{} : variant->detail;
}

/// Nobody is accused: neither by name nor as the most probable of the rest.
void expect_no_accusation(const Trace& trace) {
  EXPECT_NE(trace.last().verdict.mode, Mode::forged) << trace.cause();
  EXPECT_LE(trace.confidence_in("injected"), 10);
  EXPECT_LE(trace.confidence_in("blind_reset_attack"), 10);
}

// The client's SYN goes to a service address; its backend answers by itself.

TEST(NatStateLost, IsBlamedWhereAnotherAddressAcknowledgesTheVerySyn) {
  const Trace trace(R"(
    0ms -> S  peer 9 isn 700000
    1ms <- SA rawack 700001
    2ms -> reply
  )");

  EXPECT_EQ(trace.cause(), "nat_state_lost");
  EXPECT_EQ(detail_in(trace, 3), "reply_untranslated");
  EXPECT_EQ(trace.last().verdict.origin, Origin::client) << "the client's own kernel sent it";
  EXPECT_FALSE(trace.last().verdict.benign);
  EXPECT_EQ(trace.evidence(), (std::vector<Frame>{1, 2}));
  EXPECT_NE(trace.report().summary.find("10.0.0.9:7000"), std::string::npos)
      << trace.report().summary;
}

TEST(NatStateLost, IsNotBlamedWhereTheSynCameFromAnotherPort) {
  EXPECT_EQ(Trace(R"(
    0ms -> S  peer 9 port 50001 isn 700000
    1ms <- SA rawack 700001
    2ms -> reply
  )")
                .cause(),
            "backscatter");
}

TEST(NatStateLost, IsNotBlamedWhereAnotherNumberIsAcknowledged) {
  EXPECT_EQ(Trace(R"(
    0ms -> S  peer 9 isn 700000
    1ms <- SA rawack 700002
    2ms -> reply
  )")
                .cause(),
            "backscatter");
}

const std::string kThroughTheNat =
    "0ms -> S peer 9\n 1ms <- SA peer 9\n 2ms -> A peer 9\n 3ms -> PA len 10 peer 9\n"
    "4ms <- PA len 20 peer 9\n";

TEST(DataAfterClose, IsToldOfAResetThatTheNatDidNotTranslate) {
  const Trace trace(kThroughTheNat +
                    "5ms <- FA peer 9\n 6ms -> PA len 5 peer 9\n 6.5ms <- R rawseq 500022 win 0 id "
                    "0\n");

  EXPECT_EQ(trace.cause(), "data_after_close");
  EXPECT_EQ(detail_in(trace, 8), "reset_untranslated");
  EXPECT_EQ(trace.last().verdict.trigger, 7U);
  EXPECT_NE(trace.report().summary.find("10.0.0.9:7000"), std::string::npos);
}

TEST(NatStateLost, IsBlamedForAStrayResetWithTheNumbersOfALiveConnection) {
  const Trace trace(kThroughTheNat +
                    "6ms -> PA len 5 peer 9\n 6.5ms <- R rawseq 500021 win 0 id 0\n");

  EXPECT_EQ(trace.cause(), "nat_state_lost");
  EXPECT_EQ(detail_in(trace, 7), "reset_untranslated");
  EXPECT_EQ(trace.last().verdict.trigger, 6U);
  EXPECT_EQ(trace.last().verdict.origin, Origin::server);
  EXPECT_NE(trace.report().summary.find("10.0.0.9:7000"), std::string::npos);
  expect_no_accusation(trace);
}

TEST(NatStateLost, IsNotBlamedForAStrayResetOfOtherNumbers) {
  EXPECT_EQ(Trace(kThroughTheNat + "6ms -> PA len 5 peer 9\n 6.5ms <- R rawseq 500022 win 0 id 0\n")
                .cause(),
            "capture_incomplete");
}

TEST(NatStateLost, IsNotBlamedForAStrayResetToAnotherPort) {
  EXPECT_EQ(Trace(kThroughTheNat +
                  "6ms -> PA len 5 peer 9\n 6.5ms <- R rawseq 500021 win 0 id 0 port 50001\n")
                .cause(),
            "capture_incomplete");
}

TEST(NatStateLost, IsBlamedWhereTheSocketThatWasSpokenForRepeatsItsSyn) {
  const Trace trace(R"(
       0ms -> S
       1ms <- SA
       2ms -> reply
    1001ms -> S again
  )");

  EXPECT_EQ(trace.cause_in(3), "nat_state_lost");
  EXPECT_EQ(detail_in(trace, 3), "answer_went_astray");
  EXPECT_EQ(trace.in_frame(3).revised, 4U);
}

TEST(NatStateLost, IsNotBlamedWhereTheSynIsANewOne) {
  EXPECT_NE(Trace("0ms -> S\n 1ms <- SA\n 2ms -> reply\n 1001ms -> S isn 77777\n").cause_in(3),
            "nat_state_lost");
}

TEST(NatStateLost, IsNotBlamedWhereAScannerRepeatsItsSyn) {
  EXPECT_EQ(Trace("0ms -> S bare win 1024\n 1ms <- SA\n 2ms -> reply\n"
                  "1001ms -> S again bare win 1024\n")
                .cause_in(3),
            "syn_scan");
}

// Here 10.0.0.1 is the server, and its client comes back under another address once the NAT has
// forgotten the connection.
const std::string kPorts = " port 7000 to 50000\n";
const std::string kForgotten = "0ms <- S" + kPorts + "1ms -> SA" + kPorts + "2ms <- A" + kPorts +
                               "3ms <- PA len 1" + kPorts + "4ms -> PA len 1" + kPorts +
                               "5ms <- A" + kPorts + "200ms -> PA len 20" + kPorts;
const std::string kComesBack =
    "600ms <- FA peer 9 rawseq 500002 rawack 1002" + kPorts + "601ms -> reply peer 9" + kPorts;

TEST(ResetEcho, IsToldOfAServerThatWasResetUnderTheClientsFormerAddress) {
  const Trace trace(kForgotten + "201ms <- reply" + kPorts + kComesBack);

  EXPECT_EQ(trace.cause(), "reset_echo");
  EXPECT_EQ(trace.last().verdict.root, 8U);
}

TEST(ResetEcho, IsNotToldOfAServerThatHadNotBeenReset) {
  const Trace trace(kForgotten + kComesBack);

  EXPECT_EQ(trace.cause(), "nat_state_lost");
  EXPECT_EQ(detail_in(trace, 9), "translated_anew");
  EXPECT_EQ(trace.last().verdict.origin, Origin::server) << "its own kernel answered";
}

/// A keepalive probe stands one below what its sender has sent (RFC 9293, 3.8.4).
TEST(NatStateLost, IsToldOfAKeepaliveProbeUnderAnotherAddress) {
  const Trace trace(kForgotten + "600ms <- A peer 9 rawseq 500001 rawack 1002" + kPorts +
                    "601ms -> reply peer 9" + kPorts);

  EXPECT_EQ(trace.cause(), "nat_state_lost");
  EXPECT_EQ(detail_in(trace, 9), "translated_anew");
}

TEST(NatStateLost, IsNotToldOfOneThatStandsStillFurtherBelow) {
  const Trace trace(kForgotten + "600ms <- A peer 9 rawseq 500000 rawack 1002" + kPorts +
                    "601ms -> reply peer 9" + kPorts);

  EXPECT_EQ(trace.confidence_in("nat_state_lost"), 0);
}

// A user-mode NAT answers a RST by a RST, which RFC 9293 forbids.

const std::string kDataAfterClose =
    "0ms -> S\n 10ms <- SA ttl 64 id 700\n 11ms -> A\n 12ms -> PA len 40\n 22ms <- A id 701\n"
    "30ms -> FA\n 31ms <- A id 702\n 40ms <- PA len 90 id 703\n 40.1ms -> reply\n";

TEST(ResetEcho, AnswersAResetAndIsNoForgery) {
  const Trace trace(kDataAfterClose + "40.2ms <- RA rawseq 0 ack 42 win 0 plain ttl 255 id 704\n");

  EXPECT_EQ(trace.cause(), "reset_echo");
  EXPECT_EQ(trace.last().verdict.trigger, 9U);
  expect_no_accusation(trace);
}

TEST(ResetEcho, DoesNotAcknowledgeAnotherNumber) {
  EXPECT_NE(Trace(kDataAfterClose + "40.2ms <- RA rawseq 0 ack 47 win 0 plain ttl 255\n").cause(),
            "reset_echo");
}

// Devices in front of the host.

const std::string kRefused =
    "0ms -> S ttl 128\n 30ms <- RA rawseq 0 ack 1 win 0 plain ttl 245 id 57150\n"
    "1135ms -> S port 50001 to 80\n";

TEST(FirewallReject, IsBlamedWhereAnotherStackRefusesThanAcceptsOnAnotherPort) {
  const Trace trace(kRefused + "1168ms <- SA ttl 54 id 0 port 50001 to 80\n");

  EXPECT_EQ(trace.cause_in(2), "firewall_reject");
  EXPECT_EQ(trace.in_frame(2).verdict.origin, Origin::middlebox);
  EXPECT_EQ(trace.in_frame(2).verdict.mode, Mode::reply) << "it refuses, and forges nothing";
  EXPECT_EQ(trace.in_frame(2).revised, 4U);
}

TEST(FirewallReject, IsNotBlamedOnAHostWithTwoInitialTtls) {
  const Trace trace(kRefused + "1168ms <- SA ttl 54 id 700 port 50001 to 80\n");

  EXPECT_EQ(trace.cause_in(2), "port_closed") << "as Solaris and user-mode NATs answer";
  EXPECT_EQ(trace.in_frame(2).verdict.origin, Origin::server);
}

TEST(Ttl, TellsANearerDeviceFromASenderWithSeveralPaths) {
  const std::string varied =
      "0ms -> S\n 6ms <- SA ttl 229\n 7ms -> A\n 8ms -> PA len 40\n 14ms <- A ttl 229\n"
      "1034ms <- PA len 42 ttl 232\n 1035ms -> A\n 1040ms -> PA len 5\n";
  const Trace near(varied + "1042ms <- reply ttl 59\n");
  EXPECT_GE(near.confidence_in("firewall_reset") + near.confidence_in("nat_state_lost"), 50);

  const Trace own(varied + "1047ms <- reply ttl 230\n");
  EXPECT_LE(own.confidence_in("firewall_reset") + own.confidence_in("nat_state_lost"), 20);
}

TEST(ZeroWindowTimeout, IsNoneWhereBothEndsHaveClosed) {
  const Trace trace(R"(
       0ms -> S
       6ms <- SA ttl 229
       7ms -> A
       8ms -> PA len 40
      14ms <- PA len 90 ttl 229
      15ms -> FA
      21ms <- FA ttl 232
      22ms -> A win 0
      37ms <- R  win 0 ttl 59
  )");

  EXPECT_EQ(trace.confidence_in("zero_window_timeout"), 0);
  EXPECT_TRUE(trace.cause() == "late_segment" || trace.cause() == "connection_unknown")
      << trace.cause();
}

// Scanners.

TEST(SynScan, IsToldFromOneDirection) {
  const Trace trace(R"(
      0ms -> S bare win 1024 ttl 252
     35ms -> R win 0 ttl 61 id 0
    970ms -> R win 1200 ttl 252 id 23111
  )");

  EXPECT_EQ(trace.cause_in(2), "syn_scan");
  EXPECT_EQ(detail_in(trace, 2), "one_direction");
  EXPECT_EQ(trace.cause_in(3), "syn_scan");
}

TEST(SynScan, IsNotToldOfASystemsSynInOneDirection) {
  EXPECT_EQ(Trace("0ms -> S\n 35ms -> R win 0 id 0\n").cause(), "capture_incomplete");
}

TEST(SynScan, IsToldOfASynWithAnotherInitialTtlThanItsHosts) {
  const Trace trace("0ms -> S ttl 255\n 0.04ms <- SA ttl 32\n 0.15ms -> reply ttl 32\n");

  EXPECT_EQ(trace.cause(), "syn_scan");
}

TEST(SynScan, IsNotToldOfASystemsSynWithItsHostsTtl) {
  EXPECT_NE(Trace("0ms -> S ttl 32\n 0.04ms <- SA ttl 32\n 0.15ms -> reply ttl 32\n").cause(),
            "syn_scan");
}

// Resets that the peer does not heed.

TEST(PortClosed, IsToldThoughTheRefusalAcknowledgesTheSynsOwnNumber) {
  const Trace trace(R"(
       0ms -> S
       4ms <- RA rawseq 0 ack 0 win 0 plain id 0
    1020ms -> S again
    1024ms <- RA rawseq 0 ack 0 win 0 plain id 0
  )");

  EXPECT_EQ(trace.cause_in(2), "port_closed");
  EXPECT_EQ(detail_in(trace, 2), "wrong_ack");
  EXPECT_EQ(trace.in_frame(2).reset.ignored, 3U);
  EXPECT_EQ(trace.in_frame(4).reset.ignored, 0U);
  EXPECT_NE(trace.report().summary.find("time-out"), std::string::npos);
}

TEST(PortClosed, IsNotToldOfAnAcknowledgmentFarOff) {
  EXPECT_NE(Trace("0ms -> S\n 4ms <- RA rawseq 0 ack 50 win 0 plain id 0\n").cause(),
            "port_closed");
}

TEST(Ignored, NamesTheNextTryOfAClientThatDoesNotTakeTheFirstRefusal) {
  const Trace trace("0ms -> S\n 4ms <- reply\n 500ms -> S again\n 504ms <- reply\n");

  EXPECT_EQ(trace.cause_in(2), "port_closed");
  EXPECT_EQ(detail_in(trace, 2), "");
  EXPECT_EQ(trace.in_frame(2).reset.ignored, 3U);
}

TEST(Ignored, IsNotSetByAClientThatConnectsAnew) {
  EXPECT_EQ(Trace("0ms -> S\n 4ms <- reply\n 500ms -> S isn 88888\n 504ms <- reply\n")
                .in_frame(2)
                .reset.ignored,
            0U);
}

const std::string kOpen =
    "0ms -> S\n 10ms <- SA ttl 55 id 0\n 11ms -> A\n 12ms -> PA len 40\n"
    " 22ms <- A ttl 55 id 500\n 30ms <- PA len 90 ttl 55 id 501\n 31ms -> A\n";

TEST(Injected, IsToldWhereBothEndsGoOn) {
  const Trace trace(kOpen +
                    "40ms <- RA ttl 55 id 9000 win 0 notime\n 300ms -> PA len 10\n"
                    "310ms <- A ttl 55 id 502\n 320ms <- PA len 30 ttl 55 id 503\n");

  EXPECT_EQ(trace.cause_in(8), "injected");
  EXPECT_EQ(trace.in_frame(8).reset.ignored, 9U);
  EXPECT_GE(trace.in_frame(8).verdict.confidence, 60);
}

TEST(Injected, IsNotToldWhereOnlyThePeerGoesOn) {
  const Trace trace(kOpen + "40ms <- RA ttl 55 id 502\n 300ms -> PA len 10\n");

  EXPECT_EQ(trace.in_frame(8).reset.ignored, 9U);
  expect_no_accusation(trace);
}

TEST(Ignored, IsNotSetByWhatWasOnItsWay) {
  EXPECT_EQ(Trace(kOpen + "40ms <- RA ttl 55 id 502\n 42ms -> PA len 10\n").last().reset.ignored,
            0U);
}

TEST(Injected, IsNotSureWithoutAProofThatNoHabitExplains) {
  // Neither a mark of its own alone.
  for (const char* mark : {"win 60000", "notime", "ack 42"}) {
    const Trace trace(kOpen + "40ms <- RA ttl 55 id 502 " + mark + "\n");
    EXPECT_NE(trace.last().verdict.mode, Mode::forged) << mark;
  }
}

TEST(Reflected, IsUnknownOfAnAnswerWrittenIntoThePacketReceived) {
  const Trace trace(kOpen +
                    "40ms -> PA len 1 id 4242 win 300\n"
                    "41ms <- RA seq 91 ack 42 win 300 id 4242 plain ttl 55\n");

  expect_no_accusation(trace);
}

}  // namespace
}  // namespace rstcause
