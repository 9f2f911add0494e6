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

#include <variant>

#include <epan/expert.h>

#include "engine/tell/lines.h"
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

std::size_t first_line_of_advice(std::string_view text) {
  return first_line_of(text, kLongestInALine);
}

/// In as many lines as it takes, which epan would else cut; two parts have a line each.
void add_advice(Canvas on, const Report& report) {
  const char* at = report.advice.c_str();
  std::size_t left = report.advice.size();
  std::size_t line = first_line_of_advice(report.remedy.empty() ? report.advice : report.remedy);
  generated(proto_tree_add_string_format(on.tree, id_of("rstcause.advice"), on.tvb, 0, 0, at,
                                         "Advice: %.*s", static_cast<int>(line), at));
  for (left -= line, at += line; left != 0; left -= line, at += line) {
    if (*at == ' ') {
      ++at;
      --left;
    }
    line = first_line_of_advice({at, left});
    proto_item* rest = nullptr;
    proto_tree_add_subtree_format(on.tree, on.tvb, 0, 0, subtrees().continued, &rest,
                                  "Beside it: %.*s", static_cast<int>(line), at);
    generated(rest);
  }
}

/// Double click on an evidence line jumps to its frame. What else the frame proves stands below.
void add_evidence(Canvas on, const Report& report) {
  for (const Report::Evidence& piece : report.evidence) {
    proto_item* const item = generated(proto_tree_add_uint_format(
        on.tree, id_of("rstcause.evidence"), on.tvb, 0, 0, piece.frame, "Evidence: frame %u: %s",
        piece.frame, piece.sentences.front().c_str()));
    const Canvas below = on.below(item, subtrees().evidence);
    for (const std::string& sentence : piece.sentences) {
      const bool stands_above = &sentence == piece.sentences.data() && fits_into_a_line(sentence);
      hide_if(stands_above, add_text(below, id_of("rstcause.evidence.text"), sentence));
    }
  }
}

void add_alternatives(Canvas on, const Report& report) {
  for (const Report::Alternative& other : report.alternatives) {
    proto_item* const item = generated(proto_tree_add_string_format(
        on.tree, id_of("rstcause.alternative"), on.tvb, 0, 0, other.reason.data(),
        "Alternative: %s (%s), %u %%", other.title.data(), other.reason.data(), other.confidence));
    const Canvas below = on.below(item, subtrees().alternative);
    hide_if(true, add_number(below, id_of("rstcause.alternative.confidence"), other.confidence));
    add_text(below, id_of("rstcause.alternative.apart"), other.text);
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
      on.tree, id_of_test(test), on.tvb, 0, 0, word_of(told, text), "%s: %s%s",
      forgery::tests()[test].title.data(), lead_of(told.word), text.c_str()));
  if (told.word == forgery::Word::unknown) return;
  const Canvas below = on.below(item, subtrees().test);
  add_frame(below, id_of("rstcause.forged.frame"), told.answer.frame);
  hide_if(fits_into_a_line(text), add_text(below, id_of("rstcause.forged.text"), text));
}

void add_fingerprint(Canvas on, const forgery::Fingerprint& found) {
  const bool recalled = found.known == forgery::Fingerprint::Known::recalled;
  generated(proto_tree_add_string_format(on.tree, id_of("rstcause.fingerprint"), on.tvb, 0, 0,
                                         found.name.data(), "Fingerprint: %s: %s (%s%s)",
                                         found.name.data(), found.mark.data(),
                                         recalled ? "from memory: " : "", found.source.data()));
}

/// The tests, the known mark if it has one, and the form by which studies of tampering class it:
/// a form that an end's harmless close has, too.
void add_authenticity(Canvas root, const Report& report) {
  proto_item* top = nullptr;
  proto_tree* const tree = proto_tree_add_subtree(root.tree, root.tvb, 0, 0,
                                                  subtrees().authenticity, &top, "Authenticity");
  generated(top);
  const Canvas on{tree, root.tvb};
  for (std::size_t i = 0; i < report.testimony_texts.size(); ++i) add_testimony(on, report, i);
  if (report.fingerprint != nullptr) add_fingerprint(on, *report.fingerprint);
  const bool harmless = report.benign && report.reset->verdict.origin != Origin::middlebox;
  hide_if(harmless, add_text(on, id_of("rstcause.tampering"), report.tampering));
}

/// The sender's stack. A double click on what shows it jumps to that frame.
void add_stack(Canvas on, const Report& report) {
  proto_item* const item = add_text(on, id_of("rstcause.stack"), report.stack);
  if (item == nullptr) return;
  const Canvas below = on.below(item, subtrees().stack);
  add_frame(below, id_of("rstcause.stack.frame"), report.reset->verdict.stack_frame);
  add_text(below, id_of("rstcause.stack.text"), report.stack_shown);
}

/// Draws the value of one row, as an item or several; returns the last of them.
struct Item {
  Canvas on;
  const Field& field;

  proto_item* operator()(std::monostate) const { return nullptr; }
  proto_item* operator()(std::string_view text) const { return add_text(on, id_of(field), text); }
  proto_item* operator()(Quoted quoted) const { return (*this)(quoted.text); }
  /// Its token is the value, what that means the text.
  proto_item* operator()(const NamedToken& named) const {
    return generated(proto_tree_add_string_format(on.tree, id_of(field), on.tvb, 0, 0,
                                                  named.token.data(), "%s: %s (%s)", field.name,
                                                  named.words.data(), named.token.data()));
  }
  proto_item* operator()(std::uint64_t number) const {
    if (field.type == FieldType::octets)
      return generated(proto_tree_add_uint64(on.tree, id_of(field), on.tvb, 0, 0, number));
    return add_number(on, id_of(field), static_cast<std::uint32_t>(number));
  }
  proto_item* operator()(bool flag) const {
    return generated(proto_tree_add_boolean(on.tree, id_of(field), on.tvb, 0, 0, flag));
  }
  proto_item* operator()(Span span) const { return add_span(on, id_of(field), span.nanoseconds); }
  proto_item* operator()(std::span<const std::string> texts) const {
    proto_item* last = nullptr;
    for (const std::string& text : texts) last = add_text(on, id_of(field), text);
    return last;
  }
  /// The time is Wireshark's own; the others have forms of their own above.
  template <typename OfAnotherForm>
  proto_item* operator()(OfAnotherForm) const {
    return nullptr;
  }
};

/// All rows that have this place.
void add_place(Canvas on, FieldPlace place, const Told& told) {
  for (const Field& field : kFields) {
    if (field.place != place) continue;
    const FieldValue value = field.value(told);
    proto_item* const item = std::visit(Item{on, field}, value);
    if (item != nullptr && field.says_nothing != nullptr) hide_if(field.says_nothing(told), item);
  }
}

void add_details(Canvas root, const Report& report) {
  proto_item* top = nullptr;
  proto_tree* const tree =
      proto_tree_add_subtree(root.tree, root.tvb, 0, 0, subtrees().details, &top, "Details");
  generated(top);
  const Canvas on{tree, root.tvb};
  const Told told{report};
  for (const FieldPlace place : {FieldPlace::claim, FieldPlace::sender, FieldPlace::frames,
                                 FieldPlace::measures, FieldPlace::kernel})
    add_place(on, place, told);
  add_stack(on, report);
  add_place(on, FieldPlace::redis, told);
  add_authenticity(on, report);
  add_place(on, FieldPlace::pointers, told);
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
  const Canvas on = root.below(top, subtrees().reset);
  // What to filter by; its expert info lends it and the line above the colour of its severity.
  add_expert(pinfo, add_text(on, id_of("rstcause.reason"), report.reason), report);
  add_number(on, id_of("rstcause.confidence"), report.reset->verdict.confidence);
  add_text(on, id_of("rstcause.summary"), report.summary);
  for (const std::string& note : report.notes) add_text(on, id_of("rstcause.note"), note);
  add_advice(on, report);
  add_evidence(on, report);
  add_alternatives(on, report);
  for (const std::string& sentence : report.reset->context)
    add_text(on, id_of("rstcause.context"), sentence);
  add_details(on, report);
}

}  // namespace rstcause::glue
