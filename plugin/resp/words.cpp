// SPDX-License-Identifier: GPL-2.0-or-later
#include "resp/words.h"

#include <algorithm>
#include <array>

#include "resp/word_table.h"

namespace rstcause::resp {
namespace {

static_assert(std::is_sorted(kRows.begin(), kRows.end(),
                             [](const WordRow& a, const WordRow& b) { return a.word < b.word; }),
              "words are found by binary search");
static_assert(std::all_of(kRows.begin(), kRows.end(),
                          [](const WordRow& row) { return row.word.size() <= kMaxWord; }),
              "no word may be longer than the place for it");
static_assert(kRows.size() < kFirstLocalWord, "ids of known words and others must not meet");

constexpr char upper(char octet) {
  return octet >= 'a' && octet <= 'z' ? static_cast<char>(octet - 'a' + 'A') : octet;
}

/// Orders like std::string_view after `word` is put into upper case, without the copy.
int compare_upper(std::string_view row, std::string_view word) {
  const std::size_t common = std::min(row.size(), word.size());
  for (std::size_t i = 0; i < common; ++i) {
    const char octet = upper(word[i]);
    if (row[i] != octet) return row[i] < octet ? -1 : 1;
  }
  return row.size() == word.size() ? 0 : (row.size() < word.size() ? -1 : 1);
}

/// The first eight octets in upper case as a number: in the order of the words, and quick to
/// compare.
constexpr std::uint64_t key_of(std::string_view word) {
  std::uint64_t key = 0;
  for (std::size_t i = 0; i < sizeof(key); ++i) {
    const char octet = i < word.size() ? upper(word[i]) : '\0';
    key = key << 8U | static_cast<unsigned char>(octet);
  }
  return key;
}

constexpr auto kKeys = [] {
  std::array<std::uint64_t, kRows.size()> keys{};
  for (std::size_t row = 0; row < keys.size(); ++row) keys[row] = key_of(kRows[row].word);
  return keys;
}();

const WordRow* end_of_rows() {
  return kRows.data() + kRows.size();
}

/// The first row that is not before `word`.
const WordRow* first_row_from(std::string_view word) {
  const std::uint64_t key = key_of(word);
  auto at =
      static_cast<std::size_t>(std::lower_bound(kKeys.begin(), kKeys.end(), key) - kKeys.begin());
  while (at < kRows.size() && kKeys[at] == key && compare_upper(kRows[at].word, word) < 0) ++at;
  return kRows.data() + at;
}

const WordRow* row_of(WordId id) {
  return id == kNoWord || id > kRows.size() ? nullptr : &kRows[id - 1U];
}

}  // namespace

WordId find_word(std::string_view word) {
  const WordRow* row = first_row_from(word);
  if (row == end_of_rows() || compare_upper(row->word, word) != 0) return kNoWord;
  return static_cast<WordId>(row - kRows.data() + 1);
}

bool begins_a_word(std::string_view letters) {
  const WordRow* row = first_row_from(letters);
  return row != end_of_rows() && compare_upper(row->word.substr(0, letters.size()), letters) == 0;
}

std::string_view spelling(WordId id) {
  const WordRow* row = row_of(id);
  return row ? row->word : std::string_view{};
}

Part part_of(WordId id) {
  const WordRow* row = row_of(id);
  return row ? row->part : Part::ordinary;
}

Shapes shapes_of(WordId id) {
  const WordRow* row = row_of(id);
  return row ? row->shapes : kAny;
}

bool is_word(std::string_view word) {
  const auto fits = [](char octet) {
    const char letter = upper(octet);
    return (letter >= 'A' && letter <= 'Z') || (letter >= '0' && letter <= '9') || letter == '.' ||
           letter == '_' || letter == '-' || letter == ':';
  };
  return !word.empty() && word.size() <= kMaxWord && std::all_of(word.begin(), word.end(), fits);
}

bool same_word(std::string_view upper_case, std::string_view word) {
  return compare_upper(upper_case, word) == 0;
}

WordText to_upper(std::string_view word) {
  std::array<char, kMaxWord> letters{};
  const std::size_t size = std::min(word.size(), letters.size());
  std::transform(word.begin(), word.begin() + static_cast<std::ptrdiff_t>(size), letters.begin(),
                 upper);
  return WordText(std::string_view(letters.data(), size));
}

}  // namespace rstcause::resp
