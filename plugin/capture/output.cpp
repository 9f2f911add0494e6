// SPDX-License-Identifier: GPL-2.0-or-later
#include "capture/output.h"

#include <fcntl.h>

#include <array>
#include <cstring>
#include <ctime>
#include <stdexcept>

namespace rstcause::capture {
namespace {

constexpr std::size_t kGather = 1U << 16U;
constexpr std::string_view kProgram = "rstcause-capture";

}  // namespace

Descriptor open_for_writing(const std::string& name) {
  if (name == "-") return Descriptor(dup(STDOUT_FILENO));
  constexpr mode_t kOwnerOnly = 0600;  // a capture can hold secrets
  Descriptor file(open(name.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, kOwnerOnly));
  if (!file.is_open()) throw std::runtime_error(name + ": " + std::strerror(errno));
  return file;
}

Output::Output(const Options& options, std::vector<pcapng::Interface> interfaces)
    : options_(options), interfaces_(std::move(interfaces)) {
  open_next();
}

/// `capture_00001_20261130111900.pcapng`, as dumpcap names the files of a ring.
std::string Output::name_of(std::uint32_t number) const {
  if (!options_.is_ring()) return options_.output;
  const std::string& base = options_.output;
  const std::size_t slash = base.rfind('/');
  std::size_t dot = base.rfind('.');
  if (dot == std::string::npos || (slash != std::string::npos && dot < slash)) dot = base.size();
  const time_t now = time(nullptr);
  tm local{};
  localtime_r(&now, &local);
  std::array<char, 40> middle{};
  const int at = std::snprintf(middle.data(), middle.size(), "_%05u_", number);
  const auto used = static_cast<std::size_t>(at);
  strftime(middle.data() + used, middle.size() - used, "%Y%m%d%H%M%S", &local);
  return base.substr(0, dot) + middle.data() + base.substr(dot);
}

void Output::open_next() {
  const std::string name = name_of(++number_);
  file_ = open_for_writing(name);
  names_.push_back(name);
  if (options_.most_files && names_.size() > *options_.most_files) {
    unlink(names_.front().c_str());
    names_.pop_front();
  }
  octets_ = 0;
  std::string head;
  pcapng::append_section(kProgram, {}, head);
  for (const pcapng::Interface& interface : interfaces_) pcapng::append_interface(interface, head);
  write(head);
  flush();
}

void Output::write(std::string_view block) {
  if (breaks_off_) return;
  gathered_ += block;
  octets_ += block.size();
  if (gathered_.size() >= kGather) flush();
}

void Output::flush() {
  if (breaks_off_) return;
  if (!write_all(file_.get(), gathered_)) {
    breaks_off_ = true;
    const std::string what = "writing " + names_.back() + ": " + std::strerror(errno);
    if (errno == EPIPE) throw ReaderGone(what);
    throw std::runtime_error(what);
  }
  gathered_.clear();
}

void Output::turn_page(std::string_view closing_blocks) {
  write(closing_blocks);
  flush();
  open_next();
}

}  // namespace rstcause::capture
