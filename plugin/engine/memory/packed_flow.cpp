// SPDX-License-Identifier: GPL-2.0-or-later
#include "engine/memory/packed_flow.h"

#include <algorithm>

#include "app/talk.h"
#include "engine/memory/packed_parts.h"
#include "resp/tracker.h"

namespace rstcause {
namespace {

using packing::code;
using packing::frame;

/// Of an operating system's SYN, where there is one.
template <typename Io>
void code_shape(Io& io, SynShape& shape, bool there, const Endpoint& y) {
  auto& [wnd, shift, ttl, ip_id, may_fragment, window_scale, sack_permitted, timestamps, mp_join,
         mp_capable, options_cut, mss, order, options_len, ts_val, ts_ecr] = shape;
  const auto usual = [&](auto value) { return there ? value : decltype(value){}; };
  io(wnd, usual(std::uint16_t{64240}));
  io(shift, usual(std::uint8_t{7}));
  io(ttl, usual(std::uint8_t{64}));
  io(ip_id);
  io(may_fragment);
  io(mss, usual(std::uint16_t{1460}));
  io(window_scale, there);
  io(sack_permitted, there);
  io(timestamps, there);
  io(mp_join);
  io(mp_capable);
  io(options_cut);
  io(order, usual(in_order("mst.w")));
  io(options_len, usual(std::uint8_t{20}));
  io(ts_val);
  io(ts_ecr, y.shape.ts_val);
}

template <typename Io>
void code_end(Io& io, Endpoint& x, const Endpoint& y, Frame first, Nanos last_time) {
  auto& [syn, syn_time, isn, shape, speaks, acks, snd_nxt, rcv_nxt, first_ack, first_seq,
         first_data, data, data_time, data_seq, data_len, fin, fin_time, fin_seq, closed_asking,
         fin_acked, fin_acked_time, unseen, last, window_update, wnd_max, ip_id, ttl, ttl_varies,
         ttl_least, ttl_most, ip_id_steps, ip_id_jumps, ts_val, timestamps, reaction_us] = x;
  bool silent = !Io::kReads && x == Endpoint{};
  io(silent);
  if (silent) return;
  frame(io, syn, first);
  io.time(syn_time, syn != 0, last_time);
  io(isn, y.acks ? y.first_ack - 1 : SeqNum{});
  code_shape(io, shape, syn != 0, y);
  io(speaks, true);
  io(acks, true);
  io(snd_nxt, y.acks ? y.rcv_nxt : isn);
  io(first_ack, y.speaks ? y.isn + 1 : SeqNum{});
  io(rcv_nxt, y.speaks ? y.snd_nxt : first_ack);
  io(first_seq, isn + 1);
  frame(io, first_data, first);
  frame(io, data, first_data);
  io.time(data_time, data != 0, last_time);
  io(data_seq, data != 0 ? first_seq : SeqNum{});
  frame(io, fin, first);
  io(fin_seq, fin != 0 ? snd_nxt - 1 : SeqNum{});
  io(data_len, data != 0 ? (fin != 0 ? fin_seq : snd_nxt).distance_from(data_seq) : 0U);
  io.time(fin_time, fin != 0, last_time);
  if (fin != 0) io(closed_asking);
  frame(io, fin_acked, fin);
  io.time(fin_acked_time, fin_acked != 0, fin_time);
  frame(io, unseen, first);
  io(ip_id);
  io(wnd_max);
  io(ttl, shape.ttl);
  code(io, last,
       {.frame = y.fin_acked != 0 ? y.fin_acked : std::max(data, fin),
        .seq = snd_nxt,
        .ack = rcv_nxt,
        .time = y.fin_acked != 0 ? y.fin_acked_time : last_time,
        .wnd = wnd_max,
        .ip_id = ip_id});
  frame(io, window_update, last.frame);
  io(ttl_varies);
  io(ttl_least);
  io(ttl_most, ttl_least);
  io(ip_id_steps);
  io(ip_id_jumps);
  io(timestamps, shape.timestamps);
  io(ts_val, shape.ts_val);
  io(reaction_us);
}

template <typename Io>
void code_series(Io& io, Series& series) {
  auto& [count, total, first, last, first_time, last_time, gap, ended_by] = series;
  bool none = !Io::kReads && series == Series{};
  io(none, true);
  if (none) return;
  io(total);
  io(count, total);
  io(first);
  frame(io, last, first);
  io.time(first_time, true, io.epoch());
  io.time(last_time, true, first_time);
  io(gap);
  frame(io, ended_by, last);
}

template <typename Io>
void code_trouble(Io& io, Trouble& trouble, Frame near, Nanos last_time) {
  auto& [syn_repeats, syn_repeat_after_ack, retransmits, needless, window_probes, probes,
         zero_window, zero_window_time, rst, rst_answered, rst_time, resets, foreign_resets,
         last_foreign, forged] = trouble;
  bool none = !Io::kReads && trouble == Trouble{};
  io(none);
  if (none) return;
  code_series(io, syn_repeats);
  frame(io, syn_repeat_after_ack, near);
  code_series(io, retransmits);
  code_series(io, needless);
  code_series(io, window_probes);
  code_series(io, probes);
  frame(io, zero_window, near);
  io.time(zero_window_time, zero_window != 0, last_time);
  frame(io, rst, near);
  io(rst_answered);
  io.time(rst_time, rst != 0, last_time);
  io(resets);
  io(foreign_resets);
  frame(io, last_foreign, near);
  frame(io, forged, near);
}

/// An object that goes on living while its owner is octets.
template <typename Io, typename T>
void code_owned(Io& io, std::unique_ptr<T>& owner) {
  auto address = reinterpret_cast<std::uintptr_t>(owner.get());
  io(address);
  if constexpr (Io::kReads) owner.reset(reinterpret_cast<T*>(address));
}

}  // namespace

template <typename Io>
void PackedFlow::code(Io& io, Flow& flow) {
  auto& [latest_recent, latest_checkpoint, since_checkpoint, maybe_disordered, first_verdict,
         latest_verdict, resp, resp_tries, resp_initiator, app, app_tries, heartbeat,
         heartbeat_answer, addresses, ports, ends, troubles, home, previous, last_time,
         longest_silence, latest_silence, id, first_frame, initiator, role_basis, over, most_copies,
         copies, known] = flow;
  bool owns = !Io::kReads && (resp != nullptr || app != nullptr);
  io(owns);  // first, for owns()
  if (owns) {
    code_owned(io, resp);
    if (resp != nullptr) io(resp_initiator, End::a);
    code_owned(io, app);
  }
  io(id);
  io(first_frame);
  packing::code(io, addresses[0]);
  packing::code(io, addresses[1]);
  io(ports[0]);
  io(ports[1]);
  io(last_time, io.epoch());
  io(longest_silence);
  io(latest_silence, longest_silence);
  code_end(io, ends[0], Endpoint{}, first_frame, last_time);
  code_end(io, ends[1], ends[0], first_frame, last_time);  // like the first's
  bool troubled = !Io::kReads && troubles != nullptr;
  io(troubled);
  if (troubled) {
    if constexpr (Io::kReads) troubles = std::make_unique<std::array<Trouble, 2>>();
    const Frame near = std::max(ends[0].last.frame, ends[1].last.frame);
    for (Trouble& trouble : *troubles) code_trouble(io, trouble, near, last_time);
  }
  // Serial numbers of segments run about as fast as those of frames.
  io(latest_recent, std::max(ends[0].last.frame, ends[1].last.frame));
  io(latest_checkpoint);
  io(since_checkpoint);
  io(maybe_disordered);
  io(first_verdict);
  io(latest_verdict, first_verdict);
  io(resp_tries);
  io(app_tries, resp_tries);
  frame(io, heartbeat, first_frame);
  frame(io, heartbeat_answer, heartbeat);
  io(previous);
  io(initiator);
  io(role_basis, RoleBasis::syn);
  io(over);
  io(most_copies);
  io(copies[0]);
  io(copies[1]);
  static_cast<void>(home);   // set by the table
  static_cast<void>(known);  // looked up again
}

void PackedFlow::pack(Flow& flow, Packer& into) {
  code(into, flow);
}

void PackedFlow::unpack(Flow* where, Unpacker& from) {
  code(from, *new (where) Flow);
}

void PackedFlow::let_go(Flow& flow) {
  static_cast<void>(flow.resp.release());
  static_cast<void>(flow.app.release());
}

}  // namespace rstcause
