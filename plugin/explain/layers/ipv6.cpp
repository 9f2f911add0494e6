// SPDX-License-Identifier: GPL-2.0-or-later
#include <optional>

#include "explain/layers/layers.h"

namespace rstcause::explain {
namespace {

constexpr std::size_t kHeader = 40;
constexpr std::uint8_t kHopByHop = 0, kRouting = 43, kFragment = 44, kAuthentication = 51,
                       kDestination = 60, kMobility = 135, kShim6 = 140;

/// The chain of headers, as far as it has been read.
struct Chain {
  IpHeader ip;
  std::uint8_t next;
  View rest;
  std::uint32_t left;  ///< Octets of the payload by the IP header, without the headers read.
};

/// RFC 2675: the length of a jumbogram, in the hop-by-hop options; 0 where there is none.
std::uint32_t jumbo_length(const View& options) {
  constexpr std::uint8_t kPad1 = 0, kJumbo = 0xC2;
  if (!options.has(2)) return 0;
  const std::size_t end = (options.at(1) + std::size_t{1}) * 8;
  for (std::size_t at = 2; at < end;) {
    if (!options.has(at + 1)) return 0;
    if (options.at(at) == kPad1) {
      ++at;
      continue;
    }
    if (!options.has(at + 2)) return 0;
    if (options.at(at) == kJumbo && options.at(at + 1) == 4)
      return options.has(at + 6) ? options.long_word(at + 2) : 0;
    at += 2U + options.at(at + 1);
  }
  return 0;
}

bool pass(Chain& chain, std::size_t octets) {
  if (!chain.rest.has(octets)) return false;
  chain.next = chain.rest.at(0);
  chain.rest = chain.rest.from(octets);
  chain.left = octets < chain.left ? chain.left - static_cast<std::uint32_t>(octets) : 0;
  return true;
}

/// Hop-by-hop and destination options, whose contents do not matter here.
bool pass_options(Chain& chain) {
  return chain.rest.has(2) && pass(chain, (chain.rest.at(1) + std::size_t{1}) * 8);
}

/// With segments left, the destination is not the one in the IP header: of which type it is tells
/// where the last one stands.
bool pass_routing(Walk& walk, Chain& chain) {
  if (!chain.rest.has(4)) return false;
  const std::uint8_t type = chain.rest.at(2), segments_left = chain.rest.at(3);
  if (segments_left != 0) {
    walk.unread.note(Carrier::routing, type);
    return false;
  }
  return pass(chain, (chain.rest.at(1) + std::size_t{1}) * 8);
}

/// RFC 8200, 4.5. False where the datagram is not complete with this.
bool pass_fragment(Walk& walk, Chain& chain) {
  constexpr std::uint16_t kMore = 1, kOffset = 0xFFF8;
  if (!chain.rest.has(8)) return false;
  const std::uint16_t word = chain.rest.word(2);
  const std::uint32_t id = chain.rest.long_word(4);
  if (!pass(chain, 8)) return false;
  if (chain.left == 0 || (word & (kMore | kOffset)) == 0) return true;
  if (!chain.rest.has(chain.left)) return false;
  const auto whole =
      walk.fragments6.add({chain.ip.src, chain.ip.dst, id},
                          {static_cast<std::uint32_t>(word & kOffset),
                           chain.rest.octets().first(chain.left), (word & kMore) != 0});
  if (walk.fragments6.gave_up()) walk.unread.note(Carrier::fragments, 0);
  if (!whole) return false;
  chain.rest = View(*whole, static_cast<std::uint32_t>(whole->size()));
  chain.left = 0;
  walk.fragmented = false;
  return true;
}

/// Goes along the extension headers. False where what follows is not to be read.
bool pass_extensions(Walk& walk, Chain& chain) {
  for (int i = 0; i < kDeepest; ++i) {
    switch (chain.next) {
      case kHopByHop:
      case kDestination:
        if (!pass_options(chain)) return false;
        break;
      case kRouting:
        if (!pass_routing(walk, chain)) return false;
        break;
      case kFragment:
        if (!pass_fragment(walk, chain)) return false;
        break;
      case kAuthentication:
      case kMobility:
      case kShim6:
        walk.unread.note(Carrier::ip_protocol, chain.next);
        return false;
      default:
        return true;
    }
  }
  walk.unread.note(Carrier::nesting, 0);
  return false;
}

}  // namespace

void read_ipv6(Walk& walk, const View& packet) {
  if (!packet.has(kHeader) || packet.at(0) >> 4U != 6) return;
  Chain chain{};
  chain.ip.version = 6;
  chain.ip.ttl = packet.at(7);
  chain.ip.src = Address::of(Address::Kind::ipv6, packet.octets().subspan(8, 16));
  chain.ip.dst = Address::of(Address::Kind::ipv6, packet.octets().subspan(24, 16));
  chain.next = packet.at(6);
  chain.rest = packet.from(kHeader);
  chain.left = packet.word(4);
  std::uint32_t length = chain.left;
  if (length == 0 && chain.next == kHopByHop) length = jumbo_length(chain.rest);
  chain.rest = chain.rest.first(length);

  const During<bool> fragmented(walk.fragmented, walk.fragmented);
  if (pass_extensions(walk, chain)) read_ip_payload(walk, chain.ip, chain.next, chain.rest);
}

}  // namespace rstcause::explain
