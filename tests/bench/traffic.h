// SPDX-License-Identifier: GPL-2.0-or-later
//
// Connections for the engine alone, made as they are needed: a capture of a million of them would
// measure the reading of a file.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

#include "engine/wire/segment.h"

namespace rstcause::bench {

inline constexpr std::array<std::uint8_t, 20> kSynOptions{2, 4, 5, 0xB4, 4, 2, 8, 10, 0, 0,
                                                          0, 1, 0, 0,    0, 0, 1, 3,  3, 7};
inline constexpr std::array<std::uint8_t, 12> kTimestamps{1, 1, 8, 10, 0, 0, 0, 2, 0, 0, 0, 1};

enum Flag : std::uint8_t { kFin = 1, kSyn = 2, kRst = 4, kPsh = 8, kAck = 16 };

/// One connection after the other, its segments 50 microseconds apart.
template <typename Take>
class Talk {
 public:
  Talk(Take& take, Frame& frame, std::uint32_t number) : take_(take), frame_(frame) {
    const auto octet = [&](unsigned shift) { return static_cast<std::uint8_t>(number >> shift); };
    ends_[0] = Address::ipv4(10, octet(16), octet(8), octet(0));
    ends_[1] = Address::ipv4(100, 64, 0, static_cast<std::uint8_t>(number % 13));
    ports_ = {static_cast<std::uint16_t>(32768 + number % 20000), 8300};
    next_ = {SeqNum(number * 2654435761U), SeqNum(number * 40503U)};
  }

  void say(std::size_t end, std::uint8_t flags, std::string_view payload = {},
           std::uint16_t window = 502) {
    Segment s;
    s.frame = ++frame_;
    s.time = static_cast<Nanos>(frame_) * 50 * kMicrosecond;
    s.tuple = {ends_[end], ends_[1 - end], ports_[end], ports_[1 - end]};
    s.ip = {.version = 4, .ttl = static_cast<std::uint8_t>(63 + end)};
    s.ip_id = static_cast<std::uint16_t>(frame_);
    s.flags = flags;
    s.fin = (flags & kFin) != 0;
    s.syn = (flags & kSyn) != 0;
    s.rst = (flags & kRst) != 0;
    s.ack_set = (flags & kAck) != 0;
    s.seq = next_[end];
    if (s.ack_set) s.ack = next_[1 - end];
    s.len = static_cast<std::uint32_t>(payload.size());
    s.wnd = window;
    s.payload = payload;
    if (s.syn)
      s.option_octets = kSynOptions;
    else if (window != 0)
      s.option_octets = kTimestamps;
    s.options_len = static_cast<std::uint8_t>(s.option_octets.size());
    next_[end] = s.seq_end();
    take_(s);
  }

 private:
  Take& take_;
  Frame& frame_;
  std::array<Address, 2> ends_;
  std::array<std::uint16_t, 2> ports_{};
  std::array<SeqNum, 2> next_;
};

inline constexpr std::string_view kRequest = "\x01\x02\x03\x04 a request in no known protocol";
inline constexpr std::string_view kAnswer = "\x02\x02\x03\x04 an answer in no known protocol";

/// As the kind "short" of traffic.py: every third ends by a reset, in one of three ways.
template <typename Take>
void short_connection(Take& take, Frame& frame, std::uint32_t number, bool resets = true) {
  Talk talk(take, frame, number);
  talk.say(0, kSyn, {}, 64240);
  talk.say(1, kSyn | kAck, {}, 64240);
  talk.say(0, kAck);
  talk.say(0, kPsh | kAck, kRequest);
  talk.say(1, kAck);
  talk.say(1, kPsh | kAck, kAnswer);
  talk.say(0, kAck);
  if (!resets || number % 3 != 0) {
    talk.say(0, kFin | kAck);
    talk.say(1, kFin | kAck);
    talk.say(0, kAck);
  } else if (number % 9 == 0) {
    talk.say(0, kRst | kAck);
  } else if (number % 9 == 3) {
    talk.say(1, kFin | kAck);
    talk.say(0, kPsh | kAck, kRequest);
    talk.say(1, kRst, {}, 0);
  } else {
    talk.say(0, kPsh | kAck, kRequest);
    talk.say(1, kRst | kAck);
  }
}

template <typename Take>
void half_open(Take& take, Frame& frame, std::uint32_t number) {
  Talk(take, frame, number).say(0, kSyn, {}, 64240);
}

template <typename Take>
void refused(Take& take, Frame& frame, std::uint32_t number) {
  Talk talk(take, frame, number);
  talk.say(0, kSyn, {}, 64240);
  talk.say(1, kRst | kAck, {}, 0);
}

template <typename Take>
void lone_reset(Take& take, Frame& frame, std::uint32_t number) {
  Talk(take, frame, number).say(0, kRst, {}, 0);
}

}  // namespace rstcause::bench
