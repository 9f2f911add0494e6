// SPDX-License-Identifier: GPL-2.0-or-later
#include <optional>

#include "explain/layers/layers.h"

namespace rstcause::explain {
namespace {

constexpr std::size_t kLeastHeader = 20;
constexpr std::uint16_t kDontFragment = 0x4000, kMoreFragments = 0x2000, kFragmentOffset = 0x1FFF;

/// Where the final destination stands in the header: behind a source route, or in its own place.
std::size_t destination_at(const View& packet, std::size_t header) {
  constexpr std::size_t kOwnPlace = 16;
  constexpr std::uint8_t kEnd = 0, kNoOperation = 1, kLooseRoute = 131, kStrictRoute = 137;
  for (std::size_t at = kLeastHeader; at < header;) {
    const std::uint8_t option = packet.at(at);
    if (option == kEnd) break;
    if (option == kNoOperation) {
      ++at;
      continue;
    }
    if (at + 2 > header) break;
    const std::size_t length = packet.at(at + 1);
    if (length < 2 || at + length > header) break;
    if (option == kLooseRoute || option == kStrictRoute) {
      if (at + 3 > header) break;
      const std::size_t pointer = packet.at(at + 2);
      if (pointer < 4 || pointer % 4 != 0 || pointer > length) break;
      return at + length - 4;
    }
    at += length;
  }
  return kOwnPlace;
}

/// Wireshark keeps fragments with private or link-local addresses apart by VLAN.
bool is_local(std::uint32_t address) {
  return address >> 24U == 10 || address >> 20U == 0xAC1 || address >> 16U == 0xC0A8 ||
         address >> 16U == 0xA9FE;
}

/// A fragment's datagram, where this completes it; the fragment alone, where it is the first one
/// and was not captured whole; or nothing. `length` is the payload's by the header.
std::optional<View> put_together(Walk& walk, const IpHeader& ip, const View& packet,
                                 const View& payload, std::size_t length) {
  const std::uint16_t word = packet.word(6);
  const bool is_first = (word & kFragmentOffset) == 0;
  if (length == 0 || !payload.has(length)) {
    walk.fragmented = (word & kMoreFragments) != 0;
    return is_first ? std::optional(payload) : std::nullopt;
  }
  const std::uint32_t src = be32(ip.src.octets, 0), dst = be32(ip.dst.octets, 0);
  std::uint32_t id = packet.at(9) ^ packet.word(4) ^ src ^ dst;
  if (is_local(src) || is_local(dst)) id ^= walk.vlan;
  const auto whole = walk.fragments4.add(
      {ip.src, ip.dst, id},
      {(word & kFragmentOffset) * 8U, payload.octets(), (word & kMoreFragments) != 0});
  if (walk.fragments4.gave_up()) walk.unread.note(Carrier::fragments, 0);
  if (!whole) return std::nullopt;
  walk.fragmented = false;
  return View(*whole, static_cast<std::uint32_t>(whole->size()));
}

}  // namespace

void read_ip(Walk& walk, const View& packet) {
  const Deeper deeper(walk);
  if (!deeper || !packet.has(1)) return;
  const std::uint8_t version = packet.at(0) >> 4U;
  if (version == 4)
    read_ipv4(walk, packet);
  else if (version == 6)
    read_ipv6(walk, packet);
}

void read_ipv4(Walk& walk, const View& packet) {
  if (!packet.has(kLeastHeader)) return;
  const std::size_t header = (packet.at(0) & 0x0FU) * std::size_t{4};
  if (header < kLeastHeader || !packet.has(header)) return;
  std::uint32_t length = packet.word(2);
  // Zero is what segmentation offload leaves.
  if (length == 0) length = packet.length();
  if (length < header) return;

  const std::uint16_t word = packet.word(6);
  IpHeader ip;
  ip.version = 4;
  ip.ttl = packet.at(8);
  ip.may_fragment = (word & kDontFragment) == 0;
  ip.id = packet.word(4);
  const std::size_t destination =
      header == kLeastHeader ? std::size_t{16} : destination_at(packet, header);
  ip.src = Address::of(Address::Kind::ipv4, packet.octets().subspan(12, 4));
  ip.dst = Address::of(Address::Kind::ipv4, packet.octets().subspan(destination, 4));

  View payload = packet.first(length).from(header);
  const During<bool> fragmented(walk.fragmented, false);
  if ((word & (kMoreFragments | kFragmentOffset)) != 0) {
    const auto whole = put_together(walk, ip, packet, payload, length - header);
    if (!whole) return;
    payload = *whole;
  }
  if (payload.length() > 0) read_ip_payload(walk, ip, packet.at(9), payload);
}

}  // namespace rstcause::explain
