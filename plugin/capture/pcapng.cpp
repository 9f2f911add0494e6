// SPDX-License-Identifier: GPL-2.0-or-later
#include "capture/pcapng.h"

#include <algorithm>
#include <bit>
#include <concepts>

namespace rstcause::capture::pcapng {
namespace {

constexpr std::uint32_t kSectionHeader = 0x0A0D0D0A, kInterfaceDescription = 1,
                        kInterfaceStatistics = 5, kEnhancedPacket = 6;
constexpr std::uint32_t kByteOrderMagic = 0x1A2B3C4D;

constexpr std::uint16_t kEndOfOptions = 0, kComment = 1;
constexpr std::uint16_t kSectionApplication = 4;
constexpr std::uint16_t kInterfaceName = 2, kTimeResolution = 9, kInterfaceFilter = 11;
constexpr std::uint16_t kReceived = 4, kDropped = 5;

template <std::unsigned_integral Number>
void append(Number value, std::string& into) {
  into.append(reinterpret_cast<const char*>(&value), sizeof value);
}

void append_option(std::uint16_t code, std::string_view value, std::string& into, bool swapped) {
  constexpr std::size_t kMost = 0xFFFF;
  value = value.substr(0, kMost);
  const auto number = [&](std::uint16_t host) {
    const auto other = static_cast<std::uint16_t>((host << 8U) | (host >> 8U));
    append(swapped ? other : host, into);
  };
  number(code);
  number(static_cast<std::uint16_t>(value.size()));
  into += value;
  into.append((4 - value.size() % 4) % 4, '\0');
}

void append_option(std::uint16_t code, std::string_view value, std::string& into) {
  if (!value.empty()) append_option(code, value, into, false);
}

void append_option(std::uint16_t code, std::uint64_t value, std::string& into) {
  append_option(code, {reinterpret_cast<const char*>(&value), sizeof value}, into, false);
}

/// A block whose length is known when it is whole.
class Block {
 public:
  Block(std::uint32_t type, std::string& into) : into_(into), begin_(into.size()) {
    append(type, into_);
    append(std::uint32_t{0}, into_);
  }
  Block(const Block&) = delete;
  Block& operator=(const Block&) = delete;
  ~Block() {
    const auto length = static_cast<std::uint32_t>(into_.size() - begin_ + sizeof(std::uint32_t));
    append(length, into_);
    std::copy_n(reinterpret_cast<const char*>(&length), sizeof length,
                into_.begin() + static_cast<std::ptrdiff_t>(begin_ + sizeof length));
  }

 private:
  std::string& into_;
  std::size_t begin_;
};

void append_time(Nanos time, std::string& into) {
  const auto units = static_cast<std::uint64_t>(time);
  append(static_cast<std::uint32_t>(units >> 32U), into);
  append(static_cast<std::uint32_t>(units), into);
}

}  // namespace

void append_section(std::string_view application, std::string_view comment, std::string& into) {
  const Block block(kSectionHeader, into);
  append(kByteOrderMagic, into);
  append(std::uint16_t{1}, into);  // version 1.0
  append(std::uint16_t{0}, into);
  append(~std::uint64_t{0}, into);  // length of the section: not known
  append_option(kComment, comment, into);
  append_option(kSectionApplication, application, into);
  append_option(kEndOfOptions, {}, into, false);
}

void append_interface(const Interface& interface, std::string& into) {
  const Block block(kInterfaceDescription, into);
  append(static_cast<std::uint16_t>(interface.link_type), into);
  append(std::uint16_t{0}, into);
  append(interface.snap_length, into);
  append_option(kInterfaceName, interface.name, into);
  append_option(kTimeResolution, "\x09", into);
  if (!interface.filter.empty())
    append_option(kInterfaceFilter, std::string(1, '\0') + interface.filter, into);
  append_option(kEndOfOptions, {}, into, false);
}

void append_packet(std::uint32_t interface, Nanos time, Octets octets, std::uint32_t original,
                   std::span<const std::string> comments, std::string& into) {
  const Block block(kEnhancedPacket, into);
  append(interface, into);
  append_time(time, into);
  append(static_cast<std::uint32_t>(octets.size()), into);
  append(original, into);
  into.append(reinterpret_cast<const char*>(octets.data()), octets.size());
  into.append((4 - octets.size() % 4) % 4, '\0');
  if (comments.empty()) return;
  into += comment_options(comments);
  append_option(kEndOfOptions, {}, into, false);
}

void append_statistics(std::uint32_t interface, Nanos time, const Statistics& counted,
                       std::string_view comment, std::string& into) {
  const Block block(kInterfaceStatistics, into);
  append(interface, into);
  append_time(time, into);
  append_option(kComment, comment, into);
  append_option(kReceived, counted.received, into);
  append_option(kDropped, counted.dropped, into);
  append_option(kEndOfOptions, {}, into, false);
}

std::string comment_options(std::span<const std::string> comments, bool swapped) {
  std::string made;
  for (const std::string& comment : comments) append_option(kComment, comment, made, swapped);
  return made;
}

}  // namespace rstcause::capture::pcapng
