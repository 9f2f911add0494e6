// SPDX-License-Identifier: GPL-2.0-or-later
// Any two ends that send anything in any order: a tracker never invents a label.
//
// The input is a script: one octet of options, then pieces of two octets of control, a length,
// and that many octets of payload.
#include <cstddef>
#include <cstdint>
#include <map>
#include <string_view>
#include <utility>

#include "fuzz/script.h"
#include "resp/context.h"
#include "resp/tracker.h"

namespace {

using namespace rstcause;
using namespace rstcause::resp;

using fuzz::Script;

void expect(bool kept, int line = __builtin_LINE()) {
  fuzz::expect(kept, "a tracker never invents a label", line);
}

bool is_printable(std::string_view text) {
  return fuzz::is_printable_ascii(text);
}

/// Holds every label against what was promised of labels.
class Witness {
 public:
  void hear(const Labels& labels, std::uint32_t frame) {
    for (const Label& label : labels) hear(label, frame);
  }

 private:
  using Key = std::pair<std::uint32_t, std::uint16_t>;

  void hear(const Label& label, std::uint32_t frame) {
    const Key key{label.id.frame, label.id.index};
    if (label.kind == Label::Kind::withdrawn) {
      expect(seen_.erase(key) == 1);
      return;
    }
    expect(label.id.frame > 0 && label.id.frame <= frame && label.start_frame <= label.id.frame);
    expect(seen_.emplace(key, label).second);
    expect(is_printable(label.text.view()) && is_printable(label.error_text.view()));
    expect(is_printable(label.subcommand.view()));
    expect(label.error || label.error_text.empty());
    if (label.kind == Label::Kind::command)
      expect(!label.request && !label.pong && !label.text.empty());
    if (label.kind != Label::Kind::command) expect(!label.ping && !label.awaits_reply);
    if (label.request) hear_answer(label);
  }

  void hear_answer(const Label& reply) {
    const auto command = seen_.find({reply.request->frame, reply.request->index});
    expect(reply.kind == Label::Kind::reply && command != seen_.end());
    expect(command->second.kind == Label::Kind::command && command->second.awaits_reply);
    expect(command->second.from == opposite(reply.from));
    expect(command->second.text == reply.request_word);
    if (reply.pong) expect(command->second.ping);
  }

  std::map<Key, Label> seen_;
};

void ask_everything(const Tracker& tracker) {
  (void)tracker.last_ping();
  (void)tracker.last_pong();
  (void)tracker.last_command();
  (void)tracker.last_error();
  (void)tracker.last_reply_complete();
  (void)tracker.ping_period_ns();
  const auto outstanding = tracker.outstanding();
  if (tracker.oldest_outstanding()) expect(outstanding.value_or(0) > 0);
  if (tracker.recognition() == Recognition::not_resp) expect(!outstanding);
  if (tracker.recognition() == Recognition::not_resp) expect(context_sentences(tracker).empty());
  for (const Direction end : {Direction::from_initiator, Direction::from_responder}) {
    (void)tracker.mid_message(end);
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  Script script(data, size);
  const std::uint8_t options = script.octet();
  Tracker tracker({.initiator_known = (options & 1U) != 0,
                   .from_start = (options & 2U) != 0,
                   .forced = (options & 4U) != 0});
  std::uint32_t next[2] = {0xfffffff0U, 1000};
  Witness witness;
  std::uint32_t frame = 0;
  std::int64_t time_ns = 0;
  while (!script.is_over()) {
    const std::uint8_t control = script.octet();
    const auto jump = static_cast<std::int8_t>(script.octet());
    const std::string_view payload = script.take(script.octet());
    const auto from = static_cast<Direction>(control & 1U);
    std::uint32_t& seq = next[control & 1U];
    // In order unless the script says otherwise: a hole, or something sent again.
    if ((control & 2U) != 0) seq += static_cast<std::uint32_t>(jump);
    time_ns += (control & 4U) != 0 ? 1'500'000'000 : 1'000'000;
    Piece piece{.frame = ++frame, .time_ns = time_ns, .seq = seq, .payload = payload};
    if ((control & 8U) != 0) piece.ack = next[1U - (control & 1U)];
    if ((control & 16U) != 0) piece.cut_off = static_cast<std::uint8_t>(jump);
    seq += static_cast<std::uint32_t>(payload.size()) + piece.cut_off;
    Labels labels;
    tracker.feed(from, piece, labels);
    witness.hear(labels, frame);
    ask_everything(tracker);
  }
  Labels labels;
  tracker.settle(labels);
  witness.hear(labels, frame);
  ask_everything(tracker);
  return 0;
}
