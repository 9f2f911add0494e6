// SPDX-License-Identifier: GPL-2.0-or-later
#include "engine/json.h"

#include <cstdio>

#include "engine/clock.h"

namespace rstcause {
namespace {

constexpr std::string_view kReplacement = "\xEF\xBF\xBD";

/// The length of the well-formed UTF-8 sequence at the front (Unicode 15, table 3-7), or 0.
std::size_t utf8_length(std::string_view s) {
  const auto at = [&](std::size_t i) { return static_cast<unsigned char>(s[i]); };
  const auto continues = [&](std::size_t i, unsigned low = 0x80, unsigned high = 0xBF) {
    return i < s.size() && at(i) >= low && at(i) <= high;
  };
  const unsigned lead = at(0);
  if (lead < 0x80) return 1;
  if (lead >= 0xC2 && lead <= 0xDF) return continues(1) ? 2 : 0;
  if (lead >= 0xE0 && lead <= 0xEF) {
    const unsigned low = lead == 0xE0 ? 0xA0 : 0x80, high = lead == 0xED ? 0x9F : 0xBF;
    return continues(1, low, high) && continues(2) ? 3 : 0;
  }
  if (lead >= 0xF0 && lead <= 0xF4) {
    const unsigned low = lead == 0xF0 ? 0x90 : 0x80, high = lead == 0xF4 ? 0x8F : 0xBF;
    return continues(1, low, high) && continues(2) && continues(3) ? 4 : 0;
  }
  return 0;
}

void append_escaped(char c, std::string& to) {
  switch (c) {
    case '"':
      to += "\\\"";
      return;
    case '\\':
      to += "\\\\";
      return;
    case '\n':
      to += "\\n";
      return;
    case '\r':
      to += "\\r";
      return;
    case '\t':
      to += "\\t";
      return;
    default:
      break;
  }
  if (static_cast<unsigned char>(c) >= 0x20 && c != 0x7F) {
    to += c;
    return;
  }
  char text[8];
  std::snprintf(text, sizeof text, "\\u%04x", static_cast<unsigned>(static_cast<unsigned char>(c)));
  to += text;
}

/// Writes the members of one object in order, absent ones left out.
class Object {
 public:
  void string(std::string_view key, std::string_view value) {
    if (!value.empty()) raw(key, json_string(value));
  }
  void number(std::string_view key, std::uint64_t value) { raw(key, std::to_string(value)); }
  void frame(std::string_view key, Frame value) {
    if (value != 0) number(key, value);
  }
  void boolean(std::string_view key, bool value) { raw(key, value ? "true" : "false"); }
  void raw(std::string_view key, const std::string& value) {
    text_ += text_.empty() ? "{" : ",";
    text_ += json_string(key) + ":" + value;
  }
  std::string close() { return text_.empty() ? "{}" : text_ + "}"; }

 private:
  std::string text_;
};

template <typename Items, typename Write>
std::string array(const Items& items, Write write) {
  std::string text = "[";
  for (const auto& item : items) {
    if (text.size() > 1) text += ",";
    text += write(item);
  }
  return text + "]";
}

std::string evidence(const Report& report) {
  return array(report.evidence, [](const Report::Evidence& e) {
    Object o;
    o.number("frame", e.frame);
    std::string text;
    for (const std::string& sentence : e.sentences) text += (text.empty() ? "" : " ") + sentence;
    o.string("text", text);
    return o.close();
  });
}

std::string alternatives(const Report& report) {
  return array(report.alternatives, [](const Report::Alternative& a) {
    Object o;
    o.string("reason", a.reason);
    o.number("confidence", a.confidence);
    return o.close();
  });
}

std::string forged(const Report& report) {
  Object o;
  for (std::size_t i = 0; i < forgery::kTests; ++i)
    o.string(forgery::tests()[i].name, forgery::to_string(report.testimonies[i].word));
  return o.close();
}

}  // namespace

std::string json_string(std::string_view octets) {
  std::string text = "\"";
  while (!octets.empty()) {
    const std::size_t length = utf8_length(octets);
    if (length == 1)
      append_escaped(octets[0], text);
    else if (length != 0)
      text += octets.substr(0, length);
    else
      text += kReplacement;
    octets.remove_prefix(length == 0 ? 1 : length);
  }
  return text + "\"";
}

std::string to_json(const Report& report, std::string_view file) {
  const Explained& reset = *report.reset;
  const Verdict& verdict = reset.verdict;
  Object o;
  o.number("schema", 1);
  o.string("file", file);
  o.number("frame", reset.frame());
  o.string("time", iso_time(reset.time()));
  if (reset.has_stream) o.number("stream", reset.stream);
  o.string("src", report.src);
  o.number("sport", report.sport);
  o.string("dst", report.dst);
  o.number("dport", report.dport);
  o.string("reason", report.reason);
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
  o.raw("idle", seconds_text(verdict.idle));
  if (!report.timers.empty()) o.raw("timer", array(report.timers, json_string));
  o.number("bytes_lost", verdict.bytes_lost);
  o.boolean("benign", report.benign);
  if (!reset.context.empty()) {
    o.raw("context", array(reset.context, [](const std::string& s) { return json_string(s); }));
  }
  o.string("declared", reset.reset.declared.text);
  o.raw("forged", forged(report));
  if (report.fingerprint != nullptr) o.string("fingerprint", report.fingerprint->name);
  o.string("tampering", report.tampering);
  o.frame("revised", reset.revised);
  o.string("summary", report.summary);
  o.string("advice", report.advice);
  return o.close();
}

}  // namespace rstcause
