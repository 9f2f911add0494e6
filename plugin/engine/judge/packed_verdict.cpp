// SPDX-License-Identifier: GPL-2.0-or-later
#include "engine/judge/packed_verdict.h"

#include "engine/memory/packed_company.h"
#include "engine/memory/packed_parts.h"

namespace rstcause {
namespace {

using packing::code;
using packing::frame;

/// Something that lives as long as the program, or nothing. `near`: something of its kind, for
/// then the way between the two is short.
template <typename Io, typename T>
void code_static(Io& io, const T*& object, const void* near) {
  bool there = !Io::kReads && object != nullptr;
  io(there, true);
  const auto from = reinterpret_cast<std::uintptr_t>(near);
  auto address = reinterpret_cast<std::uintptr_t>(object);
  if (there) io(address, from);
  if constexpr (Io::kReads) object = there ? reinterpret_cast<const T*>(address) : nullptr;
}

template <typename Io>
void code_static(Io& io, std::string_view& text, std::string_view like) {
  const char* octets = text.data();
  std::size_t size = text.size();
  code_static(io, octets, like.data());
  io(size, like.size());
  if constexpr (Io::kReads) text = {octets, size};
}

template <typename Io>
void code_text(Io& io, std::string& text) {
  if constexpr (Io::kReads)
    text = io.text();
  else
    io.text(text);
}

template <typename Io, typename T, typename Code>
void code_list(Io& io, std::vector<T>& list, Code&& code_one) {
  std::size_t size = list.size();
  io(size);
  if constexpr (Io::kReads) list.resize(size);
  for (T& item : list) code_one(item);
}

template <typename Io>
void code_verdict(Io& io, Verdict& verdict, const Reset& reset) {
  auto& [cause, variant, situation, situation_a, situation_b, basis, origin, mode, state,
         confidence, benign, stack, stack_frame, may_be_linux, kernel_reason, netstat, trigger,
         root, trigger_kind, trigger_len, idle, without_word, without_word_confidence, bytes_lost,
         evidence, alternatives] = verdict;
  code_static(io, cause, catalogue().data());
  code_static(io, variant, cause);
  code_static(io, situation, cause->situations.data());
  if (situation != nullptr) {
    io(situation_a);
    io(situation_b);
  }
  io(basis, Basis::inferred);
  io(origin);
  io(mode);
  io(state, reset.state);
  io(confidence);
  io(benign);
  io(stack, Stack::linux_kernel);
  frame(io, stack_frame, reset.frame);
  io(may_be_linux, true);
  code_static(io, kernel_reason, cause->kernel_reason);
  code_static(io, netstat, cause->netstat);
  io(trigger, reset.trigger.frame);
  frame(io, root, reset.frame);
  io(trigger_kind, reset.trigger_kind);
  io(trigger_len, reset.trigger.len);
  io(idle, reset.idle);
  code_static(io, without_word, cause);
  if (without_word != nullptr)
    io(without_word_confidence);
  else if constexpr (Io::kReads)
    without_word_confidence = 0;
  io(bytes_lost, std::uint64_t{reset.newly_lost()});
  const Clue* near = cause->needs.empty() ? nullptr : *cause->needs.begin();
  code_list(io, evidence, [&](Finding& finding) {
    auto& [clue, number, a, b] = finding;
    code_static(io, clue, near);
    near = clue;
    frame(io, number, reset.frame);
    io(a);
    io(b);
  });
  const Cause* before = cause;
  code_list(io, alternatives, [&](Alternative& other) {
    auto& [row, percent] = other;
    code_static(io, row, before);
    before = row;
    io(percent);
  });
}

template <typename Io>
void code_options(Io& io, Options& options) {
  auto& [mss, window_scale, sack_permitted, sack, timestamps, md5, tcp_ao, fast_open, cut,
         mp_capable, mp_join, mp_fastclose, mp_tcprst, shift, mp_tcprst_flags, mp_tcprst_reason,
         mss_octets, ts_val, ts_ecr, order] = options;
  io(timestamps);
  io(ts_val);
  io(ts_ecr);
  io(order, timestamps ? in_order("..t") : OptionOrder{});
  bool others =
      !Io::kReads && (mss || window_scale || sack_permitted || sack || md5 || tcp_ao || fast_open ||
                      cut || mp_capable || mp_join || mp_fastclose || mp_tcprst || shift != 0 ||
                      mp_tcprst_flags != 0 || mp_tcprst_reason != 0 || mss_octets != 0);
  io(others);
  if (!others) return;
  for (bool* flag : {&mss, &window_scale, &sack_permitted, &sack, &md5, &tcp_ao, &fast_open, &cut,
                     &mp_capable, &mp_join, &mp_fastclose, &mp_tcprst})
    io(*flag);
  io(shift);
  io(mp_tcprst_flags);
  io(mp_tcprst_reason);
  io(mss_octets);
}

template <typename Io>
void code_declared(Io& io, Declared& declared) {
  auto& [kind, text, token] = declared;
  io(kind);
  bool told = !Io::kReads && (!text.empty() || !token.empty());
  io(told);
  if (!told) return;
  code_text(io, text);
  code_static(io, token, std::string_view(catalogue().front().token));
}

template <typename Io, std::size_t kMost>
void code_short(Io& io, ShortText<kMost>& text) {
  std::string octets(text.view());
  code_text(io, octets);
  if constexpr (Io::kReads) text = ShortText<kMost>::of(octets);
}

template <typename Io>
void code_word(Io& io, Word& word) {
  auto& [kind, as_answer, taken, listener_closed, pid, reason, state, comm] = word;
  io(kind);
  if (kind == Word::Kind::none) {
    if constexpr (Io::kReads) word = {};
    return;
  }
  io(as_answer);
  io(taken);
  io(listener_closed);
  io(pid);
  code_short(io, reason);
  code_short(io, state);
  code_short(io, comm);
}

/// What the reset itself and its capture state of it.
template <typename Io>
void code_statements(Io& io, Options& options, Declared& declared, Word& word) {
  code_options(io, options);
  code_declared(io, declared);
  code_word(io, word);
}

template <typename Io>
void code_habits(Io& io, Habits& habits, const Reset& reset) {
  auto& [x_last, x_fin, y_data, x_rcv_nxt, y_snd_nxt, heard, heard_after, waited, x_ts_val, x_ip_id,
         y_ip_id, x_wnd, x_wnd_max, y_wnd, ip_id_steps, ip_id_jumps, x_quiet_s, x_acked, y_spoke,
         x_filled_window, x_lived_on, x_data_crossed, y_needs_no_answer, x_was_ahead] = habits;
  frame(io, x_last, reset.frame);
  frame(io, x_fin, x_last);
  frame(io, y_data, x_last);
  io(x_acked, true);
  io(y_spoke, true);
  io(x_rcv_nxt, x_acked ? reset.ack : SeqNum{});
  io(y_snd_nxt, y_spoke ? reset.ack : SeqNum{});
  frame(io, heard, reset.trigger.frame);
  io(heard_after, heard != 0 ? reset.time - reset.trigger.time : 0);
  io(waited, Nanos{0});
  io(x_ts_val, reset.options.ts_val);
  io(x_ip_id, reset.ip_id);
  io(y_ip_id, reset.trigger.ip_id);
  io(x_wnd_max);
  io(x_wnd, x_wnd_max);
  io(y_wnd, reset.trigger.wnd);
  io(ip_id_steps);
  io(ip_id_jumps);
  io(x_quiet_s);
  io(x_filled_window);
  io(x_lived_on);
  io(x_data_crossed);
  io(y_needs_no_answer);
  io(x_was_ahead);
}

template <typename Io>
void code_ip(Io& io, IpFacts& ip, std::uint16_t& ip_id) {
  auto& [version, ttl, interface, may_fragment] = ip;
  io(version, std::uint8_t{4});
  io(ttl, std::uint8_t{64});
  io(may_fragment);
  io(ip_id);
  io(interface);
}

template <typename Io>
void code_reset(Io& io, Reset& reset, Frame own_frame) {
  auto& [number, time, x_end, ip, ip_id, seq, ack, len, wnd, ack_set, header_cut, payload_cut,
         timed, options, declared, trigger, before_trigger, astray, continues, fellow, form,
         trigger_kind, state, idle, known_silence, fresh_trigger, trigger_passed_on, passed_on,
         quotes_anew, habits, went_on, stayed_gone, one_sided, same_syn, ignored, volley,
         volley_seq, volley_ack, volley_ack_set, progress, lost, lost_told, told, company, word] =
      reset;
  io(number, own_frame);
  io(time, io.epoch());
  io(x_end);
  code_ip(io, ip, ip_id);
  io(seq);
  io(ack_set, true);
  io(ack);
  io(len);
  io(wnd);
  io(header_cut);
  io(payload_cut);
  io(timed, true);
  code_statements(io, options, declared, word);
  code(io, trigger, {.frame = number, .seq = ack, .ack = seq, .time = time});
  frame(io, before_trigger, trigger.frame);
  io(astray);
  frame(io, continues, trigger.frame);
  io(fellow);
  io(form);
  io(trigger_kind);
  io(state, State::established);
  io(idle);
  io(known_silence);
  io(fresh_trigger, trigger.seen());
  io(trigger_passed_on);
  io(passed_on);
  io(quotes_anew, trigger.seen());
  code_habits(io, habits, reset);
  io(progress);
  io(lost);
  io(lost_told);
  bool notices = !Io::kReads && told != nullptr;
  io(notices);
  if constexpr (Io::kReads) told = nullptr;
  if (notices) code_static(io, told, nullptr);
  code(io, company, packing::Beside{number, time, ip.interface});
  bool later = !Io::kReads && (went_on != 0 || stayed_gone != 0 || one_sided != 0 ||
                               same_syn != 0 || ignored != 0 || volley != 0 ||
                               volley_seq.raw() != 0 || volley_ack.raw() != 0 || volley_ack_set);
  io(later);
  if (!later) return;
  frame(io, went_on, number);
  frame(io, stayed_gone, number);
  frame(io, one_sided, number);
  frame(io, same_syn, number);
  frame(io, ignored, number);
  frame(io, volley, number);
  io(volley_seq, seq);
  io(volley_ack, ack);
  io(volley_ack_set);
}

template <typename Io>
void code_explained(Io& io, Explained& made) {
  auto& [verdict, reset, own_frame, flow, before, stream, has_stream, duplicate_of, copies, revised,
         context, last_ping, last_pong, outstanding, protocol, web_server, last_words, remedy,
         ping_period] = made;
  io(own_frame);
  code_reset(io, reset, own_frame);
  code_verdict(io, verdict, reset);
  io(flow);
  frame(io, before, own_frame);
  io(has_stream, true);
  io(stream, has_stream ? flow - 1 : 0U);
  frame(io, duplicate_of, own_frame);
  io(copies);
  frame(io, revised, own_frame);
  code_list(io, context, [&](std::string& sentence) { code_text(io, sentence); });
  frame(io, last_ping, own_frame);
  frame(io, last_pong, last_ping);
  io(ping_period);
  io(protocol, app::Protocol::none);
  io(web_server, app::WebServer::unknown);
  code_text(io, last_words);
  code_static(io, remedy, {});
  bool counted = outstanding.has_value();
  io(counted);
  std::uint32_t number = outstanding.value_or(0);
  if (counted) io(number);
  if constexpr (Io::kReads) outstanding = counted ? std::optional(number) : std::nullopt;
}

}  // namespace

void PackedVerdict::pack(Explained& made, Packer& into) {
  code_explained(into, made);
}

void PackedVerdict::unpack(Explained* where, Unpacker& from) {
  code_explained(from, *new (where) Explained);
}

}  // namespace rstcause
