// SPDX-License-Identifier: GPL-2.0-or-later
#include "engine/judge/forgery/fingerprint.h"

#include "engine/judge/clues/identity.h"

namespace rstcause::forgery {
namespace {

std::uint16_t server_port(const Scene& s) {
  return s.x_is_server() ? s.x_port() : s.y_port();
}

bool is_plain(const Scene& s) {
  return !s.rst.header_cut && !s.options.timestamps && s.rst.len == 0;
}

/// How far this reset's number is from the one beside it, in either order.
std::uint32_t step(const Scene& s) {
  if (s.rst.volley == 0) return 0;
  const SeqNum one = s.rst.seq, two = s.rst.volley_seq;
  return one.after(two) ? one.distance_from(two) : two.distance_from(one);
}

bool steps_by_segments(const Scene& s) {
  const bool both_acknowledge = s.rst.ack_set && s.rst.volley_ack_set;
  return both_acknowledge && (step(s) == 1460 || step(s) == 2920 || step(s) == 4380);
}

/// tcpkill.c: RSTs at the killed segment's ACK, one window on, and two more windows on.
bool steps_by_windows(const Scene& s) {
  const std::uint32_t window = s.rst.habits.y_wnd;
  const bool bare = !s.rst.ack_set && s.rst.wnd == 0 && s.rst.ip_id != 0 && is_plain(s);
  return bare && window != 0 && (step(s) == window || step(s) == 2 * window);
}

bool has_windows_of_august_2025(const Scene& s) {
  const bool window =
      (s.rst.wnd >= 1980 && s.rst.wnd <= 1982) || (s.rst.wnd >= 3293 && s.rst.wnd <= 3295);
  return s.rst.ack_set && is_plain(s) && window && server_port(s) == 443 && s.x().first_data == 0;
}

bool is_rejected_by_netfilter(const Scene& s) {
  return is_plain(s) && clues::answers_like_a_kernel.ask(s).is_yes() &&
         (clues::comes_from_nearer.ask(s).is_yes() ||
          clues::trigger_was_not_passed_on.ask(s).is_yes());
}

bool changes_its_number(const Scene& s) {
  return s.rst.volley != 0 && step(s) > 2 && s.x().fin == 0 && s.y().fin == 0;
}

bool was_scanned_by_zmap(const Scene& s) {
  return s.x().syn != 0 && s.x().shape.ip_id == 54321 && s.trigger_kind == TriggerKind::syn_ack;
}

constexpr Fingerprint kAll[] = {
    {"f5", "the RST carries F5's cause text", Fingerprint::Known::written,
     "Wireshark packet-f5ethtrailer.c",
     [](const Scene& s) { return s.rst.declared.kind == Declared::Kind::f5; }},
    {"netscaler", "a NetScaler reset code stands in the window", Fingerprint::Known::written,
     "Citrix CTX200852",
     [](const Scene& s) { return s.rst.declared.kind == Declared::Kind::netscaler; }},
    {"gfw_2025_08_20",
     "RST,ACK on port 443 before any data of the server, windows 1980 to 1982 or 3293 to 3295",
     Fingerprint::Known::written, "gfw.report, GFW's unconditional port 443 block, 2025",
     has_windows_of_august_2025},
    {"tcpkill", "bare RSTs one and two windows apart, IP ID drawn by lot, window 0",
     Fingerprint::Known::written, "dsniff, tcpkill.c", steps_by_windows},
    {"sandvine_p2p", "a second RST 12503 further on", Fingerprint::Known::recalled,
     "Weaver, Sommer, Paxson, NDSS 2009", [](const Scene& s) { return step(s) == 12503; }},
    {"gfw_type2", "RST,ACKs at X, X+1460 and X+4380", Fingerprint::Known::recalled,
     "Clayton, Murdoch, Watson, Ignoring the Great Firewall of China, 2006; Wang et al., IMC 2017",
     steps_by_segments},
    {"http_inspection_242", "RST with IP ID 242 that nothing of its sender's counter explains",
     Fingerprint::Known::recalled, "reports on filtering by Airtel, India",
     [](const Scene& s) { return s.rst.ip_id == 242 && clues::ip_id_is_off.ask(s).is_yes(); }},
    {"rst_seq_change", "a second RST whose number is another", Fingerprint::Known::written,
     "Weaver, Sommer, Paxson, NDSS 2009: RST_SEQ_CHANGE", changes_its_number},
    {"reset_both_sides", "RSTs to both ends in one instant that answer nothing",
     Fingerprint::Known::recalled, "intrusion prevention: Snort, Suricata reject both",
     [](const Scene& s) { return clues::both_ends_were_reset.ask(s).is_yes(); }},
    {"netfilter_reject", "a kernel's answer, window 0 and IP ID 0, from nearer than its sender",
     Fingerprint::Known::measured, "Linux nf_send_reset()", is_rejected_by_netfilter},
    {"zmap", "the SYN had IP ID 54321", Fingerprint::Known::recalled, "ZMap probe modules",
     was_scanned_by_zmap},
};

}  // namespace

std::span<const Fingerprint> fingerprints() {
  return kAll;
}

const Fingerprint* fingerprint_of(const Scene& scene) {
  for (const Fingerprint& row : kAll) {
    if (row.fits(scene)) return &row;
  }
  return nullptr;
}

}  // namespace rstcause::forgery
