// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "engine/wire/file_clock.h"
#include "engine/wire/segment.h"
#include "explain/layers/link.h"
#include "explain/layers/streams.h"
#include "explain/layers/view.h"

namespace rstcause::explain {

/// A capture being read, record by record, by Wireshark's wiretap: whatever format and compression
/// that knows. Holds one record at a time.
class Capture {
 public:
  /// Says to wiretap where its plugins lie; once, before the first capture.
  static void prepare(const char* program);

  /// How this Wireshark numbers TCP's conversations.
  static Streams::Habits stream_habits();

  /// "-" is standard input. What goes wrong is told by error().
  explicit Capture(const std::string& path);
  ~Capture();
  Capture(const Capture&) = delete;
  Capture& operator=(const Capture&) = delete;

  /// What is read of one record.
  struct Record {
    std::optional<FileTime> time;
    std::uint32_t interface = 0;
    Link link;
    View frame;             ///< Stands until the next one is read.
    bool is_packet = true;  ///< False for what is no packet, yet has a frame number.
  };
  /// The next record; false at the end and at an error.
  bool next(Record& record);

  /// What the comments of the latest record state as a kernel's word.
  Word word() const;

  /// In words, or empty: the file could not be opened, or is damaged from here on.
  const std::string& error() const { return error_; }

 private:
  struct State;
  std::unique_ptr<State> state_;
  std::string error_;
};

/// What Wireshark calls a link type that is not read here (Link::number).
std::string link_name(std::uint32_t number);

}  // namespace rstcause::explain
