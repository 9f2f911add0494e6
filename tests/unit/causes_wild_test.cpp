// SPDX-License-Identifier: GPL-2.0-or-later
//
// What captures of others showed to be told wrong or too surely, each with its nearest twin.
#include <gtest/gtest.h>

#include <string>

#include "engine/memory/recent.h"
#include "support/printers.h"
#include "support/trace.h"

namespace rstcause {
namespace {

using test::Trace;

// ----- which of Linux' two answers to data after the close -------------------------------------

constexpr std::string_view kServed = R"(
     0ms -> S
     1ms <- SA
     2ms -> A
     3ms -> PA len 10
     4ms <- PA len 300
     5ms -> A
)";

std::string_view kernel_reason_of(const Trace& trace) {
  return trace.last().verdict.kernel_reason;
}

TEST(KernelReason, OfDataAfterACloseIsTheBucketsWhereTheAckTellsOfAFinThatWasNotCaptured) {
  const Trace trace(std::string(kServed) +
                    "150ms -> A ack 302\n 350ms -> PA len 8\n 351ms <- reply\n");

  EXPECT_EQ(trace.cause(), "data_after_close");
  EXPECT_EQ(kernel_reason_of(trace), "TCP_TIMEWAIT_SOCKET");
}

TEST(KernelReason, OfDataAfterACloseIsTheSocketsWhereTheDataItselfIsTheFirstToAcknowledge) {
  const Trace trace(std::string(kServed) + "100ms <- FA\n 150ms -> PA len 8\n 151ms <- reply\n");

  EXPECT_EQ(trace.cause(), "data_after_close");
  EXPECT_EQ(kernel_reason_of(trace), "TCP_ABORT_ON_DATA");
}

/// Nobody holds an acknowledgment back so long: it was there, and not captured.
TEST(KernelReason, OfDataAfterACloseIsTheBucketsWhereTheFinWasAcknowledgedByNow) {
  const Trace trace(std::string(kServed) + "100ms <- FA\n 350ms -> PA len 8\n 351ms <- reply\n");

  EXPECT_EQ(kernel_reason_of(trace), "TCP_TIMEWAIT_SOCKET");
}

/// Over a path of 200 ms, the same 250 ms are none too long.
TEST(KernelReason, OfDataAfterACloseCountsThePathToTheOneWhoAcknowledges) {
  const Trace trace(R"(
       0ms -> S
       1ms <- SA
     201ms -> A
     202ms -> PA len 10
     203ms <- PA len 300
     403ms -> A
     500ms <- FA
     750ms -> PA len 8
     751ms <- reply
  )");

  EXPECT_EQ(kernel_reason_of(trace), "TCP_ABORT_ON_DATA");
}

TEST(KernelReason, OfAnAnswerToNothingCapturedIsThatOfAHostWithoutTheSocket) {
  EXPECT_EQ(kernel_reason_of(Trace("0ms <- R win 0 plain\n")), "NO_SOCKET");
  EXPECT_EQ(kernel_reason_of(Trace("0ms <- RA rawseq 0 win 0 plain\n")), "NO_SOCKET");
}

TEST(KernelReason, IsNotToldOfALoneAbort) {
  const Trace trace("0ms <- RA\n");

  EXPECT_EQ(trace.cause(), "capture_incomplete");
  EXPECT_EQ(kernel_reason_of(trace), "");
}

// ----- a SYN cookie that is too old ------------------------------------------------------------

TEST(BadHandshakeAck, IsToldOfACookieThatHadGrownTooOld) {
  const Trace trace("0ms -> S\n 1ms <- SA\n 185s -> A\n 185.001s <- reply\n");

  EXPECT_EQ(trace.cause(), "bad_handshake_ack");
  EXPECT_EQ(trace.last().verdict.variant->detail, "cookie_expired");
  EXPECT_EQ(kernel_reason_of(trace), "TCP_FLAGS");
  EXPECT_LT(trace.last().verdict.confidence, 90);
}

TEST(BadHandshakeAck, IsNotToldOfARequestThatTheListenerKept) {
  const Trace trace(
      "0ms -> S\n 1ms <- SA\n 1001ms <- SA again\n 3001ms <- SA again\n 7001ms <- SA again\n"
      "185s -> A\n 185.001s <- reply\n");

  EXPECT_EQ(trace.confidence_in("bad_handshake_ack"), 0);
  EXPECT_EQ(trace.cause(), "synack_expired");
}

TEST(BadHandshakeAck, IsNotToldOfACookieThatIsStillFresh) {
  EXPECT_EQ(Trace("0ms -> S\n 1ms <- SA\n 30s -> A\n 30.001s <- reply\n")
                .confidence_in("bad_handshake_ack"),
            0);
}

// ----- answers before anything can have expired ------------------------------------------------

constexpr std::string_view kShaken = "0ms -> S\n 1ms <- SA\n 2ms -> A\n";

TEST(AcceptQueueFull, IsLessSureWhereTheRequestCannotHaveExpired) {
  const Trace soon(std::string(kShaken) + "225ms -> PA len 4\n 226ms <- reply\n");
  const Trace later(std::string(kShaken) + "3225ms -> PA len 4\n 3226ms <- reply\n");

  EXPECT_LT(soon.confidence_in("accept_queue_full"), 50);
  EXPECT_GT(soon.confidence_in("bad_handshake_ack"), 10) << "a cookie that is none any more";
  EXPECT_GT(later.confidence_in("accept_queue_full"), soon.confidence_in("accept_queue_full"));
}

TEST(BadHandshakeAck, IsNoAlternativeWhereTheListenerRepeatedItsSynAck) {
  const Trace trace(std::string(kShaken) +
                    "1001ms <- SA again\n 1002ms -> A\n 1225ms -> PA len 4\n 1226ms <- reply\n");

  EXPECT_EQ(trace.confidence_in("bad_handshake_ack"), 0);
}

TEST(NatStateLost, IsLikelierWhereAServerForgotAConnectionInLessThanASecond) {
  const Trace soon(std::string(kServed) + "205ms -> PA len 10\n 206ms <- reply\n");
  const Trace later(std::string(kServed) + "5205ms -> PA len 10\n 5206ms <- reply\n");

  EXPECT_EQ(soon.cause(), "connection_unknown");
  EXPECT_GT(soon.confidence_in("nat_state_lost"), later.confidence_in("nat_state_lost"));
}

// ----- a rule that refuses one connection more -------------------------------------------------

/// Two clients served, and both connections live.
constexpr std::string_view kTwoServed = R"(
     0ms -> S
     1ms <- SA
     2ms -> A
     3ms -> PA len 10
     4ms <- PA len 50
     5ms -> A
    10ms -> S port 50001
    11ms <- SA port 50001
    12ms -> A port 50001
    13ms -> PA len 10 port 50001
    14ms <- PA len 50 port 50001
    15ms -> A port 50001
)";
constexpr std::string_view kThirdRefused = "20ms -> S port 50002\n 21ms <- reply port 50002\n";

TEST(FirewallReject, IsAsLikelyWhereAPortRefusesAmidAccepting) {
  const Trace trace(std::string(kTwoServed) + std::string(kThirdRefused));

  EXPECT_EQ(trace.cause(), "firewall_reject");
  EXPECT_LE(trace.last().verdict.confidence, 65);
  EXPECT_GE(trace.confidence_in("port_closed"), 30);
  EXPECT_EQ(trace.last().verdict.origin, Origin::server);
}

TEST(PortClosed, IsToldWhereTheProgramHadEndedAConnection) {
  const Trace trace(std::string(kTwoServed) + "16ms <- FA port 50001\n" +
                    std::string(kThirdRefused));

  EXPECT_EQ(trace.cause(), "port_closed");
}

TEST(PortClosed, IsToldWhereThePortHadAcceptedOneAlone) {
  const Trace trace(R"(
     0ms -> S
     1ms <- SA
     2ms -> A
     3ms -> PA len 10
     4ms <- PA len 50
     5ms -> A
    20ms -> S port 50002
    21ms <- reply port 50002
  )");

  EXPECT_EQ(trace.cause(), "port_closed");
}

TEST(PortClosed, IsToldWhereThePortHadAcceptedLongBefore) {
  const Trace trace(std::string(kTwoServed) +
                    "5020ms -> S port 50002\n 5021ms <- reply port 50002\n");

  EXPECT_EQ(trace.cause(), "port_closed");
}

TEST(PortClosed, IsToldWhereTheHostHadForgottenItsConnections) {
  const Trace trace(std::string(kTwoServed) +
                    "500ms -> PA len 5\n 501ms <- reply\n"
                    "502ms -> PA len 5 port 50001\n 503ms <- reply port 50001\n"
                    "504ms -> S port 50002\n 505ms <- reply port 50002\n");

  EXPECT_EQ(trace.cause(), "port_closed");
}

// ----- a scanner's own RST ----------------------------------------------------------------------

constexpr std::string_view kScanned = "0ms -> S bare win 1024\n 1ms <- reply\n";

TEST(SynScan, IsToldOfAScannersOwnResetOfARefusal) {
  const Trace trace(std::string(kScanned) + "107ms -> R seq 1 win 1200 plain\n");

  EXPECT_EQ(trace.cause(), "syn_scan");
  EXPECT_EQ(trace.last().verdict.variant->detail, "port_closed");
  EXPECT_EQ(kernel_reason_of(trace), "");
}

/// A user-mode NAT answers a RST by a RST, and without a window.
TEST(ResetEcho, IsStillToldOfOneWithoutAWindow) {
  EXPECT_EQ(Trace(std::string(kScanned) + "1.1ms -> R seq 1 win 0 plain\n").cause(), "reset_echo");
}

TEST(SynScan, IsNotToldOfAnOperatingSystemsSyn) {
  EXPECT_EQ(
      Trace("0ms -> S\n 1ms <- reply\n 2ms -> R seq 1 win 1200 plain\n").confidence_in("syn_scan"),
      0);
}

// ----- what a capture full of stray resets may cost --------------------------------------------

TEST(RecentSegments, LetsSearchesAmongOthersLookAtNoMoreThanTheSegmentsThatCameAllow) {
  const Trace trace("0ms -> S\n 1ms <- SA\n 2ms -> A\n");
  Flow flow(1, trace.segments().front()), stranger(2, trace.segments().front());
  RecentSegments recent;
  constexpr int kSegments = 5'000, kStrays = 10'000;
  for (int i = 0; i < kSegments; ++i)
    recent.add(flow, End::a, trace.segments().back(), false, false);

  int found = 0;
  for (int i = 0; i < kStrays; ++i)
    found += recent.latest_of_others(stranger, 1000, [](const auto&) { return false; }) != nullptr;

  EXPECT_EQ(found, 0);
  EXPECT_EQ(recent.looks(), recent.may_look());  // unbounded: 10,000 times 4,096
  EXPECT_LT(recent.looks(), 1'000'000U);
}

TEST(RecentSegments, LooksAgainOnceMoreSegmentsHaveCome) {
  const Trace trace("0ms -> S\n 1ms <- SA\n 2ms -> A\n");
  Flow flow(1, trace.segments().front()), stranger(2, trace.segments().front());
  RecentSegments recent;
  recent.add(flow, End::a, trace.segments().back(), false, false);
  const auto is_found = [&] {
    return recent.latest_of_others(stranger, 1000, [](const auto&) { return true; }) != nullptr;
  };
  while (is_found()) {
  }

  recent.add(flow, End::a, trace.segments().back(), false, false);

  EXPECT_TRUE(is_found());
}

}  // namespace
}  // namespace rstcause
