// SPDX-License-Identifier: GPL-2.0-or-later
//
// The functions here call epan, which may longjmp: nothing that owns memory lives on their
// stack. Texts stand in the session while they are shown.
//
// Who reads the tree wants the answer first: the cause, what happened, what to do, what proves it,
// what else it could be, what the application was doing. All else stands in "Details". What says
// nothing of its own is hidden there, and not left out: filters, columns and lists of fields keep
// it.
#include "glue/reset_tree.h"

#include <epan/expert.h>

#include "glue/fields.h"
#include "glue/registration.h"

namespace rstcause::glue {
namespace {

/// Epan cuts a line of the tree at ITEM_LABEL_LENGTH octets. What it leaves whole behind the label
/// of the line and the frame number there.
constexpr std::size_t kLongestInALine = ITEM_LABEL_LENGTH - 1 - 60;

bool fits_into_a_line(std::string_view text) {
  return text.size() <= kLongestInALine;
}

/// How much of a text that is too long for a line stands in the first: to the end of a sentence, or
/// of a part of one.
std::size_t first_line_of(std::string_view text) {
  if (fits_into_a_line(text)) return text.size();
  constexpr std::string_view kEnds[] = {". ", "? ", ": ", ", "};
  for (const std::string_view end : kEnds) {
    const std::size_t found = text.rfind(end, kLongestInALine - end.size());
    if (found != std::string_view::npos) return found + 1;
  }
  return kLongestInALine;
}

/// In as many lines as it takes, which epan would else cut; two parts have a line each.
void add_advice(Canvas on, const Report& report) {
  const char* at = report.advice.c_str();
  std::size_t left = report.advice.size();
  std::size_t line = first_line_of(report.remedy.empty() ? report.advice : report.remedy);
  generated(proto_tree_add_string_format(on.tree, fields().advice, on.tvb, 0, 0, at, "Advice: %.*s",
                                         static_cast<int>(line), at));
  for (left -= line, at += line; left != 0; left -= line, at += line) {
    if (*at == ' ') {
      ++at;
      --left;
    }
    line = first_line_of({at, left});
    proto_item* rest = nullptr;
    proto_tree_add_subtree_format(on.tree, on.tvb, 0, 0, fields().tree_advice, &rest,
                                  "Beside it: %.*s", static_cast<int>(line), at);
    generated(rest);
  }
}

/// Double click on an evidence line jumps to its frame. What else the frame proves stands below.
void add_evidence(Canvas on, const Report& report) {
  for (const Report::Evidence& piece : report.evidence) {
    proto_item* const item = generated(proto_tree_add_uint_format(
        on.tree, fields().evidence, on.tvb, 0, 0, piece.frame, "Evidence: frame %u: %s",
        piece.frame, piece.sentences.front().c_str()));
    const Canvas below = on.below(item, fields().tree_evidence);
    for (const std::string& sentence : piece.sentences) {
      const bool stands_above = &sentence == piece.sentences.data() && fits_into_a_line(sentence);
      hide_if(stands_above, add_text(below, fields().evidence_text, sentence));
    }
  }
}

void add_alternatives(Canvas on, const Report& report) {
  for (const Report::Alternative& other : report.alternatives) {
    proto_item* const item = generated(proto_tree_add_string_format(
        on.tree, fields().alternative, on.tvb, 0, 0, other.reason.data(),
        "Alternative: %s (%s), %u %%", other.title.data(), other.reason.data(), other.confidence));
    const Canvas below = on.below(item, fields().tree_alternative);
    hide_if(true, add_number(below, fields().alternative_confidence, other.confidence));
    add_text(below, fields().alternative_apart, other.text);
  }
}

/// "for" and "against" stand alone, so that a filter finds them; the unknown says why.
const char* word_of(const forgery::Testimony& told, const std::string& text) {
  return told.word == forgery::Word::unknown ? text.c_str() : forgery::to_string(told.word).data();
}

const char* lead_of(forgery::Word word) {
  switch (word) {
    case forgery::Word::speaks_for:
      return "for a forged RST: ";
    case forgery::Word::speaks_against:
      return "against a forged RST: ";
    case forgery::Word::unknown:
      break;
  }
  return "";
}

/// One test of authenticity. A double click on what it found jumps to the frame that shows it.
void add_testimony(Canvas on, const Report& report, std::size_t test) {
  const forgery::Testimony& told = report.testimonies[test];
  const std::string& text = report.testimony_texts[test];
  proto_item* const item = generated(proto_tree_add_string_format(
      on.tree, fields().forged[test], on.tvb, 0, 0, word_of(told, text), "%s: %s%s",
      forgery::tests()[test].title.data(), lead_of(told.word), text.c_str()));
  if (told.word == forgery::Word::unknown) return;
  const Canvas below = on.below(item, fields().tree_test);
  add_frame(below, fields().forged_frame, told.answer.frame);
  hide_if(fits_into_a_line(text), add_text(below, fields().forged_text, text));
}

void add_fingerprint(Canvas on, const forgery::Fingerprint& found) {
  const bool recalled = found.known == forgery::Fingerprint::Known::recalled;
  generated(proto_tree_add_string_format(
      on.tree, fields().fingerprint, on.tvb, 0, 0, found.name.data(), "Fingerprint: %s: %s (%s%s)",
      found.name.data(), found.mark.data(), recalled ? "from memory: " : "", found.source.data()));
}

/// The tests, the known mark if it has one, and the form by which studies of tampering class it:
/// a form that an end's harmless close has, too.
void add_authenticity(Canvas root, const Report& report) {
  proto_item* top = nullptr;
  proto_tree* const tree = proto_tree_add_subtree(root.tree, root.tvb, 0, 0, fields().tree_forgery,
                                                  &top, "Authenticity");
  generated(top);
  const Canvas on{tree, root.tvb};
  for (std::size_t i = 0; i < report.testimony_texts.size(); ++i) add_testimony(on, report, i);
  if (report.fingerprint != nullptr) add_fingerprint(on, *report.fingerprint);
  const bool harmless = report.benign && report.reset->verdict.origin != Origin::middlebox;
  hide_if(harmless, add_text(on, fields().tampering, report.tampering));
}

/// The sender's stack. A double click on what shows it jumps to that frame.
void add_stack(Canvas on, const Report& report) {
  proto_item* const item = add_text(on, fields().stack, report.stack);
  if (item == nullptr) return;
  const Canvas below = on.below(item, fields().tree_stack);
  add_frame(below, fields().stack_frame, report.reset->verdict.stack_frame);
  add_text(below, fields().stack_text, report.stack_shown);
}

/// The form within the reason: its token is the value, what that means the text.
void add_detail(Canvas on, const Report& report) {
  if (report.detail.empty()) return;
  generated(proto_tree_add_string_format(on.tree, fields().detail, on.tvb, 0, 0,
                                         report.detail.data(), "Detail: %s (%s)",
                                         report.detail_words.data(), report.detail.data()));
}

/// What the verdict says beside its cause.
void add_verdict(Canvas on, const Report& report) {
  const Verdict& verdict = report.reset->verdict;
  add_text(on, fields().service, report.service);
  add_text(on, fields().basis, report.basis);
  add_detail(on, report);
  add_text(on, fields().declared, report.reset->reset.declared.text);
  add_text(on, fields().origin, report.origin);
  if (verdict.mode != Mode::unknown) add_text(on, fields().mode, report.mode);
  add_text(on, fields().state, report.state);
  hide_if(!report.benign,
          generated(proto_tree_add_boolean(on.tree, fields().benign, on.tvb, 0, 0, report.benign)));
}

/// The frames beside the evidence, and what their times and octets tell.
void add_surroundings(Canvas on, const Report& report) {
  const Explained& reset = *report.reset;
  add_frame(on, fields().trigger, reset.verdict.trigger);
  add_frame(on, fields().root, reset.verdict.root);
  add_frame(on, fields().duplicate_of, reset.duplicate_of);
  add_frame(on, fields().revised, reset.revised);
  add_frame(on, fields().ignored, report.ignored);
  hide_if(report.stream_reason == report.reason,
          add_text(on, fields().stream_reason, report.stream_reason));
  constexpr Nanos kNoSilence = kSecond / 1000;
  if (report.idle) hide_if(*report.idle < kNoSilence, add_span(on, fields().idle, *report.idle));
  if (report.age) add_span(on, fields().age, *report.age);
  for (const std::string& timer : report.timers) add_text(on, fields().timer, timer);
  hide_if(reset.verdict.bytes_lost == 0,
          generated(proto_tree_add_uint64(on.tree, fields().bytes_lost, on.tvb, 0, 0,
                                          reset.verdict.bytes_lost)));
}

void add_kernel(Canvas on, const Report& report) {
  add_text(on, fields().kernel_reason, report.kernel_reason);
  add_text(on, fields().netstat, report.netstat);
  add_text(on, fields().process, report.process);
  if (report.pid != 0) add_number(on, fields().pid, report.pid);
}

void add_redis(Canvas on, const Explained& reset) {
  add_frame(on, fields().resp_last_ping, reset.last_ping);
  add_frame(on, fields().resp_last_pong, reset.last_pong);
  if (reset.outstanding)
    hide_if(*reset.outstanding == 0, add_number(on, fields().resp_outstanding, *reset.outstanding));
  if (reset.ping_period != 0) add_span(on, fields().resp_ping_period, reset.ping_period);
}

void add_details(Canvas root, const Report& report) {
  proto_item* top = nullptr;
  proto_tree* const tree =
      proto_tree_add_subtree(root.tree, root.tvb, 0, 0, fields().tree_details, &top, "Details");
  generated(top);
  const Canvas on{tree, root.tvb};
  add_text(on, fields().title, report.title);
  add_verdict(on, report);
  add_surroundings(on, report);
  add_kernel(on, report);
  add_stack(on, report);
  add_redis(on, *report.reset);
  add_authenticity(on, report);
  add_text(on, fields().page, report.page);
}

}  // namespace

void add_expert(packet_info* pinfo, proto_item* item, const Report& report) {
  if (expert_field* const expert = expert_of(*report.reset->verdict.cause))
    expert_add_info(pinfo, item, expert);
}

void add_reset(Canvas root, packet_info* pinfo, const Report& report) {
  proto_item* const top = generated(proto_tree_add_protocol_format(
      root.tree, registered().proto, root.tvb, 0, 0, "TCP Reset Cause: %s (%s), %u %%",
      report.title.data(), report.reason.data(), report.reset->verdict.confidence));
  const Canvas on = root.below(top, fields().tree);
  // What to filter by; its expert info lends it and the line above the colour of its severity.
  add_expert(pinfo, add_text(on, fields().reason, report.reason), report);
  add_number(on, fields().confidence, report.reset->verdict.confidence);
  add_text(on, fields().summary, report.summary);
  for (const std::string& note : report.notes) add_text(on, fields().note, note);
  add_advice(on, report);
  add_evidence(on, report);
  add_alternatives(on, report);
  for (const std::string& sentence : report.reset->context)
    add_text(on, fields().context, sentence);
  add_details(on, report);
}

}  // namespace rstcause::glue
