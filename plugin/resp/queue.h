// SPDX-License-Identifier: GPL-2.0-or-later
// The commands that wait for their replies, oldest first.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <utility>

#include "resp/label.h"
#include "resp/words.h"

namespace rstcause::resp {

/// A command that was sent and not answered yet. No argument of it is kept.
struct Waiting {
  std::int64_t time_ns = 0;
  LabelId id;
  std::uint32_t start_frame = 0;
  WordId word = kNoWord;
  /// (UN)SUBSCRIBE: the confirmations still to come; 0 when their number cannot be known.
  std::uint16_t confirmations = 0;
  bool answered : 1 = false;   ///< Confirmations have begun to come.
  bool queued : 1 = false;     ///< Sent inside MULTI: answered by QUEUED, takes effect later.
  bool published : 1 = false;  ///< Its label was given out.
};

/// A bounded first-in first-out queue. The usual case, one command at a time, needs no memory
/// beyond the object; commands past the bound are counted, not kept.
class Queue {
 public:
  static constexpr std::uint32_t kMaxKept = 32;

  /// False when the command was only counted.
  bool push(const Waiting& command) {
    if (size_ == kept_ && kept_ == 0) {
      first_ = command;
    } else if (size_ > kept_ || kept_ == kMaxKept) {
      ++size_;
      return false;
    } else {
      if (!ring_) ring_ = std::make_unique<Ring>();
      ring_->slots[(ring_->head + kept_ - 1U) % ring_->slots.size()] = command;
    }
    ++size_;
    ++kept_;
    return true;
  }

  /// The oldest command; null when there is none, or when it was only counted.
  Waiting* front() { return kept_ > 0 ? &first_ : nullptr; }
  const Waiting* front() const { return kept_ > 0 ? &first_ : nullptr; }

  void pop() {
    if (size_ == 0) return;
    --size_;
    if (kept_ == 0) return;
    if (--kept_ == 0) {
      ring_.reset();
      return;
    }
    first_ = ring_->slots[ring_->head];
    ring_->head = (ring_->head + 1U) % ring_->slots.size();
  }

  template <typename Visit>
  void for_each_kept(Visit&& visit) {
    if (kept_ > 0) visit(first_);
    for (std::uint32_t i = 1; i < kept_; ++i) {
      visit(ring_->slots[(ring_->head + i - 1U) % ring_->slots.size()]);
    }
  }

  void clear() {
    size_ = kept_ = 0;
    ring_.reset();
  }

  std::uint32_t size() const { return size_; }
  bool has_only_counted() const { return size_ > kept_; }

 private:
  struct Ring {
    std::array<Waiting, kMaxKept - 1> slots;
    std::size_t head = 0;
  };

  Waiting first_;
  std::uint32_t size_ = 0;  ///< Those only counted included.
  std::uint32_t kept_ = 0;
  std::unique_ptr<Ring> ring_;
};

}  // namespace rstcause::resp
