// SPDX-License-Identifier: GPL-2.0-or-later
// Where the protocol admits no other cause, and where it is only the likeliest.
#include <gtest/gtest.h>

#include "support/printers.h"
#include "support/trace.h"

namespace rstcause {
namespace {

using test::Trace;

constexpr std::string_view kOpen = "0ms -> S\n 1ms <- SA\n 2ms -> A\n 3ms -> PA len 9\n 4ms <- A\n";

Verdict verdict_on(const std::string& rest) {
  return Trace(std::string(kOpen) + rest).last().verdict;
}

TEST(LateSegment, IsProvedWhereItsSenderHadResetAndIsAskedOnceMore) {
  const Verdict v = verdict_on("500ms <- RA\n 501ms -> PA len 4\n 502ms <- reply\n");
  EXPECT_EQ(v.cause->token, "late_segment");
  EXPECT_EQ(v.basis, Basis::proved);
}

TEST(LateSegment, IsInferredWhereBothHadOnlyClosed) {
  const Verdict v =
      verdict_on("500ms <- FA\n 501ms -> FA\n 502ms <- A\n 503ms -> A\n 504ms <- reply\n");
  EXPECT_EQ(v.cause->token, "late_segment");
  EXPECT_EQ(v.basis, Basis::inferred) << "it had closed: what it still kept cannot be seen";
}

TEST(LateSegment, IsInferredWhereNothingAskedForASecondReset) {
  const Verdict v = verdict_on("500ms <- RA\n 900ms <- RA\n");
  EXPECT_EQ(v.cause->token, "late_segment");
  EXPECT_EQ(v.basis, Basis::inferred);
}

TEST(ResetEcho, IsProvedWhereTheResetBeforeItWasCaptured) {
  const Verdict v = verdict_on("500ms -> RA\n 900ms -> PA len 4\n 901ms <- reply\n");
  EXPECT_EQ(v.cause->token, "reset_echo");
  EXPECT_EQ(v.basis, Basis::proved);
}

TEST(SynackPaws, IsProvedByTheTimestamps) {
  const Trace foreign("0ms -> S\n 1ms <- SA tsecr 99000000\n 2ms -> reply\n");
  EXPECT_EQ(foreign.cause(), "synack_paws");
  EXPECT_EQ(foreign.last().verdict.basis, Basis::proved);
  EXPECT_EQ(Trace("0ms -> S\n 1ms <- SA\n 2ms -> reply\n").confidence_in("synack_paws"), 0);
}

TEST(Linger0, CitesThePingAndItsPong) {
  const Trace trace(
      "0ms -> S\n 1ms <- SA\n 2ms -> A\n"
      " 5ms -> PA data *1\\r\\n$4\\r\\nPING\\r\\n\n 6ms <- PA data +PONG\\r\\n\n"
      " 7ms -> A\n 9ms -> RA\n");
  const auto cited = [&](std::string_view clue) {
    Frame frame = 0;
    for (const Finding& finding : trace.last().verdict.evidence) {
      if (finding.clue->name == clue) frame = finding.frame;
    }
    return frame;
  };
  EXPECT_EQ(trace.cause(), "linger0");
  EXPECT_EQ(cited("ping-was-sent"), 4U);
  EXPECT_EQ(cited("pong-came-back"), 5U);
}

}  // namespace
}  // namespace rstcause
