// SPDX-License-Identifier: GPL-2.0-or-later
//
// The engine's parts alone, beside a plain reading of the same memory as the physical limit.
#include <benchmark/benchmark.h>

#include <cstring>
#include <memory>
#include <string>
#include <vector>

#include "bench/traffic.h"
#include "engine/engine.h"
#include "engine/engine_reports.h"
#include "engine/judge/classify.h"
#include "engine/tell/json.h"
#include "resp/parser.h"

namespace {

using namespace rstcause;

std::vector<Segment> short_connections(std::uint32_t connections) {
  std::vector<Segment> all;
  Frame frame = 0;
  auto take = [&](const Segment& segment) { all.push_back(segment); };
  for (std::uint32_t i = 0; i < connections; ++i) bench::short_connection(take, frame, i);
  return all;
}

void per_item(benchmark::State& state, std::size_t items) {
  state.SetItemsProcessed(state.iterations() * static_cast<std::int64_t>(items));
}

void per_octet(benchmark::State& state, std::size_t octets) {
  state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(octets));
}

/// Segments a second, resets judged among them: the whole engine.
void observe(benchmark::State& state) {
  const auto segments = short_connections(static_cast<std::uint32_t>(state.range(0)));
  for (auto _ : state) {
    Engine engine;
    for (const Segment& segment : segments) engine.observe(segment);
    benchmark::DoNotOptimize(engine.explained().size());
  }
  per_item(state, segments.size());
  per_octet(state, segments.size() * sizeof(Segment));
}
BENCHMARK(observe)->Arg(1'000)->Arg(100'000)->Unit(benchmark::kMillisecond);

/// The same segments, every octet read once and nothing done with them.
void scan_segments(benchmark::State& state) {
  const auto segments = short_connections(static_cast<std::uint32_t>(state.range(0)));
  const auto* const words = reinterpret_cast<const unsigned char*>(segments.data());
  const std::size_t octets = segments.size() * sizeof(Segment);
  for (auto _ : state) {
    std::uint64_t sum = 0;
    for (std::size_t at = 0; at + sizeof sum <= octets; at += sizeof sum) {
      std::uint64_t word = 0;
      std::memcpy(&word, words + at, sizeof word);
      sum += word;
    }
    benchmark::DoNotOptimize(sum);
  }
  per_item(state, segments.size());
  per_octet(state, octets);
}
BENCHMARK(scan_segments)->Arg(1'000)->Arg(100'000)->Unit(benchmark::kMillisecond);

std::unique_ptr<Engine> engine_with_resets() {
  auto engine = std::make_unique<Engine>();
  for (const Segment& segment : short_connections(999)) engine->observe(segment);
  return engine;
}

/// Weighings a second: every row of the catalogue, every clue that it asks.
void weigh(benchmark::State& state) {
  const auto engine = engine_with_resets();
  for (auto _ : state) {
    for (const Explained& reset : engine->explained())
      benchmark::DoNotOptimize(classify(engine->scene_of(reset)));
  }
  per_item(state, engine->explained().size());
}
BENCHMARK(weigh)->Unit(benchmark::kMicrosecond);

/// Reports a second, written out as JSON.
void write_json(benchmark::State& state) {
  const auto engine = engine_with_resets();
  std::size_t octets = 0;
  for (auto _ : state) {
    octets = 0;
    for (const Explained& reset : engine->explained())
      octets += to_json(report_on(*engine, reset), "").size();
    benchmark::DoNotOptimize(octets);
  }
  per_item(state, engine->explained().size());
  per_octet(state, octets);
}
BENCHMARK(write_json)->Unit(benchmark::kMicrosecond);

/// Commands and replies of every size, as many as fill 64 KiB.
std::string redis_traffic() {
  std::string all;
  for (int i = 0; all.size() < 65'536; ++i) {
    const std::string value(static_cast<std::size_t>(1 + i % 40), 'v');
    all += "*3\r\n$3\r\nSET\r\n$4\r\nuser\r\n$" + std::to_string(value.size()) + "\r\n" + value +
           "\r\n";
    all += "+OK\r\n*1\r\n$4\r\nPING\r\n+PONG\r\n:42\r\n";
  }
  return all;
}

/// Octets of RESP a second, value after value.
void measure_resp(benchmark::State& state) {
  const std::string all = redis_traffic();
  for (auto _ : state) {
    std::string_view rest = all;
    while (!rest.empty()) {
      const resp::Extent value = resp::measure(rest);
      if (value.kind != resp::Extent::Kind::complete) break;
      rest.remove_prefix(value.octets);
    }
    if (!rest.empty()) state.SkipWithError("the traffic was not read to its end");
  }
  per_octet(state, all.size());
}
BENCHMARK(measure_resp)->Unit(benchmark::kMicrosecond);

/// The same octets, searched for one that is not there.
void scan_resp(benchmark::State& state) {
  const std::string all = redis_traffic();
  for (auto _ : state) benchmark::DoNotOptimize(std::memchr(all.data(), '\0', all.size()));
  per_octet(state, all.size());
}
BENCHMARK(scan_resp)->Unit(benchmark::kMicrosecond);

}  // namespace

BENCHMARK_MAIN();
