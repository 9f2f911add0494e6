// SPDX-License-Identifier: GPL-2.0-or-later
#include "support/pcap_file.h"

#include <algorithm>
#include <cstring>
#include <fstream>
#include <iterator>
#include <optional>
#include <stdexcept>
#include <string>

#include "engine/wire/bytes.h"

namespace rstcause::test {
namespace {

constexpr std::size_t kFileHeader = 24, kRecordHeader = 16;
constexpr std::uint32_t kMicroseconds = 0xA1B2C3D4U, kNanoseconds = 0xA1B23C4DU;

/// The segment in a datagram, whose length the IP header told.
bool read_tcp(Octets ip, std::size_t header, std::uint32_t length, Segment& s) {
  const std::size_t end = std::min<std::size_t>(ip.size(), header + length);
  if (!decode_tcp(ip.subspan(header, end - header), length, s)) return false;
  s.behind = s.rst ? ip.subspan(end) : Octets{};
  return true;
}

/// The IP datagram in a frame of that link type.
std::optional<Octets> datagram(Octets frame, std::uint32_t link) {
  std::size_t skip = 0;
  if (link == 1) {
    if (frame.size() < 18) return std::nullopt;
    skip = be16(frame, 12) == 0x8100 ? 18 : 14;
  } else if (link == 113) {
    skip = 16;
  } else if (link == 276) {
    skip = 20;
  } else if (link == 0 || link == 108) {
    skip = 4;
  } else if (link != 101 && link != 12) {
    return std::nullopt;
  }
  if (frame.size() <= skip) return std::nullopt;
  return frame.subspan(skip);
}

bool read_ipv4(Octets ip, Segment& s) {
  if (ip.size() < 20 || ip[9] != 6 || (be16(ip, 6) & 0x3FFFU) != 0) return false;
  const std::size_t header = (ip[0] & 0x0FU) * 4U;
  const std::uint32_t total = be16(ip, 2);
  if (header < 20 || total < header || ip.size() < header) return false;
  s.ip = {4, ip[8], 0, (ip[6] & 0x40U) == 0};
  s.ip_id = be16(ip, 4);
  s.tuple.src = Address::of(Address::Kind::ipv4, ip.subspan(12, 4));
  s.tuple.dst = Address::of(Address::Kind::ipv4, ip.subspan(16, 4));
  return read_tcp(ip, header, total - static_cast<std::uint32_t>(header), s);
}

bool read_ipv6(Octets ip, Segment& s) {
  if (ip.size() < 40 || ip[6] != 6) return false;
  const std::uint32_t length = be16(ip, 4);
  s.ip = {6, ip[7], 0, false};
  s.tuple.src = Address::of(Address::Kind::ipv6, ip.subspan(8, 16));
  s.tuple.dst = Address::of(Address::Kind::ipv6, ip.subspan(24, 16));
  return read_tcp(ip, 40, length, s);
}

/// An ICMP or ICMPv6 error about TCP.
bool read_error(Octets ip, IcmpError& error) {
  const bool v6 = (ip[0] >> 4U) == 6;
  if (v6) {
    if (ip.size() < 40 || ip[6] != 58) return false;
    error.ip = {6, ip[7], 0};
    error.from = Address::of(Address::Kind::ipv6, ip.subspan(8, 16));
    return decode_icmp(ip.subspan(40), v6, error);
  }
  const std::size_t header = (ip[0] & 0x0FU) * 4U;
  if (ip.size() < 20 || ip[9] != 1 || header < 20 || ip.size() < header) return false;
  error.ip = {4, ip[8], 0};
  error.from = Address::of(Address::Kind::ipv4, ip.subspan(12, 4));
  return decode_icmp(ip.subspan(header), v6, error);
}

std::optional<PcapFile::Event> read(Octets ip, Frame frame, Nanos time) {
  const bool v4 = (ip[0] >> 4U) == 4;
  Segment segment;
  segment.frame = frame;
  segment.time = time;
  if (v4 ? read_ipv4(ip, segment) : read_ipv6(ip, segment)) return segment;
  IcmpError error;
  error.frame = frame;
  error.time = time;
  if (read_error(ip, error)) return error;
  return std::nullopt;
}

}  // namespace

PcapFile::PcapFile(const char* path) {
  std::ifstream file(path, std::ios::binary);
  octets_.assign(std::istreambuf_iterator<char>(file), {});
  const auto is_pcap = [this] {
    return octets_.size() >= kFileHeader && (word(0) == kMicroseconds || word(0) == kNanoseconds);
  };
  if (!is_pcap()) swapped_ = true;
  if (!is_pcap()) throw std::runtime_error(std::string(path) + ": no classic pcap");
  read_records();
}

std::uint32_t PcapFile::word(std::size_t at) const {
  std::uint32_t value = 0;
  std::memcpy(&value, octets_.data() + at, sizeof value);
  return swapped_ ? __builtin_bswap32(value) : value;
}

void PcapFile::read_records() {
  const std::uint32_t link = word(20) & 0xFFFFU;
  const Nanos unit = word(0) == kNanoseconds ? 1 : kMicrosecond;
  std::size_t at = kFileHeader;
  for (Frame frame = 1; at + kRecordHeader <= octets_.size(); ++frame) {
    const std::uint32_t captured = word(at + 8);
    const Nanos time = word(at) * kSecond + word(at + 4) * unit;
    at += kRecordHeader;
    if (captured > octets_.size() - at) return;
    const auto ip = datagram(Octets(octets_).subspan(at, captured), link);
    at += captured;
    if (!ip) continue;
    if (auto event = read(*ip, frame, time)) events_.push_back(std::move(*event));
  }
}

}  // namespace rstcause::test
