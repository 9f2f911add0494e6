// SPDX-License-Identifier: GPL-2.0-or-later
// Whose word a reset is, where nobody forges: proxies, spoofed SYNs, sockets that are forgotten.
#include <gtest/gtest.h>

#include "support/printers.h"
#include "support/trace.h"

namespace rstcause {
namespace {

using test::Trace;

// ----- spoofed SYNs ----------------------------------------------------------------------------

TEST(Backscatter, MayBeWhatASynFromElsewhereLeads) {
  const Trace trace("0ms -> S bare ttl 48\n 1ms <- SA\n 2ms -> reply ttl 63\n");
  EXPECT_GE(trace.confidence_in("backscatter"), 10);
  EXPECT_GE(trace.confidence_in("syn_scan"), 10) << "scanners write TTLs by hand, too";
  EXPECT_LE(trace.confidence_in("connect_cancelled"), 10) << "no kernel sends its SYN another way";
}

TEST(Backscatter, IsRuledOutWhereTheSynCameTheHostsOwnWay) {
  const Trace trace("0ms -> S bare ttl 63\n 1ms <- SA\n 2ms -> reply ttl 63\n");
  EXPECT_EQ(trace.confidence_in("backscatter"), 0);
}

// ----- a FIN that was acknowledged -------------------------------------------------------------

const std::string kServed =
    "0ms -> S\n 1ms <- SA\n 2ms -> A\n 3ms -> PA len 30\n 4ms <- PA len 200\n 5ms -> A\n"
    " 100ms <- FA\n";

TEST(DataAfterClose, IsProvedWhileTheFinIsUnacknowledged) {
  const Trace trace(kServed + "101ms -> PA len 30 ack 201\n 102ms <- reply\n");
  EXPECT_EQ(trace.cause(), "data_after_close");
  EXPECT_EQ(trace.last().verdict.basis, Basis::proved);
  EXPECT_EQ(trace.confidence_in("half_close_expired"), 0);
}

TEST(DataAfterClose, IsInferredOnceTheFinIsAcknowledged) {
  const Trace trace(kServed + "101ms -> A\n 400ms -> PA len 30\n 401ms <- reply\n");
  EXPECT_EQ(trace.cause(), "data_after_close");
  EXPECT_EQ(trace.last().verdict.basis, Basis::inferred);
  EXPECT_GE(trace.confidence_in("half_close_expired"), 2) << "the host may have forgotten at once";
}

TEST(Linger2, MayHaveAnsweredTheAckJustBeforeTheData) {
  const Trace behind(kServed + "101ms -> A\n 110ms -> PA len 30\n 150ms <- reply\n");
  const Trace long_behind(kServed + "101ms -> A\n 900ms -> PA len 30\n 950ms <- reply\n");
  EXPECT_EQ(behind.cause(), "data_after_close");
  EXPECT_GE(behind.confidence_in("linger2"), 2);
  EXPECT_EQ(long_behind.confidence_in("linger2"), 0);
}

// ----- proxies ---------------------------------------------------------------------------------

TEST(Linger0, IsASynProxysServersThoughItsNumberIsTheFirst) {
  const Trace trace(R"(
       0ms -> S
       1ms <- SA win 0
       2ms -> A
       3ms <- A
       4ms -> PA len 30
       5ms <- PA len 50
       6ms -> A
     900ms <- RA seq 1
  )");
  EXPECT_NE(trace.cause(), "unknown");
  EXPECT_NE(trace.last().reset.form, Form::foreign);
}

TEST(Linger0, IsNobodysWhoseNumberWasLongPassed) {
  const Trace trace(R"(
       0ms -> S
       1ms <- SA
       2ms -> A
       4ms -> PA len 30
       5ms <- PA len 50
       6ms -> A
     900ms <- RA seq 20 notime id 7000
  )");
  EXPECT_EQ(trace.last().reset.form, Form::foreign);
}

// ----- what the Linux kernel would call it -----------------------------------------------------

TEST(KernelReason, IsToldOfALinuxSocket) {
  const Trace trace("0ms -> S\n 1ms <- SA\n 2ms -> A\n 3ms -> PA len 5\n 4ms <- A\n 900ms -> RA\n");
  EXPECT_EQ(trace.last().verdict.kernel_reason, "TCP_STATE");
}

TEST(KernelReason, IsNotToldOfAnAbortThatLinuxDoesNotMake) {
  const Trace trace(
      "0ms -> S\n 1ms <- SA\n 2ms -> A\n 3ms -> PA len 5\n 4ms <- A\n 900ms -> RA win 0 notime\n");
  EXPECT_EQ(trace.last().verdict.kernel_reason, "");
}

}  // namespace
}  // namespace rstcause
