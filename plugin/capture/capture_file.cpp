// SPDX-License-Identifier: GPL-2.0-or-later
#include "capture/capture_file.h"

#include <bit>
#include <cerrno>
#include <cstring>
#include <limits>
#include <stdexcept>

#include "capture/pcapng.h"

namespace rstcause::capture {
namespace {

constexpr std::uint32_t kPcapMicros = 0xA1B2C3D4, kPcapNanos = 0xA1B23C4D;
constexpr std::uint32_t kSection = 0x0A0D0D0A, kInterface = 1, kEnhancedPacket = 6;
constexpr std::uint32_t kByteOrderMagic = 0x1A2B3C4D;
/// No packet is larger than Wireshark takes them; a block has options beside it.
constexpr std::uint32_t kMostPacket = 256U << 10U, kMostBlock = 16U << 20U;

std::uint32_t swapped(std::uint32_t value) {
  return __builtin_bswap32(value);
}

std::uint32_t here32(const std::string& from, std::size_t at) {
  std::uint32_t value = 0;
  std::memcpy(&value, from.data() + at, sizeof value);
  return value;
}

Octets octets_of(const std::string& text, std::size_t at, std::size_t size) {
  return {reinterpret_cast<const std::uint8_t*>(text.data()) + at, size};
}

/// if_tsresol: a power of ten, or of two where its highest bit is set.
std::uint64_t units_of(std::uint8_t resolution) {
  constexpr std::uint8_t kBinary = 0x80;
  const unsigned exponent = resolution & 0x7FU;
  if ((resolution & kBinary) != 0) return exponent < 63 ? std::uint64_t{1} << exponent : 0;
  std::uint64_t units = 1;
  for (unsigned i = 0; i < exponent; ++i) {
    if (units > std::numeric_limits<std::uint64_t>::max() / 10) return 0;
    units *= 10;
  }
  return units;
}

Nanos nanos_of(std::uint64_t units, std::uint64_t per_second) {
  const std::uint64_t seconds = units / per_second;
  constexpr std::uint64_t kMostSeconds = 9'000'000'000;
  if (seconds > kMostSeconds) return 0;
  const auto fraction = static_cast<double>(units % per_second) / static_cast<double>(per_second);
  return static_cast<Nanos>(seconds) * kSecond + static_cast<Nanos>(fraction * 1e9);
}

}  // namespace

CaptureFile::CaptureFile(std::istream& from, std::string name, Comments comments)
    : from_(from), name_(std::move(name)), comments_(std::move(comments)) {
  if (!read(sizeof(std::uint32_t), head_)) fail("is empty");
  const std::uint32_t magic = here32(head_, 0);
  is_pcapng_ = magic == kSection;
  swapped_ = magic == swapped(kPcapMicros) || magic == swapped(kPcapNanos);
  const std::uint32_t own = swapped_ ? swapped(magic) : magic;
  if (!is_pcapng_ && own != kPcapMicros && own != kPcapNanos) fail("is neither pcap nor pcapng");
  if (!is_pcapng_)
    interfaces_.push_back({.units_per_second = own == kPcapNanos ? 1'000'000'000U : 1'000'000U});
}

void CaptureFile::fail(const std::string& what) const {
  throw std::runtime_error(name_ + ": " + what);
}

bool CaptureFile::read(std::size_t octets, std::string& into) {
  const std::size_t before = into.size();
  into.resize(before + octets);
  from_.read(into.data() + before, static_cast<std::streamsize>(octets));
  // A disk that fails is no end of the file.
  if (from_.bad()) fail(std::string("cannot be read: ") + std::strerror(errno));
  const auto got = static_cast<std::size_t>(from_.gcount());
  if (got == octets) return true;
  cut_short_ = got != 0;
  into.resize(before + got);
  return false;
}

std::uint16_t CaptureFile::number16(const std::string& from, std::size_t at) const {
  std::uint16_t value = 0;
  std::memcpy(&value, from.data() + at, sizeof value);
  return swapped_ ? __builtin_bswap16(value) : value;
}

std::uint32_t CaptureFile::number32(const std::string& from, std::size_t at) const {
  return swapped_ ? swapped(here32(from, at)) : here32(from, at);
}

bool CaptureFile::copy_next(std::string& into) {
  return is_pcapng_ ? copy_block(into) : copy_record(into);
}

/// A pcap file's header becomes a section with one interface.
bool CaptureFile::copy_record(std::string& into) {
  if (!began_) {
    constexpr std::size_t kFileHeader = 24;
    if (!read(kFileHeader - head_.size(), head_)) fail("ends within its header");
    began_ = true;
    constexpr std::uint32_t kLinkType = 0xFFFF;  // above it stand flags about a checksum
    interfaces_[0].link_type = static_cast<int>(number32(head_, 20) & kLinkType);
    pcapng::append_section("rstcause-capture --join", {}, into);
    pcapng::append_interface(
        {.link_type = interfaces_[0].link_type, .snap_length = number32(head_, 16)}, into);
  }
  constexpr std::size_t kRecordHeader = 16;
  std::string record;
  if (!read(kRecordHeader, record)) return false;
  const std::uint32_t length = number32(record, 8);
  if (length > kMostPacket) fail("a packet of " + std::to_string(length) + " octets");
  if (!read(length, record)) {
    cut_short_ = true;
    return false;
  }
  const std::uint64_t units_per_second = interfaces_[0].units_per_second;
  const std::uint64_t units = number32(record, 0) * units_per_second + number32(record, 4);
  const Octets octets = octets_of(record, kRecordHeader, length);
  const Nanos time = Nanos{number32(record, 0)} * kSecond +
                     Nanos{number32(record, 4)} * (kSecond / static_cast<Nanos>(units_per_second));
  pcapng::append_packet(0, time, octets, number32(record, 12),
                        comments_on(interfaces_[0], units, octets), into);
  return true;
}

bool CaptureFile::copy_block(std::string& into) {
  constexpr std::size_t kFrame = 12;  // type, and the length twice
  std::string block;
  std::swap(block, head_);
  if (!read(8 - block.size(), block)) return false;
  if (here32(block, 0) == kSection) {
    if (!read(4, block)) return false;
    swapped_ = here32(block, 8) == swapped(kByteOrderMagic);
    if (!swapped_ && here32(block, 8) != kByteOrderMagic) fail("a section of no byte order");
  }
  const std::uint32_t length = number32(block, 4);
  if (length < kFrame || length % 4 != 0 || length > kMostBlock || length < block.size())
    fail("a block of " + std::to_string(length) + " octets");
  if (!read(length - block.size(), block)) {
    cut_short_ = true;
    return false;
  }
  const std::uint32_t type = number32(block, 0);
  if (here32(block, 0) == kSection) take_section(block);
  if (type == kInterface) take_interface(block);
  if (type == kEnhancedPacket)
    copy_packet(block, into);
  else
    into += block;
  return true;
}

/// Interfaces are numbered within their section.
void CaptureFile::take_section(const std::string&) {
  interfaces_.clear();
}

void CaptureFile::take_interface(const std::string& block) {
  constexpr std::size_t kFixed = 16, kTrailer = 4;
  constexpr std::uint16_t kResolution = 9, kOffset = 14;
  if (block.size() < kFixed + kTrailer) fail("an interface without description");
  Interface made{.link_type = number16(block, 8)};
  std::size_t at = kFixed;
  while (at + 4 <= block.size() - kTrailer) {
    const std::uint16_t code = number16(block, at), length = number16(block, at + 2);
    if (code == 0 || at + 4 + length > block.size() - kTrailer) break;
    if (code == kResolution && length == 1)
      made.units_per_second = units_of(static_cast<std::uint8_t>(block[at + 4]));
    if (code == kOffset && length == 8) {
      const std::uint64_t low = number32(block, at + (swapped_ ? 8 : 4));
      const std::uint64_t high = number32(block, at + (swapped_ ? 4 : 8));
      made.offset = static_cast<std::int64_t>((high << 32U) | low);
    }
    at += 4 + (length + 3U) / 4U * 4U;
  }
  if (made.units_per_second == 0) fail("an interface with an impossible resolution of time");
  interfaces_.push_back(made);
}

void CaptureFile::copy_packet(const std::string& block, std::string& into) {
  constexpr std::size_t kFixed = 28, kTrailer = 4;
  if (block.size() < kFixed + kTrailer) fail("a packet without its header");
  const std::uint32_t interface = number32(block, 8), captured = number32(block, 20);
  const std::size_t options = kFixed + (std::size_t{captured} + 3) / 4 * 4;
  if (interface >= interfaces_.size()) fail("a packet of an interface that is not described");
  if (captured > kMostBlock || options > block.size() - kTrailer)
    fail("a packet longer than its block");
  const std::uint64_t units = (std::uint64_t{number32(block, 12)} << 32U) | number32(block, 16);
  const auto comments =
      comments_on(interfaces_[interface], units, octets_of(block, kFixed, captured));
  if (comments.empty()) {
    into += block;
    return;
  }
  std::string made = block.substr(0, options) + pcapng::comment_options(comments, swapped_);
  made += block.substr(options, block.size() - kTrailer - options);
  if (options == block.size() - kTrailer) made.append(4, '\0');  // opt_endofopt
  const auto length = static_cast<std::uint32_t>(made.size() + kTrailer);
  const std::uint32_t written = swapped_ ? swapped(length) : length;
  made.append(reinterpret_cast<const char*>(&written), sizeof written);
  std::memcpy(made.data() + 4, &written, sizeof written);
  into += made;
}

std::vector<std::string> CaptureFile::comments_on(const Interface& interface, std::uint64_t units,
                                                  Octets octets) {
  const auto headers = read_headers(interface.link_type, octets);
  if (!headers) return {};
  const Nanos time = nanos_of(units, interface.units_per_second) + interface.offset * kSecond;
  return comments_(*headers, time);
}

}  // namespace rstcause::capture
