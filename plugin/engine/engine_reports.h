// SPDX-License-Identifier: GPL-2.0-or-later
//
// The engine's verdicts in words, for every surface.
#pragma once

#include <cstddef>
#include <span>
#include <string>

#include "engine/engine.h"
#include "engine/tell/report.h"
#include "engine/tell/tally.h"

namespace rstcause {

/// Writes out one of the engine's verdicts.
inline Report report_on(const Engine& engine, const Explained& reset) {
  const Flow& flow = engine.flow(reset.flow);
  return report_on({.reset = reset,
                    .first_cause = engine.explained()[flow.first_verdict - 1].verdict.cause->token,
                    .scene = engine.scene_of(reset),
                    .order = engine.order(),
                    .epoch = engine.epoch(),
                    .timers = engine.timers()});
}

/// Adds the sentences of the tests of authenticity.
inline void write_out_testimonies(const Engine& engine, Report& report) {
  write_out_testimonies(engine.flow(report.reset->flow), engine.order(), report);
}

/// The text of -z rstcause,tree on some of an engine's resets: places in Engine::explained().
inline std::string tally(const Engine& engine, std::span<const std::size_t> chosen,
                         const std::string& filter) {
  Tally counted;
  for (const std::size_t place : chosen) {
    const Explained& reset = engine.explained()[place];
    counted.count(engine.flow(reset.flow), reset);
  }
  return counted.text(filter);
}

}  // namespace rstcause
