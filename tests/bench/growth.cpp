// SPDX-License-Identifier: GPL-2.0-or-later
//
// growth [MOST]: what the engine alone takes, in octets and in time, from 10,000 connections to
// MOST (1,000,000). Every allocation is counted as the allocator grants it.
//
// growth --flood MOST: the same of half-open connections alone.
//
// growth --at-work MOST: what a segment costs while so many connections speak in turns: beyond the
// seats that the engine has for them each is packed away and comes back every time.
//
// growth --check: what each further connection costs, from 20,000 to 60,000; fails where that is
// more than the engine promises.
#include <malloc.h>

#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <memory>
#include <new>
#include <string_view>
#include <vector>

#include "bench/traffic.h"
#include "engine/engine.h"

namespace {

std::size_t held = 0;  ///< Octets, with malloc's own eight for each block.
constexpr std::size_t kBlockHead = sizeof(std::size_t);

}  // namespace

// Not inlined: GCC would take the pair for a new without its delete.
[[gnu::noinline]] void* operator new(std::size_t size) {
  void* const made = std::malloc(size);
  if (made == nullptr) throw std::bad_alloc();
  held += malloc_usable_size(made) + kBlockHead;
  return made;
}

[[gnu::noinline]] void operator delete(void* block) noexcept {
  if (block != nullptr) held -= malloc_usable_size(block) + kBlockHead;
  std::free(block);
}

void operator delete(void* block, std::size_t) noexcept {
  operator delete(block);
}

namespace {

using namespace rstcause;

/// Nanoseconds of the processor: other programs hardly change that.
double spent() {
  return static_cast<double>(std::clock()) * (1e9 / CLOCKS_PER_SEC);
}

/// Octets for each connection.
template <typename Make>
double grow(const char* kind, std::uint32_t connections, Make make) {
  const std::size_t before = held;
  auto engine = std::make_unique<Engine>();
  auto take = [&](const Segment& segment) { engine->observe(segment); };
  Frame frame = 0;
  const double start = spent();
  for (std::uint32_t number = 0; number < connections; ++number) make(take, frame, number);
  const double each = (spent() - start) / frame;
  const double octets = static_cast<double>(held - before) / connections;
  std::printf("%s\t%u\t%u\t%zu\t%.0f\t%.0f\n", kind, connections, frame, engine->explained().size(),
              octets, each);
  return octets;
}

/// False where each further connection costs more than so many octets.
template <typename Make>
bool keeps_to(double most, const char* kind, Make make) {
  constexpr std::uint32_t kFew = 20'000, kMany = 60'000;
  const double few = grow(kind, kFew, make) * kFew, many = grow(kind, kMany, make) * kMany;
  const double each = (many - few) / (kMany - kFew);
  std::printf("%s: %.0f octets for each further connection, at most %.0f\n", kind, each, most);
  return each <= most;
}

void head() {
  std::puts("kind\tconnections\tsegments\tresets\toctets a connection\tns a segment");
}

/// Half-open connections alone, as a flood of SYNs leaves them.
void flood(std::uint32_t most) {
  head();
  for (std::uint32_t n = 100'000; n <= most; n *= 10) {
    grow("half open", n,
         [](auto& take, Frame& frame, std::uint32_t i) { bench::half_open(take, frame, i); });
  }
}

/// So many connections that each say one thing in turns: ns for each segment.
double speak_in_turns(std::uint32_t connections) {
  constexpr std::uint32_t kRounds = 20;
  const auto engine = std::make_unique<Engine>();
  auto take = [&](const Segment& segment) { engine->observe(segment); };
  using Speaker = bench::Talk<decltype(take)>;
  Frame frame = 0;
  std::vector<Speaker> talks;
  for (std::uint32_t i = 0; i < connections; ++i) {
    talks.emplace_back(take, frame, i).say(0, bench::kSyn, {}, 64240);
    talks.back().say(1, bench::kSyn | bench::kAck, {}, 64240);
  }
  const double start = spent();
  for (std::uint32_t round = 0; round < kRounds; ++round) {
    for (Speaker& talk : talks) talk.say(round % 2, bench::kPsh | bench::kAck, bench::kRequest);
  }
  return (spent() - start) / (static_cast<double>(kRounds) * connections);
}

void at_work(std::uint32_t most) {
  std::puts("connections at work\tns a segment");
  for (std::uint32_t n = 1'000; n <= most; n *= 4) std::printf("%u\t%.0f\n", n, speak_in_turns(n));
}

bool keeps_to_all() {
  const auto connection = [](auto& take, Frame& frame, std::uint32_t i) {
    bench::short_connection(take, frame, i);
  };
  const auto half_open = [](auto& take, Frame& frame, std::uint32_t i) {
    bench::half_open(take, frame, i);
  };
  const bool connections = keeps_to(256, "short", connection);
  return keeps_to(96, "half open", half_open) && connections;
}

}  // namespace

int main(int count, char** arguments) {
  const std::string_view wish = count > 1 ? arguments[1] : "1000000";
  if (wish == "--check") return keeps_to_all() ? 0 : 1;
  const std::string_view number = count > 2 ? arguments[2] : wish;
  const auto most = static_cast<std::uint32_t>(std::strtoul(number.data(), nullptr, 10));
  if (wish == "--at-work") return at_work(most), 0;
  if (wish == "--flood") return flood(most), 0;
  head();
  for (std::uint32_t n = 10'000; n <= most; n *= 10) {
    grow("short", n, [](auto& take, Frame& frame, std::uint32_t i) {
      bench::short_connection(take, frame, i);
    });
    grow("no resets", n, [](auto& take, Frame& frame, std::uint32_t i) {
      bench::short_connection(take, frame, i, false);
    });
    grow("half open", n,
         [](auto& take, Frame& frame, std::uint32_t i) { bench::half_open(take, frame, i); });
    grow("refused", n,
         [](auto& take, Frame& frame, std::uint32_t i) { bench::refused(take, frame, i); });
    grow("lone resets", n,
         [](auto& take, Frame& frame, std::uint32_t i) { bench::lone_reset(take, frame, i); });
  }
}
