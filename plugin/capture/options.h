// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <cstdint>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "capture/event.h"

namespace rstcause::capture {

/// The command line asks for something that is not available; the text says what.
class UsageError : public std::runtime_error {
  using std::runtime_error::runtime_error;
};

/// An interface by its name, in the network namespace of that name (ip-netns(8)); empty: here.
struct InterfaceName {
  std::string netns, name;

  /// As the user writes it: `eth0`, or `blue/eth0`, since no interface's name holds a slash.
  std::string text() const { return netns.empty() ? name : netns + "/" + name; }
};

/// What the program is asked to do.
enum class Task : std::uint8_t {
  capture,
  events,  ///< Record the kernel's events alone.
  join,    ///< Add recorded events to a capture.
  help,
  version,
  extcap_interfaces,
  extcap_dlts,
  extcap_config
};

struct Options {
  Task task = Task::capture;
  std::vector<InterfaceName> interfaces;
  std::string filter;  ///< In libpcap's words.
  std::string output;  ///< "-": standard output.
  std::uint32_t snap_length = 262144;
  std::uint32_t buffer_mib = 16;  ///< Of each interface: seconds of 10,000 resets a second.
  bool promiscuous = true;
  bool quiet = false;

  std::optional<Nanos> most_time;             ///< -a duration:
  std::optional<std::uint64_t> most_packets;  ///< -a packets:
  std::optional<std::uint64_t> file_octets;   ///< -b filesize:, of one file of the ring.
  std::optional<std::uint32_t> most_files;    ///< -b files:
  bool is_ring() const { return file_octets.has_value(); }

  std::string join_capture, join_events;  ///< Their result goes to `output`.
  bool extcap = false;                    ///< Wireshark started us: `output` is its pipe.
};

/// Reads a command line without the program's own name. Throws UsageError.
Options parse_options(const std::vector<std::string>& arguments);

/// What --help prints.
std::string_view usage();

}  // namespace rstcause::capture
