// SPDX-License-Identifier: GPL-2.0-or-later
// What goes wrong inside the analysis of one reset is reported as such, and costs no other verdict.
//
// A program of its own, for it replaces operator new.
#include <gtest/gtest.h>

#include <cstdlib>
#include <new>
#include <stdexcept>
#include <string>
#include <vector>

#include "engine/engine.h"
#include "engine/engine_reports.h"
#include "engine/judge/failure.h"
#include "engine/tell/json.h"
#include "support/trace.h"

namespace {

/// Allocations until one fails; below 0 none does.
long until_failure = -1;

void* allocate(std::size_t size) {
  if (until_failure == 0) {
    until_failure = -1;
    throw std::bad_alloc();
  }
  if (until_failure > 0) --until_failure;
  if (void* const made = std::malloc(size == 0 ? 1 : size)) return made;
  throw std::bad_alloc();
}

}  // namespace

void* operator new(std::size_t size) {
  return allocate(size);
}
void* operator new(std::size_t size, const std::nothrow_t&) noexcept {
  try {
    return allocate(size);
  } catch (const std::bad_alloc&) {
    return nullptr;
  }
}
void operator delete(void* made) noexcept {
  std::free(made);
}
void operator delete(void* made, std::size_t) noexcept {
  std::free(made);
}

namespace rstcause {
namespace {

using test::Trace;

/// Two connections of one server: a heartbeat that ends by an abort, and a refusal.
constexpr std::string_view kTalk = R"(
   0ms -> S
   1ms <- SA
   2ms -> A
   3ms -> PA data PING\r\n
   4ms <- PA data +PONG\r\n
   5ms -> A
   9ms -> S port 50001 to 7001
  10ms <- RA port 50001 to 7001 rawseq 0 ack 1 win 0 plain
  20ms -> RA
  21ms <- PA len 3
  22ms -> reply
  30ms -> S port 50002 to 7002
  31ms <- RA port 50002 to 7002 rawseq 0 ack 1 win 0 plain
)";

std::string told(const Engine& engine, Frame frame) {
  const auto [first, last] = engine.resets_in(frame);
  if (first == last) return "nothing";
  const Explained& e = engine.explained()[first];
  return std::string(e.verdict.cause->token) + " " + std::to_string(e.verdict.confidence) + " " +
         (e.verdict.variant != nullptr ? std::string(e.verdict.variant->detail) : "");
}

/// Feeds the segments; the allocation `countdown` of those of one frame fails. True if it did.
bool play(const std::vector<Segment>& segments, Engine& engine, Frame failing, long countdown) {
  bool failed = false;
  for (const Segment& s : segments) {
    until_failure = s.frame == failing ? countdown : -1;
    try {
      engine.observe(s);
    } catch (const std::bad_alloc&) {
      failed = true;
    }
    until_failure = -1;
  }
  return failed;
}

TEST(Isolation, AFailureInsideIsToldAsUnknownWithItsReason) {
  const Trace trace(kTalk);
  EngineOptions options;
  options.on_weighing = [](const Scene& scene) {
    if (scene.rst.frame == 9) throw std::out_of_range("a fault");
  };
  Engine engine(options);
  int thrown = 0;

  for (const Segment& s : trace.segments()) {
    try {
      engine.observe(s);
    } catch (const std::out_of_range&) {
      ++thrown;
    }
  }

  EXPECT_GE(thrown, 1);
  EXPECT_EQ(told(engine, 9), "unknown 1 internal_error");
  Engine whole;
  ASSERT_FALSE(play(trace.segments(), whole, 0, -1));
  EXPECT_EQ(told(engine, 8), told(whole, 8));
  EXPECT_EQ(told(engine, 13), told(whole, 13));
  const Report report = report_on(engine, engine.explained()[engine.resets_in(9).first]);
  EXPECT_EQ(report.detail, "internal_error");
  EXPECT_NE(report.summary.find("failed inside this program"), std::string::npos);
  ASSERT_EQ(report.evidence.size(), 1U);
  EXPECT_EQ(report.evidence.front().frame, 9U);
  EXPECT_FALSE(to_json(report, "").empty());
}

/// Where the words of a verdict fail, what identifies the reset is reported as always.
TEST(Isolation, AVerdictThatCannotBeWrittenIsToldAsUnknown) {
  const Trace trace(kTalk);
  Engine engine;
  ASSERT_FALSE(play(trace.segments(), engine, 0, -1));
  const Explained& reset = engine.explained()[engine.resets_in(9).first];
  const Report whole = report_on(engine, reset);
  ASSERT_NE(whole.reason, "unknown");

  const Explained failed = told_as_failure(reset);

  const Report report = report_on(engine, failed);
  EXPECT_EQ(report.reason, "unknown");
  EXPECT_EQ(report.detail, "internal_error");
  EXPECT_NE(report.summary.find("failed inside this program"), std::string::npos);
  EXPECT_EQ(failed.frame(), reset.frame());
  EXPECT_EQ(failed.time(), reset.time());
  EXPECT_EQ(report.src, whole.src);
  EXPECT_EQ(report.dport, whole.dport);
}

TEST(Isolation, NoFailureNoTrace) {
  const Trace trace(kTalk);
  Engine engine;

  ASSERT_FALSE(play(trace.segments(), engine, 0, -1));

  for (const Explained& e : engine.explained()) EXPECT_NE(e.verdict.cause->token, "unknown");
}

/// Whichever allocation of whichever segment fails.
TEST(Isolation, OneFailedAllocationCostsOneConnectionAtMost) {
  const Trace trace(kTalk);
  Engine whole;
  ASSERT_FALSE(play(trace.segments(), whole, 0, -1));
  int failures = 0;

  for (const Segment& s : trace.segments()) {
    for (long countdown = 0;; ++countdown) {
      Engine engine;
      if (!play(trace.segments(), engine, s.frame, countdown)) break;
      ++failures;
      for (const Segment& reset : trace.segments()) {
        if (!reset.rst) continue;
        const std::string verdict = told(engine, reset.frame);
        const std::uint16_t port = std::max(reset.tuple.sport, reset.tuple.dport);
        const bool same_connection = port == std::max(s.tuple.sport, s.tuple.dport);
        if (!same_connection) {
          EXPECT_EQ(verdict, told(whole, reset.frame))
              << "frame " << s.frame << ", allocation " << countdown;
        }
        EXPECT_NE(verdict, "nothing") << "frame " << s.frame << ", allocation " << countdown;
        // Of the reset itself nothing else is told than what is true, or that its analysis failed.
        if (reset.frame == s.frame && verdict != told(whole, reset.frame)) {
          EXPECT_EQ(verdict, "unknown 1 internal_error") << "allocation " << countdown;
        }
      }
    }
  }

  EXPECT_GT(failures, 20);
}

/// The same in the middle of putting segments into their order, and with all that follows.
TEST(Isolation, StandsWhereAnythingFailsAmidSegmentsOutOfOrder) {
  const Trace trace(R"(
     0ms -> S
     1ms <- SA
     2ms -> A
     3ms -> PA len 9
    10ms <- R seq 1
    10ms -> PA len 4
    12ms -> PA len 3
    14ms <- reply
    15ms <- PA len 8
    16ms -> reply
  )");
  std::vector<Segment> late = trace.segments();
  std::swap(late[4], late[5]);
  std::swap(late[4].frame, late[5].frame);
  std::swap(late[6], late[7]);
  std::swap(late[6].frame, late[7].frame);

  for (const Segment& s : late) {
    for (long countdown = 0; countdown < 500; ++countdown) {
      Engine engine;
      if (!play(late, engine, s.frame, countdown)) break;
      for (const Explained& e : engine.explained()) {
        ASSERT_NE(e.verdict.cause, nullptr);
        EXPECT_FALSE(to_json(report_on(engine, e), "").empty());
      }
    }
  }
}

}  // namespace
}  // namespace rstcause
