// SPDX-License-Identifier: GPL-2.0-or-later
//
// moment_pcap [-v] CAPTURE...
//
// Whether verdicts are a function of what was seen. Of each capture:
//   again   every verdict is weighed once more at the end: cause, confidence and lost octets may
//           not change;
//   behind  for each reset the segment before it in its connection is put right behind it, its
//           time stamp kept: cause, confidence, evidence and lost octets may not change.
// Prints the resets and those that hold, of all captures; with -v each that does not. Exit status
// 1 where a verdict is another one when it is weighed again, or a file cannot be read.
#include <algorithm>
#include <cstdio>
#include <exception>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "engine/engine.h"
#include "engine/judge/classify.h"
#include "support/pcap_file.h"

namespace {

using namespace rstcause;
using Events = std::vector<test::PcapFile::Event>;

struct Count {
  unsigned resets = 0, same = 0;

  void add(bool is_same) {
    ++resets;
    same += is_same ? 1U : 0U;
  }
};

struct Counts {
  Count again, behind, cause_behind;
};

/// Each frame of a capture by the number that it has where nothing was moved.
class Numbers {
 public:
  explicit Numbers(Frame last) : original_(last + 1) {
    for (Frame frame = 0; frame <= last; ++frame) original_[frame] = frame;
  }
  void exchange(Frame one, Frame two) { std::swap(original_[one], original_[two]); }
  Frame operator()(Frame frame) const { return original_[frame]; }

 private:
  std::vector<Frame> original_;
};

/// Cause, confidence, loss and evidence.
std::string content_of(const Verdict& verdict, const Numbers& numbers) {
  std::vector<std::string> told;
  for (const Finding& finding : verdict.evidence)
    told.push_back(std::string(finding.clue->name) + "@" + std::to_string(numbers(finding.frame)));
  std::sort(told.begin(), told.end());
  std::string text = std::string(verdict.cause->token) + " " + std::to_string(verdict.confidence) +
                     "% " + std::to_string(verdict.bytes_lost) + " lost";
  for (const std::string& sentence : told) text += " " + sentence;
  return text;
}

std::string cause_and_loss_of(const Verdict& verdict) {
  return std::string(verdict.cause->token) + " " + std::to_string(verdict.bytes_lost);
}

void feed(Engine& engine, const Events& events) {
  for (const auto& event : events)
    std::visit([&](const auto& seen) { engine.observe(seen); }, event);
}

bool is_of_one_connection(const Tuple& one, const Tuple& two) {
  const bool along = one.sport == two.sport && one.src == two.src;
  return along ? one.dport == two.dport && one.dst == two.dst
               : one.sport == two.dport && one.src == two.dst && one.dport == two.sport &&
                     one.dst == two.src;
}

/// Where the segment before that reset stands in its connection, if there is one and it is none.
std::optional<std::size_t> segment_before(const Events& events, std::size_t reset) {
  const auto& rst = std::get<Segment>(events[reset]);
  for (std::size_t at = reset; at-- > 0;) {
    const auto* const before = std::get_if<Segment>(&events[at]);
    if (before == nullptr || !is_of_one_connection(before->tuple, rst.tuple)) continue;
    return before->rst ? std::nullopt : std::optional(at);
  }
  return std::nullopt;
}

void number_anew(Events& events) {
  Frame frame = 0;
  for (auto& event : events) std::visit([&](auto& seen) { seen.frame = ++frame; }, event);
}

class Check {
 public:
  Check(const char* path, bool verbose) : path_(path), verbose_(verbose) {}

  void run(Counts& counts) {
    const test::PcapFile file(path_);
    Events events = file.events();
    number_anew(events);  // what is not TCP counts for nothing here
    const Numbers as_captured(static_cast<Frame>(events.size()));
    Engine engine;
    feed(engine, events);
    for (std::size_t index = 0; index < engine.explained().size(); ++index)
      if (engine.explained()[index].duplicate_of == 0) weigh_again(engine, index, counts);
    for (const Explained& made : engine.explained())
      if (made.duplicate_of == 0) put_behind(events, made, as_captured, counts);
  }

 private:
  void tell(const char* what, Frame frame, const std::string& now, const std::string& was) const {
    if (verbose_)
      std::printf("%s %s %u: %s\n    was: %s\n", path_, what, frame, now.c_str(), was.c_str());
  }

  void weigh_again(Engine& engine, std::size_t index, Counts& counts) const {
    const Verdict now = engine.weigh_again(index);
    const Explained& made = engine.explained()[index];
    const bool same = is_told_alike(now, made.verdict);
    counts.again.add(same);
    if (same) return;
    const Numbers numbers(made.frame() + 1000);
    tell("again", made.frame(), content_of(now, numbers), content_of(made.verdict, numbers));
  }

  void put_behind(const Events& events, const Explained& made, const Numbers& as_captured,
                  Counts& counts) const {
    const std::size_t reset = made.frame() - 1;
    const std::optional<std::size_t> at = segment_before(events, reset);
    if (!at) return;
    Events moved = events;
    const auto first = moved.begin() + static_cast<std::ptrdiff_t>(*at);
    std::rotate(first, first + 1, moved.begin() + static_cast<std::ptrdiff_t>(reset) + 1);
    number_anew(moved);
    Numbers numbers(static_cast<Frame>(moved.size()));
    for (std::size_t i = *at; i < reset; ++i)
      numbers.exchange(static_cast<Frame>(i + 1), static_cast<Frame>(i + 2));

    Engine late;
    feed(late, moved);
    const Explained* const again = find(late, static_cast<Frame>(reset));
    const std::string was = content_of(made.verdict, as_captured);
    const std::string now = again == nullptr ? "no verdict" : content_of(again->verdict, numbers);
    counts.behind.add(now == was);
    counts.cause_behind.add(again != nullptr &&
                            cause_and_loss_of(again->verdict) == cause_and_loss_of(made.verdict));
    if (now != was) tell("behind", made.frame(), now, was);
  }

  static const Explained* find(const Engine& engine, Frame frame) {
    for (const Explained& made : engine.explained())
      if (made.frame() == frame) return &made;
    return nullptr;
  }

  const char* path_;
  bool verbose_;
};

void print(const char* what, const Count& count) {
  std::printf("%-20s %u of %u\n", what, count.same, count.resets);
}

}  // namespace

int main(int count, char** arguments) {
  const bool verbose = count > 1 && std::string_view(arguments[1]) == "-v";
  Counts counts;
  bool failed = false;
  for (int i = verbose ? 2 : 1; i < count; ++i) {
    try {
      Check(arguments[i], verbose).run(counts);
    } catch (const std::exception& error) {
      std::fprintf(stderr, "%s\n", error.what());
      failed = true;
    }
  }
  print("again", counts.again);
  print("behind", counts.behind);
  print("behind, cause, loss", counts.cause_behind);
  return failed || counts.again.same != counts.again.resets ? 1 : 0;
}
