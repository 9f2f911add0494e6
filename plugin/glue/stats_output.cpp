// SPDX-License-Identifier: GPL-2.0-or-later
#include "glue/stats_output.h"

#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdlib>
#include <cstring>

namespace rstcause::glue {
namespace {

bool failed = false;

void fail(int error) {
  if (failed) return;
  failed = true;
  std::fprintf(stderr, "rstcause: the statistics cannot be written: %s\n",
               std::strerror(error != 0 ? error : EIO));
}

}  // namespace

void CheckedStream::write(std::string_view text) {
  if (failed) return;
  errno = 0;
  if (std::fwrite(text.data(), 1, text.size(), stream_) != text.size()) fail(errno);
}

void CheckedStream::flush() {
  if (failed) return;
  errno = 0;
  // A write of another's may have failed before, unnoticed.
  if (std::fflush(stream_) != 0 || std::ferror(stream_) != 0) return fail(errno);
  const int copy = dup(fileno(stream_));
  if (copy < 0 || close(copy) != 0) fail(errno);
}

void TextAside::add(std::string_view text) {
  if (failed) return;
  errno = 0;
  if (!file_) file_.reset(std::tmpfile());
  if (!file_ || std::fwrite(text.data(), 1, text.size(), file_.get()) != text.size()) fail(errno);
}

void TextAside::print(CheckedStream& to) {
  if (!file_) return;
  std::array<char, 1U << 16U> piece;
  std::rewind(file_.get());
  while (const std::size_t length = std::fread(piece.data(), 1, piece.size(), file_.get()))
    to.write({piece.data(), length});
  if (std::ferror(file_.get()) != 0) fail(errno);
  std::fseek(file_.get(), 0, SEEK_END);
}

bool write_failed() noexcept {
  return failed;
}

void exit_if_write_failed() noexcept {
  if (failed) std::exit(kCannotWrite);
}

}  // namespace rstcause::glue
