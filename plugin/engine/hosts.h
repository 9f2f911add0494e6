// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <array>
#include <cstdint>
#include <unordered_map>

#include "engine/address.h"
#include "engine/flow.h"
#include "engine/segment.h"

namespace rstcause {

/// What other connections told of one listening port of one host.
struct Service {
  Frame accepted = 0;  ///< The latest SYN-ACK from it.
  Nanos accepted_time = 0;
  Frame served = 0;  ///< The latest payload it sent to a client.
  Nanos served_time = 0;
  Frame refused = 0;  ///< The latest reset it gave to a SYN.
  Nanos refused_time = 0;
  Frame taken = 0;    ///< The latest SYN-ACK of a connection that its program had in hands.
  Frame aborted = 0;  ///< The latest abort of a connection that it had never served.
  Nanos aborted_time = 0;
  Frame completed = 0;               ///< The latest ACK of a SYN-ACK that was not refused...
  std::uint32_t completed_flow = 0;  ///< ... its connection...
  Frame completed_before = 0;        ///< ... and the one before.
  Frame ack_refused = 0;             ///< The latest ACK of a SYN-ACK that it answered by a reset...
  Frame ack_refused_rst = 0;         ///< ... and that reset.
  Frame outlived = 0;                ///< A SYN-ACK after such a refusal: the listener lived on...
  Frame outlived_rst = 0;            ///< ... the refusal.
};

/// What the capture told of one host across its connections.
struct Host {
  Frame synack_reset = 0;  ///< The latest reset that it gave to a SYN-ACK or an unused connection.
  std::uint32_t synack_resets = 0;
  Frame refused_syn = 0;  ///< The latest refusal that it got.
  std::uint32_t refused_syns = 0;
  Frame stray = 0;  ///< The latest segment of no connection that it sent and got reset.
  std::uint32_t strays = 0;
  Frame lost = 0;  ///< The latest connection of which this host knew nothing any more...
  Nanos lost_time = 0;
  std::uint16_t lost_port = 0;  ///< ... and its peer's port.
  Frame shed = 0;  ///< The latest it aborted after its own close, octets unacknowledged.
  Nanos shed_time = 0;
  std::uint32_t sheds = 0;  ///< Those within a second of each other.
  Frame closed = 0;         ///< The latest connection that it closed by FIN.
  Nanos closed_time = 0;
  std::uint16_t closed_port = 0;  ///< ... and the port of its server, where the roles are known.
  Frame aborted = 0;              ///< The latest connection that it aborted.
  Nanos aborted_time = 0;
  std::uint8_t ttl = 0;             ///< Of its latest SYN-ACK...
  std::uint32_t ttl_interface = 0;  ///< ... and where and when that was captured.
  Nanos ttl_time = 0;
  std::uint32_t reaction_us = Endpoint::kNoReaction;  ///< Its quickest answer to a SYN.
  std::uint32_t passed_on = 0;  ///< Its segments that were captured again behind a router...
  Nanos passed_on_time = 0;     ///< ... and when the latest was.
  Nanos last_probe = 0;
  std::uint32_t port_changes = 0;  ///< How often the probed port was none of the latest ones.

  Host& note_synack_reset(Frame frame, Nanos time, std::uint16_t port) {
    note_probe(time, port);
    synack_reset = frame;
    ++synack_resets;
    return *this;
  }
  Host& note_refused_syn(Frame frame, Nanos time, std::uint16_t port) {
    note_probe(time, port);
    refused_syn = frame;
    ++refused_syns;
    return *this;
  }
  Host& note_stray(Frame frame, Nanos time, std::uint16_t port) {
    note_probe(time, port);
    stray = frame;
    ++strays;
    return *this;
  }
  void note_lost(Frame frame, Nanos time, std::uint16_t port) {
    lost = frame;
    lost_time = time;
    lost_port = port;
  }

 private:
  /// A scan is many ports in a short time: after a minute's rest counting begins anew.
  void note_probe(Nanos time, std::uint16_t port) {
    if (time - last_probe > 60 * kSecond) {
      synack_resets = refused_syns = strays = port_changes = 0;
      ports_ = {};
    }
    last_probe = time;
    for (const std::uint16_t known : ports_) {
      if (known == port) return;
    }
    ports_[port_changes++ % ports_.size()] = port;
  }

  std::array<std::uint16_t, 4> ports_{};
};

/// Facts across connections. One entry for each host or listening port that took part in a
/// refusal, an abort or an accepted handshake.
class Hosts {
 public:
  /// When the capture began, as far as TCP tells.
  Nanos since() const { return since_; }
  void begin(Nanos time) {
    if (since_ == 0) since_ = time;
  }

  Service& service(const Address& address, std::uint16_t port) {
    return services_[{address, port}];
  }
  const Service* find_service(const Address& address, std::uint16_t port) const {
    const auto found = services_.find({address, port});
    return found == services_.end() ? nullptr : &found->second;
  }
  Host& host(const Address& address) { return hosts_[{address, 0}]; }
  const Host* find_host(const Address& address) const {
    const auto found = hosts_.find({address, 0});
    return found == hosts_.end() ? nullptr : &found->second;
  }

 private:
  struct Key {
    Address address;
    std::uint16_t port = 0;
    friend bool operator==(const Key&, const Key&) = default;
  };
  struct Hash {
    std::size_t operator()(const Key& key) const {
      std::uint64_t halves[2];
      static_assert(sizeof halves == sizeof key.address.octets);
      std::memcpy(halves, key.address.octets.data(), sizeof halves);
      return (halves[0] * 0x9E3779B97F4A7C15ULL) ^ (halves[1] * 0xC2B2AE3D27D4EB4FULL) ^
             (static_cast<std::uint64_t>(key.port) * 0x165667B19E3779F9ULL);
    }
  };

  Nanos since_ = 0;
  std::unordered_map<Key, Service, Hash> services_;
  std::unordered_map<Key, Host, Hash> hosts_;
};

}  // namespace rstcause
