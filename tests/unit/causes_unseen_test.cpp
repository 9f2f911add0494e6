// SPDX-License-Identifier: GPL-2.0-or-later
// What a reset tells of segments that the capture lacks.
#include <gtest/gtest.h>

#include "engine/tell/words.h"
#include "support/printers.h"
#include "support/trace.h"

namespace rstcause {
namespace {

using test::Trace;

/// As `tcpdump 'tcp[tcpflags] & tcp-rst != 0'` has it.
TEST(CaptureIncomplete, LeavesAClosedPortOpenWhereALoneResetHasTheNumberZero) {
  const Trace trace("0ms <- RA rawseq 0 rawack 4711 win 0 plain");

  EXPECT_EQ(trace.cause(), "capture_incomplete") << "a firewall, a scan's odd probe do the same";
  EXPECT_GE(trace.confidence_in("port_closed"), 15);
  EXPECT_GT(trace.confidence_in("firewall_reject"), 2);
  EXPECT_NE(trace.report().summary.find("the SYN"), std::string::npos);
}

TEST(PortClosed, IsNotSaidOfALoneResetWithAWindow) {
  const Trace trace("0ms <- RA rawseq 0 rawack 4711 win 8192 plain");

  EXPECT_EQ(trace.cause(), "capture_incomplete");
  EXPECT_EQ(trace.confidence_in("port_closed"), 0);
}

TEST(PortClosed, IsNotSaidOfALoneResetWithoutAck) {
  const Trace trace("0ms <- R rawseq 0 win 0 plain");

  EXPECT_EQ(trace.cause(), "capture_incomplete");
  EXPECT_EQ(trace.confidence_in("port_closed"), 0);
}

/// 516 octets of the client and all of the server's answer are missing.
TEST(CaptureIncomplete, IsSaidWhereTheResetStandsFarAheadOfAllThatWasSeen) {
  const Trace trace(R"(
     0ms -> S
     1ms <- SA
    40ms -> R seq 517 win 0 plain
  )");

  EXPECT_EQ(trace.cause(), "capture_incomplete");
  EXPECT_EQ(trace.confidence_in("connect_probe"), 0) << "octets had been sent";
}

TEST(CaptureIncomplete, IsNotSaidWhereTheResetStandsAtTheNextNumber) {
  const Trace trace(R"(
     0ms -> S
     1ms <- SA
     2ms -> A
     3ms -> RA
  )");

  EXPECT_EQ(trace.cause(), "connect_probe");
  EXPECT_EQ(trace.confidence_in("capture_incomplete"), 0);
}

TEST(AcceptThenAbort, IsNotBlamedWhereTheServersResetTellsOfAnAnswerUnseen) {
  const Trace trace(R"(
     0ms -> S
     1ms <- SA
    40ms <- R seq 2357 win 0 plain
  )");

  EXPECT_EQ(trace.confidence_in("accept_then_abort"), 0);
  EXPECT_EQ(trace.cause(), "capture_incomplete");
}

/// The server's side is not in the capture: what the client refused is not to be seen.
constexpr std::string_view kHalfOfAnEarlierConnection = R"(
     0ms -> S rawseq 1000
    40ms -> R rawseq 88888 win 0 plain
    )";

TEST(CaptureIncomplete, IsSaidOfAClientThatRefusesSomethingUnseenAndGoesOnConnecting) {
  const Trace trace(std::string(kHalfOfAnEarlierConnection) + R"(
    60ms -> S rawseq 1000
    61ms -> A
    62ms -> PA len 4
  )");

  EXPECT_EQ(trace.cause(), "capture_incomplete") << "RFC 9293, 3.10.7.3: it stays in SYN-SENT";
  EXPECT_EQ(trace.confidence_in("injected") + trace.confidence_in("blind_reset_attack"), 0);
}

TEST(CaptureIncomplete, IsSaidOfAResetBeforeTheConnectionIsOpenedAnew) {
  const Trace trace(R"(
     0ms -> R rawseq 88888 win 0 plain
    10ms -> S rawseq 1000
    11ms <- SA
    12ms -> A
    13ms -> PA len 4
  )");

  EXPECT_EQ(trace.cause(), "capture_incomplete");
  EXPECT_EQ(trace.confidence_in("injected") + trace.confidence_in("blind_reset_attack"), 0);
}

TEST(Injected, IsSaidOfAResetAfterWhichItsSenderGoesOnWithoutConnectingAnew) {
  const Trace trace(R"(
     0ms -> PA rawseq 1001 len 4
    40ms -> R rawseq 88888 win 0 plain
    60ms -> PA len 4
    90ms -> PA len 4
  )");

  EXPECT_GE(trace.confidence_in("injected") + trace.confidence_in("blind_reset_attack"), 30);
}

}  // namespace
}  // namespace rstcause
