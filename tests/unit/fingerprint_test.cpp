// SPDX-License-Identifier: GPL-2.0-or-later
// Known marks of injectors, and the shapes by which studies of tampering class a reset.
#include <gtest/gtest.h>

#include <set>

#include "support/printers.h"
#include "support/trace.h"

namespace rstcause {
namespace {

using test::Trace;

const std::string kOpen =
    "0ms -> S\n 10ms <- SA ttl 55 id 0\n 11ms -> A\n 12ms -> PA len 40\n 22ms <- A ttl 55 id 500\n";

std::string fingerprint(Trace& trace) {
  const Report report = trace.report();
  return report.fingerprint == nullptr ? "" : std::string(report.fingerprint->name);
}

TEST(Fingerprint, TablesNamesAreUniqueAndEveryRowNamesItsSource) {
  std::set<std::string_view> names;
  for (const forgery::Fingerprint& row : forgery::fingerprints()) {
    EXPECT_TRUE(names.insert(row.name).second) << row.name;
    EXPECT_FALSE(row.source.empty()) << row.name;
    EXPECT_FALSE(row.mark.empty()) << row.name;
  }
}

TEST(Fingerprint, KnowsTcpkillByItsStepsOfOneWindow) {
  Trace trace(kOpen +
              "40ms <- R seq 1 win 0 ttl 64 id 7\n 40.1ms <- R seq 503 win 0 ttl 64 id 99\n");
  EXPECT_EQ(fingerprint(trace), "tcpkill");
}

TEST(Fingerprint, IsNotTcpkillsWithoutItsSteps) {
  Trace trace(kOpen +
              "40ms <- R seq 1 win 0 ttl 64 id 7\n 40.1ms <- R seq 603 win 0 ttl 64 id 99\n");
  EXPECT_NE(fingerprint(trace), "tcpkill");
}

TEST(Fingerprint, KnowsNetfiltersRejectByItsPlace) {
  Trace trace(kOpen + "40ms -> PA len 4\n 41ms <- reply ttl 63\n");
  EXPECT_EQ(fingerprint(trace), "netfilter_reject");
}

TEST(Fingerprint, IsNoneOfTheHostsOwnAnswer) {
  Trace trace(kOpen + "40ms -> PA len 4\n 50ms <- reply ttl 55\n");
  EXPECT_EQ(fingerprint(trace), "");
}

TEST(Tampering, IsClassedByHowFarTheClientHadCome) {
  EXPECT_EQ(Trace("0ms -> S\n 1ms <- reply\n").report().tampering, "Post-SYN:RST+ACK");
  EXPECT_EQ(Trace("0ms -> S\n 1ms <- SA\n 2ms -> A\n 3ms <- RA\n").report().tampering,
            "Post-ACK:RST+ACK");
  EXPECT_EQ(Trace("0ms -> S\n 1ms <- SA\n 2ms -> A\n 3ms -> PA len 9\n 4ms <- reply\n")
                .report()
                .tampering,
            "Post-PSH:RST");
  EXPECT_EQ(
      Trace("0ms -> S\n 1ms <- SA\n 2ms -> A\n 3ms -> PA len 9\n 4ms -> PA len 9\n 5ms <- RA\n")
          .report()
          .tampering,
      "Post-Data:RST+ACK");
}

TEST(Tampering, TellsTwoResetsInOneName) {
  Trace trace(kOpen + "40ms <- RA win 0 notime\n 40.1ms <- RA seq 1461 win 0 notime\n");
  EXPECT_EQ(trace.report().tampering, "Post-PSH:RST+ACK;RST+ACK");
}

TEST(Tampering, IsNoMatterOnceAnEndHasClosedOrTheSynIsMissing) {
  EXPECT_EQ(Trace("0ms -> S\n 1ms <- SA\n 2ms -> A\n 3ms <- FA\n 4ms -> PA len 9\n 5ms <- reply\n")
                .report()
                .tampering,
            "");
  EXPECT_EQ(Trace("3ms -> PA len 9\n 4ms <- A\n 5ms <- RA\n").report().tampering, "");
}

}  // namespace
}  // namespace rstcause
