// SPDX-License-Identifier: GPL-2.0-or-later
// Any octets as RESP: the parser never reads past the end and keeps its word.
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "fuzz/script.h"
#include "resp/heartbeat.h"
#include "resp/inline.h"
#include "resp/parser.h"
#include "resp/recognise.h"
#include "resp/scanner.h"

namespace {

using rstcause::resp::Elements;
using rstcause::resp::Extent;
using rstcause::resp::Scanner;

void expect(bool kept, int line = __builtin_LINE()) {
  rstcause::fuzz::expect(kept, "the parser keeps its word", line);
}

/// A value complete in a prefix stays complete, with the same length, however much follows; one
/// octet less of it is always "need more", and so is everything before a bad octet.
void check_prefixes(std::string_view all, const Extent& whole,
                    Extent (*measure)(std::string_view)) {
  expect(whole.octets <= all.size());
  switch (whole.kind) {
    case Extent::Kind::complete:
      expect(whole.octets > 0);
      expect(measure(all.substr(0, whole.octets)) == whole);
      expect(measure(all.substr(0, whole.octets - 1)).kind == Extent::Kind::need_more);
      return;
    case Extent::Kind::malformed:
      expect(whole.octets < all.size());
      expect(measure(all.substr(0, whole.octets)).kind == Extent::Kind::need_more);
      expect(measure(all.substr(0, whole.octets + 1)) == whole);
      return;
    case Extent::Kind::need_more:
      expect(whole.octets == all.size());
      return;
  }
}

/// Reading in pieces of `step` octets comes to the same.
void check_pieces(std::string_view all, const Extent& whole, std::size_t step) {
  Scanner scanner;
  std::size_t at = 0;
  Extent extent;
  while (at < all.size()) {
    extent = scanner.scan(all.substr(at, step));
    at += extent.octets;
    if (extent.kind != Extent::Kind::need_more) break;
  }
  expect(extent.kind == whole.kind && at == whole.octets);
}

void check_skipping(std::string_view all) {
  Scanner scanner;
  const Extent extent = scanner.scan(all);
  if (extent.kind == Extent::Kind::need_more && scanner.skippable() > 0) {
    scanner.skip(scanner.skippable());
    expect(scanner.skippable() == 0);
    expect(scanner.scan("\r").kind == Extent::Kind::need_more);
    expect(scanner.scan("\n").kind != Extent::Kind::malformed);
  }
}

bool lies_within(std::string_view part, std::string_view all) {
  return part.empty() ||
         (part.data() >= all.data() && part.data() + part.size() <= all.data() + all.size());
}

void check_views(std::string_view all) {
  Elements elements(all);
  while (const auto element = elements.next()) {
    expect(lies_within(element->content, all) && lies_within(element->header.line, all));
  }
  expect(lies_within(elements.rest(), all));
  expect(lies_within(rstcause::resp::skip_attributes(all), all));
  if (const auto view = rstcause::resp::view_command(all)) {
    expect(view->words > 0 && !view->word[0].empty());
    for (const std::string_view word : view->word) expect(lies_within(word, all));
  }
  if (const auto line = rstcause::resp::read_inline_command(all)) {
    expect(line->octets <= all.size() && line->view.words > 0);
    expect(all[line->octets - 1] == '\n');
    expect(!rstcause::resp::may_become_inline_command(all));
  }
  if (rstcause::resp::length_prefixed_heartbeat(all)) expect(!rstcause::resp::looks_like_resp(all));
  (void)rstcause::resp::looks_like_resp(all);
  (void)rstcause::resp::starts_like_message(all, true);
  (void)rstcause::resp::starts_like_message(all, false);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view all(reinterpret_cast<const char*>(data), size);
  const Extent value = rstcause::resp::measure(all);
  const Extent command = rstcause::resp::measure_command(all);
  check_prefixes(all, value, rstcause::resp::measure);
  check_prefixes(all, command, rstcause::resp::measure_command);
  if (command.kind == Extent::Kind::complete) expect(value == command);
  for (const std::size_t step : {1U, 2U, 7U}) check_pieces(all, value, step);
  check_skipping(all);
  check_views(all);
  return 0;
}
