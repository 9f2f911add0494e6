// SPDX-License-Identifier: GPL-2.0-or-later
#include "resp/snapshot.h"

#include <algorithm>
#include <charconv>

namespace rstcause::resp {

Extent Snapshot::scan(std::string_view input) {
  std::size_t at = 0;
  while (at < input.size()) {
    if (state_ == State::counted) {
      at += pass_counted(input.size() - at);
    } else if (state_ == State::marked) {
      at += pass_marked(input.substr(at));
    } else if (step(input[at])) {
      ++at;
    } else {
      return {Extent::Kind::malformed, at};
    }
    if (state_ == State::done) return {Extent::Kind::complete, at};
  }
  return {Extent::Kind::need_more, at};
}

void Snapshot::skip(std::uint64_t octets) {
  left_ -= octets;
  if (left_ == 0) state_ = State::done;
}

bool Snapshot::step(char octet) {
  switch (state_) {
    case State::before:
      if (octet == '$') state_ = State::header;
      return octet == '$' || octet == '\n';
    case State::header:
      if (octet == '\r') {
        state_ = State::header_lf;
        return header_size_ > 0;
      }
      if (header_size_ == header_.size()) return false;
      header_[header_size_++] = octet;
      return true;
    case State::header_lf:
      return octet == '\n' && finish_header();
    default:
      return false;
  }
}

bool Snapshot::finish_header() {
  const std::string_view header(header_.data(), header_size_);
  if (header.starts_with("EOF:")) {
    state_ = State::marked;
    return header_size_ == header_.size();
  }
  const auto [end, error] = std::from_chars(header.data(), header.data() + header.size(), left_);
  state_ = left_ > 0 ? State::counted : State::done;
  return error == std::errc{} && end == header.data() + header.size();
}

std::size_t Snapshot::pass_counted(std::size_t available) {
  const std::size_t passed = std::min<std::uint64_t>(left_, available);
  skip(passed);
  return passed;
}

std::size_t Snapshot::pass_marked(std::string_view input) {
  const std::string_view mark(header_.data() + 4, kMark);
  // A mark cut by the end of the octets before: join what was kept with the first of these.
  std::array<char, 2 * kMark> joint{};
  const std::size_t fresh = std::min(input.size(), kMark);
  std::copy_n(tail_.begin(), tail_size_, joint.begin());
  std::copy_n(input.begin(), fresh, joint.begin() + tail_size_);
  const std::string_view joined(joint.data(), tail_size_ + fresh);
  if (const std::size_t at = joined.find(mark); at != joined.npos) {
    state_ = State::done;
    return at + kMark - tail_size_;
  }
  if (const std::size_t at = input.find(mark); at != input.npos) {
    state_ = State::done;
    return at + kMark;
  }
  const std::string_view last = input.size() >= kMark ? input : joined;
  tail_size_ = static_cast<std::uint8_t>(std::min(last.size(), kMark - 1));
  std::copy_n(last.end() - tail_size_, tail_size_, tail_.begin());
  return input.size();
}

}  // namespace rstcause::resp
