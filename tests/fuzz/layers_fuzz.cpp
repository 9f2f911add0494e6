// SPDX-License-Identifier: GPL-2.0-or-later
// Any octets as the frames of a capture, in any link type, whole or cut, through all layers that
// rstcause-explain reads: nothing is read past a frame's end, what is found says no more than was
// captured, and the same frames tell the same again.
//
// The input is frames: an octet for the link type, two of the length, two of what is captured of
// it, then the octets.
#include <algorithm>
#include <memory>
#include <string>
#include <vector>

#include "explain/layers/link.h"
#include "fuzz/script.h"

namespace {

using namespace rstcause;
using namespace rstcause::explain;
using fuzz::expect;

constexpr std::uint8_t kLinkTypes = static_cast<std::uint8_t>(LinkType::ppp) + 1;

void check(const Collected& found, Streams& streams) {
  expect(found.segments().size() <= Collected::kMostSegments, "no more than there is room for");
  expect(found.errors().size() <= Collected::kMostErrors, "no more than there is room for");
  for (const Segment& segment : found.segments()) {
    expect(segment.frame == found.frame, "a segment is of its frame");
    expect(segment.payload.size() <= segment.len, "no more payload is captured than was sent");
    expect(segment.behind.empty() || segment.rst, "only resets are asked what stands behind them");
    expect(!segment.wnd_captured || streams.of(segment.tuple), "each whole header has a stream");
    expect(segment.ip.version == 4 || segment.ip.version == 6, "it came in IP");
  }
}

std::string in_words(const Unread& unread) {
  std::string text;
  for (const Unread::Entry& entry : unread.entries())
    text += to_string(entry, [](std::uint32_t number) { return std::to_string(number); }) + ' ' +
            std::to_string(entry.count) + ';';
  return text;
}

/// What a capture of these frames is read as, in words.
std::string read(fuzz::Script script) {
  const auto walk = std::make_unique<Walk>();
  std::string told;
  for (Frame frame = 1; !script.is_over(); ++frame) {
    const auto type = static_cast<LinkType>(script.octet() % kLinkTypes);
    const std::uint32_t length = script.number(2), captured = script.number(2);
    const std::string_view taken = script.take(std::min(length, captured));
    // In an allocation of its own size: the sanitizer sees who reads on.
    const std::vector<std::uint8_t> octets(taken.begin(), taken.end());
    walk->begin(frame, FileTime{static_cast<std::int64_t>(frame)}, 0);
    read_frame(*walk, {type, 0, 0}, View(octets, length));
    check(walk->found, walk->streams);
    for (const Segment& segment : walk->found.segments())
      told += std::to_string(segment.seq.raw()) + ',' + std::to_string(segment.len) + ',' +
              std::to_string(walk->streams.of(segment.tuple).value_or(UINT32_MAX)) + ' ';
  }
  return told + in_words(walk->unread);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string told = read({data, size});
  expect(fuzz::is_printable_ascii(told), "what was not read is told in plain words");
  expect(told == read({data, size}), "the same frames tell the same again");
  return 0;
}
