// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <array>
#include <cstdint>

#include "engine/memory/directory.h"
#include "engine/memory/flow.h"
#include "engine/wire/segment.h"

namespace rstcause {

/// A host or a port of whom something is to be heard: its place among all of them.
struct Subject {
  bool is_host = false;
  std::uint32_t id = 0;
};

/// What other connections told of one listening port of one host.
struct Service {
  Frame accepted = 0;  ///< The latest SYN-ACK from it.
  Nanos accepted_time = 0;
  Frame first_accepted = 0;  ///< The first one.
  Frame served = 0;          ///< The latest payload it sent to a client.
  Frame refused = 0;         ///< The latest reset it gave to a SYN.
  Frame taken = 0;           ///< The latest SYN-ACK of a connection that its program had in hands.
  Frame aborted = 0;         ///< The latest abort of a connection that it had never served.
  Nanos aborted_time = 0;
  Frame aborted_came = 0;            ///< ... and its SYN-ACK.
  Frame completed = 0;               ///< The latest ACK of a SYN-ACK that was not refused...
  std::uint32_t completed_flow = 0;  ///< ... its connection...
  Frame completed_before = 0;        ///< ... and the one before.
  Frame ack_refused = 0;             ///< The latest ACK of a SYN-ACK that it answered by a reset...
  Frame ack_refused_rst = 0;         ///< ... and that reset.
  Frame outlived = 0;                ///< A SYN-ACK after such a refusal: the listener lived on...
  Frame outlived_rst = 0;            ///< ... the refusal.
  std::uint32_t id = 0;              ///< Its place in the directory.
  std::uint32_t pending = 0;         ///< Verdicts that hang on it (pending_verdicts.h)...
  std::uint32_t refusals = 0;        ///< ... and those of SYNs that it refused.
  /// One more than its host's place; 0: not looked up yet. Kept to spare looking, not packed.
  std::uint32_t host = 0;

  Subject subject() const { return {false, id}; }
  /// The listener took a SYN after it had refused an ACK.
  void note_outlived() {
    outlived = accepted;
    outlived_rst = ack_refused_rst;
  }
};

/// Two aborts by one hand come no farther apart: a process that ends, ss -K over a list.
inline constexpr Nanos kInOneSweep = 5 * kMillisecond;

/// Connections at rest that a host aborted in one instant, one right behind the other.
struct Sweep {
  Frame first = 0, latest = 0;
  Nanos since = 0, latest_time = 0;
  std::uint16_t port = 0;         ///< Of the first one's server.
  bool several_services = false;  ///< Another one's server has another port.
  /// The host had aborted nothing for a while: one that does so all the time meets itself by
  /// chance.
  bool out_of_calm = false;

  /// Takes in one more; `calm` where the host aborted nothing shortly before.
  void add(Frame frame, Nanos time, std::uint16_t server_port, bool calm) {
    if (frame < latest) return;  // read anew, with another behind it
    if (first == 0 || time - latest_time > kInOneSweep) {
      first = frame;
      since = time;
      port = server_port;
      several_services = false;
      out_of_calm = calm;
    }
    several_services = several_services || server_port != port;
    latest = frame;
    latest_time = time;
  }
  /// Another one of the same sweep as the reset of that frame and time; 0: there is none.
  Frame beside(Frame frame, Nanos time) const {
    const bool near = time >= since - kInOneSweep && time <= latest_time + kInOneSweep;
    if (first == 0 || !out_of_calm || !near) return 0;
    return latest != frame ? latest : first != frame ? first : 0;
  }
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
  std::uint16_t lost_port = 0;  ///< ... and that connection's ephemeral port.
  Frame shed = 0;  ///< The latest it aborted after its own close, octets unacknowledged.
  Nanos shed_time = 0;
  std::uint32_t sheds = 0;  ///< Those within a second of each other.
  Frame closed = 0;         ///< The latest connection that it closed by FIN.
  Nanos closed_time = 0;
  std::uint16_t closed_port = 0;  ///< ... and the port of its server, where the roles are known.
  Frame aborted = 0;              ///< The latest connection that it aborted.
  Nanos aborted_time = 0;
  Sweep sweep;
  std::uint8_t ttl = 0;             ///< Of its latest SYN-ACK...
  bool synack_has_ip_id = false;    ///< ... which had an IP identification...
  std::uint32_t ttl_interface = 0;  ///< ... and where and when that was captured.
  Nanos ttl_time = 0;
  std::uint32_t reaction_us = Endpoint::kNoReaction;  ///< Its quickest answer to a SYN.
  std::uint32_t passed_on = 0;    ///< Its segments that were captured on both sides of a router...
  Nanos passed_on_time = 0;       ///< ... and when the latest was.
  Nanos copied_after = 0;         ///< The longest until the second sight of one of them...
  bool copied_backwards = false;  ///< ... and that it was the one nearer to the host: two clocks.
  Nanos last_probe = 0;
  std::uint32_t port_changes = 0;        ///< How often the probed port was none of the latest ones.
  std::array<std::uint16_t, 4> ports{};  ///< The latest ones.
  std::uint32_t id = 0;                  ///< Its place in the directory.
  std::uint32_t pending = 0;             ///< Verdicts that hang on it (pending_verdicts.h).

  Subject subject() const { return {true, id}; }
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
      ports = {};
    }
    last_probe = time;
    for (const std::uint16_t known : ports) {
      if (known == port) return;
    }
    ports[port_changes++ % ports.size()] = port;
  }
};

/// Facts across connections. One entry for each host or listening port that took part in a
/// refusal, an abort or an accepted handshake.
///
/// Those that are not asked for are packed away (archive.h): a reference holds until some 500
/// others were asked for, so it is not to be kept while verdicts are weighed again.
class Hosts {
 public:
  /// When the capture began, as far as TCP tells.
  Nanos since() const { return since_; }
  void begin(Nanos time) {
    if (since_ != 0) return;
    since_ = time;
    services_.set_epoch(time);
    hosts_.set_epoch(time);
  }

  /// The host at one end of a connection, and that end's port. The flow keeps the place: most
  /// segments that tell something of them are of a connection that has told of them before.
  Host& host(const Flow& flow, End end) { return get(hosts_, flow, end, flow.known(end).host, 0); }
  Service& service(const Flow& flow, End end) {
    return get(services_, flow, end, flow.known(end).service, flow.port(end));
  }
  /// The host of that service, which stands at this end.
  Host& host_of(Service& service, const Flow& flow, End end) {
    std::uint32_t& place = flow.known(end).host;
    if (place == 0) place = service.host;
    Host& found = host(flow, end);
    service.host = place;
    return found;
  }
  /// The same, or nullptr where nothing is known of it.
  const Host* find_host(const Flow& flow, End end) const {
    return find(hosts_, flow, end, flow.known(end).host, 0);
  }
  const Service* find_service(const Flow& flow, End end) const {
    return find(services_, flow, end, flow.known(end).service, flow.port(end));
  }

  /// The newest of those that wait for news of this one (pending_verdicts.h).
  std::uint32_t& pending_on(Subject subject) {
    return subject.is_host ? hosts_[subject.id].pending : services_[subject.id].pending;
  }

  /// The newest of the SYNs that this port refused and that wait for it to take another.
  std::uint32_t& refused_by(std::uint32_t service) { return services_[service].refusals; }

  void put_all_away() {
    services_.put_all_away();
    hosts_.put_all_away();
  }

 private:
  template <typename T>
  static T& get(Directory<T>& all, const Flow& flow, End end, std::uint32_t& place,
                std::uint16_t port) {
    if (place == 0) place = all.get(flow.address(end), port).id + 1;
    return all[place - 1];
  }
  template <typename T>
  static T* find(Directory<T>& all, const Flow& flow, End end, std::uint32_t& place,
                 std::uint16_t port) {
    if (place != 0) return &all[place - 1];
    T* const entry = all.find(flow.address(end), port);
    if (entry != nullptr) place = entry->id + 1;
    return entry;
  }

  Nanos since_ = 0;
  // To pack and to unpack changes nothing that anybody could see.
  mutable Directory<Service> services_;
  mutable Directory<Host> hosts_;
};

}  // namespace rstcause
