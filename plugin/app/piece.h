// SPDX-License-Identifier: GPL-2.0-or-later
// One end's octets in the order in which they were sent, read once and never stored.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "resp/place.h"

namespace rstcause::app {

/// One end of a conversation. Which of the two is the client, the payload tells.
enum class Side : std::uint8_t { a, b };

constexpr Side other(Side side) {
  return side == Side::a ? Side::b : Side::a;
}
constexpr std::size_t index(Side side) {
  return static_cast<std::size_t>(side);
}

/// What one segment brought of an end's octets.
struct Piece {
  std::uint32_t seq = 0;     ///< The number of its first octet (RFC 9293).
  std::uint32_t len = 0;     ///< Octets that were sent.
  std::string_view payload;  ///< Those of them that were captured, from the first one on.
  std::int64_t time = 0;     ///< When they passed, ns.
};

/// Reads the next octets of an end in their order. Octets that were there before are left out.
/// Where some are missing (not captured, cut off, or late) the reader is asked whether it can do
/// without; if not it is out of step, and stays so until a segment that is newer than all before
/// begins what it knows. So octets out of order end in "unknown", never in a wrong claim.
///
/// A Reader has `next` (the number after the highest octet passed), `in_step`, and
///   bool begins(std::string_view)    these octets begin a message: get into step here
///   void read(std::string_view)      takes the next octets; may fall out of step
///   bool skip(std::uint32_t octets)  passes over octets unseen, if it knows what they are
template <typename Reader>
// NOLINTNEXTLINE(misc-no-recursion): once at most: the rest is in step
void follow(Reader& reader, const Piece& piece) {
  const resp::Place place = resp::place_of(reader.next, piece.seq, piece.len);
  const bool begins_before = resp::distance(reader.next, piece.seq) < 0;
  const bool old = begins_before && place.seen == piece.len;
  const std::uint32_t end = piece.seq + piece.len;
  if (!reader.in_step) {
    const bool first = reader.next == 0;
    if (old && !first) return;
    reader.next = end;
    if ((begins_before && !first) || !reader.begins(piece.payload)) return;
    reader.in_step = true;
  } else if (old) {
    return;
  } else if (place.seen != 0) {
    const auto cut = std::min<std::size_t>(place.seen, piece.payload.size());
    follow(reader,
           {piece.seq + place.seen, piece.len - place.seen, piece.payload.substr(cut), piece.time});
    return;
  } else {
    reader.next = end;
    if (place.missing != 0 && !reader.skip(place.missing)) {
      reader.in_step = reader.begins(piece.payload);
      if (!reader.in_step) return;
    }
  }
  reader.read(piece.payload);
  const auto unseen = piece.len - static_cast<std::uint32_t>(piece.payload.size());
  if (unseen != 0 && reader.in_step && !reader.skip(unseen)) reader.in_step = false;
}

}  // namespace rstcause::app
