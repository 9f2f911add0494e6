// SPDX-License-Identifier: GPL-2.0-or-later
#include "capture/matcher.h"

#include <algorithm>
#include <cstdlib>

namespace rstcause::capture {
namespace {

constexpr std::size_t kMostListeners = 4096;

std::uint64_t mix(std::uint64_t hash, std::uint64_t value) {
  constexpr std::uint64_t kPrime = 0x9E3779B97F4A7C15U;
  hash = (hash ^ value) * kPrime;
  return hash ^ (hash >> 32U);
}

std::uint64_t key_of(const Endpoint& end) {
  const Address& address = end.address;
  return mix(mix(mix(static_cast<std::uint64_t>(address.kind), address.first_half()),
                 address.second_half()),
             end.port);
}

std::uint64_t key_of(const Endpoint& local, const Endpoint& peer) {
  return mix(key_of(local), key_of(peer));
}

std::uint64_t key_of_listener(std::uint16_t port) {
  return mix(1, port);
}

bool is_unspecified(const Address& address) {
  return address.first_half() == 0 && address.second_half() == 0;
}

/// A listener answers with its own socket, which has no peer, and no address of its own if it
/// listens on all of them.
bool is_of_listener(const Event& event) {
  return event.peer.port == 0 && is_unspecified(event.peer.address);
}

std::uint64_t key_of(const Event& event) {
  return is_of_listener(event) ? key_of_listener(event.local.port)
                               : key_of(event.local, event.peer);
}

/// `own`: this host sent the packet. Of a listener on all addresses nothing else would tell.
bool fits(const Event& event, const Endpoint& local, const Endpoint& peer, bool own) {
  if (!is_of_listener(event)) return event.local == local && event.peer == peer;
  const bool same_address =
      is_unspecified(event.local.address) ? own : event.local.address == local.address;
  return same_address && event.local.port == local.port;
}

/// tcp_v4_send_reset() and its sister of IPv6 answer with a window of 0. A RST with another is not
/// that answer, which then never came so far: a program with a stack of its own keeps the kernel
/// from interfering by a filter.
bool contradicts(const Event& event, const Headers& packet) {
  return event.kind == Event::Kind::sent && event.as_answer && packet.window != 0;
}

void erase_from(std::unordered_multimap<std::uint64_t, std::uint64_t>& index, std::uint64_t key,
                std::uint64_t place) {
  const auto [first, last] = index.equal_range(key);
  const auto found =
      std::find_if(first, last, [&](const auto& entry) { return entry.second == place; });
  if (found != last) index.erase(found);
}

}  // namespace

void Matcher::add(Event&& event) {
  ++told_;
  if (event.kind == Event::Kind::listener_closed) {
    listeners_closed_.push_back(std::move(event));
    if (listeners_closed_.size() > kMostListeners) listeners_closed_.pop_front();
    return;
  }
  if (kept_.size() == kMostEvents) {
    note_lost(1, event.time);  // whoever wanted it will not find it
    drop_first();
  }
  const Place place = first_ + kept_.size();
  by_tuple_.emplace(key_of(event), place);
  if (event.kind == Event::Kind::sent) by_peer_.emplace(key_of(event.peer), place);
  kept_.push_back({std::move(event), {}});
}

void Matcher::note_lost(std::uint64_t count, Nanos now) {
  lost_ += count;
  lost_from_ = std::min(lost_from_, last_heard_ - kMostApart);
  lost_to_ = std::max(lost_to_, now + kMostApart);
}

/// Whether nothing told of a packet of that moment is itself something told.
bool Matcher::silence_counts(Nanos time, bool heard_out) const {
  const bool lost_some = time >= lost_from_ && time <= lost_to_;
  return complete_ && heard_out && !lost_some && time - kMostApart >= listening_since_;
}

std::vector<Word> Matcher::words_of(const Headers& packet, Nanos time, Ownership own,
                                    bool heard_out) {
  std::vector<Word> words;
  if (auto word = sent(packet, time, own, heard_out)) words.push_back(*word);
  if (auto word = received(packet, time, own, heard_out)) words.push_back(*word);
  return words;
}

std::optional<Word> Matcher::sent(const Headers& packet, Nanos time, Ownership own,
                                  bool heard_out) {
  Kept* found = nearest(key_of(packet.src, packet.dst), packet, time, Event::Kind::sent);
  if (found == nullptr)
    found =
        nearest(key_of_listener(packet.src.port), packet, time, Event::Kind::sent, own.of_source);
  if (found != nullptr) {
    found->claimed_by = packet;
    return word_of(found->event);
  }
  if (!own.of_source || !silence_counts(time, heard_out) || has_translated(packet, time)) return {};
  Word word;
  word.kind = Word::Kind::without_tcp;
  return word;
}

std::optional<Word> Matcher::received(const Headers& packet, Nanos time, Ownership own,
                                      bool heard_out) {
  Kept* const found = nearest(key_of(packet.dst, packet.src), packet, time, Event::Kind::received);
  Word word;
  word.kind = Word::Kind::received;
  word.taken = found != nullptr;
  if (found != nullptr) found->claimed_by = packet;
  const bool told = found != nullptr || (own.of_destination && silence_counts(time, heard_out));
  return told ? std::optional(word) : std::nullopt;
}

/// The nearest in time that no other packet has; one that a copy of this packet has is as good.
Matcher::Kept* Matcher::nearest(std::uint64_t key, const Headers& packet, Nanos time,
                                Event::Kind kind, bool own) {
  const bool is_sent = kind == Event::Kind::sent;
  const Endpoint& local = is_sent ? packet.src : packet.dst;
  const Endpoint& peer = is_sent ? packet.dst : packet.src;
  Kept* best = nullptr;
  Nanos best_apart = kMostApart;
  const auto [first, last] = by_tuple_.equal_range(key);
  for (auto entry = first; entry != last; ++entry) {
    Kept& kept = at(entry->second);
    const Nanos apart = std::abs(kept.event.time - time);
    if (kept.event.kind != kind || apart > best_apart || !fits(kept.event, local, peer, own))
      continue;
    if (contradicts(kept.event, packet)) continue;
    if (kept.claimed_by && !packet.is_copy_of(*kept.claimed_by)) continue;
    best = &kept;
    best_apart = apart;
  }
  return best;
}

/// An event for the same peer that no packet has: NAT may have changed the other end on the way to
/// where the packet was captured.
bool Matcher::has_translated(const Headers& packet, Nanos time) {
  const auto [first, last] = by_peer_.equal_range(key_of(packet.dst));
  return std::any_of(first, last, [&](const auto& entry) {
    const Kept& kept = at(entry.second);
    return kept.event.peer == packet.dst && !kept.claimed_by &&
           std::abs(kept.event.time - time) <= kMostApart;
  });
}

/// inet_csk_listen_stop() of Linux: the task that ends the listener resets those who wait for
/// accept(2), with soft interrupts off, which no close of their own would do.
bool Matcher::listener_was_closed(const Event& event) const {
  if (!event.softirqs_off || event.state != "TCP_CLOSE") return false;
  return std::any_of(listeners_closed_.rbegin(), listeners_closed_.rend(), [&](const Event& end) {
    const Nanos apart = event.time - end.time;
    return end.local.port == event.local.port && apart >= 0 && apart <= kSecond;
  });
}

Word Matcher::word_of(const Event& event) const {
  Word word;
  word.kind = Word::Kind::sent;
  word.as_answer = event.as_answer;
  word.reason = ShortText<Word::kMostName>::of(event.reason);
  word.state = ShortText<Word::kMostName>::of(event.state);
  if (!event.names_a_process()) return word;
  word.pid = event.task;
  word.comm = ShortText<Word::kMostProcess>::of(event.comm);
  word.listener_closed = listener_was_closed(event);
  return word;
}

void Matcher::forget_before(Nanos time) {
  last_heard_ = std::max(last_heard_, time);
  while (!kept_.empty() && kept_.front().event.time < time - kMostApart) drop_first();
  while (!listeners_closed_.empty() && listeners_closed_.front().time < time - kMostApart - kSecond)
    listeners_closed_.pop_front();
}

void Matcher::drop_first() {
  const Kept& first = kept_.front();
  erase_from(by_tuple_, key_of(first.event), first_);
  if (first.event.kind == Event::Kind::sent) {
    erase_from(by_peer_, key_of(first.event.peer), first_);
    if (!first.claimed_by) ++unclaimed_;
  }
  kept_.pop_front();
  ++first_;
}

}  // namespace rstcause::capture
