// SPDX-License-Identifier: GPL-2.0-or-later
#include "app/dialogue.h"

#include <algorithm>

namespace rstcause::app {

/// One end as follow() reads it.
struct Dialogue::Reader {
  Reader(Dialogue& owner, Side side, std::int64_t at)
      : dialogue(owner),
        from(side),
        time(at),
        next(owner.ends_[index(side)].next),
        in_step(owner.ends_[index(side)].in_step) {}

  bool begins(std::string_view octets) { return dialogue.begins(from, octets); }
  void read(std::string_view octets) { dialogue.read(from, octets, time); }
  bool skip(std::uint32_t octets) { return dialogue.skip(from, octets); }

  Dialogue& dialogue;
  Side from;
  std::int64_t time;
  std::uint32_t& next;
  bool& in_step;
};

void Dialogue::End::restart() {
  in_long_line = false;
  left = 0;
  held.reset();
}

void Dialogue::feed(Side from, const Piece& piece) {
  if (from != greeter_) answered_ = true;
  if (exchange_.opaque) return;
  Reader reader(*this, from, piece.time);
  const bool fresh = reader.next == 0;
  const bool was_in_step = reader.in_step;
  follow(reader, piece);
  if (!reader.in_step && (was_in_step || fresh)) exchange_.lose_count();
}

bool Dialogue::sure() const {
  return exchange_.sure && std::all_of(ends_.begin(), ends_.end(),
                                       [](const End& end) { return end.in_step || end.next == 0; });
}

bool Dialogue::is_cut(Side from) const {
  const End& end = ends_[index(from)];
  return end.in_step && !exchange_.opaque && (end.left != 0 || end.held || end.in_long_line);
}

/// An end's first words begin a message. Behind a gap only those do that are one by themselves.
bool Dialogue::begins(Side from, std::string_view octets) {
  End& end = ends_[index(from)];
  const bool resumes = end.left != 0 || end.held || end.in_long_line || !exchange_.sure;
  end.restart();
  if (octets.empty()) return false;
  const std::uint64_t length = measure(from, octets);
  if (!resumes) return length != kNoMessage;
  exchange_.lose_count();
  return grammar_->measure == nullptr ? octets.ends_with('\n') : length == octets.size();
}

/// Within a message octets may be missing, but not its last one: the next begins behind it.
bool Dialogue::skip(Side from, std::uint32_t octets) {
  End& end = ends_[index(from)];
  if (end.held || end.in_long_line || octets >= end.left) {
    exchange_.sure = false;
    return false;
  }
  end.left -= octets;
  return true;
}

void Dialogue::read(Side from, std::string_view octets, std::int64_t time) {
  End& end = ends_[index(from)];
  while (!octets.empty() && end.in_step && !exchange_.opaque) {
    if (pass_over(end, octets)) continue;
    if (!read_message(from, octets, time)) return;
  }
}

/// Drops octets that say nothing. False where there are none to drop.
bool Dialogue::pass_over(End& end, std::string_view& octets) {
  if (end.in_long_line) {
    const std::size_t at = octets.find('\n');
    end.in_long_line = at == std::string_view::npos;
    octets.remove_prefix(end.in_long_line ? octets.size() : at + 1);
    return true;
  }
  if (end.left == 0) return false;
  const auto passed = std::min<std::uint64_t>(end.left, octets.size());
  end.left -= passed;
  octets.remove_prefix(static_cast<std::size_t>(passed));
  return true;
}

std::uint64_t Dialogue::measure(Side from, std::string_view octets) const {
  if (grammar_->measure != nullptr) return grammar_->measure(exchange_, from, octets);
  const std::size_t end = octets.find('\n');
  return end == std::string_view::npos ? kMoreWanted : end + 1;
}

/// Takes the next message off the front of `octets`, what was held of it before them. False
/// where it is not whole yet, or is none.
bool Dialogue::read_message(Side from, std::string_view& octets, std::int64_t time) {
  End& end = ends_[index(from)];
  std::string_view seen = octets.substr(0, kLongestKept);
  const std::size_t before = end.held ? end.held->size() : 0;
  if (end.held) {
    end.held->append(octets.substr(0, kLongestKept - before));
    seen = *end.held;
  }
  const std::uint64_t length = measure(from, seen);
  const bool lines = grammar_->measure == nullptr;
  const bool full = seen.size() == kLongestKept;
  if (length == kNoMessage || (length == kMoreWanted && full && !lines)) {
    end.restart();
    end.in_step = false;
    return false;
  }
  if (!full && (length == kMoreWanted || seen.size() < length)) {
    if (!end.held) end.held = std::make_unique<std::string>(seen);
    return false;
  }
  const std::string whole = end.held ? std::move(*end.held) : std::string();
  end.held.reset();
  if (before != 0) seen = whole;
  if (length != kMoreWanted && length < seen.size())
    seen = seen.substr(0, static_cast<std::size_t>(length));
  octets.remove_prefix(std::min(octets.size(), seen.size() - std::min(before, seen.size())));
  end.in_long_line = length == kMoreWanted;
  end.left = length == kMoreWanted ? 0 : length - seen.size();
  exchange_.speak(from);
  end.left += grammar_->read(exchange_, {from, seen, length, time});
  return true;
}

}  // namespace rstcause::app
