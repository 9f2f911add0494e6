// SPDX-License-Identifier: GPL-2.0-or-later
//
// Packets written as octets, and what is read of them.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <memory>
#include <string>
#include <vector>

#include "explain/layers/link.h"

namespace rstcause::explain::test {

using Bytes = std::vector<std::uint8_t>;

inline Bytes operator+(Bytes left, const Bytes& right) {
  left.insert(left.end(), right.begin(), right.end());
  return left;
}

inline Bytes be16_of(std::size_t value) {
  return {static_cast<std::uint8_t>(value >> 8U), static_cast<std::uint8_t>(value)};
}

inline const Bytes kClient{198, 51, 100, 10}, kServer{203, 0, 113, 20};
inline const Bytes kClient6{0x20, 1, 0x0D, 0xB8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1};
inline const Bytes kServer6{0x20, 1, 0x0D, 0xB8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 2};

inline constexpr std::uint8_t kSyn = 0x02, kRst = 0x04, kAck = 0x10;

/// Port 50001 to 6379, sequence number 1000, acknowledging 2000.
inline Bytes tcp(std::uint8_t flags = kRst, const Bytes& payload = {}, std::uint8_t words = 5) {
  return Bytes{0xC3,
               0x51,
               0x18,
               0xEB,
               0,
               0,
               3,
               0xE8,
               0,
               0,
               7,
               0xD0,
               static_cast<std::uint8_t>(words << 4U),
               flags,
               1,
               0,
               0,
               0,
               0,
               0} +
         payload;
}

inline Bytes udp(std::uint16_t sport, std::uint16_t dport, const Bytes& payload) {
  return be16_of(sport) + be16_of(dport) + be16_of(8 + payload.size()) + Bytes{0, 0} + payload;
}

/// `word`: flags and fragment offset.
inline Bytes ipv4(const Bytes& body, std::uint8_t protocol = 6, std::uint16_t word = 0x4000) {
  return Bytes{0x45, 0} + be16_of(20 + body.size()) + Bytes{0x12, 0x34} + be16_of(word) +
         Bytes{63, protocol, 0, 0} + kClient + kServer + body;
}

inline Bytes ipv6(const Bytes& body, std::uint8_t next = 6) {
  return Bytes{0x60, 0, 0, 0} + be16_of(body.size()) + Bytes{next, 62} + kClient6 + kServer6 + body;
}

inline Bytes ethernet(std::uint16_t type, const Bytes& body) {
  return Bytes{2, 0, 0, 0, 0, 2, 2, 0, 0, 0, 0, 1} + be16_of(type) + body;
}

/// Reads frames one after the other, as a capture's.
class Reader {
 public:
  /// Its layers, of the frame as captured: `captured` octets of it, or all.
  const Collected& read(LinkType type, Bytes frame, std::size_t captured = SIZE_MAX) {
    return read({type, 147, 0}, std::move(frame), captured);
  }
  const Collected& read(const Link& link, Bytes frame, std::size_t captured = SIZE_MAX) {
    frame_ = std::move(frame);
    const auto length = static_cast<std::uint32_t>(frame_.size());
    // At the end of an allocation of its own: a sanitizer sees who reads on.
    captured_.assign(frame_.begin(), frame_.begin() + static_cast<std::ptrdiff_t>(
                                                          std::min(captured, frame_.size())));
    captured_.shrink_to_fit();
    walk_->begin(++number_, FileTime{}, 0);
    read_frame(*walk_, link, View(captured_, length));
    return walk_->found;
  }
  Walk& walk() { return *walk_; }
  /// What was not read, in words.
  std::string unread() const {
    std::string text;
    for (const Unread::Entry& entry : walk_->unread.entries())
      text += to_string(entry, [](std::uint32_t number) { return std::to_string(number); }) + ";";
    return text;
  }

 private:
  std::unique_ptr<Walk> walk_ = std::make_unique<Walk>();
  Bytes frame_, captured_;
  Frame number_ = 0;
};

/// How many segments such a frame is read as.
inline std::size_t segments_of(LinkType type, const Bytes& frame) {
  return Reader().read(type, frame).segments().size();
}

}  // namespace rstcause::explain::test
