// SPDX-License-Identifier: GPL-2.0-or-later
#include "capture/session.h"

#include <poll.h>

#include <algorithm>
#include <cerrno>

namespace rstcause::capture {

volatile bool stop_asked = false;

namespace {

/// Between two looks at the clock, the kernel's trace and the limits.
constexpr int kPauseMs = 20;
/// On a busy machine events may still be waiting to be read when the capture ends.
constexpr Nanos kMostHearing = 10 * kSecond;
/// The kernel hands over packets within this.
constexpr Nanos kGather = 2 * Nanos{LiveInterface::kGatherMs} * kMillisecond;

std::vector<pcapng::Interface> descriptions_of(
    const std::vector<std::unique_ptr<LiveInterface>>& interfaces) {
  std::vector<pcapng::Interface> made;
  made.reserve(interfaces.size());
  for (const auto& interface : interfaces) made.push_back(interface->description());
  return made;
}

}  // namespace

Session::Session(const Options& options, std::vector<std::unique_ptr<LiveInterface>> interfaces,
                 std::unique_ptr<TraceReader> reader, bool complete)
    : options_(options),
      interfaces_(std::move(interfaces)),
      reader_(std::move(reader)),
      matcher_(complete),
      output_(options, descriptions_of(interfaces_)),
      began_(wall_clock()) {
  if (reader_) matcher_.begin(began_);
}

void Session::run() {
  try {
    while (!stop_asked && !is_done()) {
      wait();
      read_packets();
      listen();
      release(false);
      output_.flush();
    }
    hear_out();
  } catch (...) {
    finish();
    throw;
  }
  finish();
}

/// The last packets may still lie with the kernel, and so may what it tells of them.
void Session::hear_out() {
  ends_ = wall_clock();
  while (wall_clock() <= ends_ + kGather || (reader_ && !held_.empty())) {
    if (wall_clock() > ends_ + kMostHearing) break;
    wait();
    read_packets();
    listen();
    release(false);
  }
  listen();
}

void Session::finish() {
  release(true);
  output_.write(closing_blocks());
  output_.flush();
}

bool Session::is_done() const {
  if (options_.most_packets && counts_.packets >= *options_.most_packets) return true;
  return options_.most_time && wall_clock() - began_ >= *options_.most_time;
}

void Session::wait() {
  std::vector<pollfd> waiting;
  for (const auto& interface : interfaces_) waiting.push_back({interface->descriptor(), POLLIN, 0});
  const bool more_to_hear = reader_ && !reader_->is_caught_up();
  poll(waiting.data(), waiting.size(), more_to_hear ? 0 : kPauseMs);
}

void Session::read_packets() {
  constexpr int kMostRounds = 16;
  for (std::uint32_t i = 0; i < interfaces_.size(); ++i) {
    const auto take_one = [&](Nanos time, Octets octets, std::uint32_t original) {
      take(i, time, octets, original);
    };
    int rounds = 0;
    while (interfaces_[i]->read(take_one) != 0 && ++rounds < kMostRounds) continue;
  }
}

void Session::take(std::uint32_t interface, Nanos time, Octets octets, std::uint32_t original) {
  const bool enough = options_.most_packets && counts_.packets >= *options_.most_packets;
  if (enough || time > ends_) return;
  ++counts_.packets;
  const auto headers = read_headers(interfaces_[interface]->link_type(), octets);
  const bool rst = headers && headers->rst;
  if (rst) ++counts_.resets;
  if (held_.empty() && (!rst || !reader_)) {
    write(interface, time, octets, original, false, false);
    return;
  }
  held_.push_back({interface, time, original, rst,
                   std::string(reinterpret_cast<const char*>(octets.data()), octets.size())});
  held_octets_ += sizeof(Held) + octets.size();
}

void Session::listen() {
  if (!reader_) return;
  const std::uint64_t lost =
      reader_->drain([this](Event&& event) { matcher_.add(std::move(event)); });
  if (lost != 0) matcher_.note_lost(lost, wall_clock());
}

/// Writes what waits no longer: up to the first reset about which more may be heard.
void Session::release(bool all) {
  while (!held_.empty()) {
    const Held& first = held_.front();
    const bool heard_out = reader_ && reader_->read_until() >= first.time + kMostApart;
    const bool hurried = first.rst && !heard_out;
    if (hurried && !all && held_octets_ <= kMostHeld) break;
    if (hurried) ++counts_.hurried;
    write(first.interface, first.time,
          {reinterpret_cast<const std::uint8_t*>(first.octets.data()), first.octets.size()},
          first.original, first.rst, heard_out);
    held_octets_ -= sizeof(Held) + first.octets.size();
    held_.pop_front();
  }
  const Nanos oldest = held_.empty() ? (reader_ ? reader_->read_until() : 0) : held_.front().time;
  matcher_.forget_before(oldest - kMostApart);
}

std::vector<std::string> Session::comments_on(std::uint32_t interface, Nanos time, Octets octets,
                                              bool heard_out) {
  LiveInterface& from = *interfaces_[interface];
  const auto headers = read_headers(from.link_type(), octets);
  if (!headers) return {};
  const Ownership own = from.host().host(wall_clock()).ownership_of(*headers);
  std::vector<std::string> comments;
  for (const Word& word : matcher_.words_of(*headers, time, own, heard_out)) {
    if (word.kind == Word::Kind::sent) ++counts_.sent;
    if (word.kind == Word::Kind::without_tcp) ++counts_.without_tcp;
    if (word.kind == Word::Kind::received) ++counts_.received;
    comments.push_back(to_comment(word, from.host().netns()));
  }
  return comments;
}

void Session::write(std::uint32_t interface, Nanos time, Octets octets, std::uint32_t original,
                    bool rst, bool heard_out) {
  std::vector<std::string> comments;
  if (rst) comments = comments_on(interface, time, octets, heard_out);
  block_.clear();
  pcapng::append_packet(interface, time, octets, original, comments, block_);
  output_.write(block_);
  if (output_.is_full()) output_.turn_page(closing_blocks());
}

pcapng::Statistics Session::statistics() {
  pcapng::Statistics sum;
  for (const auto& interface : interfaces_) {
    const pcapng::Statistics one = interface->statistics();
    sum.received += one.received;
    sum.dropped += one.dropped;
  }
  return sum;
}

std::string Session::closing_blocks() {
  std::string blocks;
  const std::string comment = !reader_
                                  ? "rstcause: without the kernel's word"
                                  : "rstcause: trace events " + std::to_string(matcher_.events()) +
                                        ", lost " + std::to_string(matcher_.lost());
  for (std::uint32_t i = 0; i < interfaces_.size(); ++i)
    pcapng::append_statistics(i, wall_clock(), interfaces_[i]->statistics(), comment, blocks);
  return blocks;
}

}  // namespace rstcause::capture
