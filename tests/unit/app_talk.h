// SPDX-License-Identifier: GPL-2.0-or-later
// An application's conversation written down as what each end sends.
#pragma once

#include <gtest/gtest.h>

#include <string>
#include <string_view>

#include "app/talk.h"

namespace rstcause::app {

inline constexpr Side kClient = Side::a, kServer = Side::b;

/// Two ends that talk. Sequence numbers wrap within the first octets, so that nothing relies on
/// their order as plain numbers.
class Conversation {
 public:
  Conversation& client(std::string_view payload) { return send(kClient, payload); }
  Conversation& server(std::string_view payload) { return send(kServer, payload); }
  /// Each octet in a segment of its own.
  Conversation& client_in_octets(std::string_view payload) { return drip(kClient, payload); }
  Conversation& server_in_octets(std::string_view payload) { return drip(kServer, payload); }
  /// Octets that were sent and not captured, with nothing else in their segment.
  Conversation& client_lost(std::uint32_t octets) { return lose(kClient, octets); }
  Conversation& server_lost(std::uint32_t octets) { return lose(kServer, octets); }
  /// Octets that lie `behind` the next ones: sent again, or late.
  Conversation& client_again(std::uint32_t behind, std::string_view payload) {
    return send_at(kClient, next_[0] - behind, payload);
  }
  Conversation& server_again(std::uint32_t behind, std::string_view payload) {
    return send_at(kServer, next_[1] - behind, payload);
  }
  /// A segment of which only the first octets were captured.
  Conversation& server_cut(std::string_view captured, std::uint32_t len) {
    feed(kServer, {next_[1], len, captured});
    next_[1] += len;
    return *this;
  }

  /// So many seconds pass.
  Conversation& wait(std::int64_t seconds) {
    time_ += seconds * 1'000'000'000;
    return *this;
  }

  bool is_greeted() const { return talk_ != nullptr && talk_->dialogue() != nullptr; }
  bool is_known() const { return talk_ != nullptr; }
  const Http& http() const { return *talk_->http(); }
  const Tls& tls() const { return *talk_->tls(); }
  const Dialogue& greeted() const { return *talk_->dialogue(); }
  const Talk& talk() const { return *talk_; }

 private:
  Conversation& send(Side from, std::string_view payload) {
    std::uint32_t& next = next_[index(from)];
    const std::uint32_t seq = next;
    next += static_cast<std::uint32_t>(payload.size());
    return send_at(from, seq, payload);
  }
  Conversation& drip(Side from, std::string_view payload) {
    for (std::size_t i = 0; i < payload.size(); ++i) send(from, payload.substr(i, 1));
    return *this;
  }
  Conversation& send_at(Side from, std::uint32_t seq, std::string_view payload) {
    feed(from, {seq, static_cast<std::uint32_t>(payload.size()), payload, time_});
    return *this;
  }
  Conversation& lose(Side from, std::uint32_t octets) {
    next_[index(from)] += octets;
    return *this;
  }
  void feed(Side from, const Piece& piece) {
    if (!talk_) talk_ = Talk::recognise(from, piece, first_);
    first_ = false;
    if (talk_) talk_->feed(from, piece);
  }

  std::unique_ptr<Talk> talk_;
  std::int64_t time_ = 0;
  std::uint32_t next_[2] = {0xFFFF'FFF0U, 4'000'000'000U};
  bool first_ = true;
};

}  // namespace rstcause::app
