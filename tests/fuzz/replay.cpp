// SPDX-License-Identifier: GPL-2.0-or-later
//
// NAME_replay FOLDER...
//
// A fuzzer without its engine, for any compiler: plays every file of the folders once. A broken
// promise aborts, and the last line told names the input.
#include <cstdint>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <vector>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

int main(int count, char** folders) {
  std::size_t played = 0;
  for (int i = 1; i < count; ++i) {
    for (const auto& entry : std::filesystem::directory_iterator(folders[i])) {
      std::ifstream file(entry.path(), std::ios::binary);
      const std::vector<char> octets{std::istreambuf_iterator<char>(file), {}};
      std::fprintf(stderr, "%s\n", entry.path().c_str());
      LLVMFuzzerTestOneInput(reinterpret_cast<const std::uint8_t*>(octets.data()), octets.size());
      ++played;
    }
  }
  std::printf("%zu inputs\n", played);
  return played == 0 ? 1 : 0;
}
