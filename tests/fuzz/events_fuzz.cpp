// SPDX-License-Identifier: GPL-2.0-or-later
// Any octets as the lines of a file of events, as rstcause-capture --join reads them: a line that
// is taken is the same again when it is written down and read back, and printable.
#include <algorithm>
#include <optional>
#include <string>
#include <string_view>

#include "capture/events_file.h"
#include "fuzz/script.h"

namespace {

using namespace rstcause;
using fuzz::expect;

void check(std::string_view line) {
  const std::optional<capture::EventsLine> read = capture::parse_events_line(line);
  if (!read) return;
  const std::string written = capture::to_line(*read);
  const std::optional<capture::EventsLine> again = capture::parse_events_line(written);
  expect(again.has_value(), "what was read can be written for a reader");
  expect(again->index() == read->index(), "a line stays of its kind");
  expect(capture::to_line(*again) == written, "a line is read as it was written");
  for (const char c : written)
    expect(static_cast<unsigned char>(c) >= 0x20, "a line has no control characters");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  std::string_view rest(reinterpret_cast<const char*>(data), size);
  while (!rest.empty()) {
    const std::size_t end = std::min(rest.find('\n'), rest.size());
    check(rest.substr(0, end));
    rest.remove_prefix(std::min(end + 1, rest.size()));
  }
  return 0;
}
