// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <algorithm>
#include <array>
#include <random>

#include "engine/wire/segment.h"

namespace rstcause::test {

/// Random flags and numbers over few ports, so that segments meet; numbers mostly near each
/// other, sometimes anywhere on the circle.
class Soup {
 public:
  explicit Soup(std::uint32_t seed) : random_(seed) {}

  Segment next() {
    Segment s;
    s.frame = ++frame_;
    s.time = time_ += pick(kSecond);
    const bool forth = pick(2) == 0;
    const Address a = Address::ipv4(10, 0, 0, 1), b = Address::ipv4(10, 0, 0, 2);
    const auto client = static_cast<std::uint16_t>(50000 + pick(4)),
               server = static_cast<std::uint16_t>(7000 + pick(2));
    s.tuple = forth ? Tuple{a, b, client, server} : Tuple{b, a, server, client};
    set_flags(s);
    s.seq = number();
    s.ack = s.ack_set || pick(4) == 0 ? number() : SeqNum(0);
    s.len = pick(3) == 0 ? static_cast<std::uint32_t>(pick(1500)) : 0;
    s.wnd = pick(5) == 0 ? std::uint16_t{0} : static_cast<std::uint16_t>(pick(65536));
    s.ip = {.version = 4, .ttl = static_cast<std::uint8_t>(pick(256))};
    s.ip_id = static_cast<std::uint16_t>(pick(3));
    for (std::uint8_t& octet : octets_) octet = static_cast<std::uint8_t>(pick(40));
    s.options_len = static_cast<std::uint8_t>(4 * pick(11));
    s.option_octets = std::span(octets_).first(static_cast<std::size_t>(pick(s.options_len + 1)));
    s.payload = std::string_view("*1\r\n$4\r\nPING\r\n+PONG\r\n")
                    .substr(0, std::min<std::uint32_t>(s.len, 20));
    return s;
  }

 private:
  std::int64_t pick(std::int64_t below) {
    return std::uniform_int_distribution<std::int64_t>(0, below - 1)(random_);
  }

  SeqNum number() {
    if (pick(20) == 0) return SeqNum(static_cast<std::uint32_t>(random_()));
    return SeqNum(0xFFFFFF00U) + static_cast<std::uint32_t>(pick(600));
  }

  void set_flags(Segment& s) {
    constexpr std::array<std::uint8_t, 12> kUsual = {0x02, 0x12, 0x10, 0x10, 0x18, 0x18,
                                                     0x11, 0x04, 0x14, 0x14, 0x10, 0x19};
    s.flags = pick(10) == 0 ? static_cast<std::uint8_t>(pick(256))
                            : kUsual[static_cast<std::size_t>(pick(12))];
    s.fin = (s.flags & 0x01U) != 0;
    s.syn = (s.flags & 0x02U) != 0;
    s.rst = (s.flags & 0x04U) != 0;
    s.ack_set = (s.flags & 0x10U) != 0;
  }

  std::mt19937 random_;
  std::array<std::uint8_t, 40> octets_{};
  Frame frame_ = 0;
  Nanos time_ = 0;
};

}  // namespace rstcause::test
