// SPDX-License-Identifier: GPL-2.0-or-later
// What misleads those who read resets by their headers: each with the reading that holds. Traps of
// one part of the engine stand with that part; COVERAGE.md of the lab names the tests of each.
#include <gtest/gtest.h>

#include "support/printers.h"
#include "support/trace.h"

namespace rstcause {
namespace {

using test::Trace;

// --- The window of a reset: a socket's is scaled, a code is not --------------------------

/// NetScaler's code 9811 in the field as sent.
TEST(Trap, ACodeStandsInTheWindowAsSent) {
  const Trace trace(R"(
     0ms -> S noscale
     1ms <- SA noscale win 8190
     2ms -> A
     3ms -> PA len 9
     4ms <- RA win 9811 plain
  )");

  EXPECT_NE(trace.last().reset.declared.text.find("9811"), std::string::npos)
      << trace.last().reset.declared.text;
}

/// A window that only looks so once it is scaled: 9856 = 77 << 7.
TEST(Trap, AScaledWindowIsNoCode) {
  const Trace trace(R"(
     0ms -> S
     1ms <- SA
     2ms -> A
     3ms -> PA len 9
     4ms <- RA win 77
  )");

  EXPECT_EQ(trace.last().reset.declared.text, "");
}

// --- Segments larger than the wire's -------------------------------------------------------

/// Captured before the card cut it: the peer's answer quotes the edge of an earlier acknowledgment.
TEST(Trap, AResetMayQuoteAnOlderAcknowledgmentThanTheNewest) {
  const Trace trace(R"(
     0ms -> S
     1ms <- SA
     2ms -> A
     3ms <- PA len 100
     4ms -> A
     5ms <- FA
     6ms -> A
     7ms -> PA len 40000
   7.1ms -> PA len 20000
     8ms <- R seq 102 win 0 plain
  )");

  EXPECT_EQ(trace.cause(), "data_after_close");
  EXPECT_EQ(trace.last().reset.trigger.frame, 8U) << "the first that met the closed end";
}

// --- Frames missing ------------------------------------------------------------------------

TEST(Trap, NoFinSeenIsNoProofWhereItsNumberIsAHole) {
  const Trace trace(R"(
     0ms -> S
     1ms <- SA
     2ms -> A
     3ms -> PA len 9
     4ms <- A
    # The server's answer of 20 octets and its FIN were not captured; the ACK covers both.
     9ms -> A ack 22
    10ms -> PA len 9 ack 22
    11ms <- R seq 22 win 0 plain
  )");

  EXPECT_NE(trace.cause(), "connection_unknown");
  EXPECT_GT(trace.confidence_in("data_after_close") + trace.confidence_in("capture_incomplete"),
            50);
}

TEST(Trap, NoFinSeenIsAProofWhereNothingIsMissing) {
  const Trace trace(R"(
     0ms -> S
     1ms <- SA
     2ms -> A
     3ms -> PA len 9
     4ms <- A
    10ms -> PA len 9
    11ms <- R seq 1 win 0 plain
  )");

  EXPECT_EQ(trace.confidence_in("data_after_close"), 0);
}

// --- IPv6 has no identification --------------------------------------------------------------

/// The same conversation over IPv6: the resetter's IP ID of 0 is no number at all.
TEST(Trap, IPv6HasNoIdToTestByAndLosesNoVerdictByIt) {
  const Trace v4(R"(
     0ms -> S
     1ms <- SA
     2ms -> A
     3ms -> PA len 9
     4ms <- PA len 9
     5ms -> RA
  )");
  Engine v6;
  std::array<std::uint8_t, 16> client{}, server{};
  client[0] = server[0] = 0xfd;
  client[15] = 1;
  server[15] = 2;
  const Address ends[] = {Address::of(Address::Kind::ipv6, client),
                          Address::of(Address::Kind::ipv6, server)};
  for (Segment s : v4.segments()) {
    const bool from_client = s.tuple.dport < s.tuple.sport;
    s.tuple.src = ends[from_client ? 0 : 1];
    s.tuple.dst = ends[from_client ? 1 : 0];
    s.ip.version = 6;
    s.ip_id = 0;
    v6.observe(s);
  }

  ASSERT_EQ(v6.explained().size(), 1U);
  EXPECT_EQ(v6.explained().back().verdict.cause->token, v4.cause());
  const Report report = report_on(v6, v6.explained().back());
  for (std::size_t i = 0; i < forgery::kTests; ++i) {
    const std::string_view test = forgery::tests()[i].name;
    if (test == "ip_id" || test == "reflected") {
      EXPECT_EQ(forgery::to_string(report.testimonies[i].word), "unknown") << test;
    }
  }
}

// --- Loopback: everything is prompt there -------------------------------------------------

/// An abort in the microsecond of the peer's data is no answer to it: its form tells.
TEST(Trap, PromptOnLoopbackIsNoAnswer) {
  const Trace trace(R"(
     0us -> S
     2us <- SA
     4us -> A
     6us -> PA len 9
     8us <- A
    10us <- PA len 9
    12us -> A
    14us -> RA
  )");

  EXPECT_EQ(trace.cause(), "linger0");
}

TEST(Trap, PromptOnLoopbackAnswersWhereTheNumberQuotes) {
  const Trace trace(R"(
     0us -> S
     2us <- SA
     4us -> A
     6us <- FA
     8us -> A
    10us -> PA len 9
    12us <- reply
  )");

  EXPECT_EQ(trace.cause(), "data_after_close");
}

// --- Frames cut ------------------------------------------------------------------------------

/// The payload is not captured, its length is known by the IP header.
TEST(Trap, ACutPayloadStillCounts) {
  const Trace whole(R"(
     0ms -> S
     1ms <- SA
     2ms -> A
     3ms -> PA len 900
     4ms <- FA
     5ms -> A
     6ms -> PA len 900
     7ms <- reply
  )");
  Engine cut;
  for (Segment s : whole.segments()) {
    s.payload = {};
    cut.observe(s);
  }

  ASSERT_EQ(cut.explained().size(), 1U);
  EXPECT_EQ(cut.explained().back().verdict.cause->token, whole.cause());
}

/// An abort whose RST carries octets, captured up to so many of them.
Verdict with_text_captured(std::string_view text, std::size_t captured) {
  const Trace whole(R"(
     0ms -> S
     1ms <- SA
     2ms -> A
     3ms -> PA len 6
     4ms <- PA len 7
     5ms -> A
     6ms -> RA
  )");
  Engine engine;
  for (Segment s : whole.segments()) {
    if (s.rst) {
      s.len = static_cast<std::uint32_t>(text.size());
      s.payload = text.substr(0, captured);
    }
    engine.observe(s);
  }
  return engine.explained().back().verdict;
}

TEST(Trap, ARstThatWasCutShortMayHaveStatedItsCause) {
  const std::string_view text = "Flow expired (sweeper)";
  EXPECT_EQ(with_text_captured(text, text.size()).basis, Basis::declared);
  const Verdict cut = with_text_captured(text, 0), empty = with_text_captured("", 0);
  EXPECT_EQ(cut.cause->token, empty.cause->token);
  EXPECT_LE(cut.confidence, empty.confidence * 2 / 3);
}

}  // namespace
}  // namespace rstcause
