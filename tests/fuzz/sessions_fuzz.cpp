// SPDX-License-Identifier: GPL-2.0-or-later
// Any segments in any order while tshark begins a session anew under way (-M, -b): the statistics
// tell each reset once, as its own session has it, however often they are printed.
//
// The input is as engine_fuzz reads it, but for its first octet: bits 0 to 4 tell after how many
// segments a session ends, bits 5 to 7 which resets pass the filter (all of them, or each so many).
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "engine/engine_reports.h"
#include "engine/tell/csv.h"
#include "engine/tell/json.h"
#include "fuzz/conversation.h"
#include "glue/guard.h"
#include "glue/session.h"
#include "glue/stats_listeners.h"
#include "unit/json_reader.h"

void rstcause::glue::report_failure(const char* what) noexcept {
  rstcause::fuzz::expect(false, what);  // with memory at hand nothing fails
}

namespace {

using namespace rstcause;
using fuzz::expect;
using glue::Listener;
using glue::Session;

glue::LineSettings settings() {
  return {.source = "capture", .total = true};
}

/// The three listeners of one tshark, and what they ought to tell.
class Statistics {
 public:
  void take(std::size_t place) {
    for (auto& listener : listeners_) listener->take(place, place + 1);
    chosen_.push_back(place);
    ++resets_;
  }
  /// Its resets have their last verdicts.
  void end(const Session& session, bool is_last) {
    for (const std::size_t place : chosen_) {
      const Explained& reset = session.engine.explained()[place];
      told_once_ += reset.duplicate_of == 0 ? 1U : 0U;
      const Report report = report_on(session.engine, reset);
      json_ += to_json(report, "capture") + "\n";
      csv_ += to_csv(report, "capture") + "\r\n";
    }
    chosen_.clear();
    if (is_last) check(&session);
    for (auto& listener : listeners_) listener->end(session);
  }

 private:
  void check(const Session* open) {
    for (int time = 0; time < 2; ++time) {
      const std::string tree = printed(*listeners_[0], open);
      const std::size_t row = tree.find("\nResets ");
      expect(row != std::string::npos &&
                 std::strtoull(tree.c_str() + row + 8, nullptr, 10) == told_once_,
             "the tree counts each reset once, and no copy");
      expect(printed(*listeners_[1], open) == json_ + json_total(resets_) + "\n",
             "JSON has each reset once, as its session has it");
      expect(printed(*listeners_[2], open) ==
                 csv_header() + "\r\n" + csv_ + csv_total(resets_) + "\r\n",
             "CSV has each reset once, as its session has it");
    }
    std::string_view rest = json_;
    for (std::size_t end; (end = rest.find('\n')) != rest.npos; rest.remove_prefix(end + 1))
      expect(test::JsonReader::accepts(rest.substr(0, end)), "each line is JSON");
  }

  static std::string printed(Listener& listener, const Session* open) {
    // A file, for what is printed is synced.
    const std::unique_ptr<std::FILE, int (*)(std::FILE*)> to(std::tmpfile(), std::fclose);
    expect(to != nullptr, "there is room for a file");
    listener.print(open, to.get());
    std::string text(static_cast<std::size_t>(std::ftell(to.get())), '\0');
    std::rewind(to.get());
    expect(std::fread(text.data(), 1, text.size(), to.get()) == text.size(), "it is read again");
    return text;
  }

  std::unique_ptr<Listener> listeners_[3] = {
      glue::tree_listener(""), glue::json_listener("", settings), glue::csv_listener("", settings)};
  std::vector<std::size_t> chosen_;  ///< Of the session that is open.
  std::string json_, csv_;
  std::size_t resets_ = 0, told_once_ = 0;
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size < 4 || size > 4096) return 0;
  const std::size_t length = 1 + data[0] % 32, every = 1 + data[0] / 32;
  const fuzz::Conversation conversation(fuzz::Script(data + 1, size - 1));

  Statistics statistics;
  auto session = std::make_unique<Session>(EngineOptions{}, true);
  std::size_t number = 0;
  Frame before = 0;  // the frames of the sessions that have ended
  for (const Segment& segment : conversation.segments()) {
    // One frame is never in two sessions.
    if (number >= length && !segment.shares_frame) {
      statistics.end(*session, false);
      session = std::make_unique<Session>(EngineOptions{}, true);
      before = segment.frame - 1;
      number = 0;
    }
    Segment own = segment;
    own.frame -= before;
    session->engine.observe(own);
    ++number;
    const std::size_t resets = session->engine.explained().size();
    if (segment.rst && resets % every == 0) statistics.take(resets - 1);
  }
  statistics.end(*session, true);
  return 0;
}
