// SPDX-License-Identifier: GPL-2.0-or-later
// What a tracker makes of each message: a label, and what it remembers.
#include <algorithm>
#include <utility>

#include "resp/inline.h"
#include "resp/recognise.h"
#include "resp/tracker.h"

namespace rstcause::resp {
namespace {

constexpr std::size_t kMaxLocalWords = 8;
constexpr WordId kOtherWord = 0xffff;
constexpr std::string_view kOther = "?";  // a word that is none: it may be anything, a secret too
constexpr std::int32_t kPauseMs = 1000;
constexpr std::uint32_t kMinPeriodMs = 100;

std::uint32_t to_ms(std::int64_t time_ns) {
  return static_cast<std::uint32_t>(time_ns / 1'000'000);
}

/// The words of a command in either form; nothing for `*0`, which servers pass over.
std::optional<CommandView> view_of(const Message& message) {
  if (message.view.words > 0) return message.view;
  if (message.form == Message::Form::line) {
    const std::string_view line = message.head.substr(0, message.head.find_first_of("\r\n"));
    return view_inline_line(line, Words::any);  // the framer has judged its first word
  }
  if (auto view = view_command(message.head)) return view;
  const auto header = read_header(message.head);
  if (!header || header->length.value_or(0) < 1) return std::nullopt;
  return CommandView{*header->length, {}};  // a first word longer than what was kept
}

bool has_subcommand(Part part) {
  return part == Part::container || part == Part::client;
}

}  // namespace

void Tracker::take_command(const Message& message, Labels& out) {
  const auto view = view_of(message);
  if (!view && message.form == Message::Form::line) return take_fault(*client_, out);
  if (!view) return;
  if (tentative_ && message.form == Message::Form::value) confirm(out);
  begin_anew_after_pause(message.time_ns);

  PendingCommand entry = waiting_for(message, *view);
  entry.published = !tentative_ || may_tell_early(entry);
  told_early_ = told_early_ || (tentative_ && entry.published);
  note_command(entry);
  const bool awaits_reply = ledger_.command(entry, *view);
  if (ledger_.is_replica()) lane(opposite(*client_)).framer.speak(Framer::Dialect::commands);
  if (tentative_ && ledger_.queue().has_only_counted()) return refuse(out);
  if (!entry.published) return;

  Label& label = out.emplace_back();
  fill(label, entry);
  label.type = message.marker;
  label.awaits_reply = awaits_reply;
  if (has_subcommand(part_of(entry.word)) && is_word(view->word[1])) {
    label.subcommand = Text(to_upper(view->word[1]).view());
  }
}

PendingCommand Tracker::waiting_for(const Message& message, const CommandView& view) {
  PendingCommand entry;
  entry.time_ns = message.time_ns;
  entry.id = next_id(message.frame);
  entry.start_frame = message.start_frame;
  // A line of an unknown word may be anything that was typed at the wrong place.
  const bool known = message.form == Message::Form::value || find_word(view.word[0]) != kNoWord;
  entry.word = known ? id_of(view.word[0]) : kOtherWord;
  return entry;
}

/// An inline PING that opens a connection is most likely Redis's. It is told at once, and
/// withdrawn if the answer tells otherwise: nobody could wait for it when the server is silent.
bool Tracker::may_tell_early(const PendingCommand& entry) const {
  return !told_early_ && options_.from_start && options_.initiator_known &&
         *client_ == Direction::from_initiator && part_of(entry.word) == Part::ping;
}

void Tracker::take_reply(const Message& message, Labels& out) {
  const Reply reply = read_reply(message);
  if (tentative_ && !is_confirmation(reply, out)) return;
  // A server that refuses to serve a connection says so before it reads a command.
  const bool refusal =
      !std::exchange(replied_, true) && reply.error && refuses_connection(reply.error_text);
  error_last_ = reply.error;
  if (replies_ != UINT8_MAX) ++replies_;
  if (message.marker != static_cast<char>(Type::array)) roles_sure_ = true;

  const Ledger::Answer answer = refusal ? Ledger::Answer{} : ledger_.reply(reply);
  Label& label = answer_label(message, answer, out);
  const bool named = answer.command && answer.command->word != kOtherWord;
  const Repeated word = named ? Repeated::shown : Repeated::hidden;
  label.text = describe(reply, word);
  label.error = reply.error;
  if (reply.error) {
    label.error_text = describe_error(reply, word);
    extras().last_error = ErrorMark{label.id, label.error_text};
  }
  label.pong = label.request && part_of(answer.command->word) == Part::ping && !reply.error &&
               !is_queued(reply);
  if (label.pong) last_pong_ = label.id.frame;
  if (ledger_.is_replica()) follow_master();
}

/// The first reply to inline commands decides whether this is RESP.
bool Tracker::is_confirmation(const Reply& reply, Labels& out) {
  const PendingCommand* front = ledger_.queue().front();
  const Part part = front ? part_of(front->word) : Part::ordinary;
  if (part == Part::auth || part == Part::quit) {  // POP3 would answer alike
    ledger_.queue().pop();
    return false;
  }
  if (!front || !is_confirmed(*front, reply)) {
    refuse(out);
    return false;
  }
  confirm(out);
  return true;
}

/// A new label for what the server said, paired as `answer` tells.
Label& Tracker::answer_label(const Message& message, const Ledger::Answer& answer, Labels& out) {
  Label& label = out.emplace_back();
  label.id = next_id(message.frame);
  label.start_frame = message.start_frame;
  label.time_ns = message.time_ns;
  label.from = opposite(*client_);
  label.kind = answer.push ? Label::Kind::push : Label::Kind::reply;
  label.type = message.marker;
  if (answer.command) {
    label.request = answer.command->id;
    label.request_word = spelling_of(answer.command->word);
    label.since_request_ns = label.time_ns - answer.command->time_ns;
  }
  return label;
}

/// From here on the server sends commands, after a snapshot where one was promised.
void Tracker::follow_master() {
  Framer& framer = lane(opposite(*client_)).framer;
  framer.speak(Framer::Dialect::commands);
  if (ledger_.snapshot_follows()) framer.await_snapshot();
}

void Tracker::take_snapshot(const Message& message, Labels& out) {
  if (tentative_) confirm(out);
  Label& label = answer_label(message, ledger_.snapshot(), out);
  label.type = static_cast<char>(Type::bulk);
  label.text = Text::known("snapshot");
  replied_ = true;
  error_last_ = false;
  follow_master();
}

/// What a master sends its replica: commands that nobody answers.
void Tracker::take_streamed(const Message& message, Labels& out) {
  const auto view = view_of(message);
  if (!view) return;
  const PendingCommand entry = waiting_for(message, *view);
  Label& label = out.emplace_back();
  fill(label, entry);
  label.type = message.marker;
  label.from = opposite(*client_);
  label.awaits_reply = false;
}

LabelId Tracker::next_id(std::uint32_t frame) {
  last_id_ = last_id_.frame == frame
                 ? LabelId{frame, static_cast<std::uint16_t>(last_id_.index + 1)}
                 : LabelId{frame, 0};
  return last_id_;
}

WordId Tracker::id_of(std::string_view word) {
  // Clients repeat themselves.
  const bool in_table = last_word_ != kNoWord && last_word_ < kFirstLocalWord;
  if (in_table && same_word(spelling(last_word_), word)) return last_word_;
  if (const WordId known = find_word(word); known != kNoWord) return known;
  if (!is_word(word)) return kOtherWord;
  auto& words = extras().words;
  const WordText wanted = to_upper(word);
  const auto at = std::find(words.begin(), words.end(), wanted);
  if (at == words.end() && words.size() == kMaxLocalWords) return kOtherWord;
  const auto place = at - words.begin();
  if (at == words.end()) words.push_back(wanted);
  return static_cast<WordId>(kFirstLocalWord + place);
}

Text Tracker::spelling_of(WordId id) const {
  if (id < kFirstLocalWord) return Text::known(spelling(id));
  const std::size_t place = static_cast<std::size_t>(id) - kFirstLocalWord;
  if (!extras_ || place >= extras_->words.size()) return Text::known(kOther);
  return Text(extras_->words[place].view());
}

Tracker::Extras& Tracker::extras() {
  if (!extras_) extras_ = std::make_unique<Extras>();
  return *extras_;
}

void Tracker::fill(Label& label, const PendingCommand& entry) const {
  label.id = entry.id;
  label.start_frame = entry.start_frame;
  label.time_ns = entry.time_ns;
  label.from = *client_;
  label.kind = Label::Kind::command;
  label.text = spelling_of(entry.word);
  label.ping = part_of(entry.word) == Part::ping;
  label.awaits_reply = true;
}

void Tracker::note_command(const PendingCommand& entry) {
  last_command_ = entry.id;
  last_command_time_ns_ = entry.time_ns;
  last_word_ = entry.word;
  replies_ = 0;
  if (part_of(entry.word) == Part::ping) note_ping(entry.time_ns, entry.id.frame);
}

/// Keeps the rhythm of PINGs: intervals count as alike within a fifth.
void Tracker::note_ping(std::int64_t time_ns, std::uint32_t frame) {
  const std::uint32_t now = to_ms(time_ns);
  const std::uint32_t interval = now - last_ping_ms_;
  const bool first = last_ping_ == 0;
  last_ping_ = frame;
  last_ping_ms_ = now;
  if (first) return;
  const std::uint32_t slack = ping_period_ms_ / 5;
  const bool alike = even_pings_ > 0 && interval >= kMinPeriodMs &&
                     interval + slack >= ping_period_ms_ && interval <= ping_period_ms_ + slack;
  if (!alike) {
    ping_period_ms_ = interval;
    even_pings_ = 1;
    return;
  }
  ping_period_ms_ = static_cast<std::uint32_t>((3ULL * ping_period_ms_ + interval) / 4);
  if (even_pings_ < UINT8_MAX) ++even_pings_;
}

/// A command sent after a pause of both ends finds nothing under way: a server answers at once
/// all but commands that may wait.
void Tracker::begin_anew_after_pause(std::int64_t time_ns) {
  if (!ledger_.is_lost() || part_of(last_word_) == Part::blocking) return;
  const auto silence = static_cast<std::int32_t>(to_ms(time_ns) - last_payload_ms_);
  if (silence >= kPauseMs) ledger_.resume();
}

}  // namespace rstcause::resp
