// SPDX-License-Identifier: GPL-2.0-or-later
#include "engine/tell/words.h"

#include <algorithm>
#include <cstdio>
#include <iterator>
#include <utility>

#include "app/settings.h"
#include "engine/judge/clues/capture.h"
#include "engine/tell/word_text.h"

namespace rstcause {
namespace {

std::string decimal(double value, int digits, const char* unit) {
  char text[48];
  std::snprintf(text, sizeof text, "%.*f %s", digits, value, unit);
  return text;
}

std::string two_units(Nanos big, const char* big_unit, Nanos small, const char* small_unit) {
  std::string text = std::to_string(big) + " " + big_unit;
  if (small != 0) text += " " + std::to_string(small) + " " + small_unit;
  return text;
}

std::string capitalised(std::string text) {
  if (!text.empty() && text[0] >= 'a' && text[0] <= 'z')
    text[0] = static_cast<char>(text[0] - 'a' + 'A');
  return text;
}

std::string times_text(std::int64_t count) {
  if (count == 1) return "once";
  return count == 2 ? "twice" : std::to_string(count) + " times";
}

std::string routers_text(std::int64_t count) {
  return std::to_string(count) + (count == 1 ? " router" : " routers");
}

std::string_view summary_template(const Verdict& v) {
  if (!v.may_be_linux && !v.cause->elsewhere.empty()) return v.cause->elsewhere;
  if (v.situation != nullptr && !v.situation->summary.empty()) return v.situation->summary;
  const bool own = v.variant != nullptr && !v.variant->summary.empty();
  return own ? v.variant->summary : v.cause->summary;
}

}  // namespace

std::string time_text(Nanos span) {
  if (span < kMillisecond) return decimal(static_cast<double>(span) / 1e3, 0, "us");
  if (span < kSecond)
    return decimal(static_cast<double>(span) / 1e6, span < 100 * kMillisecond ? 1 : 0, "ms");
  const Nanos seconds = span / kSecond;
  if (seconds < 60) return decimal(static_cast<double>(span) / 1e9, 3, "s");
  if (seconds < 3600) return two_units(seconds / 60, "min", seconds % 60, "s");
  if (seconds < 86400) return two_units(seconds / 3600, "h", seconds / 60 % 60, "min");
  return two_units(seconds / 86400, "d", seconds / 3600 % 24, "h");
}

std::string octets_of(std::uint64_t octets, std::uint64_t all) {
  std::string said = std::to_string(octets);
  if (all != 0) return said + " of " + std::to_string(all) + " octets";
  return said + (octets == 1 ? " octet" : " octets");
}

std::string rough_time_text(Nanos span) {
  if (span < kSecond || span >= 60 * kSecond) return time_text(span);
  return decimal(static_cast<double>(span) / 1e9, 1, "s");
}

std::string Words::advice() const {
  const Cause& cause = *reset_.verdict.cause;
  const Variant* const variant = reset_.verdict.variant;
  if (reset_.verdict.benign && !cause.benign_advice.empty())
    return fill(cause.benign_advice, nullptr);
  const Situation* const situation = reset_.verdict.situation;
  if (situation != nullptr && !situation->advice.empty()) return fill_situation(situation->advice);
  if (!reset_.verdict.may_be_linux && !cause.elsewhere_advice.empty())
    return fill(cause.elsewhere_advice, nullptr);
  if (variant != nullptr && !variant->advice.empty()) return fill(variant->advice, nullptr);
  return fill(cause.advice, nullptr);
}

std::string Words::summary() const {
  const Verdict& v = reset_.verdict;
  return fill_situation(summary_template(v)) + remark_on_word(v, reset_.reset.word);
}

std::vector<std::string> Words::notes() const {
  std::vector<std::string> said;
  if (reset_.duplicate_of != 0)
    said.push_back("A copy of frame " + order_.text(reset_.duplicate_of) + ".");
  if (flow_.role_basis() == RoleBasis::ports)
    said.emplace_back("The handshake was not captured: the ports tell who is the client.");
  const Reset& reset = reset_.reset;
  if (reset_.verdict.basis != Basis::declared && (reset.header_cut || reset.payload_cut))
    said.emplace_back("The capture cut this RST short: a cause that it states itself is not seen.");
  if (const std::size_t gone = left_out(); gone != 0)
    said.push_back("The read filter left out " + std::to_string(gone) +
                   (gone == 1 ? " frame that proves it." : " frames that prove it."));
  return said;
}

std::size_t Words::left_out() const {
  std::size_t gone = 0;
  Frame last = 0;  // Evidence stands in the order of its frames.
  for (const Finding& finding : reset_.verdict.evidence) {
    if (finding.frame != last && order_.number_of(finding.frame) == 0) ++gone;
    last = finding.frame;
  }
  return gone;
}

std::string Words::stack() const {
  const Verdict& v = reset_.verdict;
  if (v.stack == Stack::unknown) return "";
  const Endpoint& x = flow_.at(reset_.from());
  const char* const first = flow_.is_server(reset_.from()) ? "SYN-ACK" : "SYN";
  return capitalised(end_of_connection("x")) + "'s " + first + " has the options, TTL (" +
         std::to_string(x.shape.ttl) + ") and window (" + std::to_string(x.shape.wnd) + ") of " +
         std::string(name_of(v.stack)) + ".";
}

/// Replaces each {name}; a name that is not known stays, so that a test can find it.
std::string Words::fill(std::string_view text, const Finding* finding) const {
  std::string filled;
  while (!text.empty()) {
    const std::size_t open = text.find('{');
    const std::size_t close = open == text.npos ? text.npos : text.find('}', open);
    if (close == text.npos) break;
    filled += text.substr(0, open);
    filled += value_of(text.substr(open + 1, close - open - 1), finding);
    text.remove_prefix(close + 1);
  }
  filled += text;
  return filled;
}

/// With the numbers of the verdict's situation, where it has one.
std::string Words::fill_situation(std::string_view text) const {
  const Verdict& v = reset_.verdict;
  if (v.situation == nullptr) return fill(text, nullptr);
  const Finding numbers{.clue = v.situation->clue, .a = v.situation_a, .b = v.situation_b};
  return fill(text, &numbers);
}

std::string Words::value_of(std::string_view name, const Finding* finding) const {
  if (finding != nullptr) {
    if (name == "a") return std::to_string(finding->a);
    if (name == "b") return std::to_string(finding->b);
    if (name == "a:times") return times_text(finding->a);
    if (name == "a:octets") return octets_of(static_cast<std::uint64_t>(finding->a), 0);
    if (name == "a:routers") return routers_text(finding->a);
    if (name == "b:routers") return routers_text(finding->b);
    if (name == "a:of:b")
      return octets_of(static_cast<std::uint64_t>(finding->a),
                       static_cast<std::uint64_t>(finding->b));
    if (name == "a:time") return time_text(finding->a);
    if (name == "b:time") return time_text(finding->b);
    if (name.starts_with("told:")) return told(name.substr(5), finding->a);
  }
  if (name == "trigger") return trigger();
  if (name == "trigger:The") return capitalised(trigger());
  if (name == "trigger:brief")
    return reset_.verdict.trigger == 0 ? trigger() : "frame " + order_.text(reset_.verdict.trigger);
  if (name == "trigger:frame") return order_.text(reset_.verdict.trigger);
  if (name == "root") return order_.text(reset_.verdict.root);
  if (name == "fin:at") {
    const Frame fin = order_.shown(reset_.reset.habits.x_fin);
    return fin != 0 ? "in frame " + order_.text(fin) : "before (its FIN was not captured)";
  }
  if (name == "fellow:frame") return order_.text(order_.shown(reset_.reset.continues));
  if (name == "fellow:peer") return peer_elsewhere();
  if (name == "fin") return order_.text(order_.shown(reset_.reset.habits.x_fin));
  if (name == "ydata") return order_.text(order_.shown(reset_.reset.habits.y_data));
  if (name == "ydata:in") return last_of_the_peer();
  if (name == "words") return reset_.last_words.empty() ? "that it ends" : reset_.last_words;
  if (name.starts_with("setting:")) return setting(name.substr(8));
  if (name == "xport") return std::to_string(flow_.port(reset_.from()));
  if (name == "yport") return std::to_string(flow_.port(other(reset_.from())));
  if (name == "declared") return reset_.reset.declared.text;
  if (name == "word") return text_of(reset_.reset.word);
  if (name == "rst") return order_.text(reset_.frame());
  if (name == "idle") return time_text(reset_.verdict.idle);
  if (name == "age") return rough_time_text(flow_.age(reset_.time()).value_or(0));
  if (name == "after") return after();
  if (name == "carried") return carried();
  if (name == "missing") return missing();
  return end_of_connection(name);
}

std::string Words::last_of_the_peer() const {
  const Frame last = order_.shown(reset_.reset.habits.y_data);
  return last != 0 ? " (last in frame " + order_.text(last) + ")" : " (not captured)";
}

std::string Words::setting(std::string_view which) const {
  using app::Settings;
  static constexpr std::pair<std::string_view, std::string_view Settings::*> kKinds[] = {
      {"idle", &Settings::idle},   {"login", &Settings::login}, {"slow", &Settings::slow},
      {"probe", &Settings::probe}, {"send", &Settings::send},   {"limit", &Settings::limit}};
  const auto* const kind = std::find_if(std::begin(kKinds), std::end(kKinds),
                                        [&](const auto& known) { return known.first == which; });
  if (kind == std::end(kKinds)) return "{setting:" + std::string(which) + "}";
  const std::string_view names =
      app::settings_of(reset_.protocol, reset_.web_server).*(kind->second);
  return names.empty() ? "" : " (" + std::string(names) + ")";
}

std::string Words::told(std::string_view part, std::int64_t role) const {
  if (reset_.reset.icmp == nullptr || role < 0 || role >= IcmpEvidence::kRoles) return "a router";
  const IcmpError& error = reset_.reset.icmp->of(static_cast<IcmpEvidence::Role>(role));
  if (part == "by") return to_string(error.from);
  if (part == "target") return to_string(error.quoted.dst, error.quoted.dport);
  return "ICMP " + to_string(error);
}

std::string Words::end_of_connection(std::string_view name) const {
  const bool at = name.ends_with(":at");
  const std::string_view who = at ? name.substr(0, name.size() - 3) : name;
  if (who != "x" && who != "y" && who != "X" && who != "Y") return "{" + std::string(name) + "}";
  const End end = who == "x" || who == "X" ? reset_.from() : other(reset_.from());
  const std::string address = to_string(flow_.address(end), flow_.port(end));
  std::string text = role(end);
  if (text.empty())
    text = address;
  else if (at)
    text += " (" + address + ")";
  return who == "X" || who == "Y" ? capitalised(text) : text;
}

/// The other end of the connection of other addresses to which this one belongs.
std::string Words::peer_elsewhere() const {
  const Flow* const fellow = flow_.fellow(reset_.reset.fellow);
  if (fellow == nullptr) return "another address";
  const auto is_here = [&](End end) {
    return (fellow->address(end) == flow_.address(End::a) &&
            fellow->port(end) == flow_.port(End::a)) ||
           (fellow->address(end) == flow_.address(End::b) &&
            fellow->port(end) == flow_.port(End::b));
  };
  const End far = is_here(End::a) ? End::b : End::a;
  return to_string(fellow->address(far), fellow->port(far));
}

std::string Words::role(End end) const {
  if (flow_.is_client(end)) return "the client";
  return flow_.is_server(end) ? "the server" : "";
}

std::string Words::trigger() const {
  const Verdict& v = reset_.verdict;
  if (v.trigger == 0) return "an uncaptured segment";
  const std::string in_frame = " (frame " + order_.text(v.trigger) + ")";
  if (v.trigger == order_.shown(flow_.heartbeat)) return "the PING" + in_frame;
  switch (v.trigger_kind) {
    case TriggerKind::syn:
      return "the SYN" + in_frame;
    case TriggerKind::syn_ack:
      return "the SYN-ACK" + in_frame;
    case TriggerKind::fin:
      return "the FIN" + in_frame;
    case TriggerKind::pure_ack:
      return "the ACK" + in_frame;
    case TriggerKind::data:
      return "the data (" + std::to_string(v.trigger_len) +
             (v.trigger_len == 1 ? " octet" : " octets") + ", frame " + order_.text(v.trigger) +
             ")";
    case TriggerKind::reset:
      return "the RST" + in_frame;
    case TriggerKind::odd:
    case TriggerKind::none:
      break;
  }
  return "the segment" + in_frame;
}

std::string Words::after() const {
  const bool answered = reset_.last_pong > reset_.last_ping ||
                        (reset_.last_pong != 0 && reset_.last_pong == reset_.last_ping);
  if (!answered || reset_.outstanding.value_or(1) != 0) return "";
  const bool last =
      reset_.last_pong >= flow_.at(End::a).data && reset_.last_pong >= flow_.at(End::b).data;
  if (!last) return "";
  return flow_.is_client(reset_.from()) ? " right after its PING was answered by PONG"
                                        : " right after it had answered PING by PONG";
}

std::string Words::carried() const {
  const std::uint32_t octets = reset_.reset.len;
  if (octets == 0) return "";
  return " but the " + std::to_string(octets) + " that the RST itself carries";
}

std::string Words::missing() const {
  if (reset_.reset.form == Form::reply_to_no_ack && reset_.verdict.trigger == 0)
    return "the SYN (or the odd segment) that it refuses was not captured";
  for (const Finding& f : reset_.verdict.evidence) {
    if (f.clue == &clues::nothing_was_seen_before)
      return "it is the first frame of its connection in the capture";
    if (f.clue == &clues::peer_was_not_seen)
      return "only the direction of " + end_of_connection("x") + " was captured";
    if (f.clue == &clues::resetter_was_not_seen)
      return "nothing that " + end_of_connection("x") + " sent before was captured";
  }
  return "segments before it were not captured";
}

}  // namespace rstcause
