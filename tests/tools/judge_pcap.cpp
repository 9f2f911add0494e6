// SPDX-License-Identifier: GPL-2.0-or-later
//
// judge_pcap [--clues] CAPTURE...
//
// The engine alone on a capture, without Wireshark: one JSON object a reset. For quick trials
// of a rule over many captures; what counts is the plugin in tshark. Reads classic pcap with
// Ethernet (one VLAN tag at most), raw IP, BSD loopback and Linux cooked frames, no fragments, no
// tunnels. With --clues each object says how every row of the catalogue was weighed instead.
#include <cstdio>
#include <cstring>
#include <fstream>
#include <iterator>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/engine.h"
#include "engine/engine_reports.h"
#include "engine/tell/json.h"
#include "engine/wire/bytes.h"
#include "support/weighing.h"

namespace {

using namespace rstcause;

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

struct Reader {
  std::vector<std::uint8_t> all;
  std::size_t at = 24;
  bool swapped = false, nanoseconds = false;

  std::uint32_t word(std::size_t where) const {
    std::uint32_t value = 0;
    std::memcpy(&value, all.data() + where, sizeof value);
    return swapped ? __builtin_bswap32(value) : value;
  }
  bool open(const char* path) {
    std::ifstream file(path, std::ios::binary);
    all.assign(std::istreambuf_iterator<char>(file), {});
    if (all.size() < 24) return false;
    const std::uint32_t magic = word(0);
    swapped = magic == 0xD4C3B2A1U || magic == 0x4D3CB2A1U;
    nanoseconds = word(0) == 0xA1B23C4DU;
    return word(0) == 0xA1B2C3D4U || nanoseconds;
  }
};

int judge(const char* path, bool with_clues) {
  Reader reader;
  if (!reader.open(path)) {
    std::fprintf(stderr, "%s: no classic pcap\n", path);
    return 1;
  }
  const std::uint32_t link = reader.word(20) & 0xFFFFU;
  Weighings weighings;
  EngineOptions options;
  if (with_clues) options.on_weighing = [&](const Scene& scene) { weighings.note(scene); };
  Engine engine(options);
  for (Frame frame = 1; reader.at + 16 <= reader.all.size(); ++frame) {
    const std::uint32_t captured = reader.word(reader.at + 8);
    if (reader.at + 16 + captured > reader.all.size()) break;
    Segment s;
    s.frame = frame;
    s.time = reader.word(reader.at) * kSecond +
             reader.word(reader.at + 4) * (reader.nanoseconds ? 1 : kMicrosecond);
    const auto ip = datagram(Octets(reader.all).subspan(reader.at + 16, captured), link);
    reader.at += 16 + captured;
    if (!ip || ip->empty()) continue;
    const bool is_tcp = ((*ip)[0] >> 4U) == 4 ? read_ipv4(*ip, s) : read_ipv6(*ip, s);
    IcmpError error;
    error.frame = frame;
    error.time = s.time;
    if (is_tcp)
      engine.observe(s);
    else if (read_error(*ip, error))
      engine.observe(error);
  }
  for (const Explained& reset : engine.explained()) {
    std::puts(with_clues ? weighings.to_json(reset, path).c_str()
                         : to_json(report_on(engine, reset), path).c_str());
  }
  return 0;
}

}  // namespace

int main(int count, char** arguments) {
  const bool with_clues = count > 1 && std::string_view(arguments[1]) == "--clues";
  int failed = 0;
  for (int i = with_clues ? 2 : 1; i < count; ++i) failed += judge(arguments[i], with_clues);
  return failed == 0 ? 0 : 1;
}
