// SPDX-License-Identifier: GPL-2.0-or-later
#include "capture/options.h"

#include <charconv>
#include <limits>

namespace rstcause::capture {
namespace {

constexpr std::string_view kUsage =
    R"(Usage: rstcause-capture -i IFACE [-i IFACE ...] -w FILE [OPTION ...]
       rstcause-capture --events FILE [-a duration:SECONDS]
       rstcause-capture --join CAPTURE EVENTS OUT

Captures packets as dumpcap does, and notes at each TCP RST that this host sent or
received what its kernel says about it, as a comment of the packet (pcapng).

  -i IFACE           capture on this interface ("any": on all of them); NETNS/IFACE names
                     one of another network namespace (ip-netns(8))
  -f FILTER          capture filter (pcap-filter(7))
  -w FILE            write there; "-" is standard output
  -a duration:N      stop after N seconds
  -a packets:N       stop after N packets
  -b filesize:N      go on with a new file after N kB
  -b files:N         keep the latest N files only
  -s N               keep N octets of a packet (262144)
  -B N               capture buffer of each interface, MiB (16)
  -p                 not in promiscuous mode
  -q                 no summary at the end

  --events FILE      record the kernel's events alone, as NDJSON
  --join CAPTURE EVENTS OUT
                     add recorded events to a capture that another program made
  -h, --help; -v, --version

As an extcap of Wireshark: --extcap-interfaces, --extcap-dlts, --extcap-config,
--capture --extcap-interface NAME --fifo FILE [--interface IFACE] [--extcap-capture-filter F]
)";

std::uint64_t number(std::string_view text, std::string_view option, std::uint64_t most) {
  std::uint64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || end != text.data() + text.size() || value == 0 || value > most)
    throw UsageError(std::string(option) + ": \"" + std::string(text) +
                     "\" is no number from 1 to " + std::to_string(most));
  return value;
}

/// `prefix` and what stands behind it.
std::optional<std::string_view> behind(std::string_view prefix, std::string_view text) {
  if (!text.starts_with(prefix)) return {};
  return text.substr(prefix.size());
}

void take_stop(std::string_view value, Options& into) {
  constexpr std::uint64_t kMostSeconds = 1'000'000'000;
  if (const auto seconds = behind("duration:", value))
    into.most_time = static_cast<Nanos>(number(*seconds, "-a duration", kMostSeconds)) * kSecond;
  else if (const auto packets = behind("packets:", value))
    into.most_packets = number(*packets, "-a packets", std::numeric_limits<std::int64_t>::max());
  else
    throw UsageError("-a takes duration:SECONDS or packets:NUMBER");
}

void take_ring(std::string_view value, Options& into) {
  constexpr std::uint64_t kMostKilobytes = 2'000'000'000, kMostFiles = 100'000;
  if (const auto size = behind("filesize:", value))
    into.file_octets = number(*size, "-b filesize", kMostKilobytes) * 1000;
  else if (const auto files = behind("files:", value))
    into.most_files = static_cast<std::uint32_t>(number(*files, "-b files", kMostFiles));
  else
    throw UsageError("-b takes filesize:KILOBYTES or files:NUMBER");
}

void take_interface(std::string_view value, Options& into) {
  const std::size_t slash = value.rfind('/');
  InterfaceName name;
  if (slash != std::string_view::npos) name.netns = value.substr(0, slash);
  name.name = slash == std::string_view::npos ? value : value.substr(slash + 1);
  if (name.name.empty() || name.netns.find('/') != std::string::npos)
    throw UsageError("\"" + std::string(value) + "\" names no interface (IFACE or NETNS/IFACE)");
  into.interfaces.push_back(std::move(name));
}

/// The arguments, one after the other.
class Arguments {
 public:
  explicit Arguments(const std::vector<std::string>& all) : all_(all) {}

  bool at_end() const { return at_ == all_.size(); }
  std::string_view next() { return all_[at_++]; }
  /// What belongs to that option.
  std::string_view value_of(std::string_view option) {
    if (at_end()) throw UsageError(std::string(option) + " wants a value");
    return next();
  }

 private:
  const std::vector<std::string>& all_;
  std::size_t at_ = 0;
};

bool take_capture_option(std::string_view option, Arguments& rest, Options& into) {
  constexpr std::uint64_t kMostSnap = 262144, kMostMib = 2047;
  if (option == "-i")
    take_interface(rest.value_of(option), into);
  else if (option == "-f")
    into.filter = rest.value_of(option);
  else if (option == "-w")
    into.output = rest.value_of(option);
  else if (option == "-a")
    take_stop(rest.value_of(option), into);
  else if (option == "-b")
    take_ring(rest.value_of(option), into);
  else if (option == "-s")
    into.snap_length = static_cast<std::uint32_t>(number(rest.value_of(option), option, kMostSnap));
  else if (option == "-B")
    into.buffer_mib = static_cast<std::uint32_t>(number(rest.value_of(option), option, kMostMib));
  else if (option == "-p")
    into.promiscuous = false;
  else if (option == "-q")
    into.quiet = true;
  else
    return false;
  return true;
}

bool take_task(std::string_view option, Arguments& rest, Options& into) {
  if (option == "-h" || option == "--help") {
    into.task = Task::help;
  } else if (option == "-v" || option == "--version") {
    into.task = Task::version;
  } else if (option == "--events") {
    into.task = Task::events;
    into.output = rest.value_of(option);
  } else if (option == "--join") {
    into.task = Task::join;
    into.join_capture = rest.value_of(option);
    into.join_events = rest.value_of(option);
    into.output = rest.value_of(option);
  } else {
    return false;
  }
  return true;
}

/// What Wireshark passes to an extcap (doc/extcap.adoc of Wireshark).
bool take_extcap_option(std::string_view option, Arguments& rest, Options& into) {
  if (option == "--extcap-interfaces")
    into.task = Task::extcap_interfaces;
  else if (option == "--extcap-dlts")
    into.task = Task::extcap_dlts;
  else if (option == "--extcap-config")
    into.task = Task::extcap_config;
  else if (option == "--capture")
    into.extcap = true;
  else if (option == "--fifo")
    into.output = rest.value_of(option);
  else if (option == "--extcap-capture-filter")
    into.filter = rest.value_of(option);
  else if (option == "--interface")
    take_interface(rest.value_of(option), into);
  else if (option == "--extcap-interface" || option == "--extcap-reload-option")
    rest.value_of(option);
  else
    return option.starts_with("--extcap-version");
  return true;
}

void check(const Options& options) {
  if (options.task == Task::events && options.output.empty())
    throw UsageError("--events wants a file");
  if (options.task != Task::capture) return;
  if (options.interfaces.empty()) throw UsageError("no interface: -i IFACE");
  if (options.output.empty()) throw UsageError("no file to write: -w FILE");
  if (options.most_files && !options.is_ring())
    throw UsageError("-b files:N needs -b filesize:N beside it");
  if (options.is_ring() && options.output == "-")
    throw UsageError("-b wants files: standard output is none");
}

}  // namespace

std::string_view usage() {
  return kUsage;
}

Options parse_options(const std::vector<std::string>& arguments) {
  Options options;
  Arguments rest(arguments);
  while (!rest.at_end()) {
    const std::string_view option = rest.next();
    const bool known = take_capture_option(option, rest, options) ||
                       take_task(option, rest, options) ||
                       take_extcap_option(option, rest, options);
    if (!known) throw UsageError("\"" + std::string(option) + "\" is no option");
  }
  // In Wireshark's dialog the interface may be left as it is offered.
  if (options.extcap && options.interfaces.empty()) options.interfaces.push_back({{}, "any"});
  check(options);
  return options;
}

}  // namespace rstcause::capture
