// SPDX-License-Identifier: GPL-2.0-or-later
// Any two ends that send anything in any of the protocols of messages: what is told of them never
// depends on how TCP cut it into segments, is printable and bounded, and reads past no end.
//
// The input is a script as app_fuzz reads it: pieces of one octet of control, two of length, and
// that many octets of payload. Control: bit 0 the sender, bits 1 and 2 what becomes of it (sent,
// lost, sent again).
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string_view>

#include "app/talk.h"
#include "fuzz/script.h"

namespace {

using namespace rstcause;
using namespace rstcause::app;

using fuzz::Script;

void expect(bool kept, int line = __builtin_LINE()) {
  fuzz::expect(kept, "protocols of messages are reported as they were sent", line);
}

void check(const Talk& talk) {
  for (const Side side : {Side::a, Side::b}) {
    const auto farewell = talk.farewell(side);
    if (!farewell) continue;
    expect(fuzz::is_printable_ascii(farewell->code.view()));
    expect(fuzz::is_printable_ascii(farewell->text.view()));
    expect(farewell->code.view().size() <= 48 && farewell->text.view().size() <= 120);
  }
  expect(talk.outstanding() <= 16);
  expect(talk.outstanding_since().has_value() == (talk.dialogue() && talk.outstanding() != 0));
  if (talk.stranger() != Protocol::none) expect(talk.stranger() != talk.protocol());
}

void same(const Dialogue& one, const Dialogue& two) {
  const Exchange& a = one.exchange();
  const Exchange& b = two.exchange();
  expect(a.asked().size() == b.asked().size() && a.answers() == b.answers());
  expect(a.left == b.left && a.interval_s == b.interval_s && a.opaque == b.opaque);
  for (const Side side : {Side::a, Side::b}) {
    expect((a.farewell(side) == nullptr) == (b.farewell(side) == nullptr));
    if (a.farewell(side)) expect(a.farewell(side)->text == b.farewell(side)->text);
    expect(one.is_cut(side) == two.is_cut(side));
    expect(a.program(side) == b.program(side));
  }
}

/// Fed in the segments of the script, or octet by octet behind each end's first segment: by that
/// one the protocol is recognised.
class Listener {
 public:
  explicit Listener(bool octet_by_octet) : octet_by_octet_(octet_by_octet) {}

  void hear(Side from, std::uint32_t seq, std::string_view payload, std::int64_t time) {
    const auto len = static_cast<std::uint32_t>(payload.size());
    if (!talk) talk = Talk::recognise(from, {seq, len, payload, time}, first_);
    first_ = false;
    if (!talk) return;
    const bool whole = !octet_by_octet_ || !heard_[index(from)] || talk->dialogue() == nullptr ||
                       begins_client_hello(payload);
    if (whole) {
      talk->feed(from, {seq, len, payload, time});
      if (talk->dialogue() != nullptr) heard_[index(from)] = true;
      return;
    }
    for (std::uint32_t i = 0; i < len; ++i)
      talk->feed(from, {seq + i, 1, payload.substr(i, 1), time});
  }

  std::unique_ptr<Talk> talk;

 private:
  bool octet_by_octet_;
  bool first_ = true;
  bool heard_[2] = {false, false};
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  Script script(data, size);
  Listener whole(false), cut(true);
  std::uint32_t next[2] = {0xFFFF'FF00U, 17};
  bool in_order = true;
  std::int64_t time = 0;
  while (!script.is_over()) {
    const std::uint8_t control = script.octet();
    const std::size_t length = script.octet() + 256U * script.octet();
    const Side from = (control & 1U) != 0 ? Side::b : Side::a;
    const std::string_view payload = script.take(length);
    if (payload.empty()) continue;
    const auto len = static_cast<std::uint32_t>(payload.size());
    const unsigned fate = (control >> 1U) & 3U;
    std::uint32_t seq = next[index(from)];
    if (fate == 3) seq -= len / 2;
    next[index(from)] = seq + len;
    if (fate != 0) in_order = false;
    if (fate == 1) continue;
    time += 1'000'000;
    whole.hear(from, seq, payload, time);
    cut.hear(from, seq, payload, time);
    if (whole.talk) check(*whole.talk);
  }
  // Out of order the cut decides what is seen whole; where octets fit no message, where it is
  // left.
  if (!in_order || !whole.talk) return 0;
  const Dialogue* one = whole.talk->dialogue();
  const Dialogue* two = cut.talk->dialogue();
  if (one == nullptr || two == nullptr || !one->sure() || !two->sure()) return 0;
  same(*one, *two);
  return 0;
}
