// SPDX-License-Identifier: GPL-2.0-or-later
#include "resp/label_store.h"

#include <algorithm>

#include "resp/parser.h"
#include "resp/words.h"

namespace rstcause::resp {
namespace {

/// How far back a partner is looked for step by step before the search is halved.
constexpr int kNear = 64;

/// What a label says, without where and when.
Label meaning_alone(const Label& label) {
  Label meaning = label;
  meaning.id = {};
  meaning.start_frame = 0;
  meaning.time_ns = 0;
  meaning.since_request_ns = 0;
  if (meaning.request) meaning.request = LabelId{};
  return meaning;
}

std::string key_of(const Label& label) {
  const auto flags =
      static_cast<char>((label.ping ? 1 : 0) | (label.pong ? 2 : 0) | (label.error ? 4 : 0) |
                        (label.awaits_reply ? 8 : 0) | (label.request ? 16 : 0));
  std::string key{static_cast<char>(label.from), static_cast<char>(label.kind), label.type, flags};
  key += label.text.view();
  for (const std::string_view part :
       {label.subcommand.view(), label.error_text.view(), label.request_word.view()}) {
    key += '\0';
    key += part;
  }
  return key;
}

bool is_same(const Label& a, const Label& b) {
  return a.from == b.from && a.kind == b.kind && a.type == b.type && a.ping == b.ping &&
         a.pong == b.pong && a.error == b.error && a.awaits_reply == b.awaits_reply &&
         a.request.has_value() == b.request.has_value() && a.text == b.text &&
         a.request_word == b.request_word && a.subcommand == b.subcommand &&
         a.error_text == b.error_text;
}

/// A known command word, or a question mark.
Text in_general(const Text& word) {
  return word.empty() || find_word(word.view()) != kNoWord ? word : Text("?");
}

/// The same without a text of its own: of these there are few.
Label in_general(Label label) {
  const auto type = type_of_marker(label.type);
  const bool command = label.kind == Label::Kind::command;
  label.text = command ? in_general(label.text) : Text(type ? name_of(*type) : "reply");
  label.request_word = in_general(label.request_word);
  label.error_text = {};
  label.subcommand = {};
  return label;
}

}  // namespace

void LabelStore::take(const Labels& labels) {
  for (const Label& label : labels) {
    if (label.kind == Label::Kind::withdrawn) {
      withdraw(label);
      continue;
    }
    if (label.request) answer(*label.request, label.id.frame);
    add(label);
  }
}

void LabelStore::add(const Label& label) {
  constexpr std::int64_t kMaxTime = (std::int64_t{1} << kTimeBits) - 1;
  Record record;
  record.frame = label.id.frame;
  record.partner = label.request ? label.request->frame : 0;
  record.meaning = meaning_of(label) & ((1U << kMeaningBits) - 1U);
  const std::int64_t since = std::clamp<std::int64_t>(label.since_request_ns, 0, kMaxTime);
  record.since_ns = static_cast<std::uint64_t>(since) & static_cast<std::uint64_t>(kMaxTime);
  latest_ = std::max(latest_, record.frame);
  if (records_.empty() || records_.back().frame <= record.frame) {
    records_.push_back(record);
  } else {  // labelled late, for an earlier frame
    records_.insert(first_of(record.frame + 1), record);
  }
}

std::uint32_t LabelStore::meaning_of(const Label& label) {
  for (const std::uint32_t id : recent_) {
    if (id < meanings_.size() && is_same(meanings_[id], label)) return id;
  }
  const bool full = meanings_.size() >= kMaxMeanings;
  const std::uint32_t id =
      find_or_add(full && !ids_.contains(key_of(label)) ? in_general(label) : label);
  recent_[next_recent_++ % recent_.size()] = id;
  return id;
}

std::uint32_t LabelStore::find_or_add(const Label& label) {
  std::string key = key_of(label);
  const auto known = ids_.find(key);
  if (known != ids_.end()) return known->second;
  const auto id = static_cast<std::uint32_t>(meanings_.size());
  meanings_.push_back(meaning_alone(label));
  ids_.emplace(std::move(key), id);
  return id;
}

void LabelStore::withdraw(const Label& label) {
  const auto first = first_of(label.id.frame);
  const auto same = [&](const Record& record) {
    const Label& meaning = meanings_[record.meaning];
    return record.frame == label.id.frame && meaning.kind == Label::Kind::command &&
           meaning.text == label.text;
  };
  const auto found = std::find_if(first, records_.cend(), same);
  if (found != records_.cend()) records_.erase(found);
}

void LabelStore::answer(const LabelId& request, std::uint32_t reply_frame) {
  const auto first = first_of(request.frame);
  const auto in_frame = [&](const Records::const_iterator& at) {
    return at < records_.cend() && at->frame == request.frame;
  };
  if (!in_frame(first)) return;
  // Where it was put, if nothing of another connection came between.
  auto at = records_.cend() - first > request.index ? first + request.index : first;
  if (!in_frame(at) || !is_open_command(*at)) at = first;
  while (in_frame(at) && !is_open_command(*at)) ++at;
  if (in_frame(at))
    records_[static_cast<std::size_t>(at - records_.cbegin())].partner = reply_frame;
}

bool LabelStore::is_open_command(const Record& record) const {
  const Label& meaning = meanings_[record.meaning];
  return record.partner == 0 && meaning.kind == Label::Kind::command && meaning.awaits_reply;
}

LabelStore::Records::const_iterator LabelStore::first_of(std::uint32_t frame) const {
  auto at = records_.cend();
  for (int step = 0; at != records_.cbegin() && (at - 1)->frame >= frame; ++step) {
    if (step == kNear) {
      return std::lower_bound(records_.cbegin(), at, frame,
                              [](const Record& r, std::uint32_t f) { return r.frame < f; });
    }
    --at;
  }
  return at;
}

std::vector<LabelStore::Stored> LabelStore::in(std::uint32_t frame) const {
  std::vector<Stored> found;
  std::uint16_t index = 0;
  for (auto at = first_of(frame); at != records_.cend() && at->frame == frame; ++at) {
    Stored stored{meanings_[at->meaning], 0, 0};
    stored.label.id = {frame, index++};
    stored.label.start_frame = frame;
    stored.label.since_request_ns = static_cast<std::int64_t>(at->since_ns);
    const bool command = stored.label.kind == Label::Kind::command;
    (command ? stored.response_in : stored.request_in) = at->partner;
    if (stored.label.request) stored.label.request->frame = at->partner;
    found.push_back(stored);
  }
  return found;
}

bool LabelStore::holds(std::uint32_t frame) const {
  const auto at = first_of(frame);
  return at != records_.cend() && at->frame == frame;
}

}  // namespace rstcause::resp
