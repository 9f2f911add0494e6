// SPDX-License-Identifier: GPL-2.0-or-later
//
// Kinds of resets that a blind trial found told wrong, each with its nearest twin.
#include <gtest/gtest.h>

#include <string>

#include "support/printers.h"
#include "support/trace.h"
#include "unit/tls_octets.h"

namespace rstcause {
namespace {

using test::Trace;

// ----- data after the close, of stacks whose answers look like aborts ---------------------------

/// lwIP, whose host had to ask for the way (ARP) before it could answer.
constexpr std::string_view kDeviceClosed = R"(
        0ms -> S
        1ms <- SA opts 020405b401030301 win 65535 ttl 253 nodf id 1
        2ms -> A
        3ms -> PA len 40
        4ms <- FA win 32747 ttl 253 nodf id 2 plain
        6ms -> A
)";

TEST(DataAfterClose, IsToldInAnyFormWhereTheResetComesSoonThoughNotAtOnce) {
  const Trace trace(std::string(kDeviceClosed) +
                    "26003ms -> PA len 15\n 26023ms <- RA win 65407 ttl 253 nodf id 3 plain\n");

  EXPECT_EQ(trace.cause(), "data_after_close");
  EXPECT_GE(trace.confidence_in("half_close_expired"), 10);
  EXPECT_EQ(trace.confidence_in("unread_data"), 0);
}

TEST(UnreadData, IsStillToldOfALinuxProgramThatAbortsAfterItsFin) {
  const Trace trace(R"(
        0ms -> S
        1ms <- SA
        2ms -> A
        3ms -> PA len 40
        4ms <- FA
        6ms -> A
     3003ms -> PA len 15
     3023ms <- RA
  )");

  EXPECT_EQ(trace.cause(), "unread_data");
}

TEST(UnreadData, IsStillToldWhereTheResetComesLongAfterTheData) {
  const Trace trace(std::string(kDeviceClosed) +
                    "3003ms -> PA len 15\n 3004ms <- A win 32732 ttl 253 nodf id 3 plain\n"
                    "6003ms <- RA win 32732 ttl 253 nodf id 4 plain\n");

  EXPECT_EQ(trace.cause(), "unread_data");
}

/// pasta acknowledges for a server behind it, hears its RST, and hands that on without ACK bit.
TEST(DataAfterClose, IsToldThoughANatHadAcknowledgedTheData) {
  const Trace trace(R"(
        0ms -> S
        1ms <- SA opts 020405b401030308 ttl 255 id 0 win 65535
        2ms -> A
        3ms -> PA len 100
        4ms <- A ttl 255 id 0 win 256 plain
        5ms <- PA len 50 ttl 255 id 0 win 256 plain
        6ms -> A
      680ms <- FA ttl 255 id 0 win 256 plain
      724ms -> A
     1004ms -> PA len 22
     1004ms <- A ttl 255 id 0 win 256 plain
     1004ms <- R rawack 1123 ttl 255 id 0 win 256 plain
  )");

  EXPECT_EQ(trace.cause(), "data_after_close");
  EXPECT_EQ(trace.last().verdict.trigger, 10U);
}

/// The data is not in the capture, and the number of the answer tells of it.
TEST(DataAfterClose, IsToldWhereOnlyTheResettersDirectionWasCaptured) {
  const Trace trace(R"(
        1ms <- SA
        3ms <- PA len 50
     1101ms <- FA
     1415ms <- R win 0 plain
  )");

  EXPECT_EQ(trace.cause(), "data_after_close");
  EXPECT_LE(trace.last().verdict.confidence, 70);
  EXPECT_EQ(trace.last().verdict.mode, Mode::reply);
  EXPECT_EQ(trace.last().verdict.kernel_reason, "TCP_TIMEWAIT_SOCKET");
}

TEST(DataAfterClose, IsNotToldOfOneDirectionWithoutAFin) {
  const Trace trace("1ms <- SA\n 3ms <- PA len 50\n 1415ms <- R win 0 plain\n");

  EXPECT_EQ(trace.confidence_in("data_after_close"), 0);
}

// ----- who answered, where the router's other side was captured too -----------------------------

constexpr std::string_view kPassedOn = R"(
        0ms -> S ttl 64 id 1
        0ms -> S copy ttl 63
        1ms <- SA ttl 64 id 0
        1ms <- SA copy ttl 63
        2ms -> A ttl 64 id 2
        2ms -> A copy ttl 63
        3ms -> PA len 14 ttl 64 id 3
        3ms -> PA copy ttl 63
        4ms <- A ttl 64 id 101
        4ms <- A copy ttl 63
        5ms -> FA ttl 64 id 4
        5ms -> FA copy ttl 63
        6ms <- A ttl 64 id 102
        6ms <- A copy ttl 63
)";

TEST(IdleTimeout, IsTheLikelierWhereTheLateDataNeverReachedTheClosedHalf) {
  const Trace trace(std::string(kPassedOn) +
                    "34016ms <- PA len 10 ttl 64 id 103\n 34017ms -> R win 0 id 0 ttl 64 plain\n");

  EXPECT_EQ(trace.cause(), "idle_timeout");
}

TEST(DataAfterClose, IsToldWhereTheDataWasPassedOn) {
  const Trace trace(std::string(kPassedOn) +
                    "34016ms <- PA len 10 ttl 64 id 103\n 34016ms <- PA copy ttl 63\n"
                    "34017ms -> R win 0 id 0 ttl 64 plain\n");

  EXPECT_NE(trace.cause(), "idle_timeout");
  EXPECT_GE(trace.confidence_in("data_after_close") + trace.confidence_in("half_close_expired"),
            90);
}

// ----- repeating in vain ------------------------------------------------------------------------

TEST(Linger0, IsTheLikelierOfALinuxThatRepeatedItselfInVain) {
  const std::string in_vain = R"(
        1ms <- SA
        2ms -> A
        3ms -> PA len 47
      213ms -> PA len 47 again
      425ms -> PA len 47 again
      865ms -> PA len 47 again
     1701ms -> PA len 47 again
     2508ms -> RA
  )";
  const Trace linux_kernel("0ms -> S\n" + in_vain);
  const Trace bsd("0ms -> S opts 020405b4010303060402080a0000000100000000\n" + in_vain);

  EXPECT_EQ(linux_kernel.cause(), "linger0");
  EXPECT_GE(linux_kernel.confidence_in("retransmit_timeout"), 2);
  EXPECT_EQ(bsd.cause(), "retransmit_timeout");
}

// ----- one connection's resets are no other connections' ----------------------------------------

constexpr std::string_view kNeverServed = R"(
        0ms -> S
        1ms <- SA
        2ms -> A
        5ms -> S port 50001
        6ms <- SA port 50001
        7ms -> A port 50001
     9000ms <- RA
)";

TEST(ListenerClosed, IsNotToldByTwoResetsOfOneConnection) {
  const Trace twice(std::string(kNeverServed) + "9000ms <- RA\n");
  const Trace others(std::string(kNeverServed) + "9000ms <- RA port 50001\n");

  EXPECT_NE(twice.cause_in(7), "listener_closed");
  EXPECT_EQ(others.cause_in(7), "listener_closed");
  EXPECT_GE(others.in_frame(7).verdict.confidence, 75);
}

// ----- overtaken on the way ---------------------------------------------------------------------

/// TCP timestamps 200 and 250 before the reset's, 300: sent before it, on a slower path.
TEST(Linger0, IsNotForgedWhereTheSendersOlderSegmentsComeLater) {
  const auto conversation = [](const std::string& late) {
    return std::string(R"(
        0ms -> S
        1ms <- SA opts 020405b40402080a000000640000000101030307
        2ms -> A
        3ms -> PA len 40
        4ms <- PA len 50 opts 0101080a0000006500000001
        5ms -> A
      305ms <- RA opts 0101080a0000012c00000001
      605ms <- PA len 10 seq 51 opts )") +
           late + "\n";
  };
  const Trace older(conversation("0101080a000000c800000001"));
  const Trace newer(conversation("0101080a0000019000000001"));

  EXPECT_EQ(older.in_frame(7).reset.went_on, 0U);
  EXPECT_EQ(newer.in_frame(7).reset.went_on, 8U) << "its sender goes on";
}

// ----- patience ---------------------------------------------------------------------------------

/// A timer of a program is as people set it; one that ends, ends its connections at any time.
TEST(IdleTimeout, IsTheLikelierOfAProgramsOwnRoundSilence) {
  const auto after = [](const std::string& time) {
    return Trace(
        "0ms -> S\n 1ms <- SA\n 2ms -> A\n 3ms -> PA len 40\n 4ms <- PA len 30\n 5ms -> A\n " +
        time + " -> RA\n");
  };
  EXPECT_GT(after("45.005s").confidence_in("idle_timeout"),
            after("36.462s").confidence_in("idle_timeout"));
  EXPECT_EQ(after("36.462s").cause(), "linger0");
}

// ----- probes written by hand -------------------------------------------------------------------

TEST(ScanProbe, IsASynAckThatNoTcpWrites) {
  const Trace crafted("0ms -> SA plain win 512\n 1ms <- reply\n");
  const Trace kernels("0ms -> SA\n 1ms <- reply\n");

  EXPECT_EQ(crafted.cause(), "scan_probe");
  EXPECT_EQ(kernels.cause(), "backscatter");
  EXPECT_GE(kernels.confidence_in("backscatter"), 40);
  EXPECT_EQ(kernels.confidence_in("scan_probe"), 0);
}

TEST(ScanProbe, IsOneOfSeveralDataSegmentsOfNoConnection) {
  const std::string probe = "0ms -> PA len 64 win 512 plain\n 1ms <- reply\n";
  const std::string another =
      "100ms -> PA len 64 win 512 plain port 50001\n 101ms <- reply port 50001\n";
  const std::string live = "0ms -> PA len 64 win 501\n 1ms <- reply\n";

  EXPECT_GE(Trace(probe).confidence_in("scan_probe"), 5);
  EXPECT_EQ(Trace(probe).cause(), "connection_unknown");
  EXPECT_EQ(Trace(probe + another).cause(), "scan_probe");
  EXPECT_EQ(Trace(live).confidence_in("scan_probe"), 0);
}

// ----- proxies ----------------------------------------------------------------------------------

/// stunnel: the TLS handshake is over, tickets are sent, and the service behind refuses.
TEST(ProxyUpstreamRefused, IsToldThoughTlsWasSpokenAlready) {
  const auto hex = [](const std::string& octets) {
    constexpr std::string_view kDigits = "0123456789abcdef";
    std::string text;
    for (const char c : octets) {
      const auto v = static_cast<unsigned char>(c);
      text += std::string("\\x") + kDigits[v >> 4U] + kDigits[v & 15U];
    }
    return text;
  };
  const std::string hello = hex(app::client_hello(app::extension(43, "\x02\x03\x04")));
  const std::string answer = hex(app::server_hello(true) + app::hidden(400));
  const std::string served = "0ms -> S\n 1ms <- SA\n 2ms -> A\n 3ms -> PA data " + hello +
                             "\n 4ms <- PA data " + answer + "\n 5ms -> A\n 6ms -> PA data " +
                             hex(app::hidden(69)) + "\n 7ms <- PA data " + hex(app::hidden(250)) +
                             "\n";
  const Trace alone(served + "9ms <- RA\n");
  const Trace refused(served +
                      "8ms <- S port 7007 to 9\n 8ms -> reply port 7007 to 9\n 9ms <- RA\n");

  EXPECT_EQ(refused.cause(), "proxy_upstream_refused");
  EXPECT_EQ(refused.last().verdict.kernel_reason, "TCP_STATE");
  EXPECT_NE(alone.cause(), "unread_data") << "the server had read all";
  EXPECT_EQ(alone.confidence_in("proxy_upstream_refused"), 0);
}

/// Each segment as it comes to a router, and as it leaves it.
std::string through_a_router(const std::vector<std::string>& lines) {
  std::string all;
  for (const std::string& line : lines) all += line + "\n" + line + " copy ttl 63\n";
  return all;
}

const std::string kUploadThroughARouter = through_a_router(
    {"0ms -> S", "1ms <- SA", "2ms -> A", "3ms -> PA len 1000", "4ms <- A", "100ms -> PA len 1000",
     "100.01ms -> PA len 1000", "100.02ms -> PA len 1000"});

TEST(FirewallReset, AnswersTheSegmentOfABurstThatTheRouterHeldBack) {
  const Trace held_back(kUploadThroughARouter +
                        "100.03ms -> PA len 700\n 100.05ms <- R seq 1 plain\n");
  // The negative twin: the last one was passed on as well, so the oldest is meant.
  const Trace passed_on(kUploadThroughARouter + through_a_router({"100.03ms -> PA len 700"}) +
                        "100.15ms <- R seq 1 plain\n");

  EXPECT_EQ(held_back.last().reset.trigger.len, 700U);
  EXPECT_EQ(passed_on.last().reset.trigger.len, 1000U);
  EXPECT_GT(held_back.confidence_in("firewall_reset"),
            passed_on.confidence_in("firewall_reset") + 10);
}

}  // namespace
}  // namespace rstcause
