// SPDX-License-Identifier: GPL-2.0-or-later
// The commands that wait for their replies, oldest first.
#pragma once

#include <algorithm>
#include <cstdint>
#include <deque>
#include <memory>

#include "resp/label.h"
#include "resp/words.h"

namespace rstcause::resp {

/// A command that was sent and not answered yet. No argument of it is kept.
struct PendingCommand {
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
  static constexpr std::uint32_t kMaxKept = 1024;

  /// False when the command was only counted.
  bool push(const PendingCommand& command) {
    ++size_;
    if (size_ - 1 > kept_ || kept_ == kMaxKept) return false;
    if (kept_++ == 0) {
      first_ = command;
    } else {
      if (!others_) others_ = std::make_unique<std::deque<PendingCommand>>();
      others_->push_back(command);
    }
    return true;
  }

  /// The oldest command; null when there is none, or when it was only counted.
  PendingCommand* front() { return kept_ > 0 ? &first_ : nullptr; }
  const PendingCommand* front() const { return kept_ > 0 ? &first_ : nullptr; }

  void pop() {
    if (size_ == 0) return;
    --size_;
    if (kept_ == 0) return;
    if (--kept_ == 0) return others_.reset();
    first_ = others_->front();
    others_->pop_front();
  }

  template <typename Visit>
  void for_each_kept(Visit&& visit) {
    if (kept_ > 0) visit(first_);
    if (kept_ > 1) std::for_each(others_->begin(), others_->end(), visit);
  }

  void clear() {
    size_ = kept_ = 0;
    others_.reset();
  }

  std::uint32_t size() const { return size_; }  ///< Those only counted included.
  bool has_only_counted() const { return size_ > kept_; }

 private:
  PendingCommand first_;
  std::uint32_t size_ = 0;
  std::uint32_t kept_ = 0;
  std::unique_ptr<std::deque<PendingCommand>> others_;
};

}  // namespace rstcause::resp
