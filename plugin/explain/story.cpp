// SPDX-License-Identifier: GPL-2.0-or-later
#include "explain/story.h"

#include <memory>
#include <optional>
#include <utility>

#include "explain/reading.h"

namespace rstcause::explain {
namespace {

/// The conversation of the reset in that frame.
struct Place {
  Tuple tuple;
  std::uint32_t stream = 0;
};

std::optional<Place> find_reset(const std::string& path, Frame reset, std::string& error) {
  const auto segments = std::make_unique<Segments>(path);
  while (segments->frame < reset && segments->next_frame()) {
  }
  error = segments->capture.error();
  if (segments->frame == reset && segments->walk.found.has_reset) {
    for (const Segment& segment : segments->walk.found.segments()) {
      const auto stream = segments->walk.streams.of(segment.tuple);
      if (segment.rst && stream) return Place{.tuple = segment.tuple, .stream = *stream};
    }
  }
  if (error.empty()) error = "no TCP reset that is read here in frame " + std::to_string(reset);
  return std::nullopt;
}

bool is_between(const Tuple& tuple, const Tuple& ends) {
  const bool same = tuple.sport == ends.sport && tuple.dport == ends.dport;
  const bool other_way = tuple.sport == ends.dport && tuple.dport == ends.sport;
  return (same && tuple.src == ends.src && tuple.dst == ends.dst) ||
         (other_way && tuple.src == ends.dst && tuple.dst == ends.src);
}

}  // namespace

Story read_story(const std::string& path, Frame reset, std::vector<Frame> asked) {
  Story story;
  const auto place = find_reset(path, reset, story.error);
  if (!place) return story;
  const auto segments = std::make_unique<Segments>(path);
  Rungs rungs(reset, std::move(asked));
  while (segments->next_frame()) {
    for (const Segment& segment : segments->walk.found.segments()) {
      // The same ends may have had other connections before and after.
      if (is_between(segment.tuple, place->tuple) &&
          segments->walk.streams.of(segment.tuple) == place->stream)
        rungs.take(segment);
    }
  }
  story.client = std::apply([](auto... end) { return to_string(end...); }, rungs.client());
  story.server = std::apply([](auto... end) { return to_string(end...); }, rungs.server());
  story.saw_opening = rungs.saw_opening();
  story.more = rungs.more();
  story.rungs = std::move(rungs).all();
  // What was read before a break is a story, too; that it breaks off is the capture's own trouble.
  return story;
}

}  // namespace rstcause::explain
