// SPDX-License-Identifier: GPL-2.0-or-later
#include "capture/trace_instance.h"

#include <dirent.h>
#include <fcntl.h>
#include <sched.h>
#include <sys/mount.h>
#include <sys/stat.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <csignal>
#include <cstring>
#include <ctime>
#include <fstream>
#include <memory>
#include <sstream>

#include "capture/trace_line.h"

namespace rstcause::capture {
namespace {

constexpr std::string_view kNameOfOurs = "rstcause-capture-";
/// For each processor. An event takes some 120 octets: 30,000 resets until they are read.
constexpr std::string_view kBufferKib = "4096";

bool is_folder(const std::string& path) {
  struct stat found {};
  return stat(path.c_str(), &found) == 0 && S_ISDIR(found.st_mode);
}

bool put(const std::string& path, std::string_view value) {
  const Descriptor file(open(path.c_str(), O_WRONLY | O_CLOEXEC));
  return file.is_open() && write_all(file.get(), value);
}

std::string text_of(const std::string& path) {
  std::ifstream file(path);
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

/// In a mount namespace of our own: the system's other processes see nothing of it.
bool mount_for_ourselves(const std::string& where) {
  return unshare(CLONE_NEWNS) == 0 &&
         mount("none", "/", nullptr, MS_REC | MS_PRIVATE, nullptr) == 0 &&
         mount("tracefs", where.c_str(), "tracefs", MS_NOSUID | MS_NOEXEC, nullptr) == 0;
}

std::string find_tracefs() {
  std::string usual = "/sys/kernel/tracing";
  for (const std::string& path : {usual, std::string("/sys/kernel/debug/tracing")}) {
    if (is_folder(path + "/instances")) return path;
  }
  if (geteuid() != 0 && is_folder(usual))
    throw NoWord("this user may not look into tracefs (" + usual + "): root may");
  if (!is_folder(usual)) throw NoWord("this kernel was built without tracing (CONFIG_TRACING)");
  if (!mount_for_ourselves(usual))
    throw NoWord("tracefs is not mounted, and mounting it failed: " +
                 std::string(std::strerror(errno)));
  return usual;
}

/// Removes what captures that were killed have left behind.
void remove_leftovers(const std::string& instances) {
  const std::unique_ptr<DIR, int (*)(DIR*)> folder(opendir(instances.c_str()), closedir);
  if (!folder) return;
  while (const dirent* const entry = readdir(folder.get())) {
    std::string_view name = entry->d_name;
    if (!name.starts_with(kNameOfOurs)) continue;
    name.remove_prefix(kNameOfOurs.size());
    pid_t owner = 0;
    std::from_chars(name.data(), name.data() + name.size(), owner);
    if (owner > 0 && kill(owner, 0) != 0 && errno == ESRCH)
      rmdir((instances + "/" + entry->d_name).c_str());
  }
}

Nanos nanos_of(const timespec& time) {
  return Nanos{time.tv_sec} * kSecond + time.tv_nsec;
}

Nanos read_clock(int clock) {
  timespec now{};
  clock_gettime(clock, &now);
  return nanos_of(now);
}

}  // namespace

TraceInstance::TraceInstance() : tracefs_(find_tracefs()) {
  remove_leftovers(tracefs_ + "/instances");
  const std::string format = text_of(tracefs_ + "/events/tcp/tcp_send_reset/format");
  if (format.empty()) {
    if (!is_folder(tracefs_ + "/events/tcp/tcp_send_reset"))
      throw NoWord("this kernel has no tracepoint tcp:tcp_send_reset (Linux 4.15 was the first)");
    throw NoWord("this user may not read tracefs: root may");
  }
  tells_reasons_ = format.find("reason") != std::string::npos;
  make_folder();
  try {
    set_up();
  } catch (...) {
    rmdir(folder_.c_str());
    throw;
  }
}

TraceInstance::~TraceInstance() {
  put(folder_ + "/tracing_on", "0");
  rmdir(folder_.c_str());
}

void TraceInstance::make_folder() {
  folder_ = tracefs_ + "/instances/" + std::string(kNameOfOurs) + std::to_string(getpid());
  if (mkdir(folder_.c_str(), 0700) != 0)
    throw NoWord("no trace instance available in " + tracefs_ + ": " + std::strerror(errno));
}

/// An instance takes over what somebody has set for the whole system, so whatever changes the form
/// of a line is set.
void TraceInstance::set_up() {
  for (const char* const option : {"latency-format", "raw", "hex", "bin", "verbose", "fields",
                                   "record-tgid", "stacktrace", "userstacktrace"})
    put(folder_ + "/options/" + option, "0");
  for (const char* const option : {"context-info", "irq-info", "record-cmd", "annotate"})
    put(folder_ + "/options/" + option, "1");
  put(folder_ + "/buffer_size_kb", kBufferKib);
  // Linux 6.1 and later; before, what stands still while the machine sleeps must do.
  clock_ = put(folder_ + "/trace_clock", "tai") ? CLOCK_TAI : CLOCK_MONOTONIC;
  if (clock_ == CLOCK_MONOTONIC && !put(folder_ + "/trace_clock", "mono"))
    throw NoWord("the trace instance takes no clock: " + std::string(std::strerror(errno)));
  if (!enable("tcp/tcp_send_reset"))
    throw NoWord("tcp:tcp_send_reset cannot be enabled: " + std::string(std::strerror(errno)));
  tells_received_ = enable("tcp/tcp_receive_reset");
  constexpr int kListen = 10, kClose = 7;  // include/net/tcp_states.h
  enable("sock/inet_sock_set_state",
         "oldstate==" + std::to_string(kListen) + " && newstate==" + std::to_string(kClose));
}

bool TraceInstance::enable(const std::string& event, const std::string& filter) {
  const std::string folder = folder_ + "/events/" + event;
  if (!filter.empty() && !put(folder + "/filter", filter)) return false;
  return put(folder + "/enable", "1");
}

Descriptor TraceInstance::open_pipe() const {
  Descriptor pipe(open((folder_ + "/trace_pipe").c_str(), O_RDONLY | O_NONBLOCK | O_CLOEXEC));
  if (!pipe.is_open())
    throw NoWord("the trace cannot be read: " + std::string(std::strerror(errno)));
  return pipe;
}

std::uint64_t TraceReader::drain(const TakeEvent& take) {
  lost_ = 0;
  const Nanos began = wall_clock();
  offset_ = offset_to_wall_clock(clock_);
  std::array<char, 1U << 16U> chunk{};
  constexpr int kMostReads = 16;  // the kernel hands out some 25 lines, a page of text, at once
  // The kernel hands them out in the order of their times but for what another processor is just
  // writing.
  constexpr Nanos kOutOfOrder = 10 * kMillisecond;
  for (int reads = 0;; ++reads) {
    caught_up_ = reads < kMostReads;
    if (!caught_up_) {
      read_until_ = std::max(read_until_, latest_ - kOutOfOrder);
      return lost_;
    }
    const ssize_t count = read(pipe_.get(), chunk.data(), chunk.size());
    if (count < 0 && errno == EINTR) continue;
    if (count <= 0) break;
    std::string_view text(chunk.data(), static_cast<std::size_t>(count));
    for (std::size_t end = text.find('\n'); end != std::string_view::npos; end = text.find('\n')) {
      rest_ += text.substr(0, end);
      if (!too_long_) take_line(rest_, take);
      rest_.clear();
      too_long_ = false;
      text.remove_prefix(end + 1);
    }
    rest_ += text;
    if (rest_.size() <= kMostLine) continue;
    too_long_ = true;
    rest_.clear();
  }
  read_until_ = began;
  return lost_;
}

void TraceReader::take_line(std::string_view line, const TakeEvent& take) {
  TraceLine told = parse_trace_line(line);
  if (const auto* const lost = std::get_if<LostEvents>(&told)) lost_ += lost->count;
  auto* const event = std::get_if<Event>(&told);
  if (event == nullptr) return;
  event->time += offset_;
  latest_ = std::max(latest_, event->time);
  if (event->names_a_process()) {
    if (event->comm.empty()) event->comm = name_of_task(event->task);
    event->task = process_of_task(event->task);
  }
  take(std::move(*event));
}

Nanos wall_clock() {
  return read_clock(CLOCK_REALTIME);
}

/// Of several readings the one whose two halves lie closest together.
Nanos offset_to_wall_clock(int clock) {
  constexpr int kReadings = 5;
  Nanos best = 0, width = INT64_MAX;
  for (int i = 0; i < kReadings; ++i) {
    const Nanos before = wall_clock();
    const Nanos there = read_clock(clock);
    const Nanos after = wall_clock();
    if (after - before >= width || after < before) continue;
    width = after - before;
    best = before + width / 2 - there;
  }
  return best;
}

std::string name_of_task(std::uint32_t task) {
  std::string name = text_of("/proc/" + std::to_string(task) + "/comm");
  if (name.ends_with('\n')) name.pop_back();
  return name;
}

std::uint32_t process_of_task(std::uint32_t task) {
  constexpr std::string_view kKey = "\nTgid:\t";
  const std::string status = text_of("/proc/" + std::to_string(task) + "/status");
  const std::size_t at = status.find(kKey);
  std::uint32_t process = 0;
  if (at != std::string::npos)
    std::from_chars(status.data() + at + kKey.size(), status.data() + status.size(), process);
  return process != 0 ? process : task;
}

}  // namespace rstcause::capture
