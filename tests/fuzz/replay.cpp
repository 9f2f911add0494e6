// SPDX-License-Identifier: GPL-2.0-or-later
//
// NAME_replay [--questions N] FOLDER...
//
// A fuzzer without its engine, for any compiler: plays every file of the folders as it is, and N
// times more with each of 0 to N - 1 as its first octet, for fuzzers where that chooses what is
// asked of the rest. A broken promise aborts, and the last line told names the input.
#include <cstdint>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

namespace {

std::vector<std::uint8_t> contents_of(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

void play(const std::filesystem::path& path, unsigned questions) {
  std::vector<std::uint8_t> octets = contents_of(path);
  std::fprintf(stderr, "%s\n", path.c_str());
  LLVMFuzzerTestOneInput(octets.data(), octets.size());
  for (unsigned question = 0; question < questions && !octets.empty(); ++question) {
    octets[0] = static_cast<std::uint8_t>(question);
    LLVMFuzzerTestOneInput(octets.data(), octets.size());
  }
}

}  // namespace

int main(int count, char** arguments) {
  std::vector<std::string> folders(arguments + 1, arguments + count);
  unsigned questions = 0;
  if (folders.size() > 2 && folders[0] == "--questions") {
    questions = static_cast<unsigned>(std::stoul(folders[1]));
    folders.erase(folders.begin(), folders.begin() + 2);
  }
  std::size_t played = 0;
  for (const std::string& folder : folders) {
    for (const auto& entry : std::filesystem::directory_iterator(folder)) {
      play(entry.path(), questions);
      ++played;
    }
  }
  std::printf("%zu inputs\n", played);
  return played == 0 ? 1 : 0;
}
