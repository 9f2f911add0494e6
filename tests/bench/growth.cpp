// SPDX-License-Identifier: GPL-2.0-or-later
//
// growth [MOST]: what the engine alone takes, in octets and in time, from 10,000 connections to
// MOST (1,000,000). Every allocation is counted as the allocator grants it.
//
// growth --check: what each further connection costs, from 20,000 to 60,000; fails where that is
// more than the engine promises.
#include <malloc.h>

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <new>

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
using Clock = std::chrono::steady_clock;

/// Octets for each connection.
template <typename Make>
double grow(const char* kind, std::uint32_t connections, Make make) {
  const std::size_t before = held;
  auto engine = std::make_unique<Engine>();
  auto take = [&](const Segment& segment) { engine->observe(segment); };
  Frame frame = 0;
  const auto start = Clock::now();
  for (std::uint32_t number = 0; number < connections; ++number) make(take, frame, number);
  const std::chrono::duration<double, std::nano> spent = Clock::now() - start;
  const double octets = static_cast<double>(held - before) / connections;
  std::printf("%s\t%u\t%u\t%zu\t%.0f\t%.0f\n", kind, connections, frame, engine->explained().size(),
              octets, spent.count() / frame);
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
  if (count > 1 && std::strcmp(arguments[1], "--check") == 0) return keeps_to_all() ? 0 : 1;
  const unsigned long most = count > 1 ? std::strtoul(arguments[1], nullptr, 10) : 1'000'000;
  std::puts("kind\tconnections\tsegments\tresets\toctets a connection\tns a segment");
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
