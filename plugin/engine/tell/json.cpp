// SPDX-License-Identifier: GPL-2.0-or-later
#include "engine/tell/json.h"

#include "engine/tell/clock.h"
#include "engine/tell/field_table.h"
#include "engine/tell/json_text.h"

namespace rstcause {
namespace {

std::string evidence(const Report::Evidence& piece) {
  JsonObject o;
  o.number("frame", piece.frame);
  std::string text;
  for (const std::string& sentence : piece.sentences) text += (text.empty() ? "" : " ") + sentence;
  o.string("text", text);
  return o.text();
}

std::string alternative(const Report::Alternative& other) {
  JsonObject o;
  o.string("reason", other.reason);
  o.number("confidence", other.confidence);
  return o.text();
}

std::string testimonies(const forgery::Testimonies& told) {
  JsonObject o;
  for (std::size_t i = 0; i < forgery::kTests; ++i)
    o.string(forgery::tests()[i].name, forgery::to_string(told[i].word));
  return o.text();
}

/// Writes the value of one key; none is left out.
struct Member {
  JsonObject& o;
  std::string_view key;

  void operator()(std::monostate) const {}
  void operator()(std::string_view text) const { o.string(key, text); }
  void operator()(Quoted quoted) const { o.string(key, quoted.text); }
  void operator()(const NamedToken& named) const { o.string(key, named.token); }
  void operator()(std::uint64_t number) const { o.number(key, number); }
  void operator()(bool flag) const { o.boolean(key, flag); }
  void operator()(Span span) const { o.raw(key, seconds_text(span.nanoseconds)); }
  void operator()(FileTime time) const { o.string(key, iso_time(time)); }
  void operator()(std::span<const std::string> texts) const {
    o.raw(key, json_array(texts, json_string));
  }
  void operator()(std::span<const Report::Evidence> pieces) const {
    o.raw(key, json_array(pieces, evidence));
  }
  void operator()(std::span<const Report::Alternative> others) const {
    o.raw(key, json_array(others, alternative));
  }
  void operator()(const forgery::Testimonies* told) const { o.raw(key, testimonies(*told)); }
};

}  // namespace

std::string to_json(const Report& report, std::string_view file) {
  constexpr std::size_t kUsual = 2000;
  JsonObject o(kUsual);
  const Told told{report, file};
  for (const Field& field : kFields)
    if (!field.key.empty()) std::visit(Member{o, field.key}, field.value(told));
  return o.text();
}

std::string json_total(std::uint64_t resets) {
  JsonObject o;
  o.number("schema", 1);
  o.number("total", resets);
  return o.text();
}

}  // namespace rstcause
