// SPDX-License-Identifier: GPL-2.0-or-later
#include <algorithm>
#include <cstdio>
#include <memory>
#include <string_view>

#include "engine/engine_reports.h"
#include "explain/reading.h"
#include "explain/status.h"
#include "explain/story.h"
#include "glue/stats_output.h"

namespace rstcause::explain {
namespace {

constexpr std::size_t kColumns = 80;

/// Breaks a text between words, each further line behind that indent. A terminal gets no control
/// characters from strangers.
std::string folded(std::string_view text, std::string_view indent) {
  std::string out;
  std::size_t column = 0;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find(' '), text.size());
    if (column != 0 && column + 1 + end > kColumns) {
      out.append("\n").append(indent);
      column = indent.size();
    } else if (column != 0) {
      out += ' ';
      ++column;
    }
    for (const char letter : text.substr(0, end)) {
      const auto octet = static_cast<unsigned char>(letter);
      out += octet < 0x20 || octet == 0x7f ? '?' : letter;
    }
    column += end;
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return out + '\n';
}

std::vector<Frame> frames_of(const Report& report) {
  std::vector<Frame> frames;
  for (const Report::Evidence& evidence : report.evidence) frames.push_back(evidence.frame);
  return frames;
}

std::string verdict_text(const Report& report) {
  const Verdict& verdict = report.reset->verdict;
  const std::string head = "Frame " + std::to_string(report.reset->frame()) + ": " +
                           std::string(report.title) + " (" + std::string(report.reason) + ", " +
                           std::to_string(verdict.confidence) + " %)";
  return folded(head, "") + folded(report.summary, "") + '\n';
}

std::string proof_text(const Report& report) {
  std::string text;
  for (const Report::Evidence& evidence : report.evidence) {
    std::string said = "* frame " + std::to_string(evidence.frame) + ":";
    for (const std::string& sentence : evidence.sentences) said += ' ' + sentence;
    text += folded(said, "  ");
  }
  for (const Report::Alternative& other : report.alternatives) {
    const std::string how = other.text.empty() ? "" : ": " + other.text;
    text += folded(
        "or " + std::string(other.reason) + " (" + std::to_string(other.confidence) + " %)" + how,
        "  ");
  }
  if (!report.advice.empty()) text += '\n' + folded(report.advice, "");
  return text;
}

/// The verdict on that frame's reset with its ladder, or empty: it has none.
std::string story_text(const Reading& reading, const std::string& path, Frame frame) {
  const auto [first, last] = reading.engine.resets_in(frame);
  if (first == last) return {};
  const Report report = report_on(reading.engine, reading.engine.explained()[first]);
  const std::vector<Frame> evidence = frames_of(report);
  const Story story = read_story(path, frame, evidence);
  if (!story.error.empty()) return {};
  return verdict_text(report) + to_text(story, frame, evidence) + '\n' + proof_text(report);
}

int no_story(const std::string& path, const std::string& why) {
  std::fprintf(stderr, "rstcause-explain: %s: %s\n", path.c_str(), why.c_str());
  return kBroken;
}

}  // namespace

int tell_story(const std::string& path, const Options& options) {
  const Frame frame = options.frames.front();
  glue::CheckedStream out(stdout);
  if (options.form == Form::segments) {
    const Story story = read_story(path, frame, {options.frames.begin() + 1, options.frames.end()});
    if (!story.error.empty()) return no_story(path, story.error);
    out.write(to_json(story, frame) + "\n");
  } else {
    const auto reading = std::make_unique<Reading>(path);
    while (reading->next_frame()) {
    }
    const std::string text = story_text(*reading, path, frame);
    if (text.empty()) {
      const std::string& broken = reading->capture.error();
      return no_story(path, broken.empty()
                                ? "no TCP reset that is read here in frame " + std::to_string(frame)
                                : broken);
    }
    out.write(text);
  }
  out.flush();
  return glue::write_failed() ? kCannotWrite : kAllRead;
}

}  // namespace rstcause::explain
