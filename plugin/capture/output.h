// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <deque>
#include <stdexcept>
#include <string>
#include <vector>

#include "capture/descriptor.h"
#include "capture/options.h"
#include "capture/pcapng.h"

namespace rstcause::capture {

/// Whoever read our output has closed it: Wireshark ends an extcap so.
class ReaderGone : public std::runtime_error {
  using std::runtime_error::runtime_error;
};

/// The file or files of a capture, each a whole pcapng file of its own.
class Output {
 public:
  /// Opens the first file. Throws std::runtime_error.
  Output(const Options& options, std::vector<pcapng::Interface> interfaces);

  /// One block. Throws std::runtime_error when it cannot be written (a full disk), ReaderGone for a
  /// closed pipe. Nothing is written behind a gap: from then on blocks are dropped.
  void write(std::string_view block);
  /// A file of a ring that is large enough.
  bool is_full() const { return options_.is_ring() && octets_ >= *options_.file_octets; }
  /// Between packets: ends this file with those blocks, and goes on with the next.
  void turn_page(std::string_view closing_blocks);
  /// Everything that was written so far is with the system then.
  void flush();

 private:
  void open_next();
  std::string name_of(std::uint32_t number) const;

  const Options& options_;
  std::vector<pcapng::Interface> interfaces_;
  Descriptor file_;
  std::string gathered_;
  std::uint64_t octets_ = 0;
  bool breaks_off_ = false;
  std::uint32_t number_ = 0;
  std::deque<std::string> names_;
};

/// Opens a file for us to write, anew; "-": standard output. What is no plain file (a pipe) is
/// taken as it is. Throws std::runtime_error.
Descriptor open_for_writing(const std::string& name);

}  // namespace rstcause::capture
