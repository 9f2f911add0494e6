// SPDX-License-Identifier: GPL-2.0-or-later
#include "engine/tell/json.h"

#include "engine/tell/clock.h"
#include "engine/tell/json_text.h"

namespace rstcause {
namespace {

std::string evidence(const Report& report) {
  return json_array(report.evidence, [](const Report::Evidence& e) {
    JsonObject o;
    o.number("frame", e.frame);
    std::string text;
    for (const std::string& sentence : e.sentences) text += (text.empty() ? "" : " ") + sentence;
    o.string("text", text);
    return o.text();
  });
}

std::string alternatives(const Report& report) {
  return json_array(report.alternatives, [](const Report::Alternative& a) {
    JsonObject o;
    o.string("reason", a.reason);
    o.number("confidence", a.confidence);
    return o.text();
  });
}

std::string testimonies(const Report& report) {
  JsonObject o;
  for (std::size_t i = 0; i < forgery::kTests; ++i)
    o.string(forgery::tests()[i].name, forgery::to_string(report.testimonies[i].word));
  return o.text();
}

}  // namespace

std::string to_json(const Report& report, std::string_view file) {
  const Explained& reset = *report.reset;
  const Verdict& verdict = reset.verdict;
  constexpr std::size_t kUsual = 2000;
  JsonObject o(kUsual);
  o.number("schema", 1);
  o.string("file", file);
  o.number("frame", reset.frame());
  if (report.time) o.string("time", iso_time(*report.time));
  if (reset.has_stream) o.number("stream", reset.stream);
  o.string("src", report.src);
  o.number("sport", report.sport);
  o.string("dst", report.dst);
  o.number("dport", report.dport);
  o.string("reason", report.reason);
  o.string("title", report.title);
  o.number("confidence", verdict.confidence);
  o.string("basis", report.basis);
  o.string("origin", report.origin);
  if (verdict.mode != Mode::unknown) o.string("mode", report.mode);
  o.string("state", report.state);
  o.frame("trigger", verdict.trigger);
  o.raw("evidence", evidence(report));
  if (!report.alternatives.empty()) o.raw("alternatives", alternatives(report));
  o.frame("root", verdict.root);
  o.frame("duplicate_of", reset.duplicate_of);
  o.string("detail", report.detail);
  o.string("kernel_reason", report.kernel_reason);
  o.string("netstat", report.netstat);
  o.string("process", report.process);
  if (report.pid != 0) o.number("pid", report.pid);
  o.string("stack", report.stack);
  if (report.idle) o.raw("idle", seconds_text(*report.idle));
  if (report.age) o.raw("age", seconds_text(*report.age));
  if (!report.timers.empty()) o.raw("timer", json_array(report.timers, json_string));
  o.number("bytes_lost", verdict.bytes_lost);
  o.boolean("benign", report.benign);
  if (!reset.context.empty()) {
    o.raw("context",
          json_array(reset.context, [](const std::string& s) { return json_string(s); }));
  }
  o.string("declared", reset.reset.declared.text);
  o.raw("forged", testimonies(report));
  if (report.fingerprint != nullptr) o.string("fingerprint", report.fingerprint->name);
  o.string("tampering", report.tampering);
  o.frame("revised", reset.revised);
  o.frame("ignored", report.ignored);
  o.string("summary", report.summary);
  if (!report.notes.empty()) o.raw("notes", json_array(report.notes, json_string));
  o.string("advice", report.advice);
  return o.text();
}

std::string json_total(std::uint64_t resets) {
  JsonObject o;
  o.number("schema", 1);
  o.number("total", resets);
  return o.text();
}

}  // namespace rstcause
