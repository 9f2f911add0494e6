// SPDX-License-Identifier: GPL-2.0-or-later
// A RESP conversation written down as what each end sends, for the tracker's tests.
#pragma once

#include <gtest/gtest.h>

#include <optional>
#include <ostream>
#include <string>
#include <string_view>
#include <vector>

#include "resp/tracker.h"

namespace rstcause::resp {

/// A label in a short form that tests compare:
///   "4.0 > PING"              frame 4, first message in it: a command
///   "5.0 < PONG = 4.0"        a reply, paired with the command 4.0
///   "5.0 < PONG"              a reply that was not paired
///   "6.0 ! array"             a push
///   "4.0 withdrawn"
inline std::string written(const Label& label) {
  std::string line = std::to_string(label.id.frame);
  line.append(".").append(std::to_string(label.id.index));
  if (label.kind == Label::Kind::withdrawn) return line + " withdrawn";
  line += label.kind == Label::Kind::command ? " > "
          : label.kind == Label::Kind::reply ? " < "
                                             : " ! ";
  line += label.text.view();
  if (!label.subcommand.empty()) line.append(" ").append(label.subcommand.view());
  if (label.request) {
    line.append(" = ").append(std::to_string(label.request->frame));
    line.append(".").append(std::to_string(label.request->index));
  }
  return line;
}

inline void PrintTo(const Label& label, std::ostream* out) {
  *out << written(label);
}
inline void PrintTo(const LabelId& id, std::ostream* out) {
  *out << id.frame << "." << id.index;
}
inline void PrintTo(Recognition r, std::ostream* out) {
  *out << (r == Recognition::resp ? "resp" : r == Recognition::not_resp ? "not_resp" : "undecided");
}

/// A command as clients send it.
inline std::string command(const std::vector<std::string_view>& words) {
  std::string sent = "*";
  sent.append(std::to_string(words.size())).append("\r\n");
  for (const std::string_view word : words) {
    sent.append("$").append(std::to_string(word.size())).append("\r\n");
    sent.append(word).append("\r\n");
  }
  return sent;
}

inline constexpr TrackerOptions kFromHandshake{
    .initiator_known = true, .from_start = true, .forced = false};
inline constexpr TrackerOptions kMidStream{};

/// Two ends that talk, a millisecond apart, each segment in the next frame. The initiator is the
/// client unless a test says otherwise.
class Talk {
 public:
  explicit Talk(TrackerOptions options = kFromHandshake, std::uint32_t client_seq = 4'294'967'290U,
                std::uint32_t server_seq = 4'000'000'000U)
      : tracker(options), next_{client_seq, server_seq} {}

  Talk& client(std::string_view payload) { return send(Direction::from_initiator, payload); }
  Talk& server(std::string_view payload) { return send(Direction::from_responder, payload); }

  /// Octets that were sent, but not captured.
  Talk& client_lost(std::size_t octets) { return lose(Direction::from_initiator, octets); }
  Talk& server_lost(std::size_t octets) { return lose(Direction::from_responder, octets); }

  /// Sends octets that lie `behind` the next ones: a retransmission, or a late segment.
  Talk& client_again(std::size_t behind, std::string_view payload) {
    return send_at(Direction::from_initiator, next_[0] - static_cast<std::uint32_t>(behind),
                   payload);
  }
  Talk& server_again(std::size_t behind, std::string_view payload) {
    return send_at(Direction::from_responder, next_[1] - static_cast<std::uint32_t>(behind),
                   payload);
  }

  Talk& wait_ms(std::int64_t ms) {
    time_ns_ += ms * 1'000'000;
    return *this;
  }
  Talk& without_acks() {
    acks_ = false;
    return *this;
  }

  std::vector<std::string> lines() const {
    std::vector<std::string> all;
    for (const Label& label : labels) all.push_back(written(label));
    return all;
  }

  Tracker tracker;
  Labels labels;

 private:
  Talk& send(Direction from, std::string_view payload) {
    std::uint32_t& next = next_[static_cast<std::size_t>(from)];
    const std::uint32_t seq = next;
    next += static_cast<std::uint32_t>(payload.size());
    return send_at(from, seq, payload);
  }

  Talk& send_at(Direction from, std::uint32_t seq, std::string_view payload) {
    time_ns_ += 1'000'000;
    Piece piece{.frame = ++frame_, .time_ns = time_ns_, .seq = seq, .payload = payload};
    if (acks_) piece.ack = next_[static_cast<std::size_t>(opposite(from))];
    tracker.feed(from, piece, labels);
    return *this;
  }

  Talk& lose(Direction from, std::size_t octets) {
    next_[static_cast<std::size_t>(from)] += static_cast<std::uint32_t>(octets);
    return *this;
  }

  std::uint32_t next_[2];
  std::uint32_t frame_ = 0;
  std::int64_t time_ns_ = 1'700'000'000'000'000'000;
  bool acks_ = true;
};

using Lines = std::vector<std::string>;

}  // namespace rstcause::resp
