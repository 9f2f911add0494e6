// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <algorithm>
#include <cstddef>
#include <iterator>
#include <utility>
#include <vector>

#include "engine/judge/packed_verdict.h"
#include "engine/judge/verdict.h"
#include "engine/memory/archive.h"

namespace rstcause {

/// Every reset of a capture with its verdict, in the order of the capture.
///
/// Older ones are packed away (archive.h) and come back whole when they are asked for: a reference
/// holds until some 200 others were.
class Verdicts {
 public:
  class Iterator {
   public:
    using iterator_category = std::input_iterator_tag;
    using value_type = Explained;
    using difference_type = std::ptrdiff_t;
    using pointer = const Explained*;
    using reference = const Explained&;

    Iterator(const Verdicts& all, std::size_t at) : all_(&all), at_(at) {}
    reference operator*() const { return (*all_)[at_]; }
    pointer operator->() const { return &(*all_)[at_]; }
    Iterator& operator++() {
      ++at_;
      return *this;
    }
    friend bool operator==(const Iterator& left, const Iterator& right) {
      return left.at_ == right.at_;
    }

   private:
    const Verdicts* all_;
    std::size_t at_;
  };

  std::size_t size() const { return all_.size(); }
  bool empty() const { return all_.empty(); }
  const Explained& operator[](std::size_t place) const { return all_[place]; }
  Explained& operator[](std::size_t place) { return all_[place]; }
  const Explained& back() const { return all_.back(); }
  Explained& back() { return all_.back(); }
  Iterator begin() const { return {*this, 0}; }
  Iterator end() const { return {*this, size()}; }

  void put_all_away() { all_.put_all_away(); }

  /// Stays where it is until another is held, however many others are asked for.
  Explained& hold(std::size_t place) {
    Explained& made = all_[place];
    all_.hold(place);
    return made;
  }

  /// Its frame and the verdict are kept both, or neither.
  void push_back(Explained&& made) {
    if (empty()) all_.set_epoch(made.reset.time);
    frames_.push_back(made.frame());
    try {
      all_.emplace_back(std::move(made));
    } catch (...) {
      frames_.pop_back();
      throw;
    }
  }

  /// The places of the resets of one frame: first and one past the last.
  std::pair<std::size_t, std::size_t> in_frame(Frame frame) const {
    std::size_t last = frames_.size();
    if (last == 0 || frames_[last - 1] < frame) return {last, last};  // most frames as they come
    if (frames_[last - 1] != frame)
      last = static_cast<std::size_t>(std::upper_bound(frames_.begin(), frames_.end(), frame) -
                                      frames_.begin());
    std::size_t first = last;  // a frame has few
    while (first > 0 && frames_[first - 1] == frame) --first;
    return {first, last};
  }

 private:
  static constexpr std::uint32_t kWarm = 2048;

  // To pack and to unpack changes nothing that anybody could see.
  mutable Archive<Explained, PackedVerdict, kWarm> all_;
  std::vector<Frame> frames_;  ///< Of each of them.
};

}  // namespace rstcause
