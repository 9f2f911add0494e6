// SPDX-License-Identifier: GPL-2.0-or-later
#include "resp/framer.h"

#include <algorithm>
#include <utility>
#include <variant>

#include "resp/inline.h"
#include "resp/quick.h"
#include "resp/recognise.h"
#include "resp/scanner.h"
#include "resp/snapshot.h"

namespace rstcause::resp {
namespace {

/// Follows an inline command line to its end.
struct LineScan {
  std::size_t seen = 0;

  Extent scan(std::string_view input) {
    const std::size_t end = input.find('\n');
    const std::size_t used = end == input.npos ? input.size() : end + 1;
    seen += used;
    if (seen > kMaxInlineLine) return {Extent::Kind::malformed, 0};
    return {end == input.npos ? Extent::Kind::need_more : Extent::Kind::complete, used};
  }
};

Scanner::Grammar grammar_of(Framer::Dialect dialect) {
  return dialect == Framer::Dialect::commands ? Scanner::Grammar::command : Scanner::Grammar::value;
}

/// A message that lies in one run.
Message whole_message(const Run& run, std::size_t octets, Message::Form form, char marker) {
  return {.head = run.octets.substr(0, octets),
          .form = form,
          .marker = marker,
          .start_frame = run.frame,
          .frame = run.frame,
          .time_ns = run.time_ns};
}

}  // namespace

/// A message that has begun and is not complete.
struct Framer::Partial {
  std::variant<Scanner, LineScan, Snapshot> scan;
  std::array<char, kMaxHead> head;  // only the first head_size octets mean anything
  std::size_t head_size = 0;
  bool whole = true;
  bool gap = false;    ///< Octets were skipped before the head was full.
  bool spent = false;  ///< Handed out: to be thrown away at the next question.
  std::uint32_t start_frame = 0;
  std::uint32_t frame = 0;
  std::int64_t time_ns = 0;

  Extent take(const Run& run) {
    const Extent extent = std::visit([&](auto& s) { return s.scan(run.octets); }, scan);
    const std::size_t kept = whole ? std::min(extent.octets, head.size() - head_size) : 0;
    std::copy_n(run.octets.begin(), kept, head.begin() + static_cast<std::ptrdiff_t>(head_size));
    head_size += kept;
    whole = whole && kept == extent.octets;
    if (frame == 0 || run.frame > frame) {
      frame = run.frame;
      time_ns = run.time_ns;
    }
    return extent;
  }

  Message message() const {
    Message message{.head = {head.data(), head_size},
                    .whole = whole,
                    .gap = gap,
                    .start_frame = start_frame,
                    .frame = frame,
                    .time_ns = time_ns};
    if (const auto* scanner = std::get_if<Scanner>(&scan)) {
      message.marker = scanner->marker();
    } else {
      const bool line = std::holds_alternative<LineScan>(scan);
      message.form = line ? Message::Form::line : Message::Form::snapshot;
    }
    return message;
  }
};

Framer::Framer() = default;
Framer::~Framer() = default;
Framer::Framer(Framer&&) noexcept = default;
Framer& Framer::operator=(Framer&&) noexcept = default;

Framer::Outcome Framer::next(Run& run, Message& message) {
  if (partial_ && partial_->spent) partial_.reset();
  if (run.octets.empty()) return Outcome::wait;
  if (partial_) return go_on(run, message);
  if (lost_) {
    if (!may_take_up(run.octets)) {
      run.octets = {};
      return Outcome::pass;
    }
    lost_ = false;
  }
  return begin(run, message);
}

/// A line in the middle of a stream may be the end of a long command; only a client that is known
/// to send inline commands is believed.
bool Framer::may_take_up(std::string_view octets) const {
  const bool commands = dialect_ == Dialect::commands;
  if (commands && !lines_seen_ && octets.front() != '*') return false;
  return starts_like_message(octets, commands);
}

Framer::Outcome Framer::begin(Run& run, Message& message) {
  if (snapshot_next_) {
    snapshot_next_ = false;
    return begin_partial(run, message, Message::Form::snapshot);
  }
  pass_blanks(run);
  if (run.octets.empty()) return Outcome::wait;
  return is_line_next(run.octets.front()) ? begin_line(run, message) : begin_value(run, message);
}

void Framer::pass_blanks(Run& run) const {
  // Empty lines: typed by hand to a server, or sent by a master to keep a replica waiting.
  const auto is_blank = [this](char octet) {
    return octet == '\n' || (octet == '\r' && dialect_ != Dialect::replies);
  };
  while (!run.octets.empty() && is_blank(run.octets.front())) run.octets.remove_prefix(1);
}

bool Framer::is_line_next(char octet) const {
  if (dialect_ == Dialect::commands) return octet != '*';
  return dialect_ == Dialect::unknown &&
         ((octet >= 'A' && octet <= 'Z') || (octet >= 'a' && octet <= 'z'));
}

Framer::Outcome Framer::begin_line(Run& run, Message& message) {
  if (const auto command = read_inline_command(run.octets, words_)) {
    lines_seen_ = true;
    message = whole_message(run, command->octets, Message::Form::line, 0);
    run.octets.remove_prefix(command->octets);
    return Outcome::message;
  }
  if (!may_become_inline_command(run.octets, words_)) return fault(run);
  return begin_partial(run, message, Message::Form::line);
}

/// Nearly every message is whole, and plain.
bool Framer::take_at_a_glance(Run& run, Message& message) const {
  if (dialect_ != Dialect::replies) {
    if (const auto command = quick_command(run.octets)) {
      message = whole_message(run, command->octets, Message::Form::value, '*');
      message.view = command->view;
      run.octets.remove_prefix(command->octets);
      return true;
    }
    if (dialect_ == Dialect::commands) return false;
  }
  const auto length = quick_length(run.octets);
  if (!length) return false;
  message = whole_message(run, *length, Message::Form::value, run.octets.front());
  run.octets.remove_prefix(*length);
  return true;
}

Framer::Outcome Framer::begin_value(Run& run, Message& message) {
  if (take_at_a_glance(run, message)) return Outcome::message;
  Scanner scanner(grammar_of(dialect_));
  const Extent extent = scanner.scan(run.octets);
  if (extent.kind == Extent::Kind::malformed) return fault(run);
  if (extent.kind == Extent::Kind::need_more) {
    return begin_partial(run, message, Message::Form::value);
  }
  message = whole_message(run, extent.octets, Message::Form::value, scanner.marker());
  run.octets.remove_prefix(extent.octets);
  return Outcome::message;
}

Framer::Outcome Framer::begin_partial(Run& run, Message& message, Message::Form form) {
  partial_ = std::make_unique<Partial>();
  partial_->start_frame = run.frame;
  if (form == Message::Form::value) partial_->scan = Scanner(grammar_of(dialect_));
  if (form == Message::Form::line) partial_->scan = LineScan{};
  if (form == Message::Form::snapshot) partial_->scan = Snapshot{};
  return go_on(run, message);
}

Framer::Outcome Framer::go_on(Run& run, Message& message) {
  const Extent extent = partial_->take(run);
  if (extent.kind == Extent::Kind::malformed) return fault(run);
  run.octets.remove_prefix(extent.octets);
  if (extent.kind == Extent::Kind::need_more) return Outcome::wait;
  message = partial_->message();
  partial_->spent = true;
  return Outcome::message;
}

Framer::Outcome Framer::fault(Run& run) {
  lose();
  run.octets = {};
  return Outcome::fault;
}

void Framer::lose() {
  partial_.reset();
  snapshot_next_ = false;
  lost_ = true;
}

std::uint64_t Framer::skippable() const {
  if (!partial_ || partial_->spent) return 0;
  if (const auto* scanner = std::get_if<Scanner>(&partial_->scan)) return scanner->skippable();
  if (const auto* snapshot = std::get_if<Snapshot>(&partial_->scan)) return snapshot->skippable();
  return 0;
}

void Framer::skip(std::uint64_t octets) {
  partial_->gap = partial_->gap || partial_->head_size < kMaxHead;
  partial_->whole = false;
  if (auto* scanner = std::get_if<Scanner>(&partial_->scan)) scanner->skip(octets);
  if (auto* snapshot = std::get_if<Snapshot>(&partial_->scan)) snapshot->skip(octets);
}

bool Framer::is_mid_message() const {
  return partial_ && !partial_->spent;
}

}  // namespace rstcause::resp
