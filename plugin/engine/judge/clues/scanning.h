// SPDX-License-Identifier: GPL-2.0-or-later
// Questions about scanners: SYNs written by hand, and many ports probed.
#pragma once

#include <algorithm>

#include "engine/judge/clue.h"
#include "engine/judge/clues/form.h"
#include "engine/judge/clues/header.h"

namespace rstcause::clues {

/// nmap's largest window; systems offer more.
inline constexpr std::uint16_t kScannersMost = 4096;
/// So many different ports probed by one host are no application's doing.
inline constexpr std::uint32_t kScanPorts = 3;

/// A half-open scanner writes its SYN by hand and rarely takes the trouble of real options.
inline constexpr Clue syn_is_bare{"syn-is-bare",
                                  [](const Scene& s) {
                                    const SynShape& syn = s.x().shape;
                                    if (s.x().syn == 0) return Answer::unknown();
                                    // MSS alone takes 4 octets; what was cut off behind it is at
                                    // least one option more.
                                    if (syn.options_cut)
                                      return syn.options_len > 8 ? Answer::no() : Answer::unknown();
                                    const int options =
                                        syn.window_scale + syn.sack_permitted + syn.timestamps;
                                    // Systems without them ask for an MSS; scanners do not care.
                                    const bool plain = syn.mss != 0 && syn.wnd > kScannersMost;
                                    if (options == 0 && plain) return Answer::unknown();
                                    return Answer::when(options == 0, s.x().syn, syn.wnd);
                                  },
                                  "Its SYN carries none of the options of an operating system "
                                  "(window {a}): it was crafted."};

/// RFC 9293, 3.1: without the ACK bit the field says nothing, and stacks leave it 0; nmap does not.
inline constexpr Clue syn_has_an_acknowledgment{
    "syn-has-an-acknowledgment",
    [](const Scene& s) {
      const SegmentHeader& syn = s.x().last;
      if (!syn.syn || syn.ack_set) return Answer::unknown();
      return Answer::when(syn.ack.raw() != 0, syn.frame, syn.ack.raw());
    },
    "Its SYN has an acknowledgment number ({a}) but no ACK: it was crafted."};

/// Every TCP tells its MSS in its SYN-ACK (RFC 9293, 3.7.1); hping3 and nmap do not.
inline constexpr Clue syn_ack_is_bare{
    "syn-ack-is-bare",
    [](const Scene& s) {
      const SynShape& shape = s.y().shape;
      if (s.trigger_kind != TriggerKind::syn_ack || s.y().syn != s.trigger.frame ||
          shape.options_cut)
        return Answer::unknown();
      return Answer::when(shape.options_len == 0 && is_a_scanners_window(shape.wnd),
                          s.trigger.frame, shape.wnd);
    },
    "This SYN-ACK has no option, not even an MSS, and a window ({a}) that scanners use: it was "
    "crafted."};

/// As systems open connections that know no options but the MSS.
inline constexpr Clue syn_is_plain{
    "syn-is-plain",
    [](const Scene& s) {
      const SynShape& syn = s.x().shape;
      if (s.x().syn == 0 || syn.options_cut) return Answer::unknown();
      const bool more = syn.window_scale || syn.sack_permitted || syn.timestamps;
      return Answer::when(!more && syn.mss != 0 && syn.wnd > kScannersMost, s.x().syn, syn.wnd);
    },
    ""};

/// ZMap has 65535, and IP ID 54321.
inline constexpr Clue syn_has_a_scanners_window{
    "syn-has-a-scanners-window",
    [](const Scene& s) {
      const SynShape& syn = s.x().shape;
      if (s.x().syn == 0) return Answer::unknown();
      const bool known = is_a_scanners_window(syn.wnd) || (syn.wnd == 65535 && syn.ip_id == 54321);
      return Answer::when(known, s.x().syn, syn.wnd);
    },
    "The SYN's window, {a}, is one that scanners use."};

/// A raw socket's TTL, and the default with which the kernel of the same host resets: as many
/// routers away, from another initial value.
inline constexpr Clue syn_has_another_initial_ttl{
    "syn-has-another-initial-ttl",
    [](const Scene& s) {
      const std::uint8_t syn = s.x().shape.ttl;
      if (s.x().syn == 0 || syn == 0 || s.rst.ip.ttl == 0) return Answer::unknown();
      const bool other = syn != s.rst.ip.ttl && hops_of(syn) == hops_of(s.rst.ip.ttl);
      return Answer::when(other, s.x().syn, syn, s.rst.ip.ttl);
    },
    "The SYN arrived with TTL {a}, the RST, from as far away, with {b}: they were not written by "
    "the same stack."};

/// One direction only: X's SYN, and the RST that a SYN-ACK to it draws from a host without such a
/// socket.
inline bool refuses_a_syn_ack_unseen(const Scene& s) {
  if (s.y().speaks || s.x().syn == 0 || !s.x().last.syn || s.x().last.ack_set) return false;
  return !s.rst.ack_set && s.rst.seq == s.x().isn + 1;
}

inline constexpr Clue syn_ack_was_not_captured{
    "syn-ack-was-not-captured",
    [](const Scene& s) {
      return Answer::when(refuses_a_syn_ack_unseen(s), s.rst.frame, s.rst.seq.raw());
    },
    "A RST without ACK, of the number after the SYN's ({a}): so a host without that socket answers "
    "a SYN-ACK, which is not in the capture."};

/// A scanner that reads its answers itself (masscan) ends them itself: by a RST without ACK, of the
/// number after its SYN's, with a window, which no TCP gives an answer (RFC 9293, 3.10.7.1).
inline constexpr Clue scanner_ends_it{
    "scanner-ends-it",
    [](const Scene& s) {
      const Endpoint& x = s.x();
      const bool by_hand =
          !s.rst.ack_set && !s.rst.header_cut && s.rst.wnd != 0 && s.rst.seq == x.isn + 1;
      const bool only_syn = s.x_is_client() && x.last.syn && !x.last.ack_set;
      return Answer::when(by_hand && only_syn && syn_is_bare.ask(s).is_yes(), s.rst.frame,
                          s.rst.wnd);
    },
    "It has a window ({a}) and no ACK, as no TCP answers: the scanner itself wrote it."};

/// The same of a port that had refused its SYN.
inline constexpr Clue scanner_ends_a_refusal{
    "scanner-ends-a-refusal",
    [](const Scene& s) {
      return s.trigger_kind == TriggerKind::reset ? scanner_ends_it.ask(s) : Answer::no();
    },
    ""};

/// Is this host known to have probed several ports of late?
inline Answer is_scanning(const Host* host) {
  if (host == nullptr) return Answer::unknown();
  const std::uint32_t probes = host->synack_resets + host->refused_syns + host->strays;
  const bool scan = host->port_changes >= kScanPorts && probes >= kScanPorts;
  return Answer::when(scan, std::max({host->synack_reset, host->refused_syn, host->stray}), probes);
}

inline constexpr Clue resets_many_syn_acks{
    "resets-many-syn-acks", [](const Scene& s) { return is_scanning(s.x_host()); },
    "{a} probes of this host, of different ports, ended in a RST: it is scanning.", Matter::any,
    News::host_probed};

inline constexpr Clue peer_is_scanning{
    "peer-is-scanning", [](const Scene& s) { return is_scanning(s.y_host()); },
    "{Y} had {a} probes answered by RST, on different ports: it is scanning.", Matter::any,
    News::peer_probed};

}  // namespace rstcause::clues
