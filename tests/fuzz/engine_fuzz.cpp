// SPDX-License-Identifier: GPL-2.0-or-later
// Any segments in any order: every reset has a verdict, and the verdict keeps its promises.
//
// The input is an octet that chooses what else is asked (other initial numbers, names exchanged,
// a frame taken away and which; all packed away after every segment), and a conversation
// (conversation.h).
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "engine/engine.h"
#include "engine/engine_reports.h"
#include "engine/tell/csv.h"
#include "engine/tell/json.h"
#include "fuzz/conversation.h"
#include "unit/json_reader.h"

namespace {

using namespace rstcause;
using fuzz::expect;

/// What an observer is like.
struct Habits {
  Frame without = 0;     ///< The frame that it does not see.
  bool packing = false;  ///< Packs everything away after each segment.
};

/// An engine that has seen a conversation.
class Observer {
 public:
  explicit Observer(const fuzz::Conversation& conversation, Habits habits = {}) {
    auto error = conversation.errors().begin();
    const auto errors_before = [&](Frame frame) {
      for (; error != conversation.errors().end() && error->frame < frame; ++error) {
        if (error->frame == habits.without) continue;
        engine_.observe(*error);
        frames_.insert(error->frame);
      }
    };
    for (const Segment& s : conversation.segments()) {
      errors_before(s.frame);
      if (s.frame == habits.without) continue;
      engine_.observe(s);
      if (habits.packing) engine_.put_away();
      frames_.insert(s.frame);
      resets_ += s.rst ? 1U : 0U;
    }
    errors_before(UINT32_MAX);
  }

  const Engine& engine() const { return engine_; }
  const Verdicts& explained() const { return engine_.explained(); }
  std::size_t resets() const { return resets_; }
  bool saw(Frame frame) const { return frames_.contains(frame); }
  /// The frame holds one segment, not several as tunnels have it.
  bool is_of_one_segment(Frame frame) const { return frames_.count(frame) == 1; }

 private:
  Engine engine_;
  std::multiset<Frame> frames_;
  std::size_t resets_ = 0;
};

bool is_admission_of_ignorance(const Verdict& v) {
  return v.cause->token == "unknown" || v.cause->token == "capture_incomplete";
}

std::string told(const Verdict& v) {
  std::string text = std::string(v.cause->token) + " " + std::to_string(v.confidence) + " " +
                     std::string(to_string(v.basis)) + " " + std::string(to_string(v.mode)) + " " +
                     std::string(to_string(v.origin)) + " " + std::string(to_string(v.state)) +
                     " " + std::to_string(v.trigger) + " " + std::to_string(v.root) + " " +
                     std::to_string(v.idle) + " " + std::to_string(v.bytes_lost);
  for (const Finding& finding : v.evidence)
    text += " " + std::string(finding.clue->name) + "@" + std::to_string(finding.frame);
  for (const Alternative& other : v.alternatives)
    text += " " + std::string(other.cause->token) + "=" + std::to_string(other.confidence);
  return text;
}

void expect_of(const Explained& e, bool kept, const char* promise) {
  if (!kept) {
    std::fprintf(stderr, "frame %u, revised %u, copy of %u: %s\n", e.frame(), e.revised,
                 e.duplicate_of, told(e.verdict).c_str());
  }
  expect(kept, promise);
}

void check_evidence(const Explained& e, const Observer& all) {
  const Verdict& v = e.verdict;
  const Frame latest = std::max(e.frame(), e.revised);
  expect(!v.evidence.empty(), "no verdict without evidence");
  bool elsewhere = false;
  for (const Finding& finding : v.evidence) {
    expect_of(e, all.saw(finding.frame), "evidence is in frames that exist");
    expect_of(e, finding.frame <= latest, "evidence is not in the future unless revised");
    elsewhere = elsewhere || finding.frame != e.frame();
  }
  // What the RST itself states needs no other frame.
  const bool needs_more = !is_admission_of_ignorance(v) && v.basis != Basis::declared;
  if (needs_more && all.is_of_one_segment(e.frame()))
    expect_of(e, elsewhere, "the RST's own frame suffices for ignorance alone");
  for (const Frame frame : {v.trigger, v.root, e.revised, e.duplicate_of}) {
    expect_of(e, frame == 0 || all.saw(frame), "links lead to frames that exist");
  }
  expect_of(e, v.trigger <= latest && v.root <= latest && e.duplicate_of < e.frame(),
            "links are not into the future");
}

void check_probabilities(const Verdict& v) {
  expect(v.confidence >= 1 && v.confidence <= 99, "nothing is certain, nothing impossible");
  int sum = v.confidence, before = 100;
  for (const Alternative& other : v.alternatives) {
    expect(other.confidence >= 2 && other.confidence <= before, "alternatives are ranked");
    expect(other.cause != v.cause, "an alternative is another cause");
    before = other.confidence;
    sum += other.confidence;
  }
  expect(sum <= 100, "probabilities sum to at most 100");
  expect(v.alternatives.size() <= 6, "there are at most six alternatives");
}

void check_words(const Explained& e, const Observer& all) {
  const Report report = report_on(all.engine(), e);
  const std::string json = to_json(report, "fuzz");
  expect(test::JsonReader::accepts(json), "JSON is JSON");
  for (const char c : json) {
    const auto octet = static_cast<unsigned char>(c);
    expect(octet >= 0x20 && octet != 0x7F, "JSON is printable");
  }
  for (const char c : to_csv(report, "fuzz"))
    expect(static_cast<unsigned char>(c) >= 0x20 && c != 0x7F, "CSV is printable");
  if (e.reset.declared.text.empty())
    expect(report.summary.find('{') == std::string::npos, "sentences have no holes");
  for (const std::string& sentence : e.context)
    expect(fuzz::is_printable_ascii(sentence), "context is printable");
}

std::string told(const Observer& all) {
  std::string text;
  for (const Explained& e : all.explained()) {
    text += std::to_string(e.frame()) + " " + told(e.verdict) + " " + std::to_string(e.revised) +
            " " + std::to_string(e.duplicate_of) + "\n";
  }
  return text;
}

void expect_same(const std::string& left, const std::string& right, const char* promise) {
  if (left != right) std::fprintf(stderr, "%s---\n%s", left.c_str(), right.c_str());
  expect(left == right, promise);
}

bool rests_on(const Verdict& v, const Clue* clue) {
  return std::any_of(v.evidence.begin(), v.evidence.end(),
                     [&](const Finding& f) { return f.clue == clue; });
}

bool needs(const Cause& cause, const Clue* clue) {
  return std::find(cause.needs.begin(), cause.needs.end(), clue) != cause.needs.end();
}

/// Without the frame that alone shows what a cause needs, that cause is not surer.
void check_removal(const Explained& e, const Finding& finding, const Observer& less) {
  for (const Explained& again : less.explained()) {
    if (again.frame() != e.frame() || again.from() != e.from()) continue;
    const Verdict& v = again.verdict;
    if (v.cause != e.verdict.cause || rests_on(v, finding.clue)) return;
    if (v.confidence > e.verdict.confidence) {
      std::fprintf(stderr, "frame %u, without %s of frame %u: %s\n  before: %s\n", e.frame(),
                   std::string(finding.clue->name).c_str(), finding.frame, told(v).c_str(),
                   told(e.verdict).c_str());
    }
    expect(v.confidence <= e.verdict.confidence, "less evidence makes nothing surer");
    return;
  }
}

void take_a_frame_away(const Observer& all, const fuzz::Conversation& conversation,
                       std::uint8_t choice) {
  std::vector<std::pair<const Explained*, const Finding*>> choices;
  for (const Explained& e : all.explained()) {
    if (is_admission_of_ignorance(e.verdict)) continue;
    for (const Finding& finding : e.verdict.evidence)
      if (finding.frame != e.frame() && needs(*e.verdict.cause, finding.clue))
        choices.emplace_back(&e, &finding);
  }
  if (choices.empty()) return;
  const auto& [e, finding] = choices[choice % choices.size()];
  check_removal(*e, *finding, Observer(conversation, {.without = finding->frame}));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size < 4 || size > 4096) return 0;
  const fuzz::Script script(data + 1, size - 1);
  const fuzz::Conversation plain(script);
  const Observer all(plain);
  if (all.resets() == 0) return 0;

  expect(all.explained().size() == all.resets(), "every reset has its verdict");
  for (const Explained& e : all.explained()) {
    check_evidence(e, all);
    check_probabilities(e.verdict);
    check_words(e, all);
  }
  // One question more for each input: the fuzzer has many inputs.
  if (data[0] % 8 == 7)
    expect_same(told(all), told(Observer(plain, {.packing = true})), "packing changes nothing");
  switch (data[0] % 3) {
    case 0: {
      const fuzz::Conversation shifted(script, 0x7FFF'FF00U, 0xBFFF'F000U);
      if (!plain.has_absolute_numbers() && !shifted.has_absolute_numbers()) {
        expect_same(told(all), told(Observer(shifted)), "initial numbers do not matter");
      }
      break;
    }
    case 1: {
      const fuzz::Conversation mirrored(script, 0, 0, true);
      expect_same(told(all), told(Observer(mirrored)), "names of hosts do not matter");
      break;
    }
    default:
      take_a_frame_away(all, plain, data[0] / 3);
  }
  return 0;
}
