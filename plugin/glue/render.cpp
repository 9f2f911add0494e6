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
#include "glue/reset_tree.h"
#include "resp/context.h"

namespace rstcause::glue {
namespace {

void add_resp_message(Canvas on, const RespLabel& message) {
  const resp::Label& label = message.label;
  const bool command = label.kind == resp::Label::Kind::command;
  const bool push = label.kind == resp::Label::Kind::push;
  proto_item* const item = proto_tree_add_string_format(
      on.tree, command ? id_of("rstcause.resp.command") : id_of("rstcause.resp.reply"), on.tvb, 0,
      0, label.text.c_str(), "%s: %s",
      command ? "Command"
      : push  ? "Push"
              : "Reply",
      label.text.c_str());
  proto_item_set_generated(item);
  const Canvas below = on.below(item, subtrees().redis_message);
  if (label.error) add_text(below, id_of("rstcause.resp.error"), label.error_text.c_str());
  if (label.ping)
    generated(
        proto_tree_add_item(below.tree, id_of("rstcause.resp.ping"), below.tvb, 0, 0, ENC_NA));
  if (label.pong)
    generated(
        proto_tree_add_item(below.tree, id_of("rstcause.resp.pong"), below.tvb, 0, 0, ENC_NA));
  add_frame(below, id_of("rstcause.resp.request_in"), message.request_in);
  add_frame(below, id_of("rstcause.resp.response_in"), message.response_in);
  if (message.request_in != 0) add_span(below, id_of("rstcause.resp.time"), label.since_request_ns);
}

void add_resp(Canvas root, Session& session, Frame frame) {
  const std::vector<RespLabel>* messages = nullptr;
  guarded([&] { messages = &session.resp_in(frame); });
  if (messages == nullptr) return;
  proto_item* const top = proto_tree_add_protocol_format(root.tree, registered().proto_resp,
                                                         root.tvb, 0, 0, "Redis Exchange");
  proto_item_set_generated(top);
  const Canvas on = root.below(top, subtrees().redis);
  for (const RespLabel& message : *messages) {
    add_resp_message(on, message);
    if (message.request_in == 0 && !message.label.ping) continue;
    guarded([&] { session.text = resp::describe_exchange(message.label); });
    add_text(on, id_of("rstcause.resp.exchange"), session.text);
  }
}

void add_belied_expert(packet_info* pinfo, proto_item* item) {
  expert_add_info(pinfo, item, belied_expert());
}

bool experts_are_listened_to() {
  static const int tap = find_tap_id("expert");
  return have_tap_listener(tap) != 0;
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
    add_text(root, id_of("rstcause.stream.reason"), reset->verdict.cause->token);
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
  const Canvas on = root.below(top, subtrees().reset);
  add_frame(on, id_of("rstcause.belies"), rst);
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
  const Explained* belied;  ///< The RST that this frame contradicts, or none.
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
