// SPDX-License-Identifier: GPL-2.0-or-later
// What the statistics write. Knows no epan.
#pragma once

#include <cstdio>
#include <memory>
#include <string_view>

namespace rstcause::glue {

/// The exit status of a tshark whose statistics could not be written: EX_IOERR of sysexits.h.
inline constexpr int kCannotWrite = 74;

/// A stream whose writes are checked, each of them. The first that fails is told on standard error,
/// and none follows it: what was written is the beginning of the whole, never a whole with a hole.
class CheckedStream {
 public:
  explicit CheckedStream(std::FILE* stream) : stream_(stream) {}

  void write(std::string_view text);
  /// Ends what was written. Also asks the file system, which may tell of a failed write no sooner
  /// than at the closing of the file (NFS, quotas).
  void flush();

 private:
  std::FILE* stream_;
};

/// Text put aside until it is printed: in a file without a name, for it may be long.
class TextAside {
 public:
  void add(std::string_view text);
  /// Prints all of it; it may be printed again.
  void print(CheckedStream& to);
  void clear() { file_.reset(); }

 private:
  struct Close {
    void operator()(std::FILE* file) const { std::fclose(file); }
  };
  std::unique_ptr<std::FILE, Close> file_;
};

/// True once a write has failed.
bool write_failed() noexcept;

/// Ends the process with kCannotWrite where a write failed. For the time when all else is done:
/// a listener cannot give tshark an exit status.
void exit_if_write_failed() noexcept;

}  // namespace rstcause::glue
