// SPDX-License-Identifier: GPL-2.0-or-later
//
// The functions here call epan, which may longjmp: nothing that owns memory lives on their
// stack. Texts stand in the session while they are shown.
#include "glue/render.h"

#include <epan/column-utils.h>
#include <epan/expert.h>
#include <epan/tap.h>

#include "glue/fields.h"
#include "glue/guard.h"
#include "glue/registration.h"
#include "resp/context.h"

namespace rstcause::glue {
namespace {

struct Canvas {
  proto_tree* tree;
  tvbuff_t* tvb;
};

void add_text(Canvas on, int field, std::string_view text) {
  if (text.empty()) return;
  // No text of the catalogue is a view into a longer one: each ends in a NUL.
  proto_item_set_generated(proto_tree_add_string(on.tree, field, on.tvb, 0, 0, text.data()));
}

void add_frame(Canvas on, int field, Frame frame) {
  if (frame == 0) return;
  proto_item_set_generated(proto_tree_add_uint(on.tree, field, on.tvb, 0, 0, frame));
}

/// Epan cuts a line at 240 octets: where the advice has two parts, each has its own.
void add_advice(Canvas on, const Report& report) {
  if (report.remedy.empty()) return add_text(on, fields().advice, report.advice);
  const char* const whole = report.advice.c_str();
  proto_item_set_generated(proto_tree_add_string_format(on.tree, fields().advice, on.tvb, 0, 0,
                                                        whole, "Advice: %s", report.remedy.data()));
  proto_item* rest = nullptr;
  proto_tree_add_subtree_format(on.tree, on.tvb, 0, 0, fields().tree_advice, &rest, "Beside it: %s",
                                whole + report.remedy.size() + 1);
  proto_item_set_generated(rest);
}

void add_span(Canvas on, int field, Nanos span) {
  nstime_t time;
  time.secs = static_cast<time_t>(span / kSecond);
  time.nsecs = static_cast<int>(span % kSecond);
  proto_item_set_generated(proto_tree_add_time(on.tree, field, on.tvb, 0, 0, &time));
}

/// Double click on an evidence line jumps to its frame. What else the frame proves stands
/// below it, for epan cuts a line at 240 octets.
void add_evidence(Canvas on, const Report& report) {
  for (const Report::Evidence& piece : report.evidence) {
    proto_item* const item = proto_tree_add_uint_format(
        on.tree, fields().evidence, on.tvb, 0, 0, piece.frame, "Evidence: frame %u: %s",
        piece.frame, piece.sentences.front().c_str());
    proto_item_set_generated(item);
    const Canvas below{proto_item_add_subtree(item, fields().tree_evidence), on.tvb};
    for (const std::string& sentence : piece.sentences)
      add_text(below, fields().evidence_text, sentence);
  }
}

void add_alternatives(Canvas on, const Report& report) {
  for (const Report::Alternative& other : report.alternatives) {
    proto_item* const item = proto_tree_add_string_format(
        on.tree, fields().alternative, on.tvb, 0, 0, other.reason.data(), "Alternative: %s, %u %%",
        other.reason.data(), other.confidence);
    proto_item_set_generated(item);
    const Canvas below{proto_item_add_subtree(item, fields().tree_alternative), on.tvb};
    proto_item_set_generated(proto_tree_add_uint(below.tree, fields().alternative_confidence,
                                                 below.tvb, 0, 0, other.confidence));
    if (!other.text.empty()) add_text(below, fields().alternative_apart, other.text);
  }
}

/// "for" and "against" stand alone, so that a filter finds them; the unknown says why.
const char* word_of(const forgery::Testimony& told, const std::string& text) {
  return told.word == forgery::Word::unknown ? text.c_str() : forgery::to_string(told.word).data();
}

/// The tests of authenticity. A double click on what a test found jumps to the frame that shows
/// it.
void add_testimonies(Canvas root, const Report& report) {
  proto_item* top = nullptr;
  proto_tree* const tree = proto_tree_add_subtree(root.tree, root.tvb, 0, 0, fields().tree_forgery,
                                                  &top, "Authenticity");
  proto_item_set_generated(top);
  const Canvas on{tree, root.tvb};
  for (std::size_t i = 0; i < report.testimony_texts.size(); ++i) {
    const forgery::Testimony& told = report.testimonies[i];
    const std::string& text = report.testimony_texts[i];
    const bool known = told.word != forgery::Word::unknown;
    proto_item* const item = proto_tree_add_string_format(
        on.tree, fields().forged[i], on.tvb, 0, 0, word_of(told, text), "%s: %s%s",
        forgery::tests()[i].title.data(),
        !known                                   ? ""
        : told.word == forgery::Word::speaks_for ? "for a forged RST: "
                                                 : "against a forged RST: ",
        text.c_str());
    proto_item_set_generated(item);
    if (!known) continue;
    const Canvas below{proto_item_add_subtree(item, fields().tree_test), on.tvb};
    add_frame(below, fields().forged_frame, told.answer.frame);
    add_text(below, fields().forged_text, text);
  }
}

/// The sender's stack. A double click on what shows it jumps to that frame.
void add_stack(Canvas on, const Report& report) {
  if (report.stack.empty()) return;
  proto_item* const item =
      proto_tree_add_string(on.tree, fields().stack, on.tvb, 0, 0, report.stack.data());
  proto_item_set_generated(item);
  const Canvas below{proto_item_add_subtree(item, fields().tree_stack), on.tvb};
  add_frame(below, fields().stack_frame, report.reset->verdict.stack_frame);
  add_text(below, fields().stack_text, report.stack_shown);
}

/// The known mark, if it has one, and the form by which studies of tampering class it.
void add_fingerprint(Canvas on, const Report& report) {
  if (const forgery::Fingerprint* const found = report.fingerprint) {
    const bool recalled = found->known == forgery::Fingerprint::Known::recalled;
    proto_item_set_generated(proto_tree_add_string_format(
        on.tree, fields().fingerprint, on.tvb, 0, 0, found->name.data(),
        "Fingerprint: %s: %s (%s%s)", found->name.data(), found->mark.data(),
        recalled ? "from memory: " : "", found->source.data()));
  }
  if (!report.tampering.empty()) add_text(on, fields().tampering, report.tampering);
}

void add_application(Canvas on, const Explained& reset) {
  for (const std::string& sentence : reset.context) add_text(on, fields().context, sentence);
  add_frame(on, fields().resp_last_ping, reset.last_ping);
  add_frame(on, fields().resp_last_pong, reset.last_pong);
  if (reset.outstanding) {
    proto_item_set_generated(
        proto_tree_add_uint(on.tree, fields().resp_outstanding, on.tvb, 0, 0, *reset.outstanding));
  }
  if (reset.ping_period != 0) add_span(on, fields().resp_ping_period, reset.ping_period);
}

/// By its title, and so without this reset's frames and hosts: tshark -z expert counts as one what
/// reads alike, as the GUI does with what is of one kind. The summary stands beside it.
/// Without a tree there is no item to stand at, and Wireshark's window of expert infos, which
/// reads a capture so, is served all the same.
void add_expert(packet_info* pinfo, proto_item* item, const Report& report) {
  if (expert_field* const expert = expert_of(*report.reset->verdict.cause))
    expert_add_info(pinfo, item, expert);
}

void add_belied_expert(packet_info* pinfo, proto_item* item) {
  expert_add_info(pinfo, item, belied_expert());
}

bool experts_are_listened_to() {
  static const int tap = find_tap_id("expert");
  return have_tap_listener(tap) != 0;
}

void add_reset(Canvas root, packet_info* pinfo, const Report& report) {
  const Explained& reset = *report.reset;
  const unsigned confidence = reset.verdict.confidence;
  proto_item* const top = proto_tree_add_protocol_format(
      root.tree, registered().proto, root.tvb, 0, 0, "TCP Reset Cause: %s (%s), %u %%",
      report.title.data(), report.reason.data(), confidence);
  proto_item_set_generated(top);
  const Canvas on{proto_item_add_subtree(top, fields().tree), root.tvb};

  add_text(on, fields().reason, report.reason);
  add_text(on, fields().title, report.title);
  add_text(on, fields().summary, report.summary);
  for (const std::string& note : report.notes) add_text(on, fields().note, note);
  add_advice(on, report);
  proto_item_set_generated(
      proto_tree_add_uint(on.tree, fields().confidence, on.tvb, 0, 0, confidence));
  add_text(on, fields().basis, report.basis);
  add_text(on, fields().detail, report.detail);
  add_text(on, fields().origin, report.origin);
  if (reset.verdict.mode != Mode::unknown) add_text(on, fields().mode, report.mode);
  add_text(on, fields().state, report.state);
  add_frame(on, fields().trigger, reset.verdict.trigger);
  add_frame(on, fields().root, reset.verdict.root);
  add_frame(on, fields().duplicate_of, reset.duplicate_of);
  add_frame(on, fields().revised, reset.revised);
  add_frame(on, fields().ignored, report.ignored);
  add_text(on, fields().stream_reason, report.stream_reason);
  add_evidence(on, report);
  add_alternatives(on, report);
  add_testimonies(on, report);
  add_fingerprint(on, report);
  add_text(on, fields().declared, reset.reset.declared.text);
  add_application(on, reset);
  if (report.idle) add_span(on, fields().idle, *report.idle);
  if (report.age) add_span(on, fields().age, *report.age);
  for (const std::string& timer : report.timers) add_text(on, fields().timer, timer);
  proto_item_set_generated(
      proto_tree_add_uint64(on.tree, fields().bytes_lost, on.tvb, 0, 0, reset.verdict.bytes_lost));
  add_text(on, fields().kernel_reason, report.kernel_reason);
  add_text(on, fields().netstat, report.netstat);
  add_text(on, fields().process, report.process);
  if (report.pid != 0)
    proto_item_set_generated(proto_tree_add_uint(on.tree, fields().pid, on.tvb, 0, 0, report.pid));
  add_stack(on, report);
  add_text(on, fields().page, report.page);
  proto_item_set_generated(
      proto_tree_add_boolean(on.tree, fields().benign, on.tvb, 0, 0, report.benign));
  add_expert(pinfo, top, report);
}

void add_resp_message(Canvas on, const RespLabel& message) {
  const resp::Label& label = message.label;
  const bool command = label.kind == resp::Label::Kind::command;
  const bool push = label.kind == resp::Label::Kind::push;
  proto_item* const item =
      proto_tree_add_string_format(on.tree, command ? fields().resp_command : fields().resp_reply,
                                   on.tvb, 0, 0, label.text.c_str(), "%s: %s",
                                   command ? "Command"
                                   : push  ? "Push"
                                           : "Reply",
                                   label.text.c_str());
  proto_item_set_generated(item);
  const Canvas below{proto_item_add_subtree(item, fields().tree_resp_message), on.tvb};
  if (label.error) add_text(below, fields().resp_error, label.error_text.c_str());
  if (label.ping)
    proto_item_set_generated(
        proto_tree_add_item(below.tree, fields().resp_ping, below.tvb, 0, 0, ENC_NA));
  if (label.pong)
    proto_item_set_generated(
        proto_tree_add_item(below.tree, fields().resp_pong, below.tvb, 0, 0, ENC_NA));
  add_frame(below, fields().resp_request_in, message.request_in);
  add_frame(below, fields().resp_response_in, message.response_in);
  if (message.request_in != 0) add_span(below, fields().resp_time, label.since_request_ns);
}

void add_resp(Canvas root, Session& session, Frame frame) {
  const std::vector<RespLabel>* messages = nullptr;
  guarded([&] { messages = &session.resp_in(frame); });
  if (messages == nullptr) return;
  proto_item* const top = proto_tree_add_protocol_format(root.tree, registered().proto_resp,
                                                         root.tvb, 0, 0, "Redis Exchange");
  proto_item_set_generated(top);
  const Canvas on{proto_item_add_subtree(top, fields().tree_resp), root.tvb};
  for (const RespLabel& message : *messages) {
    add_resp_message(on, message);
    if (message.request_in == 0 && !message.label.ping) continue;
    guarded([&] { session.text = resp::describe_exchange(message.label); });
    add_text(on, fields().resp_exchange, session.text);
  }
}

bool shows_resp() {
  return proto_is_protocol_enabled(find_protocol_by_id(registered().proto_resp)) != 0;
}

/// In front, as TCP's own findings: behind its timestamps a window would cut it off.
void add_to_info(packet_info* pinfo, const std::vector<Report>& reports) {
  for (std::size_t i = reports.size(); i-- > 0;) {
    const Report& report = reports[i];
    col_prepend_fstr(pinfo->cinfo, COL_INFO, "[RST cause: %s, %u%%] ", report.reason.data(),
                     report.reset->verdict.confidence);
  }
}

/// Does anything ask for a field of this protocol, or for all there are? Else the tree is there
/// for others, and whatever was put into it would be thrown away.
bool is_asked_for(proto_tree* tree, int proto) {
  return tree != nullptr && proto_field_is_referenced(tree, proto) != 0;
}

/// Filters on _ws.expert see ours as well, whatever else they name.
bool filters_ask_for_experts(proto_tree* tree) {
  static const int experts = proto_get_id_by_filter_name("_ws.expert");
  return is_asked_for(tree, experts);
}

/// Frames of a connection that was reset: why, as far as it is known by now. A field of its own
/// beside the protocols, so that the filter "rstcause" still means the resets alone.
bool add_stream_reason(Canvas root, Session& session, std::span<const Segment> segments,
                       Frame frame) {
  bool added = false;
  for (const Segment& segment : segments) {
    const Explained* const reset = session.engine.reset_of(segment.tuple, frame);
    if (reset == nullptr || segment.rst) continue;
    add_text(root, fields().stream_reason, reset->verdict.cause->token);
    added = true;
  }
  return added;
}

/// The frame by which a reset's "sender" gives it the lie.
void add_belied(Canvas root, packet_info* pinfo, Frame rst) {
  proto_item* const top =
      proto_tree_add_protocol_format(root.tree, registered().proto, root.tvb, 0, 0,
                                     "TCP Reset Cause: belies the RST of frame %u", rst);
  proto_item_set_generated(top);
  const Canvas on{proto_item_add_subtree(top, fields().tree), root.tvb};
  add_frame(on, fields().belies, rst);
  add_belied_expert(pinfo, top);
}

/// Who wants to hear what a frame has to tell: nothing is made for nobody.
struct Audience {
  bool info = false;     ///< The Info column.
  bool tree = false;     ///< Items of ours.
  bool experts = false;  ///< Expert infos where no tree of ours carries them.
  bool resp = false;     ///< Items of the Redis exchange.
};

/// What a frame has to tell.
struct News {
  bool has_resets;
  const Explained* belied;  ///< The RST that this frame gives the lie, or none.
  bool has_resp;

  bool of_resets() const { return has_resets || belied != nullptr; }
};

Audience audience_for(const News& news, packet_info* pinfo, proto_tree* tree) {
  Audience there;
  there.info =
      news.has_resets && preferences().info_column != 0 && col_get_writable(pinfo->cinfo, COL_INFO);
  there.tree =
      is_asked_for(tree, registered().proto) || (news.of_resets() && filters_ask_for_experts(tree));
  there.experts = news.of_resets() && !there.tree && experts_are_listened_to();
  there.resp = news.has_resp && is_asked_for(tree, registered().proto_resp);
  return there;
}

/// Returns false where the reports could not be made.
bool tell_resets(Audience to, Canvas root, Session& session, Frame frame, packet_info* pinfo) {
  const std::vector<Report>* reports = nullptr;
  guarded([&] { reports = &session.reports_of(frame); });
  if (reports == nullptr) return false;
  if (to.info) add_to_info(pinfo, *reports);
  for (const Report& report : *reports) {
    if (to.tree) add_reset(root, pinfo, report);
    if (to.experts) add_expert(pinfo, nullptr, report);
  }
  return true;
}

/// `rst`: its number, 0 where the read filter left it out.
void tell_belied(Audience to, Canvas root, packet_info* pinfo, Frame rst) {
  if (rst == 0) return;
  if (to.tree) add_belied(root, pinfo, rst);
  if (to.experts) add_belied_expert(pinfo, nullptr);
}

}  // namespace

int render(Session& session, Frame frame, std::span<const Segment> segments, bool has_resets,
           tvbuff_t* tvb, packet_info* pinfo, proto_tree* tree) {
  const Engine& engine = session.engine;
  const News news{has_resets, engine.any_belied() ? engine.belied_by(frame) : nullptr,
                  engine.has_resp(frame)};
  // Most frames: nothing to say of them, whoever asks.
  if (!news.of_resets() && !news.has_resp && engine.explained().empty()) return 0;
  const Audience to = audience_for(news, pinfo, tree);
  if (!to.info && !to.tree && !to.experts && !to.resp) return 0;
  pinfo->current_proto = "RSTCAUSE";  // whom epan names should anything go wrong from here on

  const Canvas root{tree, tvb};
  const bool tells_resets = has_resets && (to.info || to.tree || to.experts);
  if (tells_resets && !tell_resets(to, root, session, frame, pinfo)) return 0;
  const bool resp_added = to.resp && shows_resp();
  if (resp_added) add_resp(root, session, frame);
  const bool stream_added = to.tree && add_stream_reason(root, session, segments, frame);
  if (news.belied != nullptr)
    tell_belied(to, root, pinfo, engine.order().number_of(news.belied->frame()));

  const bool added = (to.tree && news.of_resets()) || resp_added || stream_added;
  return added ? static_cast<int>(tvb_captured_length(tvb)) : 0;
}

int render_unwatched(tvbuff_t* tvb, packet_info* pinfo, proto_tree* tree) {
  const bool shown = is_asked_for(tree, registered().proto) || filters_ask_for_experts(tree);
  if (!shown && !experts_are_listened_to()) return 0;
  proto_item* const item =
      shown ? proto_tree_add_protocol_format(tree, registered().proto, tvb, 0, 0,
                                             "TCP Reset Cause: TCP is not watched here")
            : nullptr;
  proto_item_set_generated(item);
  expert_add_info(pinfo, item, unwatched_expert());
  return shown ? static_cast<int>(tvb_captured_length(tvb)) : 0;
}

}  // namespace rstcause::glue
