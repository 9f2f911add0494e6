// SPDX-License-Identifier: GPL-2.0-or-later
#include "engine/wire/options.h"

#include <algorithm>

#include "engine/wire/bytes.h"

namespace rstcause {
namespace {

// https://www.iana.org/assignments/tcp-parameters, option kinds.
enum Kind : std::uint8_t {
  kEnd = 0,
  kNop = 1,
  kMss = 2,
  kWindowScale = 3,
  kSackPermitted = 4,
  kSack = 5,
  kTimestamps = 8,
  kMd5 = 19,
  kTcpAo = 29,
  kMptcp = 30,
  kFastOpen = 34,
};

// RFC 8684, 3: the subtypes that meet a reset.
enum MptcpSubtype : std::uint8_t { kMpCapable = 0, kMpJoin = 1, kMpFastclose = 7, kMpTcprst = 8 };

void read_mptcp(Octets body, Options& into) {
  if (body.empty()) return;
  switch (body[0] >> 4U) {
    case kMpCapable:
      into.mp_capable = true;
      break;
    case kMpJoin:
      into.mp_join = true;
      break;
    case kMpFastclose:
      into.mp_fastclose = true;
      break;
    case kMpTcprst:
      if (body.size() < 2) break;
      into.mp_tcprst = true;
      into.mp_tcprst_flags = body[0] & 0x0FU;
      into.mp_tcprst_reason = body[1];
      break;
    default:
      break;
  }
}

/// One option's body, without its kind and length octets.
void read_option(std::uint8_t kind, Octets body, Options& into) {
  switch (kind) {
    case kMss:
      if (body.size() != 2) break;
      into.mss = true;
      into.mss_octets = be16(body, 0);
      break;
    case kWindowScale:
      if (body.size() != 1) break;
      into.window_scale = true;
      into.shift = std::min<std::uint8_t>(body[0], 14);
      break;
    case kSackPermitted:
      into.sack_permitted = true;
      break;
    case kSack:
      into.sack = true;
      break;
    case kTimestamps:
      if (body.size() != 8) break;
      into.timestamps = true;
      into.ts_val = be32(body, 0);
      into.ts_ecr = be32(body, 4);
      break;
    case kMd5:
      into.md5 = true;
      break;
    case kTcpAo:
      into.tcp_ao = true;
      break;
    case kFastOpen:
      into.fast_open = true;
      break;
    case kMptcp:
      read_mptcp(body, into);
      break;
    default:
      break;
  }
}

char letter_of(std::uint8_t kind) {
  switch (kind) {
    case kEnd:
      return 'e';
    case kNop:
      return '.';
    case kMss:
      return 'm';
    case kWindowScale:
      return 'w';
    case kSackPermitted:
      return 's';
    case kTimestamps:
      return 't';
    default:
      return '?';
  }
}

/// The options of a Linux SYN, which most are (tcp_options_write()): MSS, SACK permitted and
/// timestamps in one word, NOP and window scale. Read in place; false where these are others.
bool read_linux_syn(Octets octets, Options& into) {
  if (octets.size() != 20 || be16(octets, 0) != 0x0204 || be32(octets, 4) != 0x0402080AU ||
      be32(octets, 16) >> 8U != 0x010303U)
    return false;
  into.mss = into.sack_permitted = into.timestamps = into.window_scale = true;
  into.mss_octets = be16(octets, 2);
  into.ts_val = be32(octets, 8);
  into.ts_ecr = be32(octets, 12);
  into.shift = std::min<std::uint8_t>(octets[19], 14);
  into.order = in_order("mst.w");
  return true;
}

}  // namespace

Options parse_options(Octets octets, std::size_t expected) {
  Options found;
  if (octets.size() == expected && read_linux_syn(octets, found)) return found;
  found.cut = octets.size() < expected;
  octets = octets.first(std::min(octets.size(), expected));
  unsigned shift = 0;
  while (!octets.empty()) {
    if (shift < kBitsInOrder * kMostInOrder)
      found.order |= kind_in_order(letter_of(octets[0])) << shift;
    shift += kBitsInOrder;
    if (octets[0] == kEnd) break;
    if (octets[0] == kNop) {
      octets = octets.subspan(1);
      continue;
    }
    if (octets.size() < 2 || octets[1] < 2 || octets[1] > octets.size()) break;
    read_option(octets[0], octets.subspan(2, octets[1] - 2U), found);
    octets = octets.subspan(octets[1]);
  }
  return found;
}

}  // namespace rstcause
