// SPDX-License-Identifier: GPL-2.0-or-later
// Any two ends that send anything: what is told of HTTP, TLS and greetings never depends on how
// TCP cut it into segments, never reads past the end, and never claims more than was sent.
//
// The input is a script: pieces of one octet of control, two of length, and that many octets of
// payload. Control: bit 0 the sender, bits 1 and 2 what becomes of it (sent, lost, sent again).
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
  fuzz::expect(kept, "HTTP, TLS and greetings are reported as they were sent", line);
}

/// A talk that is fed in the segments of the script, or octet by octet.
class Listener {
 public:
  explicit Listener(bool octet_by_octet) : octet_by_octet_(octet_by_octet) {}

  void hear(Side from, std::uint32_t seq, std::string_view payload) {
    const auto len = static_cast<std::uint32_t>(payload.size());
    if (!talk) talk = Talk::recognise(from, {seq, len, payload}, first_);
    first_ = false;
    if (!talk) return;
    // Recognition and getting into step look at a segment's beginning, so only what is in step
    // may be cut.
    if (!octet_by_octet_ || !is_in_step(from)) {
      feed(from, {seq, len, payload});
      return;
    }
    for (std::uint32_t i = 0; i < len; ++i) feed(from, {seq + i, 1, payload.substr(i, 1)});
  }

  /// Amid a piece something came that is no TLS: where it gets into step again depends on the cut.
  bool lost_tls() const { return lost_tls_; }

  std::unique_ptr<Talk> talk;

 private:
  void feed(Side from, const Piece& piece) {
    const bool before = talk->tls() != nullptr && is_in_step(from);
    talk->feed(from, piece);
    if (before && talk->tls() != nullptr && !is_in_step(from)) lost_tls_ = true;
  }

  bool is_in_step(Side from) const {
    if (const Http* http = talk->http()) return http->progress(from) > Http::Progress::none;
    if (const Tls* tls = talk->tls()) return tls->is_followed(from);
    return false;
  }

  bool octet_by_octet_;
  bool first_ = true, lost_tls_ = false;
};

void check(const Http& http, const std::uint64_t (&sent)[2]) {
  for (const Side side : {Side::a, Side::b}) {
    expect(http.body_octets(side) <= sent[index(side)]);
    if (http.body_length(side) != 0) expect(http.body_octets(side) <= http.body_length(side));
    if (http.progress(side) != Http::Progress::in_body) continue;
    if (http.body_length(side) != 0) expect(http.body_octets(side) < http.body_length(side));
  }
  expect(http.outstanding() <= 8);
}

void check(const Tls& tls) {
  for (const Side side : {Side::a, Side::b}) {
    const TlsRecords& r = tls.records(side);
    if (r.in_step && r.in_record()) expect(r.record_octets() < r.record_length());
    if (tls.ends_with_fatal_alert(side)) expect(tls.ends_with_alert(side));
  }
  const std::string_view name = tls.server_name();
  expect(name.size() <= 100);
  expect(fuzz::is_printable_ascii(name));
}

void same(const Http& one, const Http& two) {
  for (const Side side : {Side::a, Side::b}) {
    expect(one.progress(side) == two.progress(side));
    expect(one.body_octets(side) == two.body_octets(side));
  }
  expect(one.outstanding() == two.outstanding() && one.status() == two.status());
  expect(one.responses() == two.responses() && one.keeps_alive() == two.keeps_alive());
}

void same(const Tls& one, const Tls& two) {
  for (const Side side : {Side::a, Side::b}) {
    expect(one.is_followed(side) == two.is_followed(side));
    if (!one.is_followed(side)) continue;
    expect(one.records(side).last() == two.records(side).last());
    expect(one.records(side).in_record() == two.records(side).in_record());
    expect(one.ends_with_alert(side) == two.ends_with_alert(side));
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  Script script(data, size);
  Listener whole(false), cut(true);
  std::uint32_t next[2] = {0xFFFF'FF00U, 17};
  std::uint64_t sent[2] = {0, 0};
  bool in_order = true, wanted_tls = false;
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
    if (fate != 3) next[index(from)] += len;
    if (fate == 3) next[index(from)] = seq + len;
    sent[index(from)] += len;
    if (fate != 0) in_order = false;
    if (fate == 1) continue;
    whole.hear(from, seq, payload);
    cut.hear(from, seq, payload);
    if (!whole.talk) continue;
    if (const Http* http = whole.talk->http()) {
      check(*http, sent);
      wanted_tls = wanted_tls || http->wanted_tls();
    }
    if (const Tls* tls = whole.talk->tls()) check(*tls);
  }
  // Out of order, or where something else begins amid it, the cut decides what is seen whole.
  if (!in_order || !whole.talk) return 0;
  const Http* http = whole.talk->http();
  const bool followed = http != nullptr && http->sure() && cut.talk->http()->sure();
  if (followed && !wanted_tls && http->speaks_http()) same(*http, *cut.talk->http());
  const Tls* tls = whole.talk->tls();
  if (tls != nullptr && !whole.lost_tls() && !cut.lost_tls()) same(*tls, *cut.talk->tls());
  return 0;
}
