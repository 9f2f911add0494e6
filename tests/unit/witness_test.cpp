// SPDX-License-Identifier: GPL-2.0-or-later
// A kernel's word in the capture, and what is made of it.
#include "engine/judge/witness.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "engine/tell/csv.h"
#include "engine/tell/json.h"
#include "support/trace.h"

namespace rstcause::test {
namespace {

/// An idle connection that ends by an abort.
Trace aborted(const std::string& said) {
  return Trace(R"(
      0ms -> S
      1ms <- SA
      2ms -> A
      3ms -> PA len 5
      4ms <- PA len 7
      5ms -> A
    900ms -> RA said )" +
               said + "\n");
}
const std::string kLinger0 = "sent reason=TCP_STATE state=TCP_CLOSE as=abort pid=7 comm=jedis";
const std::string kKilled = "sent reason=TCP_STATE state=TCP_ESTABLISHED as=abort pid=8 comm=ss";
const std::string kUnread =
    "sent reason=TCP_ABORT_ON_CLOSE state=TCP_CLOSE as=abort pid=9 comm=redis";

TEST(Witness, TellsApartWhatIsOneRstOnTheWire) {
  EXPECT_EQ(aborted(kLinger0).cause(), "linger0");
  EXPECT_EQ(aborted(kKilled).cause(), "admin_abort");
  EXPECT_EQ(aborted(kUnread).cause(), "unread_data");
  EXPECT_EQ(aborted("sent reason=TCP_KEEPALIVE_TIMEOUT state=TCP_ESTABLISHED as=abort").cause(),
            "keepalive_timeout");
  EXPECT_EQ(aborted("sent reason=TCP_ABORT_ON_MEMORY state=TCP_FIN_WAIT1 as=abort").cause(),
            "memory_pressure");
  EXPECT_EQ(aborted("sent reason=TCP_STATE state=TCP_CLOSE as=abort listener=closed pid=1 comm=x")
                .cause(),
            "listener_closed");
}

TEST(Witness, IsSureOnlyWhereTheReasonAdmitsOneCause) {
  EXPECT_EQ(aborted(kUnread).last().verdict.confidence, 99);
  EXPECT_LT(aborted(kLinger0).last().verdict.confidence, 99);
  EXPECT_EQ(aborted(kUnread).last().verdict.basis, Basis::witnessed);
  EXPECT_EQ(aborted(kLinger0).last().verdict.basis, Basis::witnessed);
}

TEST(Witness, TellsTheTrueReasonTheStateAndTheProcess) {
  const Trace trace = aborted(kKilled);
  const Report report = trace.report();
  EXPECT_EQ(report.kernel_reason, "TCP_STATE");
  EXPECT_EQ(report.state, "ESTABLISHED");
  EXPECT_EQ(report.process, "ss");
  EXPECT_EQ(report.pid, 8U);
  EXPECT_EQ(report.basis, "witnessed");
  EXPECT_NE(to_json(report, "").find(R"("process":"ss","pid":8)"), std::string::npos);
  EXPECT_NE(to_csv(report, "").find(",ss,8,"), std::string::npos);
}

TEST(Witness, SaysPlainlyWhereThePacketsAloneTellAnotherCause) {
  const std::string packets(aborted("").cause());
  ASSERT_NE(packets, "admin_abort");
  const std::string killed = aborted(kKilled).report().summary;
  EXPECT_NE(killed.find("The packets alone would rather tell of " + packets), std::string::npos)
      << killed;
  EXPECT_NE(killed.find("its kernel says TCP_STATE in TCP_ESTABLISHED, by process 8 (ss)"),
            std::string::npos);
  const std::string agreed = aborted(kLinger0).report().summary;
  EXPECT_EQ(agreed.find("The packets alone"), std::string::npos) << agreed;
}

TEST(Witness, StandsAmongTheEvidenceWithItsFrame) {
  const Trace trace = aborted(kUnread);
  const auto& evidence = trace.last().verdict.evidence;
  const auto said = [](const Finding& f) { return f.clue == &clues::the_kernel_said_so; };
  ASSERT_TRUE(std::any_of(evidence.begin(), evidence.end(), said));
  EXPECT_EQ(std::find_if(evidence.begin(), evidence.end(), said)->frame, 7U);
}

TEST(Witness, ProvesAFirewallAtItsOwnHost) {
  const std::string text = "0ms -> S\n1ms <- reply";
  EXPECT_EQ(Trace(text + "\n").cause(), "port_closed");
  const Trace trace(text + " said sent without its TCP: firewall or raw socket\n");
  EXPECT_EQ(trace.cause(), "firewall_reject");
  EXPECT_EQ(trace.last().verdict.origin, Origin::middlebox);
  EXPECT_EQ(trace.report().kernel_reason, "");
  EXPECT_EQ(trace.report().pid, 0U);
}

TEST(Witness, ClearsAHostThatIsSuspectedOfAFirewall) {
  EXPECT_EQ(
      Trace("0ms -> S\n1ms <- reply said sent reason=NO_SOCKET state=UNKNOWN as=answer\n").cause(),
      "port_closed");
}

TEST(Witness, LetsThePacketsDecideAmongTheCausesOfOneReason) {
  const std::string late =
      "0ms -> S\n1ms <- SA\n2ms -> A\n3ms -> RA\n4ms <- PA len 5\n5ms -> reply";
  const Trace trace(late + " said sent reason=NO_SOCKET state=UNKNOWN as=answer\n");
  EXPECT_EQ(trace.cause(), "late_segment");
  EXPECT_EQ(trace.last().verdict.basis, Basis::witnessed);
  EXPECT_EQ(Trace(late + "\n").cause(), "late_segment");
}

TEST(Witness, OfTheReceiverChangesNoVerdict) {
  const Trace trace = aborted("received taken=yes");
  EXPECT_EQ(trace.cause(), aborted("").cause());
  EXPECT_NE(trace.last().verdict.basis, Basis::witnessed);
}

TEST(Witness, OfAReasonThatNobodyKnowsYetIsShownAndConcludesNothing) {
  const Trace trace = aborted("sent reason=TCP_BRAND_NEW state=TCP_CLOSE as=abort pid=5 comm=x");
  EXPECT_EQ(trace.cause(), aborted("").cause());
  EXPECT_EQ(trace.report().kernel_reason, "TCP_BRAND_NEW");
  EXPECT_EQ(trace.report().process, "x");
}

TEST(Witness, GivesWayToWhatTheResetItselfStates) {
  const Trace trace("0ms -> S\n1ms <- SA\n2ms -> A\n3ms <- RA data policy violation\n");
  const Word word = parse_word("rstcause: " + kKilled);
  Engine engine;
  for (Segment segment : trace.segments()) {
    if (segment.rst) segment.word = &word;
    engine.observe(segment);
  }
  EXPECT_EQ(engine.explained().back().verdict.basis, Basis::declared);
  EXPECT_EQ(engine.explained().back().verdict.cause, trace.last().verdict.cause);
}

TEST(Witness, IsKeptThroughPackingAway) {
  Trace trace = aborted(kKilled);
  const Verdict before = trace.last().verdict;
  trace.engine().put_away();
  EXPECT_EQ(trace.last().reset.word.comm.view(), "ss");
  EXPECT_EQ(trace.last().verdict.without_word, before.without_word);
  EXPECT_EQ(trace.last().verdict.without_word_confidence, before.without_word_confidence);
  EXPECT_EQ(trace.last().verdict.basis, Basis::witnessed);
}

TEST(Witness, LeavesConfidencesThatSumToNoMoreThanAllOfThem) {
  for (const std::string& said : {kLinger0, kKilled, kUnread}) {
    const Trace trace = aborted(said);
    int sum = trace.last().verdict.confidence;
    for (const Alternative& other : trace.last().verdict.alternatives) sum += other.confidence;
    EXPECT_LE(sum, 100) << said;
  }
}

}  // namespace
}  // namespace rstcause::test
