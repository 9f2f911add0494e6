// SPDX-License-Identifier: GPL-2.0-or-later
// Octets as a conversation: whatever they are, they are segments, and most of them fit together.
#pragma once

#include <cstdint>
#include <deque>
#include <string_view>
#include <vector>

#include "engine/wire/icmp.h"
#include "engine/wire/segment.h"
#include "fuzz/script.h"

namespace rstcause::fuzz {

/// Segments out of an input, which must outlive them.
///
/// Each segment is three octets and what the third announces (seeds.py writes the same):
///
///     1  bit 0 sent by the server; bits 1 and 2 the connection, 0 and 1 between two IPv4 hosts
///        and one server port, 2 to another port, 3 over IPv6 between two ephemeral ports; bits 3
///        to 5 the time since the segment before (kSteps); bit 6 it shares that one's frame; bit 7
///        the time goes back instead
///     2  the flags of the TCP header
///     3  bit 0: SEQ lies as far from SND.NXT as the next octet says (signed); bit 1: as the next
///        four octets say; both, on a RST: SEQ is 0. Bits 2 and 3: the same for ACK, which else
///        acknowledges all that the peer sent. Bit 4: two octets of window. Bit 5: TTL, two octets
///        of IP ID. Bit 6: payload, below 64 the octets that follow, below 128 one of kPayloads,
///        from 128 on so many hundred octets that were not captured. Bit 7: options, 0 to 2 the
///        usual ones, else so many octets, of which the capture lacks the last two from 64 on.
///
/// All flags at once announce no segment, but an ICMP error that quotes one of that sender's; the
/// third octet then tells its kind (kErrors) in bits 0 to 3, bit 4 that the receiver reports and
/// not a router, and bits 5 and 6 how far the quoted SEQ lies from SND.NXT, as above.
class Conversation {
 public:
  /// `shift`: what is added to every sequence number of the client (0) and the server (1).
  /// `mirrored`: the two hosts have each other's addresses.
  Conversation(Script script, std::uint32_t shift_client = 0, std::uint32_t shift_server = 0,
               bool mirrored = false)
      : shift_{shift_client, shift_server}, mirrored_(mirrored) {
    while (!script.is_over() && segments_.size() < kMost) add(script);
  }

  const std::vector<Segment>& segments() const { return segments_; }
  /// Between the segments by their frames, which they share with none.
  const std::vector<IcmpError>& errors() const { return errors_; }
  /// A sequence number stands where it would not if the connections had begun elsewhere: 0 on a
  /// RST has a meaning of its own (RFC 9293, 3.5.2).
  bool has_absolute_numbers() const { return absolute_; }

 private:
  static constexpr std::size_t kMost = 96;
  static constexpr Nanos kSteps[8] = {0,
                                      50 * kMicrosecond,
                                      800 * kMicrosecond,
                                      3 * kMillisecond,
                                      40 * kMillisecond,
                                      300 * kMillisecond,
                                      7 * kSecond,
                                      350 * kSecond};
  static constexpr std::string_view kPayloads[] = {
      "*1\r\n$4\r\nPING\r\n",
      "+PONG\r\n",
      "*2\r\n$3\r\nGET\r\n$1\r\nk\r\n",
      "$1\r\nv\r\n",
      "-ERR max number of clients reached\r\n",
      "GET / HTTP/1.1\r\nHost: h\r\n\r\n",
      "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok",
      "HTTP/1.1 413 Content Too Large\r\nConnection: close\r\nContent-Length: 0\r\n\r\n",
      "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 90000\r\n\r\nabc",
      "\x15\x03\x03\x00\x02\x01\x00",
      "SSH-2.0-OpenSSH_9.2\r\n",
      "BIG-IP: [0x31ae141:4666] {peer} TCP RST from remote system",
      "policy violation {x}"};

  struct ErrorKind {
    std::uint8_t type, code;
  };
  static constexpr ErrorKind kErrors[2][16] = {
      {{3, 0}, {3, 1}, {3, 2}, {3, 3}, {3, 4}, {3, 9}, {3, 10}, {3, 13}, {11, 0}, {11, 1}, {3, 5}},
      {{1, 0}, {1, 1}, {1, 2}, {1, 3}, {1, 4}, {1, 5}, {1, 6}, {2, 0}, {3, 0}, {3, 1}}};

  struct End {
    SeqNum nxt;
    std::uint16_t id = 7;
    bool spoke = false;
  };
  struct Connection {
    Connection() = default;
    End ends[2];
    bool begun = false;
  };

  Connection& connection(unsigned which) {
    Connection& c = connections_[which];
    if (!c.begun) {
      c.begun = true;
      c.ends[0].nxt = SeqNum(1'000'000 * (which + 1) + shift_[0]);
      c.ends[1].nxt = SeqNum(0x4000'0000U + 1'000'000 * (which + 1) + shift_[1]);
    }
    return c;
  }

  void add(Script& script) {
    const std::uint8_t who = script.octet(), flags = script.octet(), fields = script.octet();
    Segment s;
    const Nanos step = kSteps[(who >> 3U) & 7U];
    time_ += (who & 0x80U) != 0 ? -step : step;
    if (flags == 0xFF) return add_error(script, who, fields);
    s.time = time_;
    const bool aboard =
        (who & 0x40U) != 0 && !segments_.empty() && segments_.back().frame == frame_;
    s.frame = aboard ? segments_.back().frame : ++frame_;
    s.shares_frame = aboard;
    if (aboard) segments_.back().shares_frame = true;
    const unsigned which = (who >> 1U) & 3U, me = who & 1U;
    set_tuple(which, me, s);
    set_flags(flags, s);
    Connection& c = connection(which);
    read_numbers(script, fields, c, me, s);
    s.wnd = (fields & 0x10U) != 0 ? static_cast<std::uint16_t>(script.number(2))
            : s.rst && !s.ack_set ? std::uint16_t{0}
                                  : std::uint16_t{502};
    s.ip.ttl = (fields & 0x20U) != 0 ? script.octet() : std::uint8_t{64};
    s.ip_id =
        (fields & 0x20U) != 0 ? static_cast<std::uint16_t>(script.number(2)) : ++c.ends[me].id;
    if ((fields & 0x40U) != 0) read_payload(script, s);
    if ((fields & 0x80U) != 0) read_options(script, s);
    if (!s.rst) {
      c.ends[me].spoke = true;
      if (s.seq_end().after(c.ends[me].nxt)) c.ends[me].nxt = s.seq_end();
    }
    segments_.push_back(s);
  }

  void add_error(Script& script, std::uint8_t who, std::uint8_t kind) {
    const unsigned which = (who >> 1U) & 3U, me = who & 1U;
    Segment quoted;
    set_tuple(which, me, quoted);
    IcmpError e;
    e.frame = ++frame_;
    e.time = time_;
    e.ip = {.version = quoted.ip.version, .ttl = 60, .interface = 0};
    e.quoted = quoted.tuple;
    e.from = quoted.tuple.dst;
    if ((kind & 0x10U) == 0) e.from.octets[1] ^= 0x55U;
    e.seq = moved(script, (kind >> 5U) & 3U, connection(which).ends[me].nxt);
    const ErrorKind& what = kErrors[which == 3 ? 1 : 0][kind & 15U];
    e.type = what.type;
    e.code = what.code;
    if (hindrance_of(e) == Hindrance::too_big) e.mtu = script.number(2);
    errors_.push_back(e);
  }

  void set_tuple(unsigned which, unsigned me, Segment& s) const {
    constexpr std::uint16_t kClients[] = {50000, 50001, 50002, 50003},
                            kServers[] = {7000, 7000, 443, 40000};
    Address hosts[2] = {Address::ipv4(10, 0, 0, 1), Address::ipv4(10, 0, 0, 2)};
    if (which == 3) {
      for (Address& host : hosts) {
        host.kind = Address::Kind::ipv6;
        host.octets[15] = host.octets[3];
      }
    }
    if (mirrored_) std::swap(hosts[0], hosts[1]);
    s.ip.version = which == 3 ? 6 : 4;
    s.tuple = me == 0 ? Tuple{hosts[0], hosts[1], kClients[which], kServers[which]}
                      : Tuple{hosts[1], hosts[0], kServers[which], kClients[which]};
  }

  static void set_flags(std::uint8_t flags, Segment& s) {
    s.flags = flags;
    s.fin = (flags & 0x01U) != 0;
    s.syn = (flags & 0x02U) != 0;
    s.rst = (flags & 0x04U) != 0;
    s.ack_set = (flags & 0x10U) != 0;
  }

  static SeqNum moved(Script& script, unsigned how, SeqNum from) {
    if (how == 1)
      return from + static_cast<std::uint32_t>(static_cast<std::int8_t>(script.octet()));
    return how == 2 ? from + script.number(4) : from;
  }

  void read_numbers(Script& script, std::uint8_t fields, const Connection& c, unsigned me,
                    Segment& s) {
    const unsigned how_seq = fields & 3U, how_ack = (fields >> 2U) & 3U;
    s.seq = moved(script, how_seq, c.ends[me].nxt);
    if (s.rst && how_seq == 3) {
      s.seq = SeqNum(0);
      absolute_ = absolute_ || c.ends[me].spoke;
    } else if (s.rst && s.seq.raw() == 0) {
      absolute_ = true;
    }
    const SeqNum ack = moved(script, how_ack, c.ends[1 - me].nxt);
    s.ack = s.ack_set && how_ack != 3 ? ack : SeqNum(0);
    if (s.ack_set && s.ack.raw() == 0) absolute_ = true;
  }

  static void read_payload(Script& script, Segment& s) {
    const std::uint8_t kind = script.octet();
    if (kind < 64)
      s.payload = script.take(kind);
    else if (kind < 128)
      s.payload = kPayloads[(kind - 64U) % std::size(kPayloads)];
    s.len = kind < 128 ? static_cast<std::uint32_t>(s.payload.size()) : (kind - 128U) * 100U;
  }

  void read_options(Script& script, Segment& s) {
    static constexpr std::uint8_t kSystem[] = {2, 4, 5, 0xb4, 4, 2, 8, 10, 0, 0,
                                               0, 1, 0, 0,    0, 0, 1, 3,  3, 7};
    static constexpr std::uint8_t kBare[] = {2, 4, 5, 0xb4};
    const std::uint8_t kind = script.octet();
    std::vector<std::uint8_t>& octets = options_.emplace_back();
    if (kind == 0)
      octets.assign(std::begin(kSystem), std::end(kSystem));
    else if (kind == 1)
      octets = timestamps();
    else if (kind == 2)
      octets.assign(std::begin(kBare), std::end(kBare));
    else
      for (unsigned i = 0; i < std::min(kind & 63U, 40U); ++i) octets.push_back(script.octet());
    octets.resize((octets.size() + 3U) / 4U * 4U, 0);
    s.options_len = static_cast<std::uint8_t>(octets.size());
    s.option_octets = octets;
    if (kind >= 64 && octets.size() > 2) s.option_octets = s.option_octets.first(octets.size() - 2);
  }

  std::vector<std::uint8_t> timestamps() const {
    const auto ms = static_cast<std::uint32_t>(time_ / kMillisecond);
    std::vector<std::uint8_t> octets = {1, 1, 8, 10};
    for (unsigned bits = 32; bits > 0; bits -= 8)
      octets.push_back(static_cast<std::uint8_t>(ms >> (bits - 8)));
    octets.insert(octets.end(), {0, 0, 0, 1});
    return octets;
  }

  std::uint32_t shift_[2];
  bool mirrored_;
  bool absolute_ = false;
  Frame frame_ = 0;
  Nanos time_ = 1'653'024'200 * kSecond;
  Connection connections_[4];
  std::vector<Segment> segments_;
  std::vector<IcmpError> errors_;
  std::deque<std::vector<std::uint8_t>> options_;
};

}  // namespace rstcause::fuzz
