// SPDX-License-Identifier: GPL-2.0-or-later
#include "explain/layers/fragments.h"

#include <algorithm>
#include <tuple>

namespace rstcause::explain {
namespace {

/// What a piece costs beside its octets: so empty ones are bounded too.
constexpr std::size_t kOverhead = 64;

/// No honest datagram has more: 64 KiB in steps of 8 octets.
constexpr std::size_t kMostPieces = 8192;

}  // namespace

bool Fragments::Key::operator<(const Key& other) const {
  const auto order = [](const Key& key) {
    return std::tie(key.id, key.src.octets, key.dst.octets);
  };
  return order(*this) < order(other);
}

std::optional<Octets> Fragments::add(const Key& key, const Fragment& fragment) {
  make_room();
  const auto [place, is_new] = unfinished_.try_emplace(key);
  Unfinished& datagram = place->second;
  if (is_new) {
    datagram.began = begun_++;
    by_age_.emplace(datagram.began, place);
  }
  if (datagram.pieces.size() == kMostPieces) {
    gave_up_ = true;
    return std::nullopt;
  }
  const std::uint32_t end = fragment.offset + static_cast<std::uint32_t>(fragment.octets.size());
  if (!fragment.more && !datagram.length) datagram.length = end;

  const auto after = std::upper_bound(
      datagram.pieces.begin(), datagram.pieces.end(), fragment.offset,
      [](std::uint32_t offset, const Piece& piece) { return offset < piece.offset; });
  datagram.pieces.insert(after,
                         {fragment.offset, {fragment.octets.begin(), fragment.octets.end()}});
  octets_ += fragment.octets.size() + kOverhead;
  if (!is_complete(datagram)) return std::nullopt;

  whole_.push_back(join(datagram));
  for (const Piece& piece : datagram.pieces) octets_ -= piece.octets.size() + kOverhead;
  by_age_.erase(datagram.began);
  unfinished_.erase(place);
  return whole_.back();
}

void Fragments::make_room() {
  while (octets_ > kMostOctets) {
    const Table::iterator oldest = by_age_.begin()->second;
    for (const Piece& piece : oldest->second.pieces) octets_ -= piece.octets.size() + kOverhead;
    by_age_.erase(by_age_.begin());
    unfinished_.erase(oldest);
    gave_up_ = true;
  }
}

bool Fragments::is_complete(const Unfinished& datagram) {
  if (!datagram.length) return false;
  std::uint32_t contiguous = 0;
  for (const Piece& piece : datagram.pieces) {
    if (piece.offset > contiguous) continue;
    contiguous =
        std::max(contiguous, piece.offset + static_cast<std::uint32_t>(piece.octets.size()));
  }
  return contiguous >= *datagram.length;
}

std::vector<std::uint8_t> Fragments::join(const Unfinished& datagram) {
  std::vector<std::uint8_t> whole;
  whole.reserve(*datagram.length);
  for (const Piece& piece : datagram.pieces) {
    // What starts beyond the end was of another datagram.
    if (piece.offset > whole.size()) continue;
    const std::size_t known = whole.size() - piece.offset;
    const std::size_t fits =
        std::min<std::size_t>(piece.octets.size(), *datagram.length - piece.offset);
    if (known < fits)
      whole.insert(whole.end(), piece.octets.begin() + static_cast<std::ptrdiff_t>(known),
                   piece.octets.begin() + static_cast<std::ptrdiff_t>(fits));
  }
  return whole;
}

}  // namespace rstcause::explain
