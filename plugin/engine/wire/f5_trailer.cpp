// SPDX-License-Identifier: GPL-2.0-or-later
#include "engine/wire/f5_trailer.h"

#include <algorithm>
#include <cstddef>

namespace rstcause {
namespace {

/// Ethernet fills short datagrams up to 46 octets.
constexpr std::size_t kMostPadding = 46;

/// A block's header in either format, and where its content begins.
struct Block {
  unsigned type = 0, version = 0;
  std::size_t length = 0, header = 0;
};
constexpr unsigned kLow = 1, kMedium = 2;

/// Octets of a medium block up to the cause, and its length before it; 0: holds no cause.
std::size_t least_medium(const Block& block) {
  if (block.type != kMedium) return 0;
  switch (block.version) {
    case 1:
      return 30;
    case 2:
      return 31;
    case 3:
      return 35;
    case 4:
      return block.header + 32;
    default:
      return 0;
  }
}

/// One octet of version and side, eight of build and line, and the text.
std::optional<F5Cause> read_cause(Octets octets, std::size_t reported) {
  constexpr std::size_t kBeforeText = 9;
  if (reported <= kBeforeText || octets.size() <= kBeforeText || octets[0] >> 1U != 0)
    return std::nullopt;
  F5Cause cause;
  cause.peer = (octets[0] & 1U) != 0;
  cause.build = (std::uint64_t{be16(octets, 1)} << 32U) | be32(octets, 3);
  cause.line = be16(octets, 7);
  const Octets text = octets.subspan(kBeforeText, std::min(octets.size(), reported) - kBeforeText);
  cause.text = {reinterpret_cast<const char*>(text.data()), text.size()};
  cause.cut = octets.size() < reported;
  return cause;
}

/// The cause in a block; `octets` from its header on.
std::optional<F5Cause> cause_of(const Block& block, Octets octets) {
  const std::size_t least = least_medium(block);
  if (least == 0 || octets.size() <= least) return std::nullopt;
  const std::size_t length = octets[least - 1];
  return least + length <= block.length ? read_cause(octets.subspan(least), length) : std::nullopt;
}

std::optional<Block> old_block(Octets octets) {
  constexpr std::size_t kHeader = 3, kLeast = 7, kMost = 140;
  if (octets.size() < kLeast) return std::nullopt;
  // The length counts what follows it: the version's octet and the content.
  const Block block{octets[0], octets[2], octets[1] + std::size_t{2}, kHeader};
  const bool sane = block.type >= 1 && block.type <= 3 && block.version <= 3 &&
                    block.length >= kLeast && block.length <= kMost;
  return sane ? std::optional(block) : std::nullopt;
}

/// A trailer begins with the block of low detail, whose length tells whether it is one.
bool begins_old_trailer(Octets octets) {
  const auto block = old_block(octets);
  if (!block || block->type != kLow) return false;
  if (block->version == 0) return block->length == 22 || block->length == 35;
  return block->version == 1 && block->length == 7U + octets[6];
}

std::optional<Block> new_block(Octets octets) {
  constexpr std::size_t kHeader = 8;
  constexpr unsigned kNoise = 1, kOther = 0;
  if (octets.size() < kHeader) return std::nullopt;
  const bool noise = be16(octets, 0) == kNoise;
  const Block block{noise ? be16(octets, 2) : kOther, be16(octets, 6), be16(octets, 4), kHeader};
  return block.length >= kHeader ? std::optional(block) : std::nullopt;
}

template <typename ReadBlock>
std::optional<F5Cause> cause_among(Octets blocks, ReadBlock read) {
  while (const std::optional<Block> block = read(blocks)) {
    if (const auto cause = cause_of(*block, blocks)) return cause;
    if (block->length >= blocks.size()) break;
    blocks = blocks.subspan(block->length);
  }
  return std::nullopt;
}

bool begins_new_trailer(Octets octets) {
  constexpr std::uint32_t kMagic = 0xF5DEB0F5;
  return octets.size() >= 8 && be32(octets, 0) == kMagic && be16(octets, 6) == 1;
}

}  // namespace

std::optional<F5Cause> f5_cause_in(Octets behind) {
  for (std::size_t padding = 0; padding <= kMostPadding && padding < behind.size(); ++padding) {
    const Octets octets = behind.subspan(padding);
    if (begins_new_trailer(octets)) {
      const std::size_t length = std::clamp<std::size_t>(be16(octets, 4), 8, octets.size());
      return cause_among(octets.first(length).subspan(8), new_block);
    }
    if (begins_old_trailer(octets)) return cause_among(octets, old_block);
  }
  return std::nullopt;
}

}  // namespace rstcause
