// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <cstdint>
#include <functional>
#include <istream>
#include <string>
#include <vector>

#include "capture/headers.h"

namespace rstcause::capture {

/// A capture file on its way through us: what stands in it is copied as it is, and packets may get
/// comments. libpcap reads pcapng too, but gives back neither names nor options nor a second
/// interface, and libwiretap would tie this program to one version of Wireshark.
class CaptureFile {
 public:
  /// What is to be noted at a packet. Asked for TCP segments only.
  using Comments = std::function<std::vector<std::string>(const Headers& packet, Nanos time)>;

  /// Throws std::runtime_error for what is neither pcap nor pcapng, or cannot be read. `name` is
  /// for messages.
  CaptureFile(std::istream& from, std::string name, Comments comments);

  /// Appends the next block or packet, as pcapng. False at the end. Throws std::runtime_error for a
  /// file that contradicts itself or cannot be read on.
  bool copy_next(std::string& into);
  /// It ended within a block or packet, which is left out.
  bool is_cut_short() const { return cut_short_; }

 private:
  /// An interface of a pcapng section, or a pcap file's only one.
  struct Interface {
    int link_type = 0;
    std::uint64_t units_per_second = 1'000'000;
    std::int64_t offset = 0;  ///< Seconds.
  };

  bool begin();
  bool copy_record(std::string& into);
  bool copy_block(std::string& into);
  void take_section(const std::string& block);
  void take_interface(const std::string& block);
  void copy_packet(const std::string& block, std::string& into);
  std::vector<std::string> comments_on(const Interface& interface, std::uint64_t units,
                                       Octets octets);
  bool read(std::size_t octets, std::string& into);
  std::uint16_t number16(const std::string& from, std::size_t at) const;
  std::uint32_t number32(const std::string& from, std::size_t at) const;
  [[noreturn]] void fail(const std::string& what) const;

  std::istream& from_;
  std::string name_;
  Comments comments_;
  bool is_pcapng_ = false, began_ = false, swapped_ = false, cut_short_ = false;
  std::vector<Interface> interfaces_;
  std::string head_;
};

}  // namespace rstcause::capture
