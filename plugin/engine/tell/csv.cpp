// SPDX-License-Identifier: GPL-2.0-or-later
#include "engine/tell/csv.h"

#include <iterator>

#include "engine/tell/clock.h"

namespace rstcause {
namespace {

/// RFC 4180, 2: quoted where it holds a comma, a quote or a line's end.
std::string field(std::string_view text) {
  if (text.find_first_of("\",\r\n") == text.npos) return std::string(text);
  std::string quoted = "\"";
  for (const char c : text) {
    if (c == '"') quoted += '"';
    quoted += c;
  }
  return quoted + "\"";
}

/// A spreadsheet takes what begins so for a formula and reckons it, whoever wrote it: an apostrophe
/// makes text of it.
std::string inert(std::string_view text) {
  const bool formula = !text.empty() && std::string_view("=+-@").find(text.front()) != text.npos;
  return (formula ? "'" : "") + std::string(text);
}

std::string frame(Frame number) {
  return number == 0 ? "" : std::to_string(number);
}

template <typename Items, typename Write>
std::string joined(const Items& items, Write write) {
  std::string text;
  for (const auto& item : items) {
    if (!text.empty()) text += ";";
    text += write(item);
  }
  return text;
}

struct Column {
  std::string_view name;
  std::string (*value)(const Report&, std::string_view file);
};

const Verdict& verdict(const Report& r) {
  return r.reset->verdict;
}

/// The words of the tests of authenticity, "ttl:against;ip_id:unknown;...".
std::string words_of_tests(const Report& r) {
  std::string text;
  for (std::size_t i = 0; i < forgery::kTests; ++i) {
    if (i != 0) text += ";";
    text += forgery::tests()[i].name;
    text += ":";
    text += forgery::to_string(r.testimonies[i].word);
  }
  return text;
}

/// The keys of the JSON form, in its order. What this version does not tell stays empty.
constexpr Column kColumns[] = {
    {"schema", [](const Report&, std::string_view) { return std::string("1"); }},
    {"file", [](const Report&, std::string_view file) { return inert(file); }},
    {"frame", [](const Report& r, std::string_view) { return std::to_string(r.reset->frame()); }},
    {"time", [](const Report& r, std::string_view) { return r.time ? iso_time(*r.time) : ""; }},
    {"stream",
     [](const Report& r, std::string_view) {
       return r.reset->has_stream ? std::to_string(r.reset->stream) : "";
     }},
    {"src", [](const Report& r, std::string_view) { return r.src; }},
    {"sport", [](const Report& r, std::string_view) { return std::to_string(r.sport); }},
    {"dst", [](const Report& r, std::string_view) { return r.dst; }},
    {"dport", [](const Report& r, std::string_view) { return std::to_string(r.dport); }},
    {"reason", [](const Report& r, std::string_view) { return std::string(r.reason); }},
    {"title", [](const Report& r, std::string_view) { return std::string(r.title); }},
    {"confidence",
     [](const Report& r, std::string_view) { return std::to_string(verdict(r).confidence); }},
    {"basis", [](const Report& r, std::string_view) { return std::string(r.basis); }},
    {"origin", [](const Report& r, std::string_view) { return std::string(r.origin); }},
    {"mode",
     [](const Report& r, std::string_view) {
       return verdict(r).mode == Mode::unknown ? "" : std::string(r.mode);
     }},
    {"state", [](const Report& r, std::string_view) { return std::string(r.state); }},
    {"trigger", [](const Report& r, std::string_view) { return frame(verdict(r).trigger); }},
    {"evidence",
     [](const Report& r, std::string_view) {
       return joined(r.evidence, [](const Report::Evidence& e) { return std::to_string(e.frame); });
     }},
    {"alternatives",
     [](const Report& r, std::string_view) {
       return joined(r.alternatives, [](const Report::Alternative& a) {
         return std::string(a.reason) + ":" + std::to_string(a.confidence);
       });
     }},
    {"root", [](const Report& r, std::string_view) { return frame(verdict(r).root); }},
    {"duplicate_of",
     [](const Report& r, std::string_view) { return frame(r.reset->duplicate_of); }},
    {"detail", [](const Report& r, std::string_view) { return std::string(r.detail); }},
    {"kernel_reason", [](const Report& r, std::string_view) { return r.kernel_reason; }},
    {"netstat", [](const Report& r, std::string_view) { return std::string(r.netstat); }},
    {"process", [](const Report& r, std::string_view) { return inert(r.process); }},
    {"pid",
     [](const Report& r, std::string_view) { return r.pid == 0 ? "" : std::to_string(r.pid); }},
    {"stack", [](const Report& r, std::string_view) { return std::string(r.stack); }},
    {"idle", [](const Report& r, std::string_view) { return r.idle ? seconds_text(*r.idle) : ""; }},
    {"age", [](const Report& r, std::string_view) { return r.age ? seconds_text(*r.age) : ""; }},
    {"timer",
     [](const Report& r, std::string_view) {
       return joined(r.timers, [](const std::string& s) { return s; });
     }},
    {"bytes_lost",
     [](const Report& r, std::string_view) { return std::to_string(verdict(r).bytes_lost); }},
    {"benign",
     [](const Report& r, std::string_view) { return std::string(r.benign ? "true" : "false"); }},
    {"context",
     [](const Report& r, std::string_view) {
       return joined(r.reset->context, [](const std::string& s) { return s; });
     }},
    {"declared",
     [](const Report& r, std::string_view) { return inert(r.reset->reset.declared.text); }},
    {"forged", [](const Report& r, std::string_view) { return words_of_tests(r); }},
    {"fingerprint",
     [](const Report& r, std::string_view) {
       return r.fingerprint == nullptr ? "" : std::string(r.fingerprint->name);
     }},
    {"tampering", [](const Report& r, std::string_view) { return r.tampering; }},
    {"revised", [](const Report& r, std::string_view) { return frame(r.reset->revised); }},
    {"ignored", [](const Report& r, std::string_view) { return frame(r.ignored); }},
    {"summary", [](const Report& r, std::string_view) { return r.summary; }},
    {"notes",
     [](const Report& r, std::string_view) {
       return joined(r.notes, [](const std::string& s) { return s; });
     }},
    {"advice", [](const Report& r, std::string_view) { return r.advice; }},
};

template <typename Write>
std::string line(Write write) {
  std::string text;
  for (const Column& column : kColumns) {
    if (&column != kColumns) text += ",";
    text += field(write(column));
  }
  return text;
}

}  // namespace

std::string csv_header() {
  return line([](const Column& c) { return std::string(c.name); });
}

std::string to_csv(const Report& report, std::string_view file) {
  return line([&](const Column& c) { return c.value(report, file); });
}

std::string csv_total(std::uint64_t resets) {
  return "total," + std::to_string(resets) + std::string(std::size(kColumns) - 2, ',');
}

}  // namespace rstcause
