// SPDX-License-Identifier: GPL-2.0-or-later
#include "engine/tell/report.h"

#include <algorithm>

#include "engine/judge/clues/capture.h"
#include "engine/judge/clues/patience.h"
#include "engine/judge/forgery/tampering.h"
#include "engine/tell/clock.h"
#include "engine/tell/words.h"

namespace rstcause {
namespace {

/// What the application's last words suggest, which is more than any cause can know. Not where
/// somebody else ended the connection, nor for a follow-up, whose root has it.
std::string_view remedy_for(const Explained& reset) {
  const bool by_an_end = reset.verdict.origin != Origin::middlebox && reset.verdict.root == 0;
  return by_an_end ? reset.remedy : std::string_view{};
}

/// Keepalives keep no connection that has grown too old.
std::string advice_on_age(const Scene& scene, const Verdict& verdict) {
  const bool ended = verdict.root == 0 && verdict.cause->ends_connection;
  const Answer explains = clues::age_explains.ask(scene);
  if (!ended || verdict.mode == Mode::forged || !explains.is_yes()) return {};
  std::string text = "It ended " + rough_time_text(explains.a) + " after its SYN: look for a ";
  text += "limit on the age of connections at either end or on the path, for which no keepalive ";
  text += "helps";
  const auto known = limits_matching(explains.a, ports_of(scene.flow));
  for (const std::string& limit : known) text += (&limit == known.data() ? " (" : ", ") + limit;
  return text + (known.empty() ? "." : ").");
}

/// It only says which frame this is, and another sentence says more of that frame.
bool adds_nothing(const Finding& finding, const std::vector<Finding>& evidence) {
  return finding.clue == &clues::is_a_reset &&
         std::any_of(evidence.begin(), evidence.end(), [&](const Finding& other) {
           return other.clue != finding.clue && other.frame == finding.frame;
         });
}

/// One line a frame: a reader jumps to it once and then reads all that it proves.
std::vector<Report::Evidence> evidence_of(const Verdict& verdict, const Words& words,
                                          const FrameOrder& order) {
  std::vector<Report::Evidence> told;
  for (const Finding& finding : verdict.evidence) {
    const Frame number = order.number_of(finding.frame);
    if (number == 0 || adds_nothing(finding, verdict.evidence)) continue;
    const bool same = !told.empty() && told.back().frame == number;
    if (!same) told.push_back({number, {}});
    told.back().sentences.push_back(words.sentence(finding));
  }
  return told;
}

/// For what its connection was: the address and port of the end that was connected to.
std::string service_of(const Flow& flow) {
  for (const End end : {End::a, End::b})
    if (flow.is_server(end)) return to_string(flow.address(end), flow.port(end));
  return {};
}

/// A RST without a time stamp tells no time and no span, however the frames around it lie.
void add_times(const ReportSource& source, Report& report) {
  const Reset& reset = source.reset.reset;
  if (!reset.timed) return;
  report.time = time_in_file(reset.time, source.epoch);
  if (source.reset.verdict.idle > 0) report.idle = source.reset.verdict.idle;
  report.age = source.scene.flow.age(reset.time);
}

}  // namespace

Report report_on(const ReportSource& source) {
  const Explained& reset = source.reset;
  const Scene& scene = source.scene;
  const Flow& flow = scene.flow;
  const Verdict& verdict = reset.verdict;
  const Words words(reset, flow, source.order);

  Report report;
  report.reset = &reset;
  report.src = to_string(flow.address(reset.from()));
  report.dst = to_string(flow.address(other(reset.from())));
  report.sport = flow.port(reset.from());
  report.dport = flow.port(other(reset.from()));
  report.service = service_of(flow);
  report.reason = verdict.cause->token;
  report.title = verdict.cause->title;
  report.page = "plugin/docs/causes/" + std::string(report.reason) + ".md";
  report.stream_reason = source.first_cause;
  report.basis = to_string(verdict.basis);
  report.origin = to_string(verdict.origin);
  report.mode = to_string(verdict.mode);
  report.state = to_string(verdict.state);
  if (verdict.variant != nullptr) {
    report.detail = verdict.variant->detail;
    report.detail_words = verdict.variant->words;
  }
  const Word& word = reset.reset.word;
  report.kernel_reason = word.reason.empty() ? verdict.kernel_reason : word.reason.view();
  report.process = word.comm.view();
  report.pid = word.pid;
  report.netstat = verdict.netstat;
  report.stack = to_string(verdict.stack);
  report.stack_shown = words.stack();
  report.severity = verdict.cause->severity;
  report.benign = verdict.benign;
  report.ignored = source.order.number_of(source.order.shown(reset.reset.ignored));
  report.summary = words.summary();
  report.notes = words.notes();
  report.remedy = remedy_for(reset);
  report.advice = std::string(report.remedy) + (report.remedy.empty() ? "" : " ") + words.advice();
  add_times(source, report);
  report.timers = matching(source.timers, verdict.idle, ports_of(flow));
  report.evidence = evidence_of(verdict, words, source.order);
  for (const Alternative& other : verdict.alternatives) {
    report.alternatives.push_back(
        {other.cause->token, other.cause->title, other.confidence, words.apart(*other.cause)});
  }
  if (const std::string on_age = advice_on_age(scene, verdict); !on_age.empty()) {
    const bool only = verdict.variant != nullptr && verdict.variant->clue == &clues::age_explains;
    report.advice = only ? on_age : on_age + " " + report.advice;
  }
  report.testimonies = forgery::examine(scene);
  for (forgery::Testimony& told : report.testimonies)
    told.answer.frame = source.order.number_of(source.order.shown(told.answer.frame));
  report.fingerprint = forgery::fingerprint_of(scene);
  report.tampering = forgery::tampering_class(scene);
  return report;
}

Explained as_read(Explained reset, const FrameOrder& order) {
  for (Frame* const frame :
       {&reset.verdict.trigger, &reset.verdict.root, &reset.verdict.stack_frame, &reset.own_frame,
        &reset.duplicate_of, &reset.revised, &reset.last_ping, &reset.last_pong})
    *frame = order.number_of(*frame);
  return reset;
}

void write_out_testimonies(const Flow& flow, const FrameOrder& order, Report& report) {
  const Words words(*report.reset, flow, order);
  for (const forgery::Testimony& told : report.testimonies) {
    const Finding finding{told.clue, told.answer.frame, told.answer.a, told.answer.b};
    report.testimony_texts.push_back(told.clue != nullptr ? words.sentence(finding)
                                                          : "unknown: " + std::string(told.why));
  }
}

}  // namespace rstcause
