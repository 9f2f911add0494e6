// SPDX-License-Identifier: GPL-2.0-or-later
//
// A frame on its way through the engine, for every reader of captures. `Guard` is a function that
// runs some work, stops what it throws, and answers whether it came through.
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>

#include "engine/engine.h"
#include "engine/engine_reports.h"
#include "engine/judge/failure.h"
#include "engine/wire/collected.h"

namespace rstcause {

template <typename Guard>
[[gnu::noinline]] bool observe_several(Engine& engine, const Collected& here, Guard&& guard) {
  bool was_reset = false;
  // Each alone: what goes wrong with one costs no other.
  for (const Segment& segment : here.segments())
    guard([&] { was_reset |= engine.observe(segment); });
  for (const IcmpError& error : here.errors()) guard([&] { engine.observe(error); });
  return was_reset;
}

/// Takes in what a frame brought. True where a connection that it belongs to has been reset.
template <typename Guard>
bool observe(Engine& engine, const Collected& here, Guard&& guard) {
  // Most frames bring one segment and nothing else.
  if (!here.is_one_segment()) return observe_several(engine, here, guard);
  bool was_reset = false;
  guard([&] { was_reset = engine.observe(here.all_segments[0]); });
  return was_reset;
}

/// Tells the streams of a frame's resets, whose places in Engine::explained() are `first` to
/// `last`. `stream_of(segment)` is an optional number.
template <typename Guard, typename StreamOf>
void tell_streams(Engine& engine, const Collected& here, std::size_t first, std::size_t last,
                  Guard&& guard, StreamOf&& stream_of) {
  for (const Segment& segment : here.segments()) {
    if (!segment.rst || first == last) continue;
    const auto stream = stream_of(segment);
    if (stream) guard([&] { engine.tell_stream(first, *stream); });
    ++first;
  }
}

/// Hands `take` each of the chosen resets as `write` (to_json, to_csv) puts it, with that end of
/// line. One that cannot be written is reported as a failure of ours, and costs no other.
template <typename Guard, typename Take>
void write_each(const Engine& engine, std::span<const std::size_t> chosen, std::string_view file,
                std::string (*write)(const Report&, std::string_view), std::string_view end,
                Guard&& guard, Take&& take) {
  const auto write_one = [&](const Explained& reset) {
    Report report = report_on(engine, reset);
    Explained read;
    if (engine.order().has_left_out()) {
      read = as_read(reset, engine.order());
      report.reset = &read;
    }
    take(write(report, file).append(end));
  };
  const Verdicts& all = engine.explained();
  for (const std::size_t place : chosen) {
    if (!guard([&] { write_one(all[place]); }))
      guard([&] { write_one(told_as_failure(all[place])); });
  }
}

}  // namespace rstcause
