// SPDX-License-Identifier: GPL-2.0-or-later
// Questions about the reset's header: does it look like the other segments of its sender?
#pragma once

#include <algorithm>
#include <array>

#include "engine/judge/clue.h"

namespace rstcause::clues {

/// The initial value behind it, of those that systems use: 64 most, 128 Windows, 255 routers and
/// Solaris, 32 old Windows.
inline int initial_ttl(std::uint8_t ttl) {
  constexpr std::array<int, 4> kInitial = {32, 64, 128, 255};
  return *std::lower_bound(kInitial.begin(), kInitial.end(), int{ttl});
}
/// Routers between the sender and the capture.
inline int hops_of(std::uint8_t ttl) {
  return initial_ttl(ttl) - ttl;
}
/// No path is longer (traceroute stops there too): the program has set this TTL itself, as BGP
/// speakers do with 1 or 255 (RFC 5082).
inline constexpr int kLongestPath = 30;

/// Balanced paths differ by a few routers. The one of X's TTLs that the reset's is to be held
/// against: the nearest, or 0 where it is too near to tell.
inline std::uint8_t nearest_of_several(const Endpoint& x, std::uint8_t ttl) {
  constexpr int kSamePaths = 6;
  const int spread = x.ttl_most - x.ttl_least;
  if (x.ttl_least == 0 || spread > kSamePaths) return 0;
  if (ttl >= x.ttl_least && ttl <= x.ttl_most) return 0;
  const std::uint8_t nearest = ttl < x.ttl_least ? x.ttl_least : x.ttl_most;
  const int apart = hops_of(ttl) - hops_of(nearest);
  return apart > 2 * spread || -apart > 2 * spread ? nearest : std::uint8_t{0};
}

/// The TTL that X's own segments arrive with, by this connection, an older one of the same
/// ports, or another of the same host; 0 where it is not known or not steady.
inline std::uint8_t usual_ttl(const Scene& s) {
  if (s.rst.habits.x_was_ahead) return 0;  // those were captured at another place, perhaps
  if (s.x().ttl_varies) return nearest_of_several(s.x(), s.rst.ip.ttl);
  if (s.x().ttl != 0) return s.x().ttl;
  if (s.x().shape.ttl != 0) return s.x().shape.ttl;
  const Host* host = s.x_host();
  if (host == nullptr || host->ttl_interface != s.rst.ip.interface) return 0;
  // Routes change, and merged captures were not all taken at one place.
  return s.rst.time - host->ttl_time <= 60 * kSecond ? host->ttl : std::uint8_t{0};
}

/// A socket's own reset goes on with its timestamps (RFC 7323, 3.2).
inline bool timestamps_continue(const Scene& s) {
  const Habits& h = s.rst.habits;
  return s.options.timestamps && h.x_ts_val != 0 && s.options.ts_val - h.x_ts_val < (1U << 31U);
}

/// X's IP ID counts, and the reset's is one of the next.
inline bool ip_id_continues(const Scene& s) {
  const Habits& h = s.rst.habits;
  if (s.rst.ip_id == 0 || h.x_ip_id == 0 || h.ip_id_jumps != 0) return false;
  const auto ahead = static_cast<std::uint16_t>(s.rst.ip_id - h.x_ip_id);
  // Linux counts each connection by itself (ip_select_ident_segs()), and of a sender that was heard
  // once nobody knows how it counts: only what was not captured may lie between.
  constexpr std::uint16_t kLostAtMost = 128;
  if (s.x().shape.has_linux_order() || h.ip_id_steps == 0)
    return ahead != 0 && ahead <= kLostAtMost;
  // A counter of the whole host goes on in silence too.
  return ahead != 0 && ahead <= kLargestIpIdStep * (1U + h.x_quiet_s);
}

/// Programs set the TTL of their sockets, and kernels answer for no socket with their default:
/// then one host sends both, without anybody forging.
inline bool ttl_may_be_the_hosts_own(const Scene& s, std::uint8_t usual) {
  if (s.is_abort()) return timestamps_continue(s) || ip_id_continues(s);
  if (!s.is_reply()) return false;
  if (hops_of(usual) == hops_of(s.rst.ip.ttl)) return true;  // libslirp: with a window, too
  const bool small = s.stack() == Stack::embedded || s.stack() == Stack::usermode_nat;
  constexpr std::uint8_t kSetByHand = 32;  // no kernel's default that is left
  return (s.rst.wnd == 0 || small) && (usual <= kSetByHand || hops_of(usual) > kLongestPath);
}

/// Not asked of a client that sent nothing but its SYN: scanners write that by hand.
inline constexpr Clue ttl_differs{
    "ttl-differs",
    [](const Scene& s) {
      const std::uint8_t usual = usual_ttl(s);
      if (usual == 0 || s.rst.ip.ttl == 0 || s.state == State::syn_sent) return Answer::unknown();
      if (usual != s.rst.ip.ttl && ttl_may_be_the_hosts_own(s, usual)) {
        // As far as the host, though from another initial value: whoever is in the path is nearer.
        return s.is_reply() && hops_of(usual) == hops_of(s.rst.ip.ttl) ? Answer::no()
                                                                       : Answer::unknown();
      }
      const Frame frame = s.x().last.seen() ? s.x().last.frame : s.rst.frame;
      return Answer::when(usual != s.rst.ip.ttl, frame, usual, s.rst.ip.ttl);
    },
    "{X}'s own segments arrive with TTL {a}, the RST with {b}."};

/// A device on the path to X is nearer than X is, and its TTL shows that.
inline constexpr Clue comes_from_nearer{
    "comes-from-nearer",
    [](const Scene& s) {
      if (!ttl_differs.ask(s).is_yes()) return Answer::unknown();
      const int near = hops_of(s.rst.ip.ttl), far = hops_of(usual_ttl(s));
      return Answer::when(near < far, s.rst.frame, near, far);
    },
    "By its TTL it comes from {a:routers} away, {x} is {b:routers} away."};

/// Farther than X, or farther than any path: written by hand, or sent from off the path.
inline constexpr Clue comes_from_off_the_path{
    "comes-from-off-the-path",
    [](const Scene& s) {
      if (!ttl_differs.ask(s).is_yes()) return Answer::unknown();
      const int away = hops_of(s.rst.ip.ttl), far = hops_of(usual_ttl(s));
      return Answer::when(away > far, s.rst.frame, away, far);
    },
    "By its TTL it comes from {a:routers} away, farther than {x} itself ({b})."};

/// Other routers, and not another initial value alone.
inline constexpr Clue comes_from_another_place{
    "comes-from-another-place",
    [](const Scene& s) {
      const Answer differs = ttl_differs.ask(s);
      const bool other = differs.is_yes() && hops_of(usual_ttl(s)) != hops_of(s.rst.ip.ttl);
      return other ? differs : Answer::no();
    },
    ttl_differs.sentence};

inline constexpr Clue ttl_is_the_senders{
    "ttl-is-the-senders",
    [](const Scene& s) {
      const std::uint8_t usual = usual_ttl(s);
      if (usual == 0 || s.rst.ip.ttl == 0) return Answer::unknown();
      const Frame frame = s.x().last.seen() ? s.x().last.frame : s.rst.frame;
      return Answer::when(usual == s.rst.ip.ttl, frame, usual);
    },
    "The RST arrives with TTL {a}, as {x}'s other segments do."};

/// The IP ID of X counts in this connection: what is far from it is another machine's.
inline bool ip_id_counts(const Scene& s) {
  return s.rst.habits.ip_id_steps != 0 && s.rst.habits.ip_id_jumps == 0;
}

/// IPv4 identification is a counter on most systems, for each connection or for all. Answers
/// without a socket have one of their own (older Linux, macOS) or 0 (Linux): they say nothing.
inline constexpr Clue ip_id_is_off{
    "ip-id-is-off",
    [](const Scene& s) {
      if (s.rst.ip.version != 4 || s.rst.ip_id == 0 || !ip_id_counts(s) || s.is_reply())
        return Answer::unknown();
      return Answer::when(!ip_id_continues(s), s.rst.habits.x_last, s.rst.habits.x_ip_id,
                          s.rst.ip_id);
    },
    "{X}'s IP identification had counted up to {a}, the RST has {b}."};

/// Linux ip_select_ident_segs() gives a connected socket's segments the next number, 0 never.
inline constexpr Clue abort_has_no_ip_id{
    "abort-has-no-ip-id",
    [](const Scene& s) {
      if (s.rst.ip.version != 4 || !s.is_abort() || !s.rst.ack_set || !ip_id_counts(s))
        return Answer::unknown();
      return Answer::when(s.rst.ip_id == 0, s.rst.habits.x_last, s.rst.habits.x_ip_id);
    },
    "{X}'s IP identification had counted up to {a}; a socket's own RST has the next, not 0."};

/// What a socket sends itself is counted with its other segments (RFC 6864, 4).
inline constexpr Clue abort_is_of_another_counter{
    "abort-is-of-another-counter",
    [](const Scene& s) {
      const bool steady = s.rst.habits.ip_id_steps >= 3 && s.x().shape.has_linux_order();
      if (!steady || s.form != Form::abort) return Answer::unknown();
      return abort_has_no_ip_id.ask(s).is_yes() ? abort_has_no_ip_id.ask(s) : ip_id_is_off.ask(s);
    },
    ""};

inline constexpr Clue ip_id_goes_on{
    "ip-id-goes-on",
    [](const Scene& s) {
      if (s.rst.ip.version != 4 || s.rst.ip_id == 0 || !ip_id_counts(s)) return Answer::unknown();
      return Answer::when(ip_id_continues(s), s.rst.habits.x_last, s.rst.habits.x_ip_id,
                          s.rst.ip_id);
    },
    "{X}'s IP identification had counted up to {a}, and the RST goes on with {b}."};

/// An answer that small stacks (uIP) write into the very packet that they have received: window and
/// IP ID are left as they were.
inline bool is_written_in_place(const Scene& s) {
  const SegmentHeader& t = s.has_trigger() ? s.trigger : s.y().last;
  if (!t.seen() || t.frame > s.rst.frame || s.rst.ip_id != t.ip_id) return false;
  const bool answers =
      s.rst.seq == t.ack && (!s.rst.ack_set || s.rst.ack == t.seq_end() || s.rst.ack == t.seq + 1);
  return answers && s.rst.wnd == t.wnd;
}

/// An answer has no window of its own (RFC 9293, 3.5.2; Linux, BSD and Windows all send 0).
inline constexpr Clue answer_has_a_window{
    "answer-has-a-window",
    [](const Scene& s) {
      if (s.rst.header_cut || s.rst.habits.x_last == 0) return Answer::unknown();
      if (s.is_of_another_stack() || s.form == Form::abort) return Answer::unknown();
      // Some stacks fill in the window that their segments had: a habit, not a forger's mark.
      const bool odd = !s.rst.ack_set && s.rst.wnd != 0 && s.rst.wnd != s.rst.habits.x_wnd &&
                       !(is_written_in_place(s) && s.rst.ip_id != 0);
      return Answer::when(odd, s.rst.frame, s.rst.wnd);
    },
    "A RST without ACK is an answer and has no window; this one has {a}."};

/// How much larger a window may be that a program opens by its last read (Linux grows the
/// buffer at most to twice of what it has advertised, tcp_rcv_space_adjust()).
inline constexpr std::uint32_t kWindowGrowth = 4;

/// Whoever does not know the window scale (RFC 7323, 2.2) writes windows that are far too large.
inline constexpr Clue window_is_beyond_all{
    "window-is-beyond-all",
    [](const Scene& s) {
      const Habits& h = s.rst.habits;
      if (!s.rst.ack_set || s.rst.header_cut || h.x_wnd_max == 0 ||
          s.x().window_shift(s.y()) == 0 || s.rst.declared.kind == Declared::Kind::netscaler)
        return Answer::unknown();
      const bool beyond = !timestamps_continue(s) && s.rst.wnd > kWindowGrowth * h.x_wnd_max;
      return Answer::when(beyond, s.rst.frame, s.rst.wnd, h.x_wnd_max);
    },
    "Its window, {a} before scaling, is beyond all that {x} ever offered ({b})."};

inline constexpr Clue window_is_as_it_should_be{
    "window-is-as-it-should-be",
    [](const Scene& s) {
      if (s.rst.header_cut) return Answer::unknown();
      const bool live = s.rst.ack_set && s.rst.wnd != 0 && s.rst.wnd == s.rst.habits.x_wnd;
      const bool answer = s.is_reply() && s.rst.wnd == 0;
      return Answer::when(live || answer, s.rst.frame, s.rst.wnd);
    },
    "Its window, {a}, is what a true RST of {x} would have."};

/// A Linux socket that negotiated timestamps aborts with them (RFC 7323, 3.2); BSD's and
/// Windows' resets have none, so those say nothing.
inline constexpr Clue timestamps_are_missing{
    "timestamps-are-missing",
    [](const Scene& s) {
      const bool both = s.x().timestamps && s.y().timestamps;
      if (!s.is_abort() || !s.rst.ack_set || !both || !s.x().shape.has_linux_order())
        return Answer::unknown();
      return Answer::when(!s.options.timestamps && !s.options.cut, s.rst.frame);
    },
    "Both ends use timestamps, and this RST has none."};

inline constexpr Clue timestamps_go_back{
    "timestamps-go-back",
    [](const Scene& s) {
      if (!s.options.timestamps || s.rst.habits.x_ts_val == 0) return Answer::unknown();
      if (s.rst.habits.x_was_ahead) return Answer::unknown();  // as its time does
      return Answer::when(!timestamps_continue(s), s.rst.habits.x_last, s.rst.habits.x_ts_val,
                          s.options.ts_val);
    },
    "{X}'s timestamps had reached {a}, the RST goes back to {b}."};

inline constexpr Clue timestamps_go_on{
    "timestamps-go-on",
    [](const Scene& s) {
      if (!s.options.timestamps || s.rst.habits.x_ts_val == 0) return Answer::unknown();
      return Answer::when(timestamps_continue(s), s.rst.habits.x_last, s.rst.habits.x_ts_val,
                          s.options.ts_val);
    },
    "{X}'s timestamps had reached {a}, and the RST goes on with {b}."};

/// Small stacks (uIP) write their answer into the segment that they answer, and leave in it what
/// they need not change: that accuses nobody.
inline bool may_be_written_in_place(const Scene& s) {
  return is_written_in_place(s) || (s.is_reply() && s.rst.fresh_trigger && s.prompt());
}

/// A forger who turns a packet around and forgets to change what he does not need.
inline constexpr Clue ip_id_is_reflected{
    "ip-id-is-reflected",
    [](const Scene& s) {
      const Habits& h = s.rst.habits;
      if (s.rst.ip.version != 4 || s.rst.ip_id == 0 || h.y_ip_id == 0 || h.x_ip_id == 0)
        return Answer::unknown();
      if (may_be_written_in_place(s)) return Answer::unknown();
      // Both ends may count alike by chance, and tools write the same into all packets.
      return Answer::when(s.rst.ip_id == h.y_ip_id && h.x_ip_id != h.y_ip_id && !ip_id_continues(s),
                          s.y().last.frame, s.rst.ip_id);
    },
    "Its IP identification, {a}, is that of {y}'s segment: a packet turned around."};

inline constexpr Clue window_is_reflected{
    "window-is-reflected",
    [](const Scene& s) {
      const Habits& h = s.rst.habits;
      if (s.rst.wnd == 0 || h.x_wnd == 0 || h.y_wnd == 0) return Answer::unknown();
      if (may_be_written_in_place(s)) return Answer::unknown();
      const bool own = s.rst.wnd == h.x_wnd || s.rst.wnd == h.x_wnd_max ||
                       s.rst.wnd == s.x().shape.wnd || timestamps_continue(s);
      return Answer::when(s.rst.wnd == h.y_wnd && !own, s.y().last.frame, s.rst.wnd);
    },
    "Its window, {a}, is that of {y}'s segment: a packet turned around."};

inline constexpr Clue nothing_is_reflected{
    "nothing-is-reflected",
    [](const Scene& s) {
      const Habits& h = s.rst.habits;
      if (s.rst.ip_id == 0 || h.y_ip_id == 0) return Answer::unknown();
      return Answer::when(s.rst.ip_id != h.y_ip_id, s.y().last.frame, h.y_ip_id, s.rst.ip_id);
    },
    "{Y}'s IP identification is {a}, the RST's is another, {b}."};

}  // namespace rstcause::clues
