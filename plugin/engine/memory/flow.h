// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <memory>
#include <optional>

#include "engine/wire/segment.h"

namespace rstcause {

namespace resp {
class Tracker;
}
namespace app {
class Talk;
}

/// Which of a flow's two ends: `a` is the sender of the first segment seen.
enum class End : std::uint8_t { a, b };
constexpr End other(End end) {
  return end == End::a ? End::b : End::a;
}

/// The shape of a SYN or SYN-ACK: enough to tell an operating system's from a scanner's.
struct SynShape {
  std::uint16_t wnd = 0;
  std::uint8_t shift = 0;
  std::uint8_t ttl = 0;
  std::uint16_t ip_id = 0;
  bool may_fragment = false;  ///< As in IpFacts.
  bool window_scale = false, sack_permitted = false, timestamps = false;
  bool mp_join = false, mp_capable = false, options_cut = false;
  std::uint16_t mss = 0;  ///< 0: none.
  OptionOrder order = 0;
  std::uint8_t options_len = 0;  ///< By the data offset: known though the options were cut.
  std::uint32_t ts_val = 0, ts_ecr = 0;

  /// Linux tcp_syn_options() and tcp_options_write(): SACK permitted and timestamps in one word
  /// behind the MSS.
  bool has_linux_order() const { return begins(order, "mst"); }

  friend bool operator==(const SynShape&, const SynShape&) = default;
};

/// What was seen of one end. Every fact is optional: captures start late, lose segments and
/// see one direction only, and a clue must be able to tell "it did not happen" from "it could
/// not be seen". Frame 0 means "not seen".
struct Endpoint {
  Frame syn = 0;  ///< Its first SYN or SYN-ACK.
  Nanos syn_time = 0;
  SeqNum isn;
  SynShape shape;

  bool speaks = false;  ///< Any segment but a RST was seen: snd_nxt holds.
  bool acks = false;    ///< Any acknowledgment was seen: rcv_nxt holds.
  SeqNum snd_nxt;       ///< SND.NXT: one past the highest octet, SYN or FIN it sent.
  SeqNum rcv_nxt;       ///< The highest acknowledgment it sent: what it owns to have received.
  SeqNum first_ack;     ///< The first one, where it acknowledges at all.
  SeqNum
      first_seq;  ///< Where its sequence space begins for us: first payload octet at the earliest.

  Frame first_data = 0;  ///< Its first new payload.
  Frame data = 0;        ///< Its latest new payload.
  Nanos data_time = 0;
  SeqNum data_seq;
  std::uint32_t data_len = 0;
  Frame fin = 0;
  Nanos fin_time = 0;
  SeqNum fin_seq;              ///< The number that the FIN itself occupies.
  bool closed_asking = false;  ///< Its latest payload had no word of its peer's after it by then.
  Frame fin_acked = 0;         ///< The peer's segment that acknowledged the FIN.
  Nanos fin_acked_time = 0;
  Frame unseen = 0;  ///< A frame which shows that something this end sent is not in the capture.

  SegmentHeader last;         ///< Its latest segment, resets and copies left out.
  Frame window_update = 0;    ///< The latest segment that did nothing but open its window.
  std::uint16_t wnd_max = 0;  ///< The largest window it advertised (unscaled, SYN left out).
  std::uint16_t ip_id = 0;    ///< The latest IPv4 identification that was not 0.
  std::uint8_t ttl = 0;       ///< Of the latest segment that was no SYN.
  bool ttl_varies = false;
  std::uint8_t ttl_least = 0, ttl_most = 0;  ///< Where it varies.
  std::uint8_t ip_id_steps = 0;              ///< How often its IP ID went on by a few...
  std::uint8_t ip_id_jumps = 0;              ///< ... and how often it jumped. Both stop at 255.
  std::uint32_t ts_val = 0;                  ///< The latest timestamp it sent, where `timestamps`.
  bool timestamps = false;                   ///< Its segments carry timestamps.
  std::uint32_t reaction_us = kNoReaction;   ///< Its quickest answer at this capture point.

  static constexpr std::uint32_t kNoReaction = UINT32_MAX;

  friend bool operator==(const Endpoint&, const Endpoint&) = default;

  /// By how many bits its windows are shifted: none unless the peer's SYN, as far as it was seen,
  /// has the option too (RFC 7323, 2.2).
  std::uint8_t window_shift(const Endpoint& peer) const {
    const bool agreed = peer.syn == 0 || peer.shape.options_cut || peer.shape.window_scale;
    return agreed ? shape.shift : std::uint8_t{0};
  }
  /// A window field of its segments in octets; its SYN's is never scaled.
  std::uint32_t in_octets(std::uint16_t window, const Endpoint& peer) const {
    return static_cast<std::uint32_t>(window) << window_shift(peer);
  }
  /// Payload octets known to have been sent (the SYN and the FIN are none).
  std::uint32_t payload_sent() const {
    return first_data == 0 ? 0 : (fin != 0 ? fin_seq : snd_nxt).distance_from(first_seq);
  }
};

/// A number further ahead than any window (RFC 7323, 2.3) is not of this connection.
inline constexpr std::uint32_t kWidestWindow = 1U << 30U;

/// The most by which a host's IP ID counter goes on between two segments of one connection.
inline constexpr std::uint16_t kLargestIpIdStep = 1024;

/// With a running IP ID the same one means the same packet, even if the copy took a detour.
inline constexpr Nanos kCopyWithinByIpId = kSecond / 2;

/// What two capture points may be apart whose captures somebody merged: the path between them, and
/// the difference of their clocks.
inline constexpr Nanos kPointsApart = 60 * kSecond;

/// By how much the clock may go back within one capture: receive queues and interfaces are drained
/// within this. What goes back further was captured elsewhere, or shown before.
inline constexpr Nanos kExchanged = 5 * kMillisecond;

/// No retransmission or probe timer is this quick (RFC 6298 asks for a second, Linux takes 200
/// ms): what comes closer belongs to the same firing of the timer.
inline constexpr Nanos kTimerApart = 20 * kMillisecond;

/// A series of equal segments that the peer leaves unanswered: retransmissions or probes.
struct Series {
  std::uint32_t count = 0;  ///< Of this run: since the peer last spoke.
  std::uint32_t total = 0;  ///< Of all runs.
  Frame first = 0, last = 0;
  Nanos first_time = 0, last_time = 0,
        gap = 0;       ///< gap: between the last two firings of the timer, of whatever run.
  Frame ended_by = 0;  ///< The peer's next segment, if any.

  bool going_on() const { return count != 0 && ended_by == 0; }
  friend bool operator==(const Series&, const Series&) = default;
  void add(Frame frame, Nanos time);
  void end(Frame frame) {
    if (ended_by == 0) ended_by = frame;
  }
};

/// What went wrong on one end. Kept apart from Endpoint because most connections need none.
struct Trouble {
  Series syn_repeats;              ///< The same SYN or SYN-ACK again.
  Frame syn_repeat_after_ack = 0;  ///< SYN-ACK again although the peer's ACK of it was seen.
  Series retransmits;              ///< The same octets again, unacknowledged.
  Series needless;        ///< The same octets again that the peer had acknowledged already.
  Series window_probes;   ///< Window probes: the same while the peer's window is shut.
  Series probes;          ///< Keepalive and window probes (one octet below SND.NXT).
  Frame zero_window = 0;  ///< It shut its window here and has not opened it since.
  Nanos zero_window_time = 0;
  Frame rst = 0;              ///< Its first reset that ended the connection.
  bool rst_answered = false;  ///< That one was the answer to a segment.
  Nanos rst_time = 0;
  std::uint32_t resets = 0;          ///< All of its resets.
  std::uint32_t foreign_resets = 0;  ///< Those whose numbers nothing explains.
  Frame last_foreign = 0;
  Frame forged = 0;  ///< The first in its name that somebody else had sent.

  friend bool operator==(const Trouble&, const Trouble&) = default;
};

/// How the roles of client and server are known.
enum class RoleBasis : std::uint8_t { none, ports, syn_ack, syn };

/// What a judged reset means to its connection.
struct ResetNote {
  bool ends = false;      ///< Its sender's state went with it.
  bool foreign = false;   ///< Nothing explains its numbers.
  bool answered = false;  ///< It was the answer to a segment.
};

class FlowTable;

/// What the capture lets us know of one connection: one incarnation of a 4-tuple.
class Flow {
 public:
  Flow(std::uint32_t id, const Segment& first, std::uint32_t previous = 0);
  Flow(const Flow&) = delete;
  Flow& operator=(const Flow&) = delete;
  ~Flow();

  /// All that segments change: what a step back restores. Verdicts, the application's trackers and
  /// counts of copies are no part of it.
  struct Memento {
    std::array<Endpoint, 2> ends;
    std::array<Trouble, 2> troubles;
    Nanos last_time = 0, longest_silence = 0, latest_silence = 0;
    std::uint32_t latest_recent = 0;
    End initiator = End::a;
    RoleBasis role_basis = RoleBasis::none;
    bool over = false, had_troubles = false;
  };
  void save(Memento& into) const;
  void restore(const Memento& memento);
  /// The same, but what is known of its resets stays.
  void restore_before_resets(Memento then);
  /// The flow as it was before its first segment.
  void restore_first();

  /// Takes in a segment that is no RST. True where it has a timestamp in the usual layout, which is
  /// now the sender's ts_val; not told of a SYN.
  bool note(End from, const Segment& segment) {
    return note_segment(from, mine(from), mine(other(from)), segment);
  }
  /// Takes it in once more, after restore(): its copies were counted when they came.
  void note_again(End from, const Segment& segment) {
    const auto copies = copies_;
    note(from, segment);
    copies_ = copies;
  }
  /// The reset of that frame turned out not to be its sender's.
  void note_forgery(End from, Frame frame);
  /// Takes in a reset after it was judged.
  void note_reset(End from, const Segment& segment, ResetNote what);

  /// All that was seen of this end proves to have been probes of its connection: it had sent
  /// everything before `snd_nxt`, and the peer has answered for no more.
  void note_mere_probes(End from, const Series& probes, SeqNum snd_nxt);

  /// One more copy of the sender's latest segment.
  void note_copy(End from);
  /// One of its earlier segments was shown once more.
  void note_shown_again() { most_copies_ = std::max<std::uint8_t>(most_copies_, 1); }
  /// How often one packet was shown again: a mirror port once, four interfaces three times.
  std::uint8_t most_copies() const { return most_copies_; }
  /// By how many hops this one has come farther than this end's segments as they were first seen:
  /// a copy captured behind a router. Negative: nearer to its sender, before that router.
  int hops_farther(End from, const Segment& segment) const {
    const Endpoint& x = at(from);
    if (segment.ip.ttl == x.ttl && !segment.syn) return 0;  // nearly always
    const std::uint8_t before = x.ttl != 0 && !segment.syn ? x.ttl : x.shape.ttl;
    return segment.ip.ttl == 0 || before == 0 ? 0 : before - segment.ip.ttl;
  }
  /// True when this SYN begins a new connection on the same 4-tuple.
  bool starts_over(End from, const Segment& segment) const;
  /// True when a segment fits this (older) incarnation and not `newer`.
  bool keeps(End from, const Segment& segment, const Flow& newer) const;

  End end_of(const Tuple& tuple) const {
    return tuple.sport == port(End::a) && tuple.src == address(End::a) ? End::a : End::b;
  }
  /// Of what that end sends.
  Tuple tuple_of(End from) const {
    return {address(from), address(other(from)), port(from), port(other(from))};
  }
  const Endpoint& at(End end) const { return ends_[index(end)]; }
  const Address& address(End end) const { return addresses_[index(end)]; }
  std::uint16_t port(End end) const { return ports_[index(end)]; }
  const Trouble& trouble(End end) const;

  RoleBasis role_basis() const { return role_basis_; }
  bool is_client(End end) const { return role_basis_ != RoleBasis::none && end == initiator_; }
  bool is_server(End end) const { return role_basis_ != RoleBasis::none && end != initiator_; }
  /// A SYN of the client was seen and so was everything behind it, as far as we know.
  bool seen_from_start() const { return role_basis_ == RoleBasis::syn; }

  /// Since the client's first SYN, where that was captured.
  std::optional<Nanos> age(Nanos now) const {
    if (!seen_from_start()) return std::nullopt;
    return std::max<Nanos>(now - at(initiator_).syn_time, 0);
  }

  std::uint32_t id() const { return id_; }
  Frame first_frame() const { return first_frame_; }
  Nanos last_time() const { return last_time_; }
  /// The connection that had this 4-tuple before, or nullptr.
  Flow* previous() const;
  /// Another connection of the same capture, or nullptr.
  const Flow* fellow(std::uint32_t id) const;
  bool has_previous() const { return previous_ != 0; }
  bool over() const { return over_; }
  /// The longest silence of the connection before its latest segment.
  Nanos longest_silence() const { return longest_silence_; }

  /// Something changed that is no segment's doing and would not come of taking in segments again.
  static constexpr std::uint8_t kCheckpointDue = UINT8_MAX;

  /// Where Hosts keeps its ends and their ports (hosts.h), one more than the place; 0: not looked
  /// up yet. Kept to spare looking, not packed.
  struct Known {
    std::uint32_t host = 0, service = 0;
  };
  Known& known(End end) const { return known_[index(end)]; }

  std::uint32_t latest_recent = 0;      ///< This flow's newest entry in RecentSegments.
  std::uint32_t latest_checkpoint = 0;  ///< The newest one of this flow in Checkpoints.
  std::uint8_t since_checkpoint = 0;    ///< Segments taken in since; or kCheckpointDue.
  bool maybe_disordered = false;        ///< A latest one may prove to have come too soon.
  std::uint32_t first_verdict = 0;      ///< One more than the index of its first reset's verdict.
  std::uint32_t latest_verdict = 0;     ///< The same of its latest, copies left out.
  std::unique_ptr<resp::Tracker> resp;
  std::uint8_t resp_tries = 0;  ///< First payloads that were no RESP.
  /// Whom `resp` calls the initiator: who that is may be known better by now.
  End resp_initiator = End::a;
  std::unique_ptr<app::Talk> app;  ///< The application protocol, once recognised.
  std::uint8_t app_tries = 0;      ///< First payloads that were of none that is known.
  Frame heartbeat = 0;             ///< A length-prefixed PING that is no RESP.
  Frame heartbeat_answer = 0;

 private:
  friend class FlowTable;
  friend struct PackedFlow;
  Flow() = default;  // to be unpacked into

  static std::size_t index(End end) { return static_cast<std::size_t>(end); }
  Endpoint& mine(End end) { return ends_[index(end)]; }
  Trouble& make_trouble(End end);

  void learn_roles_by_ports();
  void learn_roles(End from, const Segment& segment);
  bool note_segment(End from, Endpoint& x, Endpoint& y, const Segment& segment);
  [[gnu::noinline]] void note_syn_or_again(End from, Endpoint& x, const Endpoint& y,
                                           const Segment& segment);
  [[gnu::noinline]] void end_series_of(End end, Frame frame);
  [[gnu::noinline]] void note_shut_or_open(End from, const Segment& segment);
  void note_repeated_syn(End from, const Segment& segment);
  void note_octets(End from, Endpoint& x, const Endpoint& y, const Segment& segment);
  [[gnu::noinline]] void note_known_octets(End from, const Segment& segment);
  void note_window(End from, Endpoint& x, const Segment& segment);

  std::array<Address, 2> addresses_;
  std::array<std::uint16_t, 2> ports_{};
  std::array<Endpoint, 2> ends_;
  std::unique_ptr<std::array<Trouble, 2>> troubles_;
  FlowTable* home_ = nullptr;  ///< Knows the other flows.
  std::uint32_t previous_ = 0;
  Nanos last_time_ = 0;
  Nanos longest_silence_ = 0, latest_silence_ = 0;
  std::uint32_t id_ = 0;
  Frame first_frame_ = 0;
  End initiator_ = End::a;
  RoleBasis role_basis_ = RoleBasis::none;
  bool over_ = false;
  std::uint8_t most_copies_ = 0;
  std::array<std::uint8_t, 2> copies_{};  ///< Of each end's latest segment.
  mutable std::array<Known, 2> known_;
};

}  // namespace rstcause
