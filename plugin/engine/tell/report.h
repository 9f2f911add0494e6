// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "engine/judge/forgery/fingerprint.h"
#include "engine/judge/forgery/tests.h"
#include "engine/judge/timers.h"
#include "engine/judge/verdict.h"
#include "engine/memory/frame_order.h"
#include "engine/wire/file_clock.h"

namespace rstcause {

/// A verdict in words: everything that any surface (tree, JSON, CSV, statistics) shows of one
/// reset, written out once.
struct Report {
  /// One frame with all that it proves, a sentence each.
  struct Evidence {
    Frame frame = 0;
    std::vector<std::string> sentences;
  };
  struct Alternative {
    std::string_view reason, title;
    std::uint8_t confidence = 0;
    std::string text;  ///< What would tell it apart.
  };

  const Explained* reset = nullptr;
  std::string src, dst;
  std::uint16_t sport = 0, dport = 0;
  std::string service;  ///< The server's address and port; empty where the roles are unknown.
  std::string_view reason, title, stream_reason, basis, origin, mode, state, netstat;
  std::string_view detail, detail_words;  ///< The form within the reason; what its token means.
  std::string kernel_reason;  ///< What the capture states that the kernel said; else as inferred.
  std::string process;        ///< Whose doing the RST was, as the capture states; empty: nobody's.
  std::uint32_t pid = 0;      ///< Its number; 0: not told.
  std::string_view stack;     ///< The family of the sender's stack; empty: unknown.
  std::string stack_shown;    ///< What verdict.stack_frame shows of it.
  Severity severity = Severity::note;
  bool benign = false;
  Frame ignored = 0;  ///< A later frame of the peer's, which had not taken the RST for the end.
  std::string summary, advice;
  std::vector<std::string> notes;  ///< What to bear in mind when the summary is read.
  std::string page;                ///< The reason's page, from the root of the sources.
  std::string_view remedy;  ///< What the application's last words suggest: the advice begins so.
  std::optional<FileTime> time;     ///< When it was captured, where the file says so.
  std::optional<Nanos> idle;        ///< The silence before it, where one was seen.
  std::optional<Nanos> age;         ///< Since the first SYN, where that was captured.
  std::vector<std::string> timers;  ///< Known idle timers that the silence matches.
  std::vector<Evidence> evidence;
  std::vector<Alternative> alternatives;
  /// The tests of authenticity, in the order of forgery::tests().
  forgery::Testimonies testimonies;
  const forgery::Fingerprint* fingerprint = nullptr;
  std::string tampering;  ///< The class of connection tampering that it looks like.
  /// One line for each of them: what speaks for or against, or why it is unknown. Only where
  /// write_out_testimonies() was asked for them: no line of JSON or CSV needs them.
  std::vector<std::string> testimony_texts;
};

/// What a report is written from.
struct ReportSource {
  const Explained& reset;
  std::string_view first_cause;  ///< The token of the first reset of its connection.
  Scene scene;                   ///< The reset among all that is known by now.
  const FrameOrder& order;
  std::int64_t epoch;  ///< Where Reset::time is 0, in seconds since 1970.
  const IdleTimers& timers;
};

/// Writes out one verdict.
Report report_on(const ReportSource& source);

/// The reset with the numbers that its frames have with the reader, where a read filter left some
/// out. For a report to point to that was written from the reset as the engine has it.
Explained as_read(Explained reset, const FrameOrder& order);

/// Adds the sentences of the tests of authenticity.
void write_out_testimonies(const Flow& flow, const FrameOrder& order, Report& report);

}  // namespace rstcause
