// SPDX-License-Identifier: GPL-2.0-or-later
//
// Loaded before tshark (LD_PRELOAD): allocations of C++ fail where RSTCAUSE_FAIL says, as
// "FIRST,MANY" (counted from 1). tshark itself is C and allocates otherwise. At the end the number
// of all goes to the file RSTCAUSE_COUNT.
#include <cstdio>
#include <cstdlib>
#include <new>

namespace {

struct Plan {
  long first = 0, many = 0, count = 0;

  Plan() {
    if (const char* const said = std::getenv("RSTCAUSE_FAIL"))
      (void)std::sscanf(said, "%ld,%ld", &first, &many);
  }
  ~Plan() {
    const char* const name = std::getenv("RSTCAUSE_COUNT");
    std::FILE* const file = name != nullptr ? std::fopen(name, "w") : nullptr;
    if (file == nullptr) return;
    std::fprintf(file, "%ld\n", count);
    std::fclose(file);
  }

  bool fails() {
    ++count;
    return first > 0 && count >= first && count < first + many;
  }
};

Plan& plan() {
  static Plan one;
  return one;
}

}  // namespace

void* operator new(std::size_t size) {
  if (!plan().fails()) {
    if (void* const made = std::malloc(size == 0 ? 1 : size)) return made;
  }
  throw std::bad_alloc();
}
void operator delete(void* made) noexcept {
  std::free(made);
}
void operator delete(void* made, std::size_t) noexcept {
  std::free(made);
}
