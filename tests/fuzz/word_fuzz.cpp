// SPDX-License-Identifier: GPL-2.0-or-later
// Any octets as the comment of a packet: what is taken for a kernel's word is printable, bounded,
// and the same again when it is written down and read back.
#include <algorithm>
#include <string_view>

#include "engine/wire/word.h"
#include "fuzz/script.h"

namespace {

using namespace rstcause;
using fuzz::expect;

bool is_printable(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) {
    const auto octet = static_cast<unsigned char>(c);
    return octet >= 0x20 && octet != 0x7F;
  });
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view comment(reinterpret_cast<const char*>(data), size);
  const Word word = parse_word(comment);
  if (!word.is_told()) return 0;
  expect(is_printable(word.reason.view()) && is_printable(word.state.view()) &&
             is_printable(word.comm.view()),
         "a word is printable");
  expect(joined(word, word) == word, "a word said twice is the same word");
  expect(joined(word, Word{}) == word && joined(Word{}, word) == word,
         "no word takes nothing away");
  // A name without a number is shown, and is no process that could be written down.
  if (word.kind != Word::Kind::process && (word.pid != 0 || word.comm.empty()))
    expect(parse_word(to_comment(word, size)) == word, "a word is read as it was written");
  return 0;
}
