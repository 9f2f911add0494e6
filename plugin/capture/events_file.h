// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <cstdint>
#include <fstream>
#include <optional>
#include <string>
#include <variant>

#include "capture/descriptor.h"
#include "capture/host.h"
#include "capture/trace_instance.h"

namespace rstcause::capture {

/// The first line of a file of events: since when they were heard, and by which host.
struct EventsStart {
  Nanos time = 0;
  bool tells_reasons = true;
  std::uint64_t netns = 0;
  Host host;
};
/// The kernel overwrote events before they were read.
struct EventsLost {
  Nanos time = 0;
  std::uint64_t count = 0;
};
/// The last line: until when they were heard. A file that was cut off has none.
struct EventsEnd {
  Nanos time = 0;
};
using EventsLine = std::variant<EventsStart, Event, EventsLost, EventsEnd>;

/// One line of NDJSON, without its end; plugin/docs/kernel-word.md lists the keys.
std::string to_line(const EventsLine& line);
/// Nothing where the line is malformed.
std::optional<EventsLine> parse_events_line(std::string_view text);

/// Writes such a file.
class EventsWriter {
 public:
  /// Begins it, with this host as the author. Throws std::runtime_error.
  EventsWriter(Descriptor file, bool tells_reasons);
  void write(const EventsLine& line);
  void flush();

 private:
  Descriptor file_;
  std::string gathered_;
};

/// Reads such a file line by line. A line that is malformed ends the reading with an error.
class EventsReader {
 public:
  /// Throws std::runtime_error where it cannot be read, or does not begin as such a file does.
  explicit EventsReader(const std::string& name);

  const EventsStart& start() const { return start_; }
  /// The next line; nothing at the end.
  std::optional<EventsLine> next();

 private:
  std::optional<std::string> next_text();

  std::string name_;
  std::ifstream file_;
  std::uint64_t number_ = 0;
  EventsStart start_;
};

struct EventCounts {
  std::uint64_t events = 0, lost = 0;
};

/// Records until a signal comes, or that long.
EventCounts record(TraceReader& reader, EventsWriter& writer, std::optional<Nanos> most_time);

}  // namespace rstcause::capture
