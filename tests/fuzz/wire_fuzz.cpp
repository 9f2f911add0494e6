// SPDX-License-Identifier: GPL-2.0-or-later
// Any octets as a TCP header with its options and payload, whole or cut by the capture, and as an
// ICMP message: nothing is read past the end, a cut header says less and nothing else, and what is
// shown is printable.
//
// The input is two octets of true length, then what was captured.
#include <cstring>
#include <string>

#include "engine/tell/json_text.h"
#include "engine/wire/declared.h"
#include "engine/wire/icmp.h"
#include "engine/wire/segment.h"
#include "fuzz/script.h"
#include "resp/heartbeat.h"
#include "unit/json_reader.h"

namespace {

using namespace rstcause;
using fuzz::expect;
using Octets = std::span<const std::uint8_t>;

bool lies_within(const void* part, std::size_t size, Octets all) {
  const auto* const begin = static_cast<const std::uint8_t*>(part);
  return size == 0 || (begin >= all.data() && begin + size <= all.data() + all.size());
}

void check_segment(const Segment& s, Octets all, std::uint32_t reported) {
  expect(s.len <= reported, "the payload is no longer than the segment");
  expect(s.payload.size() <= s.len, "no more payload is captured than was sent");
  expect(s.options_len <= 40 && s.option_octets.size() <= s.options_len, "options fit the header");
  expect(lies_within(s.payload.data(), s.payload.size(), all), "the payload was captured");
  expect(lies_within(s.option_octets.data(), s.option_octets.size(), all),
         "the options were captured");
}

/// What a shorter capture shows of the same segment.
void check_cut(const Segment& whole, Octets all, std::uint32_t reported) {
  for (const std::size_t size : {all.size() / 2, all.size() - 1, std::size_t{14}}) {
    Segment cut;
    if (size > all.size() || !decode_tcp(all.first(size), reported, cut)) continue;
    expect(cut.seq == whole.seq && cut.ack == whole.ack && cut.flags == whole.flags &&
               cut.len == whole.len && cut.options_len == whole.options_len,
           "a cut takes nothing but what it cuts");
    expect(whole.payload.starts_with(cut.payload), "a cut payload is the beginning of the whole");
  }
}

/// What was cut off may lack, but what is there reads the same.
void check_options(const Segment& s) {
  const Options whole = options_of(s);
  expect(whole.cut == (s.option_octets.size() < s.options_len), "a cut is noticed");
  expect(whole.shift <= 14, "RFC 7323, 2.3: a shift is at most 14");
  for (std::size_t size = 0; size < s.option_octets.size(); ++size) {
    const Options cut = parse_options(s.option_octets.first(size), s.options_len);
    expect(cut.cut, "a cut is noticed");
    const bool more = (cut.mss && !whole.mss) || (cut.sack_permitted && !whole.sack_permitted) ||
                      (cut.md5 && !whole.md5) || (cut.mp_fastclose && !whole.mp_fastclose) ||
                      (cut.mp_join && !whole.mp_join) || (cut.tcp_ao && !whole.tcp_ao);
    expect(!more, "a cut invents no option");
  }
}

void check_declared(const Declared& d) {
  expect((d.kind == Declared::Kind::none) == d.text.empty(), "a statement has its text");
  expect(d.text.size() <= 128, "a statement is short");
  for (const char c : d.text)
    expect(static_cast<unsigned char>(c) >= 0x20 && c != 0x7F, "a statement is printable");
  const std::string json = json_string(d.text);
  expect(test::JsonReader::accepts(json), "a statement is a JSON string");
  expect(json.find("\xEF\xBF\xBD") == std::string::npos ||
             d.text.find("\xEF\xBF\xBD") != std::string::npos,
         "a statement is valid UTF-8");
}

/// What a shorter capture shows of the same error, if it shows any.
void check_icmp(Octets all, bool v6) {
  IcmpError whole;
  if (!decode_icmp(all, v6, whole)) return;
  expect(whole.is_v6() == v6, "the quoted segment is of the error's own family");
  expect(hindrance_of(whole) != Hindrance::none, "an error that is read says what it hinders");
  expect(fuzz::is_printable_ascii(to_string(whole)), "an error is named");
  for (std::size_t size = all.size(); size > 0 && size + 24 > all.size(); --size) {
    IcmpError cut;
    if (!decode_icmp(all.first(size - 1), v6, cut)) continue;
    const bool same_ends =
        cut.quoted.src == whole.quoted.src && cut.quoted.dst == whole.quoted.dst &&
        cut.quoted.sport == whole.quoted.sport && cut.quoted.dport == whole.quoted.dport;
    expect(same_ends && cut.seq == whole.seq && cut.mtu == whole.mtu,
           "a cut error is the same or none");
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size < 2) return 0;
  const std::uint32_t reported = (static_cast<std::uint32_t>(data[0]) << 8U) | data[1];
  const Octets all(data + 2, size - 2);
  Segment s;
  if (decode_tcp(all, reported, s)) {
    check_segment(s, all, reported);
    check_cut(s, all, reported);
    check_options(s);
    check_declared(declared_by_options(options_of(s)));
    check_declared(declared_by_payload(s.payload, s.len));
    if (const auto code = netscaler_code(s.wnd)) check_declared(*code);
  }
  check_icmp(all, false);
  check_icmp(all, true);
  const std::string_view text(reinterpret_cast<const char*>(all.data()), all.size());
  check_declared(declared_by_payload(text, reported));
  check_declared(declared_by_trailer(all));
  if (const auto beat = resp::length_prefixed_heartbeat(text))
    expect(text.size() >= 4, "a heartbeat has its length before it");
  return 0;
}
